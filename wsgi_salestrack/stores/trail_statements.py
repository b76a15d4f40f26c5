"""The SQL that walks from one name of a person to the next, and finds the clicks of all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Literal

from ..touches import TOUCH_NAMES

#: What a person may be known by, in the order of a :class:`~wsgi_salestrack.persons.Link`.
Kind = Literal["visitor", "contact", "customer_ref"]
KINDS: Final[tuple[Kind, ...]] = ("visitor", "contact", "customer_ref")

# As the index says it. SQLite takes "IS NOT NULL" for a reason to use another one.
_HAS_CUSTOMER: Final = "AND COALESCE(customer_ref, '') <> ''"
# Tables whose rows link two names: the columns that they stand in, and which rows count.
_LINKS: Final[tuple[tuple[str, Mapping[Kind, str], str], ...]] = (
    ("clicks", {"visitor": "visitor", "contact": "touch_contact"}, "AND verdict = 'valid'"),
    ("conversions", {"visitor": "visitor", "customer_ref": "customer_ref"}, _HAS_CUSTOMER),
    ("identities", {"contact": "contact", "customer_ref": "customer_ref"}, ""),
)
_OF_CLICK: Final = _LINKS[0][1]


class TrailStatements:
    """All statements of trails; the names that they look for are ``:name_0``, ``:name_1``, ...

    :param table: the name of a table of ours in the database.
    """

    def __init__(self, table: Callable[[str], str]) -> None:
        self._table = table

    def select_links(self, kind: Kind, count: int) -> str:
        """The query for the links of so many names of a kind.

        They come as often as they were recorded, and the other name may be missing.
        """
        return " UNION ALL ".join(
            self._links(table, columns, condition, kind, count)
            for table, columns, condition in _LINKS
            if kind in columns
        )

    def select_clicks(self, kind: Literal["visitor", "contact"], count: int) -> str:
        """The query for the clicks of so many names of a kind, whatever the verdict."""
        names = ", ".join(f"touch_{name}" for name in TOUCH_NAMES)
        return (
            f"SELECT id, visitor, verdict, touch_at, {names} FROM {self._table('clicks')} "
            f"WHERE site = :site AND {_among(_OF_CLICK[kind], count)}"
        )

    def _links(
        self, table: str, columns: Mapping[Kind, str], condition: str, kind: Kind, count: int
    ) -> str:
        selected = ", ".join(columns.get(each, "NULL") for each in KINDS)
        return (
            f"SELECT {selected} FROM {self._table(table)} WHERE site = :site "
            f"AND {_among(columns[kind], count)} {condition}"
        ).rstrip()


def _among(column: str, count: int) -> str:
    # And no more: a DISTINCT, or any condition on another index's column, is reason enough for
    # SQLite to read all of that.
    return f"{column} IN ({', '.join(f':name_{number}' for number in range(count))})"
