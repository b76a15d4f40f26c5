"""A site as it was at one moment, for what has to be read in several queries and must agree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TypeVar

from .base import Finding
from .sql_reports import SQLReports
from .transaction import Transaction
from .verifying import Verifying

Result = TypeVar("Result")


class Snapshot(SQLReports):
    """See :class:`~.base.Snapshot`.

    :param transaction: in which every query sees the same moment.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def verify(self) -> list[Finding]:
        """See :meth:`~.base.Snapshot.verify`."""
        return list(Verifying(self._transaction).findings())

    @contextmanager
    def _reading(self, site: str) -> Iterator[Transaction]:
        yield self._transaction._replace(site=site)

    def _at_one_moment(self, site: str) -> AbstractContextManager[Transaction]:
        return self._reading(site)

    def _writing(self, site: str, work: Callable[[Transaction], Result]) -> Result:
        raise TypeError(f"a snapshot of {site!r} is only read")
