"""Bodies that are no honest call: never a 500 and never half a record."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from html import escape
from io import BytesIO
from pathlib import Path
from xmlrpc.client import Fault, loads

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from werkzeug.test import Client, TestResponse

from tests.support.clock import NOON
from tests.support.orders import SOCKS, order_of
from tests.support.receivers import Listen
from tests.support.rows import row_counts, rows_of
from tests.support.shop import SECRET, MakeTracker, Visit, page
from tests.support.xmlrpc import (
    CREDENTIALS,
    NEW_ORDER,
    PATH,
    USERS,
    api_tracker,
    call,
    fault_of,
    new_order,
    post,
    struct,
    texts,
)
from wsgi_salestrack import Config, SalesTrackMiddleware, Tracker

MIB = 1024 * 1024

BOMB = (
    '<?xml version="1.0"?><!DOCTYPE methodCall [<!ENTITY a "aaaaaaaaaa">'
    '<!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
)
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE methodCall [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
PING = "<methodCall><methodName>ubivox.ping</methodName></methodCall>"


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Tracker, Client]]:
    """In process, since most of a request's time would be the server's."""
    database = tmp_path_factory.mktemp("xmlrpc") / "sales.db"
    tracker = Tracker(
        Config(secret_keys=[SECRET], database=database, xmlrpc_users=USERS), clock=lambda: NOON
    )
    yield tracker, Client(SalesTrackMiddleware(page, tracker))
    tracker.close()


def _nested(depth: int) -> str:
    value = "<value><array><data>" * depth + "</data></array></value>" * depth
    return (
        f"<methodCall><methodName>ubivox.ping</methodName><params><param>{value}</param></params>"
        "</methodCall>"
    )


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("", id="nothing"),
        pytest.param(PING[:-1], id="cut"),
        pytest.param(PING * 2, id="two documents"),
        pytest.param(f"{PING}x", id="text behind"),
        pytest.param(f"x{PING}", id="text in front"),
        pytest.param(f"{BOMB}{PING.replace('ubivox', '&c;')}", id="entities in entities"),
        pytest.param(f"{OUTSIDE}{PING.replace('ubivox', '&a;')}", id="external entity"),
        pytest.param(f"<!DOCTYPE methodCall>{PING}", id="DTD"),
        pytest.param(f'<!DOCTYPE m SYSTEM "http://shop.example/x">{PING}', id="external DTD"),
        pytest.param(PING.replace("ping", "&nbsp;"), id="unknown entity"),
        pytest.param(PING.replace("ping", "&#0;"), id="NUL"),
        pytest.param(PING.replace("ping", "\x00"), id="raw NUL"),
        pytest.param(PING.replace("ping", "\xff"), id="not UTF-8"),
        pytest.param(_nested(11), id="too deep"),
        pytest.param("<a>" * 20_000, id="much too deep"),
        pytest.param(f'<?xml version="1.0" encoding="x"?>{PING}', id="unknown encoding"),
        pytest.param(f'<?xml version="1.0" encoding="utf-7"?>{PING}', id="UTF-7"),
        pytest.param(f'<?xml version="1.0" encoding="rot13"?>{PING}', id="no text encoding"),
        pytest.param(gzip.compress(PING.encode()).decode("latin-1"), id="gzip"),
        pytest.param(f"data={PING}", id="form"),
        pytest.param('{"method": "ubivox.ping"}', id="JSON"),
    ],
)
def test_what_cannot_be_read_is_a_fault(
    make_tracker: MakeTracker, visit: Visit, listen: Listen, body: str
) -> None:
    """1004, and HTTP 200 as all that a client got wrong."""
    tracker = api_tracker(make_tracker)
    receivers = listen(tracker)

    fault = fault_of(post(visit(tracker), body.encode("latin-1")))

    assert fault.faultCode == 1004
    assert fault.faultString.startswith("invalid XML")
    assert receivers.rejected == [("xmlrpc", fault.faultString)]


def test_nesting_is_taken_up_to_a_depth(api: tuple[Tracker, Client]) -> None:
    """32 elements, the call's own among them."""
    _, client = api

    assert b"<boolean>1<" in _post(client, _nested(9).encode()).data
    assert b"nested deeper than 32" in _post(client, _nested(10).encode()).data


def test_a_gzip_body_is_not_unpacked(api: tuple[Tracker, Client]) -> None:
    """Whatever its header says; Python's own server would."""
    _, client = api
    body = gzip.compress(PING.encode())

    answer = client.post(PATH, data=body, headers={**CREDENTIALS, "Content-Encoding": "gzip"})

    assert b"invalid XML" in answer.data


def test_an_order_that_no_pixel_holds_is_recorded(make_tracker: MakeTracker, visit: Visit) -> None:
    """[doc] The API is the way for long ones."""
    tracker = api_tracker(make_tracker)

    answer = post(visit(tracker), new_order(order_of(450)))

    assert b"<boolean>1<" in answer.body
    assert row_counts(tracker)["lines"] == 450


def test_a_body_beyond_1_mib_is_not_read(api: tuple[Tracker, Client]) -> None:
    """Up to there it is."""
    _, client = api

    longest = _post(client, PING.encode().ljust(MIB))
    longer = _post(client, PING.encode().ljust(MIB + 1))

    assert b"<boolean>1<" in longest.data
    assert b"the body is longer than 1 MiB" in longer.data


def test_a_body_that_breaks_off_is_no_call(api: tuple[Tracker, Client]) -> None:
    """Its client is gone, or sends no chunks where it says so: nothing to be sent again."""

    class Broken(BytesIO):
        def read(self, _size: int | None = -1, /) -> bytes:
            raise ConnectionResetError

    _, client = api

    answer = client.post(PATH, input_stream=Broken(b"x"), content_length=5, headers=CREDENTIALS)

    assert answer.status_code == 200
    with pytest.raises(Fault, match="the body can't be read"):
        loads(answer.data)


def _post(client: Client, body: bytes) -> TestResponse:
    return client.post(PATH, data=body, headers=CREDENTIALS)


def _assert_whole(tracker: Tracker, answer: TestResponse) -> None:
    """An answer that is a document, and true as often as a whole order was recorded."""
    assert answer.status_code == 200
    try:
        (value,), _ = loads(answer.data)
    except Fault:
        value = False
    rows = rows_of(Path(str(tracker.config.database)), "conversions")
    assert len(rows) == (value is True)
    for row in rows:
        assert row["source"] == "xmlrpc"
        assert row["reference"]
        assert row["revenue"] >= 0
        assert row_counts(Path(str(tracker.config.database)))["lines"] >= 1


MANY = settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
TYPES = ("string", "int", "i4", "double", "boolean", "base64", "dateTime.iso8601", "nil", "i8")
values = st.builds(
    lambda type_, text: f"<{type_}>{escape(text.encode('utf-8', 'ignore').decode())}</{type_}>",
    st.sampled_from(TYPES),
    st.text(max_size=20) | st.sampled_from(["1.00", "1", "2", "USD", "nan", "1e5", "\u0661"]),
)


@MANY
@given(body=st.binary(max_size=200))
@example(b"<methodCall><params/></methodCall>")
def test_any_bytes_get_an_answer(api: tuple[Tracker, Client], body: bytes) -> None:
    """Never a 500, and nothing is recorded."""
    tracker, client = api
    tracker.store.forget_site("default")

    _assert_whole(tracker, _post(client, body))


@MANY
@given(
    fields=st.dictionaries(st.sampled_from([*SOCKS, "et_added"]), values, max_size=4),
    cut=st.none() | st.integers(0, 2000),
    noise=st.binary(max_size=3),
)
@example(fields={}, cut=None, noise=b"")
def test_an_order_that_is_almost_right_is_whole_or_nothing(
    api: tuple[Tracker, Client], fields: dict[str, str], cut: int | None, noise: bytes
) -> None:
    """Any values in any parameter, and bytes of the request changed."""
    tracker, client = api
    tracker.store.forget_site("default")
    body = call(NEW_ORDER, struct({**texts(SOCKS), **fields}))
    if cut is not None:
        body = body[:cut] + noise + body[cut + len(noise) :]

    _assert_whole(tracker, _post(client, body))
