"""What is too long is refused, and whoever sends it hears so."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable
from io import BytesIO
from xmlrpc.client import Fault, ServerProxy

import pytest

from tests.support.affiliate import PATH as FORM
from tests.support.bluehornet import KEYS
from tests.support.bluehornet import PATH as ROI
from tests.support.receivers import Listen
from tests.support.server import Serve
from tests.support.shop import MakeTracker, Visit, page
from tests.support.xmlrpc import CREDENTIALS, PATH, USERS, basic
from wsgi_salestrack import SalesTrackMiddleware, Tracker

MIB = 1024 * 1024
TOO_LONG = "the body is longer than 1 MiB"
POSTED = {"REQUEST_METHOD": "POST", "PATH_INFO": FORM, "QUERY_STRING": ""}


def _started(*_: object) -> Callable[[bytes], object]:
    return lambda _: None


@pytest.fixture
def tracker(make_tracker: MakeTracker) -> Tracker:
    """One that speaks all dialects with a body."""
    return make_tracker(
        xmlrpc_users={"shop": "secret"},
        bluehornet_keys=KEYS,
        universes=["husqvarna"],
        tracking_codes={"socks": {}},
        require_https=False,
    )


@pytest.mark.parametrize("path", [FORM, ROI, "/salestrack/sales.php"])
def test_a_client_that_still_sends_gets_its_answer(
    tracker: Tracker, visit: Visit, listen: Listen, path: str
) -> None:
    """More than the buffers between the two hold."""
    receivers = listen(tracker)

    answer = visit(tracker).post(path, b"a" * 8 * MIB)

    assert answer.status == 200
    assert [reason for _, reason in receivers.rejected] == [TOO_LONG]


@pytest.mark.parametrize("path", ["/salestrack/target/1/", "/salestrack/et/", "/salestrack/r/x"])
def test_a_client_that_posts_where_nothing_is_posted_gets_its_answer(
    tracker: Tracker, visit: Visit, path: str
) -> None:
    """The methods that are allowed, and no broken pipe."""
    answer = visit(tracker).post(path, b"a" * 8 * MIB)

    assert answer.status == 405


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        pytest.param(FORM, "Content-Type: application/x-www-form-urlencoded\r\n", id="form"),
        pytest.param(ROI, "", id="BlueHornet"),
        pytest.param(PATH, f"Authorization: {basic('shop', 'secret')}\r\n", id="XML-RPC"),
    ],
)
def test_a_client_that_is_gone_in_the_middle_is_no_error_of_ours(
    tracker: Tracker,
    serve: Serve,
    listen: Listen,
    caplog: pytest.LogCaptureFixture,
    *,
    path: str,
    headers: str,
) -> None:
    """A tab that is closed while it posts: refused, and no traceback for whoever reads the log."""
    receivers = listen(tracker)
    port = serve(SalesTrackMiddleware(page, tracker))
    request = f"POST {path} HTTP/1.1\r\nHost: x\r\n{headers}Content-Length: 500\r\n\r\namount=1"

    with socket.create_connection(("127.0.0.1", port), 20) as connection:
        connection.sendall(request.encode())
        time.sleep(0.2)  # until the server reads the body
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    deadline = time.monotonic() + 10
    while not receivers.rejected and time.monotonic() < deadline:
        time.sleep(0.01)

    assert [reason for _, reason in receivers.rejected] == ["the body can't be read"]
    assert [each for each in caplog.records if each.levelname == "ERROR"] == []


def test_pythons_client_gets_the_fault(tracker: Tracker, serve: Serve) -> None:
    """And no broken pipe."""
    port = serve(SalesTrackMiddleware(page, tracker))

    with (
        ServerProxy(f"http://shop:secret@127.0.0.1:{port}{PATH}") as proxy,
        pytest.raises(Fault, match=TOO_LONG),
    ):
        proxy.ubivox.ping("x" * 8 * MIB)


def test_plain_http_is_refused_after_the_body(make_tracker: MakeTracker, visit: Visit) -> None:
    """What comes is taken in, as it is over https."""
    tracker = make_tracker(xmlrpc_users=USERS, require_https=True)

    answer = visit(tracker).post(PATH, b"<" * 8 * MIB, CREDENTIALS)

    assert (answer.status, b"https is required" in answer.body) == (200, True)


@pytest.mark.parametrize("chunked", [False, True])
def test_no_more_than_16_mib_are_taken_in(tracker: Tracker, chunked: bool) -> None:
    """Nor is more than 1 MiB of it ever kept."""
    longest_piece = 0

    class Endless(BytesIO):
        taken = 0

        def read(self, size: int | None = -1, /) -> bytes:
            nonlocal longest_piece
            assert size is not None
            assert size > 0
            longest_piece = max(longest_piece, size)
            self.taken += size
            return b"a" * size

    body = Endless()
    length = {"wsgi.input_terminated": True} if chunked else {"CONTENT_LENGTH": str(64 * MIB)}

    SalesTrackMiddleware(page, tracker)({**POSTED, "wsgi.input": body, **length}, _started)

    assert body.taken == 16 * MIB
    assert longest_piece == MIB + 1


@pytest.mark.parametrize("length", ["-1", "many"])
def test_a_length_that_is_none_is_refused(tracker: Tracker, listen: Listen, length: str) -> None:
    """Nothing is read: nobody knows where it ends."""
    receivers = listen(tracker)

    SalesTrackMiddleware(page, tracker)({**POSTED, "CONTENT_LENGTH": length}, _started)

    assert [reason for _, reason in receivers.rejected] == ["Content-Length is invalid"]
