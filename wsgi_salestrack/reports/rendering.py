"""A report as rows of a listing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Final, NamedTuple, TypeAlias

from ..money import decimal_of
from .listing import render_rows
from .rows import Report, ReportRow
from .table import GAP, Cell, Column, widths_of

#: What people call the values of a dimension.
Titles: TypeAlias = Mapping[str, Mapping[str, str]]
Number: TypeAlias = int | Fraction | Decimal | None

_NO_TITLES: Final[Titles] = MappingProxyType({})
_NO_NAMES: Final[Mapping[str, str]] = MappingProxyType({})
#: What a terminal has at least.
NARROW: Final = 80


class _Figure(NamedTuple):
    """A column of a report.

    :param places: decimals of what has no end as a decimal, for programs.
    """

    name: str
    of: Callable[[ReportRow], Number]
    places: int = 6


_FIGURES: Final = (
    _Figure("count", lambda row: row.count),
    _Figure("quantity", lambda row: row.quantity),
    _Figure("revenue", lambda row: row.revenue),
    _Figure("refunded", lambda row: row.refunded),
    _Figure("net", lambda row: row.net),
    _Figure("average", lambda row: row.average),
    _Figure("commission", lambda row: row.commission),
    _Figure("clicks", lambda row: row.clicks),
    _Figure("visitors", lambda row: row.visitors),
    _Figure("conversion_rate", lambda row: row.conversion_rate),
    _Figure("revenue_per_click", lambda row: row.revenue_per_click),
)
_NAMES: Final = tuple(figure.name for figure in _FIGURES)
# What a table has where there is something of it, and what it lacks first where it is too wide.
_OPTIONAL: Final = ("refunded", "net", "commission", "clicks", "conversion_rate")
_LACKING: Final = ("quantity", "refunded", "commission", "clicks", "conversion_rate")
# What a wide terminal has beside them, as far as it is wide enough.
_WIDE: Final = ("visitors", "average", "revenue_per_click")
_SHORT: Final = MappingProxyType({"conversion_rate": "rate", "revenue_per_click": "per_click"})
# A name that is longer makes way for figures, and goes on in the next line.
_LONG_NAME: Final = 30


class _Shown(NamedTuple):
    """A column with its cells."""

    column: Column
    cells: Callable[[ReportRow], Cell]


def render(
    report: Report, form: str, titles: Titles = _NO_TITLES, *, width: int | None = None
) -> str:
    """The report as text that ends with a line break.

    CSV and JSON have every figure; a table those that say something, as far as there is room.

    :param form: one of :data:`~.listing.FORMATS`.
    :param titles: dimension -> value -> what a table shows for people beside it.
    :param width: columns of the terminal; None: as wide as it gets, with what a narrow one has.
    """
    if form != "table":
        return _render(report, form, [*_names(report), *_for_programs(report)])
    named = list(_names(report, titles))
    if any(row.before is not None for row in report.rows):
        text = _render(report, form, [*named, *_compared(report)], width)
    else:
        text = _fitting(report, named, width)
    return text + "".join(f"{note}\n" for note in report.notes if report.rows)


def _render(report: Report, form: str, shown: Sequence[_Shown], width: int | None = None) -> str:
    totals = [[each.cells(row) for each in shown] for row in report.totals]
    return render_rows(
        [each.column for each in shown],
        [[each.cells(row) for each in shown] for row in report.rows],
        form,
        footer=[["total", *_blank(report), *row[len(report.by) :]] for row in totals],
        empty="no conversions",
        width=width,
    )


def _blank(report: Report) -> list[Cell]:
    return ["" for _ in report.by[1:]]


def _names(report: Report, titles: Titles | None = None) -> Iterator[_Shown]:
    """The values and the currency; for people with words."""
    for place, name in enumerate(report.by):
        known = None if titles is None else titles.get(name, _NO_NAMES)
        yield _Shown(Column(name), _naming(place, known))
    yield _Shown(Column("currency"), lambda row: row.currency)


def _naming(place: int, titles: Mapping[str, str] | None) -> Callable[[ReportRow], Cell]:
    def name(row: ReportRow) -> Cell:
        value = row.across if place else row.dimension
        return value if titles is None else _label(value, titles)

    return name


def _label(value: str | None, titles: Mapping[str, str]) -> str:
    if value is None:
        return "(none)"
    title = titles.get(value)
    return value if title is None else f"{value} {title}"


def _for_programs(report: Report) -> Iterator[_Shown]:
    for figure in _FIGURES:
        yield _Shown(Column(figure.name, numeric=True), _exact(figure.of, figure.places))
    if report.period_before is not None:
        for figure in _FIGURES:
            column = Column(f"{figure.name}_before", numeric=True)
            yield _Shown(column, _exact(_earlier(figure.of), figure.places))


def _fitting(report: Report, named: Sequence[_Shown], width: int | None) -> str:
    """A table that a terminal has room for."""
    has_refunds = any(row.refunded for row in report.rows)
    hidden = {"net"} if not has_refunds else set()
    names = [
        figure.name
        for figure in _FIGURES
        if figure.name not in _WIDE
        and figure.name not in hidden
        and (figure.name not in _OPTIONAL or any(figure.of(row) for row in report.rows))
    ]
    if width is not None:
        names = _with_room(report, named, names, width)
    return _render(report, "table", [*named, *_for_people(names)], width)


def _with_room(
    report: Report, named: Sequence[_Shown], names: Sequence[str], width: int
) -> list[str]:
    """Fewer figures, or more, as there is room beside the names."""
    every = dict(zip(_NAMES, _for_people(_NAMES), strict=True))
    wide = {name: _width(report, each) for name, each in every.items()}
    left = width - sum(min(_width(report, each), _LONG_NAME) + GAP for each in named) + GAP
    chosen = [*names]
    for lacking in _LACKING:
        if lacking in chosen and sum(wide[name] + GAP for name in chosen) > left:
            chosen.remove(lacking)
    for more in _WIDE if width > NARROW else ():
        says_something = any(every[more].cells(row) for row in report.rows)
        if says_something and sum(wide[name] + GAP for name in (*chosen, more)) <= left:
            chosen.append(more)
    return chosen


def _width(report: Report, each: _Shown) -> int:
    """How wide a column is."""
    cells = [[each.cells(row)] for row in (*report.rows, *report.totals)]
    (width,) = widths_of([each.column], cells)
    return width


def _for_people(names: Sequence[str]) -> Iterator[_Shown]:
    for figure in _FIGURES:
        if figure.name in names:
            column = Column(_SHORT.get(figure.name, figure.name), numeric=True)
            yield _Shown(column, _readable(figure))


def _readable(figure: _Figure) -> Callable[[ReportRow], Cell]:
    """A rate in percent, money with its currency's decimals, and parts of a sale with two."""
    if figure.name == "conversion_rate":
        return _percent(figure.of)
    if figure.name == "revenue_per_click":
        return lambda row: row.in_minor_units(row.revenue_per_click)
    return _exact(figure.of, 2)


def _compared(report: Report) -> Iterator[_Shown]:
    """What sold, with the same of the period before, and how much more it is."""
    has_refunds = any(row.refunded for row in report.rows)
    money = next(each for each in _FIGURES if each.name == ("net" if has_refunds else "revenue"))
    for figure in (_FIGURES[0], money):
        yield _Shown(Column(figure.name, numeric=True), _exact(figure.of, 2))
        yield _Shown(Column("before", numeric=True), _exact(_earlier(figure.of), 2))
    yield _Shown(Column("change", numeric=True), _change(money.of))


def _earlier(of: Callable[[ReportRow], Number]) -> Callable[[ReportRow], Number]:
    return lambda row: None if row.before is None else of(row.before)


def _exact(of: Callable[[ReportRow], Number], places: int) -> Callable[[ReportRow], Cell]:
    def cell(row: ReportRow) -> Cell:
        number = of(row)
        return _rounded(number, places) if isinstance(number, Fraction) else number

    return cell


def _percent(of: Callable[[ReportRow], Number]) -> Callable[[ReportRow], Cell]:
    def cell(row: ReportRow) -> Cell:
        number = of(row)
        return None if number is None else f"{_rounded(Fraction(number) * 100, 2):,f}%"

    return cell


def _change(of: Callable[[ReportRow], Number]) -> Callable[[ReportRow], Cell]:
    def cell(row: ReportRow) -> Cell:
        now, before = of(row), _earlier(of)(row)
        if now is None or not before:
            return None
        change = _rounded((Fraction(now) - Fraction(before)) / abs(Fraction(before)) * 100, 1)
        return f"{change:+,f}%"

    return cell


def _rounded(number: Fraction, places: int) -> Decimal:
    """A fraction, which may have no end as a decimal, with so many places."""
    return decimal_of(round(number * 10**places), places)
