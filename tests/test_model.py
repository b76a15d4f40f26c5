from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from wsgi_salestrack import BadValue, Click, Conversion, Line, Money, Order, Touch, Visitor
from wsgi_salestrack.model import TRUST

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
FIVE = Money("5", "USD")
NOT_TEXT: dict[str, object] = {
    "a number": 12345678,
    "bytes": b"x",
    "no text": ["x"],
    "empty": "",
    "NUL": "a\0b",
    "half a surrogate pair": "a\ud83d",
}


def line(**changes: Any) -> Line:
    """Socks, or something else."""
    values = {"product_id": "s1", "name": "Socks", "quantity": 1, "unit_price": FIVE}
    return Line(**{**values, **changes})


def order(*lines: Line, **changes: Any) -> Order:
    return Order(lines=lines or (line(),), **changes)


def refused_field(make: Callable[..., object], **values: object) -> str:
    """The field that the error names."""
    with pytest.raises(BadValue) as refused:
        make(**values)
    assert str(refused.value) == f"{refused.value.field} {refused.value.problem}"
    return refused.value.field


def checked_touch(**values: Any) -> Touch:
    return Touch(**values).check()


TEXT_FIELDS: list[tuple[Callable[..., object], str, int]] = [
    *(
        (checked_touch, name, 100)
        for name in ("contact", "subscription", "list", "newsletter", "link", "publisher")
    ),
    (line, "product_id", 255),
    (line, "name", 1000),
    (order, "customer_ref", 255),
    (order, "point_of_sale", 255),
    (Conversion, "scope", 100),
    (Conversion, "target", 100),
]
text_fields = pytest.mark.parametrize(
    ("make", "field", "longest"), TEXT_FIELDS, ids=[field for _, field, _ in TEXT_FIELDS]
)


@text_fields
@pytest.mark.parametrize("value", NOT_TEXT.values(), ids=NOT_TEXT.keys())
def test_what_no_store_can_keep_as_text_is_refused(
    make: Callable[..., object], field: str, longest: int, value: object
) -> None:
    """The error names the argument as the caller wrote it."""
    assert refused_field(make, **{field: value}) == field


@text_fields
def test_text_may_be_as_long_as_it_says_and_no_longer(
    make: Callable[..., object], field: str, longest: int
) -> None:
    """Counted in characters, not in bytes."""
    assert getattr(make(**{field: "\N{SNOWMAN}" * longest}), field) == "\N{SNOWMAN}" * longest
    assert refused_field(make, **{field: "x" * (longest + 1)}) == field


def test_the_names_of_a_touch_have_room_in_a_cookie() -> None:
    """All together they may take 1,200 bytes; the error names the one that is too much."""
    names = {
        "contact": "\N{SNOWMAN}" * 100,
        "list": "\N{SNOWMAN}" * 100,
        "link": "\N{SNOWMAN}" * 100,
    }

    assert checked_touch(**names, newsletter="x" * 100, publisher="x" * 100).list == names["list"]
    assert checked_touch(**names, newsletter="\N{SNOWMAN}" * 100).link == names["link"]
    assert (
        refused_field(checked_touch, **names, newsletter="\N{SNOWMAN}" * 100, publisher="x")
        == "publisher"
    )


@pytest.mark.parametrize("value", ["0012", " 12 ", "12345678", "\N{PILE OF POO}", "'; DROP TABLE"])
def test_text_is_kept_exactly_as_it_came(value: str) -> None:
    """Nothing is trimmed, folded or made a number."""
    conversion = Conversion(reference=value, scope=value, order=order(customer_ref=value))

    assert conversion.reference == conversion.scope == value
    assert conversion.order is not None
    assert conversion.order.customer_ref == value


def test_an_empty_reference_counts_as_none() -> None:
    """Two orders without a number are two orders."""
    assert Conversion(reference="").reference is None
    assert Conversion(reference=None).reference is None
    assert Conversion(reference="") == Conversion()


@pytest.mark.parametrize(
    "value",
    [value for what, value in NOT_TEXT.items() if what != "empty"] + ["x" * 256],
    ids=[*[what for what in NOT_TEXT if what != "empty"], "too long"],
)
def test_a_reference_that_no_store_can_keep_is_refused(value: object) -> None:
    """A number is no reference: whoever sends 12 may mean "0012"."""
    assert refused_field(Conversion, reference=value) == "reference"


@pytest.mark.parametrize("make", [line, Conversion], ids=["line", "conversion"])
@pytest.mark.parametrize("quantity", [0, -1, 1_000_000_000, 1.0, "2", True])
def test_a_quantity_is_an_integer_from_1_to_999999999(
    make: Callable[..., object], quantity: object
) -> None:
    """So that a store's integers can hold it, and their sum."""
    assert refused_field(make, quantity=quantity) == "quantity"


@pytest.mark.parametrize("quantity", [1, 999_999_999])
def test_the_bounds_of_a_quantity_are_taken(quantity: int) -> None:
    assert line(quantity=quantity).quantity == quantity
    assert Conversion(quantity=quantity).quantity == quantity


@pytest.mark.parametrize(
    ("make", "field"), [(checked_touch, "at"), (Conversion, "occurred_at")], ids=["touch", "sale"]
)
@pytest.mark.parametrize(
    "moment",
    [NOW.replace(tzinfo=None), NOW.date(), "2026-11-21T12:00Z", 1_795_262_400],
    ids=["naive", "day", "text", "number"],
)
def test_a_time_without_a_time_zone_is_refused(
    make: Callable[..., object], field: str, moment: object
) -> None:
    """Nobody knows when that was."""
    assert refused_field(make, **{field: moment}) == field


def test_any_time_zone_will_do() -> None:
    """What counts is the moment."""
    elsewhere = NOW.astimezone(timezone(timedelta(hours=9)))

    assert Conversion(occurred_at=elsewhere).occurred_at == NOW
    assert checked_touch(at=elsewhere).at == NOW


@pytest.mark.parametrize("source", ["", "API", "newsletter", None, 1])
def test_a_source_is_one_of_those_with_a_trust_rank(source: object) -> None:
    """And the error lists them."""
    with pytest.raises(BadValue, match=r"^source .*api.*ecommerce_pixel.*target.*splio"):
        Conversion(source=source)  # type: ignore[arg-type]


def test_servers_are_trusted_more_than_pixels_and_forms() -> None:
    """Nobody else can speak for them; anybody can send a pixel."""
    of_servers = {TRUST[source] for source in ("api", "xmlrpc", "bluehornet", "import")}
    of_browsers = {TRUST[source] for source in ("ecommerce_pixel", "target", "affiliate", "splio")}

    assert len(of_servers) == len(of_browsers) == 1
    assert min(of_servers) > max(of_browsers) + 1, "a signed pixel goes between"


@pytest.mark.parametrize(
    "revenue", ["49.95", 49.95, 5, ("5", "USD"), Money.from_minor(-1, "USD", 2)], ids=repr
)
def test_revenue_is_money(revenue: object) -> None:
    """A number has no currency; and nobody sells for less than nothing."""
    assert refused_field(Conversion, revenue=revenue) == "revenue"


@pytest.mark.parametrize(
    ("make", "field", "value"),
    [
        pytest.param(line, "unit_price", "5.00", id="price-as-text"),
        pytest.param(line, "unit_price", None, id="no-price"),
        pytest.param(line, "categories", "socks", id="one-category-as-text"),
        pytest.param(line, "categories", ("socks", ""), id="an-empty-category"),
        pytest.param(line, "categories", (1,), id="a-number-as-category"),
        pytest.param(Order, "lines", (), id="no-lines"),
        pytest.param(Order, "lines", ("socks",), id="text-as-line"),
        pytest.param(Order, "lines", line(), id="one-line-alone"),
        pytest.param(Conversion, "source", [], id="list-as-source"),
        pytest.param(Conversion, "signed", None, id="none-as-flag"),
        pytest.param(Conversion, "deduped", 0, id="number-as-flag"),
        pytest.param(Conversion, "order", "1001", id="text-as-order"),
        pytest.param(Conversion, "order", line(), id="line-as-order"),
    ],
)
def test_a_value_of_another_type_is_refused_by_name(
    make: Callable[..., object], field: str, value: object
) -> None:
    """A checkout that suppresses our errors must not fail by an AttributeError instead."""
    assert refused_field(make, **{field: value}) == field


@pytest.mark.parametrize(
    "value",
    [Touch(), Visitor(id=1), line(), order(), Conversion()],
    ids=lambda value: type(value).__name__,
)
def test_values_are_frozen(value: object) -> None:
    """They are shared by threads and handed to the host's receivers."""
    for field in value.__struct_fields__:  # type: ignore[attr-defined]
        with pytest.raises(AttributeError):
            setattr(value, field, None)


@pytest.mark.parametrize("kind", [Touch, Visitor, Line, Order, Conversion, Click])
def test_values_take_keywords_only(kind: Callable[..., object]) -> None:
    """Six strings in a row would soon be in the wrong order."""
    with pytest.raises(TypeError, match="positional"):
        kind("x")


def test_without_a_reference_nothing_can_be_deduped() -> None:
    """So it makes no difference there, and two such conversions are equal."""
    assert Conversion(deduped=False) == Conversion(reference="", deduped=False) == Conversion()
    assert not Conversion(reference="1001", deduped=False).deduped
