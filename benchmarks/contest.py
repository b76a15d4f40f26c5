"""Servers under the same load, by turns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

from benchmarks.course import Course
from benchmarks.errors import BenchmarkError
from benchmarks.load import Load, Requests
from benchmarks.progress import say
from benchmarks.servers import Server

_WARM_UP = 2.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Contestant:
    """One server's part.

    :param status: of the answer that counts.
    :param faultless: whether a single refused request spoils the figure. Ours must be; a rival
        may drop some, which count for nothing.
    """

    server: Server
    status: int = 200
    faultless: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What one server did.

    :param turns: the measured loads, without the warm-up.
    :param accepted: answers that counted, with the warm-up.
    """

    turns: list[Load]
    accepted: int

    @property
    def rate(self) -> float:
        """Accepted answers a second, the median of the turns."""
        return median(turn.rate for turn in self.turns)

    @property
    def p99(self) -> float:
        """Seconds within which 99 of 100 answers came, the median of the turns."""
        return median(turn.p99 for turn in self.turns)

    def beside(self, other: Result) -> float:
        """How many times the other's rate, the median over pairs of turns next to each other."""
        pairs = zip(self.turns, other.turns, strict=True)
        return median(mine.rate / yours.rate for mine, yours in pairs)


def compete(
    contestants: Mapping[str, Contestant], requests: Requests, course: Course
) -> dict[str, Result]:
    """Load each server in turn, again and again, after a warm-up.

    :raises BenchmarkError: a server that must be faultless refused a request.
    """
    accepted = dict.fromkeys(contestants, 0)
    turns: dict[str, list[Load]] = {name: [] for name in contestants}
    for number in range(course.rounds + 1):
        for name, contestant in contestants.items():
            seconds = course.seconds if number else min(course.seconds, _WARM_UP)
            load = requests.send(contestant.server, seconds=seconds, status=contestant.status)
            faults = load.refused + load.broken
            if load.accepted == 0 or (contestant.faultless and faults):
                raise BenchmarkError(
                    f"{name}: {load.accepted:,} accepted, {load.refused:,} refused, "
                    f"{load.broken:,} broken; no figure can be made of that"
                )
            accepted[name] += load.accepted
            if number:
                turns[name].append(load)
            say(
                f"  {f'turn {number}' if number else 'warm-up'}, {name}: {load.rate:,.0f} hits/s, "
                f"p99 {load.p99 * 1000:,.1f} ms" + (f", {faults:,} failed" if faults else "")
            )
    return {name: Result(turns=turns[name], accepted=accepted[name]) for name in contestants}
