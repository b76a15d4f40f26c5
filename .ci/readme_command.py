"""Prints one of the commands that the README gives, exactly as it stands there.

``readme_command.py NAME``: the command is the only line of the ``sh`` block that follows the
marker ``<!-- command: NAME -->``.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"


def readme_command(name: str) -> str:
    """The command below the marker of that name.

    :raises SystemExit: if there is not exactly one, or it has more than one line.
    """
    marker = re.escape(f"<!-- command: {name} -->")
    found = re.findall(rf"^{marker}\n+```sh\n(.+)\n```$", README.read_text("utf-8"), re.MULTILINE)
    if len(found) != 1:
        raise SystemExit(f"README.md has {len(found)} one-line commands named {name!r}, not one")
    return str(found[0])


if __name__ == "__main__":
    print(readme_command(sys.argv[1]))
