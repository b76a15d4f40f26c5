"""A program that runs a server, and ends it when its own standard input closes or says anything.

The test process holds the other end. So the server ends with it, even when it is killed and can
clean up nothing. The arguments: the number of the signal to end the server with, the name of the
user to run it as ("" for this one), and the server's command. Its process id is printed.
"""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
from threading import Thread
from typing import Any

_PATIENCE = 30  # seconds


def identity(user: str) -> dict[str, Any]:
    """What makes a new process another user's, with nothing of root's; nothing for no name."""
    if not user:
        return {}
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}


def end_with_holder(server: subprocess.Popen[bytes], ending: int) -> None:
    """Wait until who holds the other end of standard input says so or is gone, and end it."""
    os.read(sys.stdin.fileno(), 1)
    server.send_signal(ending)
    try:
        server.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        server.kill()


def main() -> None:
    ending, user, *command = sys.argv[1:]
    server = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=sys.stderr, **identity(user)
    )
    os.write(sys.stdout.fileno(), f"{server.pid}\n".encode())
    Thread(target=end_with_holder, args=(server, int(ending)), daemon=True).start()
    server.wait()


if __name__ == "__main__":
    main()
