"""How the pages of the shop are, seen by a browser."""

from __future__ import annotations

from typing import Literal

from tests.browser.conftest import OpenPage, StartShop
from tests.browser.shopping import buy_what_is_shown, click_in_mail

PHONE = {"width": 375, "height": 667}

# What is scrolled sideways inside the page (wide tables) is not the page.
WIDTH = "document.documentElement.scrollWidth"
UNLABELLED = """
[...document.querySelectorAll('input:not([type=hidden])')]
    .filter(input => !input.labels.length).map(input => input.name)
"""
HEADINGS = "[...document.querySelectorAll('h1')].length"


def test_every_page_fits_a_phone(open_page: OpenPage, start_shop: StartShop) -> None:
    """None is wider than 375 pixels, each has one heading of its own and a label at each field.

    That no page writes an error into the console is asserted for each browser test.
    """
    shop = start_shop()
    page = open_page(viewport=PHONE)
    seen: dict[str, tuple[int, int, list[str]]] = {}

    def follow(role: Literal["button", "link"], name: str) -> None:
        with page.expect_event("load"):
            page.get_by_role(role, name=name).click()

    def look(name: str) -> None:
        seen[name] = (page.evaluate(WIDTH), page.evaluate(HEADINGS), page.evaluate(UNLABELLED))

    page.goto(f"{shop}/")
    look("catalogue")
    page.goto(f"{shop}/p/quarry-socks")
    look("sold out")
    page.goto(f"{shop}/cart")
    look("empty cart")
    page.goto(f"{shop}/newsletter/2026-10")
    look("newsletter")
    click_in_mail(page, shop, "Read about the blanket")
    look("product")
    follow("button", "Add to cart")
    look("cart")
    follow("link", "To the checkout")
    look("checkout")
    page.goto(f"{shop}/p/ridge-socks")
    buy_what_is_shown(page)
    look("thank you")
    follow("link", "Look at the order")
    look("order")
    follow("button", "Cancel this order")
    page.get_by_text("Cancelled").wait_for()
    look("cancelled")
    page.goto(f"{shop}/report")
    look("report")
    page.goto(f"{shop}/")
    page.get_by_label("Your e-mail address").fill("new@example.com")
    follow("button", "Subscribe")
    page.get_by_role("heading", name="You are on the list").wait_for()
    look("welcome")

    assert len(seen) == 12
    assert {name: found for name, found in seen.items() if found != (375, 1, [])} == {}


def test_the_shop_can_be_used_with_the_keyboard_alone(
    open_page: OpenPage, start_shop: StartShop
) -> None:
    """The first stop on each page is the way past its navigation."""
    shop = start_shop()
    page = open_page()
    page.goto(f"{shop}/p/ridge-socks")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "quantity"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Your cart").wait_for()
