from __future__ import annotations

from tests.stores.contract import StoreContract


class TestSQLAlchemyStore(StoreContract):
    """It holds the contract, the same for each database."""
