"""Hostile names in a real browser: they are nothing but text, and stay whole."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask_salestrack.dashboard.context import visible
from tests.browser.dashboard.pages import PAGES, PHONE
from tests.dashboard import hostile

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page


def test_hostile_names_are_nothing_but_text(context: BrowserContext, hostile_shop: str) -> None:
    """Nothing runs, no dialog opens, no element comes of them, and the page is no wider."""
    errors: list[str] = []
    page = context.new_page()
    page.set_viewport_size(PHONE)
    for event in ("dialog", "pageerror"):
        page.on(event, lambda what: errors.append(str(what)))
    page.on("console", lambda message: errors.append(message.text))
    for path in _hostile_pages():
        answer = page.goto(hostile_shop + path)
        assert answer is not None
        if answer.status == 400:
            errors = [each for each in errors if "status of 400" not in each]
        else:
            assert answer.status == 200, path
        harm = page.evaluate(
            "[window.pwned, document.scripts.length, violations.length,"
            " document.querySelectorAll('img, iframe, [onerror], [onmouseover], [style]').length,"
            " [...document.links].filter(a => a.protocol !== 'http:').length,"
            " document.documentElement.scrollWidth > innerWidth]"
        )
        assert harm == [None, 0, 0, 0, 0, False], path
        assert page.locator("h1").count() == 1, path
    page.close()

    assert errors == []


def test_hostile_names_stay_whole(page: Page, hostile_shop: str) -> None:
    """Each is on the page as it was recorded, and its link leads to its own page."""
    found = []
    for number in (1, 2, 3):
        page.goto(f"{hostile_shop}/reports/newsletter?page={number}")
        names = page.locator("tbody th bdi").all_text_contents()
        page.locator("tbody th a").last.click()
        assert page.locator("h1 bdi").text_content() == names[-1]
        found += names
    assert sorted(found) == sorted(visible(value) for value in hostile.VALUES)


def _hostile_pages() -> list[str]:
    """Every page with each hostile value in it, or in its address."""
    lists = [path for path in PAGES.values() if "value=" not in path and "reference=" not in path]
    worst = hostile.VALUES[0], hostile.VALUES[8], hostile.VALUES[12], "W" * 100
    singles = [
        f"/one/{by}?{urlencode({'value': value, 'period': 'all'})}"
        for by, value in zip(("newsletter", "product", "publisher", "list"), worst, strict=True)
    ]
    contacts = [
        f"/one/contact?{urlencode({'value': hostile.contact_of(value)})}" for value in worst[:2]
    ]
    sales = [f"/sale?{urlencode({'reference': value})}" for value in hostile.VALUES]
    asked = [
        f"/segments?{urlencode({'where': value})}" for value in (worst[0], "list = '<script>'")
    ]
    found = [f"/sales?{urlencode({'reference': 'no' + worst[0]})}"]
    chosen = [f"/reports/link?{urlencode({'newsletter': worst[0], 'contact': worst[2]})}"]
    return [*lists, *singles, *contacts, *sales, *asked, *found, *chosen]
