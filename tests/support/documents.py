"""The snippets of the README and the documentation, to be run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]


def blocks(document: str, language: str) -> list[str]:
    """The code blocks in a language, in their order."""
    text = (ROOT / document).read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def run(snippets: list[str], given: Mapping[str, object] | None = None) -> dict[str, object]:
    """The names that the snippets leave behind, run one after the other.

    :param given: names that they find.
    """
    names: dict[str, object] = {"__name__": "shop", **(given or {})}
    for snippet in snippets:
        exec(compile(snippet, "snippet", "exec"), names)  # noqa: S102  that is the test
    return names


def cells(document: str, head: str) -> list[list[str]]:
    """The rows of the tables whose first column has that heading, without the outer backticks."""
    text = (ROOT / document).read_text("utf-8")
    tables = re.findall(
        rf"^\| `?{re.escape(head)}`? \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", text, re.MULTILINE
    )
    rows = [row for table in tables for row in table.splitlines()]
    return [[cell.strip().strip("`") for cell in row.strip("| ").split(" | ")] for row in rows]
