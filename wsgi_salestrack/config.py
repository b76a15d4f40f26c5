"""The configuration: every key checked when it is given, so that no request meets a wrong one."""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from .errors import BadValue, ConfigError
from .model import ORDER_SCOPE, TRUST, check_text
from .money import exponent_of

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from .stores.base import Store

PROTOCOLS: Final = ("click", "target")
_UNATTRIBUTED: Final = tuple(source for source in TRUST if source != "ecommerce_pixel")
_SHORTEST_SECRET: Final = 32
_DAY: Final = 86400


class Target(msgspec.Struct, frozen=True):
    """A configured place where a conversion happens.

    :param id: as it stands in the URL.
    :param scope: within which its references are unique: its own, or ``order``.
    """

    id: str
    title: str
    scope: str


class Config:
    """What a tracker needs to know; immutable by convention, shared by all threads.

    :param secret_keys: newest first; the first seals, all open. Each at least 32 bytes.
    :param database: a path (SQLite), a :class:`~wsgi_salestrack.stores.base.Store`, or None: store
        nothing, the receivers of the signals are the storage.
    :param site: whose rows; first in every unique key, bound into every token.
    :param base_url: ``https://shop.example`` plus the mount point if any; empty: links are paths.
    :param url_prefix: where our endpoints live; empty serves the vendors' own paths.
    :param protocols: which of ``click`` and ``target`` answer; None: all that are configured.
    :param currency: ISO 4217, where a hit names none.
    :param timezone: an IANA name; in which days are counted.
    :param targets: integer id -> title, or -> a mapping with ``title`` and ``scope``.
    :param window: look-back from conversion to touch, seconds or timedelta.
    :param cookie_name: without the ``__Host-`` that https adds.
    :param cookie_max_age: seconds or timedelta.
    :param cookie_samesite: ``Lax`` or ``Strict``.
    :param cookie_secure: None: where the request came by https.
    :param cookie_cross_site: for pixels inside other sites: ``SameSite=None; Secure``.
    :param landing_param: the query parameter that holds a click token on any page of the host;
        empty: off.
    :param fallback_url: where a click with a bad token lands.
    :param consent: ``callable(environ) -> bool``; False: no cookie and nobody is credited.
    :param honor_gpc: ``Sec-GPC: 1`` and ``DNT: 1`` count as consent refused.
    :param require_https: True: a hit over plain http is rejected; None: as its dialect asks.
    :param record_unattributed: sources that keep a conversion nobody is credited for.
    :raises ConfigError: naming the key and the values allowed.
    """

    def __init__(
        self,
        *,
        secret_keys: Sequence[str | bytes],
        database: str | os.PathLike[str] | Store | None = "salestrack.db",
        site: str = "default",
        base_url: str = "",
        url_prefix: str = "/salestrack",
        protocols: Iterable[str] | None = None,
        currency: str = "USD",
        timezone: str = "UTC",
        targets: Mapping[int | str, str | Mapping[str, str]] = MappingProxyType({}),
        window: float | timedelta = 30 * _DAY,
        cookie_name: str = "salestrack",
        cookie_max_age: float | timedelta = 400 * _DAY,
        cookie_samesite: str = "Lax",
        cookie_secure: bool | None = None,
        cookie_cross_site: bool = False,
        landing_param: str = "st_token",
        fallback_url: str = "/",
        consent: Callable[[WSGIEnvironment], bool] | None = None,
        honor_gpc: bool = True,
        require_https: bool | None = None,
        record_unattributed: Iterable[str] = _UNATTRIBUTED,
    ) -> None:
        self.secret_keys: Final = _secrets(secret_keys)
        self.database: Final = _database(database)
        self.site: Final = _text("site", site)
        self.base_url: Final = _base_url(base_url)
        self.url_prefix: Final = _url_prefix(url_prefix)
        self.currency: Final = _currency(currency)
        self.timezone: Final = _timezone(timezone)
        self.targets: Final = _targets(targets)
        self.protocols: Final = _protocols(protocols, self.targets)
        self.window: Final = _duration("window", window)
        self.cookie_name: Final = _word("cookie_name", cookie_name)
        self.cookie_max_age: Final = _duration("cookie_max_age", cookie_max_age)
        self.cookie_samesite: Final = _one_of("cookie_samesite", cookie_samesite, ("Lax", "Strict"))
        self.cookie_secure: Final = _flag_or_none("cookie_secure", cookie_secure)
        self.cookie_cross_site: Final = _flag("cookie_cross_site", cookie_cross_site)
        self.landing_param: Final = _landing_param(landing_param)
        self.fallback_url: Final = _fallback_url(fallback_url)
        self.consent: Final = _consent(consent)
        self.honor_gpc: Final = _flag("honor_gpc", honor_gpc)
        self.require_https: Final = _flag_or_none("require_https", require_https)
        self.record_unattributed: Final = _some_of(
            "record_unattributed", record_unattributed, tuple(TRUST)
        )
        if self.cookie_cross_site and self.cookie_secure is False:
            raise ConfigError("cookie_secure", "is False, but cookie_cross_site needs https")

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> Config:
        """Configuration from a mapping of lower-case keys, such as a parsed file.

        :raises ConfigError: for an unknown key too.
        """
        known = list(inspect.signature(cls).parameters)
        for key in mapping:
            if key not in known:
                raise ConfigError(str(key), f"is unknown; the keys are {', '.join(known)}")
        if "secret_keys" not in mapping:
            raise ConfigError("secret_keys", f"is missing; {_HOW_TO_MAKE_A_SECRET}")
        return cls(**mapping)


_HOW_TO_MAKE_A_SECRET: Final = (
    "list one secret of at least 32 bytes, made by "
    "python -c 'import secrets; print(secrets.token_urlsafe(32))'"
)


def _secrets(values: object) -> tuple[bytes, ...]:
    if isinstance(values, str | bytes) or not isinstance(values, Sequence) or not values:
        raise ConfigError("secret_keys", f"is not a list of secrets; {_HOW_TO_MAKE_A_SECRET}")
    secrets = []
    for value in values:
        try:
            secret = value if isinstance(value, bytes) else value.encode()
        except (AttributeError, UnicodeEncodeError):
            problem = f"holds what is no text; {_HOW_TO_MAKE_A_SECRET}"
            raise ConfigError("secret_keys", problem) from None
        if len(secret) < _SHORTEST_SECRET:
            raise ConfigError("secret_keys", f"holds too short a secret; {_HOW_TO_MAKE_A_SECRET}")
        secrets.append(secret)
    return tuple(secrets)


def _database(value: str | os.PathLike[str] | Store | None) -> Path | Store | None:
    if isinstance(value, (str, os.PathLike)):
        text = os.fspath(value)
        if not _is_path(text):
            raise ConfigError(
                "database", "is not the path of a SQLite file; give a path, a Store or None"
            )
        return Path(text)
    if value is None or hasattr(value, "record"):
        return value
    raise ConfigError("database", "is not a path, a Store or None")


def below(folder: Path, database: Any) -> Any:
    """A relative path of a database, counted from a folder; anything else as it is."""
    if isinstance(database, str | os.PathLike) and _is_path(os.fspath(database)):
        return folder / database
    return database


def _is_path(text: str) -> bool:
    return bool(text) and "://" not in text and not text.startswith(":") and "\0" not in text


def _text(key: str, value: object) -> str:
    try:
        check_text(key, value, 100)
    except BadValue as error:
        raise ConfigError(key, error.problem) from None
    return str(value)


def _word(key: str, value: object) -> str:
    if not isinstance(value, str) or re.fullmatch(r"[A-Za-z0-9_-]{1,64}", value) is None:
        raise ConfigError(key, "is not 1 to 64 of A-Z a-z 0-9 _ -")
    return value


def _landing_param(value: object) -> str:
    return "" if value == "" else _word("landing_param", value)


def _one_of(key: str, value: object, allowed: tuple[str, ...]) -> str:
    if not isinstance(value, str) or value not in allowed:
        raise ConfigError(key, f"is not one of {', '.join(allowed)}")
    return value


def _some_of(key: str, values: object, allowed: tuple[str, ...]) -> frozenset[str]:
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise ConfigError(key, f"is not a list of {', '.join(allowed)}")
    return frozenset(_one_of(key, value, allowed) for value in values)


def _flag(key: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise ConfigError(key, "is neither True nor False")
    return value


def _flag_or_none(key: str, value: object) -> bool | None:
    if value is not None and not isinstance(value, bool):
        raise ConfigError(key, "is not True, False or None")
    return value


def _duration(key: str, value: object) -> timedelta:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            value = timedelta(seconds=value)
        except (OverflowError, ValueError):
            value = None
    if not isinstance(value, timedelta) or not timedelta(seconds=1) <= value:
        raise ConfigError(key, "is not a positive number of seconds or a timedelta")
    return value


def _absolute(url: object) -> bool:
    if not isinstance(url, str) or re.search(r"[\x00-\x20\x7f-\U0010ffff\\]", url):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def _base_url(value: object) -> str:
    if value == "":
        return ""
    if not isinstance(value, str) or not _absolute(value) or "?" in value or "#" in value:
        raise ConfigError(
            "base_url", "is not http(s)://host, plus the mount point if any, as plain ASCII"
        )
    return value.rstrip("/")


def _url_prefix(value: object) -> str:
    if value == "":
        return ""
    if not isinstance(value, str) or re.fullmatch(r"(/[A-Za-z0-9._~-]+)+", value) is None:
        raise ConfigError(
            "url_prefix", "is neither empty nor a path such as /salestrack, without a last slash"
        )
    return value


def _fallback_url(value: object) -> str:
    relative = isinstance(value, str) and re.fullmatch(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*", value)
    if not relative and not _absolute(value):
        raise ConfigError("fallback_url", "is neither a path such as / nor an http(s) URL")
    return str(value)


def _currency(value: str) -> str:
    try:
        exponent_of(value)
    except BadValue as error:
        raise ConfigError("currency", error.problem) from None
    return value


def _timezone(value: object) -> ZoneInfo:
    try:
        return ZoneInfo(value)  # type: ignore[arg-type]  # what is no text is refused just below
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        raise ConfigError("timezone", "is not an IANA name such as Europe/Berlin") from None


def _targets(value: object) -> Mapping[str, Target]:
    if not isinstance(value, Mapping):
        raise ConfigError("targets", 'is not a mapping such as {1: "Sale"}')
    targets = {}
    for key, entry in value.items():
        # In TOML and JSON, and so in environment variables, keys are text always.
        id = key if isinstance(key, str) else str(key)
        if isinstance(key, bool) or re.fullmatch("0|[1-9][0-9]{0,17}", id) is None:
            raise ConfigError("targets", "has an id that is not an integer of at most 18 digits")
        if id in targets:
            raise ConfigError("targets", f"has the id {id} twice")
        options = {"title": entry} if isinstance(entry, str) else entry
        if not isinstance(options, Mapping) or not {"title"} <= {*options} <= {"title", "scope"}:
            raise ConfigError("targets", f"has no title, or more than title and scope, at {id}")
        title = _text("targets", options["title"])
        own_scope = f"target:{id}"
        scope = options.get("scope", own_scope)
        if scope not in (ORDER_SCOPE, own_scope):
            raise ConfigError("targets", f"has a scope other than {ORDER_SCOPE} at {id}")
        targets[id] = Target(id, title, scope)
    return MappingProxyType(targets)


def _protocols(value: object, targets: Mapping[str, Target]) -> frozenset[str]:
    if value is None:
        return frozenset(PROTOCOLS if targets else ("click",))
    return _some_of("protocols", value, PROTOCOLS)


def _consent(value: Any) -> Callable[[WSGIEnvironment], bool] | None:
    if value is not None and not callable(value):
        raise ConfigError("consent", "is not a callable(environ) -> bool")
    return value  # type: ignore[no-any-return]  # a callable's signature can't be checked
