"""The SQL that finds what is too old to be kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from .erasing_subject_statements import among

_PERSONAL: Final = (
    "(touch_contact IS NOT NULL OR touch_subscription IS NOT NULL OR visitor IS NOT NULL "
    # What an address says behind its path may be about whoever clicked it.
    "OR destination LIKE :query OR destination LIKE :fragment)"
)


def _without_names(touch: str) -> str:
    """The columns of a touch that names nobody; none, where it names nothing else."""
    rest = ", ".join(f"{touch}_{name}" for name in ("list", "newsletter", "link", "publisher"))
    return (
        f"{touch}_at = CASE WHEN COALESCE({rest}) IS NULL THEN NULL ELSE {touch}_at END, "
        f"{touch}_contact = NULL, {touch}_subscription = NULL"
    )


class RetentionStatements:
    """All statements of it; ``:end`` is the first moment that is kept.

    :param table: the name of a table of ours in the database.
    """

    def __init__(self, table: Callable[[str], str]) -> None:
        clicks, conversions, claims = table("clicks"), table("conversions"), table("claims")
        identities, separations = table("identities"), table("separations")
        # By the time and not by the id, though that is made of it: a clock may have been wrong.
        old_clicks = f"SELECT id FROM {clicks} WHERE site = :site AND touch_at < :end"
        self.select_clicks: Final = old_clicks
        self.delete_clicks: Final = f"DELETE FROM {clicks} WHERE site = :site AND {among('id')}"
        self.select_personal_clicks: Final = f"{old_clicks} AND touch_at >= :first AND {_PERSONAL}"
        self.select_destinations: Final = (
            f"SELECT id, destination FROM {clicks} WHERE site = :site AND {among('id')}"
        )
        self.clean_click: Final = (
            f"UPDATE {clicks} SET visitor = NULL, destination = :destination, "
            "touch_contact = NULL, touch_subscription = NULL WHERE site = :site AND id = :id"
        )
        self.select_conversions: Final = (
            f"SELECT id FROM {conversions} "
            "WHERE site = :site AND occurred_at < :end AND erased = 0 ORDER BY occurred_at, id"
        )
        self.clean_conversions: Final = (
            f"UPDATE {conversions} SET {_without_names('touch')}, {_without_names('referral')}, "
            f"customer_ref = NULL, visitor = NULL, erased = 1 WHERE site = :site AND {among('id')}"
        )
        conflicts = table("conflicts")
        self.select_conflicts: Final = (
            f"SELECT id, lost FROM {conflicts} WHERE site = :site AND {among('conversion')}"
        )
        self.update_conflict: Final = (
            f"UPDATE {conflicts} SET lost = :lost WHERE site = :site AND id = :id"
        )
        old_claims = f"{claims} WHERE site = :site AND at < :end"
        self.count_claims: Final = f"SELECT COUNT(*) FROM {old_claims}"
        self.last_claim_of_page: Final = (
            f"SELECT at FROM {old_claims} ORDER BY at LIMIT 1 OFFSET :skipped"
        )
        self.delete_claims: Final = f"DELETE FROM {old_claims}"
        self.select_identities: Final = (
            f"SELECT known.customer_ref FROM {identities} known LEFT JOIN (SELECT DISTINCT "
            f"customer_ref FROM {conversions} WHERE site = :site AND occurred_at >= :end "
            "AND customer_ref IS NOT NULL) recent ON recent.customer_ref = known.customer_ref "
            "WHERE known.site = :site AND known.at < :end AND recent.customer_ref IS NULL"
        )
        self.delete_identities: Final = (
            f"DELETE FROM {identities} WHERE site = :site AND at < :end AND {among('customer_ref')}"
        )
        self.select_separations: Final = (
            f"SELECT id, visitor, contact, customer_ref FROM {separations} "
            "WHERE site = :site AND at < :end"
        )
        self.delete_separation: Final = f"DELETE FROM {separations} WHERE site = :site AND id = :id"
        since = "WHERE site = :site AND occurred_at >= :end"
        #: Whether anything of somebody is kept, by any of the names of a separation.
        self.in_use: Final = {
            "contact": (
                f"SELECT 1 FROM {clicks} WHERE site = :site AND touch_contact = :name "
                f"AND touch_at >= :end UNION ALL SELECT 1 FROM {conversions} {since} "
                "AND (touch_contact = :name OR referral_contact = :name) LIMIT 1"
            ),
            "customer_ref": f"SELECT 1 FROM {conversions} {since} AND customer_ref = :name LIMIT 1",
            "visitor": (
                f"SELECT 1 FROM {clicks} WHERE site = :site AND visitor = :name "
                f"AND touch_at >= :end UNION ALL SELECT 1 FROM {conversions} {since} "
                "AND visitor = :name LIMIT 1"
            ),
        }
        old_hits = f"{table('hits')} WHERE site = :site AND at < :end"
        self.count_hits: Final = f"SELECT COUNT(*) FROM {old_hits}"
        self.delete_hits: Final = f"DELETE FROM {old_hits}"
