"""What publishers earn: pure functions over the ledger."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgi_salestrack import Commission, Conversion, Money, Publisher, Recorded, Touch
from wsgi_salestrack.commission import Earning, due
from wsgi_salestrack.terms import Rule, Terms

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
PARENT = Publisher(id="p1")
CHILD = Publisher(id="p7", parent="p1")
FAMILY = {"p1": PARENT, "p7": CHILD}

rules = st.one_of(
    st.builds(Rule, st.just("percent"), st.decimals(0, 100, places=4)),
    st.builds(Rule, st.just("fixed"), st.decimals(0, 1000, places=2)),
)
terms = st.builds(Terms, tier1=st.none() | rules, tier2=st.none() | rules)
revenues = st.builds(
    Money.from_minor, st.integers(0, 10**8), st.just("USD"), st.just(2)
) | st.builds(Money.from_minor, st.integers(0, 10**8), st.just("BHD"), st.just(3))


def sale(revenue: Money | None, terms: Terms | None) -> Conversion:
    """One sale through a tracking code."""
    return Conversion(source="affiliate", reference="1", revenue=revenue, terms=terms)


def sold(
    conversion: Conversion, referrer: str | None = "p7", *, cancelled: bool = False
) -> Recorded:
    """A sale as it stands in the store."""
    return Recorded(
        outcome="recorded",
        conversion=conversion,
        touch=None,
        referral=None if referrer is None else Touch(publisher=referrer),
        id=1,
        cancelled=cancelled,
    )


def entry(
    earning: Earning, number: int, state: str = "pending", became: int | None = None
) -> Commission:
    """An earning as the ledger has it."""
    return Commission(
        id=number,
        conversion=1,
        reference="1",
        publisher=earning.publisher,
        tier=earning.tier,
        minor=earning.minor,
        currency=earning.currency,
        exponent=earning.exponent,
        rule=earning.rule,
        state=state,  # type: ignore[arg-type]
        at=NOON,
        became=became,
    )


def expected(revenue: Money, rule: Rule | None) -> int:
    """In minor units, half to even, by fractions."""
    if rule is None:
        return 0
    value = Fraction(rule.value)
    exact = revenue.minor * value / 100 if rule.kind == "percent" else value * 10**revenue.exponent
    return round(exact)


@given(terms=terms, steps=st.lists(st.none() | revenues, min_size=1, max_size=6))
def test_the_ledger_always_sums_up_to_what_is_earned(
    terms: Terms, steps: list[Money | None]
) -> None:
    """Whatever becomes of the revenue, and where a sale is cancelled (None) nothing is left."""
    ledger: list[Commission] = []
    revenue = next((step for step in steps if step is not None), Money("1", "USD"))
    for step in steps:
        revenue = step or revenue
        stands = sold(sale(revenue, terms), cancelled=step is None)
        new = due(stands, written=ledger, publishers=FAMILY)
        ledger += [entry(earning, len(ledger) + n) for n, earning in enumerate(new)]

        sums: Counter[tuple[str, str]] = Counter()
        for each in ledger:
            sums[each.publisher, each.currency] += each.minor
        right = {
            (who, revenue.currency): 0 if step is None else expected(revenue, rule)
            for who, rule in (("p7", terms.tier1), ("p1", terms.tier2))
        }
        assert {key: total for key, total in sums.items() if total} == {
            key: total for key, total in right.items() if total
        }


def test_nothing_is_due_where_the_ledger_is_right() -> None:
    """A second look writes nothing."""
    ten = Terms(tier1=Rule("percent", Decimal(10)))
    settled = [
        entry(earning, 1)
        for earning in due(sold(sale(Money("10", "USD"), ten)), written=[], publishers={})
    ]

    assert len(settled) == 1
    for cancelled, corrections in ((False, 0), (True, 1)):
        stands = sold(sale(Money("10", "USD"), ten), cancelled=cancelled)
        again = due(stands, written=settled, publishers=FAMILY)
        assert len(list(again)) == corrections


@pytest.mark.parametrize(
    ("entries", "net", "correction"),
    [
        ("100 declined 5", "0", None),
        ("100 declined 5", "20", None),
        # A part was paid before: it stays as far as it is earned.
        ("100 paid 5, 100 declined 6", "20", None),
        ("100 declined 6, 100 paid 5", "20", None),
        ("100 paid 5, 100 declined 6", "8", -20),
        ("100 paid 5, 100 declined 6", "0", -100),
        ("100 paid 1, 100 declined 3, -100 pending", "10", 100),
        ("100 paid 1, 100 declined 3, -100 paid 5", "20", 100),
        # And what took back more than that is given again.
        ("100 paid 5, -40 declined 6, 20 declined 7", "8", -20),
        ("100 declined 6, -40 paid 5", "6", 40),
    ],
)
def test_of_what_was_declined_nothing_is_earned_but_what_was_paid(
    entries: str, net: str, correction: int | None
) -> None:
    """The last number tells what was decided before which entries were written."""
    ten = Terms(tier1=Rule("percent", Decimal(10)))
    written = []
    for number, told in enumerate(entries.split(", "), start=1):
        minor, state, *became = told.split()
        earning = Earning("p7", 1, int(minor), "USD", 2, Rule("percent", Decimal(10)))
        written.append(entry(earning, number, state, *map(int, became)))

    found = due(sold(sale(Money(net, "USD"), ten)), written=written, publishers={})

    assert [earning.minor for earning in found] == ([] if correction is None else [correction])


def test_nobody_earns_on_a_sale_without_a_referrer_terms_or_revenue() -> None:
    ten = Terms(tier1=Rule("percent", Decimal(10)))
    for conversion, referrer in (
        (sale(Money("10", "USD"), ten), None),
        (sale(Money("10", "USD"), None), "p7"),
        (sale(None, ten), "p7"),
        (sale(Money("10", "USD"), Terms()), "p7"),
    ):
        assert not list(due(sold(conversion, referrer), written=[], publishers=FAMILY))
