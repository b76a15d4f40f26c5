"""Where our tables are missing, the shop's transaction goes on without us."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy import Engine, MetaData

from tests.stores.sqlalchemy.conftest import fresh_url
from tests.stores.sqlalchemy.host_transaction.conftest import TakeOrder
from tests.stores.sqlalchemy.host_transaction.sales import make_orders, orders, sale
from tests.support.databases import DatabaseServer
from wsgi_salestrack import SchemaError, StoreError, Tracker
from wsgi_salestrack.stores.sqlalchemy.tables import PREFIX


@pytest.fixture
def url(kind: str, server: DatabaseServer | None, path: Path) -> Iterator[str]:
    """The test's own database, with the shop's table of orders alone."""
    with fresh_url(server, path) as fresh:
        make_orders(fresh)
        yield fresh


def test_a_failure_of_ours_leaves_the_transaction_whole(
    tracker: Tracker, take_order: TakeOrder, engine: Engine
) -> None:
    """A checkout never breaks because of us."""
    tracker.store.migrate()
    found = MetaData()
    found.reflect(engine)
    # Not the list of what was migrated: what is missing altogether is told in another way.
    left = {"orders", "steps", f"{PREFIX}steps"}
    found.drop_all(engine, [table for table in found.sorted_tables if table.name not in left])

    shop = take_order()
    with shop.telling(tracker):
        shop.order("1001")
        with pytest.raises(StoreError):
            tracker.record(sale(), connection=shop.given)
        shop.order("1002")
        shop.commit()

    assert orders(engine) == ["1001", "1002"]


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_in_one_file_missing_tables_are_told_at_once(
    tracker: Tracker, engine: Engine, take_order: TakeOrder
) -> None:
    """To make them would wait for the very transaction that asks for them."""
    shop = take_order()
    with shop.telling(tracker):
        shop.order("1001")
        asked = monotonic()
        with pytest.raises(SchemaError, match="salestrack migrate"):
            tracker.record(sale(), connection=shop.given)
        assert monotonic() - asked < 2
        shop.commit()

    assert orders(engine) == ["1001"]
