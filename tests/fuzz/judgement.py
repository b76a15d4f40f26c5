"""What is right about an answer to any bytes at all, and about what they leave behind."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from tests.durability.host import DESTINATION
from tests.durability.promises import assert_pixel
from tests.durability.wire import Answer
from tests.fuzz.hits import COOKIE, PREFIX, TOKEN, Hit
from tests.fuzz.mounted import HOST_ANSWER, Mounted
from tests.fuzz.oracle import Refused, Sale, sale_of

_OURS = re.compile(re.escape(PREFIX) + rb"/(r|target)/([^/]*)/?", re.DOTALL)
_HEADER_NAME = re.compile(r"[A-Za-z0-9-]+")
_HEADER_VALUE = re.compile(r"[\x20-\x7e]*")


def assert_right(host: Mounted, hit: Hit) -> None:
    """The answer is valid, the host was reached or not, and the database holds what it should."""
    answer = host.send(hit)
    _assert_valid(answer)
    ours = _OURS.fullmatch(hit.path)
    assert bool(host.reached) == (ours is None)
    if ours is None:
        _assert_the_hosts_own(host, hit, answer)
    elif hit.method not in ("GET", "HEAD"):
        assert answer.status == "405 Method Not Allowed"
    elif ours[1] == b"r":
        _assert_followed(host, hit, answer, ours[2])
    else:
        _assert_counted(host, hit, answer, ours[2])
    if not (hit.method == "GET" and ours and ours[1] == b"target"):
        host.assert_recorded(None, None)


def _assert_valid(answer: Answer) -> None:
    for name, value in answer.headers:
        assert _HEADER_NAME.fullmatch(name)
        assert _HEADER_VALUE.fullmatch(value)
    length = answer.header("Content-Length")
    assert answer.body == b"" or length is None or int(length) == len(answer.body)


def _assert_the_hosts_own(host: Mounted, hit: Hit, answer: Answer) -> None:
    """As the host gave it, but for our cookie where a whole token came."""
    assert answer.without("Set-Cookie") == HOST_ANSWER
    pairs = [pair.split(b"=", 1) for pair in hit.query.split(b"&")]
    tokens = [pair[1] for pair in pairs if pair[0] == b"st_token" and len(pair) == 2]
    landed = hit.method == "GET" and bool(tokens) and unquote_to_bytes(tokens[0]) == TOKEN.encode()
    assert len(host.rows("clicks")) == landed
    if not landed:
        assert answer == HOST_ANSWER


def _assert_followed(host: Mounted, hit: Hit, answer: Answer, token: bytes) -> None:
    """To the sealed destination, or home."""
    whole = token == TOKEN.encode()
    assert (answer.status, answer.body) == ("302 Found", b"")
    assert answer.header("Location") == (DESTINATION if whole else "/")
    assert len(host.rows("clicks")) == (whole and hit.method == "GET")


def _assert_counted(host: Mounted, hit: Hit, answer: Answer, target: bytes) -> None:
    if hit.method == "HEAD":
        assert (answer.status, answer.body) == ("200 OK", b"")
        return
    assert_pixel(answer)
    sale = _read_by_another(target, hit.query)
    assert (answer.header("ST-Error") is None) == (sale is not None)
    host.assert_recorded(sale, _contact_of(hit))


def _read_by_another(target: bytes, query: bytes) -> Sale | None:
    try:
        return sale_of(target, query)
    except Refused:
        return None


def _contact_of(hit: Hit) -> str | None:
    refused = b"1" in (hit.headers.get("HTTP_SEC_GPC"), hit.headers.get("HTTP_DNT"))
    good = hit.headers.get("HTTP_COOKIE", b"") in (COOKIE, b"a=b; " + COOKIE)
    return "c81" if good and not refused else None
