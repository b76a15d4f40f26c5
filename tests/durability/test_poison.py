"""What visitors send and what the shop's own consent does wrong: cookies and callables."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.durability.conftest import Open, Start
from tests.durability.host import (
    DESTINATION,
    LANDING_PAGE,
    PAGES,
    PIXEL,
    click_target,
    make_tracker,
)
from tests.durability.promises import assert_acknowledged, assert_pixel, assert_unharmed, bare_shop
from tests.durability.sales import read
from tests.durability.servers import Server
from tests.durability.wire import Answer, Ask, Request, environ_of, through_wsgi
from wsgi_salestrack import Conversion, SalesTrackMiddleware, Tracker

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


def _cookie_of_a_click(tracker: Tracker) -> str:
    """The cookie that a visitor gets who follows a link."""
    ask = through_wsgi(SalesTrackMiddleware(lambda *_: (), tracker))
    link = tracker.click_url(DESTINATION, contact="c81", newsletter="2026-11")
    cookie = ask(Request(target=link)).header("Set-Cookie")
    assert cookie is not None
    return cookie.partition(";")[0].partition("=")[2]


_GOOD = _cookie_of_a_click(make_tracker(None))
_OTHER_KEY = "another secret that the shop's configuration does not list"

POISON = {
    "empty": "",
    "no base64": "no, this is not %% one",
    "all zeros": "A" * 64,
    "truncated": _GOOD[:-1],
    "cut in half": _GOOD[: len(_GOOD) // 2],
    "longer": _GOOD + "AAAA",
    "padded": _GOOD + "==",
    "one character changed": ("A" if _GOOD[0] != "A" else "B") + _GOOD[1:],
    "quoted": f'"{_GOOD}"',
    "twice": _GOOD + _GOOD,
    "sealed with another key": _cookie_of_a_click(make_tracker(None, secret_keys=[_OTHER_KEY])),
    "of another site": _cookie_of_a_click(make_tracker(None, site="elsewhere")),
    "a click's token": click_target().rpartition("/")[2],
    "an attribution token": make_tracker(None).attribution_token(
        environ_of(Request(target="/", cookie=f"salestrack={_GOOD}"))
    ),
    "not ASCII": "\xff\xfe" * 40,
    "half of it not ASCII": _GOOD[:20] + "\xe4" + _GOOD[21:],
    "control characters": "\x01\x7f\x1b[31m",
    "100 KB": "A" * 100_000,
    "100 KB of separators": "=;salestrack=" * 7_700,
}


def _contacts(database: Path) -> list[str | None]:
    return [contact for (contact,) in read(database, "SELECT touch_contact FROM conversions")]


def test_the_good_cookie_credits(open_shop: Open, database: Path) -> None:
    """Otherwise the others would show nothing."""
    ask, _ = open_shop(database)

    assert_pixel(ask(Request(target=f"{PIXEL}1", cookie=f"salestrack={_GOOD}")))

    assert _contacts(database) == ["c81"]


@pytest.mark.parametrize("poison", POISON.values(), ids=POISON)
def test_a_poisoned_cookie_credits_nobody_and_harms_nothing(
    open_shop: Open, database: Path, poison: str
) -> None:
    """The sale is recorded, the next click sets a good cookie, and all pages are as they were."""
    ask, tracker = open_shop(database)
    cookie = f"cart=7; salestrack={poison}; theme=dark"
    hit = ask(Request(target=f"{PIXEL}1", cookie=cookie))
    assert_pixel(hit)
    assert hit.header("ST-Error") is None

    environ = environ_of(Request(target="/", cookie=cookie))
    assert tracker.visitor(environ) is None
    assert tracker.attribution_token(environ) == ""
    assert tracker.record(Conversion(reference="2"), environ=environ).touch is None
    assert _contacts(database) == [None, None]

    _assert_pages_unharmed(ask, bare_shop, cookie)
    for landing in (False, True):
        answer = ask(Request(target=click_target(landing=landing), cookie=cookie))
        good = (answer.header("Set-Cookie") or "").partition(";")[0]
        assert_pixel(ask(Request(target=f"{PIXEL}{landing}", cookie=good)))
    assert _contacts(database) == [None, None, "c81", "c81"]


@pytest.mark.parametrize("poison", ["not ASCII", "truncated", "100 KB"])
def test_a_poisoned_cookie_harms_nothing_over_http(
    start: Start, bare_server: Server, database: Path, poison: str
) -> None:
    """The server itself refuses the longest one, and so it does without us."""
    server = start()
    cookie = f"salestrack={POISON[poison]}"

    _assert_pages_unharmed(server.ask, bare_server.ask, cookie)
    hit = server.ask(Request(target=f"{PIXEL}1", cookie=cookie))
    if poison != "100 KB":
        assert_pixel(hit)
        assert hit.header("ST-Error") is None
        assert _contacts(database) == [None]
    assert "ERROR of salestrack" not in server.logged


def _assert_pages_unharmed(ask: Ask, alone: Ask, cookie: str) -> None:
    for page in PAGES:
        asked = Request(target=page.target, method=page.method, cookie=cookie, body=page.body)
        assert ask(asked) == alone(asked)


def _raising(environ: WSGIEnvironment) -> bool:
    raise LookupError("a consent of the test's own that fails")


def _never_true_or_false(environ: WSGIEnvironment) -> bool:
    class Undecided:
        def __bool__(self) -> bool:
            raise TypeError("neither")

    return Undecided()  # type: ignore[return-value]  # as a host's own code may


def _of_the_wrong_shape() -> bool:
    return True


@pytest.mark.parametrize("consent", [_raising, _never_true_or_false, _of_the_wrong_shape])
def test_a_consent_that_fails_is_a_refused_one(
    open_shop: Open, database: Path, caplog: pytest.LogCaptureFixture, consent: object
) -> None:
    """In doubt nobody is tracked: no cookie is set, one that is there is deleted, sales count."""
    ask, tracker = open_shop(database, consent=consent)
    cookie = f"salestrack={_GOOD}"
    _assert_pages_unharmed(ask, bare_shop, cookie)

    hit = ask(Request(target=f"{PIXEL}1", cookie=cookie))
    assert_pixel(hit)
    assert hit.header("ST-Error") is None
    assert _deletes_the_cookie(hit)
    environ = environ_of(Request(target="/", cookie=cookie))
    assert tracker.record(Conversion(reference="2"), environ=environ).touch is None
    assert _contacts(database) == [None, None]

    click = ask(Request(target=click_target()))
    assert (click.status, click.header("Location")) == ("302 Found", DESTINATION)
    assert click.header("Set-Cookie") is None
    assert ask(Request(target=click_target(landing=True))) == bare_shop(LANDING_PAGE)
    assert _deletes_the_cookie(ask(Request(target=click_target(), cookie=cookie)))

    errors = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert {record.name for record in errors} == {"salestrack"}


def _deletes_the_cookie(answer: Answer) -> bool:
    return "Max-Age=0" in (answer.header("Set-Cookie") or "")


def test_a_shop_without_failures_is_unharmed(open_shop: Open, database: Path) -> None:
    """The measure of all the others."""
    ask, _ = open_shop(database)
    assert_acknowledged(ask, database)
    assert_unharmed(ask, bare_shop)
