"""Signs of life on the terminal while something takes long."""

from __future__ import annotations

import sys
import threading
import time

# Seconds between two lines.
_EVERY = 2.0


def say(text: str) -> None:
    """Print a line that is no part of the result, so that the result can be piped away."""
    print(text, file=sys.stderr, flush=True)


class Progress:
    """A count that says every two seconds how far it has come; threads share it.

    :param title: what is counted.
    :param total: how many there will be.
    """

    def __init__(self, title: str, total: int) -> None:
        self._title = title
        self._total = total
        self._done = 0
        self._lock = threading.Lock()
        self._started = self._said = time.monotonic()

    def advance(self) -> None:
        """Count one."""
        with self._lock:
            self._done += 1
            now = time.monotonic()
            if now - self._said >= _EVERY:
                self._said = now
                rate = self._done / (now - self._started)
                say(f"{self._title}: {self._done:,} of {self._total:,}, {rate:,.0f} a second")
