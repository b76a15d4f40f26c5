"""Recording conversions, and what becomes of them later."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import msgspec

from .. import signals
from ..attribution import as_new, touched
from ..checks import check_type
from ..errors import BadToken, BadValue, ReceiverError, SalesTrackError, Unattributed
from ..identity import new_id
from ..model import PROTOCOL_OF, Arrival, Claim, Conversion, Recorded
from ..stores.claims import may_be_claimed
from ..stores.host_transaction import HostTransaction, committed_within
from ..touches import NO_BROWSER, Touch, Visitor
from .arriving import Arriving
from .clicks import Clicks

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

logger = logging.getLogger("salestrack")


# What becomes of an arrival that is not new, in words.
_REASONS: Final = {
    "duplicate": "it was recorded before",
    "enriched": "it was recorded before, and lacked something",
    "conflict": "it was recorded before with other values, which stay",
}
# Sources whose dialects have a word for that, so that it is logged as a rejection.
_REJECT_CONFLICTS: Final = frozenset(("target", "ecommerce_pixel", "affiliate", "splio", "xmlrpc"))


class Conversions(Clicks, Arriving):
    """What a tracker does with conversions."""

    def record(
        self,
        conversion: Conversion,
        *,
        environ: WSGIEnvironment | None = None,
        touch: Touch | None = None,
        token: str | None = None,
        connection: Any = None,
    ) -> Recorded:
        """Record a conversion once, crediting whom the visitor, touch or token says.

        :param environ: of the request, for its cookie.
        :param touch: whom to credit, instead of the cookie.
        :param token: of :meth:`attribution_token`, or a click's, instead of the cookie; empty
            credits nobody. A click's token credits without a window, unless that click is stored.
            One that does not open credits nobody either, and is logged: the sale is kept.
        :param connection: the host's own, to the same database: a SQLAlchemy Connection or Session,
            a sqlite3 connection, or a DB-API cursor such as Django's. Then the conversion is part
            of the host's transaction, and its signals are sent after that was committed; for a
            plain connection, at the end of :meth:`signals_after_commit`.
        :returns: after the commit, unless there is a connection.
        :raises Unattributed: if nobody is credited and the source keeps only credited ones.
        :raises StoreError: if it could not be written. So a checkout calls this in
            ``with tracker.errors_logged():`` and goes on.
        """
        check_type("conversion", conversion, Conversion)
        if touch is not None and token is not None:
            raise BadValue("token", "and touch are both given; pass one of them")
        now = self.now()
        if token is not None:
            visitor = self._visitor_of_token(token, conversion.occurred_at or now)
        elif touch is not None:
            check_type("touch", touch, Touch)
            visitor = touched(NO_BROWSER, touch.check())
        else:
            visitor = None if environ is None else self.visitors.known(environ)
        announced = self._store is not None and self._announcer.is_listened_to
        arrival = self._arrival(conversion, visitor, now, announced=announced)
        if self._is_unwanted(arrival):
            raise Unattributed("no click to credit it to")
        if self._store is None:
            return self._told_only(arrival, environ)
        if connection is None:
            recorded = self._store.record(self.config.site, arrival)
            self._announcer.tell(recorded, environ)
            self._log_repeat(recorded, conversion.source)
        else:
            host = HostTransaction(connection)
            recorded = self._store.record(self.config.site, arrival, host)
            host.after_commit(partial(self._committed, recorded, environ, conversion.source))
        return recorded

    def _told_only(self, arrival: Arrival, environ: WSGIEnvironment | None) -> Recorded:
        """What becomes of a conversion where its receivers are the storage."""
        recorded = as_new(arrival, new_id(arrival.at))
        if self._sender.send(signals.conversion_recorded, recorded=recorded, environ=environ):
            raise ReceiverError("not recorded: database is None, and a receiver failed")
        return recorded

    def _committed(self, recorded: Recorded, environ: WSGIEnvironment | None, source: str) -> None:
        """What is left to do after the host's own commit.

        :param source: how it came this time.
        """
        if not self._announcer.tell_if_committed(recorded, environ):
            return
        self._log_repeat(recorded, source)
        conversion = recorded.conversion
        if may_be_claimed(conversion, recorded.touch, recorded.referral):
            # Somebody may have seen the order's snippet before anybody else could see the order.
            self._resolve_claims(conversion.reference or "", environ)

    def _resolve_claims(self, reference: str, environ: WSGIEnvironment | None) -> None:
        claim = Claim(
            reference=reference,
            customer_ref="",
            visitor=NO_BROWSER.id,
            touch=None,
            referral=None,
            at=self.now(),
            window=self.config.window,
            announced=self._announcer.is_listened_to,
        )
        try:
            joined = self.store.resolve_claims(self.config.site, claim)
        except SalesTrackError as error:
            logger.error("an order was not joined to its snippet: %s", error)  # noqa: TRY400  all
        else:
            if joined is not None and joined.outcome == "enriched":
                self._announcer.tell(joined, environ)

    def _log_repeat(self, recorded: Recorded, source: str) -> None:
        outcome = recorded.outcome
        if outcome == "recorded" or (outcome == "conflict" and source in _REJECT_CONFLICTS):
            return
        self._log_hit(PROTOCOL_OF[source], outcome, _REASONS[outcome])

    def signals_after_commit(self) -> AbstractContextManager[None]:
        """Around a transaction of a plain connection that is passed to :meth:`record`.

        ``with tracker.signals_after_commit(): ...``; when the block ends, the signals of what was
        committed in it are sent. SQLAlchemy tells its commits by itself.
        """
        return committed_within()

    def _visitor_of_token(self, token: str, occurred_at: datetime) -> Visitor | None:
        if not isinstance(token, str):
            raise BadValue("token", "is not a str")
        if not token:
            return None
        try:
            return self.visitors.open_attribution(token)
        except BadToken:
            pass
        try:
            touch = self.open_click(token).touch
        except BadToken as error:
            logger.warning("a sale's token credits nobody: %s", error)
            return None
        if self._store is not None and touch.contact is not None:
            clicked_at = self._store.last_click(self.config.site, touch, occurred_at)
            touch = msgspec.structs.replace(touch, at=clicked_at)
        return touched(NO_BROWSER, touch)

    @contextmanager
    def errors_logged(self) -> Iterator[None]:
        """For a checkout: what salestrack raises inside is logged, and the customer goes on.

        ``Conversion`` and ``Money`` belong inside as well, for they refuse values that are wrong. A
        ``TypeError`` is logged likewise: an argument is missing, or its name misspelt.

        An error of the database's that took the shop's own transaction with it, as a deadlock may,
        is none of ours and goes on: the order is lost, and nobody must be thanked for it.
        """
        try:
            yield
        except (SalesTrackError, TypeError):
            logger.exception("tracking failed; the customer goes on")
