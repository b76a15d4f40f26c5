"""What is logged of a sale that the database refused: why, and not whose it was."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.support.shop import MakeTracker
from wsgi_salestrack import Conversion, Money, Touch

_SALE = Conversion(reference="order-of-ann", revenue=Money("49.95", "USD"))
_TOUCH = Touch(contact="ann@shop.example", newsletter="2026-11")


def _refuse(path: Path, table: str, how: str = "ABORT") -> None:
    with closing(sqlite3.connect(path)) as database:
        database.executescript(
            "DROP TRIGGER IF EXISTS refuse; "
            f"CREATE TRIGGER refuse BEFORE INSERT ON {table} "
            f"BEGIN SELECT raise({how}, 'the disk is full'); END"
        )


@pytest.mark.parametrize(
    ("table", "database_of"),
    [
        ("conversions", lambda path: path),
        ("salestrack_conversions", lambda path: f"sqlite:///{path}"),
        ("salestrack_conversions", lambda path: create_engine(f"sqlite:///{path}")),
    ],
    ids=["file", "URL", "Engine"],
)
def test_a_sale_that_is_not_written(
    make_tracker: MakeTracker,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    table: str,
    database_of: Callable[[Path], Any],
) -> None:
    path = tmp_path / "sales.db"
    tracker = make_tracker(database=database_of(path))
    tracker.record(Conversion(reference="1"))
    _refuse(path, table)

    with tracker.errors_logged():
        tracker.record(_SALE, touch=_TOUCH)

    _assert_explained(caplog.text)
    tracker.close()


def test_a_sale_in_the_hosts_transaction(
    make_tracker: MakeTracker, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Whose engine shows what it was to write; an error that takes all of it along, too."""
    path = tmp_path / "sales.db"
    engine = create_engine(f"sqlite:///{path}")
    tracker = make_tracker(database=engine)
    tracker.record(Conversion(reference="1"))
    _refuse(path, "salestrack_conversions")

    with Session(engine) as session, tracker.errors_logged():
        tracker.record(_SALE, touch=_TOUCH, connection=session)
    _assert_explained(caplog.text)

    _refuse(path, "salestrack_conversions", "ROLLBACK")
    with Session(engine) as session, pytest.raises(IntegrityError) as lost:
        tracker.record(_SALE, touch=_TOUCH, connection=session)
    _assert_explained(str(lost.value))
    tracker.close()
    engine.dispose()


def _assert_explained(said: str) -> None:
    assert "the disk is full" in said
    assert "order-of-ann" not in said
    assert "ann@shop.example" not in said
