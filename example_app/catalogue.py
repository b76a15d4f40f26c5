"""What the shop sells."""

from dataclasses import dataclass

from sqlalchemy import select

from example_app.database import transaction
from example_app.tables import products

__all__ = ["Product", "all_products", "find_product", "products_by_slug"]


@dataclass(frozen=True, kw_only=True)
class Product:
    """One thing to buy.

    :param slug: its name in addresses.
    :param position: where it stands in the catalogue.
    :param cents: price in minor units.
    :param stock: pieces left; 0 means sold out.
    :param motif: which drawing shows it, in the colours ``ground``, ``main`` and ``accent``.
    """

    slug: str
    position: int
    name: str
    blurb: str
    description: str
    made_of: str
    cents: int
    stock: int
    motif: str
    ground: str
    main: str
    accent: str

    @property
    def is_sold_out(self) -> bool:
        """Whether none is left."""
        return self.stock == 0


def all_products() -> list[Product]:
    """List the catalogue.

    :returns: every product, in the shop's order.
    """
    with transaction() as database:
        rows = database.execute(select(products).order_by(products.c.position)).mappings()
        return [Product(**row) for row in rows]


def find_product(slug: str) -> Product | None:
    """Look one product up.

    :param slug: from an address or a form, so it may be anything.
    :returns: the product, or None when there is none of that name.
    """
    # Looked up here: not every database takes every text.
    return products_by_slug().get(slug)


def products_by_slug() -> dict[str, Product]:
    """Give the catalogue for look-ups.

    :returns: every product under its slug.
    """
    return {product.slug: product for product in all_products()}
