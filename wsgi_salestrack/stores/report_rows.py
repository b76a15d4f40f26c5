"""Between a selection or its sums and the rows of the reports' statements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any, Final, TypeAlias

from ..days import days_of_week, first_of_hour, hour_of, week_of
from .base import Clicks, Dimension, Selection, Total
from .name_lists import sought
from .rows import Row, microseconds

#: How what is read of hours and weeks becomes one, by the dimension's place.
Labels: TypeAlias = dict[int, Callable[[Any], str | None]]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_HOUR: Final = timedelta(hours=1) // _MICROSECOND


def selection_parameters(site: str, selection: Selection) -> Row:
    """The parameters of a statement for a selection.

    :raises BadValue: if the condition on an hour or a week is none.
    """
    parameters: Row = {
        "site": site,
        "since": selection.since and microseconds(selection.since),
        "until": selection.until and microseconds(selection.until),
        "currency": selection.currency,
    }
    for dimension, value in selection.where.items():
        name = f"where_{dimension}"
        parameters[name] = value
        if value is not None and dimension == "week":
            parameters[name], parameters[f"{name}_last"] = days_of_week(value)
        elif value is not None and dimension == "hour":
            begin = microseconds(first_of_hour(value))
            parameters[name], parameters[f"{name}_last"] = begin, begin + _HOUR - 1
        elif value is not None and dimension == "category":
            parameters[name] = sought(value)
    return parameters


def totals_of(found: Iterable[Sequence[Any]], selection: Selection) -> list[Total]:
    """The sums from rows of ``select_totals``."""
    size = len(selection.by)
    return [
        Total(
            values=tuple(row[:size]),
            currency=row[size],
            exponent=row[size + 1],
            count=row[size + 2],
            # Some databases add integers as decimals.
            quantity=int(row[size + 3]),
            revenue=int(row[size + 4]),
            refunded=int(row[size + 5]),
        )
        for row in _labelled(found, selection)
    ]


def commissions_of(found: Iterable[Sequence[Any]], selection: Selection) -> list[Total]:
    """The sums from rows of ``select_commissions``: of nothing but commissions."""
    size = len(selection.by)
    return [
        Total(
            values=tuple(row[:size]),
            currency=row[size],
            exponent=row[size + 1],
            count=0,
            quantity=0,
            revenue=0,
            refunded=0,
            commission=int(row[size + 2]),
        )
        for row in _labelled(found, selection)
    ]


def clicks_of(found: Iterable[Sequence[Any]], selection: Selection) -> list[Clicks]:
    """The clicks from rows of ``select_clicks``."""
    size = len(selection.by)
    return [
        Clicks(
            values=tuple(row[:size]),
            clicks=row[size],
            visitors=row[size + 1] if len(row) > size + 1 else None,
        )
        for row in _labelled(found, selection)
    ]


def labels_of(selection: Selection) -> Labels:
    """How the values of a selection's sales are to be read, where not as they are."""
    return {
        place: _label_of(dimension, selection.timezone)
        for place, dimension in enumerate(selection.by)
        if dimension in {"hour", "week"}
    }


def labelled(rows: Iterable[Sequence[Any]], labels: Labels) -> Iterator[tuple[Any, ...]]:
    """Rows with some of their values read so.

    :param labels: by the places of the values in a row.
    """
    for row in rows:
        values = list(row)
        for place, label in labels.items():
            values[place] = label(values[place])
        yield tuple(values)


def _labelled(found: Iterable[Sequence[Any]], selection: Selection) -> Iterable[Sequence[Any]]:
    labels = labels_of(selection)
    return labelled(found, labels) if labels else found


@lru_cache(maxsize=8)
def _label_of(dimension: Dimension, timezone: tzinfo) -> Callable[[Any], str | None]:
    """A function that remembers: crossed with others, the same weeks come again and again."""

    def label(value: Any) -> str | None:
        if value is None:
            return None
        if dimension == "week":
            return week_of(value)
        # Some databases compute integers as decimals.
        return hour_of(_EPOCH + int(value) * _MICROSECOND, timezone)

    return lru_cache(maxsize=65_536)(label)
