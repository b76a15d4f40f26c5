"""Who may see the dashboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Blueprint, Flask, abort, redirect
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import (
    HTTPException,
    ServiceUnavailable,
    TooManyRequests,
    Unauthorized,
)

from flask_salestrack.dashboard import make_dashboard, make_dashboard_application
from wsgi_salestrack import ConfigError, Tracker

MakeShop = Callable[[], Flask]
_SECRET_PATHS = ("/", "/reports/contact", "/sales?format=csv", "/hits", "/nowhere", "/payouts/7")


def _mounted(app: Flask, **options: Any) -> Flask:
    app.register_blueprint(make_dashboard(**options), url_prefix="/sales")
    return app


def test_without_authorize_it_does_not_start(make_shop: MakeShop) -> None:
    """The error names what to give."""
    with pytest.raises(ConfigError, match=r"authorize is missing.*current_user.is_admin"):
        _mounted(make_shop())


def test_without_authorize_it_starts_in_debug_mode(make_shop: MakeShop) -> None:
    """And once the same application is not in debug mode any more, nobody gets in."""
    app = make_shop()
    app.debug = True
    client = _mounted(app).test_client()

    assert client.get("/sales/").status_code == 200
    app.debug = False
    assert client.get("/sales/").status_code == 403


@pytest.mark.parametrize("authorize", [True, "admin", 7])
def test_what_cannot_be_called_is_refused_at_once(tracker: Tracker, authorize: Any) -> None:
    """``authorize=True`` would be an open door."""
    with pytest.raises(ConfigError, match=r"authorize is .*, not a callable"):
        make_dashboard(authorize=authorize)
    with pytest.raises(ConfigError, match=r"authorize is .*, not a callable"):
        make_dashboard_application(tracker, authorize=authorize)


def test_an_application_of_its_own_never_does_without_a_login(tracker: Tracker) -> None:
    """It has no debug mode of the shop's; it would answer each request with an error."""
    with pytest.raises(ConfigError, match=r"authorize is NoneType, not a callable"):
        make_dashboard_application(tracker, authorize=None)  # type: ignore[arg-type]


@pytest.mark.parametrize("path", _SECRET_PATHS)
@pytest.mark.parametrize("answer", [False, None, 0])
def test_who_may_not_sees_nothing(make_shop: MakeShop, path: str, answer: Any) -> None:
    """No page, no file, and not even whether there is such a page."""
    client = _mounted(make_shop(), authorize=lambda: answer).test_client()

    refused = client.get(f"/sales{path}")

    assert refused.status_code == 403
    assert "You may not see this" in refused.text
    assert "/sales/hits" not in refused.text


@pytest.mark.parametrize("answer", [True, 1])
def test_who_may_sees_it(make_shop: MakeShop, answer: Any) -> None:
    """A database's own truth is 1."""
    client = _mounted(make_shop(), authorize=lambda: answer).test_client()

    assert client.get("/sales/").status_code == 200


def test_a_method_that_was_not_called_lets_nobody_in(
    make_shop: MakeShop, caplog: pytest.LogCaptureFixture
) -> None:
    """``current_user.is_admin`` may be a method, which is true for everybody."""

    class User:
        def is_admin(self) -> bool:
            return False

    client = _mounted(make_shop(), authorize=lambda: User().is_admin).test_client()

    assert client.get("/sales/").status_code == 500
    assert "authorize returned method; return True, False or a response" in caplog.text


def test_an_error_lets_nobody_in(make_shop: MakeShop) -> None:
    """Where the shop's login is broken, the dashboard is closed."""

    def broken() -> bool:
        raise LookupError("no such session")

    client = _mounted(make_shop(), authorize=broken).test_client()

    assert client.get("/sales/").status_code == 500


def test_it_may_lead_to_the_login(make_shop: MakeShop) -> None:
    """By returning a response, or by aborting with one."""
    for answer in (lambda: redirect("/login"), lambda: abort(redirect("/login"))):
        app = Flask("shop")
        app.extensions["salestrack"] = make_shop().extensions["salestrack"]
        client = _mounted(app, authorize=answer).test_client()

        led = client.get("/sales/reports/contact")

        assert (led.status_code, led.headers["Location"]) == (302, "/login")


@pytest.mark.parametrize(
    ("error", "name", "value"),
    [
        (Unauthorized(www_authenticate=WWWAuthenticate("basic")), "WWW-Authenticate", "Basic"),
        (TooManyRequests(retry_after=60), "Retry-After", "60"),
        (ServiceUnavailable(retry_after=60), "Retry-After", "60"),
    ],
)
def test_what_it_aborts_with_keeps_its_headers(
    make_shop: MakeShop, error: HTTPException, name: str, value: str
) -> None:
    """Without them the browser asks for no password; the page is ours all the same."""

    def refuse() -> bool:
        raise error

    refused = _mounted(make_shop(), authorize=refuse).test_client().get("/sales/hits")

    assert refused.status_code == error.code
    # Some versions of werkzeug leave a space behind a scheme without parameters.
    assert [each.strip() for each in refused.headers.getlist(name)] == [value]
    assert refused.headers.getlist("Content-Type") == ["text/html; charset=utf-8"]
    assert refused.headers.getlist("Content-Length") == [str(len(refused.data))]
    assert refused.headers["Cache-Control"] == "private, no-store"
    assert refused.headers["X-Frame-Options"] == "DENY"
    assert '<link rel="stylesheet"' in refused.text


def test_its_stylesheet_is_no_secret(make_shop: MakeShop) -> None:
    """The page that says no needs it."""
    client = _mounted(make_shop(), authorize=lambda: False).test_client()

    with client.get("/sales/static/salestrack.css") as style:
        assert style.status_code == 200
        assert "no-store" not in style.headers["Cache-Control"]
    assert client.get("/sales/static/../blueprint.py").status_code == 404


def test_it_is_asked_before_each_page(make_shop: MakeShop) -> None:
    """Who loses the right loses the page."""
    rights = iter((True, False, True))
    client = _mounted(make_shop(), authorize=lambda: next(rights)).test_client()

    assert [client.get("/sales/").status_code for _ in range(3)] == [200, 403, 200]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_it_changes_nothing(make_shop: MakeShop, method: str) -> None:
    """It has no forms that do, and so none that another site could send."""
    client = _mounted(make_shop(), authorize=lambda: True).test_client()

    for path in ("/", "/payouts", "/reports/newsletter", "/nowhere"):
        refused = client.open(f"/sales{path}", method=method)
        assert refused.status_code == 405
        assert refused.allow.as_set() == {"get", "head", "options"}


def test_it_may_be_below_another_blueprint(make_shop: MakeShop) -> None:
    """Its links lead to its own pages, wherever it is."""
    app = make_shop()
    staff = Blueprint("staff", __name__, url_prefix="/staff")
    staff.register_blueprint(make_dashboard(authorize=lambda: True), url_prefix="/sales")
    app.register_blueprint(staff)
    client = app.test_client()

    page = client.get("/staff/sales/")

    assert 'href="/staff/sales/hits"' in page.text
    with client.get("/staff/sales/static/salestrack.css") as style:
        assert style.status_code == 200


def test_two_dashboards_have_two_names(make_shop: MakeShop) -> None:
    """One for the owner, one for the staff of a department, say."""
    app = _mounted(make_shop(), authorize=lambda: False)
    owner = make_dashboard(authorize=lambda: True, name="owner")
    app.register_blueprint(owner, url_prefix="/owner")
    client = app.test_client()

    assert client.get("/sales/hits").status_code == 403
    assert 'href="/owner/hits"' in client.get("/owner/hits").text


def test_every_answer_is_nobody_elses(make_shop: MakeShop) -> None:
    """Neither a cache, nor another site's page, nor a search engine gets hold of it."""
    client = _mounted(make_shop(), authorize=lambda: True).test_client()

    for path in ("/", "/hits?format=csv", "/nowhere", "/hits?period=x"):
        headers = client.get(f"/sales{path}").headers
        assert headers["Cache-Control"] == "private, no-store"
        assert headers["Content-Security-Policy"].startswith("default-src 'none'; ")
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
