"""Every report over some of CDNOW's purchases, against sums that do not use salestrack."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest

from benchmarks.cdnow import read_purchases
from benchmarks.plain_sums import Asked, Sum, Values, plain_sums
from benchmarks.rule_filling import fill
from benchmarks.sales_by_rule import Clicked, Sale, clicks_of, sales_of
from tests.reports.agreement import assert_agrees, cents, cents_exactly
from wsgi_salestrack import Config, Tracker
from wsgi_salestrack.crediting import MODELS
from wsgi_salestrack.stores.base import DIMENSIONS

# Its hours do not begin with those of UTC, and it has summer time.
ZONE = ZoneInfo("Australia/Adelaide")


class Shop(NamedTuple):
    """A tracker, and what was told to it."""

    tracker: Tracker
    sales: list[Sale]
    clicks: list[Clicked]

    def expected(self, *by: str, **asked: Any) -> dict[Values, Sum]:
        return plain_sums(self.sales, self.clicks, Asked(by=by, zone=ZONE, **asked))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Every 250th of the file's purchases, all through its 18 months."""
    path: Path = tmp_path_factory.mktemp("shop") / "sales.db"
    config = Config(secret_keys=["k" * 32], database=path, timezone=ZONE.key)
    with closing(Tracker(config)) as tracker:
        sales = list(sales_of(read_purchases()[::250]))
        clicks = list(clicks_of(sales))
        fill(tracker, path, sales, clicks)
        yield Shop(tracker, sales, clicks)


@pytest.mark.parametrize("by", DIMENSIONS)
def test_a_report_is_the_plain_sum(shop: Shop, by: str) -> None:
    assert_agrees(shop.tracker.report(by), shop.expected(by))


CROSSED = [
    pair
    for pair in permutations(DIMENSIONS, 2)
    if "newsletter" in pair or pair in {("product", "category"), ("week", "hour"), ("link", "day")}
]


@pytest.mark.parametrize("by", CROSSED, ids=" x ".join)
def test_a_crossed_report_is_the_plain_sum(shop: Shop, by: tuple[str, str]) -> None:
    assert_agrees(shop.tracker.report(by), shop.expected(*by))


@pytest.mark.parametrize("name", DIMENSIONS)
@pytest.mark.parametrize("by", ["newsletter", "product", "month"])
def test_every_dimension_is_a_filter(shop: Shop, by: str, name: str) -> None:
    """With the value that most sales have, and without one."""
    sums = shop.expected(name)
    sums.pop(())
    (value,) = max(sums, key=lambda values: len(sums[values].sales))
    for where in ({name: value}, {name: None}):
        made = shop.tracker.report(by, where=where)
        expected = shop.expected(by, where=where)
        if expected.keys() <= {()}:
            assert (made.rows, made.totals) == ((), ())
        else:
            assert_agrees(made, expected)


@pytest.mark.parametrize("by", ["newsletter", "category", "week", ("publisher", "month")], ids=str)
def test_a_period_has_the_shops_days(shop: Shop, by: Any) -> None:
    since, until = date(1997, 3, 1), date(1997, 9, 30)
    first, after = (
        datetime(each.year, each.month, each.day, tzinfo=ZONE)
        for each in (since, until + timedelta(days=1))
    )

    made = shop.tracker.report(by, since=since, until=until)

    names = (by,) if isinstance(by, str) else by
    assert_agrees(made, shop.expected(*names, since=first, until=after))


@pytest.mark.parametrize("by", ["newsletter", "product", "source", "link"])
def test_the_period_before_is_beside_each_row(shop: Shop, by: str) -> None:
    """Also of what sold in one of the two only."""
    # As many days as there are from the first of April to the last of June.
    first = datetime(1996, 12, 31, tzinfo=ZONE)
    begin = datetime(1997, 4, 1, tzinfo=ZONE)
    end = datetime(1997, 7, 1, tzinfo=ZONE)

    made = shop.tracker.report(by, since=begin.date(), until=date(1997, 6, 30), before=True)

    now = shop.expected(by, since=begin, until=end)
    then = shop.expected(by, since=first, until=begin)
    assert made.period_before == (first, begin)
    assert {(row.dimension,) for row in (*made.rows, *made.clicked)} == (
        now.keys() | then.keys()
    ) - {()}
    for row in (*made.rows, *made.clicked, made.totals[0]):
        key = () if row is made.totals[0] else (row.dimension,)
        for found, sums in ((row, now), (row.before, then)):
            added = sums.get(key, Sum())
            assert found is not None
            assert cents(found)[:3] == (len(added.sales), added.quantity, added.revenue)
            assert (found.clicks or 0) == (added.clicks or 0)


@pytest.mark.parametrize("model", MODELS)
def test_by_every_model_all_reports_have_the_same_total(shop: Shop, model: str) -> None:
    """To the cent; and rows sum to it, but for categories that overlap."""
    whole = shop.expected()[()]
    amounts = (whole.revenue, whole.refunded, whole.commission)
    expected = (len(whole.sales), whole.quantity, *amounts)
    for by in (*DIMENSIONS, ("newsletter", "product"), ("category", "month")):
        made = shop.tracker.report(by, model=model, journey="both")
        (total,) = made.totals
        assert cents(total) == expected, by
        if "category" not in made.by:
            sums = [sum(column) for column in zip(*map(cents_exactly, made.rows), strict=True)]
            assert sums[1:] == list(expected[1:]), by


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("other", ["product", "month", "source"])
def test_crossed_rows_sum_to_those_of_one_dimension(shop: Shop, model: str, other: str) -> None:
    """By both of them, whatever a model shares and rounds."""
    asked: dict[str, Any] = {"model": model, "journey": "both", "figures": ("commission",)}
    crossed = shop.tracker.report(("newsletter", other), **asked)
    for place, by in enumerate(("newsletter", other)):
        sums: dict[str | None, list[Any]] = {}
        for row in crossed.rows:
            name = row.across if place else row.dimension
            added = sums.setdefault(name, [0, 0, 0, 0])
            for at, value in enumerate(cents_exactly(row)[1:]):
                added[at] += value
        single = {row.dimension: row for row in shop.tracker.report(by, **asked).rows}
        assert {name: list(cents_exactly(row)[1:]) for name, row in single.items()} == sums
