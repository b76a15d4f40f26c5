"""Measured figures beside their goals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_HEADER = ["figure", "measured", "goal", "met", "beside, in the same run"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One line of the table.

    :param name: what was measured.
    :param measured: None: it could not be, and ``beside`` says why.
    :param unit: of the figure and the goal.
    :param goal: the limit; None: there is none, the figure is for information.
    :param at_most: whether the goal is an upper limit; else it is a lower one.
    :param beside: the absolute figures that it was made from.
    """

    name: str
    measured: float | None
    unit: str
    goal: float | None
    at_most: bool
    beside: str

    @property
    def verdict(self) -> str:
        """Whether the goal was met, in a word."""
        if self.measured is None:
            return "not measured"
        if self.goal is None:
            return ""
        met = self.measured <= self.goal if self.at_most else self.measured >= self.goal
        return "yes" if met else "no"

    def cells(self) -> list[str]:
        """Give its line of the table."""
        measured = "" if self.measured is None else f"{_three_digits(self.measured)} {self.unit}"
        limit = "at most" if self.at_most else "at least"
        goal = "" if self.goal is None else f"{limit} {self.goal:.3g} {self.unit}"
        return [self.name, measured, goal, self.verdict, self.beside]


def markdown(figures: Sequence[Figure]) -> str:
    """Give the table in Markdown."""
    rows = [_HEADER, ["---"] * len(_HEADER), *(figure.cells() for figure in figures)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


def plain(figures: Sequence[Figure]) -> str:
    """Give the figures for a terminal, each with its verdict first."""
    lines = []
    for name, measured, goal, verdict, beside in (figure.cells() for figure in figures):
        limit = f" ({goal})" if goal else ""
        lines.append(f"{verdict:>12}  {name}: {measured}{limit}\n{'':14}{beside}")
    return "\n".join(lines)


def _three_digits(number: float) -> str:
    decimals = next((places for places, least in enumerate((100, 10, 1)) if number >= least), 3)
    return f"{number:,.{decimals}f}"
