"""Conversions in the host's own database, whichever SQLAlchemy speaks: the extra ``sqlalchemy``."""

from .store import SQLAlchemyStore
from .tables import add_tables

__all__ = ["SQLAlchemyStore", "add_tables"]
