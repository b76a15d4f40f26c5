from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from wsgi_salestrack import Config, ConfigError
from wsgi_salestrack.stores.sqlite import SQLiteStore

SECRET = "a secret of thirty-two bytes....."


def config(**keys: Any) -> Config:
    return Config(**{"secret_keys": [SECRET], **keys})


def test_a_secret_never_stands_in_an_error() -> None:
    """Errors end up in logs."""
    with pytest.raises(ConfigError) as refused:
        config(secret_keys=[SECRET, "swordfish"])

    assert "swordfish" not in str(refused.value)
    assert SECRET not in str(refused.value)


def test_a_path_object_will_do_as_database() -> None:
    class Elsewhere(os.PathLike[str]):
        def __fspath__(self) -> str:
            return "elsewhere.db"

    assert config(database=Elsewhere()).database == Path("elsewhere.db")


def test_a_store_will_do_as_database(tmp_path: Path) -> None:
    """It is used as it is."""
    store = SQLiteStore(tmp_path / "sales.db")

    assert config(database=store).database is store


@pytest.mark.parametrize(
    ("entry", "title", "scope"),
    [
        ("Sale", "Sale", "target:7"),
        ({"title": "Sale"}, "Sale", "target:7"),
        ({"title": "Sale", "scope": "order"}, "Sale", "order"),
        ({"title": "Sale", "scope": "target:7"}, "Sale", "target:7"),
    ],
    ids=str,
)
def test_a_target_has_a_scope_of_its_own_unless_it_is_told(
    entry: str | Mapping[str, str], title: str, scope: str
) -> None:
    """There is no other scope than its own and `order`."""
    (target,) = config(targets={7: entry}).targets.values()

    assert (target.id, target.title, target.scope) == ("7", title, scope)


@pytest.mark.parametrize(
    ("protocol", "keys"),
    [
        ("target", {"targets": {0: "Sale"}}),
        ("bluehornet", {"bluehornet_keys": {"key": "secret"}}),
        ("affiliate", {"tracking_codes": {"socks": {}}}),
        ("splio", {"universes": ["husqvarna"]}),
    ],
)
def test_a_protocol_answers_once_it_has_names_or_credentials(
    protocol: str, keys: dict[str, Any]
) -> None:
    """What is not configured needs no switch; what is, has one."""
    assert config(**keys).protocols == {"click", "ecommerce", protocol}
    assert config(**keys, protocols=["click"]).protocols == {"click"}


def test_a_cookie_for_other_sites_needs_https() -> None:
    """Browsers drop SameSite=None without Secure."""
    with pytest.raises(ConfigError, match="cookie_cross_site") as refused:
        config(cookie_cross_site=True, cookie_secure=False)

    assert refused.value.field == "cookie_secure"


def test_what_is_configured_does_not_change_with_the_mapping_it_came_from() -> None:
    """The host may go on using its own dict."""
    targets = {1: "Sale"}
    made = config(targets=targets)

    targets[2] = "Signup"

    assert list(made.targets) == ["1"]
    with pytest.raises(TypeError):
        made.targets["3"] = made.targets["1"]  # type: ignore[index]
