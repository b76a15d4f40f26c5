"""From the cart to the order: checkout, thank-you page, order page."""

import re
import secrets

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from example_app import cart, orders, partners, tracking
from example_app.address_form import AddressForm
from example_app.cart import CartLine
from example_app.catalogue import find_product
from example_app.database import transaction

__all__ = ["blueprint", "order_or_404"]

blueprint = Blueprint("checkout", __name__)

ATTEMPT = re.compile(r"[A-Za-z0-9_-]{22}")


@blueprint.get("/checkout")
def checkout() -> str | Response:
    """Ask who buys.

    ``?product=<slug>`` buys one piece of one product without a cart, and so without cookies.

    :returns: the page, or a redirect to the cart when there is nothing to buy.
    """
    direct = request.args.get("product", "")
    lines = _lines(direct)
    if not lines:
        return _nothing_to_buy()
    return _page(AddressForm(), lines, direct, secrets.token_urlsafe(16))


@blueprint.post("/checkout")
def place_order() -> Response | str | tuple[str, int]:
    """Sell, tell the tracker, and say thank you.

    :returns: a redirect to the thank-you page, or the form again with what is wrong in it (422).
    """
    direct = request.form.get("product", "")
    lines = _lines(direct)
    if not lines:
        return _nothing_to_buy()
    attempt = request.form.get("attempt", "")
    if not ATTEMPT.fullmatch(attempt):
        abort(400, "This form is damaged. Load the page again.")
    form = AddressForm.parse(request.form)
    if form.errors:
        return _page(form, lines, direct, attempt), 422
    try:
        order = _sell(form, lines, attempt)
    except IntegrityError:
        # A second click was as fast as the first: now there is the first one's order.
        order = _sell(form, lines, attempt)
    except orders.NotEnoughLeft as error:
        flash(f"Only {error.left} of {error.name} are left. Nothing was ordered.")
        return redirect(url_for("shop.show_cart"), 303)
    if not direct:
        cart.clear()
    return redirect(url_for("checkout.thank_you", key=order.key), 303)


@blueprint.get("/thank-you/<key>")
def thank_you(key: str) -> str:
    """Thank for an order; the page carries the pixels.

    :param key: the order's.
    :returns: the page.
    """
    order = order_or_404(key)
    # What a publisher's pixel would say of anybody else earns nobody anything.
    referred = partners.pixel(order) if partners.was_referred() else ""
    return render_template("thank_you.html", order=order, affiliate_pixel=referred)


@blueprint.get("/order/<key>")
def order_page(key: str) -> str:
    """Show an order to whoever has its address.

    :param key: the order's.
    :returns: the page.
    """
    return render_template("order.html", order=order_or_404(key))


@blueprint.post("/order/<key>/cancel")
def cancel_order(key: str) -> Response:
    """Cancel an order, and tell the tracker: it takes the sale out of all totals.

    :param key: the order's.
    :returns: a redirect to the order page.
    """
    order = order_or_404(key)
    with transaction() as database:
        orders.cancel(database, order)
    tracking.cancel_sale(order)
    return redirect(url_for("checkout.order_page", key=key), 303)


def _sell(form: AddressForm, lines: list[CartLine], attempt: str) -> orders.Order:
    """Place the order and record the sale.

    Where the tracker's tables are beside the shop's, both are in one transaction: both are there,
    or neither is. A database of the tracker's own is told once the order is committed.
    """
    is_beside = tracking.is_beside_the_shop()
    with transaction() as database:
        order = orders.place(
            database,
            lines=lines,
            name=form.name,
            email=form.email,
            attempt=attempt,
            now=current_app.config["NOW"](),
        )
        if is_beside:
            tracking.record_sale(order, database)
    if not is_beside:
        tracking.record_sale(order)
    return order


def _lines(direct: str) -> list[CartLine]:
    if not direct:
        return cart.lines()
    product = find_product(direct)
    if product is None or product.is_sold_out:
        return []
    return [CartLine(product=product, quantity=1)]


def _nothing_to_buy() -> Response:
    flash("There is nothing to buy yet.")
    return redirect(url_for("shop.show_cart"), 303)


def _page(form: AddressForm, lines: list[CartLine], direct: str, attempt: str) -> str:
    return render_template(
        "checkout.html",
        form=form,
        lines=lines,
        cents=sum(line.cents for line in lines),
        direct=direct,
        attempt=attempt,
    )


def order_or_404(key: str) -> orders.Order:
    """Find an order for whoever has its address.

    :param key: from the address, so it may be anything.
    :returns: the order; without one there is an error page instead.
    """
    with transaction() as database:
        order = orders.find_order(database, key)
    if order is None:
        abort(404, "There is no such order.")
    return order
