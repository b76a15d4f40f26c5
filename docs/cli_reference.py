"""Writes ``reference/cli.md`` from the commands themselves: ``python -m docs.cli_reference``.

A test fails where the page is not what this makes of the commands as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path
from textwrap import dedent, fill

import click

from wsgi_salestrack.commands import COMMANDS

PAGE = Path(__file__).with_name("reference") / "cli.md"

_INTRODUCTION = """\
# Command line

In a Flask shop these are commands of `flask salestrack`, and work on the shop's own configuration:

```sh
flask --app shop salestrack report --by newsletter
```

Elsewhere they are the same commands of `salestrack`, which reads
[a TOML file](configuration.md#all-of-it-in-toml); its name may also be in the variable
`SALESTRACK_CONFIG`:

```sh
salestrack --config salestrack.toml report --by newsletter
```

- A day is written `2026-11-21`, and is one of the shop's time zone; a moment is
  `2026-11-21T13:00`, or with an offset `2026-11-21T13:00+01:00`.
- `--format table` is for people, `csv` for spreadsheets, `json` for programs. In CSV a cell that a
  spreadsheet would take for a formula begins with an apostrophe. In JSON amounts are text.
- The exit code is 0 if it worked; 1 if it did not, or something is to be mended; 2 if the command
  itself was wrong, such as an option, an amount or an id that does not exist. Errors are on stderr,
  and name the option.
- Every command has `--help`.

<!-- What follows is made by docs/cli_reference.py from the commands; change it there. -->
"""


def render() -> str:
    """The page."""
    root = click.Context(click.Group("salestrack"), info_name="flask salestrack")
    sections = [_INTRODUCTION]
    for command in COMMANDS:
        sections += _sections(command, root, level=2)
    return "\n".join(sections)


def _sections(command: click.Command, parent: click.Context, *, level: int) -> Iterator[str]:
    """One for a command, and one for each below it."""
    context = click.Context(command, info_name=command.name, parent=parent)
    name = context.command_path.removeprefix("flask salestrack ")
    paragraphs = [each.strip("\n") for each in cleandoc(command.help or "").split("\n\n")]
    examples = [each for each in paragraphs if each.startswith("\b\nExample")]
    lines = [f"{'#' * level} `{name}`", ""]
    for paragraph in paragraphs:
        if paragraph not in examples:
            lines += _paragraph(paragraph)
    if not isinstance(command, click.Group):
        usage = " ".join((context.command_path, *command.collect_usage_pieces(context)))
        lines += ["```text", usage, "```", "", *_options(command, context)]
    for example in examples:
        lines += _paragraph(example)
    yield "\n".join(lines)
    if isinstance(command, click.Group):
        for below in command.commands.values():
            yield from _sections(below, context, level=level + 1)


def _paragraph(text: str) -> Iterator[str]:
    """A paragraph of a docstring; what of it is indented, and not to be rewrapped, is a block."""
    lines = text.removeprefix("\b\n").splitlines()
    block = [line for line in lines if line.startswith(" ")] if text.startswith("\b") else []
    first = lines.index(block[0]) if block else len(lines)
    before, after = lines[:first], lines[first + len(block) :]
    yield from (_prose(" ".join(before)), "")
    if block:
        language = "sh" if before[0].startswith("Example") else "text"
        yield from (f"```{language}", *dedent("\n".join(block)).splitlines(), "```", "")
    if after:
        yield from (_prose(" ".join(after)), "")


def _options(command: click.Command, context: click.Context) -> list[str]:
    records = [
        option.get_help_record(context)
        for option in command.params
        if isinstance(option, click.Option)
    ]
    lines = [
        _filled(f"- `{spelling}`" + (f": {_prose(meaning)}" if meaning else ""), "  ")
        for spelling, meaning in filter(None, records)
    ]
    return [*lines, ""] if lines else []


def _prose(text: str) -> str:
    """Text in which names are set as such."""
    return _filled(
        re.sub(r"(?<![\w`])(--[a-z][a-z0-9-]*|\w+_\w+)", r"`\1`", " ".join(text.split()))
    )


def _filled(text: str, indent: str = "") -> str:
    return fill(text, 100, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


if __name__ == "__main__":
    PAGE.write_text(render(), "utf-8")
