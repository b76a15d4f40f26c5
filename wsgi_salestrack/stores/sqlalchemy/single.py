"""Single statements by the driver itself, each a transaction of its own."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import SQLAlchemyError

from ..execution import in_percent_style


class SingleStatements:
    """Inserts one row on the shortest way: no transaction around it, and nothing in between.

    It has connections of its own, which commit by themselves: to tell them so each time would be
    another way to the server and back.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = Engine(engine.pool.recreate(), engine.dialect, engine.url)
        event.listen(self.engine, "connect", self._commit_by_itself)

    @staticmethod
    def are_possible(engine: Engine) -> bool:
        """Whether the driver takes our statements as they are, and commits by itself."""
        is_server = engine.dialect.name in {"postgresql", "mysql", "mariadb"}
        return is_server and engine.dialect.paramstyle == "pyformat"

    def insert(self, statement: str, parameters: Mapping[str, Any]) -> bool | None:
        """Insert a row.

        :returns: whether it was new; if not, nothing was written. None: nobody knows, since the
            connection died, or could not be made.
        """
        pool = self.engine.pool
        driver = self.engine.dialect.loaded_dbapi
        try:
            connection = self.engine.raw_connection()
        except (SQLAlchemyError, driver.Error):
            return None
        try:
            with closing(connection.cursor()) as cursor:
                cursor.execute(in_percent_style(statement), parameters)
                return bool(cursor.rowcount == 1)
        except driver.IntegrityError:
            return False
        except driver.Error:
            connection.invalidate()
            return None
        finally:
            connection.close()
            if pool is not self.engine.pool:
                pool.dispose()  # closed meanwhile: nobody takes from this one again

    def _commit_by_itself(self, driver_connection: Any, _record: Any) -> None:
        self.engine.dialect.set_isolation_level(driver_connection, "AUTOCOMMIT")
