"""What the tracker asks of a store for people who leaf through what was recorded."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple, Protocol

from ..affiliates import Commission, CommissionState, Earned
from ..model import Recorded
from ..touches import Click
from .base_reports import Selection


class Place(NamedTuple):
    """Where a list that has the newest first was left, to go on from there.

    :param at: when the last one that was seen occurred, or was clicked; aware UTC.
    """

    at: datetime
    id: int


class HistoryStore(Protocol):
    """Shows what it keeps, the newest first, a page at a time."""

    def latest(
        self, site: str, selection: Selection, before: Place | None, most: int
    ) -> list[Recorded]:
        """Conversions of a selection, cancelled ones as well.

        :param before: go on after this one; None: from the newest on.
        """

    def latest_clicks(
        self, site: str, contact: str, before: Place | None, most: int
    ) -> list[Click]:
        """The clicks on a contact's links, whatever their verdict."""

    def latest_commissions(
        self,
        site: str,
        *,
        publisher: str | None = None,
        state: CommissionState | None = None,
        before: int | None = None,
        most: int,
    ) -> list[Commission]:
        """Entries of the ledger.

        :param before: the id of the entry to go on after; None: from the newest on.
        """

    def earned(self, site: str, publisher: str | None = None) -> list[Earned]:
        """What the entries of a publisher, or all of them, come to by state and currency."""

    def product_names(self, site: str, ids: Collection[str]) -> dict[str, str]:
        """What those products are called that were ever sold."""
