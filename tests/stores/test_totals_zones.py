"""The kept totals of shops whose days are far from UTC's."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest

from tests.support.clock import NOON
from tests.support.shop import SECRET
from wsgi_salestrack import Config, Conversion, Tracker

HOUR = timedelta(hours=1)
#: When something sold, every five hours.
SALES = [NOON + 5 * number * HOUR for number in range(30)]
#: Before, between and after them, by seven hours.
ENDS = [NOON + (7 * number - 9) * HOUR for number in range(24)]


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Pacific/Niue", "Asia/Kathmandu"])
def test_every_period_has_what_sold_in_it(tmp_path: Path, zone: str) -> None:
    """Its first and its last day may be another one than in Greenwich."""
    config = Config(secret_keys=[SECRET], database=tmp_path / "sales.db", timezone=zone)
    with closing(Tracker(config, clock=lambda: NOON)) as tracker:
        for at in SALES:
            tracker.record(Conversion(occurred_at=at))
        tracker.recount()

        for since, until in product(ENDS, [*ENDS, None]):
            if until is None or since <= until:
                sold = sum(since <= at and (until is None or at < until) for at in SALES)
                totals = tracker.report("newsletter", since=since, until=until, figures=()).totals
                assert sum(row.count for row in totals) == sold, (since, until)
