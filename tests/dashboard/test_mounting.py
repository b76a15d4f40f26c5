"""The dashboard in shops of every kind, over real HTTP."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.test.utils import override_settings
from django.urls import path
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from flask_salestrack.dashboard import make_dashboard_application
from tests.dashboard.conftest import dashboard_of
from tests.support.browser import Browser
from tests.support.server import Serve
from tests.support.shop import page
from wsgi_salestrack import ConfigError, SalesTrackMiddleware, Tracker

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

# Once for each process, whatever else a test does.
if not settings.configured:
    settings.configure(ALLOWED_HOSTS=["*"], LOGGING_CONFIG=None, MIDDLEWARE=[], SECRET_KEY="x")

STAFF = {"Cookie": "staff=yes"}


def _is_staff(environ: WSGIEnvironment) -> bool | Response:
    return Request(environ).cookies.get("staff") == "yes" or redirect("/login")


def _beside(shop: WSGIApplication, tracker: Tracker, **options: Any) -> WSGIApplication:
    dashboard = make_dashboard_application(tracker, authorize=_is_staff, **options)
    return DispatcherMiddleware(SalesTrackMiddleware(shop, tracker), {"/sales": dashboard})


def _django_shop() -> WSGIApplication:
    urls = ModuleType("urls")
    urls.urlpatterns = [path("hello", lambda _request: HttpResponse("the shop"))]  # type: ignore[attr-defined]  # what Django looks for in it
    application: WSGIApplication = get_wsgi_application()

    def shop(environ: WSGIEnvironment, start_response: Any) -> Any:
        with override_settings(ROOT_URLCONF=urls):
            return application(environ, start_response)

    return shop


@pytest.mark.parametrize("shop", [page, _django_shop()], ids=["plain WSGI", "Django"])
def test_beside_a_shop_of_another_kind(
    tracker: Tracker, serve: Serve, shop: WSGIApplication
) -> None:
    """The shop's pages stay what they are, the tracker's endpoints too, and the links lead home."""
    staff = Browser(serve(_beside(shop, tracker)))

    assert "the shop" in staff.get("/hello").text
    assert staff.get("/salestrack/target/1/").status == 200
    assert (staff.get("/sales/").status, staff.get("/sales/").headers["Location"]) == (
        *(302, "/login"),
    )
    hits = staff.get("/sales/hits", STAFF)
    assert hits.status == 200
    assert 'href="/sales/payouts"' in hits.text
    assert 'href="/sales/static/salestrack.css"' in hits.text
    assert staff.get("/sales/static/salestrack.css").headers["Content-Type"].startswith("text/css")
    assert staff.get("/sales/nowhere", STAFF).status == 404
    assert staff.get("/sales/nowhere").status == 302


def test_below_a_path_and_behind_a_proxy(tracker: Tracker, serve: Serve) -> None:
    """Links have the prefix that the proxy takes away."""
    application = ProxyFix(_beside(page, tracker), x_prefix=1)
    staff = Browser(serve(application))

    hits = staff.get("/sales/hits?period=7d", {**STAFF, "X-Forwarded-Prefix": "/shop"})

    assert 'href="/shop/sales/payouts"' in hits.text
    assert 'href="/shop/sales/hits?period=7d&amp;outcome=rejected"' in hits.text


def test_the_path_without_its_slash_leads_to_the_dashboard(tracker: Tracker, serve: Serve) -> None:
    """As people type it."""
    staff = Browser(serve(dashboard_of(tracker)))

    led = staff.get("/sales")

    assert (led.status, led.headers["Location"].endswith("/sales/")) == (308, True)


def test_a_folder_of_templates_that_might_be_meant_from_anywhere_is_refused(
    tracker: Tracker,
) -> None:
    with pytest.raises(ConfigError, match="template_folder is templates, not an absolute path"):
        make_dashboard_application(
            tracker, authorize=lambda _environ: True, template_folder="templates"
        )


def test_a_shop_has_templates_of_its_own(tracker: Tracker, tmp_path: Path) -> None:
    """One of the same name is used in place of ours, in Flask and elsewhere."""
    own = tmp_path / "templates" / "salestrack"
    own.mkdir(parents=True)
    (own / "payouts.html").write_text(
        '{% extends "salestrack/base.html" %}{% block main %}<h1>Ours</h1>{% endblock %}', "utf-8"
    )
    app = dashboard_of(tracker)
    app.template_folder = str(tmp_path / "templates")
    inside = app.test_client().get("/sales/payouts")
    beside = make_dashboard_application(
        tracker, authorize=lambda _environ: True, template_folder=tmp_path / "templates"
    )

    assert "<h1>Ours</h1>" in inside.text
    assert 'href="/sales/hits"' in inside.text
    body = b"".join(beside(Request.from_values("/payouts").environ, lambda *_: print))
    assert b"<h1>Ours</h1>" in body
