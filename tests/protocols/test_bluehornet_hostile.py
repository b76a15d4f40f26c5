"""Bodies that are no honest request: never a 500, never half a record, and never much work."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from werkzeug.test import Client, TestResponse

from tests.support.bluehornet import (
    KEYS,
    PATH,
    api_tracker,
    call,
    document,
    item_of,
    roi_token,
)
from tests.support.clock import NOON
from tests.support.receivers import Listen
from tests.support.rows import row_counts, rows_of
from tests.support.shop import SECRET, MakeTracker, Visit, page
from wsgi_salestrack import Config, SalesTrackMiddleware, Tracker
from wsgi_salestrack.protocols.bluehornet import MOST_CALLS

KIB_64 = 64 * 1024
MIB = 1024 * 1024
MOST_CPU = 0.05  # seconds
TRIES = 7

BOMB = (
    '<?xml version="1.0"?><!DOCTYPE api [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;">]>'
)
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE api [<!ENTITY a SYSTEM "file:///etc/hostname">]>'


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Tracker, Client]]:
    """In process, since most of a request's time would be the server's."""
    database = tmp_path_factory.mktemp("bluehornet") / "sales.db"
    tracker = Tracker(
        Config(secret_keys=[SECRET], database=database, bluehornet_keys=KEYS), clock=lambda: NOON
    )
    yield tracker, Client(SalesTrackMiddleware(page, tracker))
    tracker.close()


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("", id="nothing"),
        pytest.param("<api>", id="cut"),
        pytest.param("<api></api><api></api>", id="two documents"),
        pytest.param("<api/>x", id="text behind"),
        pytest.param("x<api/>", id="text in front"),
        pytest.param("<xml/>", id="another root"),
        pytest.param('<api xmlns="urn:x"/>', id="another namespace"),
        pytest.param(f"{OUTSIDE}<api>&a;</api>", id="external entity"),
        pytest.param(f"{BOMB}<api>&c;</api>", id="entities in entities"),
        pytest.param("<!DOCTYPE api><api/>", id="DTD"),
        pytest.param('<!DOCTYPE api SYSTEM "http://shop.example/x"><api/>', id="external DTD"),
        pytest.param("<api>&nbsp;</api>", id="unknown entity"),
        pytest.param("<api>&#0;</api>", id="NUL"),
        pytest.param("<api>\x00</api>", id="raw NUL"),
        pytest.param("<a>" * 33 + "</a>" * 33, id="too deep"),
        pytest.param('<?xml version="1.0" encoding="x"?><api/>', id="unknown encoding"),
        pytest.param('<?xml version="1.0" encoding="utf-7"?><api/>', id="UTF-7"),
        pytest.param('<?xml version="1.0" encoding="rot13"?><api/>', id="no text encoding"),
        pytest.param('<?xml version="1.0" encoding="idna"?><api/>', id="IDNA"),
        pytest.param("data=", id="empty field"),
        pytest.param("dat=%3Capi/%3E", id="no field"),
        pytest.param("data=%3Capi/%3E&data=%3Capi/%3E", id="field twice"),
        pytest.param("data=%FF", id="field not UTF-8"),
        pytest.param("\x1f\x8b\x08\x00", id="gzip"),
    ],
)
def test_what_cannot_be_read_is_refused(
    make_tracker: MakeTracker, visit: Visit, listen: Listen, body: str
) -> None:
    """Code 400, and HTTP 200 as all that a client got wrong."""
    tracker = api_tracker(make_tracker)
    receivers = listen(tracker)

    answer = visit(tracker).post(PATH, body.encode("latin-1"))

    assert answer.status == 200
    item = item_of(answer)
    assert (item["responseCode"], item["error"]) in {("400", "1"), ("445", "1")}
    assert item["responseText"].startswith(("Insert failed: invalid ", "Could not"))
    ((protocol, reason),) = receivers.rejected
    assert protocol == "bluehornet"
    assert reason.isascii()
    assert row_counts(tracker)["conversions"] == 0


def test_a_body_beyond_1_mib_is_not_read(api: tuple[Tracker, Client]) -> None:
    """Up to there it is."""
    tracker, client = api
    sale = document(call(roi_data=roi_token(tracker), order_id="1-MiB"))

    longest = client.post(PATH, data=sale.encode().ljust(MIB))
    longer = client.post(PATH, data=sale.encode().ljust(MIB + 1))

    assert b"<responseCode>201<" in longest.data
    assert b"Insert failed: the body is longer than 1 MiB" in longer.data


def test_a_body_that_breaks_off_is_no_call(api: tuple[Tracker, Client]) -> None:
    """Its client is gone, or sends no chunks where it says so: nothing to be sent again."""

    class Broken(BytesIO):
        def read(self, _size: int | None = -1, /) -> bytes:
            raise ConnectionResetError

    _, client = api

    answer = client.post(PATH, input_stream=Broken(b"x"), content_length=5)

    assert answer.status_code == 200
    assert b"the body can't be read" in answer.data


values = st.text(max_size=20) | st.sampled_from(["1.00", "1", "true", "2026-11-20", "roi.insert"])
names = st.sampled_from(
    ["methodName", "amount", "order_id", "purchase_date", "ignore_duplicate_orders", "roi_data"]
)


def _assert_whole(tracker: Tracker, answer: TestResponse) -> None:
    """An answer that is a document, and says 201 as often as a whole sale was recorded."""
    assert answer.status_code == 200
    answered = answer.data.count(b"<responseCode>201<")
    rows = rows_of(Path(str(tracker.config.database)), "conversions")
    assert len(rows) == answered
    for row in rows:
        assert (row["source"], row["currency"], row["exponent"]) == ("bluehornet", "USD", 2)
        assert row["reference"]
        assert row["revenue"] >= 0
        assert row["touch_contact"] == "c81"


MANY = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@MANY
@given(body=st.binary(max_size=200))
@example(b"<api><authentication/><data/></api>")
def test_any_bytes_get_an_answer(api: tuple[Tracker, Client], body: bytes) -> None:
    """Never a 500, and nothing is recorded."""
    tracker, client = api
    tracker.store.forget_site("default")

    _assert_whole(tracker, client.post(PATH, data=body))


@MANY
@given(
    fields=st.dictionaries(names, values, max_size=6),
    cut=st.none() | st.integers(0, 600),
    noise=st.binary(max_size=3),
)
@example(fields={}, cut=None, noise=b"")
def test_a_request_that_is_almost_right_is_whole_or_nothing(
    api: tuple[Tracker, Client], fields: dict[str, str], cut: int | None, noise: bytes
) -> None:
    """Any values in any field, and bytes of the request changed."""
    tracker, client = api
    tracker.store.forget_site("default")
    escaped = {
        name: value.replace("&", "&amp;").replace("<", "&lt;").encode("utf-8", "ignore").decode()
        for name, value in fields.items()
    }
    body = document(call(**{"roi_data": roi_token(tracker), **escaped})).encode()
    if cut is not None:
        body = body[:cut] + noise + body[cut + len(noise) :]

    _assert_whole(tracker, client.post(PATH, data=body))


def _filled(before: str, piece: str, after: str = "") -> str:
    return before + piece * ((KIB_64 - len(before) - len(after)) // len(piece)) + after


IN_DATA = document("|", authentication="<no_halt>1</no_halt>").split("|")
IN_CALL = document(call(roi_data="|"), authentication="<no_halt>1</no_halt>").split("|")
COSTLY = {
    "elements": _filled("<api>", "<a/>", "</api>"),
    "elements and text": _filled("<api>", "<a/>x", "</api>"),
    "empty calls": _filled(IN_DATA[0], "<methodCall/>", IN_DATA[1]),
    "as many calls": _filled(IN_DATA[0] + "<methodCall/>" * MOST_CALLS, " ", IN_DATA[1]),
    "CDATA": _filled(IN_CALL[0], "<![CDATA[x]]>", IN_CALL[1]),
    "comments": _filled(IN_CALL[0], "<!---->", IN_CALL[1]),
    "instructions": _filled(IN_CALL[0], "<?a?>", IN_CALL[1]),
    "characters": _filled(IN_CALL[0], "&#65;", IN_CALL[1]),
    "white space": _filled(IN_CALL[0], "\n ", IN_CALL[1]),
    "slashes": _filled(IN_CALL[0], "/r/", IN_CALL[1]),
    "token": _filled(IN_CALL[0], "A", IN_CALL[1]),
    "attributes": _filled("<api ", " ".join(f"a{n}=''" for n in range(6500)), "/>"),
    "namespace": _filled(f"<api xmlns='{'u' * 30_000}'>", "<a/>", "</api>"),
    "depth": _filled("", "<a>"),
    "pieces of a form": _filled("a=1", "&"),
    "percent signs": _filled("data=", "%"),
    "encoded": _filled("data=%3Capi%3E", "%3Ca/%3E"),
    "any bytes": random.Random(1).randbytes(KIB_64).decode("latin-1"),
}


@pytest.mark.parametrize("body", COSTLY.values(), ids=COSTLY)
def test_64_kib_take_little_time(api: tuple[Tracker, Client], body: str) -> None:
    """At the best of several tries: others work here."""
    _, client = api

    assert min(_cost(client, body.encode("latin-1")) for _ in range(TRIES)) < MOST_CPU


@pytest.mark.parametrize("body", ["data=" + "%" * MIB, "<api>" + "<a/>" * (MIB // 4)])
def test_whoever_has_no_key_costs_no_more_with_1_mib(
    api: tuple[Tracker, Client], body: str
) -> None:
    """The key is within, so what is read before it is known is bounded."""
    _, client = api

    assert min(_cost(client, body[:MIB].encode()) for _ in range(TRIES)) < MOST_CPU


def test_as_many_sales_as_may_be_take_little_time(api: tuple[Tracker, Client]) -> None:
    """As many calls as are taken, and all of them recorded."""
    tracker, client = api
    token = roi_token(tracker)
    bodies = [
        document(
            *(call(roi_data=token, order_id=f"{turn}-{n}") for n in range(MOST_CALLS))
        ).encode()
        for turn in range(TRIES)
    ]

    assert min(_cost(client, body) for body in bodies) < MOST_CPU


def _cost(client: Client, body: bytes) -> float:
    """Seconds of this thread's own time on the CPU."""
    begun = time.thread_time()
    client.post(PATH, data=body)
    return time.thread_time() - begun
