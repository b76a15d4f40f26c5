"""Changes of conversions that were recorded: values, appended and never changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Literal

import msgspec

from .model import Conversion, Recorded
from .money import Money

AdjustmentOutcome = Literal["adjusted", "duplicate", "conflict"]
AdjustmentKind = Literal["cancellation", "refund", "chargeback", "reinstatement"]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for.

    :param reference: of the change itself, such as the refund's number: the same one is made once.
    :param amount: how much is taken back, or given again, in the sale's currency; None with no
        lines either: all that is left.
    :param lines: product id -> how many of it are taken back.
    :param left: what is to be left in the end, instead of an amount.
    """

    kind: AdjustmentKind
    reference: str | None = None
    amount: Money | Decimal | str | None = None
    lines: Mapping[str, int] | None = None
    left: Money | None = None


class Adjustment(msgspec.Struct, frozen=True, kw_only=True):
    """An append-only change of a recorded conversion.

    :param id: 63 bits, time-ordered.
    :param kind: ``cancellation``: the sale counts no longer, and nobody earns on it; ``refund`` and
        ``chargeback``: some of its revenue was taken back, by the shop or by the buyer's bank;
        ``reinstatement``: the cancellation is undone, or if there is none, refunds are.
    :param at: when it came, aware UTC.
    :param reference: of its own, if it was given one.
    :param amount: what it took from the net revenue, or gave again; None where there is none.
    :param lines: product id -> how many of it were taken back.
    """

    id: int
    kind: AdjustmentKind
    at: datetime
    reference: str | None = None
    amount: Money | None = None
    lines: Mapping[str, int] = {}


class Adjusted(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an adjustment.

    :param outcome: ``adjusted``: it is new; ``duplicate``: it was made before, nothing changed;
        ``conflict``: its reference was used for another one before, which stands.
    :param adjustment: as it stands in the store.
    :param recorded: the conversion that it changed, as it stands now.
    """

    outcome: AdjustmentOutcome
    adjustment: Adjustment
    recorded: Recorded

    @property
    def conversion(self) -> Conversion:
        """The conversion that it changed."""
        return self.recorded.conversion
