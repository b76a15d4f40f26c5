"""Tying a visitor to an order that is recorded apart from them, whichever of the two comes first.

A snippet's visitor is written down by :meth:`Claims.write`, in a transaction of its own, and then
:meth:`Claims.resolve` looks for the order. Who records an order looks for a claim after having
inserted it, by :meth:`Claims.credit`. So whichever is committed last sees the other.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from ..attribution import within
from ..model import ORDER_SCOPE, Arrival, Claim, Conversion, Outcome, Recorded
from . import rows
from .ledger import Ledger
from .reading import Reading
from .transaction import Transaction


class Claims:
    """Claims of a site.

    :param transaction: in which they are read and written.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._statements = transaction.statements

    def write(self, claim: Claim) -> None:
        """Keep a claim; of several for one order the first touch of each kind is kept."""
        run = self._transaction.run
        if run(self._statements.insert_claim, **rows.claim_row(claim)).rowcount == 1:
            return
        values = run(self._statements.select_claim, reference=claim.reference).fetchone()
        known = rows.claim_of(values, claim)
        if known.customer_ref != claim.customer_ref:
            return  # another customer's order of this number: the first one stays
        merged = msgspec.structs.replace(
            known, touch=known.touch or claim.touch, referral=known.referral or claim.referral
        )
        if merged != known:
            run(self._statements.update_claim, **rows.claim_row(merged))

    def resolve(self, claim: Claim) -> Recorded | None:
        """Credit the order of a claim that was committed before; None if it is still to come."""
        values = self._order_of(claim)
        if values is None:
            return None
        stored = Reading(self._transaction).load(values, "duplicate")
        kept = self._kept(claim.reference, claim)
        credited = stored if kept is None else _credited(stored, kept)
        if credited == stored:
            return stored
        enriched = msgspec.structs.replace(credited, outcome="enriched")
        self._write_credit(enriched, claim.at, "enriched" if claim.announced else None)
        Ledger(self._transaction).settle(enriched, claim.at)
        return enriched

    def credit(self, recorded: Recorded, arrival: Arrival) -> Recorded:
        """A conversion that was just inserted, with what a claim credits it to."""
        if not may_be_claimed(arrival):
            return recorded
        claim = self._kept(arrival.conversion.reference, arrival)
        credited = recorded if claim is None else _credited(recorded, claim)
        if credited != recorded:
            self._write_credit(credited)
        return credited

    def _kept(self, reference: str | None, asking: Arrival | Claim) -> Claim | None:
        found = self._transaction.run(self._statements.select_claim, reference=reference)
        values = found.fetchone()
        return None if values is None else rows.claim_of(values, asking)

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
        self, credited: Recorded, changed_at: datetime | None = None, unsent: Outcome | None = None
    ) -> None:
        """Write what a conversion is credited to.

        :param changed_at: where it was committed before; then ``unsent`` is still to be told of it.
        """
        row = rows.credit_row(credited)
        row["changed_at"] = None if changed_at is None else rows.microseconds(changed_at)
        row["unsent"] = unsent
        self._transaction.run(self._statements.credit, **row)


def may_be_claimed(arrival: Arrival) -> bool:
    """Whether somebody may have claimed a conversion, and would be credited with it."""
    conversion = arrival.conversion
    return (
        (arrival.touch is None or arrival.referral is None)
        and conversion.scope == ORDER_SCOPE
        and conversion.reference is not None
        and conversion.deduped
    )


def _credited(recorded: Recorded, claim: Claim) -> Recorded:
    """A conversion with the touches that it lacks and a claim has."""
    conversion = recorded.conversion
    order = conversion.order
    if order is not None and order.customer_ref not in (None, claim.customer_ref):
        return recorded
    occurred_at = conversion.occurred_at or claim.at
    return msgspec.structs.replace(
        recorded,
        touch=recorded.touch or within(claim.touch, occurred_at, claim.window),
        referral=recorded.referral or within(claim.referral, occurred_at, claim.window),
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
