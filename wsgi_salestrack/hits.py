"""What came to our endpoints, for whoever watches; kept of it is only what recorded nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Literal

import msgspec

HitOutcome = Literal["recorded", "enriched", "duplicate", "conflict", "rejected"]

#: How long such a hit is kept at most, and how many of a site.
KEPT_FOR: Final = timedelta(days=30)
MOST_KEPT: Final = 10_000


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """One hit, and what became of it.

    Of one that recorded nothing it is kept which dialect it was and what was wrong with it, but
    nothing of what it said.

    :param at: when it came, aware UTC.
    :param protocol: such as ``target``.
    :param reason: a fixed phrase; of what was recorded, the reference and the revenue.
    :param parameters: names of the dialect's parameters that it had; no values, for they may be
        personal.
    """

    at: datetime
    protocol: str
    outcome: HitOutcome
    reason: str
    parameters: tuple[str, ...] = ()
