"""What all of a tracker works with: configuration, store, visitors, signals and the time."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Final

from .. import signals
from ..announcing import Announcer
from ..config import Config
from ..errors import SalesTrackError, StoreError
from ..hits import Hit, HitOutcome
from ..protocols.names import known_names
from ..signals import Sender
from ..stores.base import Store
from ..stores.opening import open_store
from ..tokens import ClickPayload, Seal
from ..visitors import Visitors

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

logger = logging.getLogger("salestrack")

#: Where an endpoint leaves the names of the parameters that it has found in a request's body.
PARAMETERS: Final = "salestrack.parameters"

#: The time, aware UTC.
utc_now = partial(datetime.now, UTC)


class Core:
    """Made once, shared by all threads.

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

    @property
    def listened_to(self) -> bool:
        """Whether a receiver of new conversions is connected."""
        return self._sender.has_receivers(signals.conversion_recorded)

    def start(self) -> None:
        """Say early, in the log, what is wrong with the database; the shop starts all the same."""
        if self._store is None:
            return
        try:
            self._store.start()
        except SalesTrackError as error:
            logger.error("sales will not be recorded: %s", error)  # noqa: TRY400  it says it all

    def reject(
        self,
        protocol: str,
        reason: str,
        environ: WSGIEnvironment,
        *,
        text: str = "",
        kept: bool = True,
    ) -> None:
        """Tell the receivers of ``hit_rejected``, and the logs, that a hit was refused.

        :param text: the parameters that it sent, of which only names are kept.
        :param kept: whether the store is to keep it; no, where the store is what failed.
        """
        logger.info("%s hit rejected: %s", protocol, reason)
        if kept:
            names = known_names(text or environ.get(PARAMETERS, ""))
            self._log_hit(protocol, "rejected", reason, names)
        self._sender.send(signals.hit_rejected, protocol=protocol, reason=reason, environ=environ)

    def _log_hit(
        self, protocol: str, outcome: HitOutcome, reason: str, parameters: tuple[str, ...] = ()
    ) -> None:
        """Keep a hit that recorded nothing new; whatever fails, the answer is the same."""
        if self._store is None:
            return
        hit = Hit(
            at=self.now(),
            protocol=protocol,
            outcome=outcome,
            reason=reason,
            parameters=parameters,
        )
        try:
            self._store.log_hit(self.config.site, hit)
        except SalesTrackError as error:
            logger.error("a hit was not logged: %s", error)  # noqa: TRY400  it says it all
        except Exception:  # a store of the host's own
            logger.exception("a hit was not logged")

    def close(self) -> None:
        """Let go of the database; the next call opens it again."""
        if self._store is not None:
            self._store.close()
