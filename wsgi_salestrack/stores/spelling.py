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
    """

    if_new: str = "ON CONFLICT DO NOTHING"
    or_rename: str = (
        "ON CONFLICT (site, product_id) "
        "DO UPDATE SET name = excluded.name, categories = excluded.categories"
    )
    lock: str = ""
    latest: str = ""
    all_rows: str = ""


SQLITE: Final = Spelling(all_rows="NOT INDEXED")


def insert_statement(table: str, columns: tuple[str, ...], otherwise: str = "") -> str:
    """The insert of a row.

    :param otherwise: what is to be done where it is not new.
    """
    places = ", ".join(f":{column}" for column in columns)
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places}) {otherwise}".rstrip()
