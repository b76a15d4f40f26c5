"""The configuration as Flask has it: ``SALESTRACK_`` keys, secrets and the instance folder."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from flask_salestrack import SalesTrack
from tests.flask.shops import MakeApp
from tests.support.shop import OTHER_SECRET, SECRET
from wsgi_salestrack import ConfigError, Tracker

_SHORT = "dev"
_THIRD = "a third secret of the tests, with 32 bytes or more"


def _tracker(app: Flask) -> Tracker:
    tracker: Tracker = app.extensions["salestrack"]
    return tracker


def _leads_to(app: Flask, url: str) -> str:
    return app.test_client().head(url).headers["Location"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            {"SECRET_KEY": SECRET},
            {"SECRET_KEY": OTHER_SECRET, "SECRET_KEY_FALLBACKS": [SECRET]},
            id="Flask's key rotated",
        ),
        pytest.param(
            {"SECRET_KEY": SECRET},
            {"SECRET_KEY": OTHER_SECRET, "SECRET_KEY_FALLBACKS": [_THIRD, SECRET]},
            id="rotated twice",
        ),
        pytest.param(
            {"SECRET_KEY": SECRET},
            {"SECRET_KEY": OTHER_SECRET, "SALESTRACK_SECRET_KEYS": [_THIRD, SECRET]},
            id="given a key of its own",
        ),
        pytest.param(
            {"SECRET_KEY": SECRET.encode()}, {"SECRET_KEY": SECRET}, id="bytes and text are one"
        ),
    ],
)
def test_links_outlive_a_change_of_keys(
    make_app: MakeApp, before: dict[str, Any], after: dict[str, Any]
) -> None:
    """Mails that are out lead where they led."""
    none: dict[str, Any] = {"SALESTRACK_SECRET_KEYS": None}
    url = _tracker(make_app("one", **none | before)).click_url("/p/socks", link="hero")

    assert _leads_to(make_app("two", **none | after), url) == "/p/socks"


def test_a_key_of_its_own_is_the_only_one(make_app: MakeApp) -> None:
    """With ``SALESTRACK_SECRET_KEYS`` set, ``SECRET_KEY`` neither seals nor opens."""
    keys = {"SECRET_KEY": OTHER_SECRET, "SECRET_KEY_FALLBACKS": [_THIRD]}
    app = make_app("one", **keys)
    flasks = make_app("two", SALESTRACK_SECRET_KEYS=None, **keys)
    url = _tracker(flasks).click_url("/p/socks", link="hero")

    assert _tracker(app).config.secret_keys == (SECRET.encode(),)
    assert _leads_to(app, url) == "/"


@pytest.mark.parametrize("missing", [{}, {"SECRET_KEY": None}, {"SECRET_KEY": ""}])
def test_without_any_secret_the_error_names_both_keys(
    make_bare_app: MakeApp, missing: dict[str, Any]
) -> None:
    """And how to make one."""
    with pytest.raises(ConfigError, match="SALESTRACK_SECRET_KEYS") as caught:
        SalesTrack(make_bare_app(**missing))

    assert re.search(r"\bSECRET_KEY\b", str(caught.value))
    assert "token_urlsafe" in str(caught.value)


@pytest.mark.parametrize(
    ("config", "key"),
    [
        pytest.param({"SALESTRACK_SECRET_KEYS": [_SHORT]}, "SALESTRACK_SECRET_KEYS", id="own"),
        pytest.param(
            {"SALESTRACK_SECRET_KEYS": [SECRET, _SHORT]}, "SALESTRACK_SECRET_KEYS", id="own, older"
        ),
        pytest.param({"SALESTRACK_SECRET_KEYS": SECRET}, "SALESTRACK_SECRET_KEYS", id="no list"),
        pytest.param({"SALESTRACK_SECRET_KEYS": []}, "SALESTRACK_SECRET_KEYS", id="empty list"),
        pytest.param({"SECRET_KEY": _SHORT}, "SECRET_KEY", id="Flask's"),
        pytest.param(
            {"SECRET_KEY": SECRET, "SECRET_KEY_FALLBACKS": [_SHORT]},
            "SECRET_KEY_FALLBACKS",
            id="Flask's, older",
        ),
    ],
)
def test_a_wrong_secret_is_refused_by_the_name_of_its_key(
    make_bare_app: MakeApp, config: dict[str, Any], key: str
) -> None:
    """At least 32 bytes; the message names the key that the shop has set, and how to make one."""
    with pytest.raises(ConfigError) as caught:
        SalesTrack(make_bare_app(**config))

    assert re.search(rf"\b{key}\b", str(caught.value))
    assert "32" in str(caught.value)
    assert SECRET not in str(caught.value)


def test_an_unknown_key_is_refused(make_bare_app: MakeApp) -> None:
    """A misspelt one would otherwise be silently without effect."""
    app = make_bare_app(SECRET_KEY=SECRET, SALESTRACK_TARGET={1: "Sale"})

    with pytest.raises(ConfigError, match=r"^SALESTRACK_TARGET .*targets"):
        SalesTrack(app)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("SALESTRACK_CURRENCY", "usd"),
        ("SALESTRACK_TIMEZONE", "Mars/Olympus"),
        ("SALESTRACK_TARGETS", ["Sale"]),
        ("SALESTRACK_WINDOW", -1),
        ("SALESTRACK_URL_PREFIX", "salestrack/"),
        ("SALESTRACK_BASE_URL", "shop.example"),
        ("SALESTRACK_DATABASE", ""),
        ("SALESTRACK_DATABASE", ":memory:"),
        ("SALESTRACK_DATABASE", "nosuch://sales.db"),
        ("SALESTRACK_DATABASE", 7),
        ("SALESTRACK_CONSENT", "yes"),
    ],
)
def test_a_wrong_value_is_refused_by_the_name_of_its_key(
    make_bare_app: MakeApp, key: str, value: object
) -> None:
    """As Flask's configuration spells it."""
    app = make_bare_app(SECRET_KEY=SECRET, **{key: value})

    with pytest.raises(ConfigError, match=f"^{key} "):
        SalesTrack(app)


@pytest.mark.parametrize(
    ("config", "file"),
    [
        pytest.param({}, "salestrack.db", id="default"),
        pytest.param({"SALESTRACK_DATABASE": "sales.sqlite"}, "sales.sqlite", id="relative"),
        pytest.param({"SALESTRACK_DATABASE": Path("sales.sqlite")}, "sales.sqlite", id="Path"),
    ],
)
def test_a_relative_database_is_in_the_instance_folder(
    make_app: MakeApp, tmp_path: Path, config: dict[str, Any], file: str
) -> None:
    """Wherever the server was started; the folder is made, as Flask does not make it."""
    app = make_app(**config)

    assert "ST-Error" not in app.test_client().get("/salestrack/target/2/").headers
    assert (tmp_path / "instance" / file).is_file()


def test_an_absolute_database_stays_where_it_is(make_app: MakeApp, tmp_path: Path) -> None:
    """The instance folder is none of its business."""
    app = make_app(SALESTRACK_DATABASE=str(tmp_path / "sales.db"))

    app.test_client().get("/salestrack/target/2/")

    assert (tmp_path / "sales.db").is_file()
    assert not (tmp_path / "instance").exists()


def test_without_a_database_no_file_is_made(make_app: MakeApp, tmp_path: Path) -> None:
    """Signals only."""
    app = make_app(SALESTRACK_DATABASE=None)

    assert "ST-Error" not in app.test_client().get("/salestrack/target/2/").headers
    assert list(tmp_path.rglob("*.db")) == []


def test_a_shop_starts_although_its_instance_folder_cannot_be_made(
    make_app: MakeApp, tmp_path: Path
) -> None:
    """Hits are refused until that is mended; pages are served."""
    (tmp_path / "instance").write_text("a file stands in its place")
    app = make_app()
    app.add_url_rule("/", view_func=lambda: "the shop", endpoint="page")

    hit = app.test_client().get("/salestrack/target/2/")

    assert (hit.status_code, hit.content_type) == (200, "image/gif")
    assert "ST-Error" in hit.headers
    assert app.test_client().get("/").text == "the shop"


def test_every_key_is_taken(make_app: MakeApp) -> None:
    """Without the prefix, in lower case."""
    config = _tracker(
        make_app(SALESTRACK_SITE="shoes", SALESTRACK_CURRENCY="EUR", SALESTRACK_COOKIE_NAME="v")
    ).config

    assert (config.site, config.currency, config.cookie_name) == ("shoes", "EUR", "v")
