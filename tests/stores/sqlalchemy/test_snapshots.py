"""A SQLite file of the host's own, without a write-ahead log: there are no snapshots in it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from tests.stores.values import arrival
from wsgi_salestrack.stores.base import Selection
from wsgi_salestrack.stores.sqlalchemy import SQLAlchemyStore


def test_who_reads_for_long_keeps_no_sale_waiting(path: Path) -> None:
    """It would be refused after some seconds; so each query sees its own moment."""
    url = f"sqlite:///{path}"
    with closing(SQLAlchemyStore(url)) as store, closing(SQLAlchemyStore(url)) as other:
        store.record("shop", arrival("1"))
        with store.snapshot("shop") as snapshot:
            assert len(snapshot.verify()) > 5
            assert other.record("shop", arrival("2")).outcome == "recorded"
            (total,) = snapshot.totals("shop", Selection(by=("day",)))

    assert total.count == 2
