"""The parameter of landing mode in a page's query string: found, ignored, renamed, switched off."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from werkzeug.test import Client

from tests.support.browser import FIREFOX
from tests.support.receivers import Listen
from tests.support.rows import row_counts
from tests.support.shop import OTHER_SECRET, MakeTracker, Visit, page
from wsgi_salestrack import SalesTrackMiddleware, Tracker


def _link(tracker: Tracker) -> str:
    return tracker.click_url("/p/socks", contact="c81", newsletter="2026-11", landing=True)


def _token(tracker: Tracker) -> str:
    return _link(tracker).partition("st_token=")[2]


def test_the_host_sees_the_query_string_as_it_was_sent(tracker: Tracker, visit: Visit) -> None:
    """The token stays in it, where the visitor's address bar shows it as well."""
    query = f"a=1&st_token={_token(tracker)}&b=%20+%C3%A9&&c"

    answer = visit(tracker).get(f"/p/socks?{query}")

    assert answer.text == f"the shop|GET|/p/socks|{query}"
    assert "salestrack=" in answer.cookies[-1]


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("st_token={}", id="alone"),
        pytest.param("a=1&st_token={}&b=2", id="among others"),
        pytest.param("best_token=x&st_token={}", id="after one with a longer name"),
        pytest.param("q=st_token=x&st_token={}", id="after one with such a value"),
    ],
)
def test_the_parameter_is_found(tracker: Tracker, visit: Visit, query: str) -> None:
    """Wherever in the query string it stands."""
    answer = visit(tracker).get(f"/p/socks?{query.format(_token(tracker))}")

    assert "salestrack=" in answer.cookies[-1]


def test_an_encoded_token_is_the_same(tracker: Tracker, visit: Visit) -> None:
    """Mail programs encode what they like."""
    token = _token(tracker)
    encoded = "".join(f"%{ord(character):02X}" for character in token)

    answer = visit(tracker).get(f"/p/socks?st_token={encoded}")

    assert "salestrack=" in answer.cookies[-1]


@pytest.mark.parametrize(
    "value",
    ["", "mine", "%FF", "st_token=", "A" * 9000, quote("\u00e9"), "<script>".replace("<", "%3C")],
    ids=["empty", "text", "bytes", "itself", "too long", "not ASCII", "markup"],
)
def test_a_value_that_does_not_open_is_the_hosts_own(
    tracker: Tracker, visit: Visit, listen: Listen, value: str
) -> None:
    """Silently: no cookie, no redirect, nothing stored, nothing rejected."""
    receivers = listen(tracker)

    answer = visit(tracker).get(f"/p/socks?st_token={value}")

    assert (answer.status, answer.cookies) == (200, ["cart=7; Path=/"])
    assert answer.text.startswith("the shop|GET|/p/socks|")
    assert receivers.calls == []
    assert row_counts(tracker)["clicks"] == 0


def test_a_token_of_another_key_is_the_hosts_own(
    make_tracker: MakeTracker, tracker: Tracker, visit: Visit
) -> None:
    """It does not open, and so is nothing of ours."""
    other = make_tracker(secret_keys=[OTHER_SECRET])

    answer = visit(tracker).get(_link(other))

    assert (answer.status, answer.cookies) == (200, ["cart=7; Path=/"])


def test_the_parameter_may_have_another_name(make_tracker: MakeTracker, visit: Visit) -> None:
    """Then st_token is the host's."""
    tracker = make_tracker(landing_param="from")
    link = _link(tracker)
    visitor = visit(tracker)

    other = visitor.get(link.replace("from=", "st_token="))
    landed = visitor.get(link)

    assert link.startswith("/p/socks?from=")
    assert len(other.cookies) == 1
    assert "salestrack=" in landed.cookies[-1]


def test_landing_can_be_switched_off(
    make_tracker: MakeTracker, tracker: Tracker, visit: Visit
) -> None:
    """With an empty name no query string means anything to us."""
    without = make_tracker(landing_param="")
    token = _token(tracker)
    visitor = visit(without)

    answers = [visitor.get(f"/p/socks?{name}={token}") for name in ("st_token", "", "%20")]

    assert [answer.cookies for answer in answers] == [["cart=7; Path=/"]] * 3
    assert row_counts(without)["clicks"] == 0


def test_a_query_string_beyond_64_kib_is_not_parsed(tracker: Tracker) -> None:
    """The host gets it as it is; in process, since the test server's own limit is lower."""
    client = Client(SalesTrackMiddleware(page, tracker))
    filler = f"st_token={_token(tracker)}&x="

    longest, longer = (
        client.get(f"/p/socks?{filler.ljust(length, 'y')}", headers={"User-Agent": FIREFOX})
        for length in (64 * 1024, 64 * 1024 + 1)
    )

    assert longest.status_code == longer.status_code == 200
    assert len(longest.headers.getlist("Set-Cookie")) == 2
    assert longer.headers.getlist("Set-Cookie") == ["cart=7; Path=/"]
