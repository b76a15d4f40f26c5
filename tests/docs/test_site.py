"""The documentation as a whole: a site without warnings, on which nothing is missing."""

from __future__ import annotations

import importlib
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import flask_salestrack
import wsgi_salestrack
from tests.support.documents import ROOT
from wsgi_salestrack import Tracker, signals

_DOCS = ROOT / "docs"
_PAGES = sorted(page for page in _DOCS.rglob("*.md") if "_build" not in page.parts)
_NAMES = [page.relative_to(ROOT).as_posix() for page in _PAGES]
_TESTS = [path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py")]
_PYTHON = (_DOCS / "reference/python.md").read_text("utf-8")
#: Blocks that somebody may run, and so have to be right.
_RUN = re.compile(r"^```(?:python|sh|toml|jinja|csv|json|xml|sql|html|php)$", re.MULTILINE)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as CI makes it."""
    pytest.importorskip("sphinx", reason="the site needs the extra [docs]")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "-n", "--keep-going"]
    done = subprocess.run(
        [*command, "-d", folder / "doctrees", _DOCS, folder / "html"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return folder / "html"


@pytest.mark.slow
def test_the_site_is_made_without_warnings(site: Path) -> None:
    """A page each, also for what only the table of contents leads to."""
    made = {page.relative_to(site).with_suffix(".md").as_posix() for page in site.rglob("*.html")}

    assert {page.relative_to(_DOCS).as_posix() for page in _PAGES} <= made


@pytest.mark.slow
def test_signatures_are_those_of_the_code(site: Path) -> None:
    """With names that readers know, and no word of Sphinx's own."""
    page = (site / "reference/python.html").read_text("utf-8")

    assert "TypeAliasForwardRef" not in page
    assert 'id="wsgi_salestrack.Tracker.record"' in page
    assert str(ROOT) not in page


@pytest.mark.parametrize(
    "name",
    sorted(
        name
        for name, _ in inspect.getmembers(Tracker)
        if not name.startswith("_") and (inspect.getdoc(getattr(Tracker, name)) or "")
    ),
)
def test_every_method_of_the_tracker_is_in_the_reference_once(name: str) -> None:
    found = re.findall(rf"^\.\. auto(?:method|property):: Tracker\.{name}$", _PYTHON, re.MULTILINE)

    assert len(found) == 1


@pytest.mark.parametrize(
    "name",
    [
        *(f"wsgi_salestrack.{name}" for name in wsgi_salestrack.__all__),
        *(f"flask_salestrack.{name}" for name in flask_salestrack.__all__),
    ],
)
def test_every_public_name_is_in_the_reference(name: str) -> None:
    """The signals on a page of their own."""
    package, short = name.split(".")
    value = getattr(importlib.import_module(package), short)
    if any(value is signal for signal in signals.ALL):
        assert f"## `{short}`" in (_DOCS / "reference/signals.md").read_text("utf-8")
    else:
        assert re.search(rf"^\.\. (?:py:|auto)\w+:: {short}$", _PYTHON, re.MULTILINE)


@pytest.mark.parametrize("name", _NAMES)
def test_a_page_that_has_snippets_has_a_test(name: str) -> None:
    """Which names it, and so reads it."""
    if not _RUN.search((ROOT / name).read_text("utf-8")):
        return
    assert any(name in test or Path(name).name in test for test in _TESTS)


@pytest.mark.parametrize("name", ["README.md", *_NAMES])
def test_links_to_files_lead_somewhere(name: str) -> None:
    """Also for those who read the pages as they stand in the repository."""
    page = ROOT / name
    links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", page.read_text("utf-8"))

    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("name", ["README.md", *_NAMES])
def test_a_picture_has_words(name: str) -> None:
    """For those who do not see it."""
    for words in re.findall(r"!\[([^\]]*)\]\(", (ROOT / name).read_text("utf-8")):
        assert len(words.split()) > 2
