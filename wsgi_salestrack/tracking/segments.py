"""Finding contacts by what they bought."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ..buyers import Buyer
from ..conditions import Condition, check
from ..days import period_between
from ..money import exponent_of
from ..segment_text import parse
from ..selecting import Segment
from .core import Core


class Segments(Core):
    """What a tracker knows of contacts who bought."""

    def segment(
        self,
        where: Condition | str | None = None,
        *,
        since: date | None = None,
        until: date | None = None,
        currency: str | None = None,
    ) -> Iterator[Buyer]:
        """The contacts with at least one order of a period for whom a condition holds.

        An order is a conversion with a revenue. Cancelled ones never count; one that was refunded
        wholly does, with a net revenue of zero. It is its touch's contact's, or else that of whom
        its customer was identified with.

        All are read at one moment, however long somebody looks at them, and never held in memory
        all at once.

        :param where: made by the functions of :mod:`wsgi_salestrack.segments`, or as
            :mod:`wsgi_salestrack.segment_text` reads it; None: all who bought.
        :param since: the first day in the shop's time zone, or the first moment.
        :param until: the last day, or the moment after the last.
        :param currency: only orders in it count. It is also that of conditions that name none,
            which by default is the shop's.
        :returns: lazily, in the order of their names.
        :raises BadValue: naming the argument.
        :raises StoreError: if the store can't be read, or there is none; the former when the first
            one is asked for.
        """
        if currency is not None:
            exponent_of(currency)
        condition = parse(where) if isinstance(where, str) else where
        if condition is not None:
            check(condition)
        timezone = self.config.timezone
        first, end = period_between(since, until, timezone)
        segment = Segment(
            where=condition,
            since=first,
            until=end,
            only_currency=currency,
            currency=currency or self.config.currency,
            now=self.now(),
            timezone=timezone,
        )
        return self.store.buyers(self.config.site, segment)
