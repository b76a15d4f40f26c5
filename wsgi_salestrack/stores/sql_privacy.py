"""What every store does alike where somebody asks what is kept of them, or to be forgotten."""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from typing import Final, TypeAlias, TypeVar

import msgspec

from ..errors import StoreError
from ..identity import new_visitor_id
from ..masking import masks_of
from ..personal_data import Names, PersonalItem
from ..privacy import Forgotten, Watch
from . import personal_values
from .erasing import Erasing, Step
from .erasing_after import After
from .erasing_subject import Search, Subject
from .erasing_texts import Change, Place, Texts, publisher_called
from .personal_rows import PersonalRows
from .sql_transactions import SQLTransactions
from .transaction import Transaction

Item = TypeVar("Item")
_Begin: TypeAlias = Callable[[Transaction], Erasing]

# Rows that are read, or changed, in one transaction: few enough that a sale which waits does not
# notice.
_PAGE: Final = 500
# How often a person's rows are looked for: they may go on clicking meanwhile.
_ROUNDS: Final = 5


class SQLPrivacy(SQLTransactions):
    """The part of :class:`~.base.Store` that is about persons."""

    @abstractmethod
    def scrub(self, *, large: bool) -> str | None:
        """See :meth:`~.base_privacy.PrivacyStore.scrub`."""

    def personal_data(self, site: str, contact: str) -> tuple[Names, Iterator[PersonalItem]]:
        """See :meth:`~.base_privacy.PrivacyStore.personal_data`."""
        subject = self._subject(site, contact)
        names = Names(
            customer_refs=tuple(sorted(subject.customer_refs)),
            subscriptions=tuple(sorted(subject.subscriptions)),
            visitors=tuple(map(str, sorted(subject.visitors))),
        )
        return names, self._items(site, subject)

    def _items(self, site: str, subject: Subject) -> Iterator[PersonalItem]:
        def read(
            part: Callable[[PersonalRows, Sequence[Item]], Iterator[PersonalItem]],
            keys: Sequence[Item],
        ) -> Iterator[PersonalItem]:
            # No transaction stays open while somebody looks at a page.
            for page in _pages(keys):
                with self._reading(site) as transaction:
                    found = list(part(PersonalRows(transaction, subject), page))
                yield from found

        with self._reading(site) as transaction:
            rows = PersonalRows(transaction, subject)
            links: list[PersonalItem] = [*rows.identities(), *rows.separations()]
            publishers = rows.publishers()
            ids = [publisher.id for publisher in publishers]
            accounts: list[PersonalItem] = [*rows.commissions(ids), *rows.payouts(ids)]
        yield from links
        yield from read(PersonalRows.clicks, subject.clicks)
        yield from read(PersonalRows.conversions, subject.conversions)
        yield from read(PersonalRows.claims, subject.claims)
        yield from map(personal_values.publisher, publishers)
        yield from accounts

    def forget(
        self, site: str, contact: str, *, references: bool, dry_run: bool, watch: Watch
    ) -> Forgotten:
        """See :meth:`~.base_privacy.PrivacyStore.forget`."""
        subject = self._subject(site, contact)
        if dry_run:
            return self._foreseen(site, After(subject, references=references), watch)
        counts: Counter[str] = Counter()
        left, beside = set[str](), set[str]()
        for _ in range(_ROUNDS):
            visitors = subject.visitors | subject.shared
            fresh = {known: new_visitor_id() for known in visitors}
            after = After(subject, references=references)
            erasing = partial(Erasing, after=after, fresh=fresh, references=references)
            self._take_out(site, subject, erasing, watch)
            counts.update(_rows_of(subject))
            beside |= subject.beside
            counts["texts"] += self._mask(site, after, left, watch)
            counts.update(self._writing(site, partial(_finish, erasing)))
            subject = self._subject(site, contact)
            if not subject.has_rows:
                return msgspec.structs.replace(_told(left, beside), **counts)
        raise StoreError(
            f"the contact came back {_ROUNDS} times meanwhile; take it off the shop's lists, and "
            "forget it again"
        )

    def _foreseen(self, site: str, after: After, watch: Watch) -> Forgotten:
        """What would be changed, by reading alone: nobody waits for it."""
        subject, left = after.subject, set[str]()
        with self._reading(site) as transaction:
            counts = {**_rows_of(subject), **after.counts(transaction)}
        counts["texts"] = self._mask(site, after, left, watch, dry_run=True)
        return msgspec.structs.replace(_told(left, subject.beside), **counts)

    def _subject(self, site: str, contact: str) -> Subject:
        with self._reading(site) as transaction:
            return Search(transaction, contact).subject()

    def _take_out(self, site: str, subject: Subject, erasing: _Begin, watch: Watch) -> None:
        """Change all rows; of most persons, in one transaction."""
        steps = _steps(subject)
        done = 0
        for page in _pages(steps):
            self._writing(site, partial(_take, erasing, page))
            done += len(page)
            watch("rows", done, len(steps))
        self._writing(site, lambda transaction: erasing(transaction).take_from_conflicts())

    def _mask(
        self, site: str, after: After, left: set[str], watch: Watch, *, dry_run: bool = False
    ) -> int:
        """Put stand-ins where a name is within other text; in how many texts."""
        subject, count = after.subject, 0
        if subject.is_publisher:
            left.add(publisher_called(subject.contact))
        masks = masks_of(subject.names)
        before: dict[Place, str] = {}
        for number, mask in enumerate(masks, start=1):
            with self._reading(site) as transaction:
                texts = Texts(transaction, after)
                changes = texts.changes(mask, before)
                left |= texts.left
            if dry_run:
                before |= {change.place: change.masked for change in changes}
            else:
                for page in _pages(changes):
                    self._writing(site, partial(_apply, after, page))
            count += len(changes)
            watch("names within other text", number, len(masks))
        return count


def _take(erasing: _Begin, steps: Sequence[Step], transaction: Transaction) -> None:
    erasing(transaction).take(steps)


def _finish(erasing: _Begin, transaction: Transaction) -> dict[str, int]:
    return erasing(transaction).finish()


def _apply(after: After, changes: Sequence[Change], transaction: Transaction) -> None:
    Texts(transaction, after).apply(changes)


def _pages(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    return (items[first : first + _PAGE] for first in range(0, len(items), _PAGE))


def _steps(subject: Subject) -> list[Step]:
    return [
        *(("conversions", id) for id in subject.conversions),
        *(("clicks", id) for id in subject.clicks),
        *(("claims", key) for key in subject.claims),
        *(("shared_conversions", row) for row in subject.shared_conversions),
        *(("shared_clicks", row) for row in subject.shared_clicks),
    ]


def _told(left: AbstractSet[str], beside: AbstractSet[str]) -> Forgotten:
    return Forgotten(left=tuple(sorted(left)), beside=tuple(sorted(beside)))


def _rows_of(subject: Subject) -> dict[str, int]:
    return {
        "clicks": len(subject.clicks),
        "conversions": len(subject.conversions),
        "claims": len(subject.claims),
    }
