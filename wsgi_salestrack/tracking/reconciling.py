"""Comparing the shop's own orders with what is stored of them, and mending what differs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from itertools import islice
from typing import Final

import msgspec

from ..adjustments import Change
from ..days import day_of, first_moment, moment_after, period_between
from ..errors import SalesTrackError
from ..importing import Entry, Given, Refused, Row, read_entries
from ..model import ORDER_SCOPE, Recorded
from ..reconciling import (
    Difference,
    Reconciliation,
    compare,
    extra_ref,
    left_of,
    was_extra,
)
from .adjusting import Adjusting
from .comparison import Comparison
from .importing import Importing

_TOGETHER: Final = 500
# To reinstate an order, to record it, and then to take back what the shop took back.
_STEPS: Final = 3


class Reconciling(Importing, Adjusting):
    """What a tracker does with the shop's own list of orders."""

    def reconcile(
        self,
        orders: Iterable[Row | Given],
        *,
        since: date | datetime | None = None,
        until: date | datetime | None = None,
        apply: bool = False,
        cancel_extra: bool = False,
        name: str | None = None,
    ) -> Reconciliation:
        """Compare the shop's orders with what is stored in the scope ``order``.

        :param orders: with the columns of :data:`~wsgi_salestrack.importing.RECONCILE_COLUMNS`.
        :param since: the first day in the shop's time zone, or the first moment; by default the day
            of the first order.
        :param until: the last day, or the moment after the last; by default the day of the last
            order.
        :param apply: mend what can be mended: what is missing is recorded, and so are higher
            amounts where what is stored is less trusted; what is lower is refunded, and what the
            shop has cancelled is cancelled.
        :param cancel_extra: then cancel what the shop does not have, too; nothing, while rows are
            rejected.
        :param name: of the adjustments that are made; ``reconcile:`` and today's date by default.
        :raises BadValue: if ``until`` is before ``since``.
        :raises StoreError: if the store fails, or there is none.
        """
        zone = self.config.timezone
        now = self.now()
        found = Comparison(*period_between(since, until, zone))
        self._compare(orders, found)
        self._look_for_extra(found, now)
        differences = [
            *(each for _, each in found.missing.values()),
            *(each for _, _, each in found.different),
            *found.extra,
        ]
        if apply:
            name = name or f"reconcile:{day_of(now, zone)}"
            differences = self._mend(found, name)
            if cancel_extra and not found.rejected:
                found.extra = [self._cancel_extra(each, name) for each in found.extra]
            differences += found.extra
        return Reconciliation(
            compared=found.compared,
            since=found.since,
            until=found.until,
            differences=tuple(differences),
            rejected=tuple(found.rejected),
            totals=(*found.shop.totals(), *found.here.totals()),
        )

    def _compare(self, orders: Iterable[Row | Given], found: Comparison) -> None:
        entries = read_entries(orders, self._assumed())
        while batch := list(islice(entries, _TOGETHER)):
            wanted = []
            for each in batch:
                if isinstance(each, Refused):
                    found.reject(each)
                elif found.take(each):
                    wanted.append(each)
            references = [entry.reference for entry in wanted]
            stored = self.store.stored(self.config.site, ORDER_SCOPE, references)
            for entry in wanted:
                one = stored.get(entry.reference)
                found.find(entry, one, self._difference(entry, one))

    def _difference(self, entry: Entry, stored: Recorded | None) -> Difference | None:
        is_extra = False
        if stored is not None and stored.cancelled and not entry.cancelled:
            trail = self.store.trail(self.config.site, ORDER_SCOPE, entry.reference)
            is_extra = trail is not None and was_extra(trail.adjustments)
        return compare(entry, stored, self.now(), is_extra=is_extra)

    def _look_for_extra(self, found: Comparison, now: datetime) -> None:
        zone = self.config.timezone
        exported_at = None
        if found.times:
            first_day, last_day = (moment.astimezone(zone).date() for moment in found.times)
            last = found.times[1]
            if found.until is None and last != first_moment(last_day, zone):
                exported_at = last  # and not a whole day
            found.since = found.since or first_moment(first_day, zone)
            found.until = found.until or moment_after(last_day, zone)
        if found.since is None or found.until is None:
            return
        site = self.config.site
        for recorded in self.store.occurred(site, ORDER_SCOPE, found.since, found.until):
            found.find_unasked(recorded, now, exported_at)

    def _mend(self, found: Comparison, name: str) -> list[Difference]:
        mended = []
        missing = iter(found.missing.values())
        while batch := list(islice(missing, _TOGETHER)):
            recorded = self._record_together([entry for entry, _ in batch], signals=True)
            for (entry, difference), each in zip(batch, recorded, strict=True):
                if isinstance(each, Refused):
                    mended.append(msgspec.structs.replace(difference, note=each.problem))
                else:
                    mended.append(self._mend_one(entry, each, difference, name))
        mended += [self._mend_one(*each, name) for each in found.different]
        return mended

    def _mend_one(
        self, entry: Entry, stored: Recorded, difference: Difference, name: str
    ) -> Difference:
        """Go on until nothing differs, or nothing changes it."""
        found = self.store.stored(self.config.site, ORDER_SCOPE, [entry.reference])
        stored = found.get(entry.reference, stored)
        left = self._difference(entry, stored)
        try:
            for _ in range(_STEPS):
                if left is None or left.remedy == "none":
                    break
                stored = self._step(entry, stored, left, name)
                left = self._difference(entry, stored)
        except SalesTrackError as error:
            return msgspec.structs.replace(difference, note=str(error))
        if left is None:
            return msgspec.structs.replace(difference, mended=True)
        return msgspec.structs.replace(difference, note=left.note or _undone(name))

    def _step(self, entry: Entry, stored: Recorded, left: Difference, name: str) -> Recorded:
        if left.remedy == "cancel":
            return self.cancel(entry.reference).recorded
        if left.remedy == "reinstate":
            return self.reinstate(entry.reference, adjustment_ref=name).recorded
        if left.remedy == "refund":
            wanted = left_of(entry)
            # Named by what is to be left, for on one day there may be several; and not by how much
            # was too much when it was compared, for somebody may have taken it back since.
            change = Change(kind="refund", reference=f"{name}:{wanted.amount}", left=wanted)
            return self._adjust(entry.reference, ORDER_SCOPE, change).recorded
        (recorded,) = self._record_together([entry], signals=True)
        return stored if isinstance(recorded, Refused) else recorded

    def _cancel_extra(self, difference: Difference, name: str) -> Difference:
        if difference.remedy == "none" or difference.reference is None:
            return difference
        try:
            made = self.cancel(difference.reference, adjustment_ref=extra_ref(name))
        except SalesTrackError as error:
            return msgspec.structs.replace(difference, note=str(error))
        if made.recorded.cancelled:
            return msgspec.structs.replace(difference, mended=True)
        return msgspec.structs.replace(difference, note=_undone(name))


def _undone(name: str) -> str:
    return f"it was mended as {name} before, and that was undone; name it anew"
