"""The SQL of journeys: who belongs together, their touches, and the sales."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from ..touches import TOUCH_NAMES
from .base import Selection
from .line_values import is_by_line
from .report_columns import OF_LINE, OF_SALE, ReportColumns, identity_of, sale_conditions
from .report_statements import LINE_COLUMNS
from .spelling import Spelling, insert_statement

_LINK: Final = ("visitor", "contact", "customer_ref")
_TOUCHES: Final = ("touch", "referral")


class JourneyStatements:
    """All statements of journeys.

    :param table: the name of a table of ours in the database.
    """

    def __init__(self, table: Callable[[str], str], spelling: Spelling) -> None:
        self._conversions = conversions = table("conversions")
        self._lines = table("lines")
        self._columns = ReportColumns(spelling)
        self._all_rows = spelling.all_rows
        self._clicks = clicks = f"{table('clicks')} {spelling.all_rows}"
        self._table = table
        identities = table("identities")
        separations = table("separations")
        of_site = "site = :site AND visitor IS NOT NULL"
        every_sale = f"{conversions} {spelling.all_rows}"
        self._clicked_links: Final = (
            f"SELECT DISTINCT visitor, touch_contact, NULL FROM {clicks} "
            f"WHERE {of_site} AND touch_contact IS NOT NULL AND verdict = 'valid' "
            "AND (touch_at < :first OR touch_at >= :end) UNION ALL "
        )
        self._other_links: Final = (
            f"SELECT DISTINCT visitor, NULL, customer_ref FROM {every_sale} "
            f"WHERE {of_site} AND customer_ref IS NOT NULL "
            f"UNION ALL SELECT NULL, contact, customer_ref FROM {identities} WHERE site = :site"
        )
        self.select_separations: Final = (
            f"SELECT id, {', '.join(_LINK)}, apart FROM {separations} "
            "WHERE site = :site ORDER BY id"
        )
        self.insert_separation: Final = insert_statement(
            separations, ("site", "id", *_LINK, "apart", "at"), spelling.if_new
        )

    def select_links(self, selection: Selection) -> str:
        """The query for the links between two names, but for those of the touches that are read."""
        # A selection of all times reads every touch.
        return f"{'' if selection.is_of_all_times else self._clicked_links}{self._other_links}"

    def select_touches(self, names: Sequence[str]) -> str:
        """The query for the clicks of a time, with these names."""
        return (
            f"SELECT visitor, {_touch('touch', names)} FROM {self._clicks} "
            "WHERE site = :site AND verdict = 'valid' "
            "AND touch_at >= :first AND touch_at < :end ORDER BY id"
        )

    def select_timeless(self, selection: Selection) -> str:
        """Whether any of its conversions has a touch of which nobody knows when it was."""
        known = (
            f"{which}_at IS NULL AND COALESCE({_all_names(which, TOUCH_NAMES)}) IS NOT NULL"
            for which in _TOUCHES
        )
        conditions = [f"{self._conversions}.site = :site", f"({' OR '.join(known)})"]
        conditions += sale_conditions(_of_sale(selection), self._conversions)
        source = f"{self._conversions} {self._rows(selection)}"
        return f"SELECT 1 FROM {source} WHERE {' AND '.join(conditions)} LIMIT 1"

    def select_sales(self, selection: Selection, names: Sequence[str]) -> str:
        """The query for the conversions of a selection, as far as it is about them.

        Only names of columns come from it; its values are parameters.

        :param names: of their touches.
        """
        sale = self._conversions
        identity = identity_of(selection, self._table)
        contact = "identity.contact" if identity else "NULL"
        conditions = [f"{sale}.site = :site", "cancelled = 0"]
        conditions += sale_conditions(_of_sale(selection), sale)
        lines, line, order = "", "", ""
        if is_by_line(selection):
            line = f", {LINE_COLUMNS}"
            order = f" ORDER BY {sale}.id, bought.position"
            lines = (
                f"LEFT JOIN {self._lines} bought "
                f"ON bought.site = {sale}.site AND bought.conversion = {sale}.id"
            )
        return (
            f"SELECT {sale}.id, {sale}.visitor, {sale}.customer_ref, occurred_at, currency, "
            f"exponent, COALESCE({sale}.quantity, 0), COALESCE(revenue, 0), refunded, "
            f"{self._values(selection)}{contact}, {_touch('touch', names)}, "
            f"{_touch('referral', names)}{line} "
            f"FROM {sale} {self._rows(selection)} {lines} {identity} "
            f"WHERE {' AND '.join(conditions)}{order}"
        )

    def _rows(self, selection: Selection) -> str:
        """How the sales of a selection are found."""
        return self._all_rows if selection.is_of_all_times else ""

    def _values(self, selection: Selection) -> str:
        """Those of the sale itself; in the places of all others there is nothing."""
        return "".join(
            f"{self._columns.of_sale(name, selection.timezone)}, "
            if name in OF_SALE and name not in OF_LINE
            else "NULL, "
            for name in selection.by
        )


def touch_names(selection: Selection, *others: str) -> list[str]:
    """Which names of touches a selection asks for, and others."""
    return [name for name in TOUCH_NAMES if name in {*selection.by, *selection.where, *others}]


def _of_sale(selection: Selection) -> Selection:
    """What it asks of the sales themselves."""
    own = {name: value for name, value in selection.where.items() if name in OF_SALE}
    return msgspec.structs.replace(selection, where=own)


def _all_names(which: str, names: Sequence[str]) -> str:
    return ", ".join(f"{which}_{name}" for name in names)


def _touch(which: str, names: Sequence[str]) -> str:
    """The columns of a touch or a referral.

    Its programmes are found here, as :func:`~wsgi_salestrack.touches.programmes_of` does: most of
    its names are of no use after that.
    """
    newsletter = _all_names(which, ("contact", "subscription", "list", "newsletter"))
    programmes = (
        f"CASE WHEN COALESCE({newsletter}) IS NOT NULL "
        f"THEN CASE WHEN {which}_publisher IS NULL THEN 1 ELSE 3 END "
        f"WHEN {which}_publisher IS NOT NULL THEN 2 WHEN {which}_link IS NOT NULL THEN 1 END"
    )
    columns = [f"{which}_{name}" for name in names]
    return ", ".join((f"{which}_contact", f"{which}_at", programmes, *columns))
