"""The orchestrator: what becomes of a click and of a conversion, whichever way it came."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import msgspec
from markupsafe import Markup

from . import signals, urls
from .announcing import Announcer
from .attribution import credited, touched, without_person
from .config import Config
from .days import day_of, first_moment
from .destinations import checked_destination
from .errors import (
    BadToken,
    BadValue,
    ReceiverError,
    SalesTrackError,
    StoreError,
    Unattributed,
)
from .identity import new_id, new_visitor_id
from .model import Arrival, Click, Conversion, Order, Recorded, Touch, Verdict, Visitor
from .money import Money
from .protocols import ubivox_order, ubivox_target
from .reports import Report, make_report
from .signals import Sender
from .stores.base import Store
from .stores.host_transaction import HostTransaction, committed_within
from .stores.opening import open_store
from .tokens import ClickPayload, Seal
from .visitors import Visitors

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

logger = logging.getLogger("salestrack")


#: The time, aware UTC.
utc_now = partial(datetime.now, UTC)


class Tracker:
    """Tracks one site; made once, shared by all threads.

    :param config: what to do.
    :param clock: the time now, aware UTC.
    :param sender: the sender of the signals; the tracker itself by default.
    :param context: entered around their receivers.
    """

    def __init__(
        self,
        config: Config,
        *,
        clock: Callable[[], datetime] = utc_now,
        sender: Any = None,
        context: Callable[[], AbstractContextManager[Any]] = nullcontext,
    ) -> None:
        self.config = config
        self.visitors = Visitors(config)
        self._store: Store | None = open_store(config.database)
        #: The time now, aware UTC.
        self.now = clock
        self._sender = Sender(self if sender is None else sender, context)
        self._clicks = Seal(
            ClickPayload, secrets=config.secret_keys, purpose="click", site=config.site
        )

    @property
    def store(self) -> Store:
        """The store.

        :raises StoreError: in signals-only mode.
        """
        if self._store is None:
            raise StoreError("nothing is stored: database is None; set it to a path to use this")
        return self._store

    @cached_property
    def _announcer(self) -> Announcer:
        return Announcer(self._sender, self.store, self.config.site)

    def start(self) -> None:
        """Say early, in the log, what is wrong with the database; the shop starts all the same."""
        if self._store is None:
            return
        try:
            self._store.start()
        except SalesTrackError as error:
            logger.error("sales will not be recorded: %s", error)  # noqa: TRY400  it says it all

    @property
    def listened_to(self) -> bool:
        """Whether a receiver of new conversions is connected."""
        return self._sender.has_receivers(signals.conversion_recorded)

    # Clicks

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
        touch = msgspec.structs.replace(payload.touch, at=at)
        if not self.visitors.consents(environ):
            touch = without_person(touch)
            verdict = "refused" if verdict == "valid" else verdict
        visitor = None
        if verdict == "valid":
            known = self.visitors.known(environ) or Visitor(id=new_visitor_id())
            visitor = touched(known, touch)
        click = Click(
            id=new_id(at),
            touch=touch,
            visitor=None if visitor is None else visitor.id,
            verdict=verdict,
            destination=payload.destination,
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

    # Conversions

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
        if touch is not None and token is not None:
            raise BadValue("token", "and touch are both given; pass one of them")
        now = self.now()
        occurred_at = conversion.occurred_at or now
        if token is not None:
            visitor = self._visitor_of_token(token, occurred_at)
        elif touch is not None:
            visitor = touched(Visitor(id=0), touch.check())
        else:
            visitor = None if environ is None else self.visitors.known(environ)
        newsletter_touch, referral = credited(visitor, occurred_at, self.config.window)
        if (
            newsletter_touch is None
            and referral is None
            and conversion.source not in self.config.record_unattributed
        ):
            raise Unattributed("no click to credit it to")
        if conversion.occurred_at is None:
            conversion = msgspec.structs.replace(conversion, occurred_at=now)
        if self._store is None:
            recorded = Recorded(
                outcome="recorded",
                conversion=conversion,
                touch=newsletter_touch,
                referral=referral,
                id=new_id(now),
            )
            if self._sender.send(signals.conversion_recorded, recorded=recorded, environ=environ):
                raise ReceiverError("not recorded: database is None, and a receiver failed")
            return recorded
        arrival = Arrival(
            conversion=conversion,
            touch=newsletter_touch,
            referral=referral,
            visitor=(visitor.id or None) if visitor else None,
            at=now,
            window=self.config.window,
            day=day_of(occurred_at, self.config.timezone),
            announced=self._announcer.is_listened_to,
        )
        if connection is None:
            recorded = self._store.record(self.config.site, arrival)
            self._announcer.tell(recorded, environ)
        else:
            host = HostTransaction(connection)
            recorded = self._store.record(self.config.site, arrival, host)
            host.after_commit(partial(self._announcer.tell_if_committed, recorded, environ))
        return recorded

    def signals_after_commit(self) -> AbstractContextManager[None]:
        """Around a transaction of a plain connection that is passed to :meth:`record`.

        ``with tracker.signals_after_commit(): ...``; when the block ends, the signals of what was
        committed in it are sent. SQLAlchemy tells its commits by itself.
        """
        return committed_within()

    def _visitor_of_token(self, token: str, occurred_at: datetime) -> Visitor | None:
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
        return touched(Visitor(id=0), touch)

    @contextmanager
    def errors_logged(self) -> Iterator[None]:
        """For a checkout: what salestrack raises inside is logged, and the customer goes on.

        ``Conversion`` and ``Money`` belong inside as well, for they refuse values that are wrong.
        """
        try:
            yield
        except SalesTrackError:
            logger.exception("a sale was not recorded")

    def reject(self, protocol: str, reason: str, environ: WSGIEnvironment) -> None:
        """Tell the receivers of ``hit_rejected``, and the log, that a hit was refused."""
        logger.info("%s hit rejected: %s", protocol, reason)
        self._sender.send(signals.hit_rejected, protocol=protocol, reason=reason, environ=environ)

    # Snippets

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
            at=self.now(),
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

    # Reading

    def report(
        self,
        by: str = "newsletter",
        *,
        since: date | datetime | None = None,
        until: date | datetime | None = None,
        currency: str | None = None,
        model: str = "last",
        where: Mapping[str, str | None] | None = None,
    ) -> Report:
        """What sold, by newsletter, link, contact, list, target or day.

        :param since: the first day in the shop's time zone, or the first moment.
        :param until: the last day, or the moment after the last.
        :param where: only those with this newsletter, link, ...; None: those without one.
        :raises BadValue: naming the argument.
        :raises StoreError: if the store can't be read, or there is none.
        """
        return make_report(
            self.store,
            self.config.site,
            timezone=self.config.timezone,
            by=by,
            since=since,
            until=until,
            currency=currency,
            model=model,
            where=where,
        )

    def replay(self, since: date | datetime | None = None) -> Iterator[tuple[Recorded, bool]]:
        """Send signals of conversions again; ``environ`` is None.

        :param since: of all that came or changed since a day in the shop's time zone, or a moment.
            None: only those that were never sent, because the process ended between the commit and
            the signal, or that a receiver failed at.
        :returns: lazily, each conversion and whether all its receivers succeeded.
        :raises StoreError: if the store can't be read, or there is none.
        """
        if since is None:
            found = self.store.unsent(self.config.site)
        else:
            start = first_moment(since, self.config.timezone)
            found = self.store.changed_since(self.config.site, start)
        return self._announcer.tell_again(found)

    def close(self) -> None:
        """Let go of the database; the next call opens it again."""
        if self._store is not None:
            self._store.close()
