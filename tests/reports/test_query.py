from __future__ import annotations

import re
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Context, Decimal, Inexact, localcontext
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stores.values import NOON, WITH_A_STORE, arrival, line, order
from wsgi_salestrack import BadValue, Money, Report, ReportRow, Touch
from wsgi_salestrack.identity import new_visitor_id
from wsgi_salestrack.model import Arrival
from wsgi_salestrack.reports import make_reports
from wsgi_salestrack.stores.base import Dimension, Store

SITE = "default"

newsletters = st.sampled_from([None, "2026-10", "2026-11", "\N{SNOWMAN}"])
sales = st.builds(
    arrival,
    st.none(),
    touch=st.builds(Touch, newsletter=newsletters),
    revenue=st.none()
    | st.builds(Money.from_minor, st.integers(0, 10**10), st.just("USD"), st.just(2))
    | st.builds(Money, st.integers(0, 10**7), st.sampled_from(["JPY", "EUR", "BHD"])),
    quantity=st.none() | st.integers(1, 999_999_999),
)


def report(store: Store, site: str = SITE, model: str = "last", **selection: Any) -> Report:
    month = timedelta(days=30)
    made = make_reports(store, site, timezone=UTC, window=month, models=[model], **selection)
    (only,) = made.values()
    return only


def row(
    dimension: str | None, currency: str | None, count: int, quantity: int, revenue: str | None
) -> ReportRow:
    return ReportRow(
        dimension=dimension,
        currency=currency,
        count=count,
        quantity=quantity,
        revenue=None if revenue is None else Decimal(revenue),
        refunded=None if revenue is None else Decimal(0),
    )


def added_up(sold: list[Arrival], *, by_newsletter: bool) -> set[ReportRow]:
    """What a report must show, added up one by one by the numbers as they are written."""
    groups: dict[tuple[str | None, str | None], list[Arrival]] = defaultdict(list)
    for each in sold:
        newsletter = each.touch.newsletter if by_newsletter and each.touch else None
        money = each.conversion.revenue
        groups[newsletter, money.currency if money else None].append(each)
    with localcontext(Context(prec=50, traps=[Inexact])):
        return {
            ReportRow(
                dimension=newsletter,
                currency=currency,
                count=len(members),
                quantity=sum(each.conversion.quantity or 0 for each in members),
                refunded=None if currency is None else Decimal(0),
                revenue=None
                if currency is None
                else sum(
                    (Decimal(str(each.conversion.revenue).split()[0]) for each in members),
                    Decimal(0),
                ),
            )
            for (newsletter, currency), members in groups.items()
        }


@given(st.lists(sales, max_size=8))
@WITH_A_STORE
def test_a_report_agrees_with_an_independent_sum(store: Store, sold: list[Arrival]) -> None:
    """To the minor unit, each currency for itself, by newsletter and in total."""
    site = f"shop-{new_visitor_id()}"
    for each in sold:
        store.record(site, each)

    made = report(store, site)

    assert made.by == ("newsletter",)
    assert set(made.rows) == added_up(sold, by_newsletter=True)
    assert set(made.totals) == added_up(sold, by_newsletter=False)
    assert len(made.rows) == len(set(made.rows))
    assert len(made.totals) == len(set(made.totals))


def test_rows_are_best_selling_first(store: Store) -> None:
    """By currency, then by revenue, then by count and name; what is credited to none comes last."""
    for newsletter, currency, amounts in (
        (None, "EUR", ["900"]),
        ("c", "USD", ["5"]),
        ("a", "USD", ["5"]),
        ("b", "USD", ["2", "3"]),
        ("d", "USD", ["10.00"]),
        ("e", "USD", ["9.99"]),
        ("a", "EUR", ["1"]),
        ("f", None, [""]),
    ):
        for amount in amounts:
            revenue = Money(amount, currency) if currency else None
            touch = Touch(newsletter=newsletter)
            store.record(SITE, arrival(None, revenue=revenue, touch=touch))

    assert [(each.dimension, each.currency) for each in report(store).rows] == [
        ("a", "EUR"),
        ("d", "USD"),
        ("e", "USD"),
        ("b", "USD"),
        ("a", "USD"),
        ("c", "USD"),
        ("f", None),
        (None, "EUR"),
    ]


def test_days_are_in_their_order(store: Store) -> None:
    """Whatever they sold."""
    for day, amount in (("2026-11-22", "1"), ("2026-11-20", "2"), ("2026-11-21", "3")):
        store.record(SITE, arrival(None, day=day, revenue=Money(amount, "USD")))

    days = [each.dimension for each in report(store, by="day").rows]

    assert days == ["2026-11-20", "2026-11-21", "2026-11-22"]


@pytest.mark.parametrize(
    ("by", "value"),
    [
        ("newsletter", "2026-11"),
        ("link", "hero"),
        ("contact", "c81"),
        ("subscription", "s5"),
        ("list", "main"),
        ("publisher", "p7"),
        ("target", "7"),
        ("point_of_sale", "berlin"),
        ("source", "import"),
        ("product", "s1"),
        ("category", "feet"),
        ("hour", "2026-11-21 12:00+00:00"),
        ("day", "2026-11-21"),
        ("week", "2026-W47"),
        ("month", "2026-11"),
    ],
)
def test_a_report_is_by_any_dimension(store: Store, by: Dimension, value: str) -> None:
    """What nobody said of a sale is that of none; every one has a source and a time."""
    touch = Touch(newsletter="2026-11", link="hero", contact="c81", subscription="s5", list="main")
    referral = Touch(publisher="p7")
    bought = order(line(categories=("feet",)), point_of_sale="berlin")
    values: dict[str, Any] = {"order": bought, "target": "7", "source": "import", "quantity": 1}
    store.record(SITE, arrival("1", touch=touch, referral=referral, **values))
    store.record(SITE, arrival("2", day="2026-12-22", at=NOON + timedelta(days=31)))

    made = report(store, by=by)
    filtered = report(store, by="newsletter", where={by: value})

    others = {
        "source": "api",
        "hour": "2026-12-22 12:00+00:00",
        "day": "2026-12-22",
        "week": "2026-W52",
        "month": "2026-12",
    }
    found = {(each.dimension, each.count, each.quantity, each.revenue) for each in made.rows}
    assert found == {(value, 1, 1, Decimal(10)), (others.get(by), 1, 0, Decimal(10))}
    assert made.by == (by,)
    assert made.totals == (row(None, "USD", 2, 1, "20.00"),)
    assert filtered.rows == (row("2026-11", "USD", 1, 1, "10.00"),)


def test_only_those_are_reported_that_were_asked_for(store: Store) -> None:
    """By other dimensions than the report's own as well; none stands for those without."""
    hero, footer = (Touch(newsletter="2026-11", link=link) for link in ("hero", "footer"))
    for number, touch in enumerate((hero, hero, footer, None)):
        store.record(SITE, arrival(str(number), touch=touch))
    store.record(SITE, arrival("eur", touch=hero, revenue=Money("1", "EUR")))

    by_link = report(store, by="link", where={"newsletter": "2026-11"}, currency="USD")
    of_hero = report(store, by="newsletter", where={"link": "hero", "newsletter": "2026-11"})
    of_none = report(store, by="link", where={"newsletter": None})

    assert [(each.dimension, each.count) for each in by_link.rows] == [("hero", 2), ("footer", 1)]
    assert [(each.currency, each.count) for each in of_hero.totals] == [("EUR", 1), ("USD", 2)]
    assert of_none.rows == (row(None, "USD", 1, 0, "10.00"),)


def test_an_empty_report_has_no_rows_and_no_totals(store: Store) -> None:
    assert report(store) == Report(by=("newsletter",), rows=(), totals=())


def test_a_currency_whose_decimals_changed_is_one_row(store: Store) -> None:
    """What was sold with two decimals and with none is added in the finer unit."""
    store.record(SITE, arrival("1", revenue=Money.from_minor(1250, "ISK", 2)))
    store.record(SITE, arrival("2", revenue=Money.from_minor(12, "ISK", 0)))

    assert report(store).rows == (row(None, "ISK", 2, 0, "24.50"),)


def test_no_decimal_context_rounds_a_sum_or_changes_the_order(store: Store) -> None:
    """Neither does a float: there are more cents than it can count."""
    for number in range(3):
        revenue = Money.from_minor(2**53 + number, "USD", 2)
        store.record(SITE, arrival(None, revenue=revenue, touch=Touch(newsletter=str(number))))

    with localcontext(Context(prec=3)):
        made = report(store)

    assert made.totals == (row(None, "USD", 3, 0, "270215977642229.79"),)
    assert [each.dimension for each in made.rows] == ["2", "1", "0"]


@pytest.mark.parametrize(
    ("selection", "field"),
    [
        ({"by": "price"}, "by"),
        ({"by": ()}, "by"),
        ({"by": ("link", "link")}, "by"),
        ({"by": ("link", "day", "list")}, "by"),
        ({"by": "touch_newsletter"}, "by"),
        ({"by": ""}, "by"),
        ({"where": {"price": "5"}}, "where"),
        ({"where": {"hour": "2026-11-21 12:00"}}, "where"),
        ({"where": {"hour": "2026-11-21 25:00+01:00"}}, "where"),
        ({"where": {"day": "yesterday"}}, "where"),
        ({"where": {"day": "2026-02-30"}}, "where"),
        ({"where": {"week": "2026-W54"}}, "where"),
        ({"where": {"month": "2026-13"}}, "where"),
        ({"figures": ["profit"]}, "figures"),
        ({"since": date(2026, 11, 21), "until": date(2026, 11, 20)}, "until"),
        ({"now": NOON}, "since"),
        ({"now": NOON, "since": NOON}, "since"),
        ({"now": NOON, "since": datetime.min.replace(tzinfo=UTC)}, "since"),
        ({"where": {"newsletter": "a", "1=1": "b"}}, "where"),
        ({"currency": "usd"}, "currency"),
        ({"currency": "XXX"}, "currency"),
        ({"model": "Linear"}, "model"),
        ({"journey": "lists"}, "journey"),
        ({"windows": {"lists": timedelta(1)}}, "windows"),
        ({"windows": {"publishers": 30}}, "windows"),
        ({"windows": {"publishers": timedelta(-1)}}, "windows"),
    ],
    ids=str,
)
def test_what_no_report_can_be_made_by_is_refused(
    store: Store, selection: dict[str, Any], field: str
) -> None:
    """With the names that are known."""
    with pytest.raises(BadValue) as refused:
        report(store, **selection)

    assert refused.value.field == field
    assert re.search(
        "is not|are (not )?of|have no|is needed|is before|leaves no|has no", refused.value.problem
    )


def test_the_last_click_is_the_model(store: Store) -> None:
    """Where none was asked for."""
    store.record(SITE, arrival())

    assert report(store, model="last") == report(store)
