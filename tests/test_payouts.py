"""What goes into a payout: pure functions over the ledger."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgi_salestrack import BadValue, Commission
from wsgi_salestrack.affiliates import CommissionState
from wsgi_salestrack.payouts import NEXT_PAYOUT_STATES, Gathering, PayoutState, Purse, collected
from wsgi_salestrack.terms import Rule

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
PURSE = Purse("p7", "USD", 2)
RULE = Rule("percent", Decimal(10))


def entry(
    id: int,
    minor: int,
    state: CommissionState = "approved",
    *,
    conversion: int = 1,
    tier: int = 1,
    payout: int | None = None,
) -> Commission:
    """One of publisher p7, on sale 1, unless it says otherwise."""
    return Commission(
        id=id,
        conversion=conversion,
        tier=tier,
        payout=payout,
        reference="1",
        publisher="p7",
        minor=minor,
        currency="USD",
        exponent=2,
        rule=RULE,
        state=state,
        at=NOON,
    )


def wanted(least: str | None = None) -> Gathering:
    """Of all times."""
    minimum = {} if least is None else {"USD": least}
    return Gathering.of(NOON, holding=timedelta(0), minimum=minimum, publisher=None)


def ids(entries: list[Commission], least: str | None = None) -> list[int]:
    """Those that are collected."""
    return [found.id for found in collected(PURSE, entries, wanted(least))]


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([entry(1, 100)], [1]),
        ([entry(1, 100, "pending")], []),
        ([entry(1, 100, "paid")], []),
        ([entry(1, 100, "declined")], []),
        ([entry(1, 100, payout=9)], []),
        # What is taken back of what was approved needs no approval of its own.
        ([entry(1, 100), entry(2, -30, "pending")], [1, 2]),
        # Of what is pending, it waits with it.
        ([entry(1, 100, "pending"), entry(2, -30, "pending")], []),
        ([entry(1, 100, "pending"), entry(2, -30, "pending"), entry(3, 50, conversion=2)], [3]),
        # Of what was paid, or will be, it comes off what else is due.
        (
            [entry(1, 100, "paid"), entry(2, -30, "pending"), entry(3, 50, conversion=2)],
            [2, 3],
        ),
        (
            [entry(1, 100, payout=9), entry(2, -30, "pending"), entry(3, 50, conversion=2)],
            [2, 3],
        ),
        # More than is due: nobody is asked to pay something back.
        ([entry(1, 100, "paid"), entry(2, -100, "pending"), entry(3, 50, conversion=2)], []),
        ([entry(1, 100), entry(2, -100, "pending")], []),
        # Taken back and given again is as it was; and only what is left of it counts.
        (
            [
                *(entry(1, 100, "paid"), entry(2, -30, "pending"), entry(3, 30, "pending")),
                entry(4, 50, conversion=2),
            ],
            [4],
        ),
        (
            [
                *(entry(1, 100, "paid"), entry(2, -30, "pending"), entry(3, 20, "pending")),
                entry(4, 50, conversion=2),
            ],
            [2, 3, 4],
        ),
        # The tiers of a sale are different people's, or of one who is their own parent's.
        ([entry(1, 100, "pending"), entry(2, 50, tier=2), entry(3, -5, "pending", tier=2)], [2, 3]),
    ],
)
def test_what_is_collected(entries: list[Commission], expected: list[int]) -> None:
    assert ids(entries) == expected


@pytest.mark.parametrize(
    ("least", "expected"), [(None, [1]), ("0", [1]), ("1.00", [1]), ("1.01", [])]
)
def test_less_than_the_minimum_waits(least: str | None, expected: list[int]) -> None:
    assert ids([entry(1, 100)], least) == expected


def test_a_minimum_is_of_its_own_currency() -> None:
    """Of another one the smallest unit is paid."""
    gathering = Gathering.of(
        NOON, holding=timedelta(0), minimum={"JPY": 3000, "BHD": "1.234"}, publisher=None
    )
    assert gathering.minimum == {"JPY": Decimal(3000), "BHD": Decimal("1.234")}
    assert [found.id for found in collected(PURSE, [entry(1, 1)], gathering)] == [1]


@given(
    st.lists(
        st.tuples(
            st.integers(-200, 200),
            st.sampled_from(get_args(CommissionState)),
            st.integers(1, 3),
            st.none() | st.just(9),
        ),
        max_size=12,
    ),
    st.integers(0, 300),
)
def test_a_payout_is_at_least_the_minimum_of_what_is_free(
    ledger: list[tuple[int, CommissionState, int, int | None]], least: int
) -> None:
    """Above zero, of nothing that is decided, and all of what is approved."""
    entries = [
        entry(id, minor, state, conversion=sale, payout=payout)
        for id, (minor, state, sale, payout) in enumerate(ledger)
    ]
    chosen = collected(PURSE, entries, wanted(str(Decimal(least).scaleb(-2))))

    if chosen:
        assert sum(found.minor for found in chosen) >= max(least, 1)
        free = [each for each in entries if each.payout is None]
        assert {e.id for e in free if e.state == "approved"} <= {e.id for e in chosen}
        assert all(found in free and found.state in ("approved", "pending") for found in chosen)
        # What nobody has approved never makes a payout larger.
        pending: Counter[int] = Counter()
        for found in chosen:
            pending[found.conversion] += found.minor if found.state == "pending" else 0
        assert all(minor <= 0 for minor in pending.values())


@pytest.mark.parametrize(
    ("holding", "minimum", "problem"),
    [
        (timedelta(days=-1), {}, "holding is not from 0 to 3650 days"),
        (timedelta(days=3651), {}, "holding is not from 0 to 3650 days"),
        (timedelta(0), {"USD": "1e5"}, "minimum of 'USD': amount is not a plain decimal number"),
        (timedelta(0), {"USD": "0.001"}, "minimum of 'USD': amount has more decimals"),
        (timedelta(0), {"usd": "1"}, "minimum of 'usd': currency"),
    ],
)
def test_what_cannot_be_gathered_is_refused(
    holding: timedelta, minimum: dict[str, str], problem: str
) -> None:
    with pytest.raises(BadValue) as raised:
        Gathering.of(NOON, holding=holding, minimum=minimum, publisher=None)
    assert str(raised.value).startswith(problem)


def test_nothing_comes_after_an_end_and_everything_ends() -> None:
    """From a payout that is exported there is no way but to pay it."""
    states = get_args(PayoutState)
    assert set(NEXT_PAYOUT_STATES) == set(states)
    assert NEXT_PAYOUT_STATES["exported"] == ("paid",)
    assert [state for state in states if not NEXT_PAYOUT_STATES[state]] == ["paid", "dropped"]
