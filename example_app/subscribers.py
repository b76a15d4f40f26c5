"""Who gets the newsletter."""

import secrets
from dataclasses import dataclass

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from example_app.database import transaction
from example_app.tables import subscribers

__all__ = ["Subscriber", "find_subscriber", "subscribe"]


@dataclass(frozen=True, kw_only=True)
class Subscriber:
    """Somebody on the list.

    :param contact: an opaque id; the mail's links carry it in place of the address.
    :param name: how the letter greets them; may be empty.
    """

    contact: str
    name: str
    email: str


def find_subscriber(contact: str) -> Subscriber | None:
    """Look a subscriber up.

    :param contact: from an address, so it may be anything.
    :returns: the subscriber, or None.
    """
    with transaction() as database:
        found = database.execute(select(subscribers).where(subscribers.c.contact == contact))
        row = found.mappings().first()
    return None if row is None else Subscriber(**row)


def subscribe(*, email: str) -> str | None:
    """Put an address on the list.

    :param email: a checked address.
    :returns: the new contact, or None when the address was on the list already. Then nothing may
        be shown that belongs to it: anybody can type anybody's address.
    """
    contact = f"c{secrets.token_hex(6)}"
    # In small letters: nobody has two mailboxes that differ in nothing else.
    row = {"contact": contact, "name": "", "email": email.lower()}
    try:
        with transaction() as database:
            database.execute(insert(subscribers).values(row))
    except IntegrityError:
        return None
    return contact
