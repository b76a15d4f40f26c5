from __future__ import annotations

import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgi_salestrack import Report, ReportRow
from wsgi_salestrack.reports import render

TOTAL = ReportRow(
    dimension=None,
    currency="USD",
    count=1,
    quantity=1,
    revenue=Decimal("1.00"),
    refunded=Decimal(0),
)


def row(
    dimension: str | None,
    currency: str | None = "USD",
    count: int = 1,
    quantity: int = 1,
    revenue: str | None = "1.00",
    *,
    refunded: str = "0.00",
) -> ReportRow:
    return ReportRow(
        dimension=dimension,
        currency=currency,
        count=count,
        quantity=quantity,
        revenue=None if revenue is None else Decimal(revenue),
        refunded=None if revenue is None else Decimal(refunded),
    )


def table(*rows: ReportRow, totals: tuple[ReportRow, ...] = (TOTAL,)) -> str:
    return render(Report(by=("newsletter",), rows=rows, totals=totals), "table")


def test_a_table_for_people() -> None:
    """Names to the left, numbers to the right, thousands apart, sums below."""
    made = table(
        row("2026-11", "EUR", 1234, 2500, "1234567.89"),
        row("2026-10", "USD", 1, 1, "0.05"),
        row("signups", None, 7, 0, None),
        row(None, "JPY", 10, 20, "5000"),
        totals=(
            row(None, "EUR", 1234, 2500, "1234567.89"),
            row(None, "JPY", 10, 20, "5000"),
            row(None, "USD", 1, 1, "0.05"),
            row(None, None, 7, 0, None),
        ),
    )

    assert made == (
        "newsletter  currency  count  quantity       revenue\n"
        "----------  --------  -----  --------  ------------\n"
        "2026-11     EUR       1,234     2,500  1,234,567.89\n"
        "2026-10     USD           1         1          0.05\n"
        "signups     -             7         0             -\n"
        "(none)      JPY          10        20         5,000\n"
        "----------  --------  -----  --------  ------------\n"
        "total       EUR       1,234     2,500  1,234,567.89\n"
        "total       JPY          10        20         5,000\n"
        "total       USD           1         1          0.05\n"
        "total       -             7         0             -\n"
    )


def test_an_empty_table_says_so() -> None:
    assert table(totals=()) == "no conversions\n"


def test_a_sum_beyond_any_context_is_written_in_full() -> None:
    """Without an exponent."""
    assert "90,071,992,547,409.93\n" in table(row("a", revenue="90071992547409.93"))
    assert "  0.000\n" in table(row("a", "BHD", revenue="0.000"))


# How many columns a terminal gives each, by the letters and not by the code points.
WIDTHS = {
    "plain": ("spring sale", 11),
    "accent": ("caf\N{LATIN SMALL LETTER E WITH ACUTE}", 4),
    "combining accent": ("cafe\N{COMBINING ACUTE ACCENT}", 4),
    "two accents on one": ("a\N{COMBINING ACUTE ACCENT}\N{COMBINING CEDILLA}", 1),
    "chinese": ("\u6625\u5b63\u7279\u5356", 8),
    "korean": ("\ubd04 \uc138\uc77c", 7),
    "japanese": ("\u304c\u3093", 4),
    "japanese decomposed": (unicodedata.normalize("NFD", "\u304c\u3093"), 4),
    "full width": ("\uff21\uff22", 4),
    "half width": ("\uff76\uff9e", 2),
    "emoji": ("\N{SNOWMAN WITHOUT SNOW}\N{PARTY POPPER}", 4),
    "thai": ("\u0e19\u0e35\u0e49", 1),
    "hindi": ("\u0915\u0947", 1),
    "enclosed": ("1\N{COMBINING ENCLOSING KEYCAP}", 1),
}


@pytest.mark.parametrize(("name", "columns"), WIDTHS.values(), ids=WIDTHS.keys())
def test_names_of_any_script_keep_the_columns_straight(name: str, columns: int) -> None:
    """Wide letters take two columns, marks that are put on a letter take none."""
    line = next(line for line in table(row(name)).splitlines() if line.startswith(name))

    padding = line.removeprefix(name).index("USD")
    assert columns + padding == max(columns, len("newsletter")) + 2


@given(st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=4))
def test_no_name_can_break_out_of_its_line(names: list[str]) -> None:
    """Neither by a line break nor by moving a terminal's cursor or turning its direction."""
    made = table(*map(row, names))

    lines = made.split("\n")
    assert len(lines) == len(names) + 5
    assert all(unicodedata.category(character)[0] != "C" for line in lines for character in line)


@pytest.mark.parametrize(
    "character",
    [
        "\n",
        "\r",
        "\t",
        "\x1b",
        "\x07",
        "\x7f",
        "\x9b",
        "\u200b",
        "\u202e",
        "\u2066",
        "\ufeff",
        "\ue000",
    ],
    ids=ascii,
)
def test_a_control_character_is_shown_as_replaced(character: str) -> None:
    """A publisher may have chosen the name, and a terminal obeys."""
    assert "\na\N{REPLACEMENT CHARACTER}[2Jb " in table(row(f"a{character}[2Jb"))


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85"], ids=ascii)
def test_a_separator_of_lines_separates_none(separator: str) -> None:
    """Some programs take these for line breaks, too."""
    assert len(table(row(f"a{separator}b")).splitlines()) == 5


def test_a_name_that_looks_like_none_is_told_from_none() -> None:
    """At least by where it stands: what is credited to nobody is the last."""
    lines = table(row("(none)"), row(None)).splitlines()

    assert [line.split()[0] for line in lines[2:4]] == ["(none)", "(none)"]


def test_titles_stand_beside_the_values() -> None:
    """For people, who know a target by its title; unknown ones stay as they are."""
    report = Report(by=("target",), rows=(row("7"), row("8"), row(None)), totals=(TOTAL,))

    made = render(report, "table", {"target": {"7": "Sale\x1b", "9": "Signup"}})

    assert [line[:8].rstrip() for line in made.splitlines()[2:5]] == [
        "7 Sale\N{REPLACEMENT CHARACTER}",
        "8",
        "(none)",
    ]


def test_refunds_are_shown_where_there_are_any() -> None:
    """To people; a column of zeros would only be in the way."""
    made = table(row("a", revenue="5.00", refunded="1.25"), row("b"))

    assert [line.split() for line in made.splitlines()[:4]] == [
        ["newsletter", "currency", "count", "quantity", "revenue", "refunded", "net"],
        ["----------", "--------", "-----", "--------", "-------", "--------", "----"],
        ["a", "USD", "1", "1", "5.00", "1.25", "3.75"],
        ["b", "USD", "1", "1", "1.00", "0.00", "1.00"],
    ]


def test_no_line_ends_with_spaces() -> None:
    """They would only be in the way when it is copied."""
    made = table(row("a", None, revenue=None), row("b" * 30))

    assert all(line == line.rstrip() for line in made.splitlines())
