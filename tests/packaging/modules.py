"""The modules of both packages, as the tree has them, and what each imports; nothing is run."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("flask_salestrack", "wsgi_salestrack")


def modules_in_tree() -> dict[str, Path]:
    """Dotted names to files; a package's name stands for its ``__init__.py``."""
    return {
        _dotted_name(path): path for package in PACKAGES for path in (ROOT / package).rglob("*.py")
    }


def packages_in_tree() -> set[str]:
    """Dotted names of the folders that hold Python files, with an ``__init__.py`` or not."""
    return {
        ".".join(path.parent.relative_to(ROOT).parts)
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
    }


def imports_of(name: str, path: Path) -> set[str]:
    """Absolute names of all that a module imports, wherever in it the import stands.

    ``from x import y`` gives ``x.y``, whether ``y`` is a module or a name in one.
    """
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            origin = _origin(node, package)
            found |= {f"{origin}.{alias.name}" for alias in node.names}
    return found


def _origin(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return node.module or ""
    parents = package.split(".")
    base = parents[: len(parents) - (node.level - 1)]
    return ".".join([*base, *([node.module] if node.module else [])])


def _dotted_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
