"""What may be linked to: paths of the shop, and other sites where that is said."""

from __future__ import annotations

import pytest

from tests.support.shop import Visit
from wsgi_salestrack import BadValue, Tracker

TRICKS = [
    pytest.param("//evil.example", id="no scheme"),
    pytest.param("///evil.example", id="three slashes"),
    pytest.param("/\\evil.example", id="backslash for a slash"),
    pytest.param("\\\\evil.example", id="two backslashes"),
    pytest.param("/\t/evil.example", id="tab between slashes"),
    pytest.param("/\n/evil.example", id="line break between slashes"),
    pytest.param("\t//evil.example", id="tab in front"),
    pytest.param(" //evil.example", id="space in front"),
    pytest.param("/p/\r\nSet-Cookie: a=b", id="header after CR LF"),
    pytest.param("/p/\nLocation: //evil.example", id="header after LF"),
    pytest.param("/p/\x00", id="NUL"),
    pytest.param("/p/\x7f", id="DEL"),
    pytest.param("/p/ socks", id="space"),
    pytest.param("", id="empty"),
    pytest.param("p/socks", id="relative to the page"),
    pytest.param("?q=socks", id="only a query"),
    pytest.param("#top", id="only a fragment"),
    pytest.param("javascript:alert(1)", id="javascript"),
    pytest.param("JaVaScRiPt:alert(1)", id="javascript in any case"),
    pytest.param("data:text/html,<script>alert(1)</script>", id="data"),
    pytest.param("vbscript:msgbox(1)", id="vbscript"),
    pytest.param("file:///etc/passwd", id="file"),
    pytest.param("mailto:ada@example.com", id="mailto"),
    pytest.param("ftp://evil.example/", id="ftp"),
    pytest.param("https:evil.example", id="scheme without slashes"),
    pytest.param("https:/evil.example", id="scheme with one slash"),
    pytest.param("https:///evil.example", id="scheme without a host"),
    pytest.param("https://", id="nothing but a scheme"),
    pytest.param("https://[::1/", id="broken IPv6"),
    pytest.param("https://shop.example\\@evil.example/", id="backslash before userinfo"),
    pytest.param("https://evil.example/\r\nX: y", id="CR LF in a URL"),
    pytest.param("https://shop.example:99999/", id="port out of range"),
    pytest.param("https://shop.example:http/", id="port not a number"),
    pytest.param("https://shop..example/", id="empty label"),
    pytest.param(f"https://{'a' * 64}.example/", id="label too long"),
    pytest.param("https://\u00a0evil.example/", id="space that IDNA makes"),
    pytest.param("/p/\ud800", id="half a surrogate pair"),
    pytest.param("https://shop.example/\ud800", id="half a surrogate pair elsewhere"),
    pytest.param("/" + "a" * 10_000, id="too long"),
]


@pytest.mark.parametrize("offsite", [False, True], ids=["onsite", "offsite"])
@pytest.mark.parametrize("destination", TRICKS)
def test_tricks_are_never_sealed(tracker: Tracker, destination: str, *, offsite: bool) -> None:
    """With or without ``offsite`` the error names the destination."""
    with pytest.raises(BadValue, match="destination") as caught:
        tracker.click_url(destination, newsletter="2026-11", offsite=offsite)

    assert caught.value.field == "destination"


@pytest.mark.parametrize(
    "destination",
    [
        "https://partner.example/",
        "http://partner.example",
        "https://partner.example:8443/p?q=1#top",
        "https://shop.example@evil.example/",
        "https://shop.example:pass@evil.example/",
        "HTTPS://partner.example/",
    ],
)
def test_another_site_is_sealed_only_where_that_is_meant(
    tracker: Tracker, visit: Visit, destination: str
) -> None:
    """An absolute URL without ``offsite=True`` is refused, and the error says what to pass."""
    with pytest.raises(BadValue, match="offsite=True"):
        tracker.click_url(destination, newsletter="2026-11")

    url = tracker.click_url(destination, newsletter="2026-11", offsite=True)
    location = visit(tracker).get(url).headers["Location"]

    assert location.lower() == destination.lower()


def test_offsite_permits_and_does_not_demand(tracker: Tracker, visit: Visit) -> None:
    """A path stays a path of the shop."""
    url = tracker.click_url("/p/socks", newsletter="2026-11", offsite=True)

    assert visit(tracker).get(url).headers["Location"] == "/p/socks"


@pytest.mark.parametrize(
    ("destination", "location"),
    [
        pytest.param("/p/s\u00f8k", "/p/s%C3%B8k", id="path"),
        pytest.param("/search?q=\u00e4&r=%20", "/search?q=%C3%A4&r=%20", id="query"),
        pytest.param("/p/socks#\u4e2d", "/p/socks#%E4%B8%AD", id="fragment"),
        pytest.param("/p/\U0001f9e6", "/p/%F0%9F%A7%A6", id="beyond the basic plane"),
        pytest.param("/\uff0fevil.example", "/%EF%BC%8Fevil.example", id="full-width slash"),
        pytest.param("/p/\u2028x", "/p/%E2%80%A8x", id="line separator"),
        pytest.param("/p/\x85x", "/p/%C2%85x", id="next line"),
        pytest.param(
            "https://b\u00fccher.example/\u00e4",
            "https://xn--bcher-kva.example/%C3%A4",
            id="host",
        ),
    ],
)
def test_what_is_not_ascii_goes_out_as_a_uri(
    tracker: Tracker, visit: Visit, destination: str, location: str
) -> None:
    """An IRI becomes the URI that means the same, fit for a header."""
    url = tracker.click_url(destination, newsletter="2026-11", offsite=True)

    answer = visit(tracker).get(url)

    assert (answer.status, answer.headers["Location"]) == (302, location)


@pytest.mark.parametrize("destination", [None, 7, b"/p/socks"])
def test_what_is_no_text_is_refused(tracker: Tracker, destination: object) -> None:
    """The error is ours, not the regular expression's."""
    with pytest.raises(BadValue, match="destination"):
        tracker.click_url(destination, newsletter="2026-11")  # type: ignore[arg-type]
