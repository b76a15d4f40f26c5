"""Which touches a conversion is credited to: pure functions over the model."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from .model import Arrival, Claim, Recorded
from .touches import Touch, Visitor, programmes_of

_NO_TIME = timedelta(0)


def touched(visitor: Visitor, touch: Touch) -> Visitor:
    """The visitor after a click: the last link used is kept [Splio], for each programme apart."""
    if not any(touch.names):
        return visitor
    by_newsletter, by_publisher = programmes_of(touch.names)
    return Visitor(
        id=visitor.id,
        touch=touch if by_newsletter else visitor.touch,
        referral=touch if by_publisher else visitor.referral,
    )


def without_person(touch: Touch) -> Touch:
    """What of a click is counted where consent is refused."""
    return Touch(
        at=touch.at, newsletter=touch.newsletter, link=touch.link, publisher=touch.publisher
    )


def credited(
    visitor: Visitor | Arrival | None, occurred_at: datetime, window: timedelta
) -> tuple[Touch | None, Touch | None]:
    """The newsletter's touch and the publisher's that a conversion is credited to.

    :param visitor: who has the touches, or what arrives with them.
    :param window: look-back; a touch after the conversion, or longer before it, earns nothing.
    :returns: touch and referral, each None where nobody is to be credited.
    """
    if visitor is None:
        return None, None
    return (
        within(visitor.touch, occurred_at, window),
        within(visitor.referral, occurred_at, window),
    )


def within(touch: Touch | None, occurred_at: datetime, window: timedelta) -> Touch | None:
    """The touch, if it may be credited with what occurred then; None otherwise."""
    if touch is None or touch.at is None:
        return touch
    return touch if _NO_TIME <= occurred_at - touch.at <= window else None


def as_new(arrival: Arrival, id: int) -> Recorded:
    """What becomes of a conversion that nobody has told of before."""
    occurred_at = arrival.conversion.occurred_at or arrival.at
    touch, referral = credited(arrival, occurred_at, arrival.window)
    return Recorded(
        outcome="recorded",
        conversion=arrival.conversion,
        touch=touch,
        referral=referral,
        id=id,
        visitor=arrival.visitor,
    )


def completed(recorded: Recorded, told: Arrival | Claim) -> Recorded:
    """A conversion with the touches that it lacks and somebody tells of later.

    A click that came after the sale does not earn it by being told later still. Where the sale was
    seen in no browser, that is the one of the touch: its other clicks are of the journey as well.
    """
    occurred_at = recorded.conversion.occurred_at or told.at
    touch = recorded.touch or within(told.touch, occurred_at, told.window)
    referral = recorded.referral or within(told.referral, occurred_at, told.window)
    if touch == recorded.touch and referral == recorded.referral:
        return recorded
    visitor = told.visitor if recorded.visitor is None else recorded.visitor
    return msgspec.structs.replace(recorded, touch=touch, referral=referral, visitor=visitor)
