"""An order as Ubivox's ``et_*`` parameters, and their signature, as its documentation says."""

import hmac
from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from example_app.orders import OrderLine
from example_app.prices import CURRENCY, as_decimal

__all__ = ["CATEGORY", "parameters", "signed_query"]

#: What all that the shop sells is.
CATEGORY = "knitwear"


def parameters(*, reference: str, customer_ref: str, lines: Iterable[OrderLine]) -> dict[str, str]:
    """Name an order's values as Ubivox does.

    :param reference: the order's number.
    :param customer_ref: the customer, in the shop's own words.
    :returns: ``et_*`` names and their values.
    """
    sold = list(lines)
    named = {
        "et_order_ref": reference,
        "et_customer_ref": customer_ref,
        "et_currency": CURRENCY,
        "et_products": str(len(sold)),
    }
    for index, line in enumerate(sold):
        named |= {
            f"et_prod_{index}_id": line.slug,
            f"et_prod_{index}_quantity": str(line.quantity),
            f"et_prod_{index}_name": line.name,
            f"et_prod_{index}_category": CATEGORY,
            f"et_prod_{index}_unit_price": str(as_decimal(line.unit_cents)),
        }
    return named


def signed_query(named: Mapping[str, str], key: str) -> str:
    """Write the pixel's query string: sorted by key, signed, the digest added.

    :param key: the anti-tampering key.
    """
    query = urlencode(sorted(named.items()))
    return f"{query}&et_digest={hmac.digest(key.encode(), query.encode(), 'sha256').hex()}"
