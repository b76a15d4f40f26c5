"""Between the domain's values and rows of the tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

import msgspec

from ..attribution import as_new
from ..identity import new_id
from ..model import Arrival, Conversion, Outcome, Recorded
from ..money import Money
from ..orders import Line, Order
from ..terms import Terms
from ..touches import TOUCH_NAMES, Click, Touch
from . import name_lists
from .statements import (
    CLICK_COLUMNS,
    CONVERSION_COLUMNS,
    REFERRAL_COLUMNS,
    TOUCH_COLUMNS,
    VALUE_COLUMNS,
)

Row = dict[str, Any]
Values = tuple[Any, ...]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_JSON = msgspec.json.Encoder()
_TERMS = msgspec.json.Decoder(Terms)
_NO_TOUCH: Values = (None,) * len(TOUCH_COLUMNS)


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970, exact (a float's timestamp is not)."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(microseconds: int) -> datetime:
    """The aware UTC time of microseconds since 1970."""
    return _EPOCH + microseconds * _MICROSECOND


def click_values(site: str, click: Click) -> Values:
    """A click's values, in the order of ``CLICK_COLUMNS``."""
    touch = touch_values(click.touch)
    return (click.id, site, click.day, click.visitor, click.verdict, click.destination, *touch)


def click_row(site: str, click: Click) -> Row:
    """A click's values by their columns."""
    return dict(zip(CLICK_COLUMNS, click_values(site, click), strict=True))


def arrival_values(site: str, arrival: Arrival) -> Values:
    """A new conversion's values with a new id first, in the order of ``CONVERSION_COLUMNS``."""
    conversion = arrival.conversion
    at = microseconds(arrival.at)
    occurred_at = conversion.occurred_at
    new = as_new(arrival, new_id(arrival.at))
    return (
        new.id,
        site,
        conversion.scope,
        conversion.reference if conversion.deduped else None,  # the dedupe key
        conversion.reference,
        at if occurred_at is None else microseconds(occurred_at),
        arrival.day,
        at,
        at,
        "recorded" if arrival.announced else None,
        0,  # not cancelled
        0,  # nothing refunded
        0,  # and nobody erased
        *_changeable_values(new),
    )


def arrival_row(values: Values) -> Row:
    """A new conversion's values by their columns."""
    return dict(zip(CONVERSION_COLUMNS, values, strict=True))


def changed_row(recorded: Recorded) -> Row:
    """Those columns of a conversion that a repeat may change."""
    return dict(zip(VALUE_COLUMNS, _changeable_values(recorded), strict=True))


def _changeable_values(recorded: Recorded) -> Values:
    conversion = recorded.conversion
    revenue, order = conversion.revenue, conversion.order
    return (
        conversion.source,
        int(conversion.signed),
        conversion.target,
        conversion.affiliate_link,
        None if conversion.terms is None else _JSON.encode(conversion.terms).decode(),
        revenue and revenue.minor,
        revenue and revenue.currency,
        revenue and revenue.exponent,
        conversion.quantity,
        recorded.details_trust,
        order and order.customer_ref,
        order and order.point_of_sale,
        *credit_values(recorded),
    )


def credit_values(recorded: Recorded) -> Values:
    """Who is credited with a sale, in the order of ``CREDIT_COLUMNS``."""
    touches = (*touch_values(recorded.touch), *touch_values(recorded.referral))
    return (recorded.visitor, *touches)


def line_rows(
    site: str, conversion_id: int, order: Order, returned: Mapping[str, int] = MappingProxyType({})
) -> list[Row]:
    """The rows of an order's lines; their currency is the conversion's.

    :param returned: product id -> how many came back: those of the first line of it first.
    """
    left, found, known = Counter(returned), [], set()
    for position, line in enumerate(order.lines):
        back = min(line.quantity, left[line.product_id])
        left[line.product_id] -= back
        found.append(
            {
                "site": site,
                "conversion": conversion_id,
                "position": position,
                "product_id": line.product_id,
                "quantity": line.quantity,
                "unit_price": line.unit_price.minor,
                "is_first": int(line.product_id not in known),
                "returned": back,
            }
        )
        known.add(line.product_id)
    return found


def product_rows(site: str, order: Order) -> list[Row]:
    """The rows of an order's products."""
    return [
        {
            "site": site,
            "product_id": line.product_id,
            "name": line.name,
            "categories": name_lists.encoded(line.categories),
        }
        for line in order.lines
    ]


def recorded_of(
    values: Sequence[Any], lines: Sequence[Sequence[Any]], outcome: Outcome
) -> Recorded:
    """A stored conversion.

    :param values: in the order of ``CONVERSION_COLUMNS``.
    :param lines: as ``SELECT_LINES`` gives them.
    """
    row: Mapping[str, Any] = dict(zip(CONVERSION_COLUMNS, values, strict=True))
    currency, exponent = row["currency"], row["exponent"]
    revenue = None if currency is None else Money.from_minor(row["revenue"], currency, exponent)
    order = None
    customer_ref, point_of_sale = row["customer_ref"], row["point_of_sale"]
    if lines or customer_ref is not None or point_of_sale is not None:
        order = Order(
            customer_ref=customer_ref,
            point_of_sale=point_of_sale,
            lines=tuple(
                Line(
                    product_id=product_id,
                    name=name,
                    categories=tuple(msgspec.json.decode(categories)),
                    quantity=quantity,
                    unit_price=Money.from_minor(unit_price, currency, exponent),
                )
                for product_id, name, categories, quantity, unit_price in lines
            ),
        )
    conversion = Conversion(
        source=row["source"],
        scope=row["scope"],
        reference=row["reference"],
        revenue=revenue,
        quantity=row["quantity"],
        occurred_at=moment(row["occurred_at"]),
        order=order,
        target=row["target"],
        signed=bool(row["signed"]),
        deduped=row["dedupe_key"] is not None or row["reference"] is None,
        affiliate_link=row["affiliate_link"],
        terms=None if row["terms"] is None else _TERMS.decode(row["terms"]),
    )
    return Recorded(
        outcome=outcome,
        conversion=conversion,
        touch=touch_of(row, TOUCH_COLUMNS),
        referral=touch_of(row, REFERRAL_COLUMNS),
        id=row["id"],
        cancelled=bool(row["cancelled"]),
        named_by=None if row["named_by"] == conversion.details_trust else row["named_by"],
        refunded=Money.from_minor(row["refunded"], currency, exponent) if row["refunded"] else None,
        erased=bool(row["erased"]),
        visitor=row["visitor"],
    )


def touch_values(touch: Touch | None) -> Values:
    """A touch in the order of its columns."""
    if touch is None:
        return _NO_TOUCH
    return (None if touch.at is None else microseconds(touch.at), *touch.names)


def touch_of(row: Mapping[str, Any], columns: Sequence[str]) -> Touch | None:
    """A touch from its columns; None where all of them are empty."""
    at, *names = (row[column] for column in columns)
    if at is None and not any(name is not None for name in names):
        return None
    return Touch(
        at=None if at is None else moment(at), **dict(zip(TOUCH_NAMES, names, strict=True))
    )
