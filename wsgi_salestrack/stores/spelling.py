"""What databases write differently, and what our statements have in common."""

from __future__ import annotations

from typing import Final, NamedTuple


class Spelling(NamedTuple):
    """What databases write differently.

    :param if_new: after an insert, so that it writes nothing where its row is not new; empty where
        the database has no words for it that hide no other error, and the insert has to fail.
    :param or_rename: after the insert of a product, so that it changes the one that is there.
    :param lock: after a query, to be the only one who changes the row; empty where a transaction
        that has written is alone anyway.
    :param latest: after a query, to see what others have committed since this transaction's first
        query; empty where it does so anyway.
    :param all_rows: after a table of which most rows are read: an index, which the planner clings
        to, would make it four times slower.
    :param by_character: after a text, so that it is sorted by its characters' numbers and not as a
        language has it.
    :param keeps_totals: whether there are tables of totals, which reports may be read from.
    :param monday: of the week of a day; ``{0}`` stands for it, and both are ``YYYY-MM-DD``.
    """

    if_new: str = "ON CONFLICT DO NOTHING"
    or_rename: str = (
        "ON CONFLICT (site, product_id) "
        "DO UPDATE SET name = excluded.name, categories = excluded.categories"
    )
    lock: str = ""
    latest: str = ""
    all_rows: str = ""
    by_character: str = ""
    keeps_totals: bool = False
    monday: str = "TO_CHAR(DATE_TRUNC('week', CAST({0} AS timestamp)), 'YYYY-MM-DD')"


SQLITE: Final = Spelling(all_rows="NOT INDEXED", monday="DATE({0}, 'weekday 0', '-6 days')")
#: In a file of ours, whose tables have triggers; not where SQLAlchemy makes them.
SQLITE_FILE: Final = SQLITE._replace(keeps_totals=True)


def insert_statement(table: str, columns: tuple[str, ...], otherwise: str = "") -> str:
    """The insert of a row.

    :param otherwise: what is to be done where it is not new.
    """
    places = ", ".join(f":{column}" for column in columns)
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places}) {otherwise}".rstrip()
