"""All that is known of one conversion, and the clicks of its buyer."""

from __future__ import annotations

from collections.abc import Iterator

from ..crediting import Step
from ..explaining import Trail
from ..touches import Touch
from . import rows
from .adjusting import Adjusting
from .connected import Connected
from .ledger import Ledger
from .reading import Reading
from .statements import TOUCH_COLUMNS
from .transaction import Transaction


class Trails:
    """Trails of a site.

    :param transaction: in which they are read.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def read(self, scope: str, reference: str) -> Trail | None:
        """See :meth:`~.base.Store.trail`."""
        statement = self._transaction.statements.select_conversion
        found = self._transaction.run(statement, scope=scope, dedupe_key=reference).fetchone()
        if found is None:
            return None
        reading = Reading(self._transaction)
        recorded = reading.load(found, "recorded")
        contact = None if recorded.touch is None else recorded.touch.contact
        connected = Connected(self._transaction)
        visitor, customer_ref = recorded.visitor, recorded.conversion.customer_ref
        return Trail(
            recorded=recorded,
            adjustments=tuple(Adjusting(self._transaction).of(recorded.id)),
            commissions=tuple(Ledger(self._transaction).of_conversion(recorded.id)),
            conflicts=tuple(reading.conflicts(recorded.id)),
            clicks=tuple(_clicks(connected, visitor, customer_ref, contact)),
            separated=tuple(
                touch
                for touch in (recorded.touch, recorded.referral)
                if touch and connected.are_apart(visitor, touch.contact, customer_ref)
            ),
        )


def _clicks(
    connected: Connected, visitor: int | None, customer_ref: str | None, contact: str | None
) -> Iterator[Step]:
    """The buyer's, by whichever browser; those of bots on the contact's links are among them."""
    buyer = connected.buyer(visitor, customer_ref, contact)
    if buyer is None:
        return
    for _, _, verdict, *touch in connected.clicks(buyer):
        columns = dict(zip(TOUCH_COLUMNS, touch, strict=True))
        yield Step(touch=rows.touch_of(columns, TOUCH_COLUMNS) or Touch(), verdict=verdict)
