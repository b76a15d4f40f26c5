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


def tell_of_forks(whom: Forking) -> None:
    """Tell somebody of every fork, for as long as they are there."""
    _ALL.add(whom)


_ALL: weakref.WeakSet[Forking] = weakref.WeakSet()


class _Fork:
    """One fork at a time, and who was told of it: there may be more when it is over."""

    def __init__(self) -> None:
        self._one_at_a_time = Lock()
        self._told: list[Forking] = []

    def before(self) -> None:
        self._one_at_a_time.acquire()
        self._told = list(_ALL)
        for each in self._told:
            each.before_fork()

    def after_in_parent(self) -> None:
        told, self._told = self._told, []
        for each in told:
            each.after_fork_in_parent()
        self._one_at_a_time.release()

    def after_in_child(self) -> None:
        self._told = []
        self._one_at_a_time = Lock()
        for each in list(_ALL):
            each.after_fork_in_child()


if hasattr(os, "register_at_fork"):
    _fork = _Fork()
    os.register_at_fork(
        before=_fork.before,
        after_in_parent=_fork.after_in_parent,
        after_in_child=_fork.after_in_child,
    )
