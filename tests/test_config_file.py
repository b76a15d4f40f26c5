"""A configuration in TOML, as the shop and the command line read it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.shop import SECRET
from wsgi_salestrack import Config, ConfigError


def test_a_file_says_the_same_wherever_the_process_was_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or the shop and the command line would each have a database."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "conf"
    folder.mkdir()
    keys = f'secret_keys = ["{SECRET}"]\ncurrency = "EUR"\n'
    (folder / "usual.toml").write_text(keys)
    (folder / "named.toml").write_text(f'{keys}database = "sales.db"\n')
    (folder / "server.toml").write_text(f'{keys}database = "sqlite:///sales.db"\n')

    assert Config.from_file("conf/usual.toml").currency == "EUR"
    assert Config.from_file("conf/usual.toml").database == folder / "salestrack.db"
    assert Config.from_file(folder / "named.toml").database == folder / "sales.db"
    assert Config.from_file("conf/server.toml").database == "sqlite:///sales.db"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"secret_keys = [", "the file is not TOML: "),
        (b"\xff", "the file is not TOML: "),
        (b'currency = "usd"', "secret_keys is missing"),
    ],
)
def test_a_file_is_refused_as_a_mapping_is(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "wrong.toml").write_bytes(content)

    with pytest.raises(ConfigError, match=words):
        Config.from_file(tmp_path / "wrong.toml")


def test_a_file_that_is_not_there_is_told_as_usual(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Config.from_file(tmp_path / "nowhere.toml")
