"""Leafing through what was recorded."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime

from ..affiliates import NEXT_STATES, Commission, CommissionState, Earned
from ..checks import (
    LONGEST_NAME,
    LONGEST_REFERENCE,
    check_choice,
    check_id,
    check_names,
    check_text,
)
from ..errors import BadValue
from ..model import ORDER_SCOPE, Recorded
from ..reports.query import selection_of
from ..stores.base import Place
from ..touches import Click
from .core import Core

_MOST = 1000


class History(Core):
    """What a tracker shows of what it has recorded, the newest first, a page at a time."""

    def conversions(
        self,
        *,
        since: date | datetime | None = None,
        until: date | datetime | None = None,
        currency: str | None = None,
        where: Mapping[str, str | None] | None = None,
        before: Place | None = None,
        most: int = 50,
    ) -> list[Recorded]:
        """Conversions, cancelled ones as well, the newest first.

        :param since: the first day in the shop's time zone, or the first moment.
        :param until: the last day, or the moment after the last.
        :param where: only those with this newsletter, link, ...; None: those without one.
        :param before: go on after this one of the page before.
        :param most: so many at most, up to 1,000.
        :raises BadValue: naming the argument.
        :raises StoreError: if the store can't be read, or there is none.
        """
        selection = selection_of(
            (),
            since=since,
            until=until,
            currency=currency,
            where=where,
            timezone=self.config.timezone,
        )
        return self.store.latest(self.config.site, selection, before, _checked(most))

    def clicks(self, contact: str, *, before: Place | None = None, most: int = 50) -> list[Click]:
        """The clicks on a contact's links, those of bots and others too, the newest first.

        :param before: go on after this one of the page before.
        :param most: so many at most, up to 1,000.
        :raises BadValue: naming the argument.
        :raises StoreError: if the store can't be read, or there is none.
        """
        check_text("contact", contact, LONGEST_NAME)
        return self.store.latest_clicks(self.config.site, contact, before, _checked(most))

    def find(self, reference: str) -> list[Recorded]:
        """The conversions with a reference, in whichever of the configured scopes.

        :raises BadValue: if it can be none's.
        :raises StoreError: if the store can't be read, or there is none.
        """
        check_text("reference", reference, LONGEST_REFERENCE)
        config = self.config
        scopes = [
            *(target.scope for target in config.targets.values()),
            *config.universes.values(),
            *(code.scope for code in config.tracking_codes.values()),
        ]
        found: list[Recorded] = []
        for scope in dict.fromkeys([ORDER_SCOPE, *scopes]):
            found += self.store.stored(config.site, scope, [reference]).values()
        return found

    def latest_commissions(
        self,
        *,
        publisher: str | None = None,
        state: CommissionState | None = None,
        before: int | None = None,
        most: int = 50,
    ) -> list[Commission]:
        """Entries of the ledger, the newest first; :meth:`commissions` gives all of them.

        :param state: only those that are in it now.
        :param before: the id of the last entry of the page before.
        :param most: so many at most, up to 1,000.
        :raises BadValue: naming the argument.
        :raises StoreError: if the store can't be read, or there is none.
        """
        if state is not None:
            check_choice("state", state, NEXT_STATES)
        if before is not None:
            check_id("before", before)
        check_names(publisher=publisher)
        return self.store.latest_commissions(
            self.config.site, publisher=publisher, state=state, before=before, most=_checked(most)
        )

    def earned(self, publisher: str | None = None) -> list[Earned]:
        """What a publisher, or all of them, have earned, by state and currency.

        :raises BadValue: if ``publisher`` can be no name.
        :raises StoreError: if the store can't be read, or there is none.
        """
        check_names(publisher=publisher)
        return self.store.earned(self.config.site, publisher)

    def titles(self, dimension: str, values: Collection[str]) -> dict[str, str]:
        """What some of a dimension's values are called, where anybody said so.

        :param dimension: only targets, products and publishers have titles.
        :raises StoreError: if the store can't be read, or there is none.
        """
        if dimension == "target":
            return {target.id: target.title for target in self.config.targets.values()}
        if dimension == "publisher":
            known = self.store.publishers(self.config.site)
            return {each.id: each.name for each in known if each.name is not None}
        if dimension == "product":
            return self.product_names(values)
        return {}

    def product_names(self, ids: Collection[str]) -> dict[str, str]:
        """What products are called; those that were never sold are left out.

        :raises StoreError: if the store can't be read, or there is none.
        """
        return self.store.product_names(self.config.site, ids)


def _checked(most: int) -> int:
    if not 1 <= most <= _MOST:
        raise BadValue("most", f"is not from 1 to {_MOST}")
    return most
