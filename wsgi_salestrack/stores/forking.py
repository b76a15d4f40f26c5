"""Whoever holds what may not cross a fork is told before and after it."""

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
        """Begin afresh: the parent's threads do not exist here."""


class _Fork:
    """One fork at a time, and who is told of it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._all: weakref.WeakSet[Forking] = weakref.WeakSet()
        self._told: list[Forking] = []

    def tell(self, whom: Forking) -> None:
        """Tell somebody of every fork, for as long as they are there.

        Waits for one that is under way: who came in between might hold one of SQLite's own locks
        when the process forks, and in the child nobody would ever let go of it.
        """
        with self._lock:
            self._all.add(whom)

    def before(self) -> None:
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


_fork = _Fork()

#: Tell somebody of every fork, for as long as they are there.
tell_of_forks = _fork.tell

if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_fork.before,
        after_in_parent=_fork.after_in_parent,
        after_in_child=_fork.after_in_child,
    )
