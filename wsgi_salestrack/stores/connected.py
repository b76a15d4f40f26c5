"""Who is one person, found by walking from one name to the next.

:class:`~wsgi_salestrack.persons.Persons` says the same of everybody at once, from all links of a
site. Here only those are read that are connected, by an index each.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from operator import itemgetter
from typing import Any, Final, NamedTuple

from ..persons import Link, Persons
from .separations import Separations
from .trail_statements import KINDS, Kind
from .transaction import Transaction

# Names that one query looks for at most, a power of two; mostly there are one or two.
_TOGETHER: Final = 64
# Places in a row of ``select_clicks``.
_ID: Final = 0
_CONTACT: Final = 4


class Names(NamedTuple):
    """All that one person is known by."""

    visitors: frozenset[int]
    contacts: frozenset[str]
    customer_refs: frozenset[str]


class Connected:
    """Persons of a site.

    :param transaction: in which they are read.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._statements = transaction.statements.trails
        self._apart = Separations(transaction).apart()

    def buyer(
        self, visitor: int | None, customer_ref: str | None, contact: str | None
    ) -> Names | None:
        """Whose a sale is, as :meth:`~wsgi_salestrack.persons.Persons.of_sale` has it.

        :returns: None where it is nobody's.
        """
        customer = Link(customer_ref=customer_ref)
        if customer_ref is not None and any(
            link != customer for link in self._links("customer_ref", [customer_ref])
        ):
            return self.person(customer)
        if visitor is not None:
            return self.person(Link(visitor=visitor))
        return None if contact is None else self.person(Link(contact=contact))

    def person(self, start: Link) -> Names:
        """Whoever has these names, with all others that lead from one of them to the next."""
        seen: dict[Kind, set[Any]] = {kind: set() for kind in KINDS}
        new = _names_of([start])
        while any(new.values()):
            for kind in KINDS:
                seen[kind] |= new[kind]
            found = _names_of(
                link
                for kind in KINDS
                for link in self._links(kind, new[kind])
                if link not in self._apart
            )
            new = {kind: found[kind] - seen[kind] for kind in KINDS}
        return Names(*(frozenset(seen[kind]) for kind in KINDS))

    def clicks(self, person: Names) -> list[Any]:
        """The clicks of a person by any of their browsers, the oldest first.

        A click on a contact's link is that contact's, whosever browser it was.

        :returns: rows of the id, the visitor, the verdict, and the columns of the touch.
        """
        select = self._statements.select_clicks
        found = list(self._found(partial(select, "contact"), person.contacts))
        # Not asked for in SQL: SQLite would look at all clicks without a contact first.
        of_browsers = self._found(partial(select, "visitor"), person.visitors)
        found += (click for click in of_browsers if click[_CONTACT] is None)
        return sorted(found, key=itemgetter(_ID))

    def are_apart(self, visitor: int | None, contact: str | None, customer_ref: str | None) -> bool:
        """Whether somebody has said of any two of these that they are not one person's."""
        return Persons((), self._apart).are_apart(visitor, contact, customer_ref)

    def _links(self, kind: Kind, names: Collection[Any]) -> Iterator[Link]:
        found = self._found(partial(self._statements.select_links, kind), names)
        return (Link(*values) for values in found)

    def _found(self, select: Callable[[int], str], names: Collection[Any]) -> Iterator[Any]:
        """What a query finds of these names, so many at a time.

        :param select: makes it for a number of names; few numbers, for databases prepare each.
        """
        wanted = sorted(names)
        for first in range(0, len(wanted), _TOGETHER):
            some = wanted[first : first + _TOGETHER]
            count = 1 << (len(some) - 1).bit_length()
            some += some[-1:] * (count - len(some))
            parameters = {f"name_{number}": name for number, name in enumerate(some)}
            yield from self._transaction.run(select(count), **parameters).fetchall()


def _names_of(links: Iterable[Link]) -> dict[Kind, set[Any]]:
    names: dict[Kind, set[Any]] = {kind: set() for kind in KINDS}
    for link in links:
        for kind, name in zip(KINDS, link, strict=True):
            if name is not None:
                names[kind].add(name)
    return names
