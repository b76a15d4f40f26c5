"""``tracker.order_pixel(...)``: the ``<img>`` of an order, as the documentation has it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from html import unescape
from typing import Any

import pytest
from markupsafe import Markup
from msgspec.structs import replace

from tests.support.clock import NOON
from tests.support.orders import (
    COLA_DIGEST,
    COLA_ORDER,
    COLA_SORTED,
    KEY,
    SOCKS_DIGEST,
    SOCKS_ORDER,
    customer,
)
from tests.support.receivers import Listen
from tests.support.shop import MakeTracker, Visit
from wsgi_salestrack import BadValue, Conversion, Line, Money, Order, Tracker

_LINE = SOCKS_ORDER.lines[0]


def _with(**values: Any) -> Order:
    return replace(SOCKS_ORDER, lines=(replace(_LINE, **values),))


def _address(pixel: Markup) -> str:
    """What a browser asks for."""
    return unescape(pixel.split('"')[1])


def test_the_pixel_is_the_documented_one(tracker: Tracker) -> None:
    """[doc] "Here's the above example", sorted by key, and escaped for HTML."""
    pixel = tracker.order_pixel(COLA_ORDER, "12345678")

    assert isinstance(pixel, Markup)
    query = COLA_SORTED.replace("&", "&amp;")
    assert pixel == f'<img src="/salestrack/et/?{query}" height="1" width="1" alt="">'


@pytest.mark.parametrize(
    ("order", "reference", "digest"),
    [(COLA_ORDER, "12345678", COLA_DIGEST), (SOCKS_ORDER, "995AB220", SOCKS_DIGEST)],
    ids=["cola", "socks"],
)
def test_with_tamper_keys_the_newest_signs(
    make_tracker: MakeTracker, order: Order, reference: str, digest: str
) -> None:
    """So an older key may be taken out of the list once its pages are gone."""
    pixel = make_tracker(tamper_keys=[KEY, "older"]).order_pixel(order, reference)

    assert _address(pixel).endswith(f"&et_digest={digest}")


@pytest.mark.parametrize("tamper_keys", [[], [KEY]], ids=["unsigned", "signed"])
@pytest.mark.parametrize(
    ("order", "reference"),
    [
        pytest.param(COLA_ORDER, "12345678", id="cola"),
        pytest.param(SOCKS_ORDER, "995AB220", id="socks"),
        pytest.param(SOCKS_ORDER, ' a+b&c="\u00e9" ', id="odd reference"),
        pytest.param(SOCKS_ORDER, "\U0001f9e6" * 255, id="longest reference"),
        pytest.param(_with(name=" <b>&\u00e9+%20\n", product_id="0 1"), "1", id="odd text"),
        pytest.param(_with(unit_price=Money("1.234", "KWD")), "1", id="dinar"),
        pytest.param(_with(unit_price=Money("500", "JPY")), "1", id="yen"),
        pytest.param(_with(unit_price=Money("99999999.99", "USD"), quantity=1), "1", id="most"),
        pytest.param(_with(unit_price=Money("0", "USD"), quantity=999_999_999), "1", id="gifts"),
        pytest.param(_with(categories=("a b", "\u00e9")), "1", id="odd categories"),
        pytest.param(replace(SOCKS_ORDER, lines=(_LINE,) * 200), "1", id="200 lines"),
    ],
)
def test_what_a_pixel_says_is_what_is_recorded(
    make_tracker: MakeTracker,
    visit: Visit,
    listen: Listen,
    *,
    tamper_keys: list[str],
    order: Order,
    reference: str,
) -> None:
    """Through HTML and the wire."""
    tracker = make_tracker(tamper_keys=tamper_keys)
    receivers = listen(tracker)

    pixel = tracker.order_pixel(order, reference)
    assert customer(tracker, visit).get(_address(pixel)).error is None

    (recorded,) = receivers.recorded
    assert recorded.conversion == Conversion(
        source="ecommerce_pixel",
        reference=reference,
        occurred_at=NOON,
        order=order,
        signed=bool(tamper_keys),
    )


@pytest.mark.parametrize(
    "added",
    [
        NOON,
        datetime(2026, 11, 21, 13, 30, 15, 250000, tzinfo=UTC),
        datetime(2026, 11, 21, 23, 30, tzinfo=timezone(timedelta(hours=9, minutes=30))),
    ],
    ids=str,
)
def test_added_is_when_it_was_sold(
    tracker: Tracker, visit: Visit, listen: Listen, added: datetime
) -> None:
    """To the microsecond, whatever the time zone."""
    receivers = listen(tracker)

    pixel = tracker.order_pixel(SOCKS_ORDER, "1", added=added)
    assert customer(tracker, visit).get(_address(pixel)).error is None

    (recorded,) = receivers.recorded
    assert recorded.conversion.occurred_at == added


@pytest.mark.parametrize(
    ("base_url", "environ", "start"),
    [
        ("", None, "/salestrack/et/?"),
        ("", {"SCRIPT_NAME": "/shop"}, "/shop/salestrack/et/?"),
        ("https://shop.example/m", {"SCRIPT_NAME": "/a"}, "https://shop.example/m/salestrack/et/?"),
    ],
    ids=["path", "mount point", "base_url"],
)
def test_where_the_pixel_is(
    make_tracker: MakeTracker, base_url: str, environ: dict[str, Any] | None, start: str
) -> None:
    """At the configured address, else under the request's mount point."""
    pixel = make_tracker(base_url=base_url).order_pixel(COLA_ORDER, "1", environ=environ)

    assert pixel.startswith(f'<img src="{start}')


@pytest.mark.parametrize(
    ("order", "values", "field"),
    [
        pytest.param("order", {}, "order", id="no order"),
        pytest.param(None, {}, "order", id="None"),
        pytest.param(COLA_ORDER, {"reference": ""}, "reference", id="empty reference"),
        pytest.param(COLA_ORDER, {"reference": None}, "reference", id="no reference"),
        pytest.param(COLA_ORDER, {"reference": "x" * 256}, "reference", id="long reference"),
        pytest.param(COLA_ORDER, {"reference": "a\0"}, "reference", id="NUL"),
        pytest.param(COLA_ORDER, {"reference": "\ud83d"}, "reference", id="half a character"),
        pytest.param(replace(COLA_ORDER, customer_ref=None), {}, "customer_ref", id="no customer"),
        pytest.param(_with(categories=()), {}, "order", id="no category"),
        pytest.param(_with(categories=("a,b",)), {}, "categories", id="comma in a category"),
        pytest.param(_with(categories=(" a",)), {}, "categories", id="space before a category"),
        pytest.param(
            _with(unit_price=Money("99999999", "USD"), quantity=2), {}, "order", id="total"
        ),
        pytest.param(replace(COLA_ORDER, lines=(_LINE,) * 700), {}, "order", id="700 lines"),
        pytest.param(replace(COLA_ORDER, lines=()), {}, "lines", id="no lines"),
        pytest.param(
            COLA_ORDER, {"added": NOON.replace(tzinfo=None)}, "added", id="time without a zone"
        ),
        pytest.param(COLA_ORDER, {"added": "2026-11-21"}, "added", id="time as text"),
    ],
)
def test_what_would_be_refused_is_refused_when_it_is_made(
    tracker: Tracker, order: Order, values: dict[str, Any], field: str
) -> None:
    """The error names the argument."""
    with pytest.raises(BadValue) as caught:
        tracker.order_pixel(order, **{"reference": "1", **values})

    assert caught.value.field == field


def test_a_line_without_a_category_says_what_is_missing(tracker: Tracker) -> None:
    """[doc] It is required."""
    line = Line(product_id="1", name="Socks", quantity=1, unit_price=Money("1", "USD"))

    with pytest.raises(BadValue, match="et_prod_0_category is missing"):
        tracker.order_pixel(Order(customer_ref="c", lines=(line,)), "1")
