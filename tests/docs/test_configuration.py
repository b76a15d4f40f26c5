"""``docs/reference/configuration.md``: every key, as ``Config`` has it, and no other."""

from __future__ import annotations

import inspect
import re
import tomllib
from datetime import timedelta
from typing import NamedTuple

import pytest
from flask import Flask

from flask_salestrack import SalesTrack
from tests.support.documents import ROOT, blocks
from tests.support.shop import SECRET
from wsgi_salestrack import Config, ConfigError

_DOCUMENT = "docs/reference/configuration.md"
_PAGE = (ROOT / _DOCUMENT).read_text("utf-8")
_PARAMETERS = inspect.signature(Config).parameters


class _Entry(NamedTuple):
    """What the page says of a key."""

    key: str
    type: str
    default: str
    example: str


def _entries() -> list[_Entry]:
    found = []
    for section in re.split(r"^##+ ", _PAGE, flags=re.MULTILINE):
        head = re.match(r"`(\w+)`\n\n- type: `(.+)`\n- default: (.+)\n\n", section)
        if head:
            (example,) = re.findall(r"^```python\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
            key, type_, default = head.groups()
            found.append(_Entry(key, type_, default, example))
    return found


_ENTRIES = _entries()
_each_key = pytest.mark.parametrize("entry", _ENTRIES, ids=[entry.key for entry in _ENTRIES])


def _config(**keys: object) -> Config:
    return Config.from_mapping({"secret_keys": [SECRET], **keys})


def _comparable(value: object) -> object:
    """A configured time zone by its name."""
    return getattr(value, "key", value)


def test_every_key_is_there_once() -> None:
    """And what looks like a key's heading could be read as one."""
    keys = [entry.key for entry in _ENTRIES]

    assert sorted(keys) == sorted(_PARAMETERS)
    assert keys == re.findall(r"^### `(\w+)`$", _PAGE, re.MULTILINE)


@_each_key
def test_a_key_has_its_type(entry: _Entry) -> None:
    """The annotation itself, so that it can't be another one."""
    assert entry.type == _PARAMETERS[entry.key].annotation


@_each_key
def test_a_key_has_its_default(entry: _Entry) -> None:
    """Given as it stands there, it is the same as not given."""
    if entry.key == "secret_keys":
        assert _PARAMETERS[entry.key].default is inspect.Parameter.empty
        assert entry.default.startswith("none; ")
        return
    given = eval(entry.default.strip("`"), {"timedelta": timedelta})  # noqa: S307  of our own page

    stated = getattr(_config(**{entry.key: given}), entry.key)

    assert _comparable(stated) == _comparable(getattr(_config(), entry.key))


@_each_key
def test_a_key_has_an_example_that_is_taken(entry: _Entry) -> None:
    """It sets this very key, and to something else than the default."""
    app = Flask(__name__)
    before = set(app.config)

    exec(entry.example, {"app": app})  # noqa: S102  that is the test

    (name,) = set(app.config) - before
    assert name == f"SALESTRACK_{entry.key.upper()}"
    taken = getattr(_config(**{entry.key: app.config[name]}), entry.key)
    assert _comparable(taken) != _comparable(getattr(_config(), entry.key))


def test_the_file_has_all_keys_but_functions() -> None:
    (text,) = blocks(_DOCUMENT, "toml")
    keys = tomllib.loads(text)

    Config.from_mapping(keys)

    assert set(_PARAMETERS) - set(keys) == {"consent"}


def test_the_error_reads_as_it_stands_there() -> None:
    (text,) = blocks(_DOCUMENT, "text")
    app = Flask(__name__)
    app.config.update(SALESTRACK_SECRET_KEYS=[SECRET], SALESTRACK_CURRENCY="usd")

    with pytest.raises(ConfigError) as refused:
        SalesTrack(app)

    assert str(refused.value) == text.strip()


def test_keys_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """By Flask's own means, as JSON."""
    ((name, value),) = re.findall(r"`(FLASK_SALESTRACK_\w+)='(.+?)'`", _PAGE)
    monkeypatch.setenv(name, value)
    app = Flask(__name__)
    app.config.from_prefixed_env()

    config = _config(targets=app.config["SALESTRACK_TARGETS"])

    assert {target.title for target in config.targets.values()} == {"Sale"}


def test_no_snippet_is_left_out() -> None:
    """Each block of Python belongs to a key."""
    assert blocks(_DOCUMENT, "python") == [entry.example for entry in _ENTRIES]
