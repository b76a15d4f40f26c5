"""Who a request comes from: the cookie, the tokens that carry the same, and consent to either."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import TYPE_CHECKING, cast

from .attribution import credited
from .checks import check_environ
from .config import Config
from .cookies import CookieJar
from .errors import BadToken
from .tokens import Seal
from .touches import Visitor

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

logger = logging.getLogger("salestrack")

# Where a landing page's visitor is found while their cookie is still on its way to the browser.
_KEY = "salestrack.visitor"


class Visitors:
    """Recognises visitors and sees to their cookie."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._jar = CookieJar(config)
        secrets, site = config.secret_keys, config.site
        self._cookie = Seal(Visitor, secrets=secrets, purpose="cookie", site=site)
        self._attribution = Seal(Visitor, secrets=secrets, purpose="attribution", site=site)

    def known(self, environ: WSGIEnvironment) -> Visitor | None:
        """The visitor with all their touches, however old.

        None without a cookie that opens, or without consent.

        :raises BadValue: if it is no WSGI environment.
        """
        check_environ(environ)
        if _KEY in environ:
            # Another tracker's visitor is a stranger here.
            tracker, visitor = environ[_KEY]
            if tracker is self:
                return cast("Visitor", visitor)
        value = self._jar.read(environ)
        if value is None or not self.consents(environ):
            return None
        try:
            return self._cookie.open(value)
        except BadToken:
            return None

    def current(self, environ: WSGIEnvironment, at: datetime) -> Visitor | None:
        """The visitor with those touches that a sale at that time would be credited to."""
        visitor = self.known(environ)
        if visitor is None:
            return None
        touch, referral = credited(visitor, at, self._config.window)
        return Visitor(id=visitor.id, touch=touch, referral=referral)

    def consents(self, environ: WSGIEnvironment) -> bool:
        """Whether this request may be tied to a person."""
        if (
            self._config.honor_gpc
            and ("HTTP_SEC_GPC" in environ or "HTTP_DNT" in environ)
            and any(
                "1" in environ.get(name, "").replace(",", " ").split()
                for name in ("HTTP_SEC_GPC", "HTTP_DNT")
            )
        ):
            return False
        if self._config.consent is None:
            return True
        try:
            return bool(self._config.consent(environ))
        except Exception:  # the host's own code; in doubt nobody is tracked
            logger.exception("consent failed; taken as refused")
            return False

    def remember(self, environ: WSGIEnvironment, visitor: Visitor) -> tuple[str, str]:
        """The header that sets the cookie; the visitor is known within this very request, too."""
        environ[_KEY] = self, visitor
        return self._jar.set(environ, self._cookie.seal(visitor))

    def forget_unconsented(self, environ: WSGIEnvironment) -> list[tuple[str, str]]:
        """The header that deletes a cookie which consent no longer covers, if there is one."""
        if "HTTP_COOKIE" not in environ or self.consents(environ):
            return []
        if self._jar.read(environ) is None:
            return []
        return [self._jar.delete(environ)]

    def seal_attribution(self, environ: WSGIEnvironment) -> str:
        """The visitor as text to be kept on an order; empty where nobody is to be credited."""
        visitor = self.known(environ)
        if visitor is None or not (visitor.touch or visitor.referral):
            return ""
        return self._attribution.seal(visitor)

    def open_attribution(self, token: str) -> Visitor:
        """The visitor that was sealed.

        :raises BadToken: if it is no such token of this site.
        """
        return self._attribution.open(token)
