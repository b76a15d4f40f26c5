"""What every store does alike with what is too old to be kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Final, TypeVar

from ..privacy import Limits, Retained, Watch
from .retention import Retention
from .sql_transactions import SQLTransactions
from .transaction import Transaction

Item = TypeVar("Item")

# Rows that are changed in one transaction: few enough that a sale which waits does not notice.
_PAGE: Final = 500


class SQLRetention(SQLTransactions):
    """The part of :class:`~.base.Store` that is about how long something is kept."""

    def retain(self, site: str, limits: Limits, *, dry_run: bool, watch: Watch) -> Retained:
        """See :meth:`~.base_privacy.PrivacyStore.retain`."""
        if dry_run:
            with self._reading(site) as transaction:
                return _planned(Retention(transaction), limits)
        deleted = clicks = conversions = claims = identities = separations = 0
        if limits.clicks is not None:
            with self._reading(site) as transaction:
                ids = Retention(transaction).old_clicks(limits.clicks)
            deleted = self._change(site, Retention.delete_clicks, ids, "clicks", watch)
        if limits.personal is not None:
            end = limits.personal
            with self._reading(site) as transaction:
                ids = Retention(transaction).personal_clicks(end, limits.clicks)
                sales = Retention(transaction).personal_conversions(end)
            clicks = self._change(site, Retention.clean_clicks, ids, "old clicks", watch)
            conversions = self._change(
                site, Retention.clean_conversions, sales, "old conversions", watch
            )
            while count := self._writing(site, lambda tx: Retention(tx).delete_claims(end)):
                claims += count
            # After the conversions: by then it is seen whom nothing newer is known of.
            with self._reading(site) as transaction:
                customers = Retention(transaction).unused_identities(end)
                apart = Retention(transaction).unused_separations(end)
            delete = partial(_delete_identities, end)
            identities = self._change(site, delete, customers, "identities", watch)
            separations = self._change(
                site, Retention.delete_separations, apart, "separations", watch
            )
        hits = self._writing(site, lambda tx: Retention(tx).delete_hits(limits.hits))
        return Retained(
            deleted_clicks=deleted,
            clicks=clicks,
            conversions=conversions,
            claims=claims,
            identities=identities,
            separations=separations,
            hits=hits,
        )

    def _change(
        self,
        site: str,
        change: Callable[[Retention, Sequence[Item]], None],
        items: Sequence[Item],
        what: str,
        watch: Watch,
    ) -> int:
        """Change rows in pages; how many."""
        for first in range(0, len(items), _PAGE):
            page = items[first : first + _PAGE]
            self._writing(site, partial(_changed, change, page))
            watch(what, first + len(page), len(items))
        return len(items)


def _changed(
    change: Callable[[Retention, Sequence[Item]], None],
    page: Sequence[Item],
    transaction: Transaction,
) -> None:
    change(Retention(transaction), page)


def _delete_identities(end: datetime, retention: Retention, page: Sequence[str]) -> None:
    retention.delete_identities(page, end)


def _planned(found: Retention, limits: Limits) -> Retained:
    deleted = 0 if limits.clicks is None else len(found.old_clicks(limits.clicks))
    hits = found.count_hits(limits.hits)
    if limits.personal is None:
        return Retained(deleted_clicks=deleted, hits=hits)
    end = limits.personal
    return Retained(
        deleted_clicks=deleted,
        clicks=len(found.personal_clicks(end, limits.clicks)),
        conversions=len(found.personal_conversions(end)),
        claims=found.count_claims(end),
        identities=len(found.unused_identities(end)),
        separations=len(found.unused_separations(end)),
        hits=hits,
    )
