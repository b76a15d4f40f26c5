"""Taking somebody's names out of rows that go on counting, in a transaction of the store's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal, TypeAlias

import msgspec

from ..masking import page_of, pattern_of
from ..model import ORDER_SCOPE
from ..touches import CLICKED_NAMES
from .erasing_after import After
from .transaction import Transaction

_JSON: Final = msgspec.json.Encoder()

#: One row that is to be changed, and of which kind; of others' by a shared browser, its visitor.
StepKind = Literal["clicks", "conversions", "claims", "shared_clicks", "shared_conversions"]
Step: TypeAlias = tuple[StepKind, Any]


class Erasing:
    """What is done to the rows of a person; each of these may be done again.

    :param after: what a row is to hold.
    :param fresh: a visitor's id -> a new one, which no cookie leads to.
    :param references: whether the numbers of orders and of refunds go as well.
    """

    def __init__(
        self,
        transaction: Transaction,
        after: After,
        *,
        fresh: Mapping[int, int],
        references: bool,
    ) -> None:
        self._run = transaction.run
        self._statements = transaction.statements.privacy.erasing
        self._after = after
        self._subject = after.subject
        self._fresh = fresh
        self._references = references

    def take(self, steps: Iterable[Step]) -> None:
        """Take the person out of some rows, and of what belongs to these."""
        for kind, key in steps:
            self._take(kind, key)

    def take_from_conflicts(self) -> None:
        """Take their customers out of what lost, of whomever's sale."""
        for customer_ref in self._subject.customer_refs:
            name = f'"customer_ref":{_JSON.encode(customer_ref).decode()}'
            found = self._run(self._statements.select_conflicts_like, pattern=pattern_of(name))
            self._conflicts(found.fetchall(), is_own=False)

    def finish(self) -> dict[str, int]:
        """What is left to do once no row names them; how many rows of each table that was."""
        # The last of all: by the identities the rest would be found again.
        return {
            "separations": self._separations(),
            "publishers": self._publishers(),
            "identities": self._identities(),
        }

    def _take(self, kind: StepKind, key: Any) -> None:
        if kind == "clicks":
            self._click(key)
        elif kind == "conversions":
            self._conversion(key)
        elif kind == "claims":
            reference, customer_ref, visitor = key
            self._run(
                self._statements.delete_claim,
                reference=reference,
                customer_ref=customer_ref,
                visitor=visitor,
            )
        else:
            # Somebody else's by a shared browser: it gets its new id, and nothing else changes.
            id, visitor = key
            renewed = self._renewed(visitor)
            self._run(self._statements.renew[kind], id=id, known=visitor, visitor=renewed)

    def _separations(self) -> int:
        """Delete those that name them; how many. Others of their browsers get the new id."""
        subject, delete = self._subject, self._statements.delete_separations
        count = self._run(delete["contact"], contact=subject.contact).rowcount
        for customer_ref in subject.customer_refs:
            count += self._run(delete["customer_ref"], customer_ref=customer_ref).rowcount
        for visitor in subject.visitors | subject.shared:
            renewed = {"known": visitor, "visitor": self._renewed(visitor)}
            self._run(self._statements.renew_separations, **renewed)
            self._run(self._statements.renew_claims, **renewed)
        return count

    def _publishers(self) -> int:
        """Publishers are no longer known to be the person, and keep their accounts; how many."""
        count = 0
        found = self._run(self._statements.select_publishers).fetchall()
        for publisher, contact, customer_ref in found:
            left = self._after.publisher(publisher, contact, customer_ref)
            if left != (contact, customer_ref):
                row = {"publisher": publisher, "contact": left[0], "customer_ref": left[1]}
                self._run(self._statements.update_publisher, **row)
                count += 1
        return count

    def _identities(self) -> int:
        """Delete theirs; how many."""
        contact = self._subject.contact
        return self._run(self._statements.delete_identities, contact=contact).rowcount

    def _click(self, id: int) -> None:
        found = self._run(self._statements.select_click, id=id).fetchone()
        if found is None:
            return
        visitor, destination, contact, subscription = found
        contact, subscription = self._after.names(contact, subscription)
        self._run(
            self._statements.update_click,
            id=id,
            visitor=self._renewed(visitor),
            destination=page_of(destination),
            contact=contact,
            subscription=subscription,
        )

    def _conversion(self, id: int) -> None:
        found = self._run(self._statements.select_conversion, id=id).fetchone()
        if found is None:
            return
        row = dict(zip(self._statements.conversion_columns, found, strict=True))
        self._run(
            self._statements.update_conversion,
            id=id,
            visitor=self._renewed(row["visitor"]),
            customer_ref=self._after.customer(row["customer_ref"]),
            **self._touch("touch", row),
            **self._touch("referral", row),
        )
        if row["scope"] == ORDER_SCOPE and row["dedupe_key"] is not None:
            # They were for this order, and it has come.
            self._run(self._statements.delete_claims_of_order, reference=row["dedupe_key"])
        conflicts = self._run(self._statements.select_conflicts, conversion=id).fetchall()
        self._conflicts(conflicts, is_own=True)
        if self._references:
            self._forget_references(id, row)

    def _touch(self, touch: str, row: Mapping[str, Any]) -> dict[str, Any]:
        """The columns of a conversion's touch or referral; none, where it names nothing else."""
        names = self._after.names(row[f"{touch}_contact"], row[f"{touch}_subscription"])
        rest = (row[f"{touch}_{name}"] for name in CLICKED_NAMES)
        is_empty = all(name is None for name in (*names, *rest))
        return {
            f"{touch}_at": None if is_empty else row[f"{touch}_at"],
            f"{touch}_contact": names[0],
            f"{touch}_subscription": names[1],
        }

    def _conflicts(self, found: Iterable[tuple[int, str]], *, is_own: bool) -> None:
        """Take the person out of what lost."""
        for id, lost in found:
            kept = self._after.lost(lost, is_own=is_own)
            if kept != lost:
                self._run(self._statements.update_conflict, id=id, lost=kept)

    def _forget_references(self, id: int, row: Mapping[str, Any]) -> None:
        """From then on a repeat of the order, or of its refund, is a new one."""
        if row["reference"] is not None:
            reference = f"erased-{id}"
            dedupe_key = None if row["dedupe_key"] is None else reference
            statement = self._statements.update_reference
            self._run(statement, id=id, reference=reference, dedupe_key=dedupe_key)
        found = self._run(self._statements.select_adjustments, conversion=id).fetchall()
        for (adjustment,) in found:
            reference = f"erased-{adjustment}"
            self._run(self._statements.update_adjustment, id=adjustment, reference=reference)

    def _renewed(self, visitor: int | None) -> int | None:
        return None if visitor is None else self._fresh.get(visitor, visitor)
