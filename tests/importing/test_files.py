from __future__ import annotations

import io
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgi_salestrack.errors import BadValue
from wsgi_salestrack.importing import Row, read_rows
from wsgi_salestrack.importing.lines import LONGEST_LINE


def rows(content: bytes | str, ignored: tuple[str, ...] = ()) -> list[Row]:
    """All rows of a file."""
    raw = content.encode() if isinstance(content, str) else content
    return list(read_rows(io.BytesIO(raw), ignored=ignored))


def plain(content: bytes | str) -> list[tuple[int, object]]:
    """The rows as line and values, or the problem."""
    return [(row.line, row.problem or dict(row.values)) for row in rows(content)]


ONE = {"reference": "1", "revenue": "5.00"}


@pytest.mark.parametrize(
    "content",
    [
        "reference,amount\n1,5.00\n",
        "reference;revenue\r\n1;5.00",
        "reference\tamount\n1\t5.00\n",
        "\ufeffreference,amount\n1,5.00\n",
        ' Reference ,"AMOUNT"\n"1","5.00"\n',
        '{"reference": "1", "amount": "5.00"}\n',
        '\ufeff{"reference": 1, "revenue": 5.00}',
    ],
)
def test_a_file_is_read_whatever_kind_it_is(content: str) -> None:
    """CSV by its heading's delimiter, JSON lines by their brace; a number's text is kept."""
    ((_, values),) = plain(content)

    assert isinstance(values, dict)
    assert {name: str(value) for name, value in values.items()} == ONE


def test_lines_are_counted_as_an_editor_does() -> None:
    """Over empty ones, and over line breaks in a cell; text stays as it stands."""
    assert plain('\nreference,name\n\n 0012 ,"a\nb"\n,\n2,\n') == [
        (4, {"reference": " 0012 ", "name": "a\nb"}),
        (7, {"reference": "2"}),
    ]
    assert plain('{"reference":"1"}\n\n{"reference":"2"}') == [
        (1, {"reference": "1"}),
        (3, {"reference": "2"}),
    ]


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        (b"2", "line has 1 cells, and the heading 2"),
        (b"2,3,4", "line has 3 cells, and the heading 2"),
        (b'2,"a"b', "line is not CSV: ',' expected after '\"'"),
        (b'2,"open', "line is not CSV: unexpected end of data"),
        (b"2," + b"x" * LONGEST_LINE, "line is not CSV: it is longer than 1 MiB"),
    ],
)
def test_a_bad_line_of_csv_costs_no_other(bad: bytes, problem: str) -> None:
    """Not even a quote that is never closed."""
    found = plain(b"reference,name\n1,a\n" + bad + b"\n3,c\n")

    assert found == [
        (2, {"reference": "1", "name": "a"}),
        (3, problem),
        (4, {"reference": "3", "name": "c"}),
    ]


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        (b"[1]", "line is not a JSON object"),
        (b'{"reference":', "line is not a JSON object"),
        (b'{"reference":"\xff"}', "line is not a JSON object"),
        (b"[" * 100_000, "line is not a JSON object"),
        (b"{" + b" " * LONGEST_LINE, "line is longer than 1 MiB"),
        (b'{"reference":"2","x":1}', "column 'x' is unknown"),
        (b'{"amount":"2"}', "column reference is missing"),
        (b'{"reference":"2","amount":"2","revenue":"2"}', "column revenue is there twice"),
    ],
)
def test_a_bad_line_of_json_costs_no_other(bad: bytes, problem: str) -> None:
    first, second, third = rows(b'{"reference":"1"}\n' + bad + b'\n{"reference":"3"}')

    assert (second.line, second.values) == (2, {})
    assert (second.problem or "").startswith(problem)
    assert (first.values, third.values) == ({"reference": "1"}, {"reference": "3"})


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "file is empty"),
        ("\n \n", "file is empty"),
        ("reference,occured_at\n", "column 'occured_at' is unknown; use reference,"),
        ("reference,amount,revenue\n", "column revenue is there twice"),
        ("amount\n1\n", "column reference is missing"),
        ("reference,\n1,\n", "column '' is unknown"),
        ('"reference\n', "heading is not CSV"),
        (b"reference," + b"x" * LONGEST_LINE + b"\n1,2\n", "heading is not CSV: it is longer than"),
        (b"reference,\xff\n", "column '\\udcff' is unknown"),
    ],
)
def test_a_heading_that_cannot_be_used_stops_all(content: str | bytes, problem: str) -> None:
    """A misspelt column would be left out without a word."""
    with pytest.raises(BadValue) as raised:
        rows(content)
    assert str(raised.value).startswith(problem)


def test_what_is_ignored_is_not_read() -> None:
    """By any name that it has."""
    content = "Reference,Shipping,amount\n1,4,5\n"
    assert [dict(row.values) for row in rows(content, ("shipping", "revenue"))] == [
        {"reference": "1"}
    ]


@given(st.lists(st.sampled_from([b'"', b",", b"\n", b"\r", b"1", b"\xff", b"\0", b";"])))
def test_any_bytes_are_rows_or_problems(pieces: list[bytes]) -> None:
    """And no line that follows on an empty one is lost."""
    found = rows(b"reference,name\n" + b"".join(pieces) + b"\nlast,row\n")

    assert all(bool(row.problem) != bool(row.values) for row in found)
    assert found[-1].values == {"reference": "last", "name": "row"}


@given(st.binary(max_size=200))
def test_any_bytes_are_lines_of_json_or_problems(raw: bytes) -> None:
    found = rows(b'{"reference":"1"}\n' + raw)
    assert found[0].values == {"reference": "1"}
    assert all(bool(row.problem) != bool(row.values) for row in found)


def test_quotes_that_are_never_closed_cost_little() -> None:
    """Each line is read again a few times at most, as many as a cell may hold."""
    begun = time.process_time()
    found = rows(b"reference,name\n" + b'1,"x\n2,y"z\n' * 2_000)
    assert len(found) == 4_000
    assert time.process_time() - begun < 2


def test_progress_is_told_of_all_bytes() -> None:
    content = b"reference\n1\n" + b"x" * (LONGEST_LINE * 2) + b"\n"
    told = list[int]()
    list(read_rows(io.BytesIO(content), on_bytes=told.append))
    assert sum(told) == len(content)


def test_json_numbers_keep_their_text() -> None:
    """What a float would round, or write otherwise."""
    text = '{"reference": 1, "revenue": 49.950000000000000001}'
    ((_, values),) = plain(text)
    assert values == {"reference": 1, "revenue": "49.950000000000000001"}
    assert json.loads(text)["revenue"] == 49.95
