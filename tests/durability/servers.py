"""gunicorn as people run it: processes of their own, which always end with the test."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from tests.durability.wire import Answer, Ask, Request, ask_over, over_http

ROOT = Path(__file__).parents[2]

_PATIENCE = 30.0  # seconds


@contextmanager
def listening() -> Iterator[socket.socket]:
    """A socket for servers to take over. It outlives them: who connects in between waits."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        # Or each answer, sent in two pieces, would wait for a delayed acknowledgement.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield listener


@dataclass(frozen=True)
class Server:
    """A gunicorn that answers."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    @property
    def ask(self) -> Ask:
        """Asks whichever worker takes the connection."""
        return over_http(self.port)

    @property
    def logged(self) -> str:
        """All that it and the application wrote."""
        return self.log.read_text(errors="replace")

    def workers(self, count: int = 2) -> list[int]:
        """The ids of the worker processes, as soon as there are so many."""
        deadline = time.monotonic() + _PATIENCE
        while len(found := _children_of(self.process.pid)) < count:
            assert time.monotonic() < deadline, f"only {len(found)} workers started"
            time.sleep(0.01)
        return found

    @contextmanager
    def each_worker(self, count: int = 2) -> Iterator[list[Ask]]:
        """One that asks for each worker, over a connection that stays with it."""
        deadline = time.monotonic() + _PATIENCE
        pinned: dict[bytes, Ask] = {}
        with ExitStack() as stack:
            while len(pinned) < count:
                assert time.monotonic() < deadline, f"only {len(pinned)} workers answered"
                connection = HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE)
                stack.callback(connection.close)
                worker = ask_over(connection, Request(target="/process")).body
                pinned.setdefault(worker, _asking(connection))
            yield list(pinned.values())

    def kill(self) -> None:
        """SIGKILL to the whole group, as if the power had failed."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """Ask the group to end, and wait until it has."""
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(_PATIENCE)


@contextmanager
def gunicorn(
    application: str,
    *,
    environment: Mapping[str, str] | None = None,
    listener: socket.socket | None = None,
    workers: int = 2,
    threads: int = 16,
    options: Sequence[str] = (),
    under: Sequence[str] = (),
) -> Iterator[Server]:
    """Run an application of :mod:`tests.durability.host`.

    :param application: the name of the function that makes it.
    :param threads: of each worker; by default enough for all requests of a test to be under way at
        once, for one that waits in gunicorn's own queue says nothing about us.
    :param options: more of gunicorn's command line.
    :param under: a command to run it under.
    """
    with ExitStack() as stack:
        listener = listener or stack.enter_context(listening())
        # Short, for gunicorn may put a socket there; and not in a folder that a test removes.
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="salestrack-"))
        log = Path(folder, "log")
        variables = {"PYTHONPATH": str(ROOT), "XDG_RUNTIME_DIR": folder, **(environment or {})}
        command = [*under, sys.executable, "-m", "gunicorn", "--bind", f"fd://{listener.fileno()}"]
        command += ["--worker-class", "gthread", "--workers", str(workers)]
        command += [
            "--threads",
            str(threads),
            "--keep-alive",
            "60",
            "--log-level",
            "warning",
            *options,
        ]
        with log.open("wb") as output:
            process = subprocess.Popen(
                [*command, f"tests.durability.host:{application}()"],
                cwd=ROOT,
                env={**os.environ, **variables},
                stdout=output,
                stderr=output,
                pass_fds=[listener.fileno()],
                start_new_session=True,
            )
        server = Server(process, listener.getsockname()[1], log)
        try:
            _await_answer(server)
            yield server
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _await_answer(server: Server) -> None:
    deadline = time.monotonic() + _PATIENCE
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n")
        while not select.select([connection], [], [], 0.05)[0]:
            assert server.process.poll() is None, server.logged
            assert time.monotonic() < deadline, server.logged
        assert connection.recv(1000).startswith(b"HTTP/1.1 200"), server.logged


def _asking(connection: HTTPConnection) -> Ask:
    def ask(request: Request) -> Answer:
        return ask_over(connection, request)

    return ask


def _children_of(process: int) -> list[int]:
    entries = [entry for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [int(entry.name) for entry in entries if _parent_of(entry) == process]


def _parent_of(entry: Path) -> int | None:
    try:
        # "pid (name) state parent ...", and the name may hold anything.
        return int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return None  # it has ended meanwhile
