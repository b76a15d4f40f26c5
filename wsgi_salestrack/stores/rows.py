"""Between the domain's values and rows of the tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from ..identity import new_id
from ..model import TOUCH_NAMES, Arrival, Click, Conversion, Line, Order, Outcome, Recorded, Touch
from ..money import Money
from .base import Selection, Total
from .statements import CONVERSION_COLUMNS, REFERRAL_COLUMNS, TOUCH_COLUMNS

Row = dict[str, Any]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970, exact (a float's timestamp is not)."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(microseconds: int) -> datetime:
    """The aware UTC time of microseconds since 1970."""
    return _EPOCH + microseconds * _MICROSECOND


def click_row(site: str, click: Click) -> Row:
    """The row of a click."""
    return {
        "id": click.id,
        "site": site,
        "visitor": click.visitor,
        "verdict": click.verdict,
        "destination": click.destination,
        **zip_touch(TOUCH_COLUMNS, click.touch),
    }


def arrival_row(site: str, arrival: Arrival) -> Row:
    """The row of a conversion that is new."""
    conversion = arrival.conversion
    at = microseconds(arrival.at)
    return {
        "id": new_id(arrival.at),
        "site": site,
        "scope": conversion.scope,
        "dedupe_key": conversion.reference,
        "reference": conversion.reference,
        "occurred_at": microseconds(conversion.occurred_at or arrival.at),
        "day": arrival.day,
        "recorded_at": at,
        "changed_at": at,
        "visitor": arrival.visitor,
        **value_row(conversion, arrival.touch, arrival.referral),
    }


def value_row(conversion: Conversion, touch: Touch | None, referral: Touch | None) -> Row:
    """Those columns of a conversion that a repeat may change."""
    revenue, order = conversion.revenue, conversion.order
    return {
        "source": conversion.source,
        "target": conversion.target,
        "revenue": revenue and revenue.minor,
        "currency": revenue and revenue.currency,
        "exponent": revenue and revenue.exponent,
        "quantity": conversion.quantity,
        "customer_ref": order and order.customer_ref,
        "point_of_sale": order and order.point_of_sale,
        **zip_touch(TOUCH_COLUMNS, touch),
        **zip_touch(REFERRAL_COLUMNS, referral),
    }


def line_rows(conversion_id: int, order: Order) -> list[Row]:
    """The rows of an order's lines; their currency is the conversion's."""
    return [
        {
            "conversion": conversion_id,
            "position": position,
            "product_id": line.product_id,
            "quantity": line.quantity,
            "unit_price": line.unit_price.minor,
        }
        for position, line in enumerate(order.lines)
    ]


def product_rows(site: str, order: Order) -> list[Row]:
    """The rows of an order's products."""
    return [
        {
            "site": site,
            "product_id": line.product_id,
            "name": line.name,
            "categories": msgspec.json.encode(line.categories).decode(),
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
    if lines:
        order = Order(
            customer_ref=row["customer_ref"],
            point_of_sale=row["point_of_sale"],
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
    )
    return Recorded(
        outcome=outcome,
        conversion=conversion,
        touch=_touch_of(row, TOUCH_COLUMNS),
        referral=_touch_of(row, REFERRAL_COLUMNS),
        id=row["id"],
    )


def selection_parameters(site: str, selection: Selection) -> Row:
    """The parameters of ``select_totals``."""
    return {
        "site": site,
        "since": selection.since and microseconds(selection.since),
        "until": selection.until and microseconds(selection.until),
        "currency": selection.currency,
        **{f"where_{dimension}": value for dimension, value in selection.where.items()},
    }


def total_of(values: Sequence[Any]) -> Total:
    """A row of ``select_totals``."""
    value, currency, exponent, count, quantity, revenue = values
    return Total(
        value=value,
        currency=currency,
        exponent=exponent,
        count=count,
        quantity=int(quantity),
        revenue=int(revenue),
    )


def zip_touch(columns: Sequence[str], touch: Touch | None) -> Row:
    """The columns of a touch, all NULL for none."""
    if touch is None:
        return dict.fromkeys(columns)
    at = None if touch.at is None else microseconds(touch.at)
    return dict(zip(columns, (at, *touch.names), strict=True))


def _touch_of(row: Mapping[str, Any], columns: Sequence[str]) -> Touch | None:
    at, *names = (row[column] for column in columns)
    if at is None and not any(name is not None for name in names):
        return None
    return Touch(
        at=None if at is None else moment(at), **dict(zip(TOUCH_NAMES, names, strict=True))
    )
