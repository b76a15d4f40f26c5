"""How Sphinx makes the site: ``sphinx-build -W -n docs docs/_build``."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from pygments.lexers.special import TextLexer

if TYPE_CHECKING:
    from docutils.nodes import Element
    from sphinx.addnodes import pending_xref
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

ROOT = Path(__file__).parents[1]
# The packages as they stand beside this folder, installed or not.
sys.path.insert(0, str(ROOT))
_PACKAGES = ("wsgi_salestrack", "flask_salestrack")

_PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
project = "Salestrack"
author = project_copyright = "salestrack contributors"
release = version = _PROJECT["version"]

extensions = ["myst_parser", "sphinx.ext.autodoc"]
exclude_patterns = ["_build"]
source_suffix = {".md": "markdown"}
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
smartquotes = False  # "--since" is no dash

html_theme = "furo"
html_title = f"Salestrack {release}"
html_copy_source = False
html_show_sphinx = False
html_static_path = ["_static"]
html_css_files = ["tables.css"]
html_theme_options = {"navigation_with_keys": True}
pygments_style = "tango"

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 88

# Everything of ours that a signature or a docstring names has to be on some page. Other projects'
# names have no pages here.
nitpicky = True
nitpick_ignore_regex = [
    (r"py:.*", rf"({'|'.join(sorted(sys.stdlib_module_names))})\..*"),
    (r"py:.*", r"(blinker|click|flask|markupsafe|msgspec|sqlalchemy|werkzeug)\..*"),
    (r"py:.*", r".*\bResult"),  # a type variable
    (r"py:.*", "date|datetime|timedelta"),  # of a NamedTuple, whose annotations stay text
]


def setup(app: Sphinx) -> None:
    """Let signatures and references find what they name."""
    app.add_lexer("csv", TextLexer)
    _import_what_annotations_name()
    app.connect("missing-reference", _find_by_name)


def _import_what_annotations_name() -> None:
    """Annotations are evaluated here, and some of their names only a type checker imports."""
    wsgi = ModuleType("_typeshed.wsgi")
    for name in ("InputStream", "StartResponse", "WSGIApplication", "WSGIEnvironment"):
        setattr(wsgi, name, type(name, (), {"__module__": "wsgiref.types"}))
    sys.modules.update({"_typeshed": ModuleType("_typeshed"), "_typeshed.wsgi": wsgi})
    for module in [*_modules()]:
        for node in ast.walk(ast.parse(Path(module.__file__ or "").read_text("utf-8"))):
            if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
                for statement in node.body:
                    exec(ast.unparse(statement), vars(module))  # noqa: S102  our own imports


def _modules() -> Iterator[ModuleType]:
    for name in _PACKAGES:
        package = importlib.import_module(name)
        yield package
        for each in pkgutil.walk_packages(package.__path__, f"{name}."):
            yield importlib.import_module(each.name)


def _find_by_name(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, content: Element
) -> Element | None:
    """A signature names ``wsgi_salestrack.model.Recorded``; its page, ``wsgi_salestrack``'s."""
    package, _, name = node.get("reftarget", "").rpartition(".")
    is_ours = not package or node.get("refspecific") or package.startswith(_PACKAGES)
    if "refdoc" not in node or not is_ours:
        return None
    node["refspecific"] = True  # wherever it is, if it is in one place only
    return env.domains.python_domain.resolve_xref(
        env, node["refdoc"], app.builder, "obj", name, node, content
    )
