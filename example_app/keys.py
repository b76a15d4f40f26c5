"""Secret keys that the shop makes for itself on its first start."""

import os
import secrets
from pathlib import Path

__all__ = ["kept_key"]

KEY_BYTES = 32


def kept_key(path: Path) -> str:
    """Read the key kept in a file; make key and file when there are none.

    A key written into the source would be everybody's key, and one made at each start would empty
    every cart and void every link in mails that are out already.

    :param path: where the key is kept, readable by its owner only.
    :returns: 64 hexadecimal digits from 32 random bytes.
    :raises OSError: the folder cannot be written to.
    """
    try:
        return path.read_text("ascii")
    except FileNotFoundError:
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        # A link appears whole or not at all, and only once: of several workers that start
        # together one wins, and all go on with its key.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text("ascii")
