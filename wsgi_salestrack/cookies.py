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
        secure_by_scheme = {
            "http": bool(config.cookie_secure or config.cookie_cross_site),
            "https": config.cookie_secure is not False,
        }
        # By the request's scheme: what the cookie begins with, and whether it is secure.
        self._kinds = {
            scheme: (f"{'__Host-' if secure else ''}{config.cookie_name}=", secure)
            for scheme, secure in secure_by_scheme.items()
        }
        samesite = "None" if config.cookie_cross_site else config.cookie_samesite
        self._attributes = f"; Path=/; HttpOnly; SameSite={samesite}"
        self._max_age = int(config.cookie_max_age.total_seconds())

    def read(self, environ: WSGIEnvironment) -> str | None:
        """The value as sent, or None."""
        header: str | None = environ.get("HTTP_COOKIE")
        if not header:
            return None
        begins = self._kind(environ)[0]
        for pair in header.split(";"):
            ours = pair.lstrip()
            if ours.startswith(begins):
                return ours[len(begins) :]
        return None

    def set(self, environ: WSGIEnvironment, value: str) -> tuple[str, str]:
        """The response header that sets the cookie."""
        return self._header(environ, value, self._max_age)

    def delete(self, environ: WSGIEnvironment) -> tuple[str, str]:
        """The response header that deletes the cookie."""
        return self._header(environ, "", 0)

    def _header(self, environ: WSGIEnvironment, value: str, max_age: int) -> tuple[str, str]:
        begins, is_secure = self._kind(environ)
        secure = "; Secure" if is_secure else ""
        return "Set-Cookie", f"{begins}{value}; Max-Age={max_age}{self._attributes}{secure}"

    def _kind(self, environ: WSGIEnvironment) -> tuple[str, bool]:
        return self._kinds["https" if environ.get("wsgi.url_scheme") == "https" else "http"]
