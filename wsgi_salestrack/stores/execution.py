"""How our statements are run, whatever runs them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class Cursor(Protocol):
    """What a statement gave, as DB-API has it."""

    @property
    def rowcount(self) -> int:
        """How many rows the statement wrote."""

    def fetchone(self) -> Any:
        """The next row, or None."""

    def fetchall(self) -> Any:
        """All rows, a sequence."""


class Execute(Protocol):
    """Runs one of our statements with its named parameters."""

    def __call__(self, statement: str, parameters: Mapping[str, Any], /) -> Cursor:
        """Run it."""
