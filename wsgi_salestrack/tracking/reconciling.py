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
from ..importing import Entry, Given, Imported, Refused, Row, read_entries
from ..model import ORDER_SCOPE, Recorded
from ..reconciling import Difference, Reconciliation, Sums, compare, extra, left_of
from .adjusting import Adjusting
from .importing import Importing

_TOGETHER: Final = 500
# To record an order, and then to take back what the shop took back.
_STEPS: Final = 2


class _Comparison:
    """What was found until now.

    :param since: the first moment of the period, as far as it was given.
    :param until: the moment after the last.
    """

    def __init__(self, since: datetime | None, until: datetime | None) -> None:
        self.since, self.until = since, until
        self.times = list[datetime]()
        self.seen = set[str]()
        self.compared = 0
        self.rejected = list[Imported]()
        self.missing = dict[str, tuple[Entry, Difference]]()
        self.different = list[tuple[Entry, Recorded, Difference]]()
        self.extra = list[Difference]()
        self.shop, self.here = Sums("shop"), Sums("here")

    def reject(self, refused: Refused) -> None:
        """A row that can't be compared."""
        if refused.reference is not None:
            self.seen.add(refused.reference)
        self.rejected.append(
            Imported(
                line=refused.line,
                reference=refused.reference,
                outcome="rejected",
                reason=refused.problem,
            )
        )

    def take(self, entry: Entry) -> bool:
        """Whether an order of the shop's is to be compared."""
        if entry.reference in self.seen:
            problem = "reference is there twice"
            self.reject(Refused(line=entry.line, reference=entry.reference, problem=problem))
            return False
        self.seen.add(entry.reference)
        at = entry.conversion.occurred_at
        if at is not None:
            if (self.since and at < self.since) or (self.until and at >= self.until):
                return False
            self.times = [min([at, *self.times]), max([at, *self.times])]
        self.compared += 1
        if not entry.cancelled:
            self.shop.add(entry.conversion.revenue, entry.refunded)
        return True

    def find(self, entry: Entry, stored: Recorded | None, at: datetime) -> None:
        """Compare an order with what is stored of it."""
        difference = compare(entry, stored, at)
        if stored is None:
            if difference is not None:
                self.missing[entry.reference] = entry, difference
            return
        self.count(stored)
        if difference is not None:
            self.different.append((entry, stored, difference))

    def find_unasked(self, recorded: Recorded, at: datetime, exported_at: datetime | None) -> None:
        """See whether what is stored in the period is any order of the shop's.

        :param exported_at: when the shop's list was made, at the earliest; None: it goes as far as
            the period.
        """
        conversion = recorded.conversion
        reference = conversion.reference
        if reference in self.missing and not conversion.deduped:
            entry, _ = self.missing.pop(reference)
            self.find(entry, recorded, at)
        elif (reference is None or reference not in self.seen or not conversion.deduped) and (
            not recorded.cancelled and conversion.revenue is not None
        ):
            self.count(recorded)
            self.extra.append(extra(recorded, exported_at))

    def count(self, recorded: Recorded) -> None:
        """Add up what is stored."""
        if not recorded.cancelled:
            self.here.add(recorded.conversion.revenue, recorded.refunded)


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
        found = _Comparison(*period_between(since, until, zone))
        self._compare(orders, found, now)
        self._look_for_extra(found, now)
        differences = [
            *(each for _, each in found.missing.values()),
            *(each for _, _, each in found.different),
            *found.extra,
        ]
        if apply:
            differences = self._mend(found, name or f"reconcile:{day_of(now, zone)}")
            if cancel_extra and not found.rejected:
                found.extra = [self._cancel_extra(each) for each in found.extra]
            differences += found.extra
        return Reconciliation(
            compared=found.compared,
            since=found.since,
            until=found.until,
            differences=tuple(differences),
            rejected=tuple(found.rejected),
            totals=(*found.shop.totals(), *found.here.totals()),
        )

    def _compare(self, orders: Iterable[Row | Given], found: _Comparison, now: datetime) -> None:
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
                found.find(entry, stored.get(entry.reference), now)

    def _look_for_extra(self, found: _Comparison, now: datetime) -> None:
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

    def _mend(self, found: _Comparison, name: str) -> list[Difference]:
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
        left = compare(entry, stored, self.now())
        try:
            for _ in range(_STEPS):
                if left is None or left.remedy == "none":
                    break
                stored = self._step(entry, stored, left, name)
                left = compare(entry, stored, self.now())
        except SalesTrackError as error:
            return msgspec.structs.replace(difference, note=str(error))
        if left is None:
            return msgspec.structs.replace(difference, mended=True)
        note = left.note or f"it was mended as {name} before, and that was undone; name it anew"
        return msgspec.structs.replace(difference, note=note)

    def _step(self, entry: Entry, stored: Recorded, left: Difference, name: str) -> Recorded:
        if left.remedy == "cancel":
            return self.cancel(entry.reference).recorded
        if left.remedy == "refund":
            wanted = left_of(entry)
            # Named by what is to be left, for on one day there may be several; and not by how much
            # was too much when it was compared, for somebody may have taken it back since.
            change = Change(kind="refund", reference=f"{name}:{wanted.amount}", left=wanted)
            return self._adjust(entry.reference, ORDER_SCOPE, change).recorded
        (recorded,) = self._record_together([entry], signals=True)
        return stored if isinstance(recorded, Refused) else recorded

    def _cancel_extra(self, difference: Difference) -> Difference:
        if difference.remedy == "none" or difference.reference is None:
            return difference
        try:
            self.cancel(difference.reference)
        except SalesTrackError as error:
            return msgspec.structs.replace(difference, note=str(error))
        return msgspec.structs.replace(difference, mended=True)
