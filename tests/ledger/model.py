"""A shop's ledger as the design words it: lists, sums and fractions, and no database.

It shares no code with what it judges. Everything is found anew from what came, each time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from tests.ledger.books import Books
from tests.ledger.commissions import Publisher
from tests.ledger.crediting import JOURNEYS, Link, Model, Name, Persons, Share, named, shares
from tests.ledger.sales import Change, Sale
from tests.ledger.values import Outcome, Programme, Refused, Told, Touch


@dataclass
class Click:
    """By a visitor's browser."""

    visitor: int
    touch: Touch


@dataclass
class Shop:
    """All that came, and what follows from it.

    :ivar cookies: the last click of each visitor, for each programme.
    :ivar contacts: who each customer is, as it was said last.
    :ivar apart: links that were taken out.
    """

    publishers: dict[str, Publisher]
    clicks: list[Click] = field(default_factory=list)
    cookies: dict[int, dict[Programme, Touch]] = field(default_factory=dict)
    sales: list[Sale] = field(default_factory=list)
    contacts: dict[str, str] = field(default_factory=dict)
    apart: set[Link] = field(default_factory=set)
    books: Books = field(init=False)

    def __post_init__(self) -> None:
        self.books = Books(self.publishers, self.contact_of)

    def click(self, visitor: int, touch: Touch) -> None:
        """The two programmes do not erase each other in the cookie."""
        self.clicks.append(Click(visitor, touch))
        cookie = self.cookies.setdefault(visitor, {})
        cookie |= dict.fromkeys(touch.programmes, touch)

    def sale(self, reference: str | None) -> Sale | None:
        """The sale with that reference; one that has none is never told of again."""
        found = (sale for sale in self.sales if sale.reference == reference)
        return None if reference is None else next(found, None)

    def record(
        self,
        reference: str | None,
        told: Told,
        *,
        at: datetime,
        visitor: int | None,
        touches: dict[Programme, Touch],
    ) -> Outcome:
        """A sale is told of, for the first time or again."""
        sale = self.sale(reference)
        # Whether a click was in time is seen by when the sale was, whoever told of that.
        sold_at = at if sale is None else sale.at
        within = {kind: each for kind, each in touches.items() if each.is_within(sold_at)}
        touch, referral = within.get("newsletters"), within.get("publishers")
        if sale is not None:
            rules = sale.told.rules
            outcome = sale.arrive(told, touch, referral, visitor)
            if outcome == "enriched" or sale.told.rules != rules:
                self.books.settle(sale)
            return outcome
        sale = Sale(
            number=len(self.sales),
            reference=reference,
            at=at,
            told=told,
            named_by=told.named_by,
            visitor=visitor,
            touch=touch,
            referral=referral,
        )
        self.sales.append(sale)
        self.books.settle(sale)
        return "recorded"

    def change(self, sale: Sale, change: Change) -> Outcome:
        """Money is given back or taken again, and the commissions follow.

        :raises Refused: if there is not so much.
        """
        outcome = sale.change(change)
        if outcome == "recorded":
            self.books.settle(sale)
        return outcome

    def change_publisher(self, id: str, terms: Mapping[str, Any]) -> str:
        """Another rule, parent or name counts for what is sold from now on.

        :raises Refused: if somebody would be their own parent, or two would be each other's.
        """
        parent = terms.get("parent")
        if parent is not None and id in {parent, self.publishers[parent].parent}:
            raise Refused("each other's parents")
        self.publishers[id] = replace(self.publishers[id], **terms)
        return id

    def identify(self, contact: str, customer: str) -> None:
        """Past and future orders of a customer are a contact's."""
        self.contacts[customer] = contact
        self.books.identified(customer)

    def contact_of(self, customer: str | None) -> str | None:
        """Whose a customer's orders are, unless somebody has said that they are two persons."""
        contact = self.contacts.get(customer or "")
        return None if frozenset(named(None, contact, customer)) in self.apart else contact

    def set_apart(self, link: Link, *, apart: bool) -> bool:
        """Two names are not one person's, or are again; whether it was not so before."""
        if (link in self.apart) == apart:
            return False
        (self.apart.add if apart else self.apart.remove)(link)
        return True

    def persons(self) -> Persons:
        """Connected by clicks, by orders, and by what the shop said."""
        links: list[list[Name]] = [
            *(named(click.visitor, click.touch.contact) for click in self.clicks),
            *(named(sale.visitor, None, sale.told.customer) for sale in self.sales),
            *(named(None, contact, customer) for customer, contact in self.contacts.items()),
        ]
        return Persons((frozenset(link) for link in links if len(link) == 2), self.apart)

    def path(self, sale: Sale, journey: str, persons: Persons) -> list[Touch]:
        """The touches that may be credited: the buyer's clicks, and the sale's own."""
        asked = JOURNEYS[journey]
        buyer = self._buyer(sale, persons)
        path = [
            click.touch
            for click in self.clicks
            # Of a mail it is known whose it is, whoever's browser it was opened in.
            if buyer and named(click.visitor, click.touch.contact)[-1] in buyer
        ]
        path = [each for each in path if asked & each.programmes and each.is_within(sale.at)]
        for own in (sale.touch, sale.referral):
            if own is None or not asked & own.programmes:
                continue
            names = named(sale.visitor, own.contact, sale.told.customer)
            is_apart = any(link <= {*names} for link in self.apart)
            # Without a time it is the click on the same link, if there is one.
            known = {each if own.at else each.clicked for each in path}
            if (own if own.at else own.clicked) not in known and not is_apart:
                path.append(own)
        return path

    def _buyer(self, sale: Sale, persons: Persons) -> frozenset[Name] | None:
        """The customer, if they are known, or else who had the browser, or got the mail."""
        customer = named(customer=sale.told.customer)
        if customer and persons.knows(customer[0]):
            return persons.person(customer[0])
        visitor = named(visitor=sale.visitor)
        other = visitor or named(contact=sale.touch.contact if sale.touch else None)
        return persons.person(other[0]) if other else None

    def credits(self, model: Model, journey: str) -> list[tuple[Sale, Share]]:
        """What each touch of its buyer has of each sale that was not cancelled."""
        persons = self.persons()
        return [
            (sale, share)
            for sale in self.sales
            if not sale.cancelled
            for share in self.shared(sale, model, journey, persons)
        ]

    def shared(self, sale: Sale, model: Model, journey: str, persons: Persons) -> list[Share]:
        """What each touch of its buyer has of a sale."""
        path = self.path(sale, journey, persons)
        return shares(model, path, sale.at, sale.net, sale.refunded)
