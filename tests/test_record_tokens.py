"""``tracker.record(..., token=...)``: whom to credit, where there is no cookie."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.wrappers import Request

from tests.support.clock import NOON, ManualClock
from tests.support.rows import row_counts, rows_of
from tests.support.shop import OTHER_SECRET, MakeTracker, Visit
from wsgi_salestrack import BadValue, Conversion, Line, Touch, Tracker, Unattributed

_30_DAYS = timedelta(days=30)
_MOMENT = timedelta(microseconds=1)


def test_an_attribution_token_carries_touches_with_their_times(
    tracker: Tracker, visit: Visit, clock: ManualClock
) -> None:
    """Kept on the order, it credits from a webhook as the cookie would have at that time."""
    visitor = visit(tracker)
    visitor.get(tracker.click_url("/", contact="c81", newsletter="2026-11"))
    clock.advance(timedelta(days=1))
    visitor.get(tracker.click_url("/", publisher="p3"))
    token = tracker.attribution_token(visitor.environ)
    clock.advance(timedelta(days=29))

    in_time = tracker.record(Conversion(reference="1"), token=token)
    clock.advance(_MOMENT)
    later = tracker.record(Conversion(reference="2"), token=token)
    backdated = tracker.record(Conversion(reference="3", occurred_at=NOON), token=token)

    assert in_time.touch == Touch(at=NOON, contact="c81", newsletter="2026-11")
    assert in_time.referral == Touch(at=NOON + timedelta(days=1), publisher="p3")
    assert later.touch is None
    assert later.referral == in_time.referral
    assert (backdated.touch, backdated.referral) == (in_time.touch, None)
    assert "c81" not in token
    visitors = {row["visitor"] for row in rows_of(tracker, "conversions")}
    assert visitors == {rows_of(tracker, "clicks")[0]["visitor"]}


def test_an_empty_token_credits_nobody(tracker: Tracker, visit: Visit) -> None:
    """It is what a visitor without touches has; the cookie of somebody else is not asked."""
    visitor = visit(tracker)
    visitor.get(tracker.click_url("/p/socks", newsletter="2026-11"))

    recorded = tracker.record(Conversion(reference="7"), environ=visitor.environ, token="")

    assert recorded.touch is None


def test_a_click_token_credits_without_a_window(tracker: Tracker) -> None:
    """The same link gives the same token, so it has no time, unless its click is stored."""
    url = tracker.click_url("/p/socks", contact="c81", newsletter="2026-11", publisher="p3")
    touch = Touch(contact="c81", newsletter="2026-11", publisher="p3")

    recorded = tracker.record(Conversion(reference="7"), token=url.rsplit("/", 1)[1])

    assert (recorded.touch, recorded.referral) == (touch, touch)


@pytest.mark.parametrize(
    ("after", "credited"),
    [
        pytest.param(_30_DAYS, True, id="at the edge"),
        pytest.param(_30_DAYS + _MOMENT, False, id="too late"),
    ],
)
def test_a_stored_click_gives_its_token_the_time(
    tracker: Tracker, visit: Visit, clock: ManualClock, after: timedelta, *, credited: bool
) -> None:
    """Then the window holds; the contact's last click on that link counts."""
    url = tracker.click_url("/p/socks", contact="c81", newsletter="2026-11")
    clock.advance(-timedelta(days=7))
    visit(tracker).get(url)
    clock.advance(timedelta(days=7))
    visit(tracker).get(url)
    clock.advance(after)

    recorded = tracker.record(Conversion(reference="7"), token=url.rsplit("/", 1)[1])

    expected = Touch(at=NOON, contact="c81", newsletter="2026-11") if credited else None
    assert recorded.touch == expected


@pytest.mark.parametrize("headers", [{"User-Agent": ""}, {"Sec-Fetch-Dest": "image"}])
def test_a_stored_click_that_was_no_visit_gives_no_time(
    tracker: Tracker, visit: Visit, clock: ManualClock, headers: dict[str, str]
) -> None:
    """A scanner that opened the mail did not start the window."""
    url = tracker.click_url("/p/socks", contact="c81", newsletter="2026-11")
    visit(tracker).get(url, headers)
    clock.advance(2 * _30_DAYS)

    recorded = tracker.record(Conversion(reference="7"), token=url.rsplit("/", 1)[1])

    assert recorded.touch == Touch(contact="c81", newsletter="2026-11")


@pytest.mark.parametrize("kind", ["nonsense", "cookie", "foreign", "non-ascii", "too long", "cut"])
def test_a_token_that_does_not_open_credits_nobody_and_keeps_the_sale(
    tracker: Tracker,
    make_tracker: MakeTracker,
    visit: Visit,
    caplog: pytest.LogCaptureFixture,
    kind: str,
) -> None:
    """As a cookie that does not; a column that cut it short must not cost the sale."""
    visitor = visit(tracker)
    visitor.get(tracker.click_url("/p/socks", contact="c81"))
    cookie = visitor.cookies["salestrack"]
    foreign = make_tracker(secret_keys=[OTHER_SECRET]).click_url("/", link="a").rsplit("/", 1)[1]
    tokens = {
        "nonsense": "nonsense",
        "cookie": cookie,
        "foreign": foreign,
        "non-ascii": "\u00e9",
        "too long": "A" * 9000,
        "cut": tracker.attribution_token({"HTTP_COOKIE": f"salestrack={cookie}"})[:-4],
    }

    recorded = tracker.record(Conversion(reference="7"), token=tokens[kind])

    assert (recorded.outcome, recorded.touch, recorded.referral) == ("recorded", None, None)
    assert "credits nobody" in caplog.text
    assert row_counts(tracker)["conversions"] == 1


def test_errors_are_logged_in_a_checkout_and_go_no_further(
    tracker: Tracker, caplog: pytest.LogCaptureFixture
) -> None:
    """A value that is refused before the tracker sees it is in the log as well."""
    with tracker.errors_logged():
        tracker.record(Conversion(reference=1001))  # type: ignore[arg-type]  # that is the mistake
    assert "reference is int, not text" in caplog.text
    assert row_counts(tracker)["conversions"] == 0


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (
            lambda tracker: tracker.record(Conversion(), environ=Request({})),
            "environ is a Request; pass the request's own environ",
        ),
        (lambda tracker: tracker.pixel(1, environ=Request({})), "environ is a Request"),
        (lambda tracker: tracker.visitor(Request({})), "Request; pass the"),
        (lambda tracker: tracker.attribution_token(Request({})), "the request's own"),
        (lambda tracker: tracker.record(Conversion(), conection=None), "'conection'"),
        (lambda _: Line(product_id="s1"), "Missing required argument"),  # type: ignore[call-arg]
    ],
)
def test_no_mistake_of_the_call_stops_a_checkout(
    tracker: Tracker, caplog: pytest.LogCaptureFixture, call: Callable[[Tracker], Any], told: str
) -> None:
    """The log says which it was."""
    with tracker.errors_logged():
        call(tracker)

    assert told in caplog.text


def test_an_error_of_the_shop_s_own_is_none_of_ours(tracker: Tracker) -> None:
    """Least of all its database's: the order is lost."""
    with pytest.raises(LookupError), tracker.errors_logged():
        raise LookupError


def test_an_empty_touch_credits_nobody(tracker: Tracker) -> None:
    """So a source that keeps only credited sales does not keep it."""
    with pytest.raises(Unattributed):
        tracker.record(Conversion(source="ecommerce_pixel"), touch=Touch())


def test_a_token_that_is_no_text_is_refused_with_a_name(tracker: Tracker) -> None:
    """What ``errors_logged`` keeps from the customer, as everything that is wrong with a sale."""
    with pytest.raises(BadValue, match="token is not a str"):
        tracker.record(Conversion(reference="7"), token=b"x")  # type: ignore[arg-type]
