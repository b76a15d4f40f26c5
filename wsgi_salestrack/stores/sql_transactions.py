"""The transactions that a store has to know how to begin; all else is done alike."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TypeVar

from .transaction import Transaction

Result = TypeVar("Result")


class SQLTransactions(ABC):
    """What the methods that all stores share are given."""

    @abstractmethod
    def _reading(self, site: str) -> AbstractContextManager[Transaction]:
        """A transaction that only reads, and waits for no writer."""

    @abstractmethod
    def _at_one_moment(self, site: str) -> AbstractContextManager[Transaction]:
        """One that only reads, and in it every query sees what was committed before the first."""

    def _streaming(self, site: str) -> AbstractContextManager[Transaction]:
        """One that only reads, for a query whose first row is looked at before all are fetched."""
        return self._reading(site)

    @abstractmethod
    def _writing(self, site: str, work: Callable[[Transaction], Result]) -> Result:
        """What ``work`` returned, once it is committed; it may be run again where that fails."""
