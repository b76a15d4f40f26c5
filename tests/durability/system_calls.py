"""The system calls of a server, as strace wrote them down."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

#: What strace is to be run with; the calls that write to a file, a disk or a browser.
STRACE = ("strace", "-f", "-y", "-s", "300", "-e", "trace=pwrite64,fdatasync,fsync,recvfrom,sendto")

_BEGUN = re.compile(r"(?P<thread>\d+) +(?P<name>\w+)\(\d+<(?P<file>[^>]*)>(?P<rest>.*)")
_RESUMED = re.compile(r"(?P<thread>\d+) +<\.\.\. \w+ resumed>(?P<rest>.*)")
_DONE = re.compile(r"= (-?\d+)[^=]*$")


@dataclass
class Call:
    """One system call.

    :param file: what its first argument is open to: a path, or ``socket:[...]``.
    :param text: its other arguments, and what strace shows of the bytes.
    :param begun: the number of the line where it begins.
    :param done: of the line where it ends; None: it never did.
    """

    name: str
    file: str
    text: str
    begun: int
    done: int | None = None
    result: int = -1


def read_calls(trace: Path) -> list[Call]:
    """The calls in the order they began.

    Those of other threads may stand in between the two halves of one that took its time.
    """
    calls: list[Call] = []
    unfinished: dict[str, Call] = {}
    for number, line in enumerate(trace.read_text(errors="replace").splitlines()):
        if begun := _BEGUN.match(line):
            call = Call(begun["name"], begun["file"], begun["rest"], number)
            calls.append(call)
            if line.endswith("<unfinished ...>"):
                unfinished[begun["thread"]] = call
                continue
        elif (resumed := _RESUMED.match(line)) and resumed["thread"] in unfinished:
            call = unfinished.pop(resumed["thread"])
            call.text += resumed["rest"]
        else:
            continue
        if result := _DONE.search(line):
            call.done, call.result = number, int(result[1])
    return calls
