from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgi_salestrack import Conversion, Touch, Visitor
from wsgi_salestrack.attribution import credited, touched

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
MONTH = timedelta(days=30)

EARLIER = Touch(at=NOON - timedelta(days=9), newsletter="2026-10", contact="c81")
REFERRAL = Touch(at=NOON - timedelta(days=8), publisher="p7")
RETURNING = Visitor(id=7, touch=EARLIER, referral=REFERRAL)

moments = st.datetimes(timezones=st.just(UTC))
spans = st.timedeltas(min_value=timedelta(seconds=1))


@pytest.mark.parametrize(
    ("names", "replaced"),
    [
        pytest.param({"newsletter": "2026-11"}, {"touch"}, id="newsletter"),
        pytest.param({"contact": "c1"}, {"touch"}, id="contact"),
        pytest.param({"list": "main"}, {"touch"}, id="list"),
        pytest.param({"subscription": "s1"}, {"touch"}, id="subscription"),
        pytest.param({"link": "hero"}, {"touch"}, id="link-alone"),
        pytest.param({"publisher": "p1"}, {"referral"}, id="publisher"),
        pytest.param({"publisher": "p1", "link": "banner"}, {"referral"}, id="publishers-link"),
        pytest.param({"publisher": "p1", "newsletter": "x"}, {"touch", "referral"}, id="both"),
        pytest.param({"publisher": "p1", "contact": "c1"}, {"touch", "referral"}, id="to-contact"),
    ],
)
def test_a_click_replaces_only_its_own_programmes_touch(
    names: dict[str, str], replaced: set[str]
) -> None:
    """An affiliate's link does not erase the newsletter's, nor the other way round."""
    click = Touch(at=NOON, **names)

    after = touched(RETURNING, click)

    assert after == Visitor(
        id=7,
        touch=click if "touch" in replaced else EARLIER,
        referral=click if "referral" in replaced else REFERRAL,
    )


def test_a_newcomers_first_click_is_all_there_is() -> None:
    """The other programme is credited with nothing."""
    assert touched(Visitor(id=1), EARLIER) == Visitor(id=1, touch=EARLIER)
    assert touched(Visitor(id=1), REFERRAL) == Visitor(id=1, referral=REFERRAL)


@pytest.mark.parametrize(
    "age",
    [
        pytest.param(timedelta(0), id="in-the-same-microsecond"),
        pytest.param(timedelta(days=9), id="within-the-window"),
        pytest.param(MONTH, id="at-the-end-of-the-window"),
    ],
)
def test_a_touch_earns_within_its_window(age: timedelta) -> None:
    """Both programmes' alike."""
    visitor = Visitor(
        id=7,
        touch=Touch(at=NOON - age, newsletter="2026-11"),
        referral=Touch(at=NOON - age, publisher="p7"),
    )

    assert credited(visitor, NOON, MONTH) == (visitor.touch, visitor.referral)


@pytest.mark.parametrize(
    "age",
    [
        pytest.param(MONTH + MICROSECOND, id="after-the-window"),
        pytest.param(-MICROSECOND, id="before-the-click"),
    ],
)
def test_a_touch_outside_its_window_earns_nothing(age: timedelta) -> None:
    """A click after the sale sold nothing, and neither did one too long ago."""
    touch = Touch(at=NOON - age, newsletter="2026-11")

    assert credited(Visitor(id=7, touch=touch, referral=touch), NOON, MONTH) == (None, None)


def test_each_programmes_touch_has_a_window_of_its_own() -> None:
    """One may be too old while the other earns."""
    window = timedelta(days=8)

    assert credited(RETURNING, NOON, window) == (None, REFERRAL)


def test_a_touch_without_a_time_is_credited_without_a_window() -> None:
    """Nobody knows when that link was clicked: its token is the same each time it is made."""
    timeless = Visitor(id=0, touch=Touch(newsletter="2020-01"), referral=Touch(publisher="p7"))

    assert credited(timeless, NOON, MICROSECOND) == (timeless.touch, timeless.referral)


def test_nobody_is_credited_without_a_visitor() -> None:
    assert credited(None, NOON, MONTH) == (None, None)
    assert credited(Visitor(id=1), NOON, MONTH) == (None, None)


@given(moments, moments, spans)
def test_any_window_and_any_time_can_be_weighed(
    clicked_at: datetime, occurred_at: datetime, window: timedelta
) -> None:
    """Also a window meant as "for ever", which no calendar can reach the end of."""
    touch = Touch(at=clicked_at, newsletter="2026-11")
    earned = timedelta(0) <= occurred_at - clicked_at <= window

    found, _ = credited(Visitor(id=1, touch=touch), occurred_at, window)

    assert found == (touch if earned else None)


def test_what_counts_is_elapsed_time_not_the_clock_on_the_wall() -> None:
    """A host may give times of its own zone, in which an hour comes twice in autumn."""
    berlin = ZoneInfo("Europe/Berlin")
    touch = Touch(at=datetime(2026, 10, 25, 2, 30, tzinfo=berlin), newsletter="2026-10").check()
    sale = Conversion(occurred_at=datetime(2026, 10, 25, 2, 15, fold=1, tzinfo=berlin))
    assert sale.occurred_at is not None

    found, _ = credited(Visitor(id=1, touch=touch), sale.occurred_at, timedelta(minutes=45))

    assert found == touch
