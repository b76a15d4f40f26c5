"""What is found while the shop's orders are compared with what is stored."""

from __future__ import annotations

from datetime import datetime

from ..importing import Entry, Imported, Refused
from ..model import Recorded
from ..reconciling import Difference, Sums, compare, extra


class Comparison:
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

    def find(self, entry: Entry, stored: Recorded | None, difference: Difference | None) -> None:
        """Take in how an order differs from what is stored of it."""
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
            self.find(entry, recorded, compare(entry, recorded, at))
        elif (reference is None or reference not in self.seen or not conversion.deduped) and (
            not recorded.cancelled and conversion.revenue is not None
        ):
            self.count(recorded)
            self.extra.append(extra(recorded, exported_at))

    def count(self, recorded: Recorded) -> None:
        """Add up what is stored."""
        if not recorded.cancelled:
            self.here.add(recorded.conversion.revenue, recorded.refunded)
