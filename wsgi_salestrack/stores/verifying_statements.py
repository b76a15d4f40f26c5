"""The SQL that looks for what must not be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final


class VerifyingStatements:
    """All statements of the verification.

    :param table: the name of a table of ours in the database.
    """

    def __init__(self, table: Callable[[str], str]) -> None:
        conversions, lines = table("conversions"), table("lines")
        products, adjustments = table("products"), table("adjustments")
        self.select_repeated: Final = (
            f"SELECT scope, dedupe_key FROM {conversions} "
            "WHERE site = :site AND dedupe_key IS NOT NULL "
            "GROUP BY scope, dedupe_key HAVING COUNT(*) > 1"
        )
        self.select_loose_lines: Final = (
            f"SELECT bought.conversion, bought.position FROM {lines} bought "
            f"LEFT JOIN {conversions} sale "
            "ON sale.site = bought.site AND sale.id = bought.conversion "
            f"LEFT JOIN {products} product "
            "ON product.site = bought.site AND product.product_id = bought.product_id "
            "WHERE bought.site = :site AND (sale.id IS NULL OR product.product_id IS NULL)"
        )
        #: Sales of which products came back.
        self.select_returning: Final = (
            f"SELECT conversion FROM {lines} WHERE site = :site AND returned <> 0 UNION "
            f"SELECT conversion FROM {adjustments} WHERE site = :site AND returned <> '{{}}' "
            "ORDER BY conversion"
        )
        self.select_line_counts: Final = (
            f"SELECT position, returned FROM {lines} "
            "WHERE site = :site AND conversion = :conversion ORDER BY position"
        )
        #: Products that do not count once in a sale.
        self.select_miscounted: Final = (
            f"SELECT conversion, product_id FROM {lines} WHERE site = :site "
            "GROUP BY conversion, product_id HAVING SUM(is_first) <> 1"
        )
        self.select_adjusted: Final = (
            f"SELECT id FROM {conversions} WHERE site = :site AND (cancelled <> 0 OR refunded <> 0 "
            f"OR id IN (SELECT conversion FROM {adjustments} WHERE site = :site)) ORDER BY id"
        )
        self.select_earning: Final = (
            f"SELECT id FROM {conversions} WHERE site = :site AND terms IS NOT NULL "
            "AND referral_publisher IS NOT NULL ORDER BY id"
        )
