"""Who is meant by a contact, and which rows are theirs.

A person is the contact, the customers that ``identify`` tied to it, the subscriptions that stand
beside it alone, and the browsers of all these. A browser, a subscription or a customer that is
somebody else's as well does not make anything else theirs: that might be the other one's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeAlias

from ..persons import Link
from .erasing_subject_statements import KINDS, By, Kind, batches
from .separations import Separations
from .transaction import Transaction

ClaimKey: TypeAlias = tuple[str, str, int]

# Behind the first three of a row, contact and subscription of each touch.
_CONTACTS: Final = slice(3, None, 2)
_SUBSCRIPTIONS: Final = slice(4, None, 2)


class Subject(NamedTuple):
    """A contact with all that is stored of them.

    :param customer_refs: that are theirs.
    :param subscriptions: that are theirs.
    :param unknown: customers of their conversions, and of them as a publisher, who were not
        identified as anybody.
    :param others: customers beside them who were identified as somebody else.
    :param visitors: browsers that are theirs alone.
    :param shared: browsers that are somebody else's, too.
    :param clicks: ids of their clicks.
    :param conversions: ids of their conversions.
    :param claims: reference, customer_ref and visitor of their claims.
    :param shared_clicks: ids and visitors of all other clicks by a shared browser.
    :param shared_conversions: likewise.
    :param beside: those of the unknown who have conversions elsewhere.
    :param is_publisher: whether a publisher is called as they are, written down or not.
    """

    contact: str
    customer_refs: frozenset[str]
    subscriptions: frozenset[str]
    unknown: frozenset[str]
    others: frozenset[str]
    visitors: frozenset[int]
    shared: frozenset[int]
    clicks: Sequence[int]
    conversions: Sequence[int]
    claims: Sequence[ClaimKey]
    shared_clicks: Sequence[tuple[int, int]]
    shared_conversions: Sequence[tuple[int, int]]
    beside: frozenset[str]
    is_publisher: bool

    @property
    def has_rows(self) -> bool:
        """Whether anything was recorded of them."""
        return bool(self.clicks or self.conversions or self.claims)

    @property
    def names(self) -> frozenset[str]:
        """All that they, and nobody else, are called."""
        customers = self.customer_refs | (self.unknown - self.beside)
        return self.subscriptions | customers | {self.contact}


class _Row(NamedTuple):
    """A click, a conversion or a claim.

    :param key: its id; of a claim, what tells which one it is.
    :param touches: contact and subscription of each.
    """

    key: Any
    visitor: int | None
    customer_ref: str | None
    touches: Sequence[tuple[str | None, str | None]]

    def names_other_than(self, contact: str) -> bool:
        return any(name not in {None, contact} for name, _ in self.touches)


class Search:
    """Looks for a contact in the rows of a site.

    :param transaction: in which they are read.
    """

    def __init__(self, transaction: Transaction, contact: str) -> None:
        self._run = transaction.run
        self._statements = transaction.statements.privacy.subjects
        self._separations = Separations(transaction)
        self._contact = contact
        self._found: dict[Kind, dict[Any, _Row]] = {kind: {} for kind in KINDS}

    def subject(self) -> Subject:
        """The contact with all that is theirs."""
        apart = self._separations.apart()
        customers = self._customers(apart)
        for kind in KINDS:
            self._keep(kind, self._rows(kind, "contact"))
            self._keep(kind, self._rows(kind, "customers", customers))
        subscriptions = self._own_subscriptions()
        visitors = {row.visitor for row in self._all() if row.visitor}
        by_visitor = {kind: list(self._rows(kind, "visitors", visitors)) for kind in KINDS}
        seen = [*self._all(), *(row for rows in by_visitor.values() for row in rows)]
        accounts = self._customers_of_accounts()
        others = self._others({row.customer_ref for row in seen} | accounts)
        shared = self._shared(by_visitor, customers, others, apart) & visitors
        for kind, rows in by_visitor.items():
            self._keep(kind, (row for row in rows if row.visitor not in shared))
        conversions = self._found["conversions"].values()
        unknown = frozenset(row.customer_ref for row in conversions if row.customer_ref)
        unknown = (unknown | accounts) - customers - others
        return Subject(
            contact=self._contact,
            customer_refs=customers,
            subscriptions=subscriptions,
            unknown=unknown,
            others=others,
            visitors=frozenset(visitors - shared),
            shared=frozenset(shared),
            clicks=sorted(self._found["clicks"]),
            conversions=sorted(self._found["conversions"]),
            claims=sorted(self._found["claims"]),
            shared_clicks=self._not_found(by_visitor, "clicks"),
            shared_conversions=self._not_found(by_visitor, "conversions"),
            beside=self._elsewhere(unknown),
            is_publisher=self._is_publisher(),
        )

    def _customers(self, apart: frozenset[Link]) -> frozenset[str]:
        """Who was identified as the contact, and not separated from it."""
        statement = self._statements.identities_of_contact
        found = self._run(statement, contact=self._contact).fetchall()
        links = {Link(None, self._contact, customer_ref) for customer_ref, _at in found}
        return frozenset(link.customer_ref for link in links - apart if link.customer_ref)

    def _own_subscriptions(self) -> frozenset[str]:
        """Those beside the contact and nobody else; what only they name is kept as well."""
        own = {
            name
            for row in self._all()
            for contact, name in row.touches
            if contact == self._contact and name is not None
        }
        found = {kind: list(self._rows(kind, "subscriptions", own)) for kind in KINDS}
        for rows in found.values():
            own -= {
                name
                for row in rows
                for contact, name in row.touches
                if contact not in {None, self._contact} and name is not None
            }
        for kind, rows in found.items():
            self._keep(kind, (row for row in rows if any(name in own for _, name in row.touches)))
        return frozenset(own)

    def _others(self, customer_refs: Iterable[str | None]) -> frozenset[str]:
        """Which of these customers were identified as somebody else."""
        found = self._each(self._statements.contacts_of_customers, customer_refs)
        return frozenset(customer for customer, contact in found if contact != self._contact)

    def _shared(
        self,
        by_visitor: Mapping[Kind, Sequence[_Row]],
        customers: frozenset[str],
        others: frozenset[str],
        apart: frozenset[Link],
    ) -> set[int]:
        """Which browsers are somebody else's, too."""
        shared = {
            row.visitor
            for rows in by_visitor.values()
            for row in rows
            if row.names_other_than(self._contact) or row.customer_ref in others
        }
        shared |= {
            link.visitor
            for link in apart
            if link.contact == self._contact or link.customer_ref in customers
        }
        return {visitor for visitor in shared if visitor}

    def _not_found(self, rows: Mapping[Kind, Sequence[_Row]], kind: Kind) -> list[tuple[int, int]]:
        return [
            (row.key, row.visitor)
            for row in rows[kind]
            if row.visitor and row.key not in self._found[kind]
        ]

    def _is_publisher(self) -> bool:
        found = self._run(self._statements.select_publisher, publisher=self._contact)
        return found.fetchone() is not None

    def _customers_of_accounts(self) -> frozenset[str]:
        """The customer numbers that publishers who are the contact were written down with."""
        found = self._run(self._statements.select_accounts, contact=self._contact).fetchall()
        return frozenset(customer_ref for (customer_ref,) in found)

    def _elsewhere(self, customers: frozenset[str]) -> frozenset[str]:
        """Which customers have conversions that were not found."""
        rows = self._rows("conversions", "customers", customers)
        found = self._found["conversions"]
        return frozenset(
            row.customer_ref for row in rows if row.customer_ref and row.key not in found
        )

    def _all(self) -> Iterator[_Row]:
        for rows in self._found.values():
            yield from rows.values()

    def _keep(self, kind: Kind, rows: Iterable[_Row]) -> None:
        self._found[kind] |= {row.key: row for row in rows}

    def _rows(self, kind: Kind, by: By, values: Iterable[Any] = ()) -> Iterator[_Row]:
        statement = self._statements.find.get((kind, by))
        if statement is None:
            return iter(())
        if by == "contact":
            found = iter(self._run(statement, contact=self._contact).fetchall())
        else:
            found = self._each(statement, values)
        return (_row(kind, each) for each in found)

    def _each(self, statement: str, values: Iterable[Any]) -> Iterator[Any]:
        for batch in batches(sorted(value for value in values if value is not None)):
            yield from self._run(statement, **batch).fetchall()


def _row(kind: Kind, values: Sequence[Any]) -> _Row:
    key, visitor, customer_ref = values[:3]
    return _Row(
        key=(key, customer_ref, visitor) if kind == "claims" else key,
        visitor=visitor,
        customer_ref=customer_ref,
        touches=tuple(zip(values[_CONTACTS], values[_SUBSCRIPTIONS], strict=True)),
    )
