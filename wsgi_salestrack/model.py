"""What was sold, and what became of it: frozen values that know no request and no database.

Times are aware UTC.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Literal

import msgspec

from .checks import LONGEST_NAME, LONGEST_REFERENCE, check_money, check_quantity, check_text, utc
from .errors import BadValue
from .money import Money, decimal_of
from .orders import Line, Order
from .terms import Terms
from .touches import Touch

#: How trusted each source is. A more trusted arrival may replace what a less trusted one said.
TRUST: Final[dict[str, int]] = {
    "api": 3,
    "xmlrpc": 3,
    "bluehornet": 3,
    "import": 3,
    "ecommerce_pixel": 1,
    "target": 1,
    "affiliate": 1,
    "splio": 1,
}

# Not a mapping's keys, which a list cannot be looked for in.
_SOURCES: Final = tuple(TRUST)

#: The scope that in-process calls, `/et/`, XML-RPC and BlueHornet share, and what is configured so.
ORDER_SCOPE: Final = "order"

#: The protocol that each source came by, as logs and lists call it.
PROTOCOL_OF: Final = {source: source.removesuffix("_pixel") for source in TRUST}

Outcome = Literal["recorded", "duplicate", "enriched", "conflict"]


class Conversion(msgspec.Struct, frozen=True, kw_only=True):
    """One event that a newsletter or publisher may be credited with; with revenue it is a sale.

    :param source: how it came, a key of :data:`TRUST`.
    :param scope: within which the reference is unique.
    :param reference: the order number or the like, exactly as sent; None or empty: every arrival
        counts.
    :param revenue: None for a conversion without money, such as a signup; with the lines of
        an order and without a revenue it is their sum.
    :param quantity: the number of items; with the lines of an order and without one it is
        their sum.
    :param occurred_at: aware; None: when it arrives.
    :param target: where it was seen: the id of the target, or another dialect's name for it.
    :param signed: whether a pixel was signed with a key that only the shop has.
    :param deduped: no: the reference is kept, but every arrival counts. Without a reference that is
        so anyway, and this stays True.
    :param affiliate_link: the free name that an affiliate network's pixel has in its address.
    :param terms: what publishers earn on it; None: it was not sold through a tracking code.
    :raises BadValue: naming the field.
    """

    source: str = "api"
    scope: str = ORDER_SCOPE
    reference: str | None = None
    revenue: Money | None = None
    quantity: int | None = None
    occurred_at: datetime | None = None
    order: Order | None = None
    target: str | None = None
    signed: bool = False
    deduped: bool = True
    affiliate_link: str | None = None
    terms: Terms | None = None

    @property
    def lines(self) -> tuple[Line, ...]:
        """The products, as far as they are known."""
        return () if self.order is None else self.order.lines

    @property
    def customer_ref(self) -> str | None:
        """Whose order it is, if that is known."""
        return None if self.order is None else self.order.customer_ref

    @property
    def details_trust(self) -> int:
        """How much its word counts on its order and quantity; 0 where it names neither."""
        return self.trust if self.order is not None or self.quantity is not None else 0

    @property
    def trust(self) -> int:
        """How much its word counts: that of its source, and more where it was signed."""
        return TRUST[self.source] + self.signed

    def __post_init__(self) -> None:
        if self.source not in _SOURCES:
            raise BadValue("source", f"is not one of {', '.join(TRUST)}")
        for field, flag in (("signed", self.signed), ("deduped", self.deduped)):
            if not isinstance(flag, bool):
                raise BadValue(field, "is neither True nor False")
        self._check_names()
        if self.revenue is not None:
            check_money("revenue", self.revenue)
        if self.quantity is not None:
            check_quantity(self.quantity)
        if self.occurred_at is not None:
            moment = utc("occurred_at", self.occurred_at)
            msgspec.structs.force_setattr(self, "occurred_at", moment)
        for field, value, kind in (("terms", self.terms, Terms), ("order", self.order, Order)):
            if value is not None and not isinstance(value, kind):
                raise BadValue(field, f"is {type(value).__name__}, not a {kind.__name__}")
        if self.lines:
            self._derive_from(self.lines)

    def _check_names(self) -> None:
        check_text("scope", self.scope, LONGEST_NAME)
        if self.reference is None or self.reference == "":
            msgspec.structs.force_setattr(self, "reference", None)
            msgspec.structs.force_setattr(self, "deduped", True)  # noqa: FBT003  the value itself
        else:
            check_text("reference", self.reference, LONGEST_REFERENCE)
        for field, name in (("target", self.target), ("affiliate_link", self.affiliate_link)):
            if name is not None:
                check_text(field, name, LONGEST_NAME)

    def _derive_from(self, lines: tuple[Line, ...]) -> None:
        first = lines[0].unit_price
        if self.revenue is None:
            total = sum(line.unit_price.minor * line.quantity for line in lines)
            amount = decimal_of(total, first.exponent)
            try:
                revenue = Money(amount, first.currency)
            except BadValue as error:
                raise BadValue("revenue", f"of all lines {error.problem}") from None
            msgspec.structs.force_setattr(self, "revenue", revenue)
        elif self.revenue.currency != first.currency:
            raise BadValue("revenue", "is in another currency than the order's lines")
        if self.quantity is None:
            quantity = sum(line.quantity for line in lines)
            check_quantity(quantity)
            msgspec.structs.force_setattr(self, "quantity", quantity)


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a conversion.

    :param outcome: ``recorded``: it is new; ``duplicate``: it was there, nothing changed;
        ``enriched``: it was there and got what it lacked, or a more trusted source's values;
        ``conflict``: it was there with other values, which stay.
    :param conversion: as it stands in the store now.
    :param touch: the newsletter's touch that it is credited to, if any.
    :param referral: the publisher's touch, if any.
    :param id: 63 bits, time-ordered, the same at each arrival and replay.
    :param cancelled: whether it counts no longer.
    :param refunded: how much of the revenue was taken back, if anything was.
    :param named_by: how much the word of whoever named order and quantity counts; None: as much as
        the conversion's own, which is that of who said what was paid.
    :param erased: whether its buyer was forgotten; then no repeat brings them back.
    :param visitor: the id of the browser that it was bought in, if that was seen.
    """

    outcome: Outcome
    conversion: Conversion
    touch: Touch | None
    referral: Touch | None
    id: int
    cancelled: bool = False
    refunded: Money | None = None
    named_by: int | None = None
    erased: bool = False
    visitor: int | None = None

    @property
    def details_trust(self) -> int:
        """How much what is said of order and quantity counts."""
        return self.conversion.details_trust if self.named_by is None else self.named_by

    @property
    def net(self) -> Money | None:
        """What is left of the revenue; None where there was none."""
        revenue = self.conversion.revenue
        if revenue is None:
            return None
        refunded = 0 if self.refunded is None else self.refunded.minor
        left = 0 if self.cancelled else revenue.minor - refunded
        return Money.from_minor(left, revenue.currency, revenue.exponent)


class Conflict(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody said of a conversion that does not count.

    :param at: when it lost: it arrived then, or something more trusted did.
    :param said: without the time it occurred.
    """

    at: datetime
    said: Conversion


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """A conversion on its way into the store, with what it may be credited to.

    :param conversion: with the time it occurred.
    :param touch: the visitor's last by a newsletter. Whether it earns is seen by when the sale
        occurred, of which somebody else may have told.
    :param referral: the last by a publisher, likewise.
    :param visitor: the visitor's id, where there was a cookie.
    :param at: when it arrived, aware UTC.
    :param window: look-back from the conversion to a touch.
    :param day: the day it occurred in the shop's time zone, ``YYYY-MM-DD``.
    :param announced: whether signals are to be sent of it, and the store keeps in mind which were
        not sent yet.
    """

    conversion: Conversion
    touch: Touch | None
    referral: Touch | None
    visitor: int | None
    at: datetime
    window: timedelta
    day: str
    announced: bool = False


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A visitor's touches on their way to an order that comes, or came, without a cookie.

    :param reference: of the order.
    :param customer_ref: whose order it is.
    :param visitor: the visitor's id.
    :param at: when the visitor was seen, aware UTC.
    :param window: look-back from the order to a touch.
    :param announced: as an :class:`Arrival` has it.
    """

    reference: str
    customer_ref: str
    visitor: int
    touch: Touch | None
    referral: Touch | None
    at: datetime
    window: timedelta
    announced: bool = False
