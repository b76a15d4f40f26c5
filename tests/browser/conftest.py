"""A real Chromium, and pages that fail a test when their console shows an error."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

from tests.example_app.customers import BROWSER
from tests.example_app.processes import running_shop

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

OpenPage = Callable[..., "Page"]
StartShop = Callable[..., str]


@pytest.fixture(scope="module")
def chromium_path() -> str:
    """Where Chromium is; without it, or without Playwright, there is nothing to test with."""
    if find_spec("playwright") is None:
        _do_without("the browser tests need Playwright: python -m pip install playwright")
    path = shutil.which("chromium")
    if path is None:
        _do_without("the browser tests need Chromium: apt-get install chromium")
    return path


@pytest.fixture(scope="module")
def playwright(chromium_path: str) -> Iterator[Playwright]:
    """Playwright's driver; for one module, for while it runs no other event loop can."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  # it may not be installed

    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="module")
def chromium(playwright: Playwright, chromium_path: str) -> Iterator[Browser]:
    """A running browser; each page gets a profile of its own in it."""
    browser = playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """The folder of the test's own shop."""
    return tmp_path / "instance"


@pytest.fixture
def start_shop(instance: Path) -> Iterator[StartShop]:
    """Starts a shop's server with settings; its address comes back."""
    with ExitStack() as running:
        yield lambda **settings: running.enter_context(running_shop(instance, **settings))


@pytest.fixture
def open_page(chromium: Browser, start_shop: StartShop) -> Iterator[OpenPage]:
    """Opens a page of a visitor who was never here, with options of Playwright's contexts.

    It names itself as a person's browser does; by itself it says HeadlessChrome, as bots do.
    It closes before the shop does, or what it is still loading would fail.
    """
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_one(**options: object) -> Page:
        context = chromium.new_context(**{"user_agent": BROWSER, **options})  # type: ignore[arg-type]  # Playwright checks them
        contexts.append(context)
        return watched(context, errors)

    yield open_one
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def page_without_cookies(
    playwright: Playwright, chromium_path: str, tmp_path: Path, start_shop: StartShop
) -> Iterator[Page]:
    """A page of a visitor who chose "block all cookies" in the browser's settings."""
    settings = tmp_path / "profile" / "Default" / "Preferences"
    settings.parent.mkdir(parents=True)
    settings.write_text('{"profile": {"default_content_setting_values": {"cookies": 2}}}')
    context = playwright.chromium.launch_persistent_context(
        tmp_path / "profile", executable_path=chromium_path, args=FLAGS, user_agent=BROWSER
    )
    errors: list[str] = []
    yield watched(context, errors)
    context.close()
    assert errors == []


def watched(context: BrowserContext, errors: list[str]) -> Page:
    """A page that writes down what its console complains about, and every refused request."""
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.on(
        "console",
        lambda message: errors.append(message.text) if message.type != "info" else None,
    )
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "response",
        lambda response: (
            errors.append(f"{response.url} {response.status}") if response.status >= 400 else None
        ),
    )
    return page


def _do_without(reason: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
