from __future__ import annotations

import asyncio
import functools
import logging
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from blinker import Signal

from tests.durability.conftest import Open
from tests.durability.promises import (
    assert_acknowledged,
    assert_pixel,
    assert_refused,
    assert_unharmed,
    bare_shop,
)
from tests.durability.sales import references
from tests.durability.wire import Ask, Request
from wsgi_salestrack import Conversion, Money, ReceiverError, signals

SIGNALS = (
    signals.click_recorded,
    signals.conversion_recorded,
    signals.conversion_enriched,
    signals.conversion_duplicated,
    signals.hit_rejected,
)


def raising(_sender: object, **_: object) -> None:
    """A receiver of somebody else's."""
    raise RuntimeError("a receiver of the test's own that fails")


def failing_to_store(_sender: object, **_: object) -> None:
    """One whose own database is the trouble."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("INSERT INTO nowhere VALUES (1)")


async def asynchronous(_sender: object, **_: object) -> None:
    """One that nobody awaits."""
    await asyncio.sleep(0)


class AsynchronousObject:
    """The same in disguise."""

    async def __call__(self, _sender: object, **_: object) -> None:
        await asyncio.sleep(0)


def handing_on(sender: object, **keywords: object) -> object:
    """And in another one."""
    return asynchronous(sender, **keywords)


def of_the_wrong_shape() -> None:
    """One that takes no arguments at all."""


RECEIVERS: dict[str, Callable[..., Any]] = {
    "raises": raising,
    "fails to store": failing_to_store,
    "is async": asynchronous,
    "is async, half applied": functools.partial(asynchronous, also=1),
    "is an object, and async": AsynchronousObject(),
    "returns what is to be awaited": handing_on,
    "takes no arguments": of_the_wrong_shape,
}

FAILING = pytest.mark.parametrize("receiver", RECEIVERS.values(), ids=RECEIVERS)


@FAILING
@pytest.mark.parametrize("signal", SIGNALS, ids=lambda signal: str(signal.name))
def test_a_receiver_that_fails_changes_no_answer(
    open_shop: Open,
    database: Path,
    caplog: pytest.LogCaptureFixture,
    signal: Signal,
    receiver: Callable[..., Any],
) -> None:
    """Sales are recorded, other receivers are called, and the log tells whose fault it was."""
    ask, tracker = open_shop(database)
    heard: list[object] = []

    def hear(_sender: object, **keywords: object) -> None:
        heard.append(keywords)

    with signal.connected_to(receiver, tracker), signal.connected_to(hear, tracker):
        assert_acknowledged(ask, database)
        assert_unharmed(ask, bare_shop)
        assert _error_of(ask, "st_quantity=2") is None
        tracker.record(Conversion(reference="1001", scope="target:1", revenue=Money("5", "USD")))
        assert _error_of(ask, "st_quantity=2") is None
        assert _error_of(ask, "st_quantity=0") is not None

    assert references(database)["1001"] == 1
    assert heard
    errors = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert {record.name for record in errors} == {"salestrack"}
    assert len(errors) == len(heard)


def _error_of(ask: Ask, values: str) -> str | None:
    answer = ask(Request(target=f"/salestrack/target/1/?st_reference=1001&{values}"))
    assert_pixel(answer)
    return answer.header("ST-Error")


@FAILING
def test_where_receivers_are_the_storage_a_failing_one_refuses_the_sale(
    open_shop: Open,
    caplog: pytest.LogCaptureFixture,
    receiver: Callable[..., Any],
) -> None:
    """Signals alone: nobody kept the sale, so nobody may call it recorded."""
    ask, tracker = open_shop(None)
    with signals.conversion_recorded.connected_to(receiver, tracker):
        assert_refused(ask)
        with pytest.raises(ReceiverError):
            tracker.record(Conversion(reference="1001", revenue=Money("5", "USD")))
        assert_unharmed(ask, bare_shop)
    errors = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert {record.name for record in errors} == {"salestrack"}
