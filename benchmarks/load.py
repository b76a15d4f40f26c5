"""Load on a server by wrk, whose answers are counted one by one."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.errors import BenchmarkError
from benchmarks.servers import Server

CONNECTIONS = 64

_SCRIPT = Path(__file__).with_name("requests.lua")


@dataclass(frozen=True, kw_only=True, slots=True)
class Load:
    """What came back.

    :param accepted: answers with the expected status, no ``ST-Error``, and a cookie if a redirect.
    :param refused: all other answers.
    :param broken: connections that failed, and answers that came after ten seconds or never.
    :param rate: accepted answers a second.
    :param p99: seconds within which 99 of 100 answers came.
    """

    accepted: int
    refused: int
    broken: int
    rate: float
    p99: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """One request that wrk sends.

    :param path: ``{reference}`` in it becomes a reference that was never sent before.
    :param cookie: a ``Cookie`` header, or nothing.
    """

    path: str
    cookie: str
    user_agent: str


class Requests:
    """Requests that are sent in turn.

    :param file: where to write them down for wrk.
    :param requests: at least one.
    """

    def __init__(self, file: Path, requests: Iterable[Request]) -> None:
        self._file = file
        self._runs = 0
        lines = [f"{one.path}\t{one.cookie}\t{one.user_agent}\n" for one in requests]
        file.write_text("".join(lines), encoding="ascii")

    def send(self, server: Server, *, seconds: float, status: int) -> Load:
        """Send them over 64 connections, over and over.

        :param seconds: how long; wrk takes whole ones.
        :param status: of an accepted answer.
        :raises BenchmarkError: wrk failed.
        """
        self._runs += 1
        # One thread of wrk outruns every server here, and leaves the machine to it.
        command = ["wrk", "--threads", "1", "--connections", str(CONNECTIONS), "--timeout", "10s"]
        command += ["--duration", f"{max(1, round(seconds))}s", "--script", str(_SCRIPT)]
        command += [f"{server.url}/", "--", str(self._file), f"run{self._runs}", str(status)]
        completed = subprocess.run(
            command, capture_output=True, text=True, timeout=seconds + 60, check=False
        )
        results = [line for line in completed.stdout.splitlines() if line.startswith("RESULT ")]
        if completed.returncode != 0 or not results:
            output = completed.stdout + completed.stderr
            raise BenchmarkError(f"wrk failed on the server {server.name!r}:\n{output}")
        result = json.loads(results[0].removeprefix("RESULT "))
        return Load(
            accepted=result["accepted"],
            refused=result["refused"],
            broken=result["broken"],
            rate=result["accepted"] / (result["microseconds"] / 1e6),
            p99=result["p99_microseconds"] / 1e6,
        )


def require_wrk() -> None:
    """Check that the load generator is there.

    :raises BenchmarkError: it is not; the text says how to get it.
    """
    if shutil.which("wrk") is None:
        raise BenchmarkError("wrk, the load generator, is missing; get it by: apt-get install wrk")


def wrk_version() -> str:
    """Give its version, or that there is none."""
    if shutil.which("wrk") is None:
        return "missing"
    # It exits with 1 after saying so.
    completed = subprocess.run(["wrk", "--version"], capture_output=True, text=True, check=False)
    return completed.stdout.split()[1].removeprefix("debian/")
