"""Creating and upgrading the tables: numbered steps, of which the database keeps a list.

A host may have its own migrations make the tables instead (:func:`~.tables.add_tables`). So what
is missing is told by the tables themselves, and the list only tells a newer database.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Connection, Table, insert, inspect, select
from sqlalchemy.exc import DBAPIError

from ...errors import SchemaError
from . import dialects

#: The steps, in their order; one that was released is never changed.
STEPS: Final = ("clicks_and_conversions",)

_LOCK_NUMBER: Final = 0x5A1E57  # of PostgreSQL's advisory locks
_LOCK_NAME: Final = "salestrack migrate"
_LOCK_SECONDS: Final = 60


def check(connection: Connection, tables: Mapping[str, Table]) -> bool:
    """Whether the tables are there as this code needs them; not, if there are none at all.

    :raises SchemaError: if they are older or newer; says what mends it.
    """
    missing = _missing(connection, tables)
    if missing and dialects.is_mysql(connection.engine):
        # Perhaps somebody is making them this very moment; elsewhere that is one transaction.
        connection.rollback()
        with _alone(connection):
            missing = _missing(connection, tables)
    if tables["conversions"].fullname in missing and len(missing) == len(tables):
        return False
    if missing:
        raise _too_old(missing)
    _steps_taken(connection, tables, missing)
    return True


def migrate(connection: Connection, tables: Mapping[str, Table]) -> list[str]:
    """Create or upgrade the tables; only one process does, the others wait for it.

    :returns: the steps that were taken.
    :raises SchemaError: if the database is newer than this code.
    """
    with _alone(connection):
        missing = _missing(connection, tables)
        taken = _steps_taken(connection, tables, missing)
        steps = [step for step in STEPS if step not in taken]
        _create(connection, tables)
        now = int(time.time() * 1_000_000)
        for step in steps:
            connection.execute(insert(tables["steps"]).values(step=step, taken_at=now))
        connection.commit()
    # Made by the host's own migrations, they are only written down.
    return steps if missing else []


def _create(connection: Connection, tables: Mapping[str, Table]) -> None:
    metadata = tables["conversions"].metadata
    try:
        metadata.create_all(connection, tables=list(tables.values()))
        for table in tables.values():
            for index in table.indexes:  # one may be missing, where a step was cut short
                index.create(connection, checkfirst=True)
    except DBAPIError:
        # Where there is no lock, another process may have been faster.
        connection.rollback()
        if _missing(connection, tables):
            raise


def _missing(connection: Connection, tables: Mapping[str, Table]) -> set[str]:
    """The names of tables that are missing, and of columns."""
    inspector = inspect(connection)
    schema = tables["conversions"].schema
    there = set(inspector.get_table_names(schema))
    missing = set()
    for table in tables.values():
        if table.name not in there:
            missing.add(table.fullname)
            continue
        columns = {column["name"] for column in inspector.get_columns(table.name, schema)}
        missing |= {f"{table.fullname}.{name}" for name in set(table.c.keys()) - columns}
    return missing


def _steps_taken(
    connection: Connection, tables: Mapping[str, Table], missing: set[str]
) -> set[str]:
    if tables["steps"].fullname in missing:
        return set()
    taken = set(connection.scalars(select(tables["steps"].c.step)))
    unknown = taken - set(STEPS)
    if unknown:
        raise SchemaError(
            f"the database was made by a newer salestrack (it has the step {min(unknown)}); "
            "upgrade this one with: pip install --upgrade flask-salestrack"
        )
    return taken


def _too_old(missing: set[str]) -> SchemaError:
    return SchemaError(
        f"the tables are those of an older salestrack ({min(missing)} is missing); upgrade them "
        "with: flask salestrack migrate (without Flask: salestrack --config FILE migrate), or by "
        "a migration of your own"
    )


def none_at_all() -> SchemaError:
    """The tables are missing, and the host's own migrations are to make them."""
    return SchemaError(
        "the tables are missing; make them by your own migrations, or with: flask salestrack "
        "migrate (without Flask: salestrack --config FILE migrate)"
    )


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    """While nobody else migrates, where the database has a lock for that."""
    kind = connection.dialect.name
    if kind == "postgresql":
        # Let go of at the end of the transaction.
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK_NUMBER})")
        yield
    elif dialects.is_mysql(connection.engine):
        connection.exec_driver_sql(f"SELECT GET_LOCK('{_LOCK_NAME}', {_LOCK_SECONDS})")
        try:
            yield
        finally:
            connection.exec_driver_sql(f"SELECT RELEASE_LOCK('{_LOCK_NAME}')")
    elif kind == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield
    else:
        yield
