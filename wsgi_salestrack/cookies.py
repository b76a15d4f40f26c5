"""Our one first-party cookie, on raw header text: a cookie parser would cost more than the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .config import Config

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


class CookieJar:
    """Reads the cookie of a request and writes the header that sets or deletes it.

    Over https the name has the ``__Host-`` prefix, so that no other host of the domain can set it.
    Never ``Partitioned``: it would hide the click's cookie from the pixel.
    """

    def __init__(self, config: Config) -> None:
        self._plain = config.cookie_name
        self._always_secure = config.cookie_secure or config.cookie_cross_site
        self._never_secure = config.cookie_secure is False
        samesite = "None" if config.cookie_cross_site else config.cookie_samesite
        self._attributes = f"; Path=/; HttpOnly; SameSite={samesite}"
        self._max_age = int(config.cookie_max_age.total_seconds())

    def read(self, environ: WSGIEnvironment) -> str | None:
        """The value as sent, or None."""
        header: str = environ.get("HTTP_COOKIE", "")
        marker = self._name(environ) + "="
        if marker not in header:
            return None
        for pair in header.split(";"):
            name_and_value = pair.strip(" ")
            if name_and_value.startswith(marker):
                return name_and_value[len(marker) :]
        return None

    def set(self, environ: WSGIEnvironment, value: str) -> tuple[str, str]:
        """The response header that sets the cookie."""
        return self._header(environ, value, self._max_age)

    def delete(self, environ: WSGIEnvironment) -> tuple[str, str]:
        """The response header that deletes the cookie."""
        return self._header(environ, "", 0)

    def _header(self, environ: WSGIEnvironment, value: str, max_age: int) -> tuple[str, str]:
        secure = "; Secure" if self._is_secure(environ) else ""
        name = self._name(environ)
        return "Set-Cookie", f"{name}={value}; Max-Age={max_age}{self._attributes}{secure}"

    def _is_secure(self, environ: WSGIEnvironment) -> bool:
        if self._always_secure:
            return True
        return not self._never_secure and environ.get("wsgi.url_scheme") == "https"

    def _name(self, environ: WSGIEnvironment) -> str:
        return f"__Host-{self._plain}" if self._is_secure(environ) else self._plain
