"""Whom and what to credit: clicks, their touches, and the visitors who made them.

All names (contact, newsletter, link, ...) are opaque strings of the host's. :class:`Touch` and
:class:`Visitor` are sealed into tokens as they stand, as arrays: a field may be appended with a
default, never moved.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal

import msgspec

from .checks import LONGEST_NAME, check_text, utc
from .errors import BadValue

Verdict = Literal["valid", "bot", "prefetch", "embedded", "refused"]

#: Of clicks that somebody made: with consent, or without it and then without the person.
COUNTED: Final[tuple[Verdict, ...]] = ("valid", "refused")

# Two touches must fit into a cookie of 4,096 bytes when they are sealed.
_LONGEST_NAMES = 1200


class Touch(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Whom and what to credit, and when it was clicked.

    :param at: when it was clicked, aware UTC; None where nobody knows (a click token used as
        such): such a touch is credited without a window.

    Whoever takes one from a host checks it by :meth:`check`: a name is text of 1 to 100 characters.
    """

    at: datetime | None = None
    contact: str | None = None
    subscription: str | None = None
    list: str | None = None
    newsletter: str | None = None
    link: str | None = None
    publisher: str | None = None

    @property
    def clicked(self) -> tuple[str | None, ...]:
        """What was clicked, in the order of :data:`CLICKED_NAMES`.

        A touch of which nobody knows when it was is taken for the person's click on the same.
        """
        return (self.list, self.newsletter, self.link, self.publisher)

    @property
    def names(self) -> tuple[str | None, ...]:
        """All but the time, in the order of :data:`TOUCH_NAMES`."""
        return (
            self.contact,
            self.subscription,
            self.list,
            self.newsletter,
            self.link,
            self.publisher,
        )

    def check(self) -> Touch:
        """This touch in UTC, if a host may have made it; sealed ones were checked when made.

        :raises BadValue: naming the field.
        """
        at = None if self.at is None else utc("at", self.at)
        size = 0
        for name, value in zip(TOUCH_NAMES, self.names, strict=True):
            if value is not None:
                check_text(name, value, LONGEST_NAME)
                size += len(value.encode())
                if size > _LONGEST_NAMES:
                    raise BadValue(name, f"brings all names above {_LONGEST_NAMES} bytes together")
        return msgspec.structs.replace(self, at=at)


TOUCH_NAMES: Final = ("contact", "subscription", "list", "newsletter", "link", "publisher")
#: Those that say what was clicked, and not by whom.
CLICKED_NAMES: Final = ("list", "newsletter", "link", "publisher")


def programmes_of(names: Sequence[str | None]) -> tuple[bool, bool]:
    """Whether a touch is a newsletter's, and whether it is a publisher's; it may be both.

    One that names a publisher and nothing of a newsletter is the publisher's alone.

    :param names: in the order of :data:`TOUCH_NAMES`.
    """
    contact, subscription, list, newsletter, _link, publisher = names
    if publisher is None:
        return True, False
    return (contact or subscription or list or newsletter) is not None, True


class Visitor(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A browser known by our cookie.

    :param id: random, 63 bits; 0: no browser's, only whose touch it is was told.
    :param touch: the last click on a newsletter's link.
    :param referral: the last click on a publisher's link; kept beside the newsletter's, for the
        two programmes do not erase each other.
    """

    id: int
    touch: Touch | None = None
    referral: Touch | None = None


#: Whom a call credits by a touch or a token, and not by a browser's cookie.
NO_BROWSER: Final = Visitor(id=0)


class Click(msgspec.Struct, frozen=True, kw_only=True):
    """A visit through one of our links.

    :param day: of the touch's time, in the shop's time zone, ``YYYY-MM-DD``.
    :param visitor: the visitor's id, or None where no cookie may be set (see the verdict).
    :param verdict: ``valid``, or why this click credits nobody: ``bot``, ``prefetch``,
        ``embedded`` (an image or frame, not a page that somebody sees), ``refused`` (consent).
    """

    id: int
    touch: Touch
    day: str
    visitor: int | None
    verdict: Verdict
    destination: str
