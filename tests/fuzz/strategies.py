"""What anybody may send: from any bytes at all to hits that are almost right."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tests.durability.wire import BROWSER
from tests.fuzz.hits import COOKIE, PREFIX, TOKEN, Hit
from tests.fuzz.values import ENCODINGS, GOOD, HOSTILE


def thorough(examples: int) -> settings:
    """The same examples each time, on every machine, however long one takes."""
    return settings(
        max_examples=examples,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )


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

_numbers = st.integers(0, 10**10).map(b"%d".__mod__)
_characters = st.characters(codec="utf-8", exclude_characters="\0")
_more_good = {
    b"st_revenue": st.integers(0, 99999999).map(b"%d".__mod__),
    b"st_quantity": st.integers(1, 999999999).map(b"%d".__mod__),
    b"st_currency": st.just(b"USD"),
    b"st_reference": st.text(_characters, max_size=100).map(str.encode),
}
_more_hostile = {
    b"st_revenue": st.tuples(_numbers, _numbers).map(b"%b.%b".__mod__),
    b"st_quantity": _numbers,
    b"st_currency": st.binary(max_size=4),
    b"st_reference": st.binary(max_size=20),
}
_good = {name: st.sampled_from(GOOD[name]) | more for name, more in _more_good.items()}
_hostile = {name: st.sampled_from(HOSTILE[name]) | more for name, more in _more_hostile.items()}
_strange_fields = st.tuples(
    st.sampled_from(
        [b"st_", b"st_revenu", b"ST_REVENUE", b"st_revenue ", b"utm", b"", b"gr\xf6sse"]
    )
    | st.binary(max_size=12),
    st.binary(max_size=12),
)


@st.composite
def _field_lists(draw: st.DrawFn) -> list[tuple[bytes, bytes]]:
    """Good fields in any order; now and then one of them hostile, strange, or there twice."""
    names = draw(st.lists(st.sampled_from(list(GOOD)), min_size=1, unique=True))
    fields = [(name, draw(_good[name])) for name in names]
    trouble = draw(st.sampled_from(["none", "none", "none", "hostile", "strange", "twice"]))
    if trouble == "hostile":
        fields[0] = (names[0], draw(_hostile[names[0]]))
    elif trouble == "strange":
        fields.append(draw(_strange_fields))
    elif trouble == "twice":
        fields.append(draw(st.sampled_from(fields)))
    return draw(st.permutations(fields))


@st.composite
def _target_queries(draw: st.DrawFn) -> bytes:
    """Fields, encoded and joined in one of the ways that clients have, or in a strange one."""
    encode = st.sampled_from(ENCODINGS[:1] * 6 + ENCODINGS)
    equals = st.sampled_from([b"="] * 15 + [b"", b"==", b"%3D"])
    pairs = [
        draw(st.sampled_from([name] * 5 + [ENCODINGS[2](name)]))
        + draw(equals)
        + draw(encode)(value)
        for name, value in draw(_field_lists())
    ]
    return draw(st.sampled_from([b"&"] * 8 + [b"&&", b";", b"&amp;"])).join(pairs)


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
    path=st.sampled_from([b"/target/1/"] * 8 + [b"/target/7"] * 3 + [b"/target/2/"]).map(
        PREFIX.__add__
    ),
    query=_target_queries(),
    headers=_visitors,
)
