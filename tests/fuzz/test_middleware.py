from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import example, given

from tests.durability.host import DESTINATION
from tests.durability.promises import assert_pixel
from tests.durability.wire import Answer
from tests.fuzz.hits import COOKIE, PREFIX, TOKEN, Hit
from tests.fuzz.mounted import HOST_ANSWER, Mounted, mounted
from tests.fuzz.oracle import Refused, Sale, sale_of
from tests.fuzz.strategies import any_hits, target_hits, thorough

_OURS = re.compile(re.escape(PREFIX) + rb"/(r|target)/([^/]*)/?", re.DOTALL)
_HEADER_NAME = re.compile(r"[A-Za-z0-9-]+")
_HEADER_VALUE = re.compile(r"[\x20-\x7e]*")


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mounted]:
    """One for all examples; each of them meets an empty database."""
    with mounted(tmp_path_factory.mktemp("fuzz") / "sales.db") as host:
        yield host


@thorough(1000)
@given(hit=any_hits)
@example(Hit(method="GET", path=b"", query=b""))
@example(Hit(path=PREFIX + b"/r/"))
@example(Hit(path=PREFIX + b"/r//"))
@example(Hit(path=PREFIX + b"/target/1\n/"))
@example(Hit(path=PREFIX + b"/r/" + TOKEN.encode(), headers={"HTTP_USER_AGENT": b"\xff" * 300}))
@example(Hit(path=PREFIX + b"/r/" + b"A" * 70_000))
@example(Hit(path=b"/", query=b"st_token=" + b"%41" * 30_000))
def test_any_bytes_get_a_valid_answer(host: Mounted, hit: Hit) -> None:
    """Never an exception or a 500, the host is reached when it is meant, no half is recorded."""
    _assert_right(host, hit, host.send(hit))


@thorough(1500)
@given(hit=target_hits)
@example(Hit(path=PREFIX + b"/target/1/", query=b""))
@example(Hit(path=PREFIX + b"/target/1/", query=b"&=&st_quantity=1&"))
@example(Hit(path=PREFIX + b"/target/1/", query=b"st_revenue=5;st_quantity=2"))
@example(Hit(path=PREFIX + b"/target/1/", query=b"st_reference"))
@example(Hit(path=PREFIX + b"/target/1/", query=b"gr%F6sse=41&st_revenue=5"))
@example(Hit(path=PREFIX + b"/target/1/", query=b"gr\xf6sse=41&st_revenue=5"))
@example(Hit(path=PREFIX + b"/target/1/", query=b"st_\xf6=41&st_revenue=5"))
@example(Hit(path=PREFIX + b"/target/1/", query=b"st_\xf6=41"))
def test_hits_that_are_almost_right_are_read_right(host: Mounted, hit: Hit) -> None:
    """Every value of an accepted hit is as it was sent, and a refused one leaves nothing behind."""
    _assert_right(host, hit, host.send(hit))


def _assert_right(host: Mounted, hit: Hit, answer: Answer) -> None:
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
    landed = hit.method == "GET" and bool(tokens) and tokens[0] == TOKEN.encode()
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
