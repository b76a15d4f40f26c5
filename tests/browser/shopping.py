"""What somebody does in the shop with a mouse and a keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page


def click_in_mail(page: Page, shop: str, words: str, mail: str = "2026-11?to=c82") -> None:
    """Read a mail and click a link in it."""
    page.goto(f"{shop}/newsletter/{mail}")
    link = page.get_by_role("article", name="Mail").get_by_role("link", name=words)
    with page.expect_event("load"):
        link.click()


def buy_what_is_shown(page: Page, quantity: int = 1, pixel_error: str | None = None) -> None:
    """From a product's page through the cart and the checkout to the thank-you page."""
    page.get_by_label("Quantity").fill(str(quantity))
    page.get_by_role("button", name="Add to cart").click()
    page.get_by_role("link", name="To the checkout").click()
    check_out(page, pixel_error)


def check_out(page: Page, pixel_error: str | None = None) -> None:
    """Fill in the form, buy, and wait until the thank-you page with its pixel is there.

    :param pixel_error: what the pixel is expected to complain of.
    """
    page.get_by_label("Name").fill("Ada Ash")
    page.get_by_label("E-mail address").fill("ada@example.com")
    with page.expect_response(lambda response: "/salestrack/target/1/" in response.url) as pixel:
        page.get_by_role("button", name="Buy for").click()
    assert pixel.value.status == 200
    assert pixel.value.headers.get("st-error") == pixel_error
    page.get_by_role("heading", name="Thank you, Ada Ash").wait_for()


def rows_of(page: Page, shop: str, table: str) -> list[list[str]]:
    """The rows of a table on the report page, without its head."""
    if page.url != f"{shop}/report":
        page.goto(f"{shop}/report")
    lines = page.locator(f"#{table} tbody tr").all()
    return [line.locator("th, td").all_inner_texts() for line in lines]


def cookie_names(page: Page) -> set[str]:
    """The names of all cookies that the browser holds."""
    return {cookie["name"] for cookie in page.context.cookies()}
