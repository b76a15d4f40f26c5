"""The URLs that ``click_url`` makes: of the redirect, and of landing mode."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.shop import MakeTracker, Visit
from wsgi_salestrack import BadValue, Tracker


def test_the_same_link_has_the_same_url(make_tracker: MakeTracker) -> None:
    """In each process and at any time, so it may be cached and compared; another has another."""
    one, again = make_tracker(), make_tracker()

    url = one.click_url("/p/socks", contact="c81", newsletter="2026-11")

    assert url.startswith("/salestrack/r/")
    assert again.click_url("/p/socks", contact="c81", newsletter="2026-11") == url
    assert one.click_url("/p/socks", contact="c82", newsletter="2026-11") != url
    assert one.click_url("/p/hat", contact="c81", newsletter="2026-11") != url
    assert "c81" not in url


@pytest.mark.parametrize("base_url", ["https://shop.example/mount", "https://shop.example/mount/"])
def test_with_a_base_url_a_link_is_absolute(make_tracker: MakeTracker, base_url: str) -> None:
    """It has the mount point, if any, and wins over the request's."""
    tracker = make_tracker(base_url=base_url)

    for environ in (None, {"SCRIPT_NAME": "/elsewhere"}):
        url = tracker.click_url("/p/socks", newsletter="2026-11", environ=environ)
        assert url.startswith("https://shop.example/mount/salestrack/r/")


def test_without_a_base_url_the_mount_point_is_the_requests(tracker: Tracker) -> None:
    """Encoded again, as the server decoded it."""
    environ = {"SCRIPT_NAME": "/caf\u00c3\u00a9 bar"}  # WSGI has UTF-8 as latin-1

    url = tracker.click_url("/p/socks", newsletter="2026-11", environ=environ)

    assert url.startswith("/caf%C3%A9%20bar/salestrack/r/")


@pytest.mark.parametrize(
    "names", [{}, {"newsletter": None}, {"newsletter": ""}, {"contact": "x" * 101}, {"link": 7}]
)
def test_a_link_credits_somebody(tracker: Tracker, names: dict[str, Any]) -> None:
    """At least one name, each of 1 to 100 characters."""
    with pytest.raises(BadValue):
        tracker.click_url("/p/socks", **names)


@pytest.mark.parametrize(
    ("destination", "before", "after"),
    [
        pytest.param("/p/socks", "/p/socks?st_token=", "", id="path"),
        pytest.param("/p/socks?a=1", "/p/socks?a=1&st_token=", "", id="query"),
        pytest.param("/p/socks#top", "/p/socks?st_token=", "#top", id="fragment"),
        pytest.param("/p/socks?a=1#top?b", "/p/socks?a=1&st_token=", "#top?b", id="both"),
        pytest.param("/p/s\u00f8k", "/p/s%C3%B8k?st_token=", "", id="not ASCII"),
    ],
)
def test_a_landing_link_is_the_page_with_a_token(
    tracker: Tracker, visit: Visit, destination: str, before: str, after: str
) -> None:
    """The parameter goes into the query, before a fragment, and the page takes it."""
    link = tracker.click_url(destination, newsletter="2026-11", landing=True)

    answer = visit(tracker).get(link.partition("#")[0])

    assert link.startswith(before)
    assert link.endswith(after)
    assert "#" not in link.removesuffix(after)
    assert "salestrack=" in answer.cookies[-1]


@pytest.mark.parametrize(
    "base_url", ["https://shop.example", "https://shop.example/", "https://shop.example/mount"]
)
def test_with_a_base_url_a_landing_link_is_absolute(
    make_tracker: MakeTracker, base_url: str
) -> None:
    """As mails need it; a destination already has the mount point."""
    tracker = make_tracker(base_url=base_url)

    link = tracker.click_url("/mount/p/socks", newsletter="2026-11", landing=True)

    assert link.startswith("https://shop.example/mount/p/socks?st_token=")


def test_another_site_has_no_landing_page_of_ours(tracker: Tracker) -> None:
    """The middleware is not there to set a cookie."""
    with pytest.raises(BadValue, match="landing"):
        tracker.click_url(
            "https://partner.example/", newsletter="2026-11", offsite=True, landing=True
        )


def test_where_landing_is_off_no_such_link_is_made(make_tracker: MakeTracker) -> None:
    """It would count nothing."""
    with pytest.raises(BadValue, match="landing_param"):
        make_tracker(landing_param="").click_url("/p/socks", newsletter="2026-11", landing=True)


@pytest.mark.parametrize(
    ("destination", "before", "after"),
    [
        pytest.param("/p/socks", "/p/socks?roi_data=", "", id="path"),
        pytest.param("/p/socks?a=1#top", "/p/socks?a=1&roi_data=", "#top", id="both"),
        pytest.param("https://o.example/p", "https://o.example/p?roi_data=", "", id="other site"),
    ],
)
def test_a_token_may_be_taken_on_to_the_destination(
    tracker: Tracker, destination: str, before: str, after: str
) -> None:
    """It is a click's on the destination as it was given, and the link stays the same each time."""
    names: dict[str, Any] = {"contact": "c81", "newsletter": "2026-11", "offsite": True}

    link = tracker.click_url(destination, **names, roi_param="roi_data")

    assert link == tracker.click_url(destination, **names, roi_param="roi_data")
    payload = tracker.open_click(link.rpartition("/")[2])
    assert payload.destination.startswith(before)
    assert payload.destination.endswith(after)
    roi_data = payload.destination.removeprefix(before).removesuffix(after)
    assert roi_data == tracker.click_url(destination, **names).rpartition("/")[2]
    assert tracker.open_click(roi_data).touch == payload.touch


def test_a_landing_link_may_have_both_tokens(tracker: Tracker, visit: Visit) -> None:
    """The page sets the cookie with the one, and hands on the other."""
    link = tracker.click_url("/p/socks", newsletter="2026-11", landing=True, roi_param="roi_data")

    answer = visit(tracker).get(link)

    assert link.startswith("/p/socks?roi_data=")
    assert "&st_token=" in link
    assert "salestrack=" in answer.cookies[-1]


@pytest.mark.parametrize("parameter", ["", "a b", "a=b", "a&b", "a#b", "r\u00f6i", "x" * 65])
def test_roi_param_is_the_name_of_a_parameter(tracker: Tracker, parameter: str) -> None:
    """One that needs no encoding."""
    with pytest.raises(BadValue, match="roi_param"):
        tracker.click_url("/p/socks", newsletter="2026-11", roi_param=parameter)


def test_a_destination_with_a_token_is_not_too_long(tracker: Tracker) -> None:
    """It is measured with what was added."""
    destination = f"/{'p' * 1950}"
    tracker.click_url(destination, newsletter="2026-11")

    with pytest.raises(BadValue, match="destination is longer"):
        tracker.click_url(destination, newsletter="2026-11", roi_param="roi_data")
