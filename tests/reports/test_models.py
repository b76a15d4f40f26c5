"""Reports by every model, against sums over each sale's credits by themselves."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tests.reports.journeys import DAY, MONTH, WEEK, reports
from tests.stores.values import NOON, WITH_A_STORE, arrival
from wsgi_salestrack import Click, Money, Touch, crediting
from wsgi_salestrack.adjustments import Change
from wsgi_salestrack.crediting import JOURNEYS, Journey, Model, Step, Windows
from wsgi_salestrack.identity import new_id, new_visitor_id
from wsgi_salestrack.model import Arrival
from wsgi_salestrack.stores.base import Store
from wsgi_salestrack.touches import Verdict

# Visitors 1 and 2 are one person by contact a, visitor 3 is another with contact b.
CONTACTS = {1: "a", 2: "a", 3: "b"}


class Sold(NamedTuple):
    """A sale, and what becomes of it."""

    arrival: Arrival
    change: Change | None


def clicks_of(visitor: int) -> st.SearchStrategy[Click]:
    touches = st.builds(
        Touch,
        at=st.integers(-40 * 24, 24).map(lambda hours: NOON + timedelta(hours=hours)),
        contact=st.just(CONTACTS[visitor]),
        list=st.sampled_from([None, "main"]),
        newsletter=st.sampled_from([None, "n1", "n2"]),
        link=st.sampled_from([None, "hero"]),
        publisher=st.sampled_from([None, "p7"]),
        subscription=st.none(),
    )
    verdicts: list[Verdict] = ["valid", "valid", "valid", "bot", "refused"]
    return st.builds(
        Click,
        id=st.just(0),
        touch=touches,
        day=st.just(""),
        visitor=st.just(visitor),
        verdict=st.sampled_from(verdicts),
        destination=st.just("/p/socks"),
    ).map(lambda click: msgspec.structs.replace(click, day=f"{click.touch.at:%Y-%m-%d}"))


monies = (
    st.none()
    | st.builds(Money.from_minor, st.integers(0, 10**5), st.just("USD"), st.just(2))
    | st.builds(Money, st.integers(0, 99), st.sampled_from(["JPY", "EUR", "BHD"]))
)
own = Touch(at=NOON - DAY, newsletter="own", link="token")
sales = st.builds(
    arrival,
    st.none(),
    at=st.integers(-3, 3).map(lambda days: NOON + days * DAY),
    visitor=st.sampled_from([None, 1, 2, 3, 4]),
    touch=st.sampled_from([None, None, own]),
    revenue=monies,
    quantity=st.none() | st.integers(1, 9),
)
changes = st.none() | st.sampled_from(
    [Change(kind="cancellation"), Change(kind="refund"), Change(kind="refund", amount="0.03")]
)


def one_by_one(
    clicks: list[Click], sold: list[Arrival], model: Model, journey: Journey, windows: Windows
) -> dict[Any, tuple[Fraction, Fraction, int]]:
    """Count, quantity and minor units of each newsletter."""
    sums: dict[Any, tuple[Fraction, Fraction, int]] = defaultdict(
        lambda: (Fraction(0), Fraction(0), 0)
    )
    for sale in sold:
        contact = CONTACTS.get(sale.visitor or 0)
        path = [
            Step(touch=click.touch, verdict=click.verdict)
            for click in clicks
            if contact is not None and click.touch.contact == contact and any(click.touch.names)
        ]
        if sale.touch is not None:
            path.append(Step(touch=sale.touch))
        money = sale.conversion.revenue
        found = crediting.credit_path(
            path,
            occurred_at=sale.at,
            net=money.minor if money else 0,
            model=model,
            windows=windows,
            journey=journey,
        )
        for credit in found:
            if credit.share:
                key = credit.touch and credit.touch.newsletter, money and money.currency
                count, quantity, minor = sums[key]
                items = credit.share * (sale.conversion.quantity or 0)
                sums[key] = (count + credit.share, quantity + items, minor + credit.minor)
    return dict(sums)


@given(
    st.lists(st.sampled_from(list(CONTACTS)).flatmap(clicks_of), max_size=8),
    st.lists(sales, max_size=5),
    st.sampled_from(JOURNEYS),
    st.sampled_from([None, {"publishers": WEEK}, {"newsletters": WEEK, "publishers": DAY}]),
)
@WITH_A_STORE
def test_a_report_is_the_sum_of_what_each_sale_credits(
    store: Store,
    clicks: list[Click],
    sold: list[Arrival],
    journey: Journey,
    windows: dict[str, timedelta] | None,
) -> None:
    """By every model, whoever's browser it was."""
    site = f"shop-{new_visitor_id()}"
    # The same moment twice has no order; the credits of both are then as good the other way.
    clicks = list({click.touch.at: click for click in clicks}.values())
    for number, click in enumerate(clicks, start=1):
        store.add_click(site, msgspec.structs.replace(click, id=new_visitor_id() + number))
    for visitor, contact in CONTACTS.items():
        # So that the contact is known of each, whatever was clicked.
        long_ago = Touch(at=NOON - 400 * DAY, contact=contact, newsletter="old")
        linking = Click(
            id=new_visitor_id(),
            touch=long_ago,
            day=f"{long_ago.at:%Y-%m-%d}",
            visitor=visitor,
            verdict="valid",
            destination="/",
        )
        store.add_click(site, linking)
    for sale in sold:
        store.record(site, sale)

    made_reports = reports(store, site, journey=journey, windows=windows)

    for model, made in made_reports.items():
        expected = one_by_one(clicks, sold, model, journey, Windows.of(windows, MONTH))
        assert {
            (row.dimension, row.currency): (
                row.count,
                row.quantity,
                int((row.revenue or Decimal(0)).scaleb(exponent_of(row.revenue))),
            )
            for row in made.rows
        } == expected, model


def exponent_of(amount: Decimal | None) -> int:
    exponent = amount.as_tuple().exponent if amount is not None else 0
    assert isinstance(exponent, int)
    return -exponent


@given(
    st.lists(st.sampled_from(list(CONTACTS)).flatmap(clicks_of), max_size=8),
    st.lists(st.builds(Sold, sales, changes), max_size=5),
    st.sampled_from(["newsletter", "link", "contact", "list", "publisher", "target", "day"]),
    st.sampled_from(JOURNEYS),
)
@WITH_A_STORE
def test_money_is_conserved_by_every_model(
    store: Store, clicks: list[Click], sold: list[Sold], by: str, journey: Journey
) -> None:
    """In every currency, whatever was taken back; and what is left is never less than nothing."""
    site = f"shop-{new_visitor_id()}"
    for click in clicks:
        store.add_click(site, msgspec.structs.replace(click, id=new_visitor_id()))
    for number, (sale, change) in enumerate(sold):
        reference = str(number)
        conversion = msgspec.structs.replace(sale.conversion, reference=reference)
        store.record(site, msgspec.structs.replace(sale, conversion=conversion))
        money = conversion.revenue
        if change is None or (change.kind == "refund" and (money is None or money.minor < 3)):
            continue
        few = money and change.amount and Money.from_minor(3, money.currency, money.exponent)
        asked = msgspec.structs.replace(change, amount=few)
        store.adjust(site, "order", reference, asked, id=new_id(NOON), at=NOON, announced=False)

    stored = reports(store, site, models=["last"], by=by)["last"]

    for made in reports(store, site, by=by, journey=journey).values():
        assert set(made.totals) == set(stored.totals)
        for row in made.rows:
            assert row.revenue is None or row.net is None or row.revenue >= row.net >= 0
