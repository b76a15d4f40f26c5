"""The SQL of what was bought: an order's lines, and the products that they are of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from .spelling import Spelling, insert_statement

_PRODUCT_COLUMNS: Final = ("site", "product_id", "name", "categories")
_LINE_COLUMNS: Final = (
    *("site", "conversion", "position", "product_id", "quantity", "unit_price"),
    *("is_first", "returned"),
)


class OrderStatements:
    """All statements of lines and products.

    :param table: the name of a table of ours in the database.
    """

    def __init__(self, table: Callable[[str], str], spelling: Spelling) -> None:
        products, lines = table("products"), table("lines")
        self.insert_product: Final = insert_statement(products, _PRODUCT_COLUMNS, spelling.if_new)
        self.rename_product: Final = insert_statement(
            products, _PRODUCT_COLUMNS, spelling.or_rename
        )
        self.select_product: Final = (
            f"SELECT name, categories FROM {products} "
            "WHERE site = :site AND product_id = :product_id"
        )
        self.insert_line: Final = insert_statement(lines, _LINE_COLUMNS)
        self.update_line: Final = (
            f"UPDATE {lines} SET returned = :returned "
            "WHERE site = :site AND conversion = :conversion AND position = :position"
        )
        self.delete_lines: Final = (
            f"DELETE FROM {lines} WHERE site = :site AND conversion = :conversion"
        )
        self.select_lines: Final = (
            "SELECT bought.product_id, product.name, product.categories, bought.quantity, "
            f"bought.unit_price FROM {lines} bought JOIN {products} product "
            "ON product.site = bought.site AND product.product_id = bought.product_id "
            "WHERE bought.site = :site AND bought.conversion = :conversion "
            "ORDER BY bought.position"
        )
        #: The same in a host's transaction, which may have begun long ago, once its sale is locked.
        self.select_latest_lines: Final = f"{self.select_lines} {spelling.latest}".rstrip()
