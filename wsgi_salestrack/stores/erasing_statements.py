"""The SQL that takes somebody's names out of what is stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from .spelling import Spelling

_NAMES: Final = ("at", "contact", "subscription")
_OWN: Final = ("customer_ref", "scope", "dedupe_key", "reference")


class ErasingStatements:
    """All statements of it.

    :param table: the name of a table of ours in the database.
    :param touch_columns: of a touch: its time, and its names.
    :param referral_columns: likewise.
    """

    def __init__(
        self,
        table: Callable[[str], str],
        spelling: Spelling,
        touch_columns: Sequence[str],
        referral_columns: Sequence[str],
    ) -> None:
        clicks, conversions, claims = table("clicks"), table("conversions"), table("claims")
        alone = f"WHERE site = :site AND id = :id {spelling.lock}".rstrip()
        self.select_click: Final = (
            f"SELECT visitor, destination, touch_contact, touch_subscription FROM {clicks} {alone}"
        )
        self.update_click: Final = (
            f"UPDATE {clicks} SET visitor = :visitor, destination = :destination, "
            "touch_contact = :contact, touch_subscription = :subscription "
            "WHERE site = :site AND id = :id"
        )
        self.conversion_columns: Final = ("visitor", *_OWN, *touch_columns, *referral_columns)
        self.select_conversion: Final = (
            f"SELECT {', '.join(self.conversion_columns)} FROM {conversions} {alone}"
        )
        named = [f"{touch}_{name}" for touch in ("touch", "referral") for name in _NAMES]
        changed = ("visitor", "customer_ref", *named)
        self.update_conversion: Final = (
            f"UPDATE {conversions} SET {', '.join(f'{name} = :{name}' for name in changed)}, "
            "erased = 1 WHERE site = :site AND id = :id"
        )
        self.update_reference: Final = (
            f"UPDATE {conversions} SET reference = :reference, dedupe_key = :dedupe_key "
            "WHERE site = :site AND id = :id"
        )
        renewed = "SET visitor = :visitor WHERE site = :site"
        self.renew: Final = {
            "shared_clicks": f"UPDATE {clicks} {renewed} AND id = :id AND visitor = :known",
            "shared_conversions": (
                f"UPDATE {conversions} {renewed} AND id = :id AND visitor = :known"
            ),
        }
        conflict = f"SELECT id, lost FROM {table('conflicts')} WHERE site = :site"
        self.select_conflicts: Final = f"{conflict} AND conversion = :conversion"
        self.select_conflicts_like: Final = f"{conflict} AND lost LIKE :pattern ESCAPE '!'"
        self.update_conflict: Final = (
            f"UPDATE {table('conflicts')} SET lost = :lost WHERE site = :site AND id = :id"
        )
        self.select_adjustments: Final = (
            f"SELECT id FROM {table('adjustments')} "
            "WHERE site = :site AND conversion = :conversion AND reference IS NOT NULL"
        )
        self.update_adjustment: Final = (
            f"UPDATE {table('adjustments')} SET reference = :reference "
            "WHERE site = :site AND id = :id"
        )
        self.delete_claim: Final = (
            f"DELETE FROM {claims} WHERE site = :site AND reference = :reference "
            "AND customer_ref = :customer_ref AND visitor = :visitor"
        )
        self.delete_claims_of_order: Final = (
            f"DELETE FROM {claims} WHERE site = :site AND reference = :reference"
        )
        self.renew_claims: Final = f"UPDATE {claims} {renewed} AND visitor = :known"
        self.delete_identities: Final = (
            f"DELETE FROM {table('identities')} WHERE site = :site AND contact = :contact"
        )
        separations = table("separations")
        self.delete_separations: Final = {
            name: f"DELETE FROM {separations} WHERE site = :site AND {name} = :{name}"
            for name in ("contact", "customer_ref")
        }
        self.renew_separations: Final = f"UPDATE {separations} {renewed} AND visitor = :known"
        publishers = table("publishers")
        self.select_publishers: Final = (
            f"SELECT publisher, contact, customer_ref FROM {publishers} WHERE site = :site"
        )
        self.update_publisher: Final = (
            f"UPDATE {publishers} SET contact = :contact, customer_ref = :customer_ref "
            "WHERE site = :site AND publisher = :publisher"
        )
