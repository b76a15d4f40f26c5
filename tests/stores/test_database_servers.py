"""The servers that the tests of the stores rely on do what is asked of them."""

from __future__ import annotations

import pytest
from sqlalchemy import inspect
from sqlalchemy.exc import DBAPIError

from tests.support.databases import DatabaseServer, connecting_each_time, execute
from tests.support.galera import GaleraCluster

CREATE = "CREATE TABLE sale (id INTEGER PRIMARY KEY)"
SERVERS = ["postgresql", "mariadb"]


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest) -> DatabaseServer:
    """Each of the servers that all tests share."""
    found: DatabaseServer = request.getfixturevalue(request.param)
    return found


@pytest.fixture(params=SERVERS)
def own_server(request: pytest.FixtureRequest) -> DatabaseServer:
    """One of each kind for the test alone."""
    found: DatabaseServer = request.getfixturevalue(f"own_{request.param}")
    return found


def test_fresh_databases_are_empty_and_separate(server: DatabaseServer) -> None:
    with server.fresh_database() as one, server.fresh_database() as other:
        execute(one, CREATE)
        assert tables(one) == ["sale"]
        assert tables(other) == []


def test_a_database_is_gone_after_its_test_even_with_a_transaction_open(
    server: DatabaseServer,
) -> None:
    with server.fresh_database() as url:
        execute(url, CREATE)
        connection = connecting_each_time(url).connect()
        connection.exec_driver_sql("BEGIN")
        connection.exec_driver_sql("INSERT INTO sale VALUES (1)")
    with pytest.raises(DBAPIError):
        tables(url)
    connection.invalidate()
    connection.close()


def test_a_user_without_rights_may_connect_and_no_more(server: DatabaseServer) -> None:
    with server.fresh_database() as url:
        execute(url, CREATE)
        guest = server.url_of_user_without_rights(url)
        execute(guest, "SELECT 1")
        for statement in ("SELECT * FROM sale", "CREATE TABLE mine (id INTEGER PRIMARY KEY)"):
            with pytest.raises(DBAPIError, match="denied"):
                execute(guest, statement)


def test_the_owner_of_a_database_is_no_administrator(server: DatabaseServer) -> None:
    with server.fresh_database() as url, pytest.raises(DBAPIError, match="denied"):
        execute(url, "CREATE DATABASE more")


def test_what_was_committed_is_there_after_a_restart_and_a_kill(own_server: DatabaseServer) -> None:
    with own_server.fresh_database() as url:
        execute(url, CREATE)
        sell(url, 1)
        own_server.restart()
        sell(url, 2)
        own_server.kill()
        own_server.start()
        sell(url, 3)
        assert sales(url) == [1, 2, 3]


def test_a_stopped_server_refuses_connections(own_server: DatabaseServer) -> None:
    with own_server.fresh_database() as url:
        own_server.stop()
        with pytest.raises(DBAPIError):
            tables(url)


@pytest.mark.slow
def test_a_killed_node_gets_what_it_missed(galera: GaleraCluster) -> None:
    with galera.fresh_database() as urls:
        execute(urls[0], CREATE)
        galera.catch_up()
        for number, url in enumerate(urls):
            sell(url, number)
        galera.kill(2)
        for number, url in enumerate(urls[:2], start=3):
            sell(url, number)
        galera.start_node(2)
        galera.catch_up()
        assert [sales(url) for url in urls] == [[0, 1, 2, 3, 4]] * 3


def tables(url: str) -> list[str]:
    return inspect(connecting_each_time(url)).get_table_names()


def sell(url: str, number: int) -> None:
    execute(url, f"INSERT INTO sale VALUES ({number})")  # noqa: S608  # a number


def sales(url: str) -> list[int]:
    return [sale for (sale,) in execute(url, "SELECT id FROM sale ORDER BY id")]
