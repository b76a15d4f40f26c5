"""Where conversions happen, as it is configured: Ubivox's targets and Splio's universes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

import msgspec

from .config_values import text
from .errors import BadValue, ConfigError
from .model import ORDER_SCOPE


class Target(msgspec.Struct, frozen=True):
    """A configured place where a conversion happens.

    :param id: as it stands in the URL.
    :param scope: within which its references are unique: its own, or ``order``.
    """

    id: str
    title: str
    scope: str


def targets(value: object) -> Mapping[str, Target]:
    """The targets by their ids, as they stand in URLs."""
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
        title = text("targets", options["title"], f"a title at {id}")
        targets[id] = Target(id, title, _scope("targets", id, f"target:{id}", options))
    return MappingProxyType(targets)


def universes(value: object) -> Mapping[str, str]:
    """The scope of each universe by its name."""
    if isinstance(value, Mapping):
        entries = value
    elif isinstance(value, Iterable) and not isinstance(value, str | bytes):
        # Checked before it is a key: what is no text may be none.
        names = [
            text("universes", name, f"a name, number {place},")
            for place, name in enumerate(value, 1)
        ]
        entries = dict.fromkeys(names, MappingProxyType({}))
    else:
        raise ConfigError("universes", 'is not a list of names such as ["husqvarna"]')
    scopes = {}
    for name, options in entries.items():
        text("universes", name, "a name")
        if not isinstance(options, Mapping) or not {*options} <= {"scope"}:
            raise ConfigError("universes", f"has something else than a scope at {name}")
        own_scope = f"universe:{name}"
        scope = _scope("universes", name, own_scope, options)
        scopes[name] = text("universes", scope, f"a scope at {name}")
    return MappingProxyType(scopes)


def scope_of(own: str, options: Mapping[str, object]) -> str:
    """Within which references are unique: a scope of its own, unless it shares that of orders.

    :raises BadValue: naming ``scope``.
    """
    scope = options.get("scope", own)
    if scope == ORDER_SCOPE:
        return ORDER_SCOPE
    if scope != own:
        raise BadValue("scope", f"is neither {ORDER_SCOPE} nor {own}")
    return own


def _scope(key: str, name: str, own: str, options: Mapping[str, object]) -> str:
    try:
        return scope_of(own, options)
    except BadValue as error:
        raise ConfigError(key, f"at {name}: {error}") from None
