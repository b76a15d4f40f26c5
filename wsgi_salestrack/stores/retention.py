"""What is too old to be kept: finding it, and being rid of it, in a transaction of the store's."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from ..masking import page_of
from ..model import Conversion
from ..orders import without_customer
from .erasing_subject_statements import batches
from .execution import Cursor
from .rows import microseconds
from .transaction import Transaction

_CONVERSION: Final = msgspec.json.Decoder(Conversion)
_JSON: Final = msgspec.json.Encoder()
# Rows that are deleted in one transaction: few enough that a sale which waits does not notice.
_PAGE: Final = 2000
# Before all that can be stored.
_FIRST: Final = -(2**63)
_IN_ADDRESSES: Final = {"query": "%?%", "fragment": "%#%"}


class Retention:
    """The rows of a site that are older than a moment.

    :param transaction: in which they are read or changed.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._run = transaction.run
        self._statements = transaction.statements.privacy.retention

    def old_clicks(self, end: datetime) -> array[int]:
        """Ids of the clicks before."""
        return _ids(self._run(self._statements.select_clicks, end=microseconds(end)))

    def delete_clicks(self, ids: Sequence[int]) -> None:
        """Delete clicks."""
        for batch in batches(ids):
            self._run(self._statements.delete_clicks, **batch)

    def personal_clicks(self, end: datetime, first: datetime | None) -> array[int]:
        """Ids of those before that tell of somebody.

        :param first: from then on; None: all.
        """
        found = self._run(
            self._statements.select_personal_clicks,
            end=microseconds(end),
            first=_FIRST if first is None else microseconds(first),
            **_IN_ADDRESSES,
        )
        return _ids(found)

    def clean_clicks(self, ids: Sequence[int]) -> None:
        """Take out of clicks who it was."""
        for batch in batches(ids):
            for id, destination in self._run(
                self._statements.select_destinations, **batch
            ).fetchall():
                page = page_of(destination)
                self._run(self._statements.clean_click, id=id, destination=page)

    def personal_conversions(self, end: datetime) -> array[int]:
        """Ids of the conversions before that may tell of somebody."""
        return _ids(self._run(self._statements.select_conversions, end=microseconds(end)))

    def clean_conversions(self, ids: Sequence[int]) -> None:
        """Take out of conversions who it was, and see to it that no repeat brings them back."""
        for batch in batches(ids):
            self._run(self._statements.clean_conversions, **batch)
            for id, lost in self._run(self._statements.select_conflicts, **batch).fetchall():
                told = _CONVERSION.decode(lost)
                if told.customer_ref is not None:
                    kept = msgspec.structs.replace(told, order=without_customer(told.order))
                    self._run(
                        self._statements.update_conflict, id=id, lost=_JSON.encode(kept).decode()
                    )

    def count_claims(self, end: datetime) -> int:
        """How many claims there are before."""
        return self._count(self._statements.count_claims, end)

    def delete_claims(self, end: datetime) -> int:
        """Delete a page of those; how many."""
        statements, before = self._statements, microseconds(end)
        found = self._run(statements.last_claim_of_page, end=before, skipped=_PAGE - 1).fetchone()
        last = before if found is None else found[0] + 1
        return self._run(statements.delete_claims, end=last).rowcount

    def unused_identities(self, end: datetime) -> list[str]:
        """Customers who were identified before, and have ordered nothing since."""
        found = self._run(self._statements.select_identities, end=microseconds(end))
        return [customer_ref for (customer_ref,) in found.fetchall()]

    def delete_identities(self, customer_refs: Sequence[str], end: datetime) -> None:
        """Delete those; not one who was identified anew."""
        for batch in batches(customer_refs):
            self._run(self._statements.delete_identities, end=microseconds(end), **batch)

    def unused_separations(self, end: datetime) -> list[int]:
        """Ids of separations from before, of two of whom nothing is known since."""
        found = self._run(self._statements.select_separations, end=microseconds(end)).fetchall()
        return [
            id
            for id, *names in found
            if not any(
                self._is_in_use(kind, name, end)
                for kind, name in zip(("visitor", "contact", "customer_ref"), names, strict=True)
            )
        ]

    def delete_separations(self, ids: Sequence[int]) -> None:
        """Delete those."""
        for id in ids:
            self._run(self._statements.delete_separation, id=id)

    def count_hits(self, end: datetime) -> int:
        """How many hits were logged before."""
        return self._count(self._statements.count_hits, end)

    def delete_hits(self, end: datetime) -> int:
        """Delete them; how many."""
        return self._run(self._statements.delete_hits, end=microseconds(end)).rowcount

    def _is_in_use(self, kind: str, name: Any, end: datetime) -> bool:
        if name is None:
            return False
        found = self._run(self._statements.in_use[kind], name=name, end=microseconds(end))
        return found.fetchone() is not None

    def _count(self, statement: str, end: datetime) -> int:
        (count,) = self._run(statement, end=microseconds(end)).fetchone()
        return int(count)


def _ids(found: Cursor) -> array[int]:
    """All that a query found: of millions, in a few bytes each."""
    ids = array("q")
    while page := found.fetchmany(_PAGE):
        ids.extend(id for (id,) in page)
    return ids
