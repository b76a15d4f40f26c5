"""Who gets the newsletter."""

import secrets
from dataclasses import dataclass

from example_app.database import connection, transaction

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
    query = "SELECT contact, name, email FROM subscribers WHERE contact = ?"
    row = connection().execute(query, (contact,)).fetchone()
    return None if row is None else Subscriber(**dict(row))


def subscribe(*, email: str) -> str | None:
    """Put an address on the list.

    :param email: a checked address.
    :returns: the new contact, or None when the address was on the list already. Then nothing may
        be shown that belongs to it: anybody can type anybody's address.
    """
    contact = f"c{secrets.token_hex(6)}"
    with transaction() as database:
        added = database.execute(
            "INSERT INTO subscribers VALUES (?, '', ?) ON CONFLICT DO NOTHING", (contact, email)
        )
        return contact if added.rowcount else None
