"""What a sale itself was told to be credited to, among the clicks of its buyer."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.reports.journeys import DAY, SITE, come, report
from tests.stores.values import NOON, arrival
from wsgi_salestrack import Touch
from wsgi_salestrack.stores.base import Store

TOLD = Touch(newsletter="n1", link="told")


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("newsletter", {"n1": "3/4 7.50", "n2": "1/4 2.50"}),
        ("link", {"told": "1/2 5.00", "other": "1/4 2.50", "seen": "1/4 2.50"}),
        ("list", {None: "1 10.00"}),
        ("day", {"2026-11-21": "1 10.00"}),
    ],
)
def test_what_has_no_time_is_the_click_on_the_same_link(
    store: Store, by: str, expected: dict[str | None, str]
) -> None:
    """Not one that looks the same to whoever asks; or each report would share it another way."""
    come(store, 9, "n2", link="other")
    come(store, 7, "n1", link="seen")
    come(store, 5, "n1", link="told")
    come(store, 3, "n1", link="told")
    store.record(SITE, arrival("1", visitor=1, touch=TOLD))

    assert report(store, by=by) == expected


@pytest.mark.parametrize("since", [None, NOON])
def test_what_has_no_time_and_was_not_clicked_is_the_last(
    store: Store, since: datetime | None
) -> None:
    """As if it were in the moment of the sale; that the newsletter is the same says nothing."""
    come(store, 9, "n2", link="other")
    come(store, 7, "n1", link="seen")
    store.record(SITE, arrival("1", visitor=1, touch=TOLD))

    assert report(store, by="newsletter", since=since) == {"n1": "2/3 6.67", "n2": "1/3 3.33"}
    assert report(store, "last", by="link", since=since, windows={}) == {"told": "1 10.00"}


@pytest.mark.parametrize(
    ("by", "expected"), [("newsletter", None), ("publisher", "p7"), ("link", "blog")]
)
def test_of_two_without_a_time_the_publishers_is_the_last(
    store: Store, by: str, expected: str | None
) -> None:
    """Whatever the report is by: one touch has all of it."""
    store.record(SITE, arrival("0", visitor=1, touch=Touch(newsletter="n0", publisher="p0")))
    referral = Touch(publisher="p7", link="blog")
    sold = arrival("1", at=NOON + DAY, visitor=2, touch=TOLD, referral=referral)
    store.record(SITE, sold)

    made = report(store, "last", by=by, journey="both", since=NOON + DAY)
    assert made == {expected: "1 10.00"}
