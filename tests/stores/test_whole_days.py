from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgi_salestrack.stores.whole_days import Day, Span, WholeDays, whole_days

MON, TUE, WED = Day("2026-11-16", 0, 9), Day("2026-11-17", 10, 19), Day("2026-11-18", 20, 29)
DAYS = [MON, TUE, WED]


def whole(first: Day, last: Day, *rest: tuple[int | None, int | None]) -> WholeDays:
    """These days, and the rest."""
    return WholeDays(first.name, last.name, tuple(Span(*span) for span in rest))


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (None, None, whole(MON, WED)),
        (10, None, whole(TUE, WED)),
        (None, 20, whole(MON, TUE)),
        (10, 20, whole(TUE, TUE)),
        (-5, 99, whole(MON, WED)),
        # A part of a day is read from the rows, up to its last moment.
        (3, None, whole(TUE, WED, (3, 10))),
        (None, 15, whole(MON, MON, (10, 15))),
        (3, 25, whole(TUE, TUE, (3, 10), (20, 25))),
        # No day is wholly in it.
        (12, 15, None),
        (3, 15, None),
        (30, 40, None),
        (-9, 0, None),
    ],
)
def test_a_period_is_its_whole_days_and_the_rest(
    since: int | None, until: int | None, expected: WholeDays | None
) -> None:
    """By when anything occurred on them, for that is what counts."""
    assert whole_days(DAYS, Span(since, until)) == expected


def test_where_nothing_occurred_there_are_no_days() -> None:
    assert whole_days([], Span(1, 2)) is None
    assert whole_days([], Span(None, None)) is None


@pytest.mark.parametrize(("since", "until"), [(5, None), (None, 15)])
def test_days_that_overlap_where_the_period_ends_are_not_told_apart(
    since: int | None, until: int | None
) -> None:
    """As they do where the time zone was changed; then all rows of the period are read."""
    overlapping = [Day("2026-11-16", 0, 12), Day("2026-11-17", 8, 19), Day("2026-11-18", 14, 29)]

    assert whole_days(overlapping, Span(since, until)) is None


moments = st.dictionaries(
    st.integers(0, 60), st.sampled_from(["d1", "d2", "d3", "d4", "d5"]), min_size=1, max_size=12
)
ends = st.none() | st.integers(-2, 62)


def days_of(occurred: Iterable[tuple[int, str]]) -> list[Day]:
    """The days of what occurred when."""
    found: dict[str, list[int]] = {}
    for at, day in occurred:
        found.setdefault(day, []).append(at)
    return [Day(name, min(ats), max(ats)) for name, ats in sorted(found.items())]


@given(moments, st.booleans(), ends, ends)
def test_whole_days_and_the_rest_have_each_moment_once(
    occurred: dict[int, str], in_order: bool, since: int | None, until: int | None
) -> None:
    """Each of the period, and no other, whatever days they are said to be of."""
    if in_order:
        occurred = dict(zip(sorted(occurred), sorted(occurred.values()), strict=True))

    def is_within(at: int, span: Span) -> bool:
        return (span.since is None or at >= span.since) and (span.until is None or at < span.until)

    found = whole_days(days_of(occurred.items()), Span(since, until))

    if found is None:
        return
    told = [at for at, day in occurred.items() if found.first <= day <= found.last]
    told += [at for span in found.rest for at in occurred if is_within(at, span)]
    assert sorted(told) == sorted(at for at in occurred if is_within(at, Span(since, until)))
