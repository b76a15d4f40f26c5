"""``tracker.record(..., connection=...)``: the conversion lives and dies with the order."""

from __future__ import annotations

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from tests.stores.sqlalchemy.host_transaction.conftest import TakeOrder
from tests.stores.sqlalchemy.host_transaction.sales import orders, references, sale, unsent
from tests.support.receivers import Listen
from wsgi_salestrack import Conversion, Line, Money, Order, Tracker, signals


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


def test_a_repeat_is_logged_as_by_any_other_way(tracker: Tracker, take_order: TakeOrder) -> None:
    """``tail`` shows what changed nothing, and why."""
    tracker.record(Conversion(reference="7", revenue=Money("5", "USD")))
    shop = take_order()
    with shop.telling(tracker):
        tracker.record(Conversion(reference="7", revenue=Money("6", "USD")), connection=shop.given)
        shop.commit()

    assert [hit.outcome for _, hit in tracker.hits(tracker.now())] == ["recorded", "conflict"]


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
