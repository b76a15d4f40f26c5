"""A real browser in a real server; each sale is read back from the command line's report."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import OpenPage, StartShop
from tests.browser.reverse_proxy import ReverseProxy, reverse_proxy, write_certificate
from tests.browser.shopping import (
    buy_what_is_shown,
    check_out,
    click_in_mail,
    cookie_names,
    rows_of,
)
from tests.example_app.customers import BROWSER
from tests.example_app.processes import sales_by

if TYPE_CHECKING:
    from playwright.sync_api import Page

NOBODY = ""


def test_a_sale_after_a_click_is_credited(
    open_page: OpenPage, start_shop: StartShop, instance: Path
) -> None:
    """To the newsletter, link and contact, on the report page and on the command line."""
    shop = start_shop()
    page = open_page()

    click_in_mail(page, shop, "Ridge socks")
    assert page.url == f"{shop}/p/ridge-socks"
    buy_what_is_shown(page, quantity=2)

    assert rows_of(page, shop, "by-newsletter") == [["2026-11", "1", "2", "36.00 USD"]]
    assert rows_of(page, shop, "by-link") == [["hero", "1", "2", "36.00 USD"]]
    assert rows_of(page, shop, "by-contact") == [["c82", "1", "2", "36.00 USD"]]
    assert rows_of(page, shop, "orders") == [["1001", "placed", "$36.00", "2026-11", "hero", "c82"]]
    assert sales_by("newsletter", instance) == {"2026-11": ("USD", "1", "36.00")}


def test_a_landing_link_is_credited(
    open_page: OpenPage, start_shop: StartShop, instance: Path
) -> None:
    """The token in the page's own address sets the cookie; nothing is redirected."""
    shop = start_shop()
    page = open_page()

    click_in_mail(page, shop, "Read about the blanket")
    assert page.url.startswith(f"{shop}/p/hearth-blanket?st_token=")
    assert "salestrack" in cookie_names(page)
    buy_what_is_shown(page)

    assert sales_by("link", instance) == {"blanket": ("USD", "1", "129.00")}


def test_with_cookies_blocked_the_sale_is_credited_to_nobody(
    page_without_cookies: Page, start_shop: StartShop, instance: Path
) -> None:
    """The click still leads to the shop, and the shop still sells."""
    shop = start_shop()
    page = page_without_cookies

    click_in_mail(page, shop, "Ridge socks")
    assert page.url == f"{shop}/p/ridge-socks"
    page.get_by_role("button", name="Add to cart").click()
    page.get_by_text("Your browser keeps no cookies").wait_for()
    page.get_by_role("link", name="Buy Ridge socks now").click()
    check_out(page)
    assert cookie_names(page) == set()

    assert sales_by("newsletter", instance) == {NOBODY: ("USD", "1", "18.00")}


@pytest.mark.parametrize(
    ("scheme", "base_url"),
    [("http", False), ("https", True)],
    ids=["http, links as paths", "https, links with the base URL"],
)
def test_behind_a_proxy_and_a_prefix_a_sale_is_credited(
    open_page: OpenPage,
    start_shop: StartShop,
    instance: Path,
    proxy: ReverseProxy,
    *,
    base_url: bool,
) -> None:
    """Links and pixels have the addresses that visitors see; the cookie follows their scheme."""
    settings = {"TRUST_PROXY": "1"}
    if base_url:
        settings["SALESTRACK_BASE_URL"] = proxy.address
    proxy.upstream = start_shop(**settings)
    page = open_page(ignore_https_errors=True)

    click_in_mail(page, proxy.address, "Ridge socks")
    assert page.url == f"{proxy.address}/p/ridge-socks"
    (cookie,) = [c for c in page.context.cookies() if "salestrack" in c["name"]]
    click_in_mail(page, proxy.address, "Read about the blanket")
    assert page.url.startswith(f"{proxy.address}/p/hearth-blanket?st_token=")
    buy_what_is_shown(page)
    assert page.url.startswith(f"{proxy.address}/thank-you/")

    is_https = proxy.scheme == "https"
    assert cookie["name"] == ("__Host-salestrack" if is_https else "salestrack")
    assert cookie["secure"] == is_https
    assert cookie["path"] == "/"
    assert sales_by("link", instance, **settings) == {"blanket": ("USD", "1", "129.00")}


def test_who_asks_not_to_be_tracked_is_not(
    open_page: OpenPage, start_shop: StartShop, instance: Path
) -> None:
    """With Sec-GPC no link sets a cookie, one from before is deleted, and the sale is nobody's."""
    shop = start_shop()
    page = open_page(extra_http_headers={"Sec-GPC": "1"})

    click_in_mail(page, shop, "Read about the blanket")
    assert cookie_names(page) == {"session"}
    page.context.set_extra_http_headers({})
    click_in_mail(page, shop, "Read about the blanket")
    assert cookie_names(page) == {"session", "salestrack"}
    page.context.set_extra_http_headers({"Sec-GPC": "1"})
    click_in_mail(page, shop, "Ridge socks")
    assert cookie_names(page) == {"session"}
    buy_what_is_shown(page)
    assert cookie_names(page) == {"session"}

    assert sales_by("newsletter", instance) == {NOBODY: ("USD", "1", "18.00")}


def test_a_browser_without_a_person_earns_nobody_a_sale(
    open_page: OpenPage, start_shop: StartShop, instance: Path
) -> None:
    """HeadlessChrome is taken to the shop as everybody is, but is known to nobody there."""
    shop = start_shop()
    page = open_page(user_agent=BROWSER.replace("Chrome/", "HeadlessChrome/"))

    click_in_mail(page, shop, "Ridge socks")
    assert page.url == f"{shop}/p/ridge-socks"
    buy_what_is_shown(page)
    assert "salestrack" not in cookie_names(page)

    assert sales_by("newsletter", instance) == {NOBODY: ("USD", "1", "18.00")}


def test_a_shop_with_broken_tracking_still_sells(
    open_page: OpenPage, start_shop: StartShop
) -> None:
    """The banner says what is broken, and the way to the thank-you page is the same."""
    shop = start_shop(BREAK_TRACKING="1")
    page = open_page()

    click_in_mail(page, shop, "Ridge socks")
    page.get_by_text("Tracking is broken on purpose.").wait_for()
    buy_what_is_shown(page, pixel_error="not recorded: the store failed")

    assert rows_of(page, shop, "orders") == [
        ["1001", "placed", "$18.00", "the tracker never heard of it"]
    ]


@pytest.fixture
def proxy(scheme: str, tmp_path: Path) -> Iterator[ReverseProxy]:
    """A proxy that shows the shop below a path."""
    certificate = write_certificate(tmp_path / "pem") if scheme == "https" else None
    with reverse_proxy("/knits", certificate) as running:
        yield running
