"""What all pages share: prices in templates, the cart's count, security headers, error pages."""

from flask import Flask, Response, render_template
from werkzeug.exceptions import HTTPException

from example_app import cart, prices

__all__ = ["init_app"]

SECURITY_HEADERS = {
    # No script at all, and nothing from anywhere else: the shop needs neither.
    "Content-Security-Policy": (
        "default-src 'none'; img-src 'self'; style-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    # The key in an order page's address must not travel to other sites.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def init_app(app: Flask) -> None:
    """Register template helpers, headers and error pages.

    :param app: the application.
    """
    app.add_template_filter(prices.as_text, "price")
    app.context_processor(_shared)
    app.after_request(_add_headers)
    app.register_error_handler(HTTPException, _error_page)


def _shared() -> dict[str, object]:
    return {"cart_count": cart.count()}


def _add_headers(response: Response) -> Response:
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    # Every page shows the visitor's cart and form token: none may be kept for somebody else.
    if response.mimetype == "text/html":
        response.headers["Cache-Control"] = "private, no-store"
    return response


def _error_page(error: HTTPException) -> tuple[str, int, dict[str, str]]:
    headers = {name: value for name, value in error.get_headers() if name == "Allow"}
    return render_template("error.html", error=error), error.code or 500, headers
