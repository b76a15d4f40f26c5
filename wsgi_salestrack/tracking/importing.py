"""Importing past conversions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from ..attribution import touched
from ..errors import StoreError
from ..importing import (
    Assumed,
    Entry,
    Given,
    Imported,
    Refused,
    Row,
    read_entries,
    rehearse,
    result_of,
)
from ..model import Arrival, Recorded
from ..touches import NO_BROWSER
from .arriving import Arriving

# Conversions that share a transaction: what comes meanwhile to the shop waits for less than it
# takes to notice, and a commit each would take ten times as long.
_TOGETHER: Final = 500

_UNATTRIBUTED: Final = "credited to nobody, and record_unattributed does not name import"


class Importing(Arriving):
    """What a tracker does with conversions of the past."""

    def import_conversions(
        self, rows: Iterable[Row | Given], *, dry_run: bool = False, signals: bool = True
    ) -> Iterator[Imported]:
        """Record past conversions, from mappings or from the rows of a file.

        As many times as you like: what is there already is a ``duplicate``, and stays. Nothing is
        recorded before its result is asked for::

            for imported in tracker.import_conversions(rows):
                print(imported.line, imported.reference, imported.outcome, imported.reason)

        :param rows: with the columns of :data:`~wsgi_salestrack.importing.IMPORT_COLUMNS`, or those
            that :func:`~wsgi_salestrack.importing.read_rows` reads.
        :param dry_run: record nothing, and say what would become of it.
        :param signals: whether they are sent, as of any other conversion.
        :returns: lazily, one for each conversion; a bad row is ``rejected`` and stops no other.
        :raises StoreError: if the store fails, or there is none; what has a result is recorded.
        """
        _ = self.store  # raises at once where there is none
        return self._imported(rows, dry_run=dry_run, signals=signals)

    def _imported(
        self, rows: Iterable[Row | Given], *, dry_run: bool, signals: bool
    ) -> Iterator[Imported]:
        rehearsed: dict[tuple[str, str], Recorded] = {}
        entries = read_entries(rows, self._assumed())
        while batch := list(islice(entries, _TOGETHER)):
            good = [each for each in batch if isinstance(each, Entry)]
            if dry_run:
                become = iter(self._rehearse(good, rehearsed))
            else:
                become = iter(self._record_together(good, signals=signals))
            for each in batch:
                what = next(become) if isinstance(each, Entry) else each
                if isinstance(what, Recorded) and isinstance(each, Entry):
                    yield result_of(each, what)
                elif isinstance(what, Refused):
                    yield Imported(
                        line=what.line,
                        reference=what.reference,
                        outcome="rejected",
                        reason=what.problem,
                    )

    def _assumed(self) -> Assumed:
        return Assumed(self.config.currency, self.config.timezone, self.now())

    def _rehearse(
        self, entries: Sequence[Entry], rehearsed: dict[tuple[str, str], Recorded]
    ) -> Iterator[Recorded | Refused]:
        """What would become of them.

        :param rehearsed: what would be there by now, by scope and reference.
        """
        stored = {}
        for scope in {entry.conversion.scope for entry in entries}:
            references = {each.reference for each in entries if each.conversion.scope == scope}
            found = self.store.stored(self.config.site, scope, references)
            stored.update({(scope, reference): each for reference, each in found.items()})
        for entry in entries:
            key = (entry.conversion.scope, entry.reference)
            arrival = self._arrival_of(entry, announced=False)
            if self._is_unwanted(arrival):
                yield _unattributed(entry)
                continue
            rehearsed[key] = rehearse(rehearsed.get(key) or stored.get(key), arrival)
            yield rehearsed[key]

    def _record_together(
        self, entries: Sequence[Entry], *, signals: bool
    ) -> list[Recorded | Refused]:
        """Record them in one transaction; if that fails, each alone, for it may be one's fault."""
        announced = signals and self._announcer.is_listened_to
        arrivals = [self._arrival_of(entry, announced=announced) for entry in entries]
        wanted = [arrival for arrival in arrivals if not self._is_unwanted(arrival)]
        try:
            stored = iter(self.store.record_many(self.config.site, wanted))
            recorded = [
                _unattributed(entry) if self._is_unwanted(arrival) else next(stored)
                for entry, arrival in zip(entries, arrivals, strict=True)
            ]
        except StoreError:
            recorded = self._record_each(entries, arrivals)
        if signals:
            conversions = [each for each in recorded if isinstance(each, Recorded)]
            for _ in self._announcer.tell_each(conversions):
                pass  # whatever a receiver raises, the sale is recorded
        return recorded

    def _record_each(
        self, entries: Sequence[Entry], arrivals: Sequence[Arrival]
    ) -> list[Recorded | Refused]:
        """Record each by itself.

        :raises StoreError: where two fail one after the other: that is the store's fault.
        """
        recorded: list[Recorded | Refused] = []
        has_failed = False
        for entry, arrival in zip(entries, arrivals, strict=True):
            if self._is_unwanted(arrival):
                recorded.append(_unattributed(entry))
                continue
            try:
                recorded += self.store.record_many(self.config.site, [arrival])
                has_failed = False
            except StoreError as error:
                if has_failed or len(entries) == 1:
                    raise
                has_failed = True
                problem = f"it can't be stored: {error}"
                recorded.append(
                    Refused(line=entry.line, reference=entry.reference, problem=problem)
                )
        return recorded

    def _arrival_of(self, entry: Entry, *, announced: bool) -> Arrival:
        visitor = touched(NO_BROWSER, entry.touch)
        return self._arrival(entry.conversion, visitor, self.now(), announced=announced)


def _unattributed(entry: Entry) -> Refused:
    return Refused(line=entry.line, reference=entry.reference, problem=_UNATTRIBUTED)
