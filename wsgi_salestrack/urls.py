"""Our own addresses, as they stand in mails and pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from werkzeug.wsgi import get_host

from .checks import check_environ
from .config import Config
from .errors import BadValue, ConfigError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_PARAMETER = re.compile("[A-Za-z0-9_-]{1,64}")


def prefix(config: Config, environ: WSGIEnvironment | None, *, absolute: bool = False) -> str:
    """What all of our endpoints' addresses begin with.

    :param environ: of the request, whose mount point is used where ``base_url`` is empty.
    :param absolute: and its host.
    :raises ConfigError: if that is none.
    :raises BadValue: if it is no WSGI environment.
    """
    base = config.base_url
    if not base and environ is not None:
        check_environ(environ)
        base = quote(environ.get("SCRIPT_NAME", "").encode("latin-1"))
        if absolute:
            host = get_host(environ)
            if not host:
                problem = (
                    "is empty, and the request names no host that may be in an address; set it"
                )
                raise ConfigError("base_url", problem)
            base = f"{environ['wsgi.url_scheme']}://{host}{base}"
    return base + config.url_prefix


def landing(config: Config, destination: str, token: str) -> str:
    """A page of the shop with a click token in its query, before its fragment.

    :raises BadValue: if landing pages are switched off, or this is none of the shop's.
    """
    if not config.landing_param:
        raise BadValue("landing", "is switched off: landing_param is empty")
    if not destination.startswith("/"):
        raise BadValue("landing", "needs a destination in this shop, not an absolute URL")
    return _origin(config.base_url) + _with_token(destination, config.landing_param, token)


def with_roi(destination: str, parameter: str, token: str) -> str:
    """A destination with a click token in its query, for the shop there to report a sale with.

    :raises BadValue: if that is no name of a parameter.
    """
    if _PARAMETER.fullmatch(parameter) is None:
        raise BadValue("roi_param", "is not 1 to 64 of A-Z a-z 0-9 _ -")
    return _with_token(destination, parameter, token)


def _with_token(destination: str, parameter: str, token: str) -> str:
    page, hash_mark, fragment = destination.partition("#")
    separator = "&" if "?" in page else "?"
    return f"{page}{separator}{parameter}={token}{hash_mark}{fragment}"


def _origin(base_url: str) -> str:
    """``https://shop.example`` of ``https://shop.example/mount``; empty for an empty one."""
    parts = urlsplit(base_url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
