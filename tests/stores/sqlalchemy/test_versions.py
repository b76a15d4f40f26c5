"""Making and upgrading the tables, by us or by the host's own migrations."""

from __future__ import annotations

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, inspect, text

from tests.stores.conftest import OpenStore
from tests.stores.values import all_of, arrival, line, order
from tests.support.databases import (
    DatabaseServer,
    connecting_each_time,
    database_of,
    execute,
)
from wsgi_salestrack import SchemaError
from wsgi_salestrack.stores.base import Selection
from wsgi_salestrack.stores.sqlalchemy import SQLAlchemyStore

SITE = "default"


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """Behind the store's back."""
    made = create_engine(url)
    yield made
    made.dispose()


def run(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement))


def test_of_many_that_migrate_at_once_one_does_it(open_store: OpenStore) -> None:
    """And all of them can go on."""
    stores = [open_store() for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        steps = list(pool.map(lambda store: list(store.migrate()), stores))

    assert sorted(map(len, steps)) == [0, 0, 0, 0, 0, 1]
    for number, store in enumerate(stores):
        assert store.record(SITE, arrival(str(number))).outcome == "recorded"


def test_tables_of_an_older_version_are_refused_with_the_remedy(
    open_store: OpenStore, engine: Engine
) -> None:
    """A hit is not acknowledged, and nothing is written."""
    open_store().migrate()
    run(engine, "DROP TABLE salestrack_conflicts")

    with pytest.raises(SchemaError, match=r"older salestrack.*salestrack migrate"):
        open_store().record(SITE, arrival())

    assert len(list(open_store().migrate())) >= 0
    assert open_store().record(SITE, arrival()).outcome == "recorded"


def test_a_step_that_was_cut_short_is_made_whole(
    open_store: OpenStore, engine: Engine, kind: str
) -> None:
    """MariaDB commits each table and each index by itself."""
    index = "salestrack_clicks_by_contact"
    open_store().migrate()
    run(engine, f"DROP INDEX {index}" + (" ON salestrack_clicks" if kind == "mariadb" else ""))
    assert open_store().record(SITE, arrival()).outcome == "recorded"

    open_store().migrate()

    assert index in {each["name"] for each in inspect(engine).get_indexes("salestrack_clicks")}


def test_a_newer_database_is_refused_with_the_remedy(open_store: OpenStore, engine: Engine) -> None:
    """By whatever is asked first, migrate included."""
    open_store().migrate()
    run(engine, "INSERT INTO salestrack_steps (step, taken_at) VALUES ('of the future', 0)")

    for ask in (
        lambda: open_store().record(SITE, arrival()),
        lambda: open_store().totals(SITE, Selection(by=("day",))),
        lambda: open_store().migrate(),
    ):
        with pytest.raises(SchemaError, match=r"newer salestrack.*pip install --upgrade"):
            ask()


def test_the_hosts_own_migrations_may_make_the_tables(
    url: str, engine: Engine, tmp_path: Path
) -> None:
    """Alembic finds them in the host's MetaData, makes them, and finds nothing more to do."""
    alembic = _alembic_project(tmp_path, url)
    with closing(SQLAlchemyStore(url, create=False)) as store:
        with pytest.raises(SchemaError, match="missing"):
            store.record(SITE, arrival())
        assert inspect(engine).get_table_names() == []

        command.revision(alembic, "the tables of salestrack", autogenerate=True)
        command.upgrade(alembic, "head")
        command.check(alembic)

        recorded = store.record(SITE, arrival(order=order(line("s1")), revenue=None))
        assert all_of(store, SITE) == [recorded]
        assert list(store.migrate()) == []


def _alembic_project(folder: Path, url: str) -> Config:
    """As ``alembic init`` makes it, with the one line that a host adds."""
    config = Config(folder / "alembic.ini", stdout=io.StringIO())
    command.init(config, str(folder / "migrations"))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    environment = folder / "migrations" / "env.py"
    script = environment.read_text().replace(
        "target_metadata = None",
        "from sqlalchemy import MetaData\n"
        "from wsgi_salestrack.stores.sqlalchemy import add_tables\n\n"
        "target_metadata = MetaData()\n"
        "add_tables(target_metadata)",
    )
    # Not the file's logging: pytest's is in use.
    environment.write_text(script.replace("fileConfig(config.config_file_name)", "pass"))
    return config


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_the_tables_may_have_another_prefix_and_schema(
    url: str, server: DatabaseServer, engine: Engine
) -> None:
    """Two shops may share a database, and neither sees the other's."""
    run(engine, "CREATE SCHEMA tracking")
    with (
        closing(SQLAlchemyStore(url, prefix="Our-", schema="tracking")) as ours,
        closing(SQLAlchemyStore(url, prefix="their_")) as theirs,
    ):
        ours.record(SITE, arrival("1", order=order(), revenue=None))
        theirs.record(SITE, arrival("2"))

        assert [each.conversion.reference for each in all_of(ours, SITE)] == ["1"]
        assert [each.conversion.reference for each in all_of(theirs, SITE)] == ["2"]
    assert "Our-conversions" in inspect(engine).get_table_names("tracking")
    assert "their_conversions" in inspect(engine).get_table_names()


@pytest.mark.parametrize("prefix", ["", "st_"])
def test_the_prefix_may_be_any(url: str, prefix: str) -> None:
    """Or none, though MySQL reserves one of the names."""
    with closing(SQLAlchemyStore(url, prefix=prefix)) as store:
        recorded = store.record(SITE, arrival(order=order(), revenue=None))
        assert all_of(store, SITE) == [recorded]
        store.forget_site(SITE)
        assert all_of(store, SITE) == []


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"], indirect=True)
def test_a_user_who_may_only_write_needs_no_rights_to_create(
    url: str, server: DatabaseServer
) -> None:
    """Once another one has made the tables."""
    with closing(SQLAlchemyStore(url)) as owner:
        owner.migrate()
    guest = server.url_of_user_without_rights(url)
    for table in inspect(connecting_each_time(url)).get_table_names():
        rights = "SELECT, INSERT, UPDATE, DELETE"
        if server.driver.startswith("postgresql"):
            execute(url, f"GRANT {rights} ON {table} TO guest")
        else:
            server.run(f"GRANT {rights} ON {database_of(url)}.{table} TO guest@'127.0.0.1'")

    with closing(SQLAlchemyStore(guest)) as store:
        assert store.record(SITE, arrival()).outcome == "recorded"
