"""Files that a command writes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EEXIST
from pathlib import Path
from secrets import token_hex
from stat import S_IMODE
from typing import IO

_FOR_ITS_OWNER = 0o600
# Less what the process's umask takes.
_FOR_ALL = 0o666


@contextmanager
def whole_file(path: Path, *, private: bool = False) -> Iterator[IO[str]]:
    """A file that has its name once it is whole; until then, and after a failure, the old one.

    What is no regular file, as a pipe, is written to as it is.

    :param private: a new file for its owner alone; an old one is refused.
    :raises OSError: naming ``path``.
    """
    try:
        if private and os.path.lexists(path):
            raise FileExistsError(EEXIST, os.strerror(EEXIST))
        path_itself = path.resolve()
        if path_itself.exists() and not path_itself.is_file():
            with path_itself.open("w", encoding="utf-8", newline="") as file:
                yield file
            return
        begun = path_itself.with_name(f".{path_itself.name[:100]}.{token_hex(4)}")
        mode = _FOR_ITS_OWNER if private else _FOR_ALL
        descriptor = os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
                yield file
                file.flush()
                os.fsync(descriptor)
            if path_itself.exists():
                begun.chmod(S_IMODE(path_itself.stat().st_mode))
            begun.replace(path_itself)
        finally:
            begun.unlink(missing_ok=True)
    except OSError as error:
        # Of the name that was given, and not of the one that the file has meanwhile.
        raise OSError(error.errno, error.strerror or str(error), str(path)) from None
