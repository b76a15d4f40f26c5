"""What makes a segment of contacts: conditions on what they bought, and how often, and when.

They combine: ``&`` is and, ``|`` is or, ``~`` is not. All are about orders that were not cancelled,
of the period that the segment is of::

    from datetime import date
    from wsgi_salestrack.segments import bought, last_order, total

    tracker.segment(total(at_least="100") & ~bought(list="vip"))
    tracker.segment(last_order(before=date(2026, 1, 1)) | bought(product=("A1", "A2")))
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Final, Literal, TypeAlias, TypedDict, Unpack, get_args

from . import segment_values as values
from .conditions import AllOf, Amount, Bought, Condition, NameKind, Number, Score, ScoreKind, When
from .errors import BadValue
from .money import exponent_of
from .segment_values import Bound

__all__ = [
    "Condition",
    "average",
    "bought",
    "count",
    "first_order",
    "last_order",
    "quantity",
    "rfm",
    "total",
]

Names: TypeAlias = str | Iterable[str]
Quintiles: TypeAlias = int | Iterable[int]

_NAME_KINDS: Final[tuple[NameKind, ...]] = get_args(NameKind)


class Bounds(TypedDict, total=False):
    """How a figure is to be; each is text such as ``"49.95"``, a Decimal or an int."""

    at_least: Bound
    at_most: Bound
    above: Bound
    below: Bound


def total(*, currency: str | None = None, **bounds: Unpack[Bounds]) -> Condition:
    """How much they spent in a currency, after refunds.

    :param currency: None: the segment's.
    :raises BadValue: naming the argument.
    """
    return _amount("total", bounds, currency)


def average(*, currency: str | None = None, **bounds: Unpack[Bounds]) -> Condition:
    """The same for an order on average; it holds for nobody who has none in the currency.

    :raises BadValue: naming the argument.
    """
    return _amount("average", bounds, currency)


def count(**bounds: Unpack[Bounds]) -> Condition:
    """How many orders they made.

    :raises BadValue: naming the argument.
    """
    return Number(of="count", comparisons=values.comparisons("count", bounds, values.NUMBER))


def quantity(**bounds: Unpack[Bounds]) -> Condition:
    """How many items they bought, in all orders together.

    :raises BadValue: naming the argument.
    """
    return Number(of="quantity", comparisons=values.comparisons("quantity", bounds, values.NUMBER))


def first_order(
    *, within: timedelta | None = None, since: date | None = None, before: date | None = None
) -> Condition:
    """When their first order was: all that is given must hold.

    :param within: how long ago at most.
    :param since: the first day in the shop's time zone, or the first moment.
    :param before: the day, or the moment, that is too late.
    :raises BadValue: naming the argument.
    """
    return _when("first_order", within, since, before)


def last_order(
    *, within: timedelta | None = None, since: date | None = None, before: date | None = None
) -> Condition:
    """When their last order was, likewise.

    :raises BadValue: naming the argument.
    """
    return _when("last_order", within, since, before)


def bought(
    *,
    product: Names | None = None,
    category: Names | None = None,
    newsletter: Names | None = None,
    list: Names | None = None,
    link: Names | None = None,
    publisher: Names | None = None,
) -> Condition:
    """One of their orders has all that is given; of several names, at least one.

    Combined by ``&``, two of these may be about two orders.

    :param product: its id.
    :param category: one that the product has now.
    :param newsletter: that the order is credited to; so for list and link.
    :param publisher: who referred it.
    :raises BadValue: naming the argument.
    """
    given = (product, category, newsletter, list, link, publisher)
    names = tuple(
        (kind, values.names(kind, each))
        for kind, each in zip(_NAME_KINDS, given, strict=True)
        if each is not None
    )
    if not names:
        raise BadValue("bought", f"names nothing; give one of {', '.join(_NAME_KINDS)}")
    return Bought(names=names)


def rfm(
    *,
    recency: Quintiles | None = None,
    frequency: Quintiles | None = None,
    monetary: Quintiles | None = None,
    currency: str | None = None,
) -> Condition:
    """In which fifth of all buyers they are, 1 to 5, the best being 5; all that is given must hold.

    Where two are equal, who ordered last is before the other, and then the greater name: each fifth
    is as large as the others, but for one.

    :param recency: by their last order; a number, or several, one of which it is.
    :param frequency: by their number of orders.
    :param monetary: by what they spent in a currency, after refunds; it holds for nobody who bought
        nothing in it.
    :param currency: of ``monetary``; None: the segment's.
    :raises BadValue: naming the argument.
    """
    if currency is not None:
        exponent_of(currency)
    scores: Mapping[ScoreKind, Quintiles | None] = {
        "recency": recency,
        "frequency": frequency,
        "monetary": monetary,
    }
    conditions = tuple(
        Score(of=of, quintiles=values.quintiles(of, each), currency=currency)
        for of, each in scores.items()
        if each is not None
    )
    if not conditions:
        raise BadValue("rfm", f"asks for nothing; give one of {', '.join(scores)}")
    return conditions[0] if len(conditions) == 1 else AllOf(conditions=conditions)


def _amount(
    of: Literal["total", "average"], bounds: Mapping[str, object], currency: str | None
) -> Condition:
    if currency is not None:
        exponent_of(currency)
    comparisons = values.comparisons(of, bounds, values.AMOUNT)
    return Amount(of=of, comparisons=comparisons, currency=currency)


def _when(
    of: Literal["first_order", "last_order"],
    within: timedelta | None,
    since: date | None,
    before: date | None,
) -> Condition:
    if (within, since, before) == (None, None, None):
        raise BadValue(of, "has no bound; give one of within, since, before")
    return When(
        of=of,
        within=values.ago(within),
        since=values.day("since", since),
        before=values.day("before", before),
    )
