from __future__ import annotations

from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgi_salestrack import BadValue, Touch
from wsgi_salestrack.destinations import checked_destination
from wsgi_salestrack.tokens import ClickPayload, Seal


def problem_of(destination: Any, *, offsite: bool) -> str:
    with pytest.raises(BadValue) as refused:
        checked_destination(destination, offsite=offsite)
    assert refused.value.field == "destination"
    return refused.value.problem


def as_a_browser_reads(location: str) -> str:
    """A Location header on a page of the shop, as the URL standard has it."""
    cleaned = location.strip().translate(dict.fromkeys(map(ord, "\t\r\n"))).replace("\\", "/")
    return urljoin("https://shop.example/salestrack/r/token", cleaned)


@pytest.mark.parametrize(
    ("destination", "sent"),
    [
        ("/", "/"),
        ("/p/socks?size=9&from=mail#reviews", "/p/socks?size=9&from=mail#reviews"),
        ("/p/sm%C3%B8r%20&%2F", "/p/sm%C3%B8r%20&%2F"),
        ("/p/sm\N{LATIN SMALL LETTER O WITH STROKE}r", "/p/sm%C3%B8r"),
        ("/p/\N{SNOWMAN}?q=\N{SNOWMAN}", "/p/%E2%98%83?q=%E2%98%83"),
        ("/redirect?to=https://evil.example", "/redirect?to=https://evil.example"),
        ("/p//socks", "/p//socks"),
        ("/@evil.example", "/@evil.example"),
    ],
)
def test_a_path_of_the_shop_goes_out_as_ascii(destination: str, sent: str) -> None:
    """What is already escaped is not escaped again; offsite or not."""
    assert checked_destination(destination, offsite=False) == sent
    assert checked_destination(destination, offsite=True) == sent


@pytest.mark.parametrize(
    ("destination", "sent"),
    [
        ("https://partner.example", "https://partner.example"),
        ("http://partner.example:8080/a?b#c", "http://partner.example:8080/a?b#c"),
        (
            "https://b\N{LATIN SMALL LETTER U WITH DIAERESIS}cher.example/",
            "https://xn--bcher-kva.example/",
        ),
        ("https://[::1]/", "https://[::1]/"),
    ],
)
def test_an_absolute_url_goes_out_only_if_that_is_meant(destination: str, sent: str) -> None:
    """Otherwise a mistake in a template would be an open redirect."""
    assert checked_destination(destination, offsite=True) == sent
    assert "pass offsite=True" in problem_of(destination, offsite=False)


@pytest.mark.parametrize("offsite", [False, True], ids=["onsite", "offsite"])
@pytest.mark.parametrize(
    "destination",
    [
        pytest.param("", id="empty"),
        pytest.param("p/socks", id="relative-path"),
        pytest.param("?size=9", id="query-alone"),
        pytest.param("#top", id="fragment-alone"),
        pytest.param("//evil.example/", id="no-scheme"),
        pytest.param("///evil.example/", id="three-slashes"),
        pytest.param("/\\evil.example", id="backslash"),
        pytest.param("/\t/evil.example", id="tab"),
        pytest.param("/\n/evil.example", id="line-break"),
        pytest.param("/p\r\nSet-Cookie: x=y", id="header"),
        pytest.param("/p/a b", id="space"),
        pytest.param(" /p", id="leading-space"),
        pytest.param("/p\0", id="nul"),
        pytest.param("/p\x7f", id="delete"),
        pytest.param("javascript:alert(1)", id="javascript"),
        pytest.param("data:text/html,x", id="data"),
        pytest.param("ftp://partner.example/", id="ftp"),
        pytest.param("https:partner.example", id="no-slashes"),
        pytest.param("https:///p", id="no-host"),
        pytest.param("https://", id="scheme-alone"),
        pytest.param("https://[::1", id="open-bracket"),
        pytest.param("https://partner.example:port/", id="port-in-words"),
        pytest.param("https://partner.example:99999/", id="port-out-of-range"),
        pytest.param("https://" + "\N{LATIN SMALL LETTER U WITH DIAERESIS}" * 80, id="long-label"),
        pytest.param("https://a..\N{LATIN SMALL LETTER U WITH DIAERESIS}/", id="empty-label"),
        pytest.param("/p/\ud83d", id="half-a-surrogate-pair"),
        pytest.param("/" + "x" * 2000, id="too-long"),
        pytest.param(None, id="none"),
        pytest.param(b"/p", id="bytes"),
    ],
)
def test_what_is_no_safe_destination_is_refused(destination: object, offsite: bool) -> None:
    """When the link is made, not when somebody clicks it."""
    problem_of(destination, offsite=offsite)


@given(st.text(max_size=30) | st.from_regex(r"[/\\.:@?#%a\t\n ]{0,12}", fullmatch=True))
def test_a_destination_in_the_shop_never_leaves_it(destination: str) -> None:
    """Whatever it is made of, and however a browser cleans it up."""
    try:
        sent = checked_destination(destination, offsite=False)
    except BadValue:
        return

    assert sent.isascii()
    assert sent.isprintable()
    assert urlsplit(as_a_browser_reads(sent))[:2] == ("https", "shop.example")


@pytest.mark.parametrize("character", "x\N{CYRILLIC SMALL LETTER ZHE}\N{SNOWMAN}\N{PILE OF POO}")
@pytest.mark.parametrize("length", [500, 1000, 1900, 2000])
def test_every_link_that_can_be_made_opens(character: str, length: int) -> None:
    """What is too long to be opened is refused while somebody can mend it."""
    seal = Seal(ClickPayload, secrets=[b"s" * 32], purpose="click", site="default")
    longest = (character * (200 // len(character.encode())))[:100]
    touch = Touch(
        contact=longest,
        subscription=longest,
        list=longest,
        newsletter=longest,
        link=longest,
        publisher=longest,
    ).check()
    written = "/" + character * (length - 1)
    try:
        destination = checked_destination(written, offsite=False)
    except BadValue:
        assert len(quote(written)) > 2000
        return

    payload = ClickPayload(destination, touch)
    assert seal.open(seal.seal(payload)) == payload
