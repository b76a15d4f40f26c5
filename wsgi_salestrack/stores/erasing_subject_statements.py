"""The SQL that finds all that is stored of a contact."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice, product
from string import ascii_lowercase
from typing import Any, Final, Literal

#: Where somebody is found, and by what.
Kind = Literal["clicks", "conversions", "claims"]
By = Literal["contact", "subscriptions", "customers", "visitors"]

KINDS: Final[tuple[Kind, ...]] = ("clicks", "conversions", "claims")

# Values that one statement is asked for. Always so many, so that it stays the same statement.
_TOGETHER: Final = 50
_PLACES: Final = tuple(
    f"in_{first}{second}" for first, second in islice(product(ascii_lowercase, repeat=2), _TOGETHER)
)
_ACCOUNTS: Final = ("publishers", "commissions", "payouts")
_TOUCH: Final = ("touch_contact", "touch_subscription")
_REFERRAL: Final = ("referral_contact", "referral_subscription")


class SubjectStatements:
    """All statements of the search.

    :param table: the name of a table of ours in the database.
    :param click_columns: what is read of a click.
    :param claim_columns: what is read of a claim.
    """

    def __init__(
        self,
        table: Callable[[str], str],
        click_columns: Sequence[str],
        claim_columns: Sequence[str],
    ) -> None:
        #: What tells which row it is, the visitor, the customer_ref (NULL of a click), and then
        #: contact and subscription of each touch.
        self.find: Final[Mapping[tuple[Kind, By], str]] = {
            **_finding("clicks", table("clicks"), ("id", "visitor", "NULL", *_TOUCH)),
            **_finding("conversions", table("conversions"), ("id", *_OF_ORDER)),
            **_finding("claims", table("claims"), ("reference", *_OF_ORDER)),
        }
        identities = table("identities")
        self.identities_of_contact: Final = (
            f"SELECT customer_ref, at FROM {identities} WHERE site = :site AND contact = :contact "
            "ORDER BY customer_ref"
        )
        self.contacts_of_customers: Final = (
            f"SELECT customer_ref, contact FROM {identities} "
            f"WHERE site = :site AND {among('customer_ref')}"
        )
        self.separations: Final = (
            f"SELECT id, visitor, contact, customer_ref, apart, at FROM {table('separations')} "
            "WHERE site = :site ORDER BY id"
        )
        named = "WHERE site = :site AND publisher = :publisher"
        self.select_publisher: Final = " UNION ".join(
            [
                *(f"SELECT publisher FROM {table(name)} {named}" for name in _ACCOUNTS),
                *(
                    f"SELECT {touch}_publisher FROM {table(kind)} "
                    f"WHERE site = :site AND {touch}_publisher = :publisher"
                    for kind in KINDS
                    for touch in ("touch", "referral")
                    if (kind, touch) != ("clicks", "referral")
                ),
            ]
        )
        # Who is called as the contact is the contact, unless another one is written down.
        self.select_accounts: Final = (
            f"SELECT customer_ref FROM {table('publishers')} WHERE site = :site "
            "AND COALESCE(contact, publisher) = :contact AND customer_ref IS NOT NULL"
        )
        self.select_click: Final = (
            f"SELECT {', '.join(click_columns)} FROM {table('clicks')} "
            "WHERE site = :site AND id = :id"
        )
        self.select_claim: Final = (
            f"SELECT {', '.join(claim_columns)} FROM {table('claims')} WHERE site = :site "
            "AND reference = :reference AND customer_ref = :customer_ref AND visitor = :visitor"
        )


_OF_ORDER: Final = ("visitor", "customer_ref", *_TOUCH, *_REFERRAL)


def _finding(kind: Kind, table: str, columns: Sequence[str]) -> dict[tuple[Kind, By], str]:
    rows = f"SELECT {', '.join(columns)} FROM {table} WHERE site = :site"
    contacts = [name for name in columns if name.endswith("contact")]
    subscriptions = [name for name in columns if name.endswith("subscription")]
    found: dict[tuple[Kind, By], str] = {
        (kind, "contact"): f"{rows} AND ({' OR '.join(f'{each} = :contact' for each in contacts)})",
        (kind, "subscriptions"): f"{rows} AND ({' OR '.join(map(among, subscriptions))})",
        (kind, "visitors"): f"{rows} AND {among('visitor')}",
    }
    if "customer_ref" in columns:
        found[kind, "customers"] = f"{rows} AND {among('customer_ref')}"
    return found


def among(column: str) -> str:
    """That a column has one of the values of a batch."""
    return f"{column} IN ({', '.join(f':{place}' for place in _PLACES)})"


def batches(values: Sequence[Any]) -> Iterator[dict[str, Any]]:
    """The parameters of the statements that are asked for several values, until all were."""
    for first in range(0, len(values), _TOGETHER):
        batch = list(values[first : first + _TOGETHER])
        batch += batch[-1:] * (_TOGETHER - len(batch))
        yield dict(zip(_PLACES, batch, strict=True))
