"""``docs/dashboard.md``: its shops work as they stand, and its pictures are there."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from werkzeug.test import Client

from flask_salestrack.dashboard import periods
from flask_salestrack.dashboard.pages import PAGES
from tests.support.documents import ROOT, blocks, run
from tests.support.guides import shop_of

_DOCUMENT = "docs/dashboard.md"
_TEXT = (ROOT / _DOCUMENT).read_text("utf-8")
_FLASK, _WSGI = blocks(_DOCUMENT, "python")
_LOGIN, _DJANGO = blocks(_DOCUMENT, "text")
_TEMPLATES = ROOT / "flask_salestrack" / "dashboard" / "templates" / "salestrack"
_STAFF = ("staff", "open sesame")

# A project of Django's as its users have one; what its wsgi.py says comes from the page.
_PROJECT = """
import sys
import django
from django.conf import settings
settings.configure(
    ALLOWED_HOSTS=["*"], LOGGING_CONFIG=None, SECRET_KEY="x", USE_TZ=True,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "django.db"}},
    INSTALLED_APPS=[f"django.contrib.{app}" for app in ("auth", "contenttypes", "sessions")],
    ROOT_URLCONF="urls", SESSION_ENGINE="django.contrib.sessions.backends.db",
)
django.setup()
from importlib import import_module
from types import ModuleType
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.core.management import call_command
from werkzeug.test import Client
from wsgi_salestrack import Config, Tracker
sys.modules["urls"] = urls = ModuleType("urls")
urls.urlpatterns = []
sys.modules["mysite"] = ModuleType("mysite")
sys.modules["mysite.tracking"] = mysite = ModuleType("mysite.tracking")
secret = "a secret of the tests, of 32 bytes"
mysite.tracker = Tracker(Config(secret_keys=[secret], database="s.db"))
call_command("migrate", verbosity=0)

def cookie_of(user):
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session.session_key}"}

exec(sys.argv[1])
browser = Client(application, use_cookies=False)
staff = cookie_of(User.objects.create_user("ann", is_staff=True))
customer = cookie_of(User.objects.create_user("bob"))
pages = sys.argv[2:]
print([
    browser.get("/sales/hits", headers=staff).status_code,
    *(browser.get(page, headers=h).headers["Location"] for page in pages for h in (customer, {})),
    browser.get("/elsewhere").status_code,
])
mysite.tracker.close()
"""


@pytest.fixture(autouse=True)
def _password(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What the page's shops ask for; and a folder for what they store."""
    monkeypatch.setenv("STAFF_PASSWORD", _STAFF[1])
    monkeypatch.chdir(tmp_path)


def test_the_shop_of_flask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The browser asks for the password, and who gives another one stays outside."""
    app = shop_of(_FLASK, tmp_path, monkeypatch)
    client = app.test_client()

    asked = client.get("/sales/")
    assert (asked.status_code, asked.headers["WWW-Authenticate"]) == (401, 'Basic realm="Sales"')
    for wrong in ("open", "ouvre-toi, s\u00e9same", ""):
        assert client.get("/sales/", auth=("staff", wrong)).status_code == 401
    assert client.get("/sales/", auth=_STAFF).status_code == 200
    app.extensions["salestrack"].close()


def test_the_shop_of_another_framework() -> None:
    """Its own pages stay, and the dashboard is below its path."""
    names: dict[str, Any] = run([_WSGI])
    client = Client(names["application"], use_cookies=False)

    assert client.get("/").text == "the shop"
    assert client.get("/sales/").status_code == 403
    assert client.get("/sales/", headers={"Cookie": "staff=open%20sesame"}).status_code == 403
    staff = {"Cookie": f'staff="{_STAFF[1]}"'}
    assert client.get("/sales/hits", headers=staff).status_code == 200
    assert 'href="/sales/payouts"' in client.get("/sales/hits", headers=staff).text
    names["tracker"].close()


def test_the_shop_of_django(tmp_path: Path) -> None:
    """Staff get in by Django's own session; others are led to its login, and from there back.

    With all that was chosen, and never to another site.
    """
    pages = [
        "/sales/hits",
        "/sales/one/link?value=a%26b%3Dc%23&period=all&next=//elsewhere.example",
        "/sales//elsewhere.example/?a=1",
    ]
    done = subprocess.run(
        [sys.executable, "-c", _PROJECT, _DJANGO, *pages],
        check=False,
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )

    assert done.returncode == 0, done.stderr
    let_in, *places, elsewhere = ast.literal_eval(done.stdout)
    assert (let_in, elsewhere) == (200, 404)
    for place, page in zip(places, [page for page in pages for _ in range(2)], strict=True):
        path, _, query = place.partition("?")
        assert path == "/admin/login/"
        assert parse_qs(query) == {"next": [page]}


def test_the_line_of_flask_login_is_python() -> None:
    """Flask-Login itself is no dependency of ours."""
    compile(_LOGIN, "snippet", "exec")


def test_every_template_that_it_names_is_there() -> None:
    """And it names all of them that are pages."""
    named = set(re.findall(r"`([a-z]+\.html)`", _TEXT))

    assert named == {path.name for path in _TEMPLATES.iterdir() if path.name[0] != "_"} - {
        "base.html"
    }
    blocks_of_base = set(re.findall(r"{%-? block (\w+)", (_TEMPLATES / "base.html").read_text()))
    listed = _TEXT.split("its blocks are ")[1].split(". A page")[0]
    assert set(re.findall(r"`(\w+)`", listed)) == blocks_of_base


def test_its_pictures_are_there_and_small() -> None:
    """Each has a text for who can't see it."""
    pictures = re.findall(r"!\[(.+?)\]\((.+?)\)", _TEXT, re.DOTALL)

    assert len(pictures) == 5
    for words, path in pictures:
        assert len(words) > 15
        assert 0 < (ROOT / "docs" / path).stat().st_size < 150_000


def test_what_is_sent_with_it_is_what_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Header by header."""
    app = shop_of(_FLASK, tmp_path, monkeypatch)
    listed = " ".join(_TEXT.split("## What is sent with it")[1].split())
    headers = dict(re.findall(r"`([A-Z][A-Za-z-]+): ([^`]+)`", listed))

    sent = app.test_client().get("/sales/", auth=_STAFF).headers

    assert len(headers) == 7
    assert {name: sent[name] for name in headers} == headers
    app.extensions["salestrack"].close()


def test_every_kind_of_page_is_described() -> None:
    """A page that nobody hears of is not there."""
    words = {"overview", "sale", "sales", "hits", "payouts", "segments"}

    assert words <= {endpoint for _, endpoint, _ in PAGES}
    assert all(word in _TEXT.lower() for word in words)
    assert "two dates" in _TEXT
    assert periods.DATES not in periods.TITLES
