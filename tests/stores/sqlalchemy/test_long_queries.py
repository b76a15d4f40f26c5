"""A query over all that there is may take longer than any hit waits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

from tests.stores.values import HERO, arrival
from tests.support.databases import DatabaseServer
from wsgi_salestrack.stores.sqlalchemy import SQLAlchemyStore, dialects, engines

QUERY = "SELECT SLEEP(1.5)"


@pytest.fixture
def impatient(mariadb: DatabaseServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A database whose hits wait for a second at most."""
    monkeypatch.setitem(dialects._CONNECT["pymysql"], "read_timeout", 1)  # noqa: SLF001  seven take long
    with mariadb.fresh_database() as url:
        yield url


def test_a_long_query_waits_longer_than_a_hit(impatient: str) -> None:
    engine = engines.engine_of(impatient)
    patient = engines.patient_engine_of(impatient, engine)

    with pytest.raises(OperationalError, match="timed out"), engine.connect() as connection:
        connection.exec_driver_sql(QUERY)
    with patient.connect() as connection:
        assert connection.exec_driver_sql(QUERY).scalar() == 0
    engine.dispose()


def test_time_outs_of_the_host_s_own_are_kept(impatient: str) -> None:
    """In its URL, or of its engine."""
    url = f"{impatient}&read_timeout=3"
    engine = engines.engine_of(url)
    assert engines.patient_engine_of(url, engine) is engine
    given = create_engine(impatient)
    own = engines.engine_of(given)
    assert engines.patient_engine_of(given, own) is own
    for each in (engine, given, own):
        each.dispose()


@pytest.mark.parametrize("long", [False, True])
def test_a_store_asks_patiently_where_it_may_take_long(
    impatient: str, monkeypatch: pytest.MonkeyPatch, *, long: bool
) -> None:
    """And no more connections stay than before."""
    if not long:
        monkeypatch.setattr(dialects, "_LONG", {})
    with closing(SQLAlchemyStore(impatient)) as store:
        store.record("shop", arrival(touch=HERO))
        with store._streaming("shop") as transaction:  # noqa: SLF001
            if long:
                assert transaction.run(QUERY).fetchone() == (0,)
            else:
                with pytest.raises(OperationalError, match="timed out"):
                    transaction.run(QUERY).fetchone()
