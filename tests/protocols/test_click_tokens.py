"""Tokens in a click's path that do not open, and keys that change."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.receivers import Listen
from tests.support.rows import rows_of
from tests.support.shop import OTHER_SECRET, SECRET, MakeTracker, Visit
from wsgi_salestrack import Tracker

# What is made of a good token and its tracker.
Spoil = Callable[[str, MakeTracker], str]


def _token(tracker: Tracker) -> str:
    return tracker.click_url("/p/socks", contact="c81", newsletter="2026-11").rsplit("/", 1)[1]


def _other_key(_token_: str, make_tracker: MakeTracker) -> str:
    return _token(make_tracker(secret_keys=[OTHER_SECRET]))


def _other_site(_token_: str, make_tracker: MakeTracker) -> str:
    return _token(make_tracker(site="other"))


def _one_bit(token: str, _make: MakeTracker) -> str:
    return ("B" if token[0] == "A" else "A") + token[1:]


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda token, make: "", id="empty"),
        pytest.param(lambda token, make: "nonsense", id="nonsense"),
        pytest.param(lambda token, make: "%00%FF", id="bytes"),
        pytest.param(lambda token, make: "%C3%A9", id="not ASCII"),
        pytest.param(lambda token, make: "A" * 9000, id="too long"),
        pytest.param(lambda token, make: token[:-1], id="last character missing"),
        pytest.param(lambda token, make: token[: len(token) // 2], id="half of it"),
        pytest.param(lambda token, make: token[1:], id="first character missing"),
        pytest.param(lambda token, make: token + "A", id="one character more"),
        pytest.param(lambda token, make: token + "=", id="padded"),
        pytest.param(lambda token, make: token + "%0A", id="line break"),
        pytest.param(lambda token, make: token.swapcase(), id="other case"),
        pytest.param(_one_bit, id="one character changed"),
        pytest.param(_other_key, id="sealed with a key not listed"),
        pytest.param(_other_site, id="of another site"),
    ],
)
def test_a_bad_token_lands_at_the_fallback(
    make_tracker: MakeTracker, visit: Visit, listen: Listen, spoil: Spoil
) -> None:
    """The visitor gets to the shop without a cookie; nothing is stored; receivers are told."""
    tracker = make_tracker(fallback_url="/welcome")
    receivers = listen(tracker)
    bad = spoil(_token(tracker), make_tracker)

    answer = visit(tracker).get(f"/salestrack/r/{bad}")

    assert (answer.status, answer.headers["Location"]) == (302, "/welcome")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.cookies == []
    ((protocol, reason),) = receivers.rejected
    assert protocol == "click"
    assert reason.isascii()
    assert not bad or bad not in reason
    assert receivers.clicks == []
    assert rows_of(tracker, "clicks") == []


def test_tokens_of_other_purposes_are_no_click_tokens(tracker: Tracker, visit: Visit) -> None:
    """A cookie or an attribution token in the path is as bad as nonsense."""
    visitor = visit(tracker)
    visitor.get(tracker.click_url("/p/socks", contact="c81"))
    cookie = visitor.cookies["salestrack"]
    attribution = tracker.attribution_token(visitor.environ)

    answers = [visitor.get(f"/salestrack/r/{token}") for token in (cookie, attribution)]

    assert attribution
    assert [answer.headers["Location"] for answer in answers] == ["/", "/"]
    assert [answer.cookies for answer in answers] == [[], []]


def test_a_click_token_is_no_cookie(tracker: Tracker, visit: Visit, listen: Listen) -> None:
    """Nobody credits themselves by putting a link's token into the cookie."""
    receivers = listen(tracker)
    visitor = visit(tracker)
    visitor.cookies["salestrack"] = _token(tracker)

    visitor.get("/salestrack/target/1/")

    (recorded,) = receivers.recorded
    assert recorded.touch is None


@pytest.mark.parametrize("fallback", ["/", "/gone?from=mail", "https://shop.example/start"])
def test_the_fallback_goes_out_as_configured(
    make_tracker: MakeTracker, visit: Visit, fallback: str
) -> None:
    """It may be a path of the shop, or an absolute URL."""
    answer = visit(make_tracker(fallback_url=fallback)).get("/salestrack/r/nonsense")

    assert answer.headers["Location"] == fallback


def test_an_older_key_still_opens_links_and_cookies(
    make_tracker: MakeTracker, visit: Visit
) -> None:
    """After a new key was put first, mails that are out work, and visitors stay who they are."""
    before = make_tracker(secret_keys=[SECRET])
    after = make_tracker(secret_keys=[OTHER_SECRET, SECRET])
    visitor = visit(before)
    visitor.get(before.click_url("/p/socks", contact="c81"))
    returning = visit(after)
    returning.cookies = dict(visitor.cookies)

    answer = returning.get(before.click_url("/p/hat", contact="c81"))

    assert answer.headers["Location"] == "/p/hat"
    first, second = rows_of(after, "clicks")
    assert first["visitor"] == second["visitor"]


def test_the_newest_key_seals(make_tracker: MakeTracker, visit: Visit) -> None:
    """What is made after a rotation opens when the older key is gone."""
    rotating = make_tracker(secret_keys=[OTHER_SECRET, SECRET])
    rotated = make_tracker(secret_keys=[OTHER_SECRET])
    visitor = visit(rotating)
    visitor.get(rotating.click_url("/p/socks", contact="c81"))
    returning = visit(rotated)
    returning.cookies = dict(visitor.cookies)

    answer = returning.get(rotating.click_url("/p/hat", contact="c81"))

    assert answer.headers["Location"] == "/p/hat"
    first, second = rows_of(rotated, "clicks")
    assert first["visitor"] == second["visitor"]


def test_a_cookie_of_a_key_no_longer_listed_makes_a_new_visitor(
    make_tracker: MakeTracker, visit: Visit
) -> None:
    """It is ignored, and replaced by the next click."""
    before = make_tracker(secret_keys=[SECRET])
    after = make_tracker(secret_keys=[OTHER_SECRET])
    visitor = visit(before)
    visitor.get(before.click_url("/p/socks", contact="c81"))
    returning = visit(after)
    returning.cookies = dict(visitor.cookies)

    returning.get(after.click_url("/p/hat", contact="c81"))

    first, second = rows_of(after, "clicks")
    assert first["visitor"] != second["visitor"]
    assert returning.cookies != visitor.cookies
