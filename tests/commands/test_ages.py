from __future__ import annotations

from datetime import date

import pytest
from click import BadParameter

from wsgi_salestrack.commands.ages import Age, AgeType


@pytest.mark.parametrize(
    ("age", "today", "before"),
    [
        ("1d", "2026-03-01", "2026-02-28"),
        ("400d", "2026-11-21", "2025-10-17"),
        ("2w", "2026-01-10", "2025-12-27"),
        ("1mo", "2026-03-31", "2026-02-28"),
        ("1mo", "2024-03-31", "2024-02-29"),
        ("1mo", "2026-01-15", "2025-12-15"),
        ("12mo", "2026-12-31", "2025-12-31"),
        ("25mo", "2026-11-21", "2024-10-21"),
        ("1y", "2024-02-29", "2023-02-28"),
    ],
)
def test_an_age_is_counted_by_the_calendar(age: str, today: str, before: str) -> None:
    counted = AgeType().convert(age, None, None)

    assert counted.before(date.fromisoformat(today)) == date.fromisoformat(before)
    assert AgeType().convert(counted, None, None) is counted


@pytest.mark.parametrize(
    "wrong", ["", "400", "d", "0d", "-1d", "1.5y", "1 d", "1m", "1D", "2000y", "٣d"]
)
def test_what_is_no_age_is_refused(wrong: str) -> None:
    with pytest.raises(BadParameter):
        AgeType().convert(wrong, None, None)


@pytest.mark.parametrize("age", ["999999d", "9999y", "9" * 18 + "d", "9" * 18 + "mo"])
def test_an_age_before_the_calendar_is_told_as_one(age: str) -> None:
    with pytest.raises(BadParameter, match="is longer than anybody can look back"):
        AgeType().convert(age, None, None)


def test_an_age_of_nothing_is_today() -> None:
    assert Age(months=0, days=0).before(date(2026, 12, 31)) == date(2026, 12, 31)
