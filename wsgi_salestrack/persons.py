"""Who is one person: browsers, contacts and customers that belong together.

A person is not stored. What is recorded are links between two of a visitor, a contact and a
customer: a click with a contact, an order with a customer, and what the host says by ``identify``.
Whoever is connected by such links is one person, for as long as none of them is taken out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple


class Link(NamedTuple):
    """That two of these are the same person's; the third is None."""

    visitor: int | None = None
    contact: str | None = None
    customer_ref: str | None = None


class Persons:
    """Tells by their names who is one person.

    :param links: all that were recorded, each at least once.
    :param apart: links that do not count: a shared computer, a forwarded mail.
    """

    def __init__(self, links: Iterable[Link], apart: Collection[Link] = ()) -> None:
        self._apart = apart
        self._visitors: dict[int, int] = {}
        self._contacts: dict[str, int] = {}
        self._customers: dict[str, int] = {}
        # For each name that was seen, another one of the same person, or itself.
        self._above: list[int] = []
        for visitor, contact, customer_ref in links:
            one, other = self._places(visitor, contact, customer_ref)
            if not apart or (visitor, contact, customer_ref) not in apart:
                self._join(one, other)

    def clicked(self, visitor: int | None, contact: str | None) -> int:
        """Join by a click as by a link, and keep in mind whose it is.

        :returns: a number for :meth:`whose`, once all links are known.
        """
        if contact is None:
            return self._place(self._visitors, visitor)
        place = self._place(self._contacts, contact)
        if visitor is not None and (visitor, contact, None) not in self._apart:
            # There are many: who is new is who the contact is, and has no place of their own.
            other = self._visitors.setdefault(visitor, place)
            if self._above[place] != self._above[other]:
                self._join(place, other)
        return place

    def whose(self, place: int) -> int:
        """The person whose a click was: the contact's whom the mail went to, or the visitor's."""
        return self._root(place)

    def of_click(self, visitor: int | None, contact: str | None) -> int | None:
        """The same by the names, of which either may be unknown."""
        if contact is not None:
            return self._root(self._place(self._contacts, contact))
        return None if visitor is None else self._root(self._place(self._visitors, visitor))

    def of_sale(
        self, visitor: int | None, customer_ref: str | None, contact: str | None
    ) -> int | None:
        """Whose a sale is: the customer's, or else the visitor's, or else the contact's.

        :param contact: of the touch that it was credited to.
        """
        place = None if customer_ref is None else self._customers.get(customer_ref)
        if place is not None:
            return self._root(place)
        return self.of_click(visitor, contact if visitor is None else None)

    def are_apart(self, visitor: int | None, contact: str | None, customer_ref: str | None) -> bool:
        """Whether a link between any two of these was taken out."""
        return bool(self._apart) and any(
            link in self._apart
            for link in (
                (visitor, contact, None),
                (visitor, None, customer_ref),
                (None, contact, customer_ref),
            )
        )

    def _places(
        self, visitor: int | None, contact: str | None, customer_ref: str | None
    ) -> tuple[int, int]:
        """The places of the two names of a link."""
        if visitor is None:
            one = self._place(self._contacts, contact)
        else:
            one = self._place(self._visitors, visitor)
        if customer_ref is None:
            return one, self._place(self._contacts, contact)
        return one, self._place(self._customers, customer_ref)

    def _place(self, places: dict[Any, int], name: int | str | None) -> int:
        place = places.get(name)
        if place is None:
            place = places[name] = len(self._above)
            self._above.append(place)
        return place

    def _join(self, one: int, other: int) -> None:
        self._above[self._root(other)] = self._root(one)

    def _root(self, place: int) -> int:
        above = self._above
        while above[place] != place:
            above[place] = place = above[above[place]]
        return place
