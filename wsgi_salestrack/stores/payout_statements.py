"""The SQL of payouts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from ..payouts import NEXT_PAYOUT_STATES
from .spelling import Spelling, insert_statement

_PAYOUT_COLUMNS: Final = (
    *("id", "publisher", "name", "currency", "exponent", "amount", "sales", "at"),
)
_STATE_COLUMNS: Final = ("site", "id", "payout", "state", "at")
# Each comes before those that it may become.
_STATES: Final = tuple(NEXT_PAYOUT_STATES)
_CONTENT_COLUMNS: Final = ("site", "payout", "commission", "held")
_CONDITIONS: Final = {"id": "paid.id = :id", "publisher": "paid.publisher = :publisher"}
_PURSE: Final = (
    "entry.publisher = :publisher AND entry.currency = :currency AND entry.exponent = :exponent"
)


class PayoutStatements:
    """All statements of payouts.

    :param table: the name of a table of ours in the database.
    :param entries: the query for all entries of the ledger.
    """

    def __init__(self, table: Callable[[str], str], spelling: Spelling, entries: str) -> None:
        payouts, became = table("payouts"), table("payout_states")
        contents, conversions = table("payout_entries"), table("conversions")
        commissions, states = table("commissions"), table("commission_states")
        self.insert_payout: Final = insert_statement(
            payouts, ("site", *_PAYOUT_COLUMNS), spelling.if_new
        )
        self.insert_state: Final = insert_statement(became, _STATE_COLUMNS, spelling.if_new)
        self.insert_content: Final = insert_statement(contents, _CONTENT_COLUMNS, spelling.if_new)
        #: From then on the unique key sees its entries no longer.
        self.release: Final = (
            f"UPDATE {contents} SET held = NULL WHERE site = :site AND payout = :payout"
        )
        self.lock_payout: Final = (
            f"SELECT id FROM {payouts} WHERE site = :site AND id = :id {spelling.lock}"
        ).rstrip()
        # By rank, not by time: another process's clock may be behind.
        ranks = " ".join(f"WHEN '{state}' THEN {n}" for n, state in enumerate(_STATES))
        self._payouts: Final = (
            f"SELECT {', '.join(f'paid.{name}' for name in _PAYOUT_COLUMNS)}, "
            f"(SELECT state FROM {became} became WHERE became.site = paid.site "
            f"AND became.payout = paid.id ORDER BY CASE became.state {ranks} END DESC LIMIT 1) "
            f"FROM {payouts} paid WHERE paid.site = :site"
        )
        # What nothing was decided of for good, and what no payout has.
        is_open = (
            f"NOT EXISTS (SELECT 1 FROM {contents} held WHERE held.site = entry.site "
            "AND held.commission = entry.id AND held.held = 1) "
            f"AND NOT EXISTS (SELECT 1 FROM {states} final WHERE final.site = entry.site "
            "AND final.commission = entry.id AND final.state IN ('paid', 'declined'))"
        )
        is_approved = (
            f"EXISTS (SELECT 1 FROM {states} became WHERE became.site = entry.site "
            "AND became.commission = entry.id AND became.state = 'approved')"
        )
        self._purses: Final = (
            "SELECT DISTINCT entry.publisher, entry.currency, entry.exponent "
            f"FROM {commissions} entry JOIN {conversions} sale "
            "ON sale.site = entry.site AND sale.id = entry.conversion WHERE entry.site = :site "
            f"AND sale.occurred_at <= :until AND {is_approved} AND {is_open}"
        )
        #: The sales of a purse that are not paid for as they stand; nobody else may change what
        #: became of their commissions.
        self.lock_sales: Final = (
            f"SELECT id FROM {conversions} WHERE site = :site AND occurred_at <= :until "
            f"AND id IN (SELECT entry.conversion FROM {commissions} entry "
            f"WHERE entry.site = :site AND {_PURSE} AND {is_open}) ORDER BY id {spelling.lock}"
        ).rstrip()
        self.select_entries: Final = (
            f"{entries} AND sale.occurred_at <= :until AND {_PURSE} ORDER BY entry.id"
        )

    def select_payouts(self, given: Iterable[str]) -> str:
        """The query for the payout with an ``id``, those of one ``publisher``, or all."""
        conditions = "".join(f" AND {_CONDITIONS[name]}" for name in given)
        return f"{self._payouts}{conditions} ORDER BY paid.id"

    def select_purses(self, given: Iterable[str]) -> str:
        """The query for what is approved, of one ``publisher`` or of all."""
        conditions = "".join(f" AND entry.{name} = :{name}" for name in given)
        return f"{self._purses}{conditions} ORDER BY 1, 2, 3"
