"""The affiliate network's own snippets on a shop's pages, seen by a browser."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tests.example_app.customers import BROWSER
from tests.support.receivers import Listen
from tests.support.server import Serve
from tests.support.shop import MakeTracker
from wsgi_salestrack import SalesTrackMiddleware

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from playwright.sync_api import Browser

_OURS = "/salestrack/ts/l/banner/c/socks"
# [doc] The vendor's, with the address that their page has lost.
_PAGES = {
    "/receipt": f'<img src="{_OURS}?id=11001;amount=19.95"/>',
    "/pay": f"""
        <form action="{_OURS}" method="POST">
        <input type="hidden" name="amount" value="39.95" />
        <input type="hidden" name="id" value="110001" />
        <input type="submit" value="Click to Continue" />
    """,
    "/thanks": "<h1>Thanks from the shop</h1>",
}


def _shop(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    page = f"{environ['REQUEST_METHOD']} {_PAGES.get(environ['PATH_INFO'], '')}"
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
    return (page.encode(),)


def test_pixel_and_form_credit_the_publisher(
    chromium: Browser, make_tracker: MakeTracker, serve: Serve, listen: Listen
) -> None:
    """The image is shown, and the form leads to the shop's own page, asked for by GET."""
    tracker = make_tracker(tracking_codes={"socks": {"thank_you_url": "/thanks"}})
    receivers = listen(tracker)
    shop = f"http://127.0.0.1:{serve(SalesTrackMiddleware(_shop, tracker))}"
    context = chromium.new_context(user_agent=BROWSER)
    page = context.new_page()

    page.goto(shop + tracker.click_url("/p/socks", publisher="mary"))
    page.goto(f"{shop}/receipt")
    assert page.evaluate("document.images[0].naturalWidth") == 1
    page.goto(f"{shop}/pay")
    page.get_by_role("button", name="Click to Continue").click()
    page.get_by_role("heading", name="Thanks from the shop").wait_for()

    assert page.url == f"{shop}/thanks"
    assert page.inner_text("body").startswith("GET")
    context.close()
    sales = [
        (
            recorded.conversion.reference,
            str(recorded.conversion.revenue),
            recorded.referral and recorded.referral.publisher,
        )
        for recorded in receivers.recorded
    ]
    assert sales == [("11001", "19.95 USD", "mary"), ("110001", "39.95 USD", "mary")]
