"""Reports by every model, against sums over each sale's credits by themselves."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stores.values import NOON, WITH_A_STORE, arrival, order
from wsgi_salestrack import Click, Money, Report, Touch, crediting
from wsgi_salestrack.adjustments import Change
from wsgi_salestrack.crediting import JOURNEYS, MODELS, Journey, Model, Step, Windows
from wsgi_salestrack.identity import new_id, new_visitor_id
from wsgi_salestrack.model import Arrival
from wsgi_salestrack.persons import Link
from wsgi_salestrack.reports import make_reports, render
from wsgi_salestrack.stores.base import Store
from wsgi_salestrack.touches import Verdict

SITE = "default"
MONTH = timedelta(days=30)
WEEK = timedelta(days=7)
DAY = timedelta(days=1)

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
        visitor=st.just(visitor),
        verdict=st.sampled_from(verdicts),
        destination=st.just("/p/socks"),
    )


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


def reports(
    store: Store, site: str = SITE, models: Any = MODELS, **asked: Any
) -> dict[Model, Report]:
    given = {"window": MONTH, **asked}
    return make_reports(store, site, timezone=UTC, models=models, **given)


def report(store: Store, model: str = "linear", **asked: Any) -> dict[str | None, str]:
    """What the touches are credited with, as text."""
    (made,) = reports(store, models=[model], **asked).values()
    return {row.dimension: f"{row.count} {row.net}" for row in made.rows}


def come(
    store: Store, days: int, newsletter: str | None, *, visitor: int = 1, **names: Any
) -> None:
    """Click a link so many days before noon."""
    at = NOON - days * DAY
    touch = Touch(at=at, newsletter=newsletter, **names)
    made = Click(
        id=new_id(at), touch=touch, visitor=visitor, verdict="valid", destination="/p/socks"
    )
    store.add_click(SITE, made)


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
        found = crediting.credits(
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
            id=new_visitor_id(), touch=long_ago, visitor=visitor, verdict="valid", destination="/"
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


def test_what_was_taken_back_is_taken_from_whom_it_was_given(store: Store) -> None:
    """All of it leaves nothing to anybody; a cancelled sale leaves no row."""
    for days, newsletter in ((9, "a"), (5, "b"), (1, "c")):
        come(store, days, newsletter)
    store.record(SITE, arrival("1", visitor=1))

    def adjusted(**change: Any) -> dict[str | None, str]:
        change_of = Change(**change)
        store.adjust(SITE, "order", "1", change_of, id=new_id(NOON), at=NOON, announced=False)
        return {name: sold.partition(" ")[2] for name, sold in report(store).items()}

    assert adjusted(kind="refund", amount=Money("0.01", "USD")) == {
        "a": "3.33",
        "b": "3.33",
        "c": "3.33",
    }
    assert adjusted(kind="refund") == {"a": "0.00", "b": "0.00", "c": "0.00"}
    assert adjusted(kind="reinstatement") == {"a": "3.33", "b": "3.33", "c": "3.34"}
    assert adjusted(kind="cancellation") == {}


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("first", {"a": "1 10.00"}),
        ("last", {"c": "1 10.00"}),
        ("linear", {"a": "1/3 3.33", "b": "1/3 3.33", "c": "1/3 3.34"}),
        ("position", {"a": "2/5 4.00", "b": "1/5 2.00", "c": "2/5 4.00"}),
    ],
)
def test_each_model_credits_as_it_says(
    store: Store, model: str, expected: dict[str | None, str]
) -> None:
    for days, newsletter in ((9, "a"), (5, "b"), (1, "c")):
        come(store, days, newsletter)
    store.record(SITE, arrival("1", visitor=1))

    assert report(store, model, journey="newsletters") == expected


def test_a_touch_of_which_seven_days_more_passed_has_half_the_credit(store: Store) -> None:
    for days, newsletter in ((15, "a"), (8, "b"), (1, "c")):
        come(store, days, newsletter)
    store.record(SITE, arrival("1", visitor=1, revenue=Money("7", "USD")))

    (made,) = reports(store, models=["decay"]).values()

    assert {row.dimension: str(row.net) for row in made.rows} == {
        "a": "1.00",
        "b": "2.00",
        "c": "4.00",
    }
    assert abs(made.rows[0].count - Fraction(4, 7)) < Fraction(1, 10**12)


def test_the_last_touch_of_stored_clicks_is_the_one_of_the_cookie(store: Store) -> None:
    """Where nobody uses two browsers, both ways of counting say the same."""
    come(store, 9, "a")
    come(store, 1, "b")
    touch = Touch(at=NOON - DAY, newsletter="b")
    store.record(SITE, arrival("1", visitor=1, touch=touch))

    assert report(store, "last") == report(store, "last", windows={}) == {"b": "1 10.00"}


@pytest.mark.parametrize(
    ("by", "asked", "expected"),
    [
        ("link", {}, {"hero": "1/2 5.00", "foot": "1/2 5.00"}),
        ("contact", {}, {"c81": "1 10.00"}),
        ("list", {}, {"main": "1/2 5.00", None: "1/2 5.00"}),
        ("publisher", {}, {"p7": "1 10.00"}),
        ("publisher", {"journey": "both"}, {None: "2/3 6.66", "p7": "1/3 3.34"}),
        ("newsletter", {"journey": "both"}, {"n": "2/3 6.66", None: "1/3 3.34"}),
        ("day", {}, {"2026-11-21": "1 10.00"}),
        ("target", {"where": {"link": "foot"}}, {"7": "1/2 5.00"}),
        ("newsletter", {"where": {"link": "foot"}}, {"n": "1/2 5.00"}),
        ("link", {"where": {"list": None}}, {"foot": "1/2 5.00"}),
        ("link", {"where": {"contact": "c81", "list": "main"}}, {"hero": "1/2 5.00"}),
        ("link", {"where": {"contact": "c82"}}, {}),
        ("link", {"where": {"target": "8"}}, {}),
        ("link", {"windows": {"newsletters": WEEK}}, {"foot": "1 10.00"}),
        ("link", {"window": DAY}, {None: "1 10.00"}),
        ("link", {"currency": "EUR"}, {}),
    ],
)
def test_a_report_is_by_any_dimension_of_a_touch(
    store: Store, by: str, asked: dict[str, Any], expected: dict[str | None, str]
) -> None:
    """And of those only which were asked for."""
    come(store, 9, "n", contact="c81", link="hero", list="main")
    come(store, 5, "n", contact="c81", link="foot")
    come(store, 3, None, link="blog", publisher="p7")
    store.record(SITE, arrival("1", visitor=1, target="7"))

    assert report(store, by=by, **asked) == expected


def test_the_contact_of_a_customer_is_known_once_they_were_identified(store: Store) -> None:
    """Also of a sale that nobody is credited with."""
    store.record(SITE, arrival("1", order=order(customer_ref="77")))
    assert report(store, by="contact") == {None: "1 10.00"}

    store.identify(SITE, "c81", "77", NOON)

    assert report(store, by="contact") == {"c81": "1 10.00"}
    assert report(store, by="contact", where={"contact": "c81"}) == {"c81": "1 10.00"}
    assert report(store, by="contact", where={"contact": None}) == {}


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (NOON - 3 * DAY, {"mail": "1/2 5.00", "told": "1/2 5.00"}),
        (None, {"mail": "1/2 5.00", "told": "1/2 5.00"}),
    ],
)
def test_what_the_host_told_is_a_touch_of_the_journey(
    store: Store, at: datetime | None, expected: dict[str | None, str]
) -> None:
    """Beside the clicks; but no second one where it is one of them."""
    come(store, 5, "mail")
    store.record(SITE, arrival("1", visitor=1, touch=Touch(at=at, newsletter="told")))
    assert report(store) == expected

    come(store, 3, "told")
    assert report(store) == expected


def test_a_click_stays_its_contacts_where_a_browser_is_shared(store: Store) -> None:
    """Who separated them has the clicks of each count for themselves."""
    come(store, 5, "hers", contact="c81")
    come(store, 3, "his", contact="c82")
    store.identify(SITE, "c82", "77", NOON)
    touch = Touch(at=NOON - 3 * DAY, contact="c82", newsletter="his")
    store.record(SITE, arrival("1", visitor=1, touch=touch, order=order(customer_ref="77")))
    assert report(store) == {"hers": "1/2 5.00", "his": "1/2 5.00"}

    store.separate(SITE, Link(visitor=1, contact="c81"), NOON, apart=True)

    assert report(store) == {"his": "1 10.00"}


def test_a_period_has_the_touches_before_its_first_sale(store: Store) -> None:
    """And the links of all times."""
    come(store, 400, "old", contact="c81", visitor=1)
    come(store, 399, "old", contact="c81", visitor=2)
    come(store, 29, "read on the phone", visitor=1)
    store.record(SITE, arrival("1", visitor=2))
    store.record(SITE, arrival("2", visitor=2, at=NOON + 5 * DAY))

    assert report(store, since=NOON, until=NOON + DAY) == {"read on the phone": "1 10.00"}


def test_fractions_are_shown_as_decimals(store: Store) -> None:
    """Two places to people, six to programs; whole numbers as they are."""
    for days, newsletter in ((9, "a"), (5, "b"), (1, "c")):
        come(store, days, newsletter)
    store.record(SITE, arrival("1", visitor=1, quantity=2))
    (made,) = reports(store, models=["linear"]).values()

    table, lines = render(made, "table"), render(made, "csv").splitlines()

    assert [line.split()[2:4] for line in table.splitlines()[2:5]] == [["0.33", "0.67"]] * 3
    assert table.splitlines()[-1].split()[2:4] == ["1", "2"]
    assert lines[1] == "c,USD,0.333333,0.666667,3.34,0.00,3.34"
    assert '"count": "0.333333"' in render(made, "json")


def test_several_models_are_read_at_once(store: Store) -> None:
    come(store, 5, "mail")
    store.record(SITE, arrival("1", visitor=1, touch=own))

    made = reports(store)

    assert tuple(made) == MODELS
    assert all({model: each} == reports(store, models=[model]) for model, each in made.items())
