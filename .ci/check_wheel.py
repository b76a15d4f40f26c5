"""Compares a wheel with the tree: it holds every file of the packages, and nothing else.

``check_wheel.py WHEEL``. What setup.cfg forgets (a package, a template, py.typed) is missing from
the wheel alone, never from a checkout, so that no other test can see it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).parents[1]
PACKAGES = ("flask_salestrack", "wsgi_salestrack")


def files_in_tree() -> set[str]:
    """Every file of the packages, relative to the root, without what Python compiled."""
    return {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def files_in_wheel(wheel: Path) -> set[str]:
    """Every file that an install copies into site-packages, without the wheel's own metadata."""
    with ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/")]
    return {name for name in names if not name.partition("/")[0].endswith(".dist-info")}


def main(wheel: Path) -> None:
    """Print how many files there are.

    :raises SystemExit: if the two differ, with every difference.
    """
    tree, packed = files_in_tree(), files_in_wheel(wheel)
    problems = [f"not in the wheel: {name}" for name in sorted(tree - packed)]
    problems += [f"only in the wheel: {name}" for name in sorted(packed - tree)]
    problems += [
        f"not in the tree: {package}/py.typed"
        for package in PACKAGES
        if f"{package}/py.typed" not in tree
    ]
    if problems:
        raise SystemExit("\n".join(problems))
    print(f"{wheel.name}: {len(packed)} files, as in the tree")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
