"""Names of somebody who was forgotten, within other text of the tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final, NamedTuple, TypeAlias

from ..masking import Mask, candidates_of
from .erasing_after import After
from .erasing_text_statements import TextTable
from .transaction import Transaction

# Rows that are fetched at a time.
_PAGE: Final = 1000
# Texts that a name may stand in; one that is in more of them is a word of the shop's.
_MOST: Final = 10_000


#: A table's name, a row's key, and a column.
Place: TypeAlias = tuple[str, tuple[Any, ...], str]
_NONE: Final[Mapping[Place, str]] = {}


class Change(NamedTuple):
    """One text that is to be another one.

    :param key: of its row, in the order of the table's.
    """

    table: TextTable
    key: tuple[Any, ...]
    column: str
    known: str
    masked: str

    @property
    def place(self) -> Place:
        """Where it is."""
        return self.table.name, self.key, self.column

    @property
    def is_of_id(self) -> bool:
        """Whether rows are known by it, so that it is not changed, but told."""
        return self.column in self.table.ids

    @property
    def told(self) -> str:
        """What it is called where it stays."""
        is_publisher = self.column.endswith("publisher") or self.column == "parent"
        return publisher_called(self.known) if is_publisher else self.known


def publisher_called(publisher: str) -> str:
    """What is told of a publisher who is called as a person."""
    return f"the publisher {publisher}"


class Texts:
    """Looks for masks' names, and masks them.

    A mail address is masked wherever it is, but in what persons and products are known by. Any
    other name may be a part of somebody else's text by accident: what stands in their rows, and by
    what these are counted, stays.

    :param transaction: in which they are read or written.
    :param after: what the person's own rows will hold; in what goes, nothing is looked for.
    """

    def __init__(self, transaction: Transaction, after: After) -> None:
        self._run = transaction.run
        self._statements = transaction.statements.privacy.texts
        self._after = after
        #: Texts that have a name in them and stay.
        self.left: set[str] = set()

    def changes(self, mask: Mask, before: Mapping[Place, str] = _NONE) -> list[Change]:
        """What is to be changed.

        :param before: texts that other masks will have changed by then.
        """
        found = list(islice(self._found(mask, before), _MOST + 1))
        if len(found) > _MOST and not mask.is_address:
            self.left.add(f"{found[0][0].known} and more than {_MOST:,} others")
            return []
        kept = {change.known for change, is_others in found if is_others and not mask.is_address}
        self.left |= kept | {change.told for change, _ in found if change.is_of_id}
        return [change for change, _ in found if change.known not in kept and not change.is_of_id]

    def apply(self, changes: Iterable[Change]) -> None:
        """Change them; one that was changed meanwhile is left."""
        for change in changes:
            self._run(
                self._statements.update(change.table, change.column),
                known=change.known,
                masked=change.masked,
                **dict(zip(change.table.key, change.key, strict=True)),
            )

    def _found(self, mask: Mask, before: Mapping[Place, str]) -> Iterator[tuple[Change, bool]]:
        for table in self._statements.tables:
            width = len(table.key)
            for values in self._rows(table, mask):
                stored = dict(zip((*table.key, *table.columns), values[:-1], strict=True))
                row = self._after.row(table.name, stored)
                key = tuple(values[:width])
                changes = [] if row is None else list(_changes(table, key, row, mask, before))
                if row is not None and changes:
                    is_others = not mask.is_address and (
                        any(row[name] is not None for name in table.persons)
                        or (bool(values[-1]) and self._is_sold_to_others(table, key))
                    )
                    yield from ((change, is_others) for change in changes)

    def _is_sold_to_others(self, table: TextTable, key: tuple[Any, ...]) -> bool:
        """Whether a row belongs to a sale that is not the person's, erased already or not."""
        found = self._run(
            self._statements.select_sales(table),
            most=len(self._after.subject.conversions) + 1,
            **dict(zip(table.key, key, strict=True)),
        )
        return self._after.is_sold_to_others(id for (id,) in found.fetchall())

    def _rows(self, table: TextTable, mask: Mask) -> Iterator[Any]:
        pattern = candidates_of(mask.name)
        cursor = self._run(self._statements.select(table), pattern=pattern)
        while page := cursor.fetchmany(_PAGE):
            yield from page


def _changes(
    table: TextTable,
    key: tuple[Any, ...],
    row: Mapping[str, Any],
    mask: Mask,
    before: Mapping[Place, str],
) -> Iterator[Change]:
    for column in table.columns:
        known = before.get((table.name, key, column), row[column])
        masked = None if known is None else mask.applied(known)
        change = Change(table, key, column, known, masked or "")
        if masked != known and (mask.is_address or not change.is_of_id):
            yield change
