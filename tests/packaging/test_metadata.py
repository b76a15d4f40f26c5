"""What is declared in pyproject.toml and setup.cfg is what the tree holds and uses."""

from __future__ import annotations

import configparser
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions

import pytest

from tests.packaging.modules import PACKAGES, ROOT, imports_of, modules_in_tree, packages_in_tree

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def _setup_cfg() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", "utf-8")
    return parser


def _distribution(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _declared() -> set[str]:
    optional = PROJECT["optional-dependencies"]
    dependencies = [*PROJECT["dependencies"], *optional["charts"], *optional["sqlalchemy"]]
    names = (re.match(r"[A-Za-z0-9._-]+", dependency) for dependency in dependencies)
    return {_distribution(name[0]) for name in names if name}


def test_every_package_in_the_tree_is_listed() -> None:
    """A package that setup.cfg forgets works in a checkout and is missing from the wheel."""
    assert set(_setup_cfg()["options"]["packages"].split()) == packages_in_tree()


def test_every_listed_package_has_an_init() -> None:
    """Without one, type checkers and importlib.resources see a namespace package."""
    missing = [name for name in packages_in_tree() if name not in modules_in_tree()]
    assert not missing


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_ships_its_type_marker(package: str) -> None:
    """Type checkers ignore the annotations of a package without py.typed."""
    assert (ROOT / package / "py.typed").is_file()
    assert "py.typed" in _setup_cfg()["options.package_data"][package]


def test_everything_that_is_imported_is_declared() -> None:
    """What comes along with another dependency may go with its next release."""
    roots = {
        imported.partition(".")[0]
        for name, path in modules_in_tree().items()
        for imported in imports_of(name, path)
    }
    third_party = roots - set(sys.stdlib_module_names) - set(PACKAGES) - {"_typeshed"}
    providers = packages_distributions()
    undeclared = {
        root: providers.get(root, [])
        for root in third_party
        if not {_distribution(name) for name in providers.get(root, [])} & _declared()
    }
    assert not undeclared


def test_the_lowest_versions_cover_every_dependency() -> None:
    """CI runs the tests with each bound of the metadata, so each must be a plain one."""
    script = ROOT / ".ci" / "lowest.py"
    lines = subprocess.check_output([sys.executable, script], text=True).split()
    assert {_distribution(line.partition("==")[0]) for line in lines} == _declared()


@pytest.mark.parametrize("name", ["shop", "tests"])
def test_the_readme_gives_the_command_in_one_line(name: str) -> None:
    """CI and the newcomer copy the same text."""
    script = ROOT / ".ci" / "readme_command.py"
    command = subprocess.check_output([sys.executable, script, name], text=True)
    assert "pip install" in command
