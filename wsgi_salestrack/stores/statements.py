"""The SQL, written once with named parameters, for any database that a store may use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ..touches import TOUCH_NAMES, Touch
from . import unsent
from .history_statements import HistoryStatements
from .hit_statements import HitStatements
from .journey_statements import JourneyStatements
from .ledger_statements import LedgerStatements
from .order_statements import OrderStatements
from .payout_statements import PayoutStatements
from .privacy_statements import PrivacyStatements
from .report_statements import ReportStatements
from .segment_statements import SegmentStatements
from .spelling import SQLITE, Spelling, insert_statement
from .totals_statements import TotalsStatements
from .trail_statements import TrailStatements
from .verifying_statements import VerifyingStatements

TOUCH_COLUMNS: Final = tuple(f"touch_{name}" for name in ("at", *TOUCH_NAMES))
REFERRAL_COLUMNS: Final = tuple(f"referral_{name}" for name in ("at", *TOUCH_NAMES))

CLICK_COLUMNS: Final = (
    *("id", "site", "day", "visitor", "verdict", "destination"),
    *TOUCH_COLUMNS,
)

#: What says who is credited with a sale.
CREDIT_COLUMNS: Final = ("visitor", *TOUCH_COLUMNS, *REFERRAL_COLUMNS)

# What a repeat may change comes after what it never does.
_IDENTITY_COLUMNS: Final = ("id", "site", "scope", "dedupe_key", "reference")
_TIME_COLUMNS: Final = (
    *("occurred_at", "day", "recorded_at", "changed_at", "unsent"),
    *("cancelled", "refunded", "erased"),
)
VALUE_COLUMNS: Final = (
    "source",
    "signed",
    "target",
    "affiliate_link",
    "terms",
    "revenue",
    "currency",
    "exponent",
    "quantity",
    "named_by",
    "customer_ref",
    "point_of_sale",
    *CREDIT_COLUMNS,
)
CONVERSION_COLUMNS: Final = (*_IDENTITY_COLUMNS, *_TIME_COLUMNS, *VALUE_COLUMNS)

CLAIM_COLUMNS: Final = (
    *("site", "reference", "customer_ref", "visitor", "at"),
    *TOUCH_COLUMNS,
    *REFERRAL_COLUMNS,
)
_ADJUSTMENT_COLUMNS: Final = (
    *("site", "id", "conversion", "kind", "at", "reference"),
    *("amount", "currency", "exponent", "returned", "unsent"),
)

#: All tables; what refers to another one comes after it.
TABLES: Final = (
    *("clicks", "conversions", "products", "lines", "conflicts", "adjustments"),
    *("claims", "identities", "separations", "hits"),
    *("publishers", "commissions", "commission_states"),
    *("payouts", "payout_states", "payout_entries"),
)


def _as_it_is(table: str) -> str:
    return table


class Statements:
    """All statements, for one set of tables.

    :param table: the name of a table of ours in the database.
    """

    def __init__(
        self, table: Callable[[str], str] = _as_it_is, spelling: Spelling = SQLITE
    ) -> None:
        self._table = table
        self.ledger: Final = LedgerStatements(table, spelling)
        self.payouts: Final = PayoutStatements(table, spelling, self.ledger.entries)
        self.verifying: Final = VerifyingStatements(table)
        self.journeys: Final = JourneyStatements(table, spelling)
        self.trails: Final = TrailStatements(table)
        self.reports: Final = ReportStatements(table, spelling)
        self.totals: Final = TotalsStatements() if spelling.keeps_totals else None
        self.segments: Final = SegmentStatements(table, spelling)
        self.history: Final = HistoryStatements(
            table, CONVERSION_COLUMNS, CLICK_COLUMNS, self.ledger.entries
        )
        self.hits: Final = HitStatements(table, spelling)
        self.orders: Final = OrderStatements(table, spelling)
        self.privacy: Final = PrivacyStatements(
            table,
            spelling,
            click_columns=CLICK_COLUMNS,
            claim_columns=CLAIM_COLUMNS,
            touch_columns=TOUCH_COLUMNS,
            referral_columns=REFERRAL_COLUMNS,
        )
        conversions = table("conversions")
        columns = ", ".join(CONVERSION_COLUMNS)
        one = f"SELECT {columns} FROM {conversions} WHERE site = :site"
        self.insert_click: Final = self._insert("clicks", CLICK_COLUMNS, spelling.if_new)
        self.insert_conversion: Final = self._insert(
            "conversions", CONVERSION_COLUMNS, spelling.if_new
        )
        self.select_conversion: Final = f"{one} AND scope = :scope AND dedupe_key = :dedupe_key"
        self.select_conversion_by_id: Final = f"{one} AND id = :id"
        #: The same, to change it; what others have committed meanwhile is seen.
        self.select_conversion_alone: Final = f"{self.select_conversion} {spelling.lock}".rstrip()
        # ``changed_at`` is NULL where only the bookkeeping changes: a replay has nothing new to
        # tell.
        self.update_conversion: Final = (
            f"UPDATE {conversions} SET {', '.join(f'{name} = :{name}' for name in VALUE_COLUMNS)}, "
            f"changed_at = COALESCE(:changed_at, changed_at), {unsent.ADD} "
            "WHERE site = :site AND id = :id"
        )
        self.select_changed: Final = (
            f"SELECT id FROM {conversions} WHERE site = :site AND changed_at >= :since "
            "ORDER BY changed_at, id"
        )
        self.select_occurred: Final = (
            f"SELECT id FROM {conversions} WHERE site = :site AND scope = :scope "
            "AND occurred_at >= :since AND occurred_at < :until ORDER BY occurred_at, id"
        )
        self.select_unsent: Final = (
            f"SELECT id FROM {conversions} WHERE site = :site AND unsent IS NOT NULL ORDER BY id"
        )
        self.mark_sent: Final = (
            f"UPDATE {conversions} SET {unsent.TAKE} "
            f"WHERE site = :site AND id = :id AND {unsent.HAS}"
        )
        self.insert_conflict: Final = self._insert(
            "conflicts", ("site", "id", "conversion", "at", "lost"), spelling.if_new
        )
        self.select_conflict: Final = (
            f"SELECT id FROM {table('conflicts')} "
            "WHERE site = :site AND conversion = :conversion AND lost = :lost"
        )
        self.select_conflicts: Final = (
            f"SELECT at, lost FROM {table('conflicts')} "
            "WHERE site = :site AND conversion = :conversion ORDER BY id"
        )
        self.adjust: Final = (
            f"UPDATE {conversions} SET cancelled = :cancelled, refunded = :refunded "
            "WHERE site = :site AND id = :id"
        )
        self.insert_adjustment: Final = self._insert(
            "adjustments", _ADJUSTMENT_COLUMNS, spelling.if_new
        )
        adjustment = (
            "SELECT made.conversion, made.id, kind, at, made.reference, amount, returned, "
            f"currency, exponent FROM {table('adjustments')} made WHERE made.site = :site"
        )
        self.select_adjustments: Final = (
            f"{adjustment} AND made.conversion = :conversion ORDER BY made.at"
        )
        #: The same in a host's transaction, once its sale is locked.
        self.select_latest_adjustments: Final = (
            f"{self.select_adjustments} {spelling.latest}".rstrip()
        )
        self.select_adjustments_since: Final = (
            f"{adjustment} AND at >= :since ORDER BY made.at, made.id"
        )
        self.select_unsent_adjustments: Final = (
            f"{adjustment} AND made.unsent IS NOT NULL ORDER BY made.at, made.id"
        )
        self.mark_adjustment_sent: Final = (
            f"UPDATE {table('adjustments')} SET unsent = NULL WHERE site = :site AND id = :id"
        )
        claims = table("claims")
        self.insert_claim: Final = self._insert("claims", CLAIM_COLUMNS, spelling.if_new)
        # Not locked: in a host's transaction that would keep every other order's claim waiting.
        self.select_claims: Final = (
            f"SELECT {', '.join(CLAIM_COLUMNS)} FROM {claims} "
            "WHERE site = :site AND reference = :reference ORDER BY at"
        )
        self.update_claim: Final = (
            f"UPDATE {claims} SET "
            f"{', '.join(f'{name} = COALESCE({name}, :{name})' for name in CLAIM_COLUMNS[5:])} "
            "WHERE site = :site AND reference = :reference AND customer_ref = :customer_ref "
            "AND visitor = :visitor"
        )
        self.credit: Final = (
            f"UPDATE {conversions} SET {', '.join(map('{0} = :{0}'.format, CREDIT_COLUMNS))}, "
            f"changed_at = COALESCE(:changed_at, changed_at), {unsent.ADD} "
            "WHERE site = :site AND id = :id"
        )
        self.delete_conversion: Final = f"DELETE FROM {conversions} WHERE site = :site AND id = :id"
        self.insert_identity: Final = self._insert(
            "identities", ("site", "customer_ref", "contact", "at"), spelling.if_new
        )
        self.update_identity: Final = (
            f"UPDATE {table('identities')} SET contact = :contact, at = :at "
            "WHERE site = :site AND customer_ref = :customer_ref"
        )
        self.forget_site: Final = (
            *(self.totals.before_forgetting if self.totals else ()),
            *(f"DELETE FROM {table(name)} WHERE site = :site" for name in reversed(TABLES)),
            *(self.totals.after_forgetting if self.totals else ()),
        )

    def _insert(self, table: str, columns: tuple[str, ...], otherwise: str = "") -> str:
        return insert_statement(self._table(table), columns, otherwise)

    def select_last_click(self, touch: Touch) -> str:
        """The query for a click with just the names that a touch has: the last, or the next."""
        names = " ".join(
            f"AND touch_{name} IS NULL" if value is None else f"AND touch_{name} = :{name}"
            for name, value in zip(TOUCH_NAMES, touch.names, strict=True)
        )
        return (
            "SELECT COALESCE(MAX(CASE WHEN touch_at <= :until THEN touch_at END), MIN(touch_at)) "
            f"FROM {self._table('clicks')} WHERE site = :site {names} AND verdict = 'valid'"
        )


def insert_many(table: str, columns: tuple[str, ...], count: int) -> str:
    """Insert so many new rows, or none; for SQLite, by place: names take longer to bind."""
    row = f"({', '.join('?' * len(columns))})"
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([row] * count)}"
