"""Who is one person, where what they did does not tell it right."""

from __future__ import annotations

from ..checks import LONGEST_NAME, LONGEST_REFERENCE, check_id, check_text
from ..errors import BadValue
from ..persons import Link
from .core import Core


class Persons(Core):
    """What a tracker is told of links between visitors, contacts and customers.

    They arise by a click with a contact, by an order with a customer, and by ``identify``; whoever
    is connected by them is one person, and all their touches are one journey. Nothing is changed
    where sales were credited already: the models see it when a report is read.
    """

    def identify(self, *, contact: str, customer_ref: str) -> None:
        """Say that a customer is a contact: past and future orders of theirs are that contact's.

        What a click credited to somebody else stays theirs. Commissions that are still pending are
        declined where the publisher turns out to be the buyer.

        :raises StoreError: if it could not be written, or there is no store.
        """
        check_text("contact", contact, LONGEST_NAME)
        check_text("customer_ref", customer_ref, LONGEST_REFERENCE)
        self.store.identify(self.config.site, contact, customer_ref, self.now())

    def separate(
        self,
        *,
        visitor: int | None = None,
        contact: str | None = None,
        customer_ref: str | None = None,
    ) -> bool:
        """Say that two of these are not the same person: a shared computer, a forwarded mail.

        Only the link between these two is taken out, whatever it arose by, now or later.

        :param visitor: the id of a :class:`~wsgi_salestrack.Visitor`.
        :returns: whether they were not separated already.
        :raises BadValue: if these are not two.
        :raises StoreError: if it could not be written, or there is no store.
        """
        return self._set_apart(_checked(visitor, contact, customer_ref), apart=True)

    def join(
        self,
        *,
        visitor: int | None = None,
        contact: str | None = None,
        customer_ref: str | None = None,
    ) -> bool:
        """Undo :meth:`separate`: what was recorded of the two counts again.

        It makes no link where there was none; a customer becomes a contact by ``identify``.

        :returns: whether they were separated.
        :raises BadValue: if these are not two.
        :raises StoreError: if it could not be written, or there is no store.
        """
        return self._set_apart(_checked(visitor, contact, customer_ref), apart=False)

    def _set_apart(self, link: Link, *, apart: bool) -> bool:
        return self.store.separate(self.config.site, link, self.now(), apart=apart)


def _checked(visitor: int | None, contact: str | None, customer_ref: str | None) -> Link:
    """The link between two names.

    :raises BadValue: naming the argument.
    """
    link = Link(visitor, contact, customer_ref)
    if sum(name is not None for name in link) != 2:
        raise BadValue("contact", "and visitor and customer_ref: give two of the three")
    if visitor is not None:
        check_id("visitor", visitor)
    if contact is not None:
        check_text("contact", contact, LONGEST_NAME)
    if customer_ref is not None:
        check_text("customer_ref", customer_ref, LONGEST_REFERENCE)
    return link
