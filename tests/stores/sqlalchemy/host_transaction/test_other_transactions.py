"""What others do at the same time, or did before: they wait for each other only where they must."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier
from time import monotonic

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.stores.sqlalchemy.conftest import DATABASES
from tests.stores.sqlalchemy.host_transaction.conftest import TakeOrder
from tests.stores.sqlalchemy.host_transaction.hosts import HOSTS, INSERT_ORDER
from tests.stores.sqlalchemy.host_transaction.sales import basket, orders, references, sale
from tests.support.receivers import Listen
from tests.support.shop import MakeTracker
from wsgi_salestrack import Conversion, Money, StoreError, Touch, Tracker


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


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"], indirect=True)
def test_other_sales_go_on(tracker: Tracker, take_order: TakeOrder) -> None:
    """Of the same products, and referred by the same publisher and by others."""
    tracker.record(basket("1001"), touch=Touch(publisher="p7"))
    shop = take_order()
    with ThreadPoolExecutor(1) as pool, shop.telling(tracker):
        tracker.record(basket("1002"), touch=Touch(publisher="p7"), connection=shop.given)
        for reference, publisher in (("1003", "p7"), ("1004", "p8")):
            touch = Touch(publisher=publisher)
            other = pool.submit(tracker.record, basket(reference), touch=touch)
            assert other.result(timeout=3).outcome == "recorded"
        shop.commit()

    assert len(tracker.commissions()) == 4


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"], indirect=True)
def test_what_was_told_meanwhile_is_not_told_anew(tracker: Tracker, take_order: TakeOrder) -> None:
    """MariaDB shows a transaction what was there at its first query, unless it is asked."""
    tracker.record(sale("0001"))
    pixel = Conversion(source="target", reference="1001", revenue=Money("1", "USD"))
    tracker.record(pixel)
    shop = take_order()
    shop.execute("SELECT 1 FROM orders")
    tracker.record(basket("1001"))
    tracker.refund("1001", lines={"s1": 1})
    with shop.telling(tracker):
        assert tracker.record(basket("1001"), connection=shop.given).outcome == "duplicate"
        shop.commit()

    assert [finding.problem for finding in tracker.verify() if finding.problem] == []
    (row,) = (row for row in tracker.report("product").rows if row.dimension == "s1")
    assert (str(row.revenue), str(row.refunded)) == ("10.00", "5.00")


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
        with pytest.raises(TimeoutError):
            pixel.result(timeout=0.1)
        shop.commit() if committed else shop.rollback()
        assert pixel.result(timeout=20).outcome == ("duplicate" if committed else "recorded")

    assert references(tracker) == ["1001"]


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"], indirect=True)
def test_a_transaction_that_does_not_end_is_waited_for_once(
    tracker: Tracker, engine: Engine
) -> None:
    """Five seconds are long enough for who buys."""
    with engine.connect() as shop:
        tracker.record(sale(), connection=shop)
        began = monotonic()
        with pytest.raises(StoreError, match="another transaction keeps what this one waits for"):
            tracker.record(sale())
        assert monotonic() - began < 8
        shop.commit()

    assert references(tracker) == ["1001"]


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"], indirect=True)
def test_a_deadlock_is_told_as_one(tracker: Tracker, engine: Engine) -> None:
    """A shop that tries again upon it would not upon what came of it, a savepoint that is gone."""
    both = Barrier(2)

    def order_both(*references: str) -> str:
        first, second = references
        with engine.connect() as shop:
            try:
                tracker.record(sale(first), connection=shop)
                both.wait(timeout=20)
                tracker.record(sale(second), connection=shop)
                shop.commit()
            except (StoreError, DBAPIError) as error:
                return str(error)
        return "committed"

    with ThreadPoolExecutor(2) as pool:
        found = {*pool.map(order_both, ("1", "2"), ("2", "1"))}

    assert len(found) == 2
    assert "committed" in found
    assert "deadlock" in str(found).lower()
    assert sorted(references(tracker)) == ["1", "2"]


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"], indirect=True)
def test_nobody_is_thanked_for_an_order_that_a_deadlock_took(
    tracker: Tracker, engine: Engine
) -> None:
    """MariaDB rolls the order back as well, and ``errors_logged`` must not hide that."""
    both = Barrier(2)

    def check_out(*references: str) -> str:
        first, second = references
        with engine.connect() as shop:
            shop.execute(text(INSERT_ORDER.format(first)))
            try:
                with tracker.errors_logged():
                    tracker.record(sale(first), connection=shop)
                    both.wait(timeout=20)
                    tracker.record(sale(second), connection=shop)
            except DBAPIError:
                return "an error"
            shop.commit()
        return first

    with ThreadPoolExecutor(2) as pool:
        thanked = {*pool.map(check_out, ("1", "2"), ("2", "1"))} - {"an error"}

    assert orders(engine) == sorted(thanked)


@pytest.mark.parametrize("kind", DATABASES, indirect=True)
def test_a_shop_whose_pool_is_used_up_waits_for_nobody(
    make_tracker: MakeTracker, url: str, site: str, listen: Listen
) -> None:
    """The tracker that is given the shop's engine connects by itself."""
    engine = create_engine(url, pool_size=1, max_overflow=0, pool_timeout=1)
    tracker = make_tracker(database=engine, site=site)
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


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_a_commit_within_another_transaction_is_none(
    tracker: Tracker, engine: Engine, listen: Listen, caplog: pytest.LogCaptureFixture
) -> None:
    """As in the tests of many a shop: its sessions are joined to what is rolled back at the end."""
    receivers = listen(tracker)
    began = monotonic()
    with engine.connect() as connection:
        outer = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            tracker.record(sale(), connection=session)
            session.commit()
        assert monotonic() - began < 2  # nobody waits for a row that is not there yet
        outer.rollback()

    assert caplog.messages == []
    assert receivers.recorded == []
    assert tracker.record(sale()).outcome == "recorded"
