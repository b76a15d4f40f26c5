"""The SQL of the log of hits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from .spelling import Spelling, insert_statement

_COLUMNS: Final = ("site", "id", "at", "protocol", "outcome", "reason", "parameters")


class HitStatements:
    """All statements of it.

    :param table: the name of a table of ours in the database.
    """

    def __init__(self, table: Callable[[str], str], spelling: Spelling) -> None:
        hits = table("hits")
        self.insert_hit: Final = insert_statement(hits, _COLUMNS, spelling.if_new)
        self.select_hits: Final = (
            f"SELECT {', '.join(_COLUMNS[1:])} FROM {hits} "
            "WHERE site = :site AND at >= :since ORDER BY id"
        )
        self.select_recent: Final = (
            "SELECT id, recorded_at, source, reference, revenue, currency, exponent "
            f"FROM {table('conversions')} WHERE site = :site AND id >= :first "
            "ORDER BY id DESC LIMIT :most"
        )
        self.select_oldest_hit: Final = (
            f"SELECT id FROM {hits} WHERE site = :site ORDER BY id DESC LIMIT 1 OFFSET :kept"
        )
        self.delete_old_hits: Final = f"DELETE FROM {hits} WHERE site = :site AND at < :since"
        self.delete_hits: Final = f"DELETE FROM {hits} WHERE site = :site AND id <= :id"
