"""Tying a visitor to an order that is recorded apart from them, whichever of the two comes first.

A snippet's visitor is written down by :meth:`Claims.write`, in a transaction of its own, and then
:meth:`Claims.resolve` looks for the order. Who records an order looks for a claim after having
inserted it, by :meth:`Claims.credit`. So whichever is committed last sees the other.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import msgspec

from ..attribution import completed
from ..model import ORDER_SCOPE, Arrival, Claim, Conversion, Outcome, Recorded
from ..precedence import with_touches
from ..touches import Touch
from . import change_rows, rows, unsent
from .ledger import Ledger
from .reading import Reading
from .statements import CONVERSION_COLUMNS
from .transaction import Transaction

_ERASED: Final = CONVERSION_COLUMNS.index("erased")


class Claims:
    """Claims of a site.

    :param transaction: in which they are read and written.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._statements = transaction.statements

    def write(self, claim: Claim) -> None:
        """Keep a claim; of a visitor's several ones the first touch of each kind is kept.

        None is kept of an order whose buyer was forgotten: its page may be loaded again.
        """
        run, row = self._transaction.run, change_rows.claim_row(claim)
        key = {"scope": ORDER_SCOPE, "dedupe_key": claim.reference}
        # Not locked: a host's transaction that is just writing the order may go on for long. Who is
        # forgotten before this is committed is found by `resolve`.
        order = run(self._statements.select_conversion, **key).fetchone()
        if order is not None and order[_ERASED]:
            return
        if run(self._statements.insert_claim, **row).rowcount != 1:
            run(self._statements.update_claim, **row)

    def resolve(self, claim: Claim) -> Recorded | None:
        """Credit the order of a claim that was committed before; None if it is still to come."""
        values = self._order_of(claim)
        if values is None:
            return None
        stored = Reading(self._transaction).load(values, "duplicate")
        if stored.erased:
            forget = self._statements.privacy.erasing.delete_claims_of_order
            self._transaction.run(forget, reference=claim.reference)
            return stored
        credited = self._credited(stored, claim, stored.conversion.customer_ref)
        if credited == stored:
            return stored
        enriched = msgspec.structs.replace(credited, outcome="enriched")
        self._write_credit(enriched, claim.at, "enriched" if claim.announced else None)
        Ledger(self._transaction).settle(enriched, claim.at)
        return enriched

    def credit(self, recorded: Recorded, arrival: Arrival) -> Recorded:
        """A conversion that was just inserted, with what a claim credits it to."""
        if not may_be_claimed(recorded.conversion, recorded.touch, recorded.referral):
            return recorded
        credited = self._credited(recorded, arrival, recorded.conversion.customer_ref)
        if credited != recorded:
            self._write_credit(credited)
        return credited

    def with_claims(self, stored: Recorded, arrival: Arrival) -> Arrival:
        """A repeat of a conversion, with the touches that neither has and claims do."""
        known = with_touches(stored, arrival)
        if not may_be_claimed(arrival.conversion, known.touch, known.referral):
            return arrival
        told = arrival.conversion
        if told.customer_ref is None or told.trust < stored.conversion.trust:
            told = stored.conversion  # whoever may be believed says whose order it is
        found = self._credited(known, arrival, told.customer_ref)
        if found == known:
            return arrival
        return msgspec.structs.replace(
            arrival, touch=found.touch, referral=found.referral, visitor=found.visitor
        )

    def _credited(
        self, recorded: Recorded, asking: Arrival | Claim, customer_ref: str | None
    ) -> Recorded:
        """A conversion with the touches that it lacks and that its customer's claims have.

        Where its buyer was forgotten, they are nobody's.

        :param asking: whose window counts.
        :param customer_ref: whose order it is, if that is known.
        """
        if recorded.erased:
            return recorded
        found = self._transaction.run(
            self._statements.select_claims, reference=recorded.conversion.reference
        )
        for values in found.fetchall():
            claim = change_rows.claim_of(values, asking)
            if customer_ref in (None, claim.customer_ref):
                recorded = completed(recorded, claim)
        return recorded

    def _order_of(self, claim: Claim) -> Any:
        """The order's row, to be changed.

        One that is being inserted this very moment is not seen, but it may have looked for claims
        too early. So an insert of its key waits until it is there; and if none was, whoever comes
        now finds the claim.
        """
        key = {"scope": ORDER_SCOPE, "dedupe_key": claim.reference}
        run, statements = self._transaction.run, self._statements
        values = run(statements.select_conversion_alone, **key).fetchone()
        if values is not None:
            return values
        probe = rows.arrival_row(rows.arrival_values(self._transaction.site, _probe(claim)))
        if self._transaction.execute(statements.insert_conversion, probe).rowcount == 1:
            run(statements.delete_conversion, id=probe["id"])
            return None
        return run(statements.select_conversion_alone, **key).fetchone()

    def _write_credit(
        self, credited: Recorded, changed_at: datetime | None = None, news: Outcome | None = None
    ) -> None:
        """Write what a conversion is credited to.

        :param changed_at: where it was committed before; then ``news`` is still to be told of it.
        """
        row = change_rows.credit_row(credited)
        row["changed_at"] = None if changed_at is None else rows.microseconds(changed_at)
        row |= unsent.added(news)
        self._transaction.run(self._statements.credit, **row)


def may_be_claimed(conversion: Conversion, touch: Touch | None, referral: Touch | None) -> bool:
    """Whether somebody may have claimed a conversion, and would be credited with it."""
    return (
        (touch is None or referral is None)
        and conversion.scope == ORDER_SCOPE
        and conversion.reference is not None
        and conversion.deduped
    )


def _probe(claim: Claim) -> Arrival:
    """A conversion that has the key of a claim's order, and nothing else of it."""
    conversion = Conversion(
        source="ecommerce_pixel", reference=claim.reference, occurred_at=claim.at
    )
    return Arrival(
        conversion=conversion,
        touch=None,
        referral=None,
        visitor=None,
        at=claim.at,
        window=claim.window,
        day="",
    )
