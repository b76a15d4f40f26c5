"""Who may call, and what a client is told by HTTP alone: 401, 405, 503."""

from __future__ import annotations

import logging
from base64 import b64encode
from io import BytesIO
from xmlrpc.client import ProtocolError, ServerProxy, dumps

import pytest
from werkzeug.test import Client

from tests.support.orders import SOCKS
from tests.support.receivers import Listen
from tests.support.rows import row_counts
from tests.support.server import Serve
from tests.support.shop import MakeTracker, Visit, page
from tests.support.xmlrpc import (
    CANCEL,
    CREDENTIALS,
    NEW_ORDER,
    PASSWORD,
    PATH,
    USER,
    api_tracker,
    basic,
    call,
    fault_of,
    new_order,
    post,
    value_of,
)
from wsgi_salestrack import SalesTrackMiddleware, Tracker, signals

PING = call("ubivox.ping")


@pytest.fixture
def tracker(make_tracker: MakeTracker) -> Tracker:
    """One whose API is on."""
    return api_tracker(make_tracker)


def _raw(credentials: bytes) -> str:
    return f"Basic {b64encode(credentials).decode()}"


@pytest.mark.parametrize(
    "header",
    [
        pytest.param(None, id="none"),
        pytest.param("", id="empty"),
        pytest.param("Basic", id="scheme alone"),
        pytest.param("Basic ", id="no credentials"),
        pytest.param(basic(password="wrong"), id="wrong password"),
        pytest.param(basic(password=""), id="no password"),
        pytest.param(basic(password=f"{PASSWORD}x"), id="longer password"),
        pytest.param(basic(password=PASSWORD[:-1]), id="shorter password"),
        pytest.param(basic(user="somebody"), id="wrong user"),
        pytest.param(basic(user="SHOP"), id="user in upper case"),
        pytest.param(basic(user="", password=""), id="nobody"),
        pytest.param(basic(user=f"{USER}:pass", password="word"), id="colon moved"),
        pytest.param(_raw(USER.encode()), id="no colon"),
        pytest.param(_raw(f"{USER}:{PASSWORD}".encode("latin-1")), id="not UTF-8"),
        pytest.param(_raw(f"{USER}:{PASSWORD}\0".encode()), id="NUL"),
        pytest.param(f"Basic {USER}:{PASSWORD}".encode().decode("latin-1"), id="no base64"),
        pytest.param(basic().replace("=", ""), id="padding gone"),
        pytest.param(basic()[:6] + "!" + basic()[6:], id="not of base64"),
        pytest.param(basic().replace("Basic", "Bearer"), id="another scheme"),
        pytest.param(f"Basic {'A' * 8000}", id="long"),
    ],
)
def test_nobody_else_may_call(
    tracker: Tracker, visit: Visit, listen: Listen, header: str | None
) -> None:
    """[client] 401 is unauthorized; nothing is read, nothing recorded."""
    receivers = listen(tracker)

    answer = visit(tracker).post(PATH, new_order(SOCKS), {"Authorization": header})

    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"] == 'Basic realm="salestrack", charset="UTF-8"'
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert receivers.rejected == [("xmlrpc", "could not authenticate")]
    assert row_counts(tracker)["conversions"] == 0


@pytest.mark.parametrize(
    "header", [basic(), basic().replace("Basic", "bASIC"), basic().replace(" ", "   ")]
)
def test_the_scheme_is_written_in_any_case(tracker: Tracker, visit: Visit, header: str) -> None:
    """RFC 7617, as RFC 9110 has all schemes."""
    assert value_of(visit(tracker).post(PATH, PING, {"Authorization": header})) is True


def test_each_user_has_a_password(make_tracker: MakeTracker, visit: Visit) -> None:
    """And not another's."""
    tracker = make_tracker(xmlrpc_users={"a": "1", "b": "2"})

    def status(user: str, password: str) -> int:
        header = {"Authorization": basic(user, password)}
        return visit(tracker).post(PATH, PING, header).status

    assert [status(*pair) for pair in ("a1", "b2", "a2", "b1")] == [200, 200, 401, 401]


def test_pythons_client_learns_of_a_wrong_password(tracker: Tracker, serve: Serve) -> None:
    """As of every HTTP error, with the body sent already."""
    port = serve(SalesTrackMiddleware(page, tracker))

    url = f"http://shop:wrong@127.0.0.1:{port}{PATH}"
    with ServerProxy(url) as proxy, pytest.raises(ProtocolError) as raised:
        proxy.ubivox.ping("x" * 300_000)

    assert raised.value.errcode == 401


def test_a_strangers_body_is_read_to_its_end(tracker: Tracker) -> None:
    """A server that closes upon what nobody read may cut off the answer, and the 401 with it."""
    body = BytesIO(PING)
    client = Client(SalesTrackMiddleware(page, tracker))

    answer = client.post(PATH, input_stream=body, content_length=len(PING))

    assert (answer.status_code, body.tell()) == (401, len(PING))


def test_a_wrong_password_comes_before_all_else(tracker: Tracker, visit: Visit) -> None:
    """A body that is too long or no XML tells a stranger nothing."""
    answer = visit(tracker).post(PATH, b"<" * 2**21)

    assert answer.status == 401


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_only_post_is_answered(tracker: Tracker, visit: Visit, listen: Listen, method: str) -> None:
    """Nothing is done by any other method."""
    receivers = listen(tracker)
    body = new_order(SOCKS) if method == "PUT" else b""

    answer = visit(tracker).send(method, PATH, CREDENTIALS, body)

    assert (answer.status, answer.headers["Allow"]) == (405, "POST")
    assert receivers.calls == []


def test_without_users_the_path_is_the_hosts(make_tracker: MakeTracker, visit: Visit) -> None:
    """The API answers nobody where nobody may use it."""
    assert post(visit(make_tracker()), PING).text == f"the shop|POST|{PATH}|"


@pytest.mark.parametrize("path", [PATH, PATH.removesuffix("/"), PATH.replace("xml", "%78ml")])
def test_with_and_without_a_slash(tracker: Tracker, visit: Visit, path: str) -> None:
    """As at all endpoints."""
    assert value_of(visit(tracker).post(path, PING, CREDENTIALS)) is True


def test_with_an_empty_prefix_the_vendors_path_stays(
    make_tracker: MakeTracker, visit: Visit
) -> None:
    """A client changes nothing but the hostname."""
    tracker = api_tracker(make_tracker, url_prefix="")

    assert value_of(visit(tracker).post("/xmlrpc/", PING, CREDENTIALS)) is True


def test_where_https_is_required_a_call_over_http_is_refused(
    make_tracker: MakeTracker, visit: Visit, listen: Listen
) -> None:
    """``require_https``: no password is asked for, for it would be read on the way."""
    tracker = api_tracker(make_tracker, require_https=True)
    receivers = listen(tracker)

    fault = fault_of(visit(tracker).post(PATH, PING))

    assert (fault.faultCode, fault.faultString) == (7001, "https is required")
    assert receivers.rejected == [("xmlrpc", "https is required")]
    assert value_of(post(visit(tracker, https=True), PING)) is True


@pytest.mark.parametrize(
    "database",
    [
        pytest.param("/nonexistent/folder/sales.db", id="file"),
        pytest.param("postgresql+psycopg://127.0.0.1:1/shop", id="server"),
    ],
)
@pytest.mark.parametrize(
    "body",
    [
        pytest.param(new_order(SOCKS), id="order"),
        pytest.param(call(CANCEL, "1001"), id="cancellation"),
        pytest.param(
            dumps(([{"methodName": NEW_ORDER, "params": [SOCKS]}],), "system.multicall").encode(),
            id="multicall",
        ),
    ],
)
def test_when_the_store_fails_it_says_503(
    make_tracker: MakeTracker,
    visit: Visit,
    listen: Listen,
    caplog: pytest.LogCaptureFixture,
    *,
    database: str,
    body: bytes,
) -> None:
    """[client] 503 is unavailable; nothing is acknowledged that is not on disk."""
    tracker = api_tracker(make_tracker, database=database)
    receivers = listen(tracker)

    with caplog.at_level(logging.ERROR, "salestrack"):
        answer = post(visit(tracker), body)

    assert (answer.status, answer.text) == (503, "not recorded: the store failed")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert receivers.rejected == [("xmlrpc", "not recorded: the store failed")]
    assert "a call was not done: " in caplog.text


def test_when_the_only_receiver_fails_it_says_503(
    make_tracker: MakeTracker, visit: Visit, caplog: pytest.LogCaptureFixture
) -> None:
    """In signals-only mode the receivers are the storage."""
    tracker = api_tracker(make_tracker, database=None)

    def fail(_sender: object, **_keywords: object) -> None:
        raise RuntimeError("secret text")

    with signals.conversion_recorded.connected_to(fail, sender=tracker):
        answer = post(visit(tracker), new_order(SOCKS))

    assert answer.status == 503
    assert "secret" not in answer.text
    assert "secret text" in caplog.text
