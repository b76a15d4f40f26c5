"""Prints pip constraints that hold each dependency at the lowest version the metadata allows.

It does so for what the library itself imports: the core dependencies, and those of its extras.

A bound that nobody tests is a guess; with these, ``.ci/run`` tests every one. Other dependencies
stay at their newest.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

PYPROJECT = Path(__file__).parents[1] / "pyproject.toml"
EXTRAS = ["charts", "sqlalchemy"]  # the others are for the tests and the example


def lowest_versions() -> list[str]:
    """A line ``name==version`` for each ``name>=version`` that the library may import.

    :raises SystemExit: for a dependency in another form, which would go untested.
    """
    project = tomllib.loads(PYPROJECT.read_text("utf-8"))["project"]
    optional = [name for extra in EXTRAS for name in project["optional-dependencies"][extra]]
    constraints = []
    for dependency in [*project["dependencies"], *optional]:
        bound = re.fullmatch(r"([A-Za-z0-9._-]+)>=([0-9.]+)", dependency)
        if bound is None:
            raise SystemExit(f"pyproject.toml: write {dependency!r} as name>=version")
        constraints.append(f"{bound[1]}=={bound[2]}")
    return constraints


if __name__ == "__main__":
    print("\n".join(lowest_versions()))
