from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.asking import Asked, asked
from tests.support.clock import NOON
from wsgi_salestrack import BadValue
from wsgi_salestrack.segment_text import LONGEST, parse
from wsgi_salestrack.segments import (
    Condition,
    average,
    bought,
    count,
    first_order,
    last_order,
    quantity,
    rfm,
    total,
)

ONE = count(at_least=1)
ANY_NAME = ("a", "A1", "it's", 'a "b"', "and", "2026-11", "\N{SNOWMAN}", " ", ")")
ASKED = asked(
    dict.fromkeys(("product", "category", "newsletter", "list", "link", "publisher"), ANY_NAME),
    [date(2026, 11, 21), date(2025, 1, 31)],
    NOON,
)


@given(ASKED)
@settings(max_examples=60, deadline=None)
def test_a_text_says_what_python_says(one: Asked) -> None:
    assert parse(one.text) == one.condition


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("total >= 100", total(at_least="100")),
        ("total>=100 EUR", total(at_least="100", currency="EUR")),
        ("total = 49.95", total(at_least="49.95", at_most="49.95")),
        ("average < 20", average(below=20)),
        ("count > 2", count(above=2)),
        ("QUANTITY <= 7", quantity(at_most=7)),
        ("last_order within 30 days", last_order(within=timedelta(days=30))),
        ("last_order within 1 week", last_order(within=timedelta(days=7))),
        ("first_order within 36 hours", first_order(within=timedelta(hours=36))),
        ("first_order since 2026-11-01", first_order(since=date(2026, 11, 1))),
        (
            "last_order before 2026-11-01T12:30",
            last_order(before=datetime.fromisoformat("2026-11-01T12:30")),
        ),
        ("product = A1", bought(product="A1")),
        ("newsletter = 2026-11", bought(newsletter="2026-11")),
        ("product in ('A1', \"A 2\")", bought(product=("A1", "A 2"))),
        ("list = 'it''s'", bought(list="it's")),
        ('list = "say ""hi"""', bought(list='say "hi"')),
        ("category = 'and'", bought(category="and")),
        (
            "bought(product = A1, newsletter in (a, b))",
            bought(product="A1", newsletter=("a", "b")),
        ),
        ("recency = 5", rfm(recency=5)),
        ("frequency >= 4", rfm(frequency=(4, 5))),
        ("recency in (1, 2)", rfm(recency=(1, 2))),
        ("monetary < 3 JPY", rfm(monetary=(1, 2), currency="JPY")),
        # "and" before "or", "not" before both; parentheses before all.
        ("count >= 1 or count >= 1 and list = a", ONE | ONE & bought(list="a")),
        ("(count >= 1 or count >= 1) and list = a", (ONE | ONE) & bought(list="a")),
        ("not count >= 1 and list = a", ~ONE & bought(list="a")),
        ("NOT (count >= 1 AND list = a)", ~(ONE & bought(list="a"))),
        ("not not count >= 1", ONE),
        ("\n total\t>= 1 and\n\n count >= 1\n", total(at_least=1) & ONE),
        # A currency stands in capitals; what joins may as well.
        ("total >= 1 AND count >= 1", total(at_least=1) & ONE),
        ("total >= 1 EUR AND count >= 1", total(at_least=1, currency="EUR") & ONE),
    ],
)
def test_what_a_text_means(text: str, condition: Condition) -> None:
    assert parse(text) == condition


@pytest.mark.parametrize(
    ("text", "problem", "place"),
    [
        ("", "expects one of total, average, count", 1),
        ("totl >= 5", "expects \"total\", and found 'totl'", 1),
        ("turnover >= 5", "expects one of total, average, count", 1),
        ("'total' >= 5", "expects", 1),
        ("total", "expects one of >= <= > < =, and found the end", 6),
        ("total >=", "expects an amount such as 49.95, and found the end", 9),
        ("total >= -5", "expects an amount such as 49.95, and found '-5'", 10),
        ("total >= 1e5", "expects an amount", 10),
        ("total >= 1,000", 'expects "and", "or" or the end, and found', 11),
        ("total >= \u0661", "expects an amount", 10),
        ("total != 5", "expects one of", 7),
        ("total >= 5 XXX", "is refused: currency is not an upper-case ISO 4217 code", 1),
        ("total >= 5 dollars", 'expects "and", "or" or the end', 12),
        ("count >= 2.5", "expects a whole number", 10),
        ("count >= 2 and", "expects one of total", 15),
        ("count >= 2 count", 'expects "and", "or" or the end, and found', 12),
        ("(count >= 2", 'expects "and", "or" or ")", and found the end', 12),
        ("count >= 2)", 'expects "and", "or" or the end, and found', 11),
        ("list = vip and list", 'expects "=" or "in", and found the end', 20),
        ("list >= a", 'expects "=" or "in"', 6),
        ("list = and", "expects a name, and found 'and'", 8),
        ("list = ''", "is refused: list is empty", 1),
        (f"list = {'x' * 101}", "is refused: list is longer than 100 characters", 1),
        ("list = 'x", "has a quotation mark that no other one ends", 8),
        ("list in (a b)", "expects \",\", and found 'b'", 12),
        ("list in ()", "expects a name, and found ')'", 10),
        ("bought product = a", "expects \"(\", and found 'product'", 8),
        ("bought(product = a, product = b)", "expects one of category, newsletter", 21),
        ("bought(total >= 5)", "expects one of product, category", 8),
        ("last_order 30 days", 'expects "within", "since" or "before", and found \'30\'', 12),
        ("last_order within 30", "expects hours, days or weeks", 21),
        ("last_order within 1.5 days", "expects a number", 19),
        ("last_order within 0 days", "is refused: within is not more than no time", 1),
        ("last_order within 999999 weeks", "is refused: within is longer than 100 years", 1),
        ("last_order since 2026-W47", "expects a day such as 2026-11-21", 18),
        ("last_order since yesterday", "expects a day such as 2026-11-21", 18),
        ("last_order before 2026-02-30", "expects a day", 19),
        ("recency = 6", "expects a whole number from 1 to 5", 11),
        ("recency > 5", "is refused: recency is not a whole number from 1 to 5", 1),
        ("count >= 1 and list = a" + " or total = b", "expects an amount", 36),
    ],
)
def test_what_is_wrong_is_pointed_at(text: str, problem: str, place: int) -> None:
    """In a line of its own below the text."""
    with pytest.raises(BadValue) as refused:
        parse(text)

    said, near, pointer = str(refused.value).split("\n")
    assert refused.value.field == "where"
    assert problem in said
    assert said.endswith(f", at character {place}")
    shown = near[2:]
    at = len(pointer) - 3
    assert pointer.strip() == "^"
    assert shown[at:] == text[place - 1 :][: len(shown) - at]
    assert shown[:at] == text[max(place - 31, 0) : place - 1]


def test_an_error_is_of_three_lines_whatever_was_written() -> None:
    """Nothing in it moves the cursor or turns the line."""
    with pytest.raises(BadValue) as refused:
        parse("count >= 1\nand\x1b[31m\u202e = 1")

    assert str(refused.value).count("\n") == 2
    assert "\x1b" not in str(refused.value)
    assert "\u202e" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("(" * 31 + "count = 1" + ")" * 31, "is nested more than 30 deep"),
        ("(" * 5000, "is nested more than 30 deep"),
        ("not (" * 2000, "is nested more than 30 deep"),
        (" " * (LONGEST + 1), "is longer than 10,000 characters"),
    ],
)
def test_what_is_too_much_is_refused(text: str, problem: str) -> None:
    with pytest.raises(BadValue, match=f"where {problem}"):
        parse(text)


def test_as_much_as_is_allowed_is_read() -> None:
    deep = "(" * 29 + "count = 1" + ")" * 29
    assert parse(deep) == count(at_least=1, at_most=1)
    assert parse("not " * 2000 + "count >= 1") == ONE


@given(
    st.text(max_size=60)
    | st.lists(
        st.sampled_from(
            [
                "total",
                ">=",
                "5",
                "and",
                "or",
                "not",
                "(",
                ")",
                "list",
                "=",
                "'a'",
                "in",
                ",",
                "EUR",
                "'",
            ]
        ),
        max_size=12,
    ).map(" ".join)
)
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(BadValue):
        assert isinstance(parse(text), Condition)
