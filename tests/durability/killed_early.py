"""A program whose children make a database and write into it until they are killed.

It forks them, as to start Python for each would take most of the time, and prints how many sales
each child acknowledged: ``python -m tests.durability.killed_early <children> <folder>``.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from itertools import count
from pathlib import Path

from tests.durability.host import make_tracker
from wsgi_salestrack import Conversion

# The longest that a child lives, as a multiple of what making a database takes here and now.
LONGEST = 1.6


def main(children: int, folder: Path) -> list[int]:
    """One child after the other, each with a database of its own, named by its number."""
    parts = random.Random(children)
    return [
        _killed_after(
            parts.uniform(0, LONGEST) * _making_takes(folder / f"unkilled-{number}.db"),
            folder / f"{number}.db",
        )
        for number in range(children)
    ]


def _making_takes(database: Path) -> float:
    """Seconds until a child that nobody kills acknowledges its first sale."""
    started = time.monotonic()
    read_end, child = _child(database)
    os.read(read_end, 1)
    took = time.monotonic() - started
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(read_end)
    return took


def _killed_after(seconds: float, database: Path) -> int:
    read_end, child = _child(database)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(read_end, "rb") as acknowledged:
        return len(acknowledged.read())


def _child(database: Path) -> tuple[int, int]:
    """Where it tells what it acknowledges, and its number."""
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read_end)
        _sell(database, write_end)
    os.close(write_end)
    return read_end, child


def _sell(database: Path, acknowledge: int) -> None:
    tracker = make_tracker(database)
    for number in count():
        tracker.record(Conversion(reference=str(number)))
        os.write(acknowledge, b".")  # which fails as soon as nobody reads any more


if __name__ == "__main__":
    json.dump(main(int(sys.argv[1]), Path(sys.argv[2])), sys.stdout)
