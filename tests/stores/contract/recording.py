from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest

from tests.stores.conftest import OpenStore
from tests.stores.values import HERO, MICROSECOND, NOON, SEVEN, all_of, arrival
from wsgi_salestrack import Money, Recorded, Touch
from wsgi_salestrack.model import TRUST, Arrival
from wsgi_salestrack.stores.base import Store

FULL = arrival(
    "A-1001 \N{SNOWMAN}",
    source="ecommerce_pixel",
    scope="universe:main",
    revenue=Money("12.34", "EUR"),
    quantity=3,
    occurred_at=NOON - MICROSECOND,
    target="7",
    touch=Touch(
        at=NOON - 3 * MICROSECOND,
        contact="c81",
        subscription="s5",
        list="main",
        newsletter="2026-11",
        link="hero",
        publisher="p7",
    ),
    referral=SEVEN,
    visitor=2**63 - 1,
)


class RecordingContract:
    """A conversion that arrives for the first time."""

    @pytest.mark.parametrize(
        "arriving",
        [
            arrival(),
            FULL,
            arrival(None, revenue=None),
            arrival(revenue=Money("0", "JPY")),
            arrival(revenue=Money("99999999.99", "USD"), quantity=999_999_999),
            arrival(touch=HERO),
            arrival(referral=SEVEN),
            arrival(touch=Touch(newsletter="2026-11")),
            arrival(source="ecommerce_pixel", signed=True),
        ],
        ids=[
            "sale",
            "full",
            "signup",
            "free",
            "largest",
            "touch",
            "referral",
            "timeless-touch",
            "signed",
        ],
    )
    def test_what_is_recorded_is_read_again(
        self, store: Store, site: str, arriving: Arrival
    ) -> None:
        """Every field of it, exactly."""
        recorded = store.record(site, arriving)

        assert recorded == Recorded(
            outcome="recorded",
            conversion=arriving.conversion,
            touch=arriving.touch,
            referral=arriving.referral,
            id=recorded.id,
            visitor=arriving.visitor,
        )
        assert all_of(store, site) == [recorded]

    @pytest.mark.parametrize("source", TRUST)
    def test_every_source_can_be_recorded(self, store: Store, site: str, source: str) -> None:
        store.record(site, arrival(source=source))

        assert [found.conversion.source for found in all_of(store, site)] == [source]

    @pytest.mark.parametrize(
        "moment",
        [
            datetime(1, 1, 2, tzinfo=UTC),
            datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
            datetime(2026, 11, 21, 12, 0, 0, 1, tzinfo=UTC),
            datetime(9999, 12, 30, 23, 59, 59, 999_999, tzinfo=UTC),
        ],
        ids=str,
    )
    def test_times_are_kept_to_the_microsecond(
        self, store: Store, site: str, moment: datetime
    ) -> None:
        """A number of seconds with a fraction could not hold them all."""
        touch = Touch(at=moment, newsletter="2026-11")
        store.record(site, arrival(occurred_at=moment, touch=touch))

        (found,) = all_of(store, site)
        assert found.conversion.occurred_at == moment
        assert found.touch == touch

    def test_times_come_back_in_utc(self, store: Store, site: str) -> None:
        """Whatever zone they were given in, it is the same moment."""
        in_tokyo = NOON.astimezone(timezone(timedelta(hours=9)))
        store.record(site, arrival(occurred_at=in_tokyo))

        (found,) = all_of(store, site)
        assert found.conversion.occurred_at == NOON
        assert found.conversion.occurred_at.tzinfo is UTC

    def test_an_id_is_larger_than_those_before_it(self, store: Store, site: str) -> None:
        """So that it says which came first, and has 63 bits."""
        ids = [store.record(site, arrival(str(number))).id for number in range(20)]

        assert all(earlier < later < 2**63 for earlier, later in pairwise(ids))

    def test_what_is_recorded_is_there_for_another_process(
        self, store: Store, site: str, open_store: OpenStore
    ) -> None:
        """When the call returns, not later."""
        recorded = store.record(site, arrival())

        assert all_of(open_store(), site) == [recorded]
