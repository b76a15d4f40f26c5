"""What reports by the models say of small journeys."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest

from tests.reports.journeys import DAY, SITE, WEEK, come, report, reports
from tests.stores.values import NOON, arrival, click, order
from wsgi_salestrack import Money, Touch
from wsgi_salestrack.adjustments import Change
from wsgi_salestrack.crediting import MODELS
from wsgi_salestrack.identity import new_id
from wsgi_salestrack.persons import Link
from wsgi_salestrack.reports import render
from wsgi_salestrack.stores.base import Store

own = Touch(at=NOON - DAY, newsletter="own", link="token")


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
    assert lines[1] == "c,USD,0.333333,0.666667,3.34,0.00,3.34,10.02,,,,,"
    assert '"count": "0.333333"' in render(made, "json")


def test_several_models_are_read_at_once(store: Store) -> None:
    come(store, 5, "mail")
    store.record(SITE, arrival("1", visitor=1, touch=own))

    made = reports(store)

    assert tuple(made) == MODELS
    assert all({model: each} == reports(store, models=[model]) for model, each in made.items())


def test_a_browser_that_many_buy_with_is_shared_out_exactly(store: Store) -> None:
    """Each sale has another number of touches before it: what is kept for one is of no use soon."""
    names = ("a", "b", "c")
    expected = defaultdict[str, Fraction](Fraction)
    seen = Counter[str]()
    for minute in range(500):
        at = NOON + timedelta(minutes=minute)
        name = names[minute % 7 % 3]
        store.add_click(SITE, click(Touch(at=at, contact="c81", newsletter=name)))
        seen[name] += 1
        for each, count in seen.items():
            expected[each] += Fraction(count, minute + 1)
    store.record_many(
        SITE,
        [
            arrival(str(minute), at=NOON + timedelta(minutes=minute), visitor=7)
            for minute in range(500)
        ],
    )

    (report,) = reports(store, SITE, models=("linear",)).values()

    assert {row.dimension: row.count for row in report.rows} == expected
    assert sum(row.revenue or 0 for row in report.rows) == 5000
