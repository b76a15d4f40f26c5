"""The bytes that the published clients send, and what each of them looks at in the answer."""

from __future__ import annotations

from html import escape

import pytest

from tests.support.browser import Answer, Browser
from tests.support.orders import SOCKS
from tests.support.receivers import Listen
from tests.support.shop import MakeTracker, Visit
from tests.support.xmlrpc import (
    CREDENTIALS,
    NEW_ORDER,
    PATH,
    api_tracker,
    basic,
    fault_of,
    value_of,
)
from wsgi_salestrack import Tracker

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def tracker(make_tracker: MakeTracker) -> Tracker:
    """One whose API is on, with the shop's target."""
    return api_tracker(make_tracker, targets={71: "Sale"})


def _php(method: str, params: str) -> bytes:
    """What PHP's own extension writes."""
    return (
        '<?xml version="1.0" encoding="iso-8859-1"?>\n<methodCall>\n'
        f"<methodName>{method}</methodName>\n<params>\n{params}</params>\n</methodCall>\n"
    ).encode()


# PHP's null, which the plugin passes where there are no parameters.
NULL = " <param>\n  <value>\n   <string/>\n  </value>\n </param>\n"


def _send(browser: Browser, content_type: str | None, body: bytes) -> Answer:
    headers = {"Accept": "*/*", "Content-Type": content_type, **CREDENTIALS}
    return browser.send("POST", PATH, headers, body)


@pytest.mark.parametrize("content_type", [None, FORM], ids=["none", "curl's own"])
@pytest.mark.parametrize("params", [NULL, ""], ids=["null", "none"])
def test_the_wordpress_plugins_settings(
    tracker: Tracker, visit: Visit, content_type: str | None, params: str
) -> None:
    """ubivox/voxpress: the connection test, then what the page's two lists show."""
    visitor = visit(tracker)

    def called(method: str) -> object:
        return value_of(_send(visitor, content_type, _php(method, params)))

    assert called("ubivox.ping") is True
    assert called("ubivox.get_maillists") == []
    assert called("ubivox.list_maillists") == []
    assert called("ubivox.list_targets") == [{"id": 71, "title": "Sale"}]
    assert "ubivox.ping" in called("system.listMethods")  # type: ignore[operator]  # a list


@pytest.mark.parametrize("content_type", [None, FORM], ids=["none", "curl's own"])
def test_the_wordpress_plugin_cuts_the_answer_at_an_empty_line(
    tracker: Tracker, visit: Visit, content_type: str | None
) -> None:
    """ubivox/voxpress: headers and body come in one piece, cut at the first CR LF CR LF."""
    answer = _send(visit(tracker), content_type, _php("ubivox.list_targets", NULL))

    assert b"\r" not in answer.body


def test_the_wordpress_plugin_tells_errors_by_status(tracker: Tracker, visit: Visit) -> None:
    """ubivox/voxpress: 401 is "Unauthorized"; a fault is read at 200 only."""
    visitor = visit(tracker)
    wrong = {"Content-Type": None, "Authorization": basic(password="wrong")}

    assert visitor.send("POST", PATH, wrong, _php("ubivox.ping", NULL)).status == 401
    assert fault_of(_send(visitor, None, _php("ubivox.x", NULL))).faultCode == 6002


def test_phps_own_extension(tracker: Tracker, visit: Visit, listen: Listen) -> None:
    """White space around every value, and a letter beyond ASCII as a reference."""
    receivers = listen(tracker)
    values = {name: f"<string>{value}</string>" for name, value in SOCKS.items()}
    values["et_products"] = "<int>2</int>"
    values["et_prod_0_quantity"] = "<int>5</int>"
    values["et_prod_0_unit_price"] = "<double>0.890000</double>"
    values["et_prod_0_name"] = "<string>S&#248;k</string>"
    members = "".join(
        f"    <member>\n     <name>{name}</name>\n     <value>\n      {value}\n     </value>\n"
        "    </member>\n"
        for name, value in values.items()
    )
    body = _php(
        NEW_ORDER,
        f" <param>\n  <value>\n   <struct>\n{members}   </struct>\n  </value>\n </param>\n",
    )

    assert value_of(_send(visit(tracker), FORM, body)) is True

    (recorded,) = receivers.recorded
    assert recorded.conversion.order is not None
    first = recorded.conversion.order.lines[0]
    assert (first.name, first.quantity, str(first.unit_price)) == ("S\u00f8k", 5, "0.89 USD")


def test_the_php_client(tracker: Tracker, visit: Visit, listen: Listen) -> None:
    """ubivox/ubivox-api-php: the Incutio library's notation, with PHP's large integers."""
    receivers = listen(tracker)
    values = {
        name: f"<string>{escape(value)}</string>"
        for name, value in SOCKS.items()
        if not name.endswith(("_id", "price"))
    }
    for index in ("0", "1"):
        values[f"et_prod_{index}_id"] = f"<int>{SOCKS[f'et_prod_{index}_id']}</int>"
        values[f"et_prod_{index}_unit_price"] = (
            f"<double>{SOCKS[f'et_prod_{index}_unit_price']}</double>"
        )
    members = "".join(
        f"  <member><name>{name}</name><value>{value}</value></member>\n"
        for name, value in values.items()
    )
    body = (
        '<?xml version="1.0" encoding="utf-8"?>\n<methodCall>\n'
        f"<methodName>{NEW_ORDER}</methodName>\n<params>\n"
        f"<param><value><struct>\n{members}</struct></value></param>\n"
        "</params></methodCall>\n"
    )

    answer = _send(visit(tracker), "text/xml; charset=utf-8", body.encode())

    assert value_of(answer) is True
    assert answer.body.startswith(b"<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n")
    (recorded,) = receivers.recorded
    assert str(recorded.conversion.revenue) == "6.83 USD"
    assert recorded.conversion.order is not None
    assert recorded.conversion.order.lines[0].product_id == "9040493329"


def test_the_php_client_without_parameters(tracker: Tracker, visit: Visit) -> None:
    """ubivox/ubivox-api-php writes an empty ``params``."""
    body = (
        '<?xml version="1.0" encoding="utf-8"?>\n<methodCall>\n'
        "<methodName>ubivox.ping</methodName>\n<params>\n</params></methodCall>\n"
    )

    assert value_of(_send(visit(tracker), "text/xml; charset=utf-8", body.encode())) is True


def test_the_zend_client(tracker: Tracker, visit: Visit) -> None:
    """ffwagency/ubivox-php: asks for the signature first; everything on one line."""
    visitor = visit(tracker)

    def called(method: str, *params: str) -> object:
        values = "".join(
            f"<param><value><string>{param}</string></value></param>" for param in params
        )
        body = (
            '<?xml version="1.0" encoding="UTF-8"?>\n<methodCall>'
            f"<methodName>{method}</methodName><params>{values}</params></methodCall>\n"
        )
        return value_of(_send(visitor, "text/xml; charset=utf-8", body.encode()))

    assert called("system.methodSignature", "mailer.get_maillists") == [["array"]]
    assert called("mailer.get_maillists") == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_cdata_and_encodings(tracker: Tracker, visit: Visit, listen: Listen, encoding: str) -> None:
    """As XML has them, whatever the header says."""
    receivers = listen(tracker)
    members = "".join(
        f"<member><name>{name}</name><value><string><![CDATA[{value}]]></string></value></member>"
        for name, value in {**SOCKS, "et_prod_0_name": "S\u00f8k <&>"}.items()
    )
    body = (
        f'<?xml version="1.0" encoding="{encoding}"?><methodCall><methodName>{NEW_ORDER}'
        f"</methodName><params><param><value><struct>{members}</struct></value></param></params>"
        "</methodCall>"
    )

    assert value_of(_send(visit(tracker), "text/xml", body.encode(encoding))) is True

    (recorded,) = receivers.recorded
    assert recorded.conversion.order is not None
    assert recorded.conversion.order.lines[0].name == "S\u00f8k <&>"
