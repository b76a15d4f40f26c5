"""Servers that are restarted, connections that are cut, transactions that meet each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from threading import Event
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from tests.stores.sqlalchemy.conftest import DATABASES
from tests.stores.values import all_of, arrival, line, order
from tests.support.databases import DatabaseServer
from wsgi_salestrack import Order, Recorded, StoreError
from wsgi_salestrack.stores.sqlalchemy import SQLAlchemyStore

SITE = "default"
SERVERS = [name for name in DATABASES if name != "sqlite"]


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest) -> DatabaseServer:
    """A server of the test's own."""
    found: DatabaseServer = request.getfixturevalue(f"own_{request.param}")
    return found


@pytest.fixture
def store(server: DatabaseServer) -> Iterator[SQLAlchemyStore]:
    """A store that has been used, so that its pool holds a connection."""
    with (
        server.fresh_database() as url,
        closing(SQLAlchemyStore(url)) as made,
    ):
        made.record(SITE, arrival("before"))
        yield made


def cut_connections(server: DatabaseServer) -> None:
    """As an idle time-out or a firewall does."""
    if server.driver.startswith("postgresql"):
        server.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE starts_with(datname, 'test_')"
        )
        return
    for connection, _, _, database, *_ in server.run("SHOW PROCESSLIST"):
        if str(database).startswith("test_"):
            with suppress(OperationalError):
                server.run(f"KILL {connection}")


def references(store: SQLAlchemyStore) -> Counter[str | None]:
    return Counter(each.conversion.reference for each in all_of(store, SITE))


@pytest.mark.parametrize("end", [cut_connections, DatabaseServer.restart])
def test_the_next_hit_connects_again(
    store: SQLAlchemyStore, server: DatabaseServer, end: Callable[[DatabaseServer], None]
) -> None:
    """Nobody notices: neither one that writes, nor one that reads."""
    end(server)
    assert store.record(SITE, arrival("after")).outcome == "recorded"

    end(server)
    assert references(store) == {"before": 1, "after": 1}


def test_a_server_that_is_down_acknowledges_nothing(
    store: SQLAlchemyStore, server: DatabaseServer
) -> None:
    """The error is one line that names the database, and hides its password."""
    server.stop()
    with pytest.raises(StoreError, match="start the server") as failure:
        store.record(SITE, arrival("lost"))
    with pytest.raises(StoreError, match="start the server"):
        all_of(store, SITE)

    assert str(failure.value).startswith("database ")
    assert "\n" not in str(failure.value)
    assert server.password not in str(failure.value)
    server.start()
    assert store.record(SITE, arrival("lost")).outcome == "recorded"


def test_what_was_acknowledged_outlives_a_killed_server(
    store: SQLAlchemyStore, server: DatabaseServer
) -> None:
    """Each acknowledged sale is there once, whatever the others were told."""
    acknowledged: list[str] = []
    over = Event()

    def sell(seller: int) -> None:
        number = 0
        while not over.is_set():
            reference = f"{seller}-{number}"
            number += 1
            with suppress(StoreError):
                store.record(SITE, arrival(reference))
                acknowledged.append(reference)

    with ThreadPoolExecutor(4) as pool, ExitStack() as ending:
        ending.callback(over.set)
        sellers = [pool.submit(sell, seller) for seller in range(4)]
        for _ in range(2):
            sold = len(acknowledged)
            while len(acknowledged) < sold + 50:
                for seller in sellers:
                    if seller.done():
                        seller.result()
                over.wait(0.01)
            server.kill()
            server.start()
        over.wait(0.5)

    found = references(store)
    assert set(found.values()) == {1}
    assert len(acknowledged) > 100
    assert set(acknowledged) <= set(found)


@pytest.mark.parametrize("reference", ["1001", None])
@pytest.mark.parametrize("bought", [None, order(line("s1"), line("s2"))], ids=["bare", "order"])
def test_a_commit_whose_answer_was_lost_counts_once(
    store: SQLAlchemyStore,
    reference: str | None,
    bought: Order | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody could know whether it was committed; it was, and the next try finds it."""
    lost = _lose_answers(store, monkeypatch, 1)

    recorded = store.record(SITE, arrival(reference, order=bought))

    assert len(lost) == 1
    assert recorded.outcome == "recorded"
    assert recorded.conversion.order == bought
    assert references(store) == {"before": 1, reference: 1}


def test_a_connection_that_always_dies_is_given_up(
    store: SQLAlchemyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a bounded number of times; the caller is told that it is not sure."""
    lost = _lose_answers(store, monkeypatch, 1000)

    with pytest.raises(StoreError, match="database"):
        store.record(SITE, arrival("unsure"))

    assert 2 <= len(lost) <= 10
    assert references(store)["unsure"] <= 1


def _lose_answers(
    store: SQLAlchemyStore, monkeypatch: pytest.MonkeyPatch, times: int
) -> list[object]:
    """Let the server commit, and the connection die before it says so."""
    dialect = store.engine.dialect
    commit = dialect.do_commit
    lost: list[object] = []

    def die(connection: Any) -> None:
        if len(lost) < times:
            lost.append(connection)
            connection.close()
            connection.cursor().execute("SELECT 1")  # says what a dead connection says

    def commit_and_die(connection: Any) -> None:
        commit(connection)
        die(connection.driver_connection)

    driver_cursor = dialect.loaded_dbapi.Cursor if hasattr(dialect.loaded_dbapi, "Cursor") else None
    if driver_cursor is None:
        driver_cursor = dialect.loaded_dbapi.cursors.Cursor
    execute = driver_cursor.execute

    def execute_and_die(cursor: Any, statement: str, *arguments: Any, **options: Any) -> Any:
        done = execute(cursor, statement, *arguments, **options)
        autocommit = cursor.connection.autocommit
        alone = autocommit if isinstance(autocommit, bool) else cursor.connection.get_autocommit()
        if alone and statement.startswith("INSERT"):
            die(cursor.connection)
        return done

    monkeypatch.setattr(dialect, "do_commit", commit_and_die)
    monkeypatch.setattr(driver_cursor, "execute", execute_and_die)
    return lost


def test_a_deadlock_is_tried_again(store: SQLAlchemyStore) -> None:
    """Two transactions wait for each other; the database ends one, and we begin anew."""
    products = order(line("a", "Apple"), line("b", "Berry"))
    store.record(SITE, arrival("first", order=products, revenue=None))
    renamed = order(line("a", "Apples"), line("b", "Berries"))
    rename = text("UPDATE salestrack_products SET name = 'x' WHERE product_id = :product")
    engine = create_engine(store.engine.url)

    with engine.connect() as shop, ThreadPoolExecutor(2) as pool:
        shop.execute(rename, {"product": "b"})
        ours = pool.submit(store.record, SITE, arrival("second", order=renamed, revenue=None))
        Event().wait(0.3)  # it has written the first product, and waits for the second
        with suppress(OperationalError):
            shop.execute(rename, {"product": "a"})
        shop.rollback()
        recorded: Recorded = ours.result(timeout=30)
    engine.dispose()

    assert recorded.outcome == "recorded"
    assert references(store) == {"before": 1, "first": 1, "second": 1}
