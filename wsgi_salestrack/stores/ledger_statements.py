"""The SQL of publishers and their commissions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from .spelling import Spelling, insert_statement

_PUBLISHER_COLUMNS: Final = ("site", "publisher", "name", "parent", "rules")
_COMMISSION_COLUMNS: Final = (
    *("site", "id", "conversion", "publisher", "tier"),
    *("amount", "currency", "exponent", "rule", "at"),
)
_STATE_COLUMNS: Final = ("site", "id", "commission", "state", "at")
_CONDITIONS: Final = {
    "reference": "sale.reference = :reference",
    "publisher": "entry.publisher = :publisher",
}


class LedgerStatements:
    """All statements of the ledger.

    :param table: the name of a table of ours in the database.
    """

    def __init__(self, table: Callable[[str], str], spelling: Spelling) -> None:
        publishers, conversions = table("publishers"), table("conversions")
        commissions, states = table("commissions"), table("commission_states")
        self.insert_publisher: Final = insert_statement(
            publishers, _PUBLISHER_COLUMNS, spelling.if_new
        )
        self.update_publisher: Final = (
            f"UPDATE {publishers} SET name = :name, parent = :parent, rules = :rules "
            "WHERE site = :site AND publisher = :publisher"
        )
        publisher = f"SELECT publisher, name, parent, rules FROM {publishers} WHERE site = :site"
        self.select_publisher: Final = f"{publisher} AND publisher = :publisher"
        self.select_publishers: Final = f"{publisher} ORDER BY publisher"
        self.insert_commission: Final = insert_statement(
            commissions, _COMMISSION_COLUMNS, spelling.if_new
        )
        self.insert_state: Final = insert_statement(states, _STATE_COLUMNS, spelling.if_new)
        self._entries: Final = (
            "SELECT entry.id, entry.conversion, sale.reference, entry.publisher, entry.tier, "
            "entry.amount, entry.currency, entry.exponent, entry.rule, entry.at, "
            f"(SELECT state FROM {states} became WHERE became.site = entry.site "
            "AND became.commission = entry.id ORDER BY became.id DESC LIMIT 1) "
            f"FROM {commissions} entry JOIN {conversions} sale "
            "ON sale.site = entry.site AND sale.id = entry.conversion WHERE entry.site = :site"
        )
        self.select_of_conversion: Final = (
            f"{self._entries} AND entry.conversion = :conversion ORDER BY entry.id"
        )
        self.select_conversion_id: Final = (
            f"SELECT conversion FROM {commissions} WHERE site = :site AND id = :id"
        )
        #: Whoever settles a conversion has locked it; so does who changes what became of it.
        self.lock_conversion: Final = (
            f"SELECT id FROM {conversions} WHERE site = :site AND id = :id {spelling.lock}"
        ).rstrip()

    def select_commissions(self, given: Iterable[str]) -> str:
        """The query for the entries of one ``reference`` or ``publisher``, or of all."""
        conditions = "".join(f" AND {_CONDITIONS[name]}" for name in given)
        return f"{self._entries}{conditions} ORDER BY entry.id"
