"""The tracking codes of the affiliate programme, as they are configured."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import msgspec

from .checks import LONGEST_NAME, check_text
from .destinations import checked_destination
from .errors import BadValue, ConfigError
from .places import scope_of
from .terms import Rule

_KEY: Final = "tracking_codes"
_OPTIONS: Final = ("title", "thank_you_url", "tier1", "tier2", "allow_override", "scope")


class TrackingCode(msgspec.Struct, frozen=True):
    """What an advertiser has set for one of the codes in their pages.

    :param thank_you_url: where the form leads; empty: to a page of our own.
    :param tier1: for the publisher who referred the buyer, unless they have a rule of their own.
    :param tier2: for that publisher's parent.
    :param allow_override: whether a hit may say itself what it earns.
    :param scope: within which its references are unique: its own, or ``order``.
    """

    title: str
    thank_you_url: str
    tier1: Rule | None
    tier2: Rule | None
    allow_override: bool
    scope: str


def tracking_codes(value: object) -> Mapping[str, TrackingCode]:
    """The tracking codes by their names, as they stand in URLs.

    :raises ConfigError: naming the code and what is wrong with it.
    """
    if not isinstance(value, Mapping):
        raise ConfigError(_KEY, 'is not a mapping such as {"socks": {"tier1": ["percent", "10"]}}')
    codes = {}
    for code, options in value.items():
        try:
            check_text("code", code, LONGEST_NAME - len("code:"))  # of its scope
        except BadValue as error:
            raise ConfigError(_KEY, f"has a code that {error.problem}") from None
        if "/" in code:
            raise ConfigError(_KEY, "has a code with a slash, which no address of ours can hold")
        try:
            codes[code] = _tracking_code(code, options)
        except BadValue as error:
            raise ConfigError(_KEY, f"at {code}: {error}") from None
    return MappingProxyType(codes)


def _tracking_code(code: str, options: object) -> TrackingCode:
    if not isinstance(options, Mapping) or not {*options} <= {*_OPTIONS}:
        raise BadValue("options", f"are not a mapping of some of {', '.join(_OPTIONS)}")
    title = options.get("title", code)
    check_text("title", title, LONGEST_NAME)
    allow_override = options.get("allow_override", False)
    if not isinstance(allow_override, bool):
        raise BadValue("allow_override", "is neither True nor False")
    return TrackingCode(
        title=title,
        thank_you_url=_thank_you_url(options.get("thank_you_url", "")),
        tier1=Rule.of_pair("tier1", options.get("tier1")),
        tier2=Rule.of_pair("tier2", options.get("tier2")),
        allow_override=allow_override,
        scope=scope_of(f"code:{code}", options),
    )


def _thank_you_url(value: object) -> str:
    if value is None or value == "":
        return ""
    try:
        if isinstance(value, str) and checked_destination(value, offsite=True) == value:
            return value
    except BadValue:
        pass
    problem = "is neither a path such as /thanks nor an http(s) URL, as plain ASCII"
    raise BadValue("thank_you_url", problem)
