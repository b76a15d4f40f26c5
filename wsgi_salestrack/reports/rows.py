"""The values of a report: typed rows, exact to the minor unit, currencies never mixed."""

from __future__ import annotations

from datetime import datetime
from decimal import Context, Decimal
from fractions import Fraction
from typing import Final

import msgspec

from ..money import decimal_of
from ..stores.base import Dimension

# The thread's own context may round.
_EXACT: Final = Context(prec=60)


class ReportRow(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What one newsletter, link, ... sold in one currency, and how often it was clicked.

    Clicks have no currency: each row of a newsletter that sold in two currencies has all of its
    clicks, and so has each of the totals; they are not to be added up over currencies.

    :param dimension: its name; None: conversions credited to none.
    :param across: the value of the second dimension; None also where there is only one.
    :param currency: None: conversions without revenue, such as signups; or, in a report of several
        currencies or of none, what was clicked and sold nothing.
    :param count: conversions; a model that shares them gives an exact fraction where it is none.
    :param quantity: items, likewise.
    :param revenue: of what was not cancelled; None where there is no currency.
    :param refunded: how much of it was taken back.
    :param commission: what publishers earn on these sales, on all tiers, but for what was declined;
        None where there is no currency, or it was not asked for.
    :param clicks: valid ones in the same period; None where clicks know nothing of a dimension, as
        of products, or where they were not asked for.
    :param visitors: how many browsers made them, of those that have a cookie.
    :param before: the same in the period before, under the same name: of days, that at the same
        place in the period; None where it was not asked for.
    """

    dimension: str | None
    across: str | None = None
    currency: str | None
    count: int | Fraction
    quantity: int | Fraction
    revenue: Decimal | None
    refunded: Decimal | None
    commission: Decimal | None = None
    clicks: int | None = None
    visitors: int | None = None
    before: ReportRow | None = None

    @property
    def net(self) -> Decimal | None:
        """What is left of the revenue."""
        if self.revenue is None or self.refunded is None:
            return None
        return _EXACT.subtract(self.revenue, self.refunded)

    @property
    def gross(self) -> Decimal | None:
        """The revenue, before anything of it was taken back."""
        return self.revenue

    @property
    def average(self) -> Decimal | None:
        """The revenue of a conversion, half a minor unit rounded to the even one."""
        if self.revenue is None or not self.count:
            return None
        return self.in_minor_units(Fraction(self.revenue) / self.count)

    @property
    def conversion_rate(self) -> Fraction | None:
        """Conversions by clicks, exactly; None where nothing was clicked.

        More than 1 where more was sold than clicked, as by customers who came by themselves.
        """
        return Fraction(self.count) / self.clicks if self.clicks else None

    @property
    def revenue_per_click(self) -> Fraction | None:
        """Revenue by clicks, exactly; None where nothing was clicked, or there is no currency."""
        if self.revenue is None or not self.clicks:
            return None
        return Fraction(self.revenue) / self.clicks

    def in_minor_units(self, amount: Fraction | None) -> Decimal | None:
        """An amount of the row's currency with as many decimals as its revenue has.

        Half a minor unit is rounded to the even one; None where there is no amount or no currency.
        """
        if self.revenue is None or amount is None:
            return None
        exponent = -int(self.revenue.as_tuple().exponent)
        return decimal_of(round(amount * 10**exponent), exponent)


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Rows by one or two dimensions, the best-selling first (times in their order), and their sums.

    :param by: the dimensions; rows of two are together by the first.
    :param totals: one row per currency, ``dimension`` None. What is in several rows, as a sale of
        two products is, counts once.
    :param clicked: names that were clicked in the same time and sold nothing, as far as clicks were
        asked for.
    :param notes: what a reader should know of it, in sentences.
    :param period_before: the first moment of the period before and the moment after its last,
        where rows have it.
    """

    by: tuple[Dimension, ...]
    rows: tuple[ReportRow, ...]
    totals: tuple[ReportRow, ...]
    clicked: tuple[ReportRow, ...] = ()
    notes: tuple[str, ...] = ()
    period_before: tuple[datetime, datetime] | None = None
