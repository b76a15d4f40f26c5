"""``docs/reference/cli.md``: it is what the commands say of themselves."""

from __future__ import annotations

import shlex
from pathlib import Path

import click
import pytest

from docs.cli_reference import render
from tests.support.documents import ROOT, blocks
from wsgi_salestrack.cli import main
from wsgi_salestrack.commands import COMMANDS

_DOCUMENT = "docs/reference/cli.md"
_WITH_FLASK, _WITHOUT, *_EXAMPLES = blocks(_DOCUMENT, "sh")
_LINES = "".join(_EXAMPLES).replace("\n  ", " ").splitlines()


def test_the_page_is_what_is_made_of_the_commands() -> None:
    """Otherwise: python -m docs.cli_reference."""
    assert (ROOT / _DOCUMENT).read_text("utf-8") == render()


@pytest.mark.parametrize("line", _LINES)
def test_an_example_is_a_command_that_there_is(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With options, arguments and values that it takes."""
    monkeypatch.chdir(tmp_path)
    words = shlex.split(line.partition(" > ")[0])
    for word in words:
        if word.endswith((".csv", ".jsonl")):
            Path(word).touch()

    program, group, name, *arguments = words
    command: click.Command = {each.name: each for each in COMMANDS}[name]

    assert (program, group) == ("flask", "salestrack")
    while isinstance(command, click.Group):
        command = command.commands[arguments.pop(0)]
    with command.make_context(name, arguments) as context:
        assert context.command is command


def test_every_command_has_an_example() -> None:
    """Also those within a group."""
    shown = {tuple(line.split()[2:]) for line in _LINES}
    for name in _names(COMMANDS):
        assert any(line[: len(name)] == name for line in shown), name


def _names(commands: tuple[click.Command, ...], *above: str) -> list[tuple[str, ...]]:
    names: list[tuple[str, ...]] = []
    for command in commands:
        path = (*above, command.name or "")
        if isinstance(command, click.Group):
            names += _names(tuple(command.commands.values()), *path)
        else:
            names.append(path)
    return names


def test_the_two_ways_to_the_same_command() -> None:
    """Both programs have the same group."""
    _, with_flask = _WITH_FLASK.strip().split(" salestrack ")
    program, option, _file, *without = shlex.split(_WITHOUT)

    assert (program, option) == ("salestrack", "--config")
    assert shlex.split(with_flask) == without
    assert [*main.commands] == [command.name for command in COMMANDS]
