"""The checks of configured values: what each key takes, and what it says to anything else."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeGuard, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .checks import LONGEST_NAME, LONGEST_WINDOW, check_text
from .destinations import checked_destination
from .errors import BadValue, ConfigError
from .money import exponent_of

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from sqlalchemy import Engine

    from .stores.base import Store

#: The protocols there are.
PROTOCOLS: Final = ("click", "target", "ecommerce", "xmlrpc", "affiliate", "bluehornet", "splio")
_SHORTEST_SECRET: Final = 32

#: What to do about a missing one.
HOW_TO_MAKE_A_SECRET: Final = (
    "list one secret of at least 32 bytes, made by "
    "python -c 'import secrets; print(secrets.token_urlsafe(32))'"
)

_DATABASES: Final = "give a path, a SQLAlchemy URL or Engine, a Store or None"


def secrets(values: object) -> tuple[bytes, ...]:
    """The secrets as bytes, each long enough."""
    if isinstance(values, str | bytes) or not isinstance(values, Sequence) or not values:
        raise ConfigError("secret_keys", f"is not a list of secrets; {HOW_TO_MAKE_A_SECRET}")
    secrets = []
    for value in values:
        try:
            secret = value if isinstance(value, bytes) else value.encode()
        except (AttributeError, UnicodeEncodeError):
            problem = f"holds what is no text; {HOW_TO_MAKE_A_SECRET}"
            raise ConfigError("secret_keys", problem) from None
        if len(secret) < _SHORTEST_SECRET:
            raise ConfigError("secret_keys", f"holds too short a secret; {HOW_TO_MAKE_A_SECRET}")
        secrets.append(secret)
    return tuple(secrets)


def database(value: Any) -> Path | str | Engine | Store | None:
    """A path, a URL, an Engine, a store, or None."""
    if isinstance(value, (str, os.PathLike)):
        text = os.fspath(value)
        if isinstance(text, str) and "://" in text:
            return text
        if not _is_path(text):
            raise ConfigError("database", f"is no path of a SQLite file; {_DATABASES}")
        return Path(text)
    if value is None or hasattr(value, "record"):
        return cast("Store | None", value)
    if hasattr(value, "dialect") and hasattr(value, "connect"):
        return cast("Engine", value)
    raise ConfigError("database", f"is {type(value).__name__}; {_DATABASES}")


def below(folder: Path, database: Any) -> Any:
    """A relative path of a database, counted from a folder; anything else as it is."""
    if isinstance(database, str | os.PathLike) and _is_path(os.fspath(database)):
        return folder / database
    return database


def _is_path(text: str) -> bool:
    return bool(text) and "://" not in text and not text.startswith(":") and "\0" not in text


def text(key: str, value: object, part: str = "") -> str:
    """Text that a store can keep; as a part of the key's value, such as ``a title at 1``."""
    try:
        check_text(key, value, LONGEST_NAME)
    except BadValue as error:
        problem = f"has {part} that {error.problem}" if part else error.problem
        raise ConfigError(key, problem) from None
    return str(value)


def word(key: str, value: object) -> str:
    """A name fit for a cookie or a query parameter."""
    if not isinstance(value, str) or re.fullmatch(r"[A-Za-z0-9_-]{1,64}", value) is None:
        raise ConfigError(key, "is not 1 to 64 of A-Z a-z 0-9 _ -")
    return value


def landing_param(value: object) -> str:
    """A query parameter's name, or nothing."""
    return "" if value == "" else word("landing_param", value)


def one_of(key: str, value: object, allowed: tuple[str, ...]) -> str:
    """One of the values allowed."""
    if not isinstance(value, str) or value not in allowed:
        raise ConfigError(key, f"is not one of {', '.join(allowed)}")
    return value


def some_of(key: str, values: object, allowed: tuple[str, ...]) -> frozenset[str]:
    """Any of the values allowed."""
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise ConfigError(key, f"is not a list of {', '.join(allowed)}")
    return frozenset(one_of(key, value, allowed) for value in values)


def flag(key: str, value: object) -> bool:
    """True or False."""
    if not isinstance(value, bool):
        raise ConfigError(key, "is neither True nor False")
    return value


def flag_or_none(key: str, value: object) -> bool | None:
    """True, False, or None for a third state."""
    if value is not None and not isinstance(value, bool):
        raise ConfigError(key, "is not True, False or None")
    return value


def duration(key: str, value: object) -> timedelta:
    """Seconds or a timedelta, as a timedelta."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            value = timedelta(seconds=value)
        except (OverflowError, ValueError):
            value = None
    if not isinstance(value, timedelta) or not timedelta(seconds=1) <= value:
        raise ConfigError(key, "is neither a number of seconds, 1 or more, nor such a timedelta")
    if value > LONGEST_WINDOW:
        raise ConfigError(key, "is longer than 100 years")
    return value


def base_url(value: object) -> str:
    """Origin and mount point, without a last slash; or nothing."""
    if value == "":
        return ""
    if not _is_destination(value) or not value.startswith("http") or "?" in value or "#" in value:
        raise ConfigError(
            "base_url", "is not http(s)://host, plus the mount point if any, as plain ASCII"
        )
    return value.rstrip("/")


def url_prefix(value: object) -> str:
    """A path without a last slash, or nothing."""
    if value == "":
        return ""
    if not isinstance(value, str) or re.fullmatch(r"(/[A-Za-z0-9._~-]+)+", value) is None:
        raise ConfigError(
            "url_prefix", "is neither empty nor a path such as /salestrack, without a last slash"
        )
    return value


def fallback_url(value: object) -> str:
    """Where a redirect may lead."""
    if not _is_destination(value):
        raise ConfigError(
            "fallback_url", "is neither a path such as / nor an http(s) URL, as plain ASCII"
        )
    return value


def _is_destination(value: object) -> TypeGuard[str]:
    try:
        return checked_destination(value, offsite=True) == value
    except BadValue:
        return False


def currency(value: str) -> str:
    """An ISO 4217 code."""
    try:
        exponent_of(value)
    except BadValue as error:
        raise ConfigError("currency", error.problem) from None
    return value


def timezone(value: object) -> ZoneInfo:
    """A time zone of the IANA database."""
    try:
        return ZoneInfo(value)  # type: ignore[arg-type]  # what is no text is refused just below
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        raise ConfigError("timezone", "is not an IANA name such as Europe/Berlin") from None


def protocols(value: object, off: Collection[str]) -> frozenset[str]:
    """Which protocols answer: those named, or all that are configured.

    :param off: those without the credentials or names that they need.
    """
    if value is None:
        return frozenset(PROTOCOLS) - frozenset(off)
    return some_of("protocols", value, PROTOCOLS)


def credentials(key: str, value: object) -> Mapping[str, str]:
    """Secrets by the names that they belong to."""
    if not isinstance(value, Mapping):
        raise ConfigError(key, 'is not a mapping such as {"name": "secret"}')
    for name, secret in value.items():
        text(key, name, "a name")
        text(key, secret, f"a secret at {name}")
    return MappingProxyType(dict(value))


def users(key: str, value: object) -> Mapping[str, str]:
    """Passwords by the names of users, for HTTP Basic."""
    found = credentials(key, value)
    if any(":" in name for name in found):
        raise ConfigError(key, "has a user with a colon in the name, where HTTP Basic ends it")
    return found


def keys(key: str, values: object) -> tuple[bytes, ...]:
    """Keys as bytes, none of them empty."""
    if isinstance(values, str | bytes) or not isinstance(values, Sequence):
        raise ConfigError(key, 'is not a list of keys such as ["secret"]')
    found = []
    for value in values:
        if not isinstance(value, str | bytes) or not value:
            raise ConfigError(key, "holds what is no key: neither text nor bytes, or empty")
        try:
            found.append(value if isinstance(value, bytes) else value.encode())
        except UnicodeEncodeError:
            raise ConfigError(key, "holds a key that is not valid Unicode text") from None
    return tuple(found)


def consent(value: Any) -> Callable[[WSGIEnvironment], bool] | None:
    """A callable, or None."""
    if value is not None and not callable(value):
        raise ConfigError("consent", "is not a callable(environ) -> bool")
    return value  # type: ignore[no-any-return]  # a callable's signature can't be checked
