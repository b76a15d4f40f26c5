from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from inspect import signature
from pathlib import Path
from typing import Any

import pytest

from wsgi_salestrack import BadValue, Config, ConfigError
from wsgi_salestrack.model import TRUST
from wsgi_salestrack.places import Target
from wsgi_salestrack.terms import Rule
from wsgi_salestrack.tracking_codes import TrackingCode

SECRET = "a secret of thirty-two bytes....."
DAY = timedelta(days=1)

DEFAULTS: dict[str, object] = {
    "database": Path("salestrack.db"),
    "site": "default",
    "base_url": "",
    "url_prefix": "/salestrack",
    "protocols": {"click", "ecommerce"},
    "currency": "USD",
    "timezone": "UTC",
    "targets": {},
    "tamper_keys": (),
    "xmlrpc_users": {},
    "bluehornet_keys": {},
    "universes": {},
    "tracking_codes": {},
    "window": 30 * DAY,
    "cookie_name": "salestrack",
    "cookie_max_age": 400 * DAY,
    "cookie_samesite": "Lax",
    "cookie_secure": None,
    "cookie_cross_site": False,
    "landing_param": "st_token",
    "fallback_url": "/",
    "consent": None,
    "honor_gpc": True,
    "require_https": None,
    "record_unattributed": set(TRUST) - {"ecommerce_pixel"},
}

GOOD: list[tuple[str, object, object]] = [
    ("secret_keys", [SECRET], (SECRET.encode(),)),
    ("secret_keys", (b"n" * 32, SECRET), (b"n" * 32, SECRET.encode())),
    ("secret_keys", ["\N{SNOWMAN}" * 11], ("\N{SNOWMAN}".encode() * 11,)),
    ("database", "sales.db", Path("sales.db")),
    ("database", Path("/var/lib/sales.db"), Path("/var/lib/sales.db")),
    ("database", "postgresql+psycopg://h/shop", "postgresql+psycopg://h/shop"),
    ("database", None, None),
    ("site", "shop \N{SNOWMAN}", "shop \N{SNOWMAN}"),
    ("base_url", "https://shop.example", "https://shop.example"),
    ("base_url", "http://localhost:5000/mount/", "http://localhost:5000/mount"),
    ("base_url", "https://[::1]:8080", "https://[::1]:8080"),
    ("base_url", "", ""),
    ("url_prefix", "", ""),
    ("url_prefix", "/a/b-c.d_e~f", "/a/b-c.d_e~f"),
    ("protocols", ["target"], {"target"}),
    ("protocols", (), set()),
    ("currency", "JPY", "JPY"),
    ("timezone", "America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
    ("targets", {}, {}),
    ("targets", {5: "Sale"}, {"5": Target("5", "Sale", "target:5")}),
    ("targets", {"5": "Sale"}, {"5": Target("5", "Sale", "target:5")}),
    ("tamper_keys", ["secret", b"older"], (b"secret", b"older")),
    ("xmlrpc_users", {"shop": "secret"}, {"shop": "secret"}),
    ("bluehornet_keys", {"key": "secret"}, {"key": "secret"}),
    ("universes", ["husqvarna"], {"husqvarna": "universe:husqvarna"}),
    ("universes", {"a": {"scope": "order"}, "b": {}}, {"a": "order", "b": "universe:b"}),
    (
        "tracking_codes",
        {"a": {}},
        {"a": TrackingCode("a", "", None, None, allow_override=False, scope="code:a")},
    ),
    (
        "tracking_codes",
        {
            "\u00e9;": {
                "title": "\u00c9t\u00e9",
                "thank_you_url": "https://shop.example/thanks",
                "tier1": ["percent", "10"],
                "tier2": ("fixed", "2.50"),
                "allow_override": True,
                "scope": "order",
            }
        },
        {
            "\u00e9;": TrackingCode(
                "\u00c9t\u00e9",
                "https://shop.example/thanks",
                Rule("percent", Decimal(10)),
                Rule("fixed", Decimal("2.5")),
                allow_override=True,
                scope="order",
            )
        },
    ),
    ("window", 3600, timedelta(hours=1)),
    ("window", 1.5, timedelta(seconds=1.5)),
    ("window", timedelta(days=90), timedelta(days=90)),
    ("cookie_name", "st-2_X", "st-2_X"),
    ("cookie_max_age", 60, timedelta(minutes=1)),
    ("cookie_samesite", "Strict", "Strict"),
    ("cookie_secure", True, True),
    ("cookie_secure", False, False),
    ("cookie_cross_site", True, True),
    ("landing_param", "t", "t"),
    ("landing_param", "", ""),
    ("fallback_url", "/shop?from=mail#top", "/shop?from=mail#top"),
    ("fallback_url", "https://shop.example/", "https://shop.example/"),
    ("consent", bool, bool),
    ("honor_gpc", False, False),
    ("require_https", True, True),
    ("require_https", False, False),
    ("record_unattributed", [], set()),
    ("record_unattributed", ["api", "ecommerce_pixel"], {"api", "ecommerce_pixel"}),
]

# What the error has to say beside the key: which values are allowed.
ALLOWED: dict[str, str] = {
    "secret_keys": "32 bytes",
    "database": "path",
    "site": "text|characters|empty|NUL|Unicode",
    "base_url": "http",
    "url_prefix": "empty.*path",
    "protocols": "click, target, ecommerce",
    "currency": "ISO 4217",
    "timezone": "Europe/Berlin",
    "targets": "mapping|integer|twice|title|scope|text|empty",
    "tamper_keys": "list|text nor bytes|Unicode",
    "xmlrpc_users": "mapping|text|empty|colon",
    "bluehornet_keys": "mapping|text|empty",
    "universes": "names|text|empty|scope|longer",
    "tracking_codes": "mapping|code|title|path|pair|type|value|True|order",
    "window": "seconds.*timedelta|100 years",
    "cookie_name": "A-Z",
    "cookie_max_age": "seconds.*timedelta",
    "cookie_samesite": "Lax, Strict",
    "cookie_secure": "True",
    "cookie_cross_site": "True",
    "landing_param": "A-Z",
    "fallback_url": "path.*http",
    "consent": "callable",
    "honor_gpc": "True",
    "require_https": "True",
    "record_unattributed": "api, xmlrpc",
}

REFUSED: dict[str, list[object]] = {
    "secret_keys": ["x" * 40, b"x" * 40, [], None, [None], ["x" * 31], [SECRET, "short"], {SECRET},
                    ["\N{SNOWMAN}" * 10], ["\ud83d" * 40]],
    "database": ["", ":memory:", "a\0b", 1, b"x.db", ["x.db"]],
    "site": ["", None, 1, "x" * 101, "a\0b", "\ud83d"],
    "base_url": [None, "shop.example", "//shop.example", "ftp://shop.example", "https://", "/",
                 "https://shop.example?x", "https://shop.example/#x", "https://shop.example/a b",
                 "https://sh\N{LATIN SMALL LETTER O WITH DIAERESIS}p.example", "https://[::1",
                 "https://shop.example\r\nX: y", "https://shop.example\\x", b"https://shop.example"],
    "url_prefix": [None, "salestrack", "/", "/salestrack/", "/a//b", "/a b", "/a?b", "/a%62",
                   "/\N{SNOWMAN}", "/a\n", 1],
    "protocols": ["click", ["pixel"], [None], 1, ["click", "CLICK"], [["click"]]],
    "currency": ["usd", "XXX", "XAU", "", None, 840, ["USD"], "US$"],
    "timezone": ["", "Mars/Olympus", "../etc/passwd", "/etc/localtime", "Europe", None, 1, "a\0b",
                 "x" * 5000, "\ud83d"],
    "tamper_keys": ["secret", b"secret", None, 1, [""], [1], [None], ["\ud83d"]],
    "xmlrpc_users": [None, ["shop"], {"shop": None}, {"shop": ""}, {"": "secret"}, {1: "secret"},
                     {"shop:de": "secret"}],
    "bluehornet_keys": [None, ["key"], {"key": None}, {"key": ""}, {"": "secret"}, {1: "secret"}],
    "universes": ["husqvarna", None, 1, [""], [1], {"a": None}, {"a": {"scope": "target:1"}},
                  {"a": {"title": "A"}}, ["x" * 101], [{"name": "x"}], [["a"]]],
    "tracking_codes": [None, "a", ["a"], 1, {1: {}}, {"": {}}, {"a/b": {}}, {"a\0b": {}},
                       {"\ud83d": {}}, {"x" * 96: {}}, {"x" * 101: {}}, {"a": None}, {"a": "A"},
                       {"a": {"price": "1"}}, {"a": {1: "A"}}, {"a": {"title": ""}},
                       {"a": {"title": 5}}, {"a": {"thank_you_url": "thanks"}},
                       {"a": {"thank_you_url": "//evil.example"}}, {"a": {"thank_you_url": 1}},
                       {"a": {"thank_you_url": "/\r\nX: y"}}, {"a": {"tier1": "ab"}},
                       {"a": {"tier1": "10"}}, {"a": {"tier1": ["percent"]}}, {"a": {"tier1": 10}},
                       {"a": {"tier1": ["percent", "101"]}}, {"a": {"tier1": ["percent", 10]}},
                       {"a": {"tier2": ["share", "1"]}}, {"a": {"tier2": ["fixed", "-1"]}},
                       {"a": {"tier2": {"fixed": "1"}}}, {"a": {"allow_override": "yes"}},
                       {"a": {"allow_override": None}}, {"a": {"scope": "code:b"}},
                       {"a": {"scope": None}}],
    "targets": [None, ["Sale"], {"one": "Sale"}, {-1: "Sale"}, {2**63: "Sale"}, {True: "Sale"},
                {1.0: "Sale"}, {"-1": "Sale"}, {"01": "Sale"}, {"\N{SUPERSCRIPT TWO}": "Sale"},
                {"1": "Sale", 1: "Signup"}, {1: ""}, {1: None}, {1: {}}, {1: {"scope": "order"}},
                {1: ["title"]}, {1: {"title": "Sale", "scope": "universe:main"}},
                {1: {"title": "Sale", "price": "1"}}, {1: {"title": 5}},
                {1: {"title": "Sale", "scope": None}}, {1: {"title": "Sale", "scope": ""}}],
    "window": [0, -1, 0.5, True, None, "30 days", timedelta(0), -DAY, float("nan"), float("inf"),
               timedelta.max, 36_526 * DAY],
    "cookie_name": ["", "a b", "a;b", "a=b", "x" * 65, None, "\N{SNOWMAN}", "a\n", b"a"],
    "cookie_max_age": [0, -1, True, None, "1 year", timedelta(0), float("inf")],
    "cookie_samesite": ["None", "lax", "", None, False],
    "cookie_secure": ["yes", 0, 1],
    "cookie_cross_site": ["yes", 0, 1, None],
    "landing_param": ["a b", "a&b", "a=b", "x" * 65, None, 0, "a\n"],
    "fallback_url": ["", "shop", "//evil.example", "/\\evil.example", "/a b", "/\r\nX: y", None, 1,
                     "javascript:alert(1)", "/\N{SNOWMAN}", "https://", "https://a b"],
    "consent": [True, "yes", 0],
    "honor_gpc": ["yes", 0, 1, None],
    "require_https": ["yes", 0, 1],
    "record_unattributed": ["api", ["nobody"], None, [None], 1],
}  # fmt: skip


def config(**keys: Any) -> Config:
    return Config(**{"secret_keys": [SECRET], **keys})


def comparable(value: object) -> object:
    """A configured time zone by its name."""
    return getattr(value, "key", value)


def test_every_key_is_in_these_tables() -> None:
    """A new key is tested when it is made."""
    keys = set(signature(Config).parameters)

    assert keys == {"secret_keys", *DEFAULTS} == set(ALLOWED) == set(REFUSED)
    assert keys == {key for key, *_ in GOOD}


@pytest.mark.parametrize(("key", "value"), DEFAULTS.items(), ids=DEFAULTS.keys())
def test_a_key_that_is_not_given_has_its_default(key: str, value: object) -> None:
    """The one that the documentation says."""
    assert comparable(getattr(config(), key)) == value


@pytest.mark.parametrize(
    ("key", "value", "expected"), GOOD, ids=[f"{key}-{value!a:.30}" for key, value, _ in GOOD]
)
def test_a_good_value_is_taken(key: str, value: object, expected: object) -> None:
    """From keywords and from a mapping alike."""
    assert comparable(getattr(config(**{key: value}), key)) == expected
    mapping = {"secret_keys": [SECRET], key: value}
    assert comparable(getattr(Config.from_mapping(mapping), key)) == expected


@pytest.mark.parametrize(
    ("key", "value"),
    [(key, value) for key, values in REFUSED.items() for value in values],
    ids=[f"{key}-{i}-{value!a:.30}" for key in REFUSED for i, value in enumerate(REFUSED[key])],
)
def test_a_wrong_value_is_refused_by_key_with_those_allowed(key: str, value: object) -> None:
    """When it is given, so that no request meets it."""
    with pytest.raises(ConfigError, match=rf"^{key} .*({ALLOWED[key]})") as refused:
        config(**{key: value})

    assert refused.value.field == key
    assert isinstance(refused.value, BadValue)


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"targets": {2: "Sale", 1: ""}}, "targets has a title at 1 that is empty"),
        ({"targets": {1: {"title": None}}}, "targets has a title at 1 that is NoneType, not text"),
        ({"xmlrpc_users": {"shop": ""}}, "xmlrpc_users has a secret at shop that is empty"),
        ({"xmlrpc_users": {"": "x"}}, "xmlrpc_users has a name that is empty"),
        ({"bluehornet_keys": {"k": ""}}, "bluehornet_keys has a secret at k that is empty"),
        ({"universes": ["a", ""]}, "universes has a name, number 2, that is empty"),
        ({"universes": {"x" * 101: {}}}, "universes has a name that is longer than 100"),
        ({"window": 0.5}, "window is neither a number of seconds, 1 or more, nor such a timedelta"),
    ],
)
def test_what_is_wrong_with_an_entry_is_said_of_that_entry(
    keys: dict[str, object], words: str
) -> None:
    """And not of the whole key."""
    with pytest.raises(ConfigError, match=f"^{words}"):
        config(**keys)


def test_an_unknown_key_is_refused_with_the_known_ones() -> None:
    """A misspelt key would otherwise silently be the default."""
    with pytest.raises(ConfigError, match=r"^cookie_nane .*unknown.*cookie_name") as refused:
        Config.from_mapping({"secret_keys": [SECRET], "cookie_nane": "x"})

    assert refused.value.field == "cookie_nane"


def test_a_key_that_is_no_text_is_refused() -> None:
    with pytest.raises(ConfigError, match="unknown"):
        Config.from_mapping({"secret_keys": [SECRET], 7: "x"})  # type: ignore[dict-item]


def test_missing_secrets_are_missed_with_a_way_to_make_them() -> None:
    with pytest.raises(ConfigError, match=r"^secret_keys is missing.*token_urlsafe"):
        Config.from_mapping({})
