"""What the tracker asks of a store about persons who ask what is kept of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from ..personal_data import Names, PersonalItem
from ..privacy import Forgotten, Limits, Retained, Watch


class PrivacyStore(Protocol):
    """Knows what it keeps of somebody, and how to be rid of it."""

    def personal_data(self, site: str, contact: str) -> tuple[Names, Iterator[PersonalItem]]:
        """All that is stored of a contact, kind by kind in the order of ``SECTIONS``, lazily."""

    def forget(
        self, site: str, contact: str, *, references: bool, dry_run: bool, watch: Watch
    ) -> Forgotten:
        """Take a contact out of all rows, which go on counting; at once, or in pages.

        If it fails half-way, another call goes on with what is left.

        :param references: whether the numbers of orders and of refunds go as well.
        :param dry_run: only say what would be changed, and what left; nothing is written.
        """

    def scrub(self, *, large: bool) -> str | None:
        """Overwrite what was deleted, as far as it is in our hands.

        :param large: even where it takes so long that nobody else can write for seconds.
        :returns: what may still hold it, and how to be rid of it; None: nothing does.
        :raises NotErased: if something of ours still holds it, and what it takes to try again.
        """

    def retain(self, site: str, limits: Limits, *, dry_run: bool, watch: Watch) -> Retained:
        """Delete what is too old, and take names out of what is.

        :param dry_run: only say how many rows that is.
        """
