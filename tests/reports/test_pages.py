from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from wsgi_salestrack.reports.listing import FORMATS, render_pages, render_rows
from wsgi_salestrack.reports.table import Cells, Column

COLUMNS = (Column("contact"), Column("net", numeric=True))
PAGE = 1000


def rows(count: int) -> Iterator[Cells]:
    """As wide at the end as at the beginning."""
    return ((f"c{number:05}", Decimal(number % 7)) for number in range(count))


@pytest.mark.parametrize("count", [0, 1, PAGE - 1, PAGE, PAGE + 1, 3 * PAGE])
@pytest.mark.parametrize("form", FORMATS)
def test_many_rows_are_the_same_text_as_few(form: str, count: int) -> None:
    text = "".join(render_pages(COLUMNS, rows(count), form, empty="nobody"))

    assert text == render_rows(COLUMNS, list(rows(count)), form, empty="nobody")


def test_a_table_is_as_wide_as_its_first_page() -> None:
    """A longer name comes later, and only its own line is longer."""
    given = [("c", Decimal(1))] * PAGE + [("contact-100", Decimal(2)), ("c", Decimal(3))]

    head, rule, first, *_, long, last = "".join(
        render_pages(COLUMNS, given, "table", empty="nobody")
    ).splitlines()

    assert (head, rule, first) == ("contact  net", "-------  ---", "c          1")
    assert (long, last) == ("contact-100    2", "c          3")


@pytest.mark.parametrize("form", FORMATS)
def test_a_page_is_there_before_the_next_one_is_read(form: str) -> None:
    """So that none of them has to be kept."""
    read = []

    def reading() -> Iterator[Cells]:
        for number, row in enumerate(rows(5 * PAGE)):
            read.append(number)
            yield row

    pieces = render_pages(COLUMNS, reading(), form, empty="nobody")
    next(pieces)
    assert len(read) == PAGE
    next(pieces)
    assert len(read) == 2 * PAGE
