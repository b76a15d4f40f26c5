"""``salestrack_pixel`` and ``salestrack_link`` in templates."""

from __future__ import annotations

import logging
from html import unescape

import pytest
from flask import Flask, render_template_string
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from tests.flask.shops import MakeApp
from tests.support.browser import Browser
from tests.support.rows import rows_of
from tests.support.server import Serve
from tests.support.shop import page

_THANKS = (
    "{{ salestrack_pixel(1, revenue='49.95', quantity=2, currency='EUR', reference='A&B \"1\"') }}"
)
_MAIL = "<a href=\"{{ salestrack_link('/p/socks', contact='c81', newsletter='2026-11') }}\">"


def _render(app: Flask, template: str, **values: object) -> str:
    with app.test_request_context("/"):
        return render_template_string(template, **values)


def _between_quotes(html: str) -> str:
    """The first attribute, as a browser understands it."""
    return unescape(html.split('"')[1])


def _serve(app: Flask, serve: Serve, *, mount: str = "") -> Browser:
    app.add_url_rule("/thanks", view_func=lambda: render_template_string(_THANKS), endpoint="a")
    app.add_url_rule("/mail", view_func=lambda: render_template_string(_MAIL), endpoint="b")
    return Browser(serve(DispatcherMiddleware(page, {mount: app}) if mount else app))


def test_the_pixel_on_a_page_counts(app: Flask, serve: Serve) -> None:
    """It is the vendor's ``<img>``, escaped, and its address is what a browser asks for."""
    visitor = _serve(app, serve)

    html = visitor.get("/thanks").text
    answer = visitor.get(_between_quotes(html))

    assert html == (
        '<img src="/salestrack/target/1/?st_revenue=49.95&amp;st_quantity=2&amp;st_currency=EUR'
        '&amp;st_reference=A%26B%20%221%22" height="1" width="1" alt="">'
    )
    assert answer.error is None
    (row,) = rows_of(app.extensions["salestrack"], "conversions")
    assert (row["revenue"], row["currency"], row["reference"]) == (4995, "EUR", 'A&B "1"')


def test_a_signups_pixel_has_no_query(app: Flask) -> None:
    """Only the target's address."""
    html = _render(app, "{{ salestrack_pixel(2) }}")

    assert html == '<img src="/salestrack/target/2/" height="1" width="1" alt="">'


def test_the_link_in_a_mail_leads_there(app: Flask, serve: Serve) -> None:
    """And sets the cookie on the way."""
    visitor = _serve(app, serve)

    click = visitor.get(_between_quotes(visitor.get("/mail").text))

    assert (click.status, click.headers["Location"]) == (302, "/p/socks")
    assert "salestrack" in visitor.cookies


def test_without_a_base_url_the_mount_point_is_the_requests(app: Flask, serve: Serve) -> None:
    """A page under ``/shop`` gets a pixel and links under ``/shop``, and they work."""
    visitor = _serve(app, serve, mount="/shop")

    pixel = _between_quotes(visitor.get("/shop/thanks").text)
    link = _between_quotes(visitor.get("/shop/mail").text)

    assert pixel.startswith("/shop/salestrack/target/1/?")
    assert link.startswith("/shop/salestrack/r/")
    assert visitor.get(pixel).headers["Content-Type"] == "image/gif"
    assert visitor.get(link).headers["Location"] == "/p/socks"


def test_a_mount_point_that_is_not_ascii_is_encoded(app: Flask, serve: Serve) -> None:
    """As the server decoded it."""
    visitor = _serve(app, serve, mount="/caf\u00c3\u00a9")  # WSGI has UTF-8 as latin-1

    pixel = _between_quotes(visitor.get("/caf%C3%A9/thanks").text)

    assert pixel.startswith("/caf%C3%A9/salestrack/target/1/?")
    assert visitor.get(pixel).headers["Content-Type"] == "image/gif"


def test_with_a_base_url_snippets_are_absolute(make_app: MakeApp, serve: Serve) -> None:
    """It has the mount point already, and a mail has no request."""
    app = make_app(SALESTRACK_BASE_URL="https://shop.example/shop/")
    visitor = _serve(app, serve, mount="/shop")

    assert _between_quotes(visitor.get("/shop/thanks").text).startswith(
        "https://shop.example/shop/salestrack/target/1/?"
    )
    with app.app_context():
        mail = render_template_string(_MAIL)
    assert _between_quotes(mail).startswith("https://shop.example/shop/salestrack/r/")


def test_a_job_without_a_request_gets_paths(app: Flask) -> None:
    """Mails rendered by a worker, in an app context."""
    with app.app_context():
        assert _between_quotes(render_template_string(_MAIL)).startswith("/salestrack/r/")


WRONG_PIXELS = [
    pytest.param("salestrack_pixel(9)", id="unknown target"),
    pytest.param("salestrack_pixel('1; drop')", id="target no number"),
    pytest.param("salestrack_pixel(nothing)", id="target undefined"),
    pytest.param("salestrack_pixel([])", id="target a list"),
    pytest.param("salestrack_pixel(1, revenue=49.95)", id="revenue a float"),
    pytest.param("salestrack_pixel(1, revenue=-5)", id="revenue negative"),
    pytest.param("salestrack_pixel(1, revenue=nothing)", id="revenue undefined"),
    pytest.param("salestrack_pixel(1, revenue='5', currency='usd')", id="currency in lower case"),
    pytest.param("salestrack_pixel(1, revenue='5', quantity=0)", id="quantity 0"),
    pytest.param("salestrack_pixel(1, revenue='5', reference='x' * 101)", id="reference of 101"),
    pytest.param("salestrack_pixel(1, reference='7')", id="only a reference"),
    pytest.param("salestrack_pixel(1, price='5')", id="unknown keyword"),
    pytest.param("salestrack_pixel(1, environ=1)", id="environ given"),
    pytest.param("salestrack_pixel(1, '49.95')", id="too many arguments"),
    pytest.param("salestrack_pixel()", id="no argument"),
]

WRONG_LINKS = [
    pytest.param("salestrack_link('/p/socks')", "/p/socks", id="nobody to credit"),
    pytest.param("salestrack_link('/p/socks', link='')", "/p/socks", id="empty name"),
    pytest.param("salestrack_link('/p/socks', link=7)", "/p/socks", id="name no text"),
    pytest.param("salestrack_link('/p/socks', link='x' * 101)", "/p/socks", id="name too long"),
    pytest.param("salestrack_link('/p/socks', link=nothing)", "/p/socks", id="name undefined"),
    pytest.param("salestrack_link('/p/socks', campaign='a')", "/p/socks", id="unknown keyword"),
    pytest.param("salestrack_link('/p/socks', environ=1, link='a')", "/p/socks", id="environ"),
    pytest.param("salestrack_link('/p/socks', 'c81')", "/p/socks", id="too many arguments"),
    pytest.param("salestrack_link('socks', link='a')", "socks", id="relative to the page"),
    pytest.param(
        "salestrack_link('https://partner.example/', link='a')",
        "https://partner.example/",
        id="offsite not said",
    ),
    pytest.param("salestrack_link(nothing, link='a')", "", id="destination undefined"),
    pytest.param("salestrack_link()", "", id="no argument"),
]


@pytest.mark.parametrize("call", WRONG_PIXELS)
def test_a_wrong_pixel_is_empty_and_logged(
    app: Flask, caplog: pytest.LogCaptureFixture, call: str
) -> None:
    """Nothing ever raises into a page."""
    html = _render(app, f"before {{{{ {call} }}}} after")

    assert html == "before  after"
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert "salestrack_pixel" in caplog.text


@pytest.mark.parametrize(("call", "destination"), WRONG_LINKS)
def test_a_wrong_link_is_its_destination_and_logged(
    app: Flask, caplog: pytest.LogCaptureFixture, call: str, destination: str
) -> None:
    """An untracked link is better than none."""
    html = _render(app, f"before {{{{ {call} }}}} after")

    assert html == f"before {destination} after"
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert "salestrack_link" in caplog.text


def test_without_any_context_nothing_raises_either(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    """A template rendered past Flask, in a thread of the shop's own."""
    template = app.jinja_env.from_string(
        "before {{ salestrack_pixel(1) }}{{ salestrack_link('/p/socks', link='a') }} after"
    )

    assert template.render() == "before /p/socks after"
    assert len(caplog.records) == 2


def test_a_wrong_link_is_still_escaped(app: Flask) -> None:
    """What it falls back to is text, not markup."""
    html = _render(app, "{{ salestrack_link(destination) }}", destination='"><script>')

    assert html == "&#34;&gt;&lt;script&gt;"
