"""Real servers: processes of their own on free ports of the loopback interface, always stopped."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.errors import BenchmarkError

#: The checkout, from which servers import the applications.
ROOT = Path(__file__).resolve().parent.parent

_HOST = "127.0.0.1"
_START_TIMEOUT = 30.0
_STOP_TIMEOUT = 10.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Server:
    """A server that answers.

    :param name: how messages call it.
    """

    name: str
    port: int

    @property
    def url(self) -> str:
        """Its address without a path."""
        return f"http://{_HOST}:{self.port}"

    def connect(self) -> http.client.HTTPConnection:
        """Make a connection to it, which is kept open between requests."""
        return http.client.HTTPConnection(_HOST, self.port, timeout=30)


@contextlib.contextmanager
def gunicorn(
    name: str,
    factory: str,
    *,
    workers: int = 2,
    threads: int = 8,
    environment: Mapping[str, str] | None = None,
    python: str = sys.executable,
) -> Iterator[Server]:
    """Run an application under gunicorn's threaded workers.

    :param name: how messages call it.
    :param factory: ``module:callable``; what the callable returns is the application.
    :param environment: variables for the application.
    :param python: the interpreter whose gunicorn is meant.
    :raises BenchmarkError: it does not start; the text ends with what it logged.
    """
    port = _free_port()
    command = [python, "-m", "gunicorn", "--worker-class", "gthread", "--bind", f"{_HOST}:{port}"]
    command += ["--workers", str(workers), "--threads", str(threads)]
    command += ["--log-level", "warning", f"{factory}()"]
    with _running(Server(name=name, port=port), command, environment or {}) as server:
        yield server


@contextlib.contextmanager
def granian(
    name: str,
    factory: str,
    *,
    workers: int = 2,
    threads: int = 8,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """Run an application under granian's WSGI interface, by the parameters of :func:`gunicorn`."""
    port = _free_port()
    command = [sys.executable, "-m", "granian", "--host", _HOST, "--port", str(port)]
    command += ["--interface", "wsgi", "--http", "1", "--no-ws", "--log-level", "warning"]
    command += ["--workers", str(workers), "--blocking-threads", str(threads)]
    command += ["--factory", factory]
    with _running(Server(name=name, port=port), command, environment or {}) as server:
        yield server


@contextlib.contextmanager
def _running(
    server: Server, command: Sequence[str], environment: Mapping[str, str]
) -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="salestrack-server-") as directory:
        log = Path(directory) / "log"
        # gunicorn has a control socket in XDG_RUNTIME_DIR, where several servers would meet.
        variables = {"PYTHONPATH": str(ROOT), "XDG_RUNTIME_DIR": directory, **environment}
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**os.environ, **variables},
                stdout=output,
                stderr=output,
                # So that workers can be stopped with the master, whatever becomes of that.
                start_new_session=True,
            )
        try:
            _wait(server, process, log)
            yield server
        finally:
            _stop(process)


def _wait(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_TIMEOUT
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.closing(server.connect()) as connection:
            try:
                connection.request("GET", "/")
                connection.getresponse().read()
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)
            else:
                return
    output = log.read_text(errors="replace")[-3000:]
    raise BenchmarkError(f"the server {server.name!r} did not start:\n{output}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    _signal_group(process, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_STOP_TIMEOUT)
    # Also after an orderly end: a worker that outlives its master would take the machine's time.
    _signal_group(process, signal.SIGKILL)
    process.wait()


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
        return port
