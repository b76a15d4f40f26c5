"""Whoever holds what may not cross a fork is told before and after it.

A server written in C may fork and tell nobody, as uWSGI does. That is found out by the process id,
the next time that something is used which may not have crossed it.
"""

from __future__ import annotations

import os
import weakref
from threading import Lock
from typing import Protocol


class Forking(Protocol):
    """Somebody who has to know of forks."""

    def before_fork(self) -> None:
        """Let go of what may not cross it, until it is over."""

    def after_fork_in_parent(self) -> None:
        """Go on."""

    def after_fork_in_child(self) -> None:
        """Begin afresh: the parent's threads do not exist here.

        After a fork that nobody told of, what was held before it is still there: the parent's.
        """


class _Fork:
    """One fork at a time, and who is told of it."""

    def __init__(self) -> None:
        self._process = os.getpid()
        self._lock = Lock()
        self._noticing = Lock()
        self._all: weakref.WeakSet[Forking] = weakref.WeakSet()
        self._told: list[Forking] = []

    def tell(self, whom: Forking) -> None:
        """Tell somebody of every fork, for as long as they are there.

        Waits for one that is under way: who came in between might hold one of SQLite's own locks
        when the process forks, and in the child nobody would ever let go of it.
        """
        self.notice()
        with self._lock:
            self._all.add(whom)

    def notice(self) -> None:
        """Begin afresh where the process was forked meanwhile and nobody told of it."""
        if os.getpid() == self._process:
            return
        with self._noticing:
            if os.getpid() != self._process:
                self._told = list(self._all)
                self.after_in_child()

    def before(self) -> None:
        self.notice()
        self._lock.acquire()
        self._told = list(self._all)
        for each in self._told:
            each.before_fork()

    def after_in_parent(self) -> None:
        told, self._told = self._told, []
        for each in told:
            each.after_fork_in_parent()
        self._lock.release()

    def after_in_child(self) -> None:
        told, self._told = self._told, []
        self._lock = Lock()
        for each in told:
            each.after_fork_in_child()
        self._process = os.getpid()  # last, for whoever notices meanwhile waits for all of it


_fork = _Fork()

#: Tell somebody of every fork, for as long as they are there.
tell_of_forks = _fork.tell

#: Called before anything is used that may not have crossed a fork.
notice_forks = _fork.notice

if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_fork.before,
        after_in_parent=_fork.after_in_parent,
        after_in_child=_fork.after_in_child,
    )
