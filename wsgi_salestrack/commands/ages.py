"""How old something is, as it is written on the command line: ``400d``, ``25mo``."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

import click

_AGE: Final = re.compile(r"([1-9][0-9]{0,17})(d|w|mo|y)", re.ASCII)


class Age(NamedTuple):
    """So many months of the calendar, or so many days."""

    months: int
    days: int

    def before(self, today: date) -> date:
        """The day that is so long ago; where its month is too short for it, the month's last.

        :raises ValueError: if there was no such day.
        """
        months = today.year * 12 + today.month - 1 - self.months
        first, after = (date(each // 12, each % 12 + 1, 1) for each in (months, months + 1))
        day = min(first + timedelta(days=today.day - 1), after - timedelta(days=1))
        return day - timedelta(days=self.days)


class AgeType(click.ParamType[Age]):
    """An age: a number and ``d`` (days), ``w`` (weeks), ``mo`` (months) or ``y`` (years)."""

    name = "age"

    def convert(
        self, value: Any, parameter: click.Parameter | None, context: click.Context | None
    ) -> Age:
        """What was written."""
        if isinstance(value, Age):
            return value
        found = _AGE.fullmatch(str(value))
        if found is None:
            self.fail("is not like 400d, 56w, 25mo or 2y", parameter, context)
        number, unit = int(found[1]), found[2]
        age = Age(
            months={"mo": 1, "y": 12}.get(unit, 0) * number,
            days={"d": 1, "w": 7}.get(unit, 0) * number,
        )
        try:
            age.before(date(2000, 1, 1))
        except (ValueError, OverflowError):
            self.fail("is longer than anybody can look back", parameter, context)
        return age
