from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.http import dump_cookie, parse_cookie

from wsgi_salestrack import Config
from wsgi_salestrack.cookies import CookieJar

HTTP = {"wsgi.url_scheme": "http"}
HTTPS = {"wsgi.url_scheme": "https"}


def jar(**keys: Any) -> CookieJar:
    return CookieJar(Config(secret_keys=["s" * 32], **keys))


def attributes(header: tuple[str, str]) -> list[str]:
    """The value of a Set-Cookie header, taken apart."""
    name, value = header
    assert name == "Set-Cookie"
    return value.split("; ")


@pytest.mark.parametrize(
    ("keys", "environ", "name", "secure"),
    [
        ({}, HTTP, "salestrack", []),
        ({}, HTTPS, "__Host-salestrack", ["Secure"]),
        ({"cookie_secure": True}, HTTP, "__Host-salestrack", ["Secure"]),
        ({"cookie_secure": False}, HTTPS, "salestrack", []),
        ({"cookie_cross_site": True}, HTTP, "__Host-salestrack", ["Secure"]),
        ({"cookie_name": "st"}, HTTPS, "__Host-st", ["Secure"]),
    ],
    ids=["http", "https", "always", "never", "cross-site", "name"],
)
def test_over_https_no_other_host_can_set_the_cookie(
    keys: dict[str, Any], environ: dict[str, str], name: str, secure: list[str]
) -> None:
    """The __Host- prefix sees to it, and browsers take it only with Secure."""
    set_, deleted = jar(**keys).set(environ, "x"), jar(**keys).delete(environ)

    assert attributes(set_)[0] == f"{name}=x"
    assert [part for part in attributes(set_) if part == "Secure"] == secure
    assert attributes(deleted)[0] == f"{name}="
    assert jar(**keys).read({**environ, "HTTP_COOKIE": f"{name}=x"}) == "x"


@pytest.mark.parametrize(
    ("keys", "samesite"),
    [
        ({}, "SameSite=Lax"),
        ({"cookie_samesite": "Strict"}, "SameSite=Strict"),
        ({"cookie_cross_site": True}, "SameSite=None"),
        ({"cookie_cross_site": True, "cookie_samesite": "Strict"}, "SameSite=None"),
    ],
    ids=["default", "strict", "cross-site", "cross-site-goes-first"],
)
def test_a_cookie_is_for_this_host_alone_and_for_no_script(
    keys: dict[str, Any], samesite: str
) -> None:
    """For all its paths, without a Domain, and never Partitioned: a pixel could not see that."""
    parts = set(attributes(jar(**keys).set(HTTPS, "x"))[1:])

    assert parts == {"Max-Age=34560000", "Path=/", "HttpOnly", samesite, "Secure"}


def test_a_cookie_lives_as_long_as_it_is_configured() -> None:
    """And is deleted with the attributes that it was set with."""
    ours = jar(cookie_max_age=timedelta(minutes=1))

    assert attributes(ours.set(HTTP, "x"))[1:] == [
        "Max-Age=60",
        "Path=/",
        "HttpOnly",
        "SameSite=Lax",
    ]
    assert attributes(ours.delete(HTTP))[1:] == ["Max-Age=0", "Path=/", "HttpOnly", "SameSite=Lax"]


@pytest.mark.parametrize(
    ("header", "value"),
    [
        pytest.param("salestrack=x", "x", id="alone"),
        pytest.param("a=1; salestrack=x; b=2", "x", id="among-others"),
        pytest.param("salestrack=x=y", "x=y", id="equals-sign"),
        pytest.param("salestrack=", "", id="empty"),
        pytest.param("salestrack=x; salestrack=y", "x", id="twice"),
        pytest.param("bsalestrack=no; salestrack=x", "x", id="longer-name-in-front"),
        pytest.param('b="salestrack=no"; salestrack=x', "x", id="name-in-a-value"),
        pytest.param("bsalestrack=no", None, id="longer-name-alone"),
        pytest.param("salestrack2=no", None, id="name-with-more-behind"),
        pytest.param("Salestrack=no", None, id="other-case"),
        pytest.param("__Host-salestrack=no", None, id="of-https"),
        pytest.param("a=salestrack=no", None, id="in-a-value"),
        pytest.param("salestrack", None, id="without-value"),
        pytest.param("", None, id="no-cookies"),
        pytest.param(";;;=;", None, id="nonsense"),
    ],
)
def test_the_cookie_is_found_in_the_header(header: str, value: str | None) -> None:
    """Written as browsers do: a semicolon and one space between two (RFC 6265, 4.2.1)."""
    assert jar().read({**HTTP, "HTTP_COOKIE": header}) == value


def test_a_request_without_cookies_has_none() -> None:
    assert jar().read(HTTP) is None
    assert jar().read({}) is None


cookie_names = st.from_regex(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,20}", fullmatch=True)
cookies = st.dictionaries(cookie_names, st.text(max_size=10), max_size=4)


@given(cookies, st.none() | st.from_regex(r"[A-Za-z0-9_-]{1,40}", fullmatch=True), cookies)
def test_the_cookie_is_read_as_a_cookie_parser_reads_it(
    before: dict[str, str], value: str | None, after: dict[str, str]
) -> None:
    """Whatever other cookies the host has, ours is found, and only ours."""
    before, after = before | {"salestrack_": "no"}, after | {"_salestrack": "no"}
    ours = {} if value is None else {"salestrack": value}
    pairs = [*before.items(), *ours.items(), *after.items()]
    header = "; ".join(dump_cookie(*pair, path=None) for pair in pairs)

    found = jar().read({**HTTP, "HTTP_COOKIE": header})

    assert found == parse_cookie(header).get("salestrack")


@given(st.text(st.characters(max_codepoint=255)))
def test_no_header_is_too_broken_to_be_read(header: str) -> None:
    """It is whatever a client sent."""
    found = jar().read({**HTTP, "HTTP_COOKIE": header})

    assert found is None or f"salestrack={found}" in header
