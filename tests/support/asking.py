"""Random conditions of segments: as text, as Python has them, and what they mean."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, NamedTuple

from hypothesis import strategies as st

from tests.support.segments import Counted
from wsgi_salestrack import segments
from wsgi_salestrack.segments import Condition

#: What a segment's default is.
CURRENCY: Final = "USD"
_SIGNS: Final[dict[str, tuple[tuple[str, ...], Callable[[Any, Any], bool]]]] = {
    ">=": (("at_least",), operator.ge),
    "<=": (("at_most",), operator.le),
    ">": (("above",), operator.gt),
    "<": (("below",), operator.lt),
    "=": (("at_least", "at_most"), operator.eq),
}


class Asked(NamedTuple):
    """One condition, three times.

    :param holds: whether it does, by plain counting.
    """

    text: str
    condition: Condition
    holds: Callable[[Counted], bool]


def asked(
    names: Mapping[str, Sequence[str]], days: Sequence[date], now: datetime
) -> st.SearchStrategy[Asked]:
    """Conditions of every kind, nested as they come.

    :param names: kind -> names that sales may have.
    :param days: on which sales may have been.
    """
    return st.recursive(
        _amounts() | _numbers() | _whens(days, now) | _orders(names) | _scores(),
        lambda inner: _negated(inner) | _joined(inner),
        max_leaves=6,
    )


def _negated(inner: st.SearchStrategy[Asked]) -> st.SearchStrategy[Asked]:
    return inner.map(
        lambda one: Asked(f"not ({one.text})", ~one.condition, lambda buyer: not one.holds(buyer))
    )


def _joined(inner: st.SearchStrategy[Asked]) -> st.SearchStrategy[Asked]:
    def both(one: Asked, other: Asked) -> Asked:
        return Asked(
            f"({one.text}) and ({other.text})",
            one.condition & other.condition,
            lambda buyer: one.holds(buyer) and other.holds(buyer),
        )

    def either(one: Asked, other: Asked) -> Asked:
        return Asked(
            f"({one.text}) OR {other.text}",
            one.condition | other.condition,
            lambda buyer: one.holds(buyer) or other.holds(buyer),
        )

    return st.builds(both, inner, inner) | st.builds(either, inner, inner)


@st.composite
def _amounts(draw: st.DrawFn) -> Asked:
    of = draw(st.sampled_from(["total", "average"]))
    sign = draw(st.sampled_from(sorted(_SIGNS)))
    bound = Decimal(draw(st.sampled_from(["0", "1", "2.50", "3", "3.3333", "5", "7.5", "10"])))
    currency = draw(st.sampled_from([None, "USD", "EUR", "JPY"]))
    bounds, compare = _SIGNS[sign]
    function = segments.total if of == "total" else segments.average

    def holds(buyer: Counted) -> bool:
        figure = buyer.average(currency or CURRENCY)
        if of == "total":
            figure = Fraction(buyer.net(currency or CURRENCY))
        return figure is not None and compare(figure, Fraction(bound))

    given: dict[str, Any] = dict.fromkeys(bounds, bound)
    text = f"{of} {sign} {bound} {currency or ''}"
    return Asked(text, function(currency=currency, **given), holds)


@st.composite
def _numbers(draw: st.DrawFn) -> Asked:
    of = draw(st.sampled_from(["count", "quantity"]))
    sign = draw(st.sampled_from(sorted(_SIGNS)))
    bound = draw(st.integers(0, 5))
    bounds, compare = _SIGNS[sign]
    function = segments.count if of == "count" else segments.quantity

    def holds(buyer: Counted) -> bool:
        items = sum(sale.quantity for sale in buyer.sales)
        return compare(len(buyer.sales) if of == "count" else items, bound)

    given: dict[str, Any] = dict.fromkeys(bounds, bound)
    return Asked(f"{of}{sign}{bound}", function(**given), holds)


@st.composite
def _whens(draw: st.DrawFn, dates: Sequence[date], now: datetime) -> Asked:
    of = draw(st.sampled_from(["first_order", "last_order"]))
    how = draw(st.sampled_from(["within", "since", "before"]))
    function = segments.first_order if of == "first_order" else segments.last_order

    def moment(buyer: Counted) -> datetime:
        return buyer.first if of == "first_order" else buyer.last

    if how == "within":
        days = draw(st.integers(1, 5))
        first = now - timedelta(days=days)
        condition = function(within=timedelta(days=days))
        return Asked(f"{of} within {days} days", condition, lambda buyer: moment(buyer) >= first)
    day = draw(st.sampled_from(dates))
    begins = datetime(day.year, day.month, day.day, tzinfo=UTC)
    if how == "since":
        condition = function(since=day)
        return Asked(f"{of} since {day}", condition, lambda buyer: moment(buyer) >= begins)
    condition = function(before=day)
    return Asked(f"{of} before {day}", condition, lambda buyer: moment(buyer) < begins)


@st.composite
def _orders(draw: st.DrawFn, names: Mapping[str, Sequence[str]]) -> Asked:
    kinds = draw(st.lists(st.sampled_from(sorted(names)), min_size=1, max_size=2, unique=True))
    wanted = {
        kind: draw(st.lists(st.sampled_from(names[kind]), min_size=1, max_size=2, unique=True))
        for kind in kinds
    }

    def holds(buyer: Counted) -> bool:
        return any(
            all(sale.names.get(kind, frozenset()) & {*any_of} for kind, any_of in wanted.items())
            for sale in buyer.sales
        )

    given: dict[str, Any] = dict(wanted)
    parts = [f"{kind} in ({', '.join(map(_quoted, any_of))})" for kind, any_of in wanted.items()]
    text = parts[0] if len(parts) == 1 else f"bought({', '.join(parts)})"
    return Asked(text, segments.bought(**given), holds)


@st.composite
def _scores(draw: st.DrawFn) -> Asked:
    of = draw(st.sampled_from(["recency", "frequency", "monetary"]))
    quintiles = draw(st.lists(st.integers(1, 5), min_size=1, max_size=3, unique=True))
    currency = draw(st.sampled_from([None, "EUR"])) if of == "monetary" else None

    def holds(buyer: Counted) -> bool:
        if of == "monetary":
            return buyer.monetary.get(currency or CURRENCY) in quintiles
        return (buyer.recency if of == "recency" else buyer.frequency) in quintiles

    given: dict[str, Any] = {of: quintiles}
    text = f"{of} in ({', '.join(map(str, quintiles))}) {currency or ''}"
    return Asked(text, segments.rfm(currency=currency, **given), holds)


def _quoted(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"
