from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from benchmarks.cdnow import NEWSLETTERS, PUBLISHED, Totals, read_purchases, totals, whole
from benchmarks.errors import BenchmarkError
from benchmarks.replay import replay, require_agreement


def test_real_purchases_as_hits_through_gunicorn_are_reported_to_the_cent(tmp_path: Path) -> None:
    """The first 2,000 purchases of 69,659; `python -m benchmarks replay` sends them all."""
    found = replay(limit=2000, directory=tmp_path)

    assert found.totals == Totals(count=2000, quantity=4963, revenue=Decimal("74274.01"))
    assert found.newsletters == len(NEWSLETTERS)
    assert list(tmp_path.iterdir()) == []


def test_the_sums_over_the_file_are_those_it_was_published_with() -> None:
    purchases = read_purchases()
    sums = totals(purchases)

    assert whole(sums) == PUBLISHED
    assert len({purchase.customer for purchase in purchases}) == 23_570
    assert sums.keys() == {*NEWSLETTERS, None}


def test_a_report_that_misses_a_cent_of_one_newsletter_is_refused() -> None:
    expected = {
        "1997-01": Totals(count=2, quantity=3, revenue=Decimal("20.00")),
        None: Totals(count=1, quantity=1, revenue=Decimal("5.00")),
    }
    found = expected | {"1997-01": Totals(count=2, quantity=3, revenue=Decimal("19.99"))}

    require_agreement(expected, expected)
    with pytest.raises(BenchmarkError, match=r"1997-01: the report has .* 19\.99 USD") as refused:
        require_agreement(expected, found)
    assert "no newsletter" not in str(refused.value)


def test_a_newsletter_that_only_the_report_knows_is_refused() -> None:
    with pytest.raises(BenchmarkError, match="1998-13"):
        require_agreement({}, {"1998-13": Totals()})
