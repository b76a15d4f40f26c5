"""What became of each conversion that was imported."""

from __future__ import annotations

from typing import Literal

import msgspec

from ..attribution import as_new
from ..model import Arrival, Conversion, Outcome, Recorded
from ..precedence import decide
from .entries import Entry

ImportOutcome = Outcome | Literal["rejected"]


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one conversion.

    :param line: where it begins, or where it is wrong.
    :param reference: None where it can't be read.
    :param outcome: ``rejected``, or as :class:`~wsgi_salestrack.Recorded` has it.
    :param reason: why it is not plainly recorded, naming the columns; empty where it is.
    """

    line: int
    reference: str | None
    outcome: ImportOutcome
    reason: str = ""


def rehearse(stored: Recorded | None, arrival: Arrival) -> Recorded:
    """What would become of a conversion.

    :param stored: what is there under its reference.
    """
    return as_new(arrival, 0) if stored is None else decide(stored, arrival).standing


def result_of(entry: Entry, recorded: Recorded) -> Imported:
    """What became of an entry, in words."""
    return Imported(
        line=entry.line,
        reference=entry.reference,
        outcome=recorded.outcome,
        reason=_reason(entry, recorded),
    )


def _reason(entry: Entry, recorded: Recorded) -> str:
    if recorded.outcome == "duplicate":
        return "it was recorded before"
    if recorded.outcome == "enriched":
        return "it was recorded before, and lacked something or was less trusted"
    if recorded.outcome == "conflict":
        columns = ", ".join(_differing(recorded.conversion, entry.conversion))
        return f"it was recorded before with another {columns}, which stays"
    credits_nobody = recorded.touch is None and recorded.referral is None
    if any(entry.touch.names) and credits_nobody:
        return "credited to nobody: clicked_at is after the sale, or too long before it"
    return ""


def _differing(kept: Conversion, lost: Conversion) -> list[str]:
    """The columns of a conflict."""
    columns = {
        "revenue": (kept.revenue, lost.revenue),
        "quantity": (kept.quantity, lost.quantity),
        "customer_ref": (kept.customer_ref, lost.customer_ref),
        "point_of_sale": (
            kept.order and kept.order.point_of_sale,
            lost.order and lost.order.point_of_sale,
        ),
        "product_id, quantity or unit_price": (_bought(kept), _bought(lost)),
    }
    return [name for name, (ours, theirs) in columns.items() if theirs and ours and ours != theirs]


def _bought(conversion: Conversion) -> list[tuple[object, ...]]:
    return [(line.product_id, line.quantity, line.unit_price) for line in conversion.lines]
