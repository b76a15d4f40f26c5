"""What goes into a shop's pages: images that report a target, an order, or who has ordered."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from markupsafe import Markup

from .. import urls
from ..checks import LONGEST_REFERENCE, check_text
from ..model import Claim
from ..money import Money
from ..orders import Order
from ..protocols import ubivox_order, ubivox_target
from ..tokens import Seal, SnippetPayload
from .conversions import Conversions

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


class Snippets(Conversions):
    """What a tracker puts into pages."""

    def pixel(
        self,
        target: int,
        *,
        revenue: Money | Decimal | str | None = None,
        quantity: int | None = None,
        currency: str | None = None,
        reference: str | None = None,
        environ: WSGIEnvironment | None = None,
    ) -> Markup:
        """The ``<img>`` of a target, as the vendor's plugin writes it.

        :param revenue: text and Decimal are in ``currency``, or the configured one.
        :param environ: of the request, whose mount point is used where ``base_url`` is empty.
        :raises BadValue: naming the argument.
        """
        query = ubivox_target.query(
            self.config,
            target,
            revenue=revenue,
            quantity=quantity,
            currency=currency,
            reference=reference,
        )
        return ubivox_target.image(urls.prefix(self.config, environ), target, query)

    def order_pixel(
        self,
        order: Order,
        reference: str,
        *,
        added: datetime | None = None,
        environ: WSGIEnvironment | None = None,
    ) -> Markup:
        """The ``<img>`` of an order with its products, signed where there is a tamper key.

        :param reference: the order's number.
        :param added: when it was placed, where that is not when the page is shown.
        :param environ: of the request, whose mount point is used where ``base_url`` is empty.
        :raises BadValue: naming the argument.
        """
        query = ubivox_order.query(self.config, order, reference, added=added, at=self.now())
        return ubivox_order.image(urls.prefix(self.config, environ), query)

    def order_snippet(
        self,
        customer_ref: str,
        order_ref: str,
        *,
        absolute: bool = False,
        environ: WSGIEnvironment | None = None,
    ) -> Markup:
        """The ``<img>`` that ties whoever sees it to an order, and tells nothing of either.

        For an order that is recorded without its visitor's cookie: by another process, or later.
        It may come before the order or after it, and any number of times.

        :param customer_ref: as the order has it.
        :param order_ref: the order's reference.
        :param absolute: where ``base_url`` is empty, the address gets the request's host.
        :param environ: of the request, whose mount point is used where ``base_url`` is empty.
        :raises BadValue: naming the argument.
        """
        check_text("customer_ref", customer_ref, LONGEST_REFERENCE)
        check_text("order_ref", order_ref, LONGEST_REFERENCE)
        token = self._snippet.seal(SnippetPayload(customer_ref, order_ref))
        prefix = urls.prefix(self.config, environ, absolute=absolute)
        return ubivox_order.snippet(prefix, token)

    def claim_order(self, token: str, environ: WSGIEnvironment) -> None:
        """Tie the visitor of a request to the order of a snippet.

        A visitor without a click ties nothing, and that is no error.

        :param token: as a snippet has it.
        :raises BadToken: if it is none of this site's.
        :raises StoreError: if it could not be written.
        """
        snippet = self._snippet.open(token)
        now = self.now()
        visitor = self.visitors.known(environ)
        if self._store is None or visitor is None or not (visitor.touch or visitor.referral):
            return
        claim = Claim(
            reference=snippet.order_ref,
            customer_ref=snippet.customer_ref,
            visitor=visitor.id,
            touch=visitor.touch,
            referral=visitor.referral,
            at=now,
            window=self.config.window,
            announced=self._announcer.is_listened_to,
        )
        recorded = self._store.claim(self.config.site, claim)
        if recorded is not None and recorded.outcome == "enriched":
            self._announcer.tell(recorded, environ)

    @cached_property
    def _snippet(self) -> Seal[SnippetPayload]:
        secrets, site = self.config.secret_keys, self.config.site
        return Seal(SnippetPayload, secrets=secrets, purpose="snippet", site=site)
