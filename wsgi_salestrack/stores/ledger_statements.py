"""The SQL of publishers and their commissions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from .identified import is_one_person
from .spelling import Spelling, insert_statement

_PUBLISHER_COLUMNS: Final = ("publisher", "name", "parent", "rules", "contact", "customer_ref")
_COMMISSION_COLUMNS: Final = (
    *("site", "id", "conversion", "publisher", "tier"),
    *("amount", "currency", "exponent", "rule", "at"),
)
_STATE_COLUMNS: Final = ("site", "id", "commission", "state", "reason", "at")


class LedgerStatements:
    """All statements of the ledger.

    :param table: the name of a table of ours in the database.
    """

    def __init__(self, table: Callable[[str], str], spelling: Spelling) -> None:
        publishers, conversions = table("publishers"), table("conversions")
        contents = table("payout_entries")
        self._conditions: Final = {
            "reference": "sale.reference = :reference",
            "publisher": "entry.publisher = :publisher",
            "payout": (
                f"entry.id IN (SELECT content.commission FROM {contents} content "
                "WHERE content.site = :site AND content.payout = :payout)"
            ),
        }
        commissions, states = table("commissions"), table("commission_states")
        self.insert_publisher: Final = insert_statement(
            publishers, ("site", *_PUBLISHER_COLUMNS), spelling.if_new
        )
        self.update_publisher: Final = (
            f"UPDATE {publishers} SET name = :name, parent = :parent, rules = :rules, "
            "contact = :contact, customer_ref = :customer_ref "
            "WHERE site = :site AND publisher = :publisher"
        )
        publisher = f"SELECT {', '.join(_PUBLISHER_COLUMNS)} FROM {publishers} WHERE site = :site"
        self.select_publisher: Final = f"{publisher} AND publisher = :publisher"
        #: The same, to change it.
        self.lock_publisher: Final = f"{self.select_publisher} {spelling.lock}".rstrip()
        self.select_publishers: Final = f"{publisher} ORDER BY publisher"
        self.select_customers: Final = f"{publisher} AND customer_ref = :customer_ref"
        self.insert_commission: Final = insert_statement(
            commissions, _COMMISSION_COLUMNS, spelling.if_new
        )
        self.insert_state: Final = insert_statement(states, _STATE_COLUMNS, spelling.if_new)
        #: All entries of a site, with what became of each and the payout that it is in.
        self.entries: Final = (
            "SELECT entry.id, entry.conversion, sale.reference, entry.publisher, entry.tier, "
            "entry.amount, entry.currency, entry.exponent, entry.rule, entry.at, "
            "became.state, became.reason, held.payout, became.id "
            f"FROM {commissions} entry JOIN {conversions} sale "
            "ON sale.site = entry.site AND sale.id = entry.conversion "
            f"LEFT JOIN {states} became ON became.site = entry.site "
            # By rank, not by time: another process's clock may be behind.
            "AND became.commission = entry.id AND became.id = (SELECT reached.id "
            f"FROM {states} reached WHERE reached.site = entry.site "
            "AND reached.commission = entry.id "
            "ORDER BY CASE reached.state WHEN 'approved' THEN 0 ELSE 1 END DESC LIMIT 1) "
            f"LEFT JOIN {contents} held ON held.site = entry.site "
            "AND held.commission = entry.id AND held.held = 1 WHERE entry.site = :site"
        )
        self.select_of_conversion: Final = (
            f"{self.entries} AND entry.conversion = :conversion ORDER BY entry.id"
        )
        #: The same where something is to be written after it, within a host's transaction, too.
        self.select_latest_of_conversion: Final = (
            f"{self.select_of_conversion} {spelling.latest}".rstrip()
        )
        self.select_conversion_id: Final = (
            f"SELECT conversion FROM {commissions} WHERE site = :site AND id = :id"
        )
        #: Whose contact a customer is, unless somebody has said that they are two persons.
        self.select_contact: Final = (
            f"SELECT contact FROM {table('identities')} known "
            "WHERE site = :site AND customer_ref = :customer_ref "
            f"AND {is_one_person(table, 'known')}"
        )
        #: Whoever settles a conversion has locked it; so does who changes what became of it.
        self.lock_conversion: Final = (
            f"SELECT id FROM {conversions} WHERE site = :site AND id = :id {spelling.lock}"
        ).rstrip()
        #: The sales of a customer with commissions that nobody has decided of, to be settled anew.
        self.lock_earning_of_customer: Final = (
            f"SELECT id FROM {conversions} WHERE site = :site AND customer_ref = :customer_ref "
            f"AND EXISTS (SELECT 1 FROM {commissions} entry "
            f"WHERE entry.site = {conversions}.site AND entry.conversion = {conversions}.id "
            f"AND NOT EXISTS (SELECT 1 FROM {states} became WHERE became.site = entry.site "
            "AND became.commission = entry.id)) "
            f"ORDER BY id {spelling.lock}"
        ).rstrip()
        identities = table("identities")
        #: Those whose buyer may be who earns on them, by all that was said since.
        self.select_own_purchases: Final = (
            f"SELECT entry.conversion FROM {commissions} entry "
            f"JOIN {conversions} sale ON sale.site = entry.site AND sale.id = entry.conversion "
            f"LEFT JOIN {publishers} who "
            "ON who.site = entry.site AND who.publisher = entry.publisher "
            f"LEFT JOIN {identities} buyer "
            "ON buyer.site = sale.site AND buyer.customer_ref = sale.customer_ref "
            f"LEFT JOIN {identities} earner "
            "ON earner.site = who.site AND earner.customer_ref = who.customer_ref "
            "WHERE entry.site = :site AND ("
            "sale.customer_ref = COALESCE(who.customer_ref, entry.publisher) "
            "OR COALESCE(who.contact, entry.publisher) "
            "IN (sale.touch_contact, sale.referral_contact, buyer.contact) "
            "OR earner.contact IN (sale.touch_contact, sale.referral_contact, buyer.contact)) "
            f"AND NOT EXISTS (SELECT 1 FROM {states} became WHERE became.site = entry.site "
            "AND became.commission = entry.id)"
        )
        #: The same of what was sold to others by a publisher who is that customer.
        self.lock_earned_by_customer: Final = (
            f"SELECT id FROM {conversions} WHERE site = :site AND id IN ("
            f"{self.select_own_purchases} AND who.customer_ref = :customer_ref) "
            f"ORDER BY id {spelling.lock}"
        ).rstrip()

    def select_commissions(self, given: Iterable[str]) -> str:
        """The query for the entries of one ``reference``, ``publisher`` or ``payout``, or of all.

        Of a payout that was dropped, too.
        """
        conditions = "".join(f" AND {self._conditions[name]}" for name in given)
        return f"{self.entries}{conditions} ORDER BY entry.id"
