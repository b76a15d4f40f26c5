"""What sales and clicks are grouped and chosen by, as SQL."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from types import MappingProxyType
from typing import Final

from ..days import hours_begin
from .base import Dimension, Selection
from .identified import identity_join
from .spelling import Spelling

#: By which a sale is taken apart: each of its lines is of a product, and that of categories.
OF_LINE: Final[tuple[Dimension, ...]] = ("product", "category")
TIMES: Final[tuple[Dimension, ...]] = ("hour", "day", "week", "month")
#: What is of the sale itself and not of the touches that it is credited to.
OF_SALE: Final[tuple[Dimension, ...]] = (*OF_LINE, "target", "point_of_sale", "source", *TIMES)

_SALE: Final[Mapping[Dimension, str]] = MappingProxyType(
    {
        "newsletter": "touch_newsletter",
        "link": "touch_link",
        # Of a sale without a click it is known whose it is once the customer was identified.
        "contact": "COALESCE(touch_contact, identity.contact)",
        "subscription": "touch_subscription",
        "list": "touch_list",
        "publisher": "referral_publisher",
        "target": "target",
        "point_of_sale": "point_of_sale",
        "source": "source",
    }
)
_CLICK: Final[Mapping[Dimension, str]] = MappingProxyType(
    {
        "newsletter": "touch_newsletter",
        "link": "touch_link",
        "contact": "touch_contact",
        "subscription": "touch_subscription",
        "list": "touch_list",
        "publisher": "touch_publisher",
    }
)
#: What is known of a click.
OF_CLICK: Final[tuple[Dimension, ...]] = (*_CLICK, *TIMES)

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_HOUR: Final = timedelta(hours=1) // _MICROSECOND


class ReportColumns:
    """The columns of a kind of database."""

    def __init__(self, spelling: Spelling) -> None:
        self._monday = spelling.monday

    def of_sale(self, dimension: Dimension, timezone: tzinfo) -> str:
        """A sale's; of a week its Monday, of an hour its last moment."""
        known = _SALE.get(dimension)
        return self._period("occurred_at", dimension, timezone) if known is None else known

    def of_click(self, dimension: Dimension, timezone: tzinfo) -> str:
        """A click's; of a week its Monday, of an hour its last moment."""
        known = _CLICK.get(dimension)
        return self._period("touch_at", dimension, timezone) if known is None else known

    def _period(self, at: str, dimension: Dimension, timezone: tzinfo) -> str:
        if dimension == "hour":
            return _last_of_hour(at, timezone)
        day = "day"
        if dimension == "week":
            return self._monday.format(day)
        return f"SUBSTR({day}, 1, 7)" if dimension == "month" else day


def sale_conditions(selection: Selection, conversions: str) -> list[str]:
    """What must hold of a sale itself that is selected, but for conditions on its products."""
    conditions = of_period("occurred_at", selection)
    if selection.currency is not None:
        conditions.append(f"{conversions}.currency = :currency")
    return conditions + [
        _condition("occurred_at", dimension, _SALE.get(dimension), value, selection.timezone)
        for dimension, value in selection.where.items()
        if dimension not in OF_LINE
    ]


def click_conditions(selection: Selection) -> list[str]:
    """What must hold of a click that is selected, as far as clicks know it."""
    return of_period("touch_at", selection) + [
        _condition("touch_at", dimension, _CLICK.get(dimension), value, selection.timezone)
        for dimension, value in selection.where.items()
        if dimension in OF_CLICK
    ]


def identity_of(selection: Selection, table: Callable[[str], str]) -> str:
    """The join that tells whose a customer is, where contacts are asked for."""
    if "contact" not in (*selection.by, *selection.where):
        return ""
    return identity_join(table, table("conversions"))


def of_period(at: str, selection: Selection) -> list[str]:
    """What must hold of a moment in a selection's period."""
    conditions = []
    if selection.since is not None:
        conditions.append(f"{at} >= :since")
    if selection.until is not None:
        conditions.append(f"{at} < :until")
    return conditions


def _condition(
    at: str, dimension: Dimension, column: str | None, value: str | None, timezone: tzinfo
) -> str:
    """One of ``where``; its values are parameters (see :mod:`~.report_rows`)."""
    column = column or (at if dimension == "hour" else "day")
    if value is None:
        return f"{column} IS NULL"
    if dimension in {"hour", "week"}:
        between = f"{column} BETWEEN :where_{dimension} AND :where_{dimension}_last"
        if dimension == "week":
            return between
        # Where clocks are put back by half an hour, two of them overlap.
        return f"{between} AND {_last_of_hour(at, timezone)} = :where_hour_last"
    return f"{'SUBSTR(day, 1, 7)' if dimension == 'month' else column} = :where_{dimension}"


def _last_of_hour(at: str, timezone: tzinfo) -> str:
    """The last microsecond of the shop's hour: at its first, clocks may still be the old ones."""
    since = f"{at} + {_before_hour(at, timezone)}"
    # Before 1970, too, it is the hour that has begun.
    return f"{at} + {_HOUR - 1} - ((({since}) % {_HOUR}) + {_HOUR}) % {_HOUR}"


def _before_hour(at: str, timezone: tzinfo) -> str:
    """By how many microseconds an hour begins before one of UTC, at that moment."""
    (_, first), *changes = hours_begin(timezone)
    before = str(first // _MICROSECOND)
    if not changes:
        return before
    cases = "".join(
        f" WHEN {at} >= {(moment - _EPOCH) // _MICROSECOND} THEN {since // _MICROSECOND}"
        for moment, since in reversed(changes)
    )
    return f"CASE{cases} ELSE {before} END"
