"""The dashboard as a browser sees it: two shops, by their addresses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from flask_salestrack.dashboard import lists
from tests.browser.conftest import watched
from tests.browser.dashboard.pages import DESK
from tests.dashboard import hostile, sample
from tests.dashboard.conftest import dashboard_of
from tests.support.clock import ManualClock
from tests.support.server import serving
from tests.support.shop import SECRET
from wsgi_salestrack import Config, Tracker

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

# Rows of a list: enough to leaf through, and quicker to judge than 50.
_ROWS: Final = 8
_VIOLATIONS: Final = """
window.violations = [];
document.addEventListener("securitypolicyviolation", e => violations.push(e.violatedDirective));
"""


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The dashboard of a shop that has sold for half a year."""
    clock = ManualClock()
    tracker = _tracker(tmp_path_factory.mktemp("honest") / "sales.db", clock, "Europe/Copenhagen")
    sample.fill(tracker, clock)
    with _shown(tracker) as address:
        yield address


@pytest.fixture(scope="module")
def hostile_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """That of a shop full of hostile names."""
    tracker = _tracker(tmp_path_factory.mktemp("hostile") / "sales.db", ManualClock(), "UTC")
    hostile.fill(tracker)
    with _shown(tracker) as address:
        yield address


def _tracker(database: Path, clock: ManualClock, zone: str) -> Tracker:
    config = Config(secret_keys=[SECRET], database=database, targets=sample.TARGETS, timezone=zone)
    return Tracker(config, clock=clock)


@contextmanager
def _shown(tracker: Tracker) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as monkeypatch, serving(dashboard_of(tracker)) as port:
        monkeypatch.setattr(lists, "SIZE", _ROWS)
        yield f"http://127.0.0.1:{port}/sales"
    tracker.close()


@pytest.fixture(scope="module")
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """One browser profile for all pages."""
    context = chromium.new_context(viewport=DESK)
    context.add_init_script(_VIOLATIONS)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page that complained of nothing and opened no dialog."""
    errors: list[str] = []
    page = watched(context, errors)
    page.on("dialog", lambda dialog: errors.append(f"dialog: {dialog.message}"))
    yield page
    page.close()
    assert errors == []
