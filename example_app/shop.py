"""The shop floor: catalogue, product pages and cart."""

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from example_app import cart
from example_app.catalogue import Product, all_products, find_product

__all__ = ["blueprint"]

blueprint = Blueprint("shop", __name__)


@blueprint.get("/")
def catalogue() -> str:
    """Show everything the shop sells.

    :returns: the page.
    """
    return render_template("catalogue.html", products=all_products())


@blueprint.get("/p/<slug>")
def product(slug: str) -> str:
    """Show one product.

    :param slug: which.
    :returns: the page.
    """
    return render_template("product.html", product=_product_or_404(slug))


@blueprint.get("/cart")
def show_cart() -> str:
    """Show what the visitor means to buy.

    A browser that keeps no cookies comes here with an empty cart right after filling it. Then the
    address says what was put in, so that the page can offer to buy that directly.

    :returns: the page.
    """
    lines = cart.lines()
    keeps_cookies = current_app.config["SESSION_COOKIE_NAME"] in request.cookies
    added = None if keeps_cookies else find_product(request.args.get("added", ""))
    return render_template(
        "cart.html", lines=lines, cents=sum(line.cents for line in lines), added=added
    )


@blueprint.post("/cart/add")
def add_to_cart() -> Response:
    """Put more of a product into the cart.

    :returns: a redirect to the cart.
    """
    chosen = _product_or_404(request.form.get("product", ""))
    wanted = cart.quantity_of(chosen.slug) + _quantity_or_400()
    _say_if_fewer(chosen, wanted, cart.put(chosen, wanted))
    return redirect(url_for("shop.show_cart", added=chosen.slug), 303)


@blueprint.post("/cart/change")
def change_cart() -> Response:
    """Change how many of a product are in the cart; 0 takes it out.

    :returns: a redirect to the cart.
    """
    chosen = _product_or_404(request.form.get("product", ""))
    wanted = _quantity_or_400()
    _say_if_fewer(chosen, wanted, cart.put(chosen, wanted))
    return redirect(url_for("shop.show_cart"), 303)


def _product_or_404(slug: str) -> Product:
    found = find_product(slug)
    if found is None:
        abort(404, "We do not sell this.")
    return found


def _quantity_or_400() -> int:
    text = request.form.get("quantity", "1").strip()
    # int() alone would also take "1_0", "+1" and digits of other scripts.
    if not (text.isascii() and text.isdigit() and len(text) <= 3):
        abort(400, "A quantity is a whole number.")
    return int(text)


def _say_if_fewer(chosen: Product, wanted: int, got: int) -> None:
    if got >= wanted:
        return
    if chosen.is_sold_out:
        flash(f"{chosen.name} are sold out.")
    elif got == chosen.stock:
        flash(f"Only {got} of {chosen.name} are left.")
    else:
        flash(f"One order can have {got} of {chosen.name} at most.")
