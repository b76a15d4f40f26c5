"""Single statements by the driver itself, each a transaction of its own."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from typing import Any, Literal

from sqlalchemy import Engine, event
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from ..execution import in_percent_style
from . import dialects

#: What became of a row: it is new, with nothing or something else to do; it is not new, and nothing
#: was written; or nobody knows, since the connection died, or could not be made.
Inserted = Literal["alone", "with more to do", "not new", "perhaps"]


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

    def insert(
        self, statement: str, parameters: Mapping[str, Any], look: str | None = None
    ) -> Inserted:
        """Insert a row, and then look whether there is more to do.

        :param look: a query that finds a row if there is.
        :raises DBAPIError: if somebody else's lock was waited for in vain: to try again would be to
            wait again.
        """
        pool = self.engine.pool
        driver = self.engine.dialect.loaded_dbapi
        try:
            connection = self.engine.raw_connection()
        except (SQLAlchemyError, driver.Error):
            return "perhaps"
        is_written = False
        try:
            with closing(connection.cursor()) as cursor:
                cursor.execute(in_percent_style(statement), parameters)
                if cursor.rowcount != 1:
                    return "not new"
                is_written = True
                if look is None:
                    return "alone"
                cursor.execute(in_percent_style(look), parameters)
                return "alone" if cursor.fetchone() is None else "with more to do"
        except driver.IntegrityError:
            return "not new"
        except driver.Error as error:
            if dialects.is_locked_out(error) and not is_written:
                raise DBAPIError(statement, parameters, error, hide_parameters=True) from error
            connection.invalidate()
            return "perhaps"
        finally:
            connection.close()
            if pool is not self.engine.pool:
                pool.dispose()  # closed meanwhile: nobody takes from this one again

    def _commit_by_itself(self, driver_connection: Any, _record: Any) -> None:
        self.engine.dialect.set_isolation_level(driver_connection, "AUTOCOMMIT")
