"""What anybody may send: from any bytes at all to hits that are almost right."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes

from hypothesis import settings
from hypothesis import strategies as st

from tests.durability.host import DESTINATION, SECRET, shop
from tests.durability.wire import BROWSER, Request, through_wsgi
from wsgi_salestrack import Config, SalesTrackMiddleware, Tracker

PREFIX = b"/salestrack"

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
TARGETS = {1: "Sale", 7: {"title": "Order", "scope": "order"}}


def make_tracker(database: Path | None) -> Tracker:
    """A tracker at noon."""
    config = Config(secret_keys=[SECRET], database=database, targets=TARGETS)
    return Tracker(config, clock=lambda: NOON)


def _click() -> tuple[str, bytes]:
    """A link's token, and the cookie that the visitor has who followed it."""
    tracker = make_tracker(None)
    link = tracker.click_url(DESTINATION, contact="c81", link="hero")
    answer = through_wsgi(SalesTrackMiddleware(shop, tracker))(Request(target=link))
    cookie = answer.header("Set-Cookie") or ""
    return link.rpartition("/")[2], cookie.partition(";")[0].encode()


TOKEN, COOKIE = _click()


def thorough(examples: int) -> settings:
    """The same examples each time, on every machine, however long one takes."""
    return settings(max_examples=examples, derandomize=True, deadline=None, database=None)


@dataclass(frozen=True)
class Hit:
    """A request, as bytes.

    :param headers: by their names in a WSGI environment.
    """

    method: str = "GET"
    path: bytes = b"/"
    query: bytes = b""
    headers: dict[str, bytes] = field(default_factory=dict)


def _mutated(text: bytes) -> st.SearchStrategy[bytes]:
    """The text with a piece cut out and something else put in."""

    @st.composite
    def mutate(draw: st.DrawFn) -> bytes:
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 3)))
        return text[:start] + draw(st.binary(max_size=3)) + text[end:]

    return mutate()


def _often(common: st.SearchStrategy[Any], rare: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.sampled_from([common, common, common, rare]).flatmap(lambda chosen: chosen)


_HEADERS = (
    "HTTP_USER_AGENT",
    "HTTP_COOKIE",
    "HTTP_SEC_GPC",
    "HTTP_DNT",
    "HTTP_SEC_PURPOSE",
    "HTTP_PURPOSE",
    "HTTP_SEC_FETCH_DEST",
    "HTTP_HOST",
    "HTTP_REFERER",
    "HTTP_X_FORWARDED_PROTO",
    "CONTENT_LENGTH",
    "CONTENT_TYPE",
    "SCRIPT_NAME",
)

# Methods that mean something, and others, which a server may let through.
methods = _often(
    st.sampled_from(["GET", "GET", "GET", "HEAD"]),
    st.sampled_from(["POST", "get", "PUT", "OPTIONS", "TRACE", ""])
    | st.text(st.characters(max_codepoint=255), max_size=8),
)

headers = st.dictionaries(
    st.sampled_from(_HEADERS),
    st.sampled_from([b"1", b"prefetch", b"document", b"image", b"https", BROWSER.encode()])
    | st.binary(max_size=60),
    max_size=4,
)

_OUR_PATHS = [
    PREFIX + rest
    for rest in (b"/target/1/", b"/target/1", b"/target/7/", b"/r/" + TOKEN.encode(), b"/r/x/")
]
paths = st.one_of(
    st.sampled_from(_OUR_PATHS),
    st.sampled_from(_OUR_PATHS).flatmap(_mutated),
    st.binary(max_size=12).map(lambda rest: PREFIX + b"/target/" + rest),
    st.binary(max_size=30).map(lambda rest: PREFIX + b"/r/" + rest),
    st.binary(max_size=30).map(lambda rest: PREFIX + b"/" + rest),
    st.binary(max_size=40).map(lambda rest: b"/" + rest),
    st.binary(max_size=40),
)

queries = st.one_of(
    st.binary(max_size=200),
    st.binary(max_size=100).map(lambda rest: b"st_revenue=5&" + rest),
    st.binary(max_size=60).map(lambda rest: b"st_token=" + rest),
    _mutated(b"st_revenue=49.95&st_quantity=2&st_currency=USD&st_reference=1234"),
    _mutated(b"a=1&st_token=" + TOKEN.encode()),
    st.just(b"st_token=" + TOKEN.encode()),
)

#: Any bytes anywhere.
any_hits = st.builds(Hit, method=methods, path=paths, query=queries, headers=headers)

# Values that a field may have, and some that it may not.
_digits = st.integers(0, 10**10).map(lambda number: b"%d" % number)
_amounts = st.one_of(
    st.builds(lambda whole, rest: b"%d.%s" % (whole, rest), st.integers(0, 10**9), _digits),
    st.sampled_from([b"49.95", b"5", b"0", b"99999999.99", b"100000000", b"0.10", b"7.00000", b"00"]),
    st.sampled_from([b"", b"-1", b"+1", b"1e5", b"1_000", b"1,000.00", b" 5", b"5.", b".5", b"NaN"]),
    st.sampled_from(["٤٢".encode(), "５".encode(), b"0x10", b"5\n", b"9" * 30, b"0" * 21]),
)
_quantities = st.one_of(
    _digits,
    st.sampled_from([b"1", b"2", b"999999999", b"1000000000", b"0", b"01", b"-1", b"1.0", b"", b"1 "]),
    st.sampled_from(["²".encode(), "٣".encode(), b"1\n", b"1_0"]),
)
_currencies = st.sampled_from(
    [b"USD", b"EUR", b"JPY", b"BHD", b"CLF", b"usd", b"XXX", b"XAU", b"", b"USDX", b"\xff", b"nan"]
)
_references = st.one_of(
    _digits,
    st.text(max_size=105).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.sampled_from([b"0012", b"", b" 12 ", b"a" * 100, b"a" * 101, b"1\x002", b"\xc0\xaf"]),
    st.sampled_from(["é".encode() * 100, b"%31", b"1&st_quantity=7", b"<script>", b"\xed\xa0\x80"]),
    st.binary(max_size=20),
)
_fields = st.one_of(
    st.tuples(st.just(b"st_revenue"), _amounts),
    st.tuples(st.just(b"st_quantity"), _quantities),
    st.tuples(st.just(b"st_currency"), _currencies),
    st.tuples(st.just(b"st_reference"), _references),
)
_strange_fields = st.tuples(
    st.sampled_from([b"st_", b"st_revenu", b"ST_REVENUE", b"st_revenue ", b"utm", b"", b"gr\xf6sse"])
    | st.binary(max_size=12),
    st.binary(max_size=12),
)


@st.composite
def _encoded(draw: st.DrawFn, text: bytes) -> bytes:
    """Percent-encoded in one of the ways that clients have, or not at all."""
    escaped = quote_from_bytes(text, safe="").encode()
    ways = [
        escaped,
        escaped,
        escaped.replace(b"%20", b"+"),
        escaped.lower(),
        b"".join(b"%%%02x" % byte for byte in text),
        quote_from_bytes(escaped).encode(),
        text,
    ]
    return draw(st.sampled_from(ways))


@st.composite
def _target_queries(draw: st.DrawFn) -> bytes:
    """Some fields in any order, some of them strange, twice or joined in a strange way."""
    fields = draw(st.lists(_often(_fields, _strange_fields), min_size=1, max_size=5, unique=True))
    by_name = {name: (name, value) for name, value in fields}
    chosen = draw(st.sampled_from([list(by_name.values())] * 4 + [fields]))
    pairs = [
        draw(st.sampled_from([name, name, name, b"".join(b"%%%02X" % byte for byte in name)]))
        + draw(st.sampled_from([b"="] * 9 + [b"", b"==", b"%3D"]))
        + draw(_encoded(value))
        for name, value in chosen
    ]
    return draw(st.sampled_from([b"&"] * 6 + [b"&&", b";", b"&amp;"])).join(pairs)


_visitors = st.fixed_dictionaries(
    {},
    optional={
        "HTTP_COOKIE": st.sampled_from([COOKIE, b"a=b; " + COOKIE]) | _mutated(COOKIE),
        "HTTP_SEC_GPC": st.sampled_from([b"1", b"0", b"11"]),
    },
)

#: Hits of a target that are mostly right.
target_hits = st.builds(
    Hit,
    method=st.sampled_from(["GET"] * 8 + ["HEAD", "POST"]),
    path=st.sampled_from([PREFIX + b"/target/1/"] * 4 + [PREFIX + b"/target/7", PREFIX + b"/target/2/"]),
    query=_target_queries(),
    headers=_visitors,
)
