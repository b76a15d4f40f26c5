"""One order in the words of every dialect: what each vendor's documentation tells a shop to write.

All of them report the same order to the same tracker, so it counts once, whichever of them come.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, render_template, request
from sqlalchemy import select

from example_app import partners, ubivox
from example_app.checkout import order_or_404
from example_app.credentials import (
    BLUEHORNET_KEY,
    BLUEHORNET_SECRET_FILE,
    UNIVERSE,
    XMLRPC_PASSWORD_FILE,
    XMLRPC_USER,
)
from example_app.database import transaction
from example_app.orders import Order
from example_app.prices import CURRENCY
from example_app.tables import conversions
from example_app.tracking import SALE, customer_ref, lines_of
from flask_salestrack import current_tracker

__all__ = ["blueprint"]

blueprint = Blueprint("snippets", __name__)

#: What stands for BlueHornet's value where the order is credited to nobody.
NO_ROI_DATA = "ROI_DATA"


@dataclass(frozen=True, kw_only=True)
class Snippet:
    """Something to copy.

    :param id: of its part of the page.
    :param explanation: one sentence.
    :param source: the text to copy.
    """

    id: str
    title: str
    explanation: str
    source: str


@blueprint.get("/order/<key>/snippets")
def snippets(key: str) -> str:
    """Show how each vendor's snippet reports an order, to whoever has the order's address.

    Keys of the shop's are named by their files and never shown: this is a customer's page.

    :param key: the order's.
    :returns: the page.
    """
    order = order_or_404(key)
    return render_template("snippets.html", order=order, snippets=list(_snippets(order)))


def _snippets(order: Order) -> Iterator[Snippet]:
    yield Snippet(
        id="record",
        title="The checkout's own call",
        explanation="A Python shop records the order in the checkout itself, and needs no other.",
        source=_record(order),
    )
    yield from _ubivox(order)
    yield from _affiliate(order)
    yield _bluehornet(order)
    yield Snippet(
        id="splio",
        title="Splio: sales tracker",
        explanation="On the confirmation page; its answer is the image whatever happened, and the"
        " reason of a refusal is in the log.",
        source=_splio(order),
    )


def _record(order: Order) -> str:
    return f"""\
with current_tracker.errors_logged():
    current_tracker.record(
        Conversion(
            reference="{order.number}",
            revenue=Money("{order.revenue}", "{CURRENCY}"),
            quantity={order.quantity},
        ),
        environ=request.environ,
    )"""


def _ubivox(order: Order) -> Iterator[Snippet]:
    reference, environ = str(order.number), request.environ
    pixel = current_tracker.pixel(
        SALE,
        revenue=order.revenue,
        quantity=order.quantity,
        currency=CURRENCY,
        reference=reference,
        environ=environ,
    )
    yield Snippet(
        id="target",
        title="Ubivox: target pixel",
        explanation="On the thank-you page, in a template: salestrack_pixel(1, ...).",
        source=str(pixel),
    )
    pixel = current_tracker.order_pixel(
        lines_of(order), reference, added=order.placed_at, environ=environ
    )
    yield Snippet(
        id="et",
        title="Ubivox: e-commerce pixel",
        explanation="The same place, with each product; et_digest proves that the shop's own server"
        " wrote it, and without a click before nothing is recorded.",
        source=str(pixel),
    )
    snippet = current_tracker.order_snippet(customer_ref(order), reference, environ=environ)
    yield Snippet(
        id="sealed",
        title="Ubivox: sealed snippet",
        explanation="It records no order but ties the visitor who sees it to the one that the"
        " XML-RPC call reports, before or after.",
        source=str(snippet),
    )
    yield Snippet(
        id="xmlrpc",
        title="Ubivox: XML-RPC calls",
        explanation="What another server of the shop's calls, here in Python: the snippet to print,"
        " the order, and where it comes to that the cancellation.",
        source=_xmlrpc(order),
    )


def _xmlrpc(order: Order) -> str:
    reference, customer = str(order.number), customer_ref(order)
    named = ubivox.parameters(reference=reference, customer_ref=customer, lines=order.lines)
    # JSON's notation of such a mapping is Python's as well.
    values = json.dumps(named, indent=4, ensure_ascii=False)
    scheme, _, rest = _server_address().partition("://")
    return f"""\
from pathlib import Path
from xmlrpc.client import ServerProxy

password = Path("instance/{XMLRPC_PASSWORD_FILE}").read_text()
server = ServerProxy(f"{scheme}://{XMLRPC_USER}:{{password}}@{rest}/xmlrpc/")
html = server.mailer.ecommerce_tracking_html("{customer}", "{reference}")
server.mailer.ecommerce_tracking_new_order({values})
# Should it be cancelled: server.mailer.ecommerce_tracking_cancel_order("{reference}")"""


def _affiliate(order: Order) -> Iterator[Snippet]:
    yield Snippet(
        id="affiliate",
        title="Affiliate network: pixel",
        explanation="On the thank-you page; the publisher who sent the visitor earns a commission.",
        source=str(partners.pixel(order)),
    )
    yield Snippet(
        id="form",
        title="Affiliate network: form",
        explanation="Where a payment page has a button rather than an image: it records the sale"
        " and leads on to the thank-you page.",
        source=f"""\
<form action="{partners.address()}" method="POST">
<input type="hidden" name="amount" value="{order.revenue}" />
<input type="hidden" name="id" value="{order.number}" />
<input type="submit" value="Click to Continue" />
</form>""",
    )


def _roi_data(order: Order) -> str | None:
    """The token of the link that the order is credited to; a link's is the same each time.

    A shop that really uses BlueHornet's API takes it from the query by which the customer came, by
    ``click_url(..., roi_param="roi_data")``.
    """
    columns = (conversions.c.contact, conversions.c.newsletter, conversions.c.link)
    query = select(*columns, conversions.c.list).where(conversions.c.order_number == order.number)
    with transaction() as database:
        names = database.execute(query).mappings().first()
    if names is None or not any(names.values()):
        return None
    return current_tracker.click_url("/", **names).rpartition("/")[2]


def _bluehornet(order: Order) -> Snippet:
    roi_data = _roi_data(order)
    explanation = (
        "The shop's server hands back the roi_data by which the customer came, with the order."
        if roi_data
        else f"The shop's server hands back what the customer came with; in place of {NO_ROI_DATA},"
        " for nobody came by a link here."
    )
    return Snippet(
        id="bluehornet",
        title="BlueHornet: roi.insert",
        explanation=explanation,
        source=f"""\
curl -H 'Content-Type: text/xml' --data-binary @- {_server_address()}/api/xmlrpc/index.php <<XML
<api>
  <authentication>
    <api_key>{BLUEHORNET_KEY}</api_key>
    <shared_secret>$(cat instance/{BLUEHORNET_SECRET_FILE})</shared_secret>
    <response_type>xml</response_type>
  </authentication>
  <data>
    <methodCall>
      <methodName>roi.insert</methodName>
      <roi_data>{roi_data or NO_ROI_DATA}</roi_data>
      <amount>{order.revenue}</amount>
      <order_id>{order.number}</order_id>
    </methodCall>
  </data>
</api>
XML""",
    )


def _splio(order: Order) -> str:
    config = current_tracker.config
    prefix = (config.base_url or request.script_root) + config.url_prefix
    named = {"universe": UNIVERSE, "amount": str(order.revenue), "id": str(order.number)}
    return (
        f'<img src="{prefix}/sales.php?{urlencode(named)}" width="0" height="0" border="0" alt=""/>'
    )


def _server_address() -> str:
    """Where another server finds the tracker."""
    config = current_tracker.config
    return (config.base_url or request.url_root.rstrip("/")) + config.url_prefix
