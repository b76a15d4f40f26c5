"""Publishers who send visitors to the shop, and the page of one of them."""

from contextlib import suppress
from typing import Final

from flask import Blueprint, current_app, render_template, request
from markupsafe import Markup

from example_app.credentials import AFFILIATE_LINK, TRACKING_CODE
from example_app.orders import Order
from flask_salestrack import current_tracker
from wsgi_salestrack import BadValue, SalesTrackError

__all__ = ["PUBLISHER", "address", "blueprint", "pixel", "was_referred", "write_down"]

blueprint = Blueprint("partners", __name__)

NETWORK: Final = "knit-network"
PUBLISHER: Final = "cold-feet"
#: id, name, parent; a parent stands before who has it.
PUBLISHERS: Final = (
    (NETWORK, "The Knitting Network", None),
    (PUBLISHER, "Cold Feet", NETWORK),
)


def write_down() -> None:
    """Let the tracker know the publishers and their parents; who is known is left alone."""
    try:
        known = {publisher.id for publisher in current_tracker.publishers()}
        for publisher, name, parent in PUBLISHERS:
            if publisher not in known:
                with suppress(BadValue):  # another worker that starts now was faster
                    current_tracker.add_publisher(publisher, name=name, parent=parent)
    except SalesTrackError as error:
        current_app.logger.warning("no publisher is written down: %s", error)
    finally:
        # A server may fork its workers from here: none is to inherit a connection.
        current_tracker.close()


def was_referred() -> bool:
    """Whether a publisher sent this visitor, and so may earn on what they buy."""
    visitor = current_tracker.visitor(request.environ)
    return visitor is not None and visitor.referral is not None


def address() -> str:
    """Where the affiliate network's pixel and form go, by the shop's tracking code.

    :returns: a path, or an address where ``SALESTRACK_BASE_URL`` is set.
    """
    config = current_tracker.config
    prefix = (config.base_url or request.script_root) + config.url_prefix
    return f"{prefix}/ts/l/{AFFILIATE_LINK}/c/{TRACKING_CODE}"


def pixel(order: Order) -> Markup:
    """Write the affiliate network's pixel for an order, as its documentation has it.

    :param order: the order.
    :returns: an ``<img>``.
    """
    return Markup('<img src="{}?id={};amount={}"/>').format(address(), order.number, order.revenue)


@blueprint.get("/partner")
def partner() -> str:
    """Show a page as it may stand on a publisher's own site, with a link into the shop.

    :returns: the page.
    """
    return render_template("partner.html", publisher=PUBLISHER)
