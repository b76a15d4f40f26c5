"""Servers that run beside the tests, and never outlive them."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

_GUARD = Path(__file__).with_name("guard.py")


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nobody listens on.

    Outgoing connections are given ports of another range, so a server that is down for a moment
    finds its port still free.
    """
    with ExitStack() as stack:
        probes: list[socket.socket] = []
        while len(probes) < count:
            probe = stack.enter_context(socket.socket())
            with suppress(OSError):
                probe.bind(("127.0.0.1", 20_000 + secrets.randbelow(12_000)))
                probes.append(probe)
        return [probe.getsockname()[1] for probe in probes]


class Daemon:
    """A server process that can be started again after it ended.

    :param folder: where it runs, and where its log is.
    :param ending: the signal that asks it to end.
    :param user: whom to run it as, if not as this process's user.
    """

    def __init__(
        self,
        command: Sequence[str | Path],
        folder: Path,
        *,
        ending: signal.Signals = signal.SIGTERM,
        user: str = "",
    ) -> None:
        self._command = [sys.executable, "-I", "-S", _GUARD, str(ending.value), user, *command]
        self._folder = folder
        self._log = folder / "log"
        self._guard: subprocess.Popen[bytes] | None = None
        self.pid = 0  # of the server itself

    @property
    def running(self) -> bool:
        """Whether it was started and has not ended."""
        return self._guard is not None and self._guard.poll() is None

    @property
    def logged(self) -> str:
        """The end of what it wrote."""
        return self._log.read_text(errors="replace")[-5000:] if self._log.exists() else ""

    def start(self, *more: str) -> None:
        """Start it.

        :param more: arguments for this time only.
        """
        assert not self.running
        self.stop()
        with self._log.open("ab") as log:
            self._guard = subprocess.Popen(
                [*self._command, *more],
                cwd=self._folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for the tests, which then stop it in order
            )
        assert self._guard.stdout is not None
        self.pid = int(self._guard.stdout.readline())

    def stop(self) -> None:
        """Ask it to end, and wait until it has."""
        if self._guard is not None:
            # Some word, for a process that was forked off this one may keep the pipe open.
            self._guard.communicate(b"end")
            self._guard = None

    def kill(self) -> None:
        """SIGKILL, as if the machine's power had failed."""
        assert self.running
        os.kill(self.pid, signal.SIGKILL)
        self.stop()
