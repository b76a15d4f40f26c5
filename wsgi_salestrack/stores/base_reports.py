"""What the tracker asks of a store for reports: what sold, and what was clicked, added up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from fractions import Fraction
from typing import Final, Literal, Protocol, TypeVar, get_args

import msgspec

from .journey_rows import JourneyRows

Result = TypeVar("Result")
Dimension = Literal[
    "newsletter",
    "link",
    "contact",
    "subscription",
    "list",
    "publisher",
    "target",
    "product",
    "category",
    "point_of_sale",
    "source",
    "hour",
    "day",
    "week",
    "month",
]
DIMENSIONS: Final[tuple[Dimension, ...]] = get_args(Dimension)


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """Which conversions are added up, and by what.

    :param by: one dimension, or two of them crossed; none: all in one.
    :param since: the first moment, aware, by when they occurred.
    :param until: the moment after the last.
    :param where: dimension -> value (None: those without one).
    :param timezone: the shop's, in which an hour begins; days are stored with what occurred.
    """

    by: tuple[Dimension, ...]
    since: datetime | None = None
    until: datetime | None = None
    currency: str | None = None
    where: Mapping[Dimension, str | None] = msgspec.field(default_factory=dict)
    timezone: tzinfo = UTC

    @property
    def is_of_all_times(self) -> bool:
        """Whether there is neither a beginning nor an end."""
        return self.since is None and self.until is None


class Total(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The sum over the conversions that have the same values, in one currency.

    :param values: one of each dimension that is asked for; None: conversions without one. An hour
        is ``2026-11-21 14:00+01:00``, a week ``2026-W47``, a month ``2026-11``.
    :param currency: None: conversions without revenue; then so is ``exponent``.
    :param count: of conversions; where a model shares them, not always a whole number.
    :param quantity: of items, likewise.
    :param revenue: minor units.
    :param refunded: minor units, of that revenue.
    :param commission: minor units, what publishers earn on them, where that was asked for.
    """

    values: tuple[str | None, ...]
    currency: str | None
    exponent: int | None
    count: int | Fraction
    quantity: int | Fraction
    revenue: int
    refunded: int
    commission: int = 0


class Clicks(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How many clicks that somebody made have the same values.

    :param values: one of each dimension that is asked for, as a :class:`Total` has them.
    :param visitors: how many browsers made them, of those that have a cookie; None: not asked for.
    """

    values: tuple[str | None, ...]
    clicks: int
    visitors: int | None = None


class ReportStore(Protocol):
    """Adds up what it keeps."""

    def recount(self) -> None:
        """Add up anew the totals that the database keeps beside the rows, if it does; of all sites.

        Meanwhile reports and writers go on.
        """

    def totals(self, site: str, selection: Selection, *, commission: bool = False) -> list[Total]:
        """The selected conversions, added up; the same values may come more than once.

        Products share a sale by its lines; what these do not explain, such as shipping, is of none.
        A product in several categories counts in each of them.

        :param commission: whether what publishers earn on them is asked for. That is never among
            the totals that a database may keep: to find it, all rows are read.
        """

    def clicks(self, site: str, selection: Selection, *, visitors: bool = True) -> list[Clicks]:
        """The clicks of a selection's time that have the names it asks for, added up.

        Conditions on what a click knows nothing of, such as a target, are left out.

        :param selection: by what a click knows: the names of touches, and time.
        :param visitors: whether these are asked for, likewise.
        """

    def journeys(
        self,
        site: str,
        selection: Selection,
        look_back: timedelta,
        read: Callable[[JourneyRows], Result],
        *,
        commission: bool = False,
    ) -> Result:
        """What ``read`` makes of the sales of a selection, and of the touches before them.

        Of the selection's ``where``, only the dimensions of the sale itself are looked at, and
        products are not.

        :param look_back: from the first sale to the first touch.
        :param read: called in the transaction that the rows come from.
        :param commission: whether what publishers earn is asked for.
        """
