"""Who is one person: browsers, contacts and customers that belong together.

A person is not stored. What is recorded are links between two of a visitor, a contact and a
customer: a click with a contact, an order with a customer, and what the host says by ``identify``.
Whoever is connected by such links is one person, for as long as none of them is taken out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple, TypeVar


class Link(NamedTuple):
    """That two of these are the same person's; the third is None."""

    visitor: int | None = None
    contact: str | None = None
    customer_ref: str | None = None


_Name = TypeVar("_Name", int, str)


class _Places(dict["_Name | None", int]):
    """Where each name stands; who is new gets a place of their own."""

    def __init__(self, above: list[int]) -> None:
        super().__init__()
        self._above = above

    def __missing__(self, name: _Name | None) -> int:
        place = self[name] = len(self._above)
        self._above.append(place)
        return place


class Persons:
    """Tells by their names who is one person.

    :param links: all that were recorded, each at least once.
    :param apart: links that do not count: a shared computer, a forwarded mail.
    """

    def __init__(self, links: Iterable[Link], apart: Collection[Link] = ()) -> None:
        self._apart = apart
        # For each name that was seen, another one of the same person, or itself.
        self._above: list[int] = []
        self._visitors: _Places[int] = _Places(self._above)
        self._contacts: _Places[str] = _Places(self._above)
        self._customers: _Places[str] = _Places(self._above)
        for visitor, contact, customer_ref in links:
            one, other = self._places(visitor, contact, customer_ref)
            if not apart or (visitor, contact, customer_ref) not in apart:
                self._join(one, other)

    def clicked(self, visitors: Sequence[int | None], contacts: Sequence[str | None]) -> list[int]:
        """Join by clicks as by links, and keep in mind whose they are.

        :returns: for each a number for :meth:`whose`, once all links are known.
        """
        by_visitor, by_contact = self._visitors, self._contacts
        places = [
            by_visitor[visitor] if contact is None else by_contact[contact]
            for visitor, contact in zip(visitors, contacts, strict=True)
        ]
        above, apart = self._above, self._apart
        for visitor, contact, place in zip(visitors, contacts, places, strict=True):
            if visitor is not None and not (apart and (visitor, contact, None) in apart):
                # There are many: who is new is who the contact is, and has no place of their own.
                other = by_visitor.setdefault(visitor, place)
                if above[place] != above[other]:
                    self._join(place, other)
        return places

    def whose(self, place: int) -> int:
        """The person whose a click was: the contact's whom the mail went to, or the visitor's."""
        return self._root(place)

    def of_click(self, visitor: int | None, contact: str | None) -> int | None:
        """The same by the names, of which either may be unknown."""
        if contact is not None:
            return self._root(self._contacts[contact])
        return None if visitor is None else self._root(self._visitors[visitor])

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
        one = self._contacts[contact] if visitor is None else self._visitors[visitor]
        if customer_ref is None:
            return one, self._contacts[contact]
        return one, self._customers[customer_ref]

    def _join(self, one: int, other: int) -> None:
        self._above[self._root(other)] = self._root(one)

    def _root(self, place: int) -> int:
        above = self._above
        while above[place] != place:
            above[place] = place = above[above[place]]
        return place
