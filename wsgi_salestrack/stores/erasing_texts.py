"""Names of somebody who was forgotten, within other text of the tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final, NamedTuple

from ..masking import Mask, pattern_of
from .erasing_text_statements import TextTable
from .transaction import Transaction

# Rows that are fetched at a time.
_PAGE: Final = 1000
# Texts that a name may stand in; one that is in more of them is a word of the shop's.
_MOST: Final = 10_000


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
    def is_of_id(self) -> bool:
        """Whether rows are known by it, so that it is not changed, but told."""
        return self.column in self.table.ids


class Texts:
    """Looks for masks' names, and masks them.

    A mail address is masked wherever it is, but in what persons and products are known by. Any
    other name may be a part of somebody else's text by accident: what stands in their rows, and by
    what these are counted, stays.

    :param transaction: in which they are read or written, when the person's own rows have their
        names no more.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._run = transaction.run
        self._statements = transaction.statements.privacy.texts
        #: Texts that have a name in them and stay.
        self.left: set[str] = set()

    def changes(self, mask: Mask) -> list[Change]:
        """What is to be changed."""
        found = list(islice(self._found(mask), _MOST + 1))
        if len(found) > _MOST and not mask.is_address:
            self.left.add(f"{found[0][0].known} and more than {_MOST:,} others")
            return []
        kept = {change.known for change, is_others in found if is_others and not mask.is_address}
        ids = {change.known for change, _ in found if change.is_of_id}
        self.left |= kept | ids
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

    def _found(self, mask: Mask) -> Iterator[tuple[Change, bool]]:
        for table in self._statements.tables:
            columns = (*table.names, *table.texts, *table.ids)
            width = len(table.key)
            for values in self._rows(table, mask):
                for column, known in zip(columns, values[width:-1], strict=True):
                    masked = None if known is None else mask.applied(known)
                    if known is None or masked is None or masked == known:
                        continue
                    change = Change(table, tuple(values[:width]), column, known, masked)
                    if mask.is_address or not change.is_of_id:
                        yield change, bool(values[-1])

    def _rows(self, table: TextTable, mask: Mask) -> Iterator[Any]:
        seen = set()
        for spelling in mask.spellings:
            searched = table.searched if spelling == mask.name else table.encoded
            if not searched:
                continue
            statement = self._statements.select(table, searched)
            cursor = self._run(statement, pattern=pattern_of(spelling))
            while page := cursor.fetchmany(_PAGE):
                for values in page:
                    if tuple(values) not in seen:
                        seen.add(tuple(values))
                        yield values
