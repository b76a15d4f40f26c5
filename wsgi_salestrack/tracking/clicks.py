"""Links, clicks, and the visitors who made them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import msgspec

from .. import signals, urls
from ..attribution import touched, without_person
from ..days import day_of
from ..destinations import checked_destination
from ..errors import BadValue, StoreError
from ..identity import new_id, new_visitor_id
from ..masking import page_of
from ..tokens import ClickPayload
from ..touches import Click, Touch, Verdict, Visitor
from .core import Core

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

logger = logging.getLogger("salestrack")


class Clicks(Core):
    """What a tracker does with clicks."""

    def click_url(
        self,
        destination: str,
        *,
        contact: str | None = None,
        newsletter: str | None = None,
        link: str | None = None,
        list: str | None = None,
        subscription: str | None = None,
        publisher: str | None = None,
        offsite: bool = False,
        landing: bool = False,
        roi_param: str | None = None,
        environ: WSGIEnvironment | None = None,
    ) -> str:
        """The tracked URL of a link; the same each time, so it may be cached and compared.

        :param destination: a path of the shop (with the mount point, if any), or with ``offsite``
            an absolute http(s) URL.
        :param landing: link to the destination itself, with the token in its query, which saves
            the redirect; for pages of this very application.
        :param roi_param: a query parameter, ``roi_data`` by BlueHornet's name, that takes a click
            token on to the destination. The shop there hands it back when it reports the sale to
            BlueHornet's API, or passes it as ``token=`` to :meth:`record`.
        :param environ: of the request, whose mount point is used where ``base_url`` is empty.
        :raises BadValue: naming the argument.
        """
        touch = Touch(
            contact=contact,
            subscription=subscription,
            list=list,
            newsletter=newsletter,
            link=link,
            publisher=publisher,
        ).check()
        if not any(touch.names):
            raise BadValue("newsletter", "is missing, and so is every other name to credit")
        destination = checked_destination(destination, offsite=offsite)
        if roi_param is not None:
            # A token of its own, since the link's holds the destination that this one goes into.
            token = self._clicks.seal(ClickPayload(destination, touch))
            destination = urls.with_roi(destination, roi_param, token)
            destination = checked_destination(destination, offsite=offsite)  # it is longer now
        token = self._clicks.seal(ClickPayload(destination, touch))
        if landing:
            return urls.landing(self.config, destination, token)
        return f"{urls.prefix(self.config, environ)}/r/{token}"

    def open_click(self, token: str) -> ClickPayload:
        """What a click token was made of.

        :raises BadToken: if it is none of this site's.
        """
        return self._clicks.open(token)

    def record_click(
        self, payload: ClickPayload, environ: WSGIEnvironment, verdict: Verdict
    ) -> Visitor | None:
        """Store a click, and say who the visitor is from now on.

        Never raises: the redirect goes on even where the store fails, and the cookie credits
        without it.

        :param verdict: what the request looks like, consent apart.
        :returns: what the cookie is to hold; None where no cookie may be set.
        """
        at = self.now()
        touch, destination = msgspec.structs.replace(payload.touch, at=at), payload.destination
        if not self.visitors.consents(environ):
            # Its query may say who it is, by an address or a token.
            touch, destination = without_person(touch), page_of(destination)
            verdict = "refused" if verdict == "valid" else verdict
        visitor = None
        if verdict == "valid":
            known = self.visitors.known(environ) or Visitor(id=new_visitor_id(at))
            visitor = touched(known, touch)
        click = Click(
            id=new_id(at),
            touch=touch,
            day=day_of(at, self.config.timezone),
            visitor=None if visitor is None else visitor.id,
            verdict=verdict,
            destination=destination,
        )
        try:
            if self._store is not None:
                click = self._store.add_click(self.config.site, click)
        except StoreError as error:
            logger.error("a click was not stored: %s", error)  # noqa: TRY400  it says it all
        else:
            self._sender.send(signals.click_recorded, click=click)
        return visitor

    def visitor(self, environ: WSGIEnvironment) -> Visitor | None:
        """The visitor of a request with those touches that a sale now would be credited to."""
        return self.visitors.current(environ, self.now())

    def attribution_token(self, environ: WSGIEnvironment) -> str:
        """A visitor's touches with their times, sealed as text; empty for a visitor without any.

        Keep it on the order and pass it as ``token=`` from a webhook or a job, where there is no
        cookie.
        """
        return self.visitors.seal_attribution(environ)
