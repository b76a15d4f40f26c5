"""Changes of conversions that were recorded: values, appended and never changed."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from .model import Conversion, Recorded

AdjustmentKind = Literal["cancellation"]


class Adjustment(msgspec.Struct, frozen=True, kw_only=True):
    """An append-only change of a recorded conversion.

    :param id: 63 bits, time-ordered.
    :param kind: ``cancellation``: the sale counts no longer, and nobody earns on it.
    :param at: when it came, aware UTC.
    """

    id: int
    kind: AdjustmentKind
    at: datetime


class Adjusted(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an adjustment.

    :param outcome: ``adjusted``: it is new; ``duplicate``: it was made before, nothing changed.
    :param adjustment: as it stands in the store.
    :param recorded: the conversion that it changed, with what it is credited to.
    """

    outcome: Literal["adjusted", "duplicate"]
    adjustment: Adjustment
    recorded: Recorded

    @property
    def conversion(self) -> Conversion:
        """The conversion that it changed."""
        return self.recorded.conversion
