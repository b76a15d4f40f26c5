"""The SQL of journeys: who belongs together, their touches, and the sales."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ..touches import TOUCH_NAMES
from .base import Selection
from .spelling import Spelling, insert_statement

_LINK: Final = ("visitor", "contact", "customer_ref")
#: Dimensions of the sale itself; all others are those of its touches.
OF_SALE: Final = ("target", "day")


class JourneyStatements:
    """All statements of journeys.

    :param table: the name of a table of ours in the database.
    """

    def __init__(self, table: Callable[[str], str], spelling: Spelling) -> None:
        self._conversions = conversions = table("conversions")
        self._all_rows = spelling.all_rows
        self._clicks = clicks = f"{table('clicks')} {spelling.all_rows}"
        self._identities = identities = table("identities")
        separations = table("separations")
        of_site = "site = :site AND visitor IS NOT NULL"
        every_sale = f"{conversions} {spelling.all_rows}"
        self.select_links: Final = (
            f"SELECT DISTINCT visitor, touch_contact, NULL FROM {clicks} "
            f"WHERE {of_site} AND touch_contact IS NOT NULL AND verdict = 'valid' "
            "AND (touch_at < :first OR touch_at >= :end) "
            f"UNION ALL SELECT DISTINCT visitor, NULL, customer_ref FROM {every_sale} "
            f"WHERE {of_site} AND customer_ref IS NOT NULL "
            f"UNION ALL SELECT NULL, contact, customer_ref FROM {identities} WHERE site = :site"
        )
        self.select_clicks: Final = (
            f"SELECT visitor, verdict, touch_at, {', '.join(f'touch_{n}' for n in TOUCH_NAMES)} "
            f"FROM {clicks} WHERE site = :site ORDER BY id"
        )
        self.select_separations: Final = (
            f"SELECT {', '.join(_LINK)}, apart FROM {separations} WHERE site = :site ORDER BY id"
        )
        self.insert_separation: Final = insert_statement(
            separations, ("site", "id", *_LINK, "apart", "at"), spelling.if_new
        )

    def select_touches(self, selection: Selection) -> str:
        """The query for the clicks of a time, with the names that a selection asks for."""
        return (
            f"SELECT visitor, {_touch('touch', selection)} FROM {self._clicks} "
            "WHERE site = :site AND verdict = 'valid' "
            "AND touch_at >= :first AND touch_at < :end ORDER BY id"
        )

    def select_sales(self, selection: Selection) -> str:
        """The query for the conversions of a selection, as far as it is about them.

        Only names of columns come from it; its values are parameters.
        """
        conversions = self._conversions
        is_period = selection.since is not None or selection.until is not None
        all_rows = "" if is_period else self._all_rows
        site = f"{conversions}.site"
        value = selection.by if selection.by in OF_SALE else "NULL"
        contact, identified = "NULL", ""
        if "contact" in (selection.by, *selection.where):
            contact = "identity.contact"
            identified = (
                f"LEFT JOIN {self._identities} identity ON identity.site = {site} "
                f"AND identity.customer_ref = {conversions}.customer_ref"
            )
        conditions = [f"{site} = :site", "cancelled = 0"]
        conditions += ["occurred_at >= :since"] if selection.since is not None else []
        conditions += ["occurred_at < :until"] if selection.until is not None else []
        conditions += ["currency = :currency"] if selection.currency is not None else []
        for dimension in OF_SALE:
            if dimension in selection.where:
                given = "IS NULL" if selection.where[dimension] is None else f"= :where_{dimension}"
                conditions.append(f"{dimension} {given}")
        return (
            f"SELECT {conversions}.visitor, {conversions}.customer_ref, occurred_at, currency, "
            "exponent, COALESCE(quantity, 0), COALESCE(revenue, 0), refunded, "
            f"{value}, {contact}, {_touch('touch', selection)}, "
            f"{_touch('referral', selection)} FROM {conversions} {all_rows} {identified} "
            f"WHERE {' AND '.join(conditions)}"
        )


def touch_names(selection: Selection) -> list[str]:
    """Which names of touches a selection asks for."""
    return [name for name in TOUCH_NAMES if name in {selection.by, *selection.where}]


def _touch(which: str, selection: Selection) -> str:
    """The columns of a touch or a referral.

    Its programmes are found here, as :func:`~wsgi_salestrack.touches.programmes_of` does: most of
    its names are of no use after that.
    """
    newsletter = ", ".join(
        f"{which}_{name}" for name in ("contact", "subscription", "list", "newsletter")
    )
    programmes = (
        f"CASE WHEN COALESCE({newsletter}) IS NOT NULL "
        f"THEN CASE WHEN {which}_publisher IS NULL THEN 1 ELSE 3 END "
        f"WHEN {which}_publisher IS NOT NULL THEN 2 WHEN {which}_link IS NOT NULL THEN 1 END"
    )
    names = [f"{which}_{name}" for name in touch_names(selection)]
    return ", ".join((f"{which}_contact", f"{which}_at", programmes, *names))
