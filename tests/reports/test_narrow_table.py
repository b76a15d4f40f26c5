"""Tables on a terminal that has not enough room."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgi_salestrack.reports import Column, render_rows
from wsgi_salestrack.reports.listing import render_pages
from wsgi_salestrack.reports.table import Cells

COLUMNS = (Column("name"), Column("count", numeric=True), Column("reason"))
ROWS: list[Cells] = [
    ("Autumn's newsletter to all who bought", 1234, "none"),
    ("x" * 45, 5, None),
]


def _table(rows: list[Cells], width: int | None, footer: list[Cells] | None = None) -> str:
    return render_rows(COLUMNS, rows, "table", footer=footer or (), empty="nothing", width=width)


def _room(line: str) -> int:
    """Columns that a terminal needs for a line, by what Unicode says of its characters."""
    return sum(
        0
        if unicodedata.category(each) in ("Mn", "Me")
        else 1 + (unicodedata.east_asian_width(each) in "WF")
        for each in line
    )


def test_long_texts_go_on_in_the_next_line() -> None:
    """From a space to a space, where there is one; numbers and short texts stay as they are."""
    assert _table(ROWS, 40, [("total", 1239, "")]) == (
        "name                       count  reason\n"
        "-------------------------  -----  ------\n"
        "Autumn's newsletter to     1,234  none\n"
        "all who bought\n"
        "xxxxxxxxxxxxxxxxxxxxxxxxx      5  -\n"
        "xxxxxxxxxxxxxxxxxxxx\n"
        "-------------------------  -----  ------\n"
        "total                      1,239\n"
    )


def test_where_that_is_not_enough_each_row_is_a_block() -> None:
    """Without what it does not have."""
    assert _table(ROWS, 30, [("total", 1239, "")]) == (
        "name    Autumn's newsletter to all who bought\n"
        "count   1,234\n"
        "reason  none\n"
        "\n"
        f"name    {'x' * 45}\n"
        "count   5\n"
        "\n"
        "name    total\n"
        "count   1,239\n"
        "\n"
    )


@pytest.mark.parametrize("width", [None, 60, 200])
def test_where_there_is_room_nothing_changes(width: int | None) -> None:
    lines = _table(ROWS, width).splitlines()

    assert [line.split("  ")[0] for line in lines[2:]] == [row[0] for row in ROWS]


def test_pages_are_narrowed_as_the_first_one_is() -> None:
    """A longer text of a later page goes on in the next line."""
    rows: list[Cells] = [("short", number, "") for number in range(1000)]
    late: list[Cells] = [("w" * 30, 1000, "")]
    text = "".join(render_pages(COLUMNS, [*rows, *late], "table", empty="", width=40))

    assert text.splitlines()[1] == "-----  -----  ------"
    assert text.splitlines()[-6:] == ["wwwww  1,000", *["wwwww"] * 5]


TEXTS = st.text(
    st.characters(codec="utf-8") | st.sampled_from(" \uff21\u0301\N{PILE OF POO}"), max_size=90
)


@given(texts=st.lists(TEXTS, min_size=1, max_size=5), width=st.integers(37, 120))
def test_no_line_is_wider_than_the_terminal_and_no_character_is_lost(
    texts: list[str], width: int
) -> None:
    """Whatever the texts are."""
    rows: list[Cells] = [(text, 1, text) for text in texts]
    whole = render_rows(COLUMNS, rows, "csv", empty="")
    lines = _table(rows, 10_000).splitlines()[2:]
    narrow = _table(rows, max(width, 5 + 2 * 2 + 2 * 20)).splitlines()

    assert max(map(_room, narrow)) <= max(width, 49)
    assert _letters(narrow[2:]) == _letters(lines)
    assert whole == render_rows(COLUMNS, rows, "csv", empty="", width=width)


def _letters(lines: list[str]) -> list[str]:
    """All that is no space, in no order: a folded text comes between others."""
    return sorted("".join(lines).replace(" ", ""))
