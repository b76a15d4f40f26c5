"""The dashboard in a real browser: on a desk and on a phone, in the light and in the dark."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import pytest

from flask_salestrack.dashboard import lists
from flask_salestrack.dashboard.context import visible
from tests.browser.conftest import watched
from tests.dashboard import hostile, sample
from tests.dashboard.conftest import dashboard_of
from tests.support.clock import ManualClock
from tests.support.server import serving
from tests.support.shop import SECRET
from wsgi_salestrack import Config, Tracker

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

DESK: Final = {"width": 1280, "height": 900}
PHONE: Final = {"width": 390, "height": 844}
#: Every page, and a second look at those that have two.
PAGES: Final = {
    "overview": "/",
    "newsletters": "/reports/newsletter",
    "products": "/reports/product?sort=items",
    "days": "/reports/day?period=7d",
    "models": "/models/newsletter",
    "newsletter": "/one/newsletter?value=2026-11-07",
    "contact": "/one/contact?value=c12&period=all",
    "publisher": "/one/publisher?value=cold-feet&period=all",
    "sales": "/sales",
    "sale": "/sale?reference=1463&model=linear",
    "hits": "/hits",
    "payouts": "/payouts",
    "commissions": "/commissions?state=approved",
    "segments": "/segments?where=count+%3E%3D+4",
    "nothing": "/sales?reference=none",
}
_WIDTH: Final = "document.documentElement.scrollWidth"
_AXE: Final = """
async (rules) => (await axe.run(document, {
  resultTypes: ["violations"], ...(rules && {runOnly: {type: "rule", values: rules}})
})).violations.map(
  each => `${each.id} (${each.impact}): ${each.nodes.map(node => node.target).join(" ")}`
)
"""
# What differs on a phone; all else was judged once, and colours in the dark as well.
_OF_PHONES: Final = [
    "scrollable-region-focusable",
    "target-size",
    "color-contrast",
    "meta-viewport",
]
# Rows of a list: enough to leaf through, and quicker to judge than 50.
_ROWS: Final = 8
# What a finger can't hit; links within text are as large as the text.
_SMALL: Final = """
[...document.querySelectorAll("button, select, input:not([type=hidden]), textarea, summary, \
.button, .chips a, .tabs a, thead a")]
  .filter(each => each.checkVisibility() && each.getBoundingClientRect().height < 43.5)
  .map(each => each.outerHTML.slice(0, 80))
"""
_VIOLATIONS: Final = """
window.violations = [];
document.addEventListener("securitypolicyviolation", e => violations.push(e.violatedDirective));
"""


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Two dashboards by their addresses: an honest shop's, and one full of hostile names."""
    with ExitStack() as stack:
        monkeypatch = stack.enter_context(pytest.MonkeyPatch.context())
        monkeypatch.setattr(lists, "SIZE", _ROWS)
        addresses = {}
        for name, zone in (("honest", "Europe/Copenhagen"), ("hostile", "UTC")):
            clock = ManualClock()
            tracker = _tracker(tmp_path_factory.mktemp(name) / "sales.db", clock, zone)
            stack.callback(tracker.close)
            if name == "honest":
                sample.fill(tracker, clock)
            else:
                hostile.fill(tracker)
            port = stack.enter_context(serving(dashboard_of(tracker)))
            addresses[name] = f"http://127.0.0.1:{port}/sales"
        yield addresses


def _tracker(database: Path, clock: ManualClock, zone: str) -> Tracker:
    config = Config(secret_keys=[SECRET], database=database, targets=sample.TARGETS, timezone=zone)
    return Tracker(config, clock=clock)


@pytest.fixture(scope="module")
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """One browser profile for all pages."""
    context = chromium.new_context(viewport=DESK)  # type: ignore[arg-type]  # it is one
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


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_fit_for_everybody(page: Page, shops: dict[str, str], name: str) -> None:
    """As axe-core judges it, in both sizes, light and dark; it fits, and fingers hit its buttons.

    That the console shows no error is asserted for each of them.
    """
    page.goto(shops["honest"] + PAGES[name])
    page.evaluate(_axe_script())
    found: dict[str, Any] = {"desk": page.evaluate(_AXE)}
    found["too wide for a desk"] = page.evaluate(_WIDTH) - DESK["width"]
    page.emulate_media(color_scheme="dark")
    found["dark"] = page.evaluate(_AXE, ["color-contrast"])
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # it is one
    found["phone"] = page.evaluate(_AXE, _OF_PHONES)
    found["too wide for a phone"] = page.evaluate(_WIDTH) - PHONE["width"]
    found["small"] = page.evaluate(_SMALL)
    found["headings"] = page.locator("h1").count() - 1
    found["policy"] = page.evaluate("violations")
    found["scripts"] = page.locator("script, [style], [onclick], [onerror]").count()

    assert {what: problems for what, problems in found.items() if problems} == {}


def test_colours_are_dark_in_the_dark(page: Page, shops: dict[str, str]) -> None:
    """By the visitor's own setting; the chart's as well."""
    page.goto(shops["honest"] + PAGES["overview"])
    colours = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        colours[scheme] = (
            page.evaluate("getComputedStyle(document.body).backgroundColor"),
            page.evaluate("getComputedStyle(document.querySelector('.columns rect')).fill"),
        )

    assert len({*colours["light"], *colours["dark"]}) == 4
    assert sum(_channels(colours["dark"][0])) < 150
    assert sum(_channels(colours["light"][0])) > 600


def _channels(colour: str) -> list[int]:
    return [int(part) for part in colour.removeprefix("rgb(").removesuffix(")").split(",")]


def test_a_chart_has_its_table_behind_it(page: Page, shops: dict[str, str]) -> None:
    """A column for each of 30 days, drawn for a desk or for a phone, and a row for each."""
    page.goto(shops["honest"] + PAGES["overview"])

    assert page.locator("svg.chart.wide .columns rect").count() == 30
    assert page.locator("svg.chart.narrow").is_hidden()
    page.get_by_text("The numbers of this chart").click()
    rows = page.get_by_role("table", name="Turnover by day, USD").locator("tbody tr")
    assert rows.count() == 30
    assert rows.last.inner_text().startswith("21 Nov 2026")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # it is one
    assert page.locator("svg.chart.narrow").is_visible()
    assert page.locator("svg.chart.wide").is_hidden()


def test_it_can_be_used_with_the_keyboard_alone(page: Page, shops: dict[str, str]) -> None:
    """Past the navigation, into a table that is wider than the phone, and on to a newsletter."""
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # it is one
    page.goto(shops["honest"] + PAGES["newsletters"])

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.className") == "scroll":
            break
    # Its own content is scrolled; the page never is.
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('.scroll').scrollLeft > 0")
    assert page.evaluate("window.scrollX") == 0
    page.get_by_role("link", name="2026-11-07").first.press("Enter")
    page.get_by_role("heading", name="Newsletter 2026-11-07").wait_for()


def test_from_the_overview_to_why_a_sale_is_credited_so(page: Page, shops: dict[str, str]) -> None:
    """The way a marketer goes, by clicks and one form; what was chosen stays chosen."""
    page.goto(shops["honest"] + "/")
    page.get_by_role("link", name="90 days").click()
    page.get_by_role("region", name="Newsletters").get_by_role("link").first.click()
    assert "period=90d" in page.url
    newsletter = page.locator("h1").inner_text().removeprefix("Newsletter ")
    page.get_by_role("region", name="Links").get_by_role("link", name="hero").click()
    page.get_by_text(f"newsletter: {newsletter}").wait_for()
    page.get_by_role("link", name="All of them").click()
    page.get_by_role("region", name="The newest first").get_by_role("link").first.click()
    touches = page.get_by_role("table", name="Touches of the buyer")

    assert touches.get_by_text("credited").count() >= 1
    page.get_by_role("link", name="Linear").click()
    assert page.get_by_role("link", name="Linear").get_attribute("aria-current") == "true"


def test_a_date_is_chosen_in_a_form(page: Page, shops: dict[str, str]) -> None:
    """It needs no script."""
    page.goto(shops["honest"] + "/")
    page.get_by_text("Other dates").click()
    page.get_by_label("From").fill("2026-11-01")
    page.get_by_label("To").fill("2026-11-10")
    page.get_by_role("button", name="Show").click()

    page.get_by_text("1 Nov 2026 to 10 Nov 2026, USD").wait_for()
    assert page.locator("svg.chart.wide .columns rect").count() == 10


def test_following_hits_reloads_the_page(page: Page, shops: dict[str, str]) -> None:
    """By a header of the answer, which the link takes away again."""
    page.goto(shops["honest"] + "/hits")
    with page.expect_response("**/hits?follow=1") as followed:
        page.get_by_role("link", name="Follow: reload every 10 seconds").click()
    assert followed.value.headers["refresh"] == "10"
    with page.expect_response("**/hits") as stopped:
        page.get_by_role("link", name="Stop following").click()

    assert "refresh" not in stopped.value.headers


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


def test_hostile_names_are_nothing_but_text(context: BrowserContext, shops: dict[str, str]) -> None:
    """Nothing runs, no dialog opens, no element comes of them, and the page is no wider."""
    errors: list[str] = []
    page = context.new_page()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # it is one
    for event in ("dialog", "pageerror"):
        page.on(event, lambda what: errors.append(str(what)))
    page.on("console", lambda message: errors.append(message.text))
    for path in _hostile_pages():
        answer = page.goto(shops["hostile"] + path)
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


def test_hostile_names_stay_whole(page: Page, shops: dict[str, str]) -> None:
    """Each is on the page as it was recorded, and its link leads to its own page."""
    found = []
    for number in (1, 2, 3):
        page.goto(f"{shops['hostile']}/reports/newsletter?page={number}")
        names = page.locator("tbody th bdi").all_text_contents()
        page.locator("tbody th a").last.click()
        assert page.locator("h1 bdi").text_content() == names[-1]
        found += names
    assert sorted(found) == sorted(visible(value) for value in hostile.VALUES)


def _axe_script() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
