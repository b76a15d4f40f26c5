"""What became of somebody who was to be forgotten, and of what is too old to be kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

import msgspec

#: Is told how far it is: of what, how many are done, and of how many.
Watch: TypeAlias = Callable[[str, int, int], None]


def unwatched(_what: str, _done: int, _of: int) -> None:
    """Nobody looks."""


class Forgotten(msgspec.Struct, frozen=True, kw_only=True):
    """What was changed, by which nobody is named any more.

    :param clicks: they count as before, without contact, subscription, the visitor's id and what
        their destination had in its query.
    :param conversions: likewise, and without the customer.
    :param claims: of orders by visitors, deleted; so are identities and separations.
    :param publishers: who are no longer known to be the contact, nor by a customer number of
        theirs; their accounts stay.
    :param texts: others that had a name in them, which is a stand-in now.
    :param left: texts that have a name in them and stay, for they are others' as well, or other
        rows are known by them; and the publisher who is called as the contact is.
    :param beside: customer numbers that had ordered in the contact's name, or were written down
        with them as a publisher, and have orders elsewhere; if they are the same person,
        ``identify`` says so.
    :param remains: what may still hold old bytes, and how to be rid of it; None: nothing does.
    """

    clicks: int = 0
    conversions: int = 0
    claims: int = 0
    identities: int = 0
    separations: int = 0
    publishers: int = 0
    texts: int = 0
    left: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    remains: str | None = None

    @property
    def is_nothing(self) -> bool:
        """Whether nothing was stored of them."""
        return not any(
            (
                *(self.clicks, self.conversions, self.claims, self.identities),
                *(self.separations, self.publishers, self.texts),
            )
        )


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What is too old to be kept; aware UTC.

    :param clicks: those before it are deleted; None: none are.
    :param personal: of clicks and conversions before it, nothing is kept of who it was.
    :param hits: those before it that recorded nothing are deleted.
    """

    clicks: datetime | None
    personal: datetime | None
    hits: datetime


class Retained(msgspec.Struct, frozen=True, kw_only=True):
    """What was too old to be kept.

    :param deleted_clicks: gone, and so is what reports say of them.
    :param clicks: they count as before, without anybody's name or visitor.
    :param conversions: likewise.
    :param claims: deleted; so are the others below.
    :param identities: of customers of whom nothing newer is known.
    :param separations: likewise.
    :param hits: that recorded nothing.
    """

    deleted_clicks: int = 0
    clicks: int = 0
    conversions: int = 0
    claims: int = 0
    identities: int = 0
    separations: int = 0
    hits: int = 0
