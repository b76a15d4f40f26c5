"""Ids: 63-bit integers made by the application, ordered by time, fit for any store."""

from __future__ import annotations

import os
import random
import secrets
from datetime import UTC, datetime
from threading import Lock

_EPOCH = int(datetime(2020, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
_RANDOM_BITS = 12
_VISITOR_BITS = 32
# Where the ids of a process begin whose clock is not set yet: below all others, four minutes wide.
_EARLY_BITS = 40


class _Process:
    """What the ids of this process have in common."""

    def __init__(self) -> None:
        self.lock = Lock()
        # Of our own: a host, or its tests, may count on what the common one gives next.
        self.random = random.Random()  # noqa: S311  guards no secret
        self.last = self.random.getrandbits(_EARLY_BITS)

    def begin_in_child(self) -> None:
        # Another thread may have held the lock when the process forked; it does not exist here.
        self.lock = Lock()
        self.random.seed()
        if self.last < 2 << _EARLY_BITS:
            self.last = self.random.getrandbits(_EARLY_BITS)


_process = _Process()


def new_id(at: datetime) -> int:
    """Microseconds since 2020 (enough until 2091) above twelve random bits.

    Each is larger than all before it in this process. Two processes make the same one only in the
    same microsecond and then once in 4,096; a store finds out by its primary key and asks again.
    While the clock says that it is before 2020, they count from a random number.

    :param at: the time now, aware.
    """
    microseconds = int(at.timestamp() * 1_000_000) - _EPOCH
    new = microseconds << _RANDOM_BITS | _process.random.getrandbits(_RANDOM_BITS)
    with _process.lock:
        if new <= _process.last:  # max() would take longer
            new = _process.last + 1
        _process.last = new
    return new


def first_id(at: datetime) -> int:
    """The lowest that an id made then may be.

    :param at: aware; before 2020 there were none.
    """
    return max(0, (int(at.timestamp() * 1_000_000) - _EPOCH) << _RANDOM_BITS)


def new_visitor_id(at: datetime | None = None) -> int:
    """A random id, not to be guessed from others.

    :param at: the time now, aware; then only 32 bits are random, below the seconds since 2020
        (enough until 2088): an index of visitors grows at its end, and a click is stored in three
        quarters of the time.
    """
    if at is None:
        return secrets.randbits(63)
    seconds = max(0, int(at.timestamp()) - _EPOCH // 1_000_000)
    return seconds << _VISITOR_BITS | secrets.randbits(_VISITOR_BITS)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_process.begin_in_child)
