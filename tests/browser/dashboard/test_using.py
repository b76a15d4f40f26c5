"""The dashboard as people use it: with a mouse, a finger or the keyboard, and no script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser.dashboard.pages import PAGES, PHONE

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_a_chart_has_its_table_behind_it(page: Page, honest: str) -> None:
    """A column for each of 30 days, drawn for a desk or for a phone, and a row for each."""
    page.goto(honest + PAGES["overview"])

    assert page.locator("svg.chart.wide .columns rect").count() == 30
    assert page.locator("svg.chart.narrow").is_hidden()
    page.get_by_text("The numbers of this chart").click()
    rows = page.get_by_role("table", name="Turnover by day, USD").locator("tbody tr")
    assert rows.count() == 30
    assert rows.last.inner_text().startswith("21 Nov 2026")
    page.set_viewport_size(PHONE)
    assert page.locator("svg.chart.narrow").is_visible()
    assert page.locator("svg.chart.wide").is_hidden()


def test_it_can_be_used_with_the_keyboard_alone(page: Page, honest: str) -> None:
    """Past the navigation, into a table that is wider than the phone, and on to a newsletter."""
    page.set_viewport_size(PHONE)
    page.goto(honest + PAGES["newsletters"])

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


def test_from_the_overview_to_why_a_sale_is_credited_so(page: Page, honest: str) -> None:
    """The way a marketer goes, by clicks and one form; what was chosen stays chosen."""
    page.goto(honest + "/")
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


def test_a_date_is_chosen_in_a_form(page: Page, honest: str) -> None:
    """It needs no script."""
    page.goto(honest + "/")
    page.get_by_text("Other dates").click()
    page.get_by_label("From").fill("2026-11-01")
    page.get_by_label("To").fill("2026-11-10")
    page.get_by_role("button", name="Show").click()

    page.get_by_text("1 Nov 2026 to 10 Nov 2026, USD").wait_for()
    assert page.locator("svg.chart.wide .columns rect").count() == 10


def test_following_hits_reloads_the_page(page: Page, honest: str) -> None:
    """By a header of the answer, which the link takes away again."""
    page.goto(honest + "/hits")
    with page.expect_response("**/hits?follow=1") as followed:
        page.get_by_role("link", name="Follow: reload every 10 seconds").click()
    assert followed.value.headers["refresh"] == "10"
    with page.expect_response("**/hits") as stopped:
        page.get_by_role("link", name="Stop following").click()

    assert "refresh" not in stopped.value.headers
