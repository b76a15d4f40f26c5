"""How our statements are run, whatever runs them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Final, Protocol

from ..errors import SalesTrackError, StoreError

_NAMED: Final = re.compile(r":([a-z_][a-z0-9_]*)")


class Cursor(Protocol):
    """What a statement gave, as DB-API has it."""

    @property
    def rowcount(self) -> int:
        """How many rows the statement wrote."""

    def fetchone(self) -> Any:
        """The next row, or None."""

    def fetchmany(self, size: int, /) -> Any:
        """The next rows, so many at most; an empty sequence where there are none."""

    def fetchall(self) -> Any:
        """All rows, a sequence."""


class Execute(Protocol):
    """Runs one of our statements with its named parameters."""

    def __call__(self, statement: str, parameters: Mapping[str, Any], /) -> Cursor:
        """Run it."""


# The usual ones are some hundred; those with many names in them may be any number.
@lru_cache(maxsize=256)
def in_percent_style(statement: str) -> str:
    """A statement of ours as most drivers want its parameters: ``%(name)s`` for ``:name``."""
    return _NAMED.sub(r"%(\1)s", statement.replace("%", "%%"))


@contextmanager
def undone_if_it_fails(undo: Callable[[], object]) -> Iterator[None]:
    """A savepoint's block within the host's transaction.

    :param undo: takes back what was done in it.
    :raises StoreError: if the database failed, and the host's transaction can go on.
    """
    try:
        yield
    except Exception as error:
        if hasattr(error, "hide_parameters"):
            error.hide_parameters = True  # SQLAlchemy's would name the customer in the log
        try:
            undo()
        except Exception:
            # The whole transaction is lost, and the host has to know why: a deadlock, perhaps.
            if isinstance(error, SalesTrackError):
                raise
            raise error from None
        if isinstance(error, SalesTrackError):
            raise
        raise failed(error) from error


def failed(error: Exception) -> StoreError:
    """What a database says of itself, in one line."""
    said = " ".join(str(getattr(error, "orig", None) or error).split())
    return StoreError(f"the database failed: {said}")
