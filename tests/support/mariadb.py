"""A real MariaDB, as Debian installs it."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import OperationalError

from tests.support.daemons import Daemon, free_ports
from tests.support.databases import ADMIN, GUEST, OWNER, DatabaseServer
from tests.support.unprivileged import copy, own_folder, run, unprivileged_user

_HOST = "127.0.0.1"
_SETTINGS = [
    f"--bind-address={_HOST}",
    "--skip-name-resolve",
    "--socket=socket",  # within the data directory, for the path of a socket must be short
    # What Debian sets; MariaDB's own is latin1.
    "--character-set-server=utf8mb4",
    "--collation-server=utf8mb4_general_ci",
    "--innodb-buffer-pool-size=64M",
]
_LOG_SIZE = "--innodb-log-file-size=16M"


class MariaDB(DatabaseServer):
    """A MariaDB server on a port of its own."""

    driver = "mariadb+pymysql"
    # PyMySQL would load all certificates of the machine for each connection: 50 ms.
    options = "?ssl_disabled=true"
    admin_database = "mysql"

    def _creating(self, name: str) -> list[str]:
        return [
            f"CREATE DATABASE {name}",
            f"GRANT ALL ON {name}.* TO {OWNER}@'{_HOST}'",
            # Who has no right at all on a database may not even connect to it.
            f"GRANT SHOW VIEW ON {name}.* TO {GUEST}@'{_HOST}'",
        ]

    def _drop(self, name: str) -> None:
        # It would wait for their transactions.
        for connection, _, _, database, *_ in self.run("SHOW PROCESSLIST"):
            if database == name:
                with suppress(OperationalError):  # it has ended meanwhile
                    self.run(f"KILL {connection}")
        self.run(f"DROP DATABASE {name}")


@dataclass(frozen=True)
class MariaDBInstallation:
    """A data directory that servers start from a copy of."""

    data: Path
    password: str

    @contextmanager
    def server(self) -> Iterator[MariaDB]:
        """Run a server; nothing of it stays."""
        with own_folder() as folder:
            (port,) = free_ports(1)
            server = MariaDB(self.daemon(folder, port), port, self.password)
            try:
                server.start()
                yield server
            finally:
                server.stop()

    def daemon(self, folder: Path, port: int, *settings: str) -> Daemon:
        """A server that was not started yet, with its files in a folder."""
        copy(self.data, folder)
        program = mariadbd()
        assert program is not None
        command = [program, "--no-defaults", f"--datadir={folder / 'data'}", f"--port={port}"]
        command += [f"--tmpdir={folder}", _LOG_SIZE, *_SETTINGS, *settings]
        return Daemon(command, folder, user=unprivileged_user())


def mariadbd() -> str | None:
    """Where the server's program is: in a folder that only root looks for programs in."""
    return shutil.which("mariadbd", path=f"{os.environ['PATH']}:/usr/sbin")


@contextmanager
def mariadb_installation() -> Iterator[MariaDBInstallation]:
    """Make a data directory, with the users that the tests connect as."""
    password = secrets.token_hex(16)
    with own_folder() as folder:
        data = folder / "data"
        users = folder / "users.sql"
        users.write_text(_users(password))
        command = ["mariadb-install-db", "--no-defaults", f"--datadir={data}", _LOG_SIZE]
        command += [f"--extra-file={users}", "--skip-test-db"]
        run(command, folder)
        yield MariaDBInstallation(data, password)


def _users(password: str) -> str:
    """A statement per line, as its bootstrap wants them."""
    names = (ADMIN, OWNER, GUEST)
    statements = ["FLUSH PRIVILEGES"]  # or it knows nothing of users yet
    statements += [f"CREATE USER {name}@'{_HOST}' IDENTIFIED BY '{password}'" for name in names]
    statements += [f"GRANT ALL ON *.* TO {ADMIN}@'{_HOST}' WITH GRANT OPTION"]
    return "".join(f"{statement};\n" for statement in statements)
