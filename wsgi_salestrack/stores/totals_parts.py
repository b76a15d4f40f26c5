"""What a row counts in, as SQLite's queries: one row for each sum that it is a part of.

``period`` is the day on which it occurred, or empty for the sum of all closed days, which are those
up to the one in ``totalled``. An empty value stands for none, and so does an empty currency. The
dimension ``all`` has no values: it is of every row.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from ..touches import COUNTED

# A sum that might be no integer any more is none; reports then read the rows. No amount that can be
# recorded is as large, but the quantities and prices of lines may multiply to it.
_LARGEST: Final = 1 << 40


def _or_none(amount: str) -> str:
    return f"CASE WHEN {amount} BETWEEN -{_LARGEST} AND {_LARGEST} THEN {amount} END"


class Period(NamedTuple):
    """Which of a row's sums are meant: that of its day, that of the closed days, or both.

    :param name: the sum's period.
    :param kinds: joined to the row.
    :param condition: of the row's having such a sum; ``{closed}`` is the last closed day.
    :param group: what tells the sums of a row apart.
    """

    name: str
    kinds: str
    condition: str
    group: str


DAY: Final = Period("counted.day", "", "TRUE", "counted.id")
CLOSED: Final = Period("''", "", "counted.day <= {closed}", "counted.id")
DAY_AND_CLOSED: Final = Period(
    "SUBSTR(counted.day, 1, length)",
    " CROSS JOIN (SELECT 10 AS length UNION ALL SELECT 0)",
    "(length OR counted.day <= {closed})",
    "counted.id, length",
)


class Part(NamedTuple):
    """The sums of one dimension that rows count in.

    :param columns: the value, the rest of the key and the sums.
    :param source: the rows, called ``counted``.
    :param conditions: of those that count.
    :param left: what is left of a sum whose rows are grouped; where nothing is, it does not count.
    """

    dimension: str
    columns: str
    source: str
    conditions: str
    left: str = ""

    def select(self, kept: Kept, period: Period, which: str) -> str:
        """The query for the parts of some rows.

        :param which: a condition on ``counted``.
        """
        condition = period.condition.format(closed=f"(SELECT {kept.rows}_closed FROM totalled)")
        grouped = f" GROUP BY {period.group} HAVING {self.left}" if self.left else ""
        return (
            f"SELECT counted.site, '{self.dimension}' AS dimension, {period.name} AS period, "
            f"{self.columns}, {kept.at} AS first_at, {kept.at} AS last_at "
            f"FROM {self.source}{period.kinds} "
            f"WHERE {self.conditions} AND {which} AND {condition}{grouped}"
        )


class Kept(NamedTuple):
    """Rows of a table, and the totals that are kept of them.

    :param rows: the table, and the column of its mark.
    :param totals: the table of their sums.
    :param loose: the table of those before the mark that are not in the totals.
    :param parts: the sums that each row counts in.
    :param key: what a sum is of.
    :param sums: the first is of what is 1 for each row: zero just where nothing counts.
    :param columns: of a row, that its parts depend on.
    :param at: the column of when it occurred.
    :param came_at: the column of when it came, by the clock.
    """

    rows: str
    totals: str
    loose: str
    parts: tuple[Part, ...]
    key: tuple[str, ...]
    sums: tuple[str, ...]
    columns: tuple[str, ...]
    at: str
    came_at: str

    @property
    def money(self) -> tuple[str, ...]:
        """Those of the key that say what the sums of money are in."""
        return self.key[4:]

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Those that totals are kept of."""
        return tuple(dict.fromkeys(part.dimension for part in self.parts))

    def parts_of(self, dimension: str) -> tuple[Part, ...]:
        """The parts of a dimension."""
        return tuple(part for part in self.parts if part.dimension == dimension)


# NOT INDEXED: they are found by id, or all of them are read. Where they are grouped, the planner
# would rather have the order of an index.
_SALE: Final = "conversions counted NOT INDEXED"
_COUNTS: Final = "cancelled = 0"
_MONEY: Final = "COALESCE(currency, '') AS currency, COALESCE(exponent, 0) AS exponent"
_SUMS: Final = (
    f"1 AS conversions, COALESCE(counted.quantity, 0) AS quantity, "
    f"{_or_none('COALESCE(revenue, 0)')} AS revenue, {_or_none('refunded')} AS refunded"
)


def _value(column: str) -> str:
    return f"COALESCE({column}, '') AS value"


# Products and the rest are what ``wsgi_salestrack.parts`` takes a sale apart into.
# The plus: otherwise SQLite would look for lines of all ids in a range, not of this one.
_LINES: Final = "lines bought {on} bought.site = counted.site AND conversion = +counted.id"
_SALE_AND_LINES: Final = f"{_SALE} CROSS JOIN {_LINES.format(on='ON')}"
_PRICE: Final = _or_none("bought.quantity * unit_price")
_BACK: Final = _or_none(
    "(CASE WHEN refunded <> 0 AND refunded = revenue THEN bought.quantity ELSE returned END) "
    "* unit_price"
)
_REST: Final = {
    "quantity": "COALESCE(counted.quantity, 0) - SUM(bought.quantity)",
    **{
        name: f"CASE WHEN COUNT(*) = COUNT({part}) THEN {whole} - SUM({part}) END"
        for name, whole, part in (
            ("revenue", "COALESCE(revenue, 0)", _PRICE),
            ("refunded", "refunded", _BACK),
        )
    },
}

SALES: Final = Kept(
    rows="conversions",
    totals="totals",
    loose="loose_conversions",
    parts=(
        *(
            Part(dimension, f"{value}, {_MONEY}, {_SUMS}", _SALE, _COUNTS)
            for dimension, value in (
                ("all", "'' AS value"),
                ("newsletter", _value("touch_newsletter")),
                ("link", _value("touch_link")),
                ("publisher", _value("referral_publisher")),
            )
        ),
        Part(
            "product",
            f"product_id AS value, {_MONEY}, is_first AS conversions, bought.quantity, "
            f"{_PRICE} AS revenue, {_BACK} AS refunded",
            _SALE_AND_LINES,
            _COUNTS,
        ),
        Part(
            "product",
            f"'' AS value, {_MONEY}, {_SUMS}",
            _SALE,
            f"{_COUNTS} AND NOT EXISTS (SELECT 1 FROM {_LINES.format(on='WHERE')})",
        ),
        Part(
            "product",
            f"'' AS value, {_MONEY}, 1 AS conversions, "
            f"{', '.join(f'{rest} AS {name}' for name, rest in _REST.items())}",
            _SALE_AND_LINES,
            _COUNTS,
            " OR ".join(f"{rest} IS NOT 0" for rest in _REST.values()),
        ),
    ),
    key=("site", "dimension", "period", "value", "currency", "exponent"),
    sums=("conversions", "quantity", "revenue", "refunded"),
    columns=(
        *("site", "occurred_at", "day", "cancelled", "refunded", "revenue", "currency"),
        *("exponent", "quantity", "touch_newsletter", "touch_link", "referral_publisher"),
    ),
    at="occurred_at",
    came_at="recorded_at",
)
CLICKS: Final = Kept(
    rows="clicks",
    totals="click_totals",
    loose="loose_clicks",
    parts=tuple(
        Part(
            dimension,
            f"{value}, 1 AS clicks",
            "clicks counted NOT INDEXED",
            f"verdict IN {COUNTED} AND touch_at IS NOT NULL",
        )
        for dimension, value in (
            ("all", "'' AS value"),
            ("newsletter", _value("touch_newsletter")),
            ("link", _value("touch_link")),
            ("publisher", _value("touch_publisher")),
        )
    ),
    key=("site", "dimension", "period", "value"),
    sums=("clicks",),
    columns=(
        *("site", "day", "verdict", "touch_at"),
        *("touch_newsletter", "touch_link", "touch_publisher"),
    ),
    at="touch_at",
    came_at="touch_at",
)
