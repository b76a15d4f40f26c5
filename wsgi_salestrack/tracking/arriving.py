"""What a conversion is on its way into the store, however it came."""

from __future__ import annotations

from datetime import datetime

import msgspec

from ..attribution import credited
from ..days import day_of
from ..model import Arrival, Conversion
from ..touches import Visitor
from .core import Core


class Arriving(Core):
    """Credits what arrives, and says what is not to be kept."""

    def _arrival(
        self, conversion: Conversion, visitor: Visitor | None, at: datetime, *, announced: bool
    ) -> Arrival:
        """A conversion with its time, its day, and its visitor's touches.

        :param visitor: without an id, where only their touches are known.
        :param at: when it arrived, aware UTC; when it occurred, where it does not say.
        :param announced: whether its signals are to be sent.
        """
        occurred_at = conversion.occurred_at or at
        if conversion.occurred_at is None:
            conversion = msgspec.structs.replace(conversion, occurred_at=at)
        return Arrival(
            conversion=conversion,
            touch=visitor.touch if visitor else None,
            referral=visitor.referral if visitor else None,
            visitor=(visitor.id or None) if visitor else None,
            at=at,
            window=self.config.window,
            day=day_of(occurred_at, self.config.timezone),
            announced=announced,
        )

    def _is_unwanted(self, arrival: Arrival) -> bool:
        """Whether it is credited to nobody, and its source keeps only what is credited."""
        if arrival.conversion.source in self.config.record_unattributed:
            return False
        occurred_at = arrival.conversion.occurred_at or arrival.at
        return credited(arrival, occurred_at, arrival.window) == (None, None)
