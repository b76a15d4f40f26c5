"""``docs/first-steps.md``: a reader who does what it says sees what it says."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
from django.conf import settings
from django.test.utils import override_settings
from django.urls import path
from flask import Flask, render_template_string

from tests.support.browser import FIREFOX, Browser
from tests.support.daemons import free_ports
from tests.support.documents import ROOT, blocks, run
from tests.support.guides import flask, here, server, shell, shop_of
from tests.support.required import need_command
from tests.support.server import Serve
from wsgi_salestrack import SalesTrackMiddleware, Tracker

_DOCUMENT = "docs/first-steps.md"
_SHOP, _WEBHOOK, _TARGETS, _SIGNAL, _PLAIN, _TRACKING, _WSGI, _VIEW = blocks(_DOCUMENT, "python")
_INSTALL, _DOCTOR, _RUN, _LINK, _BUY, _REPORT, _EXPLAIN, _WITHOUT_FLASK = blocks(_DOCUMENT, "sh")
_REPORTED, _EXPLAINED = blocks(_DOCUMENT, "text")
_MAIL, _PIXEL = blocks(_DOCUMENT, "jinja")
(_TOML,) = blocks(_DOCUMENT, "toml")


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The page's files are written where its commands run."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("flask.app.Flask.auto_find_instance_path", lambda app: str(tmp_path / "i"))
    return tmp_path


def test_what_is_installed_is_this_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

    assert _INSTALL.splitlines()[-1] == f"pip install {project['name']}"


def test_ten_minutes_with_flask(own_folder: Path) -> None:
    """The commands of the page in processes of their own, over real HTTP."""
    need_command("curl", "curl")
    (port,) = free_ports(1)
    Path("shop.py").write_text(here(_SHOP, port), "utf-8")

    with server(f"{_RUN.strip()} --port {port}", port):
        assert shell(_BUY, port) == "Thank you! Your order has the number 1001."
        assert "Buy socks" in Path("page.html").read_text("utf-8")
        assert shell(_REPORT, port) == _REPORTED
    assert _LINK.strip() in _BUY
    assert [each.name for each in (own_folder / "instance").glob("*.db")] == ["salestrack.db"]


def test_the_other_commands_say_what_the_page_says(
    own_folder: Path, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the seconds that a process takes to start."""
    app = shop_of(_SHOP, own_folder, monkeypatch)
    assert flask(app, _DOCTOR).splitlines()[-1] == "nothing to mend"
    customer = Browser(serve(app))
    customer.get(flask(app, _LINK).strip().partition("5000")[2])
    customer.post("/checkout", b"")

    assert _without_times(flask(app, _EXPLAIN)) == _without_times(_EXPLAINED)
    app.extensions["salestrack"].close()


def _without_times(listing: str) -> str:
    return re.sub(r"\w{3} \w{3} +\d+ [\d:]{8} \d{4}|\d{4}-\d\d-\d\d \d\d:\d\d", "a time", listing)


@pytest.fixture
def shop() -> Flask:
    """The page's Flask shop, with all that it adds."""
    mounted = "SalesTrack(app)\n"
    names = run([_SHOP.replace(mounted, _TARGETS + mounted), _WEBHOOK, _SIGNAL])
    app = names["app"]
    assert isinstance(app, Flask)
    return app


def test_a_webhook_credits_whom_the_order_was_placed_by(shop: Flask, serve: Serve) -> None:
    """The token is kept with the order, and the payment service has no cookie."""
    port = serve(shop)
    customer, service = Browser(port), Browser(port)
    tracker = shop.extensions["salestrack"]
    with shop.app_context():
        mail = render_template_string(_MAIL)
    link = mail.split('"')[1].partition("5000")[2]

    customer.get(link, {"User-Agent": FIREFOX})
    customer.post("/order", b"")
    assert service.post("/paid", b"").text == "ok"

    (row,) = tracker.report("contact").rows
    assert (row.dimension, str(row.revenue)) == ("c81", "20.00")


def test_the_pixel_in_a_template_is_the_same_kind_of_sale(shop: Flask, serve: Serve) -> None:
    with shop.test_request_context():
        image = render_template_string(_PIXEL)
    source = image.split('src="')[1].split('"')[0].replace("&amp;", "&")

    answer = Browser(serve(shop)).get(source.partition("5000")[2])

    assert answer.error is None
    (row,) = shop.extensions["salestrack"].report("target").rows
    assert (row.dimension, row.quantity, str(row.revenue)) == ("1", 1, "49.95")


def test_the_receiver_is_told(shop: Flask, serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    """By the log, as it stands there."""
    Browser(serve(shop)).post("/checkout", b"")

    assert any(text.endswith("sold 49.95 USD") for text in caplog.messages)


def test_the_same_without_a_framework(serve: Serve) -> None:
    """The shop, and the commands that read the same file as it."""
    need_command("curl", "curl")
    (port,) = free_ports(1)
    Path("salestrack.toml").write_text(here(_TOML, port), "utf-8")
    Path("shop.py").write_text(_PLAIN, "utf-8")

    with server(f"gunicorn --bind 127.0.0.1:{port} shop:application", port):
        *answer, total = shell(_WITHOUT_FLASK, port).splitlines()

    assert answer[0].startswith("Thank you! Your order has the number 1001.newsletter")
    assert answer[2].split()[:5] == ["2026-11", "USD", "1", "1", "49.95"]
    assert total.split()[:5] == ["total", "USD", "1", "1", "49.95"]


def test_the_same_with_django(
    own_folder: Path, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``tracking.py``, ``wsgi.py`` and the view, as a project has them."""
    if not settings.configured:  # once for each process, whatever else a test does
        settings.configure(ALLOWED_HOSTS=["*"], LOGGING_CONFIG=None, MIDDLEWARE=[], SECRET_KEY="x")
    Path("salestrack.toml").write_text(_TOML, "utf-8")
    tracking = ModuleType("mysite.tracking")
    vars(tracking)["__file__"] = str(own_folder / "mysite" / "tracking.py")
    exec(_TRACKING, vars(tracking))  # noqa: S102  that is the test
    monkeypatch.setitem(sys.modules, "mysite", ModuleType("mysite"))
    monkeypatch.setitem(sys.modules, "mysite.tracking", tracking)
    urls = ModuleType("urls")
    vars(urls)["urlpatterns"] = [path("checkout", run([_VIEW])["checkout"])]
    tracker = tracking.tracker
    assert isinstance(tracker, Tracker)

    with override_settings(ROOT_URLCONF=urls):
        application = run([_WSGI])["application"]
        assert isinstance(application, SalesTrackMiddleware)
        customer = Browser(serve(application))
        customer.get(tracker.click_url("/p/socks", newsletter="2026-11").partition("8000")[2])
        assert customer.post("/checkout", b"").text == "Thank you!"

    (row,) = tracker.report().rows
    assert (row.dimension, str(row.revenue)) == ("2026-11", "49.95")
    tracker.close()


@pytest.mark.parametrize("framework", ["Flask", "Django", "Bottle", "Pyramid"])
def test_the_frameworks_in_the_table_are_tested(framework: str) -> None:
    """Each by the contract of tests/frameworks, or by the tests of the extension."""
    (row,) = re.findall(rf"^\| {framework} \|.*\| `([\w.]+)` \|$", _page(), re.MULTILINE)
    folder = "flask" if framework == "Flask" else "frameworks"
    tests = (ROOT / f"tests/{folder}/test_{framework.lower()}.py").read_text("utf-8")

    assert row == "request.environ" if framework == "Flask" else row in tests


def _page() -> str:
    return (ROOT / _DOCUMENT).read_text("utf-8")
