"""The SQL of segments: who bought, how much, and in which quintile that is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from ..conditions import Bought, NameKind
from ..selecting import DECIMALS, Segment
from . import name_lists
from .identified import is_one_person
from .spelling import Spelling

_COLUMN_OF: Final[Mapping[NameKind, str]] = {
    "newsletter": "touch_newsletter",
    "list": "touch_list",
    "link": "touch_link",
    "publisher": "referral_publisher",
}
# Revenues whose currency got other decimals by ISO can be added up only as the finest of them.
_SCALE: Final = "".join(
    f" WHEN {exponent} THEN {10 ** (DECIMALS - exponent)}" for exponent in range(DECIMALS)
)
_FINEST: Final = f"* CASE exponent{_SCALE} ELSE 1 END"

# NTILE counts from the best. Nobody is equal to somebody else, so that it is the same each time.
_QUINTILE: Final = "6 - NTILE(5) OVER ({0} DESC, last_order DESC, contact DESC)"


class SegmentStatements:
    """All statements of segments.

    :param table: the name of a table of ours in the database.
    """

    def __init__(self, table: Callable[[str], str], spelling: Spelling) -> None:
        self._conversions: Final = table("conversions")
        self._lines: Final = table("lines")
        self._products: Final = table("products")
        self._all_rows: Final = spelling.all_rows
        # Of a sale without a click it is known whose it is once the customer was identified.
        self._contact: Final = (
            f"COALESCE(touch_contact, (SELECT identity.contact FROM {table('identities')} identity "
            f"WHERE identity.site = {self._conversions}.site "
            f"AND identity.customer_ref = {self._conversions}.customer_ref "
            f"AND {is_one_person(table, 'identity')})) "
            f"{spelling.by_character}"
        ).rstrip()

    def select_buyers(self, segment: Segment) -> str:
        """The query for all buyers, of whom those of the segment are to be chosen.

        Of each there is one row without a currency, and behind it one for each currency, in the
        order of the names:

        - contact, empty, recency, frequency, first order, last order, nothing, nothing, and for
          each condition on orders whether there is one;
        - contact, currency, monetary, number of orders, quantity, gross, refunded (in units of
          :data:`DECIMALS`), the currency's decimals, and nothing.

        Only names of columns come into it; its values are parameters.
        """
        numbers = range(len(segment.orders))
        flags = "".join(f", bought_{number}" for number in numbers)
        any_flags = "".join(f", MAX(bought_{number}) AS bought_{number}" for number in numbers)
        no_flags = ", 0" * len(numbers)
        return (
            f"WITH sale AS ({self._sales(segment)}), "
            "spent AS (SELECT contact, currency, MAX(exponent) AS exponent, COUNT(*) AS orders, "
            "SUM(quantity) AS quantity, SUM(gross) AS gross, SUM(refunded) AS refunded, "
            f"MIN(occurred_at) AS first_order, MAX(occurred_at) AS last_order{any_flags} "
            "FROM sale GROUP BY contact, currency), "
            "buyer AS (SELECT contact, SUM(orders) AS orders, MIN(first_order) AS first_order, "
            f"MAX(last_order) AS last_order{any_flags} "
            "FROM spent WHERE contact IS NOT NULL GROUP BY contact) "
            f"SELECT contact, '' AS currency, {_QUINTILE.format('ORDER BY last_order')}, "
            f"{_QUINTILE.format('ORDER BY orders')}, first_order, last_order, 0, 0{flags} "
            "FROM buyer UNION ALL "
            "SELECT contact, currency, "
            f"{_QUINTILE.format('PARTITION BY currency ORDER BY gross - refunded')}, "
            f"orders, quantity, gross, refunded, exponent{no_flags} "
            "FROM spent WHERE contact IS NOT NULL ORDER BY contact, currency"
        )

    def _sales(self, segment: Segment) -> str:
        """What counts, with whether it is an order that is asked for."""
        sale = self._conversions
        is_period = segment.since is not None or segment.until is not None
        flags = "".join(
            f", CASE WHEN {self._is_asked_for(order, number)} THEN 1 ELSE 0 END AS bought_{number}"
            for number, order in enumerate(segment.orders)
        )
        conditions = [f"{sale}.site = :site", "cancelled = 0", "currency IS NOT NULL"]
        conditions += ["occurred_at >= :since"] if segment.since is not None else []
        conditions += ["occurred_at < :until"] if segment.until is not None else []
        conditions += ["currency = :currency"] if segment.only_currency is not None else []
        return (
            f"SELECT {self._contact} AS contact, currency, exponent, "
            f"revenue {_FINEST} AS gross, refunded {_FINEST} AS refunded, "
            f"COALESCE(quantity, 0) AS quantity, occurred_at{flags} "
            f"FROM {sale} {'' if is_period else self._all_rows} WHERE {' AND '.join(conditions)}"
        )

    def _is_asked_for(self, order: Bought, number: int) -> str:
        """Whether a sale has, of each kind, one of the names."""
        conditions = []
        for kind, names in order.names:
            parameters = [parameter_of(number, kind, place) for place in range(len(names))]
            if kind == "product":
                conditions.append(self._has_line(f"bought.product_id IN ({_places(parameters)})"))
            elif kind == "category":
                any_of = " OR ".join(
                    name_lists.has("product.categories", parameter) for parameter in parameters
                )
                products = (
                    f"SELECT product.product_id FROM {self._products} product "
                    f"WHERE product.site = :site AND ({any_of})"
                )
                conditions.append(self._has_line(f"bought.product_id IN ({products})"))
            else:
                conditions.append(f"{_COLUMN_OF[kind]} IN ({_places(parameters)})")
        return " AND ".join(conditions)

    def _has_line(self, condition: str) -> str:
        return (
            f"{self._conversions}.id IN (SELECT bought.conversion FROM {self._lines} bought "
            f"WHERE bought.site = :site AND {condition})"
        )


def parameter_of(order: int, kind: NameKind, place: int) -> str:
    """The parameter that a name is.

    :param order: the number of the condition on orders.
    :param place: of the name among those of its kind.
    """
    return f"order_{order}_{kind}_{place}"


def _places(parameters: list[str]) -> str:
    return ", ".join(f":{parameter}" for parameter in parameters)
