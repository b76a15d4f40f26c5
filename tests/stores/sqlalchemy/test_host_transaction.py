"""``tracker.record(..., connection=...)``: the conversion lives and dies with the order."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from time import monotonic, sleep

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from tests.stores.sqlalchemy.conftest import DATABASES
from tests.stores.sqlalchemy.hosts import HOSTS, MAKE_ORDERS, Host
from tests.support.databases import DatabaseServer
from tests.support.receivers import Listen
from tests.support.shop import SECRET, MakeTracker
from wsgi_salestrack import (
    BadValue,
    Conversion,
    Line,
    Money,
    Order,
    SchemaError,
    StoreError,
    Touch,
    Tracker,
    signals,
)
from wsgi_salestrack.stores.sqlalchemy.tables import PREFIX
from wsgi_salestrack.stores.sqlite import SQLiteStore

TakeOrder = Callable[[], Host]


FILE = "file"  # SQLite without SQLAlchemy, of which the shop holds a connection of its own


@pytest.fixture(params=[*DATABASES, FILE])
def kind(request: pytest.FixtureRequest) -> str:
    """Which database it is, and which of our stores."""
    return str(request.param)


@pytest.fixture
def server(kind: str, request: pytest.FixtureRequest) -> DatabaseServer | None:
    """The server behind the database; none for SQLite."""
    if kind in ("sqlite", FILE):
        return None
    found: DatabaseServer = request.getfixturevalue(kind)
    return found


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """The shop's own."""
    made = create_engine(url)
    yield made
    made.dispose()


@pytest.fixture
def tracker(make_tracker: MakeTracker, kind: str, url: str, path: Path, engine: Engine) -> Tracker:
    """A tracker in the shop's database, in which there is a table of orders."""
    made = make_tracker(database=path if kind == FILE else url)
    made.store.migrate()
    with engine.begin() as connection:
        connection.execute(text(MAKE_ORDERS))
    return made


@pytest.fixture(params=HOSTS)
def take_order(request: pytest.FixtureRequest, engine: Engine) -> TakeOrder:
    """Begins a transaction of the shop."""
    kind = HOSTS[request.param]
    return lambda: kind(engine)


def orders(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(text("SELECT reference FROM orders ORDER BY reference")))


def references(tracker: Tracker) -> list[str]:
    found = tracker.store.changed_since(tracker.config.site, tracker.now().replace(year=2000))
    return sorted(str(each.conversion.reference) for each in found)


def unsent(tracker: Tracker) -> list[str | None]:
    return [each.conversion.reference for each in tracker.store.unsent(tracker.config.site)]


def sale(reference: str = "1001") -> Conversion:
    return Conversion(reference=reference, revenue=Money("49.95", "USD"))


def test_both_are_committed_and_then_it_is_told(
    tracker: Tracker, take_order: TakeOrder, engine: Engine, listen: Listen
) -> None:
    """Nobody sees the sale, nor hears of it, before the order is there."""
    receivers = listen(tracker)
    shop = take_order()
    with shop.telling(tracker):
        shop.order("1001")
        recorded = tracker.record(sale(), connection=shop.given)
        assert recorded.outcome == "recorded"
        assert receivers.recorded == []
        shop.commit()

    assert orders(engine) == ["1001"]
    assert references(tracker) == ["1001"]
    assert receivers.recorded == [recorded]
    assert unsent(tracker) == []


def test_a_receiver_finds_it_in_the_store(
    tracker: Tracker, take_order: TakeOrder, listen: Listen
) -> None:
    """It is committed when it is told, lines and all."""
    found = []

    def look(_: object, **keywords: object) -> None:
        found.extend(references(tracker))

    line = Line(product_id="s1", name="Socks", quantity=2, unit_price=Money("5", "USD"))
    conversion = Conversion(reference="7", order=Order(lines=(line,)))
    with signals.conversion_recorded.connected_to(look, sender=tracker):
        shop = take_order()
        with shop.telling(tracker):
            recorded = tracker.record(conversion, connection=shop.given)
            shop.commit()

    assert found == ["7"]
    assert recorded.conversion.order == conversion.order


def test_neither_is_there_after_a_rollback(
    tracker: Tracker, take_order: TakeOrder, engine: Engine, listen: Listen
) -> None:
    """And nobody ever hears of it; the next order under the same number is new."""
    receivers = listen(tracker)
    shop = take_order()
    with shop.telling(tracker):
        shop.order("1001")
        tracker.record(sale(), connection=shop.given)
        shop.rollback()

    assert orders(engine) == []
    assert references(tracker) == []
    assert list(tracker.replay()) == []
    again = take_order()
    with again.telling(tracker):
        assert tracker.record(sale(), connection=again.given).outcome == "recorded"
        again.commit()
    assert len(receivers.recorded) == 1


def test_a_part_that_is_rolled_back_takes_its_sale_along(
    tracker: Tracker, take_order: TakeOrder, engine: Engine, listen: Listen
) -> None:
    """Though the transaction around it is committed."""
    receivers = listen(tracker)
    shop = take_order()
    with shop.telling(tracker):
        shop.order("1001")
        tracker.record(sale("1001"), connection=shop.given)
        with shop.undone():
            tracker.record(sale("1002"), connection=shop.given)
        shop.commit()

    assert orders(engine) == ["1001"]
    assert references(tracker) == ["1001"]
    assert [each.conversion.reference for each in receivers.recorded] == ["1001"]


def test_what_was_there_does_not_disturb_the_order(
    tracker: Tracker, take_order: TakeOrder, engine: Engine, listen: Listen
) -> None:
    """An insert that loses aborts nothing."""
    tracker.record(sale())
    receivers = listen(tracker)
    shop = take_order()
    with shop.telling(tracker):
        shop.order("1001")
        assert tracker.record(sale(), connection=shop.given).outcome == "duplicate"
        shop.order("1002")
        shop.commit()

    assert orders(engine) == ["1001", "1002"]
    assert len(receivers.duplicated) == 1
    assert receivers.recorded == []


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"], indirect=True)
def test_an_insert_that_loses_locks_nothing(
    tracker: Tracker, take_order: TakeOrder, engine: Engine
) -> None:
    """Others go on with that sale, however long the shop's transaction takes."""
    tracker.record(sale())
    shop = take_order()
    with ThreadPoolExecutor(1) as pool, shop.telling(tracker):
        assert tracker.record(sale(), connection=shop.given).outcome == "duplicate"
        touch = Touch(newsletter="2026-11")
        other = pool.submit(tracker.record, sale(), touch=touch)
        assert other.result(timeout=3).outcome == "enriched"
        shop.commit()


def test_a_failure_of_ours_leaves_the_transaction_whole(
    tracker: Tracker, take_order: TakeOrder, engine: Engine, kind: str
) -> None:
    """A checkout never breaks because of us."""
    with engine.begin() as connection:
        for table in ("conflicts", "lines", "conversions"):
            connection.execute(text(f"DROP TABLE {'' if kind == FILE else PREFIX}{table}"))

    shop = take_order()
    with shop.telling(tracker):
        shop.order("1001")
        with pytest.raises(StoreError):
            tracker.record(sale(), connection=shop.given)
        shop.order("1002")
        shop.commit()

    assert orders(engine) == ["1001", "1002"]


def test_a_receiver_that_failed_is_told_again_by_a_replay(
    tracker: Tracker, take_order: TakeOrder, listen: Listen
) -> None:
    """Exactly what was left out is sent, and once."""
    receivers = listen(tracker)
    tracker.record(sale("told"))

    def fail(_: object, **keywords: object) -> None:
        raise LookupError("the receiver's own database is gone")

    with signals.conversion_recorded.connected_to(fail, sender=tracker):
        shop = take_order()
        with shop.telling(tracker):
            tracker.record(sale("untold"), connection=shop.given)
            shop.commit()
    receivers.calls.clear()

    assert unsent(tracker) == ["untold"]
    replayed = [(each.conversion.reference, sent) for each, sent in tracker.replay()]
    assert replayed == [("untold", True)]
    assert [each.conversion.reference for each in receivers.recorded] == ["untold"]
    assert list(tracker.replay()) == []


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_in_one_file_missing_tables_are_told_at_once(
    make_tracker: MakeTracker, url: str, engine: Engine, take_order: TakeOrder
) -> None:
    """To make them would wait for the very transaction that asks for them."""
    with engine.begin() as connection:
        connection.execute(text(MAKE_ORDERS))
    tracker = make_tracker(database=url)
    shop = take_order()
    with shop.telling(tracker):
        shop.order("1001")
        asked = monotonic()
        with pytest.raises(SchemaError, match="salestrack migrate"):
            tracker.record(sale(), connection=shop.given)
        assert monotonic() - asked < 2
        shop.commit()

    assert orders(engine) == ["1001"]


def test_a_crash_between_commit_and_signal_is_made_good_by_a_replay(
    tracker: Tracker, url: str, listen: Listen
) -> None:
    """The process is gone, and what it had committed is told by another one."""
    program = """if True:
        import os, sys
        from sqlalchemy import create_engine
        from sqlalchemy.orm import Session
        from wsgi_salestrack import Config, Conversion, Tracker
        from wsgi_salestrack.signals import conversion_recorded

        _, secret, database, url = sys.argv
        tracker = Tracker(Config(secret_keys=[secret], database=database))

        def hear(sender, recorded, environ):
            if recorded.conversion.reference == "untold":
                os._exit(7)

        conversion_recorded.connect(hear, sender=tracker)
        for reference in ("told", "untold"):
            with Session(create_engine(url)) as session:
                tracker.record(Conversion(reference=reference), connection=session)
                session.commit()
        """

    database = str(tracker.config.database)
    command = [sys.executable, "-c", program, SECRET, database, url]
    crashed = subprocess.run(command, timeout=60, check=False)

    assert crashed.returncode == 7
    assert references(tracker) == ["told", "untold"]
    receivers = listen(tracker)
    assert [sent for _, sent in tracker.replay()] == [True]
    assert [each.conversion.reference for each in receivers.recorded] == ["untold"]


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"], indirect=True)
@pytest.mark.parametrize("committed", [True, False])
def test_another_hit_waits_for_the_end_of_the_transaction(
    tracker: Tracker, take_order: TakeOrder, committed: bool
) -> None:
    """Only then it is known who was first."""
    shop = take_order()
    with ThreadPoolExecutor(1) as pool, shop.telling(tracker):
        tracker.record(sale(), connection=shop.given)
        pixel = pool.submit(tracker.record, sale())
        sleep(0.2)
        assert not pixel.done()
        shop.commit() if committed else shop.rollback()
        assert pixel.result(timeout=20).outcome == ("duplicate" if committed else "recorded")

    assert references(tracker) == ["1001"]


def test_a_receiver_may_use_the_session(tracker: Tracker, engine: Engine) -> None:
    """To store something of its own, in the next transaction."""
    with Session(engine) as session:

        def store(_: object, **keywords: object) -> None:
            session.execute(text("INSERT INTO orders VALUES ('receiver')"))
            session.commit()

        with signals.conversion_recorded.connected_to(store, sender=tracker):
            tracker.record(sale(), connection=session)
            session.commit()
        session.execute(text("INSERT INTO orders VALUES ('shop')"))
        session.commit()

    assert orders(engine) == ["receiver", "shop"]
    assert unsent(tracker) == []


def test_a_long_lived_connection_tells_by_its_next_transaction(
    tracker: Tracker, engine: Engine, listen: Listen
) -> None:
    """It says only before its commit that there will be one."""
    receivers = listen(tracker)
    with engine.connect() as connection:
        for reference in ("1", "2"):
            tracker.record(sale(reference), connection=connection)
            connection.commit()
        tracker.record(sale("3"), connection=connection)
        connection.rollback()

    assert [each.conversion.reference for each in receivers.recorded] == ["1", "2"]


def test_a_plain_connection_that_nobody_watches_is_told_by_a_replay(
    tracker: Tracker, engine: Engine, listen: Listen
) -> None:
    """The host forgot to say when it commits."""
    receivers = listen(tracker)
    shop = HOSTS["driver"](engine)
    tracker.record(sale(), connection=shop.given)
    shop.commit()
    assert receivers.recorded == []

    assert [sent for _, sent in tracker.replay()] == [True]

    assert len(receivers.recorded) == 1


def test_what_takes_no_sql_is_refused(tracker: Tracker, engine: Engine) -> None:
    """The error says what is wanted."""
    for wrong in ("shop.db", 7, engine):
        with pytest.raises(BadValue, match="connection"):
            tracker.record(sale(), connection=wrong)


@pytest.mark.parametrize("kind", [FILE], indirect=True)
def test_a_connection_to_another_file_is_refused(tracker: Tracker, tmp_path: Path) -> None:
    """The sale would be kept where no report finds it."""
    elsewhere = tmp_path / "elsewhere.db"
    with closing(SQLiteStore(elsewhere)) as other:
        other.migrate()
    with closing(sqlite3.connect(elsewhere)) as connection:
        with pytest.raises(BadValue, match=r"elsewhere\.db, not to .*sales\.db"):
            tracker.record(sale(), connection=connection)
        connection.commit()

    with closing(SQLiteStore(elsewhere)) as other:
        assert list(other.changed_since("default", tracker.now().replace(year=2000))) == []


@pytest.mark.parametrize("kind", DATABASES, indirect=True)
def test_a_shop_whose_pool_is_used_up_waits_for_nobody(
    make_tracker: MakeTracker, url: str, listen: Listen
) -> None:
    """The tracker that is given the shop's engine connects by itself."""
    engine = create_engine(url, pool_size=1, max_overflow=0, pool_timeout=1)
    tracker = make_tracker(database=engine)
    tracker.store.migrate()
    receivers = listen(tracker)
    with closing(tracker):
        for host in HOSTS.values():
            shop = host(engine)
            with shop.telling(tracker):
                tracker.record(sale(host.__name__), connection=shop.given)
                shop.commit()
    engine.dispose()

    assert [each.conversion.reference for each in receivers.recorded] == [
        host.__name__ for host in HOSTS.values()
    ]
