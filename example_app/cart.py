"""The cart: product slugs and quantities in the visitor's session cookie."""

from dataclasses import dataclass

from flask import session

from example_app.catalogue import Product, products_by_slug

__all__ = ["LARGEST_QUANTITY", "CartLine", "clear", "count", "lines", "put", "quantity_of"]

LARGEST_QUANTITY = 20
SESSION_KEY = "cart"


@dataclass(frozen=True, kw_only=True)
class CartLine:
    """A product and how many of it.

    :param product: what.
    :param quantity: how many, at least 1.
    """

    product: Product
    quantity: int

    @property
    def cents(self) -> int:
        """Price of the line in minor units."""
        return self.product.cents * self.quantity


def lines() -> list[CartLine]:
    """List what is in the cart.

    :returns: one line for each product; one that the shop no longer has is left out.
    """
    products = products_by_slug()
    return [
        CartLine(product=products[slug], quantity=quantity)
        for slug, quantity in _quantities().items()
        if slug in products
    ]


def count() -> int:
    """Count the pieces in the cart, without a look into the database.

    :returns: the sum of the quantities.
    """
    return sum(_quantities().values())


def quantity_of(slug: str) -> int:
    """Say how many of one product are in the cart.

    :param slug: the product's.
    :returns: 0 when there are none.
    """
    return _quantities().get(slug, 0)


def put(product: Product, quantity: int) -> int:
    """Set how many of a product are in the cart.

    :param product: what.
    :param quantity: how many; 0 takes it out. Never more than are left or than one order may have.
    :returns: the quantity that is in the cart now.
    """
    allowed = max(0, min(quantity, product.stock, LARGEST_QUANTITY))
    quantities = _quantities()
    if allowed:
        quantities[product.slug] = allowed
    else:
        quantities.pop(product.slug, None)
    session[SESSION_KEY] = quantities
    return allowed


def clear() -> None:
    """Empty the cart."""
    session.pop(SESSION_KEY, None)


def _quantities() -> dict[str, int]:
    # A copy: a change inside a dict of the session would go unnoticed and unsaved.
    return dict(session.get(SESSION_KEY, {}))
