"""``docs/deploying.md``: beside a shop's own migrations, and from one database to another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, create_engine

from tests.dashboard import sample
from tests.support.clock import ManualClock
from tests.support.databases import DatabaseServer
from tests.support.documents import blocks, run
from tests.support.shop import SECRET
from wsgi_salestrack import Config, Tracker, UnknownReference
from wsgi_salestrack.stores.sqlalchemy import SQLAlchemyStore

_ALEMBIC, _MOVE = blocks("docs/deploying.md", "py")


@pytest.fixture(scope="module")
def clock() -> ManualClock:
    """One for both trackers."""
    return ManualClock()


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, clock: ManualClock) -> Iterator[Tracker]:
    """A shop that has sold for half a year, in a SQLite file."""
    with closing(_tracker(tmp_path_factory.mktemp("small") / "sales.db", clock)) as tracker:
        sample.fill(tracker, clock)
        yield tracker


def _tracker(database: Path | str, clock: ManualClock) -> Tracker:
    config = Config(secret_keys=[SECRET], database=database, targets=sample.TARGETS)
    return Tracker(config, clock=clock)


def test_migrations_of_the_shop_s_own_leave_the_tables_that_are_named(tmp_path: Path) -> None:
    """And drop them otherwise, as the page says."""
    url = f"sqlite:///{tmp_path}/shop.db"
    with closing(SQLAlchemyStore(url)) as store:
        store.migrate()
    named, unnamed = MetaData(), MetaData()
    run([_ALEMBIC], {"db": SimpleNamespace(metadata=named)})

    engine = create_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        changes, others = (compare_metadata(context, each) for each in (named, unnamed))
    engine.dispose()

    assert changes == []
    assert "remove_table" in {change[0] for change in others}


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_a_shop_that_grows_takes_everything_along(
    request: pytest.FixtureRequest, small: Tracker, clock: ManualClock, kind: str
) -> None:
    """Every figure is the same there, all of it adds up, and it goes on where it stood."""
    move = cast("Callable[[str, str], None]", run([_MOVE])["move"])
    server: DatabaseServer = request.getfixturevalue(kind)
    with server.fresh_database() as url:
        move(str(small.config.database), url)
        with closing(_tracker(url, clock)) as large:
            assert _figures(large) == _figures(small)
            assert [each for each in large.verify() if each.problem is not None] == []
            last = small.conversions(most=1)[0].conversion
            assert large.record(last).outcome == "duplicate"
            with pytest.raises(UnknownReference):
                large.refund("never-sold")
        with pytest.raises(Exception, match=r"(?i)duplicate"):  # it was moved before
            move(str(small.config.database), url)


def _figures(tracker: Tracker) -> list[Any]:
    reports = [
        tracker.report(by, model=model, figures=("clicks", "visitors", "commission")).rows
        for by in ("newsletter", "publisher", "product", "day")
        for model in ("last", "linear")
    ]
    payouts = tracker.payouts()
    return [
        *reports,
        tracker.commissions(),
        payouts,
        tracker.hits(tracker.now().replace(year=2000)),
    ]
