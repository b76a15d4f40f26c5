"""Time of one call, in process."""

from __future__ import annotations

import time
import timeit
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

# Seconds of one measurement: long beside the clock's resolution, but so short that even a busy
# machine leaves some of them alone.
_BATCH = 0.0005


def fastest(
    calls: Mapping[str, tuple[WSGIApplication, WSGIEnvironment]], *, seconds: float, statement: str
) -> dict[str, float]:
    """Call applications in turn, again and again, without garbage collection; keep the best time.

    The minimum is what other work on the machine disturbs least, and taking turns lets a slower
    spell of the machine touch all alike.

    :param calls: name -> application and the request it gets.
    :param seconds: how long to go on, all together.
    :param statement: of ``application``, ``environ`` and ``start_response``; the time of all of it
        is measured.
    :returns: name -> seconds for one call.
    """
    timers = {
        name: timeit.Timer(
            statement,
            globals={
                "application": application,
                "environ": environ,
                "start_response": _start_response,
            },
        )
        for name, (application, environ) in calls.items()
    }
    batches = {name: _calls_in_a_batch(timer) for name, timer in timers.items()}
    best = dict.fromkeys(timers, float("inf"))
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for name, timer in timers.items():
            best[name] = min(best[name], timer.timeit(batches[name]) / batches[name])
    return best


def _calls_in_a_batch(timer: timeit.Timer) -> int:
    calls = 1
    while timer.timeit(calls) < _BATCH:
        calls *= 2
    return calls


def _start_response(
    status: str,
    headers: list[tuple[str, str]],
    exc_info: Any = None,
) -> Callable[[bytes], object]:
    return _write


def _write(data: bytes) -> None:
    """Drop it."""
