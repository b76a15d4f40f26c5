from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from wsgi_salestrack import BadToken, Config, Touch, Visitor
from wsgi_salestrack.touches import TOUCH_NAMES
from wsgi_salestrack.visitors import Visitors

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
HERO = Touch(at=NOON - timedelta(days=10), newsletter="2026-11", link="hero", contact="c81")
SEVEN = Touch(at=NOON - timedelta(days=20), publisher="p7")
ANNA = Visitor(id=2**63 - 1, touch=HERO, referral=SEVEN)

SECRET = "a secret of thirty-two bytes....."
OTHER_SECRET = "another one of thirty-two bytes.."


def visitors(*secrets: str, **keys: Any) -> Visitors:
    return Visitors(Config(secret_keys=secrets or [SECRET], **keys))


def request(cookie: str | None = None, **headers: str) -> WSGIEnvironment:
    """As a server hands it over."""
    environ: WSGIEnvironment = {"wsgi.url_scheme": "http", **headers}
    return environ if cookie is None else {**environ, "HTTP_COOKIE": cookie}


def cookie_of(visitor: Visitor, known_to: Visitors) -> str:
    """What the browser sends back."""
    _, header = known_to.remember(request(), visitor)
    return header.partition(";")[0]


def returning(**headers: str) -> WSGIEnvironment:
    """A request with Anna's cookie."""
    return request(cookie_of(ANNA, visitors()), **headers)


def test_a_visitor_is_known_by_the_cookie() -> None:
    """With both touches, to the microsecond."""
    assert visitors().known(returning()) == ANNA


def test_a_visitor_is_known_in_the_very_request_that_sets_the_cookie() -> None:
    """A landing page may sell at once."""
    ours, environ = visitors(), request()

    ours.remember(environ, ANNA)

    assert ours.known(environ) == ANNA


@pytest.mark.parametrize("character", ["x", "\N{SNOWMAN}", "\N{PILE OF POO}"])
def test_the_largest_cookie_is_one_that_browsers_keep(character: str) -> None:
    """Name and value have 4,096 bytes; a browser drops a longer one without a word."""
    name = (character * 100).encode()[: 1200 // 6].decode(errors="ignore")
    touch = msgspec.structs.replace(HERO, **dict.fromkeys(TOUCH_NAMES, name)).check()
    ours = visitors(cookie_name="c" * 64)

    _, header = ours.remember(
        {"wsgi.url_scheme": "https"}, Visitor(id=2**63 - 1, touch=touch, referral=touch)
    )

    assert len(header.partition(";")[0]) <= 4096


@pytest.mark.parametrize(
    "cookie",
    [
        pytest.param(None, id="none"),
        pytest.param("salestrack=", id="empty"),
        pytest.param("salestrack=x", id="not-ours"),
        pytest.param("salestrack=\xe9\xff", id="not-ascii"),
        pytest.param(f"salestrack={'A' * 9000}", id="long"),
        pytest.param(cookie_of(ANNA, visitors())[:-1], id="cut-off"),
        pytest.param(cookie_of(ANNA, visitors(OTHER_SECRET)), id="other-secret"),
        pytest.param(cookie_of(ANNA, visitors(site="other")), id="other-site"),
        pytest.param(f"salestrack={visitors().seal_attribution(returning())}", id="other-purpose"),
    ],
)
def test_nobody_is_known_by_a_cookie_that_does_not_open(cookie: str | None) -> None:
    """And nothing fails."""
    assert visitors().known(request(cookie)) is None
    assert visitors().current(request(cookie), NOON) is None
    assert visitors().seal_attribution(request(cookie)) == ""


def test_a_cookie_of_an_older_secret_is_still_known() -> None:
    assert visitors(OTHER_SECRET, SECRET).known(returning()) == ANNA


@pytest.mark.parametrize(
    ("days_later", "touch", "referral"),
    [(0, HERO, SEVEN), (10, HERO, SEVEN), (15, HERO, None), (21, None, None)],
)
def test_the_current_touches_are_those_a_sale_would_be_credited_to(
    days_later: int, touch: Touch | None, referral: Touch | None
) -> None:
    """The visitor stays a visitor when all windows have closed."""
    at = NOON + timedelta(days=days_later)

    assert visitors().current(returning(), at) == Visitor(
        id=ANNA.id, touch=touch, referral=referral
    )


@pytest.mark.parametrize("header", ["HTTP_SEC_GPC", "HTTP_DNT"])
@pytest.mark.parametrize("value", ["1", "1, 1", "1,1", "0, 1", " 1 "])
def test_a_browser_that_objects_is_not_known(header: str, value: str) -> None:
    """Also where an extension says it again; unless the host does not honour it."""
    objecting = returning(**{header: value})

    assert not visitors().consents(objecting)
    assert visitors().known(objecting) is None
    assert visitors(honor_gpc=False).known(objecting) == ANNA
    assert visitors().known(returning(**{header: "0"})) == ANNA
    assert visitors().known(returning(**{header: "11"})) == ANNA


@pytest.mark.parametrize(
    ("answer", "consents"), [(True, True), (False, False), (None, False), ("yes", True)], ids=repr
)
def test_the_host_is_asked_for_consent(answer: object, consents: object) -> None:
    """With the request, and before the cookie is opened."""
    asked: list[WSGIEnvironment] = []

    def consent(environ: WSGIEnvironment) -> Any:
        asked.append(environ)
        return answer

    ours, environ = visitors(consent=consent), returning()

    assert ours.known(environ) == (ANNA if consents else None)
    assert ours.consents(environ) is consents
    assert asked == [environ, environ]


def test_consent_that_fails_is_consent_refused(caplog: pytest.LogCaptureFixture) -> None:
    """The host's answer goes out all the same, and the log says why nobody is tracked."""

    def consent(environ: WSGIEnvironment) -> bool:
        raise LookupError("no banner")

    with caplog.at_level(logging.ERROR, logger="salestrack"):
        assert visitors(consent=consent).known(returning()) is None

    (record,) = caplog.records
    assert record.exc_info is not None
    assert isinstance(record.exc_info[1], LookupError)


def test_an_objection_goes_before_the_hosts_consent() -> None:
    """A banner that was clicked long ago does not outweigh what the browser says now."""
    assert not visitors(consent=lambda _: True).consents(returning(HTTP_SEC_GPC="1"))


def test_a_cookie_that_consent_no_longer_covers_is_deleted() -> None:
    """And only that: where there is none, or where there is consent, no header is sent."""
    (header,) = visitors().forget_unconsented(returning(HTTP_DNT="1"))

    assert header[1].startswith("salestrack=; Max-Age=0; ")
    assert visitors().forget_unconsented(request(HTTP_DNT="1")) == []
    assert visitors().forget_unconsented(returning()) == []


def test_an_attribution_token_carries_the_touches_to_where_no_cookie_is() -> None:
    """With their times, so that the window still counts."""
    token = visitors().seal_attribution(returning())

    assert visitors().open_attribution(token) == ANNA
    assert visitors(OTHER_SECRET, SECRET).open_attribution(token) == ANNA


def test_who_was_never_credited_needs_no_token() -> None:
    """A visitor without touches, or one who objects, gives an empty text."""
    untouched = request(cookie_of(Visitor(id=1), visitors()))

    assert visitors().seal_attribution(untouched) == ""
    assert visitors().seal_attribution(returning(HTTP_SEC_GPC="1")) == ""


@pytest.mark.parametrize(
    "token",
    [
        pytest.param("", id="empty"),
        pytest.param("x", id="not-ours"),
        pytest.param(cookie_of(ANNA, visitors()).partition("=")[2], id="cookie"),
        pytest.param(
            visitors(site="b").seal_attribution(returning()), id="no-visitor-of-that-site"
        ),
    ],
)
def test_what_is_no_attribution_token_is_refused(token: str) -> None:
    """A cookie's value, too: what a browser holds is not what the host kept."""
    with pytest.raises(BadToken):
        visitors().open_attribution(token)
