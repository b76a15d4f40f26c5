"""A small shop: bare, and with salestrack mounted; for this process and for gunicorn's."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.durability.wire import Request
from wsgi_salestrack import Config, Conversion, SalesTrackMiddleware, Tracker

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: The variable that tells a server its database.
DATABASE = "SALESTRACK_DURABILITY_DATABASE"

SECRET = "the tests of durability seal with this secret"
DESTINATION = "/p/socks?size=41"
NEWSLETTER = "2026-11"

PIXEL = "/salestrack/target/1/?st_revenue=49.95&st_quantity=2&st_currency=USD&st_reference="
LANDING_PAGE = Request(target="/p/socks")

#: What a browser asks the shop for that is no business of ours.
PAGES = (
    Request(target="/"),
    Request(target="/", method="HEAD"),
    LANDING_PAGE,
    Request(target="/p/socks?size=41&st_token=not-one-of-ours"),
    Request(target="/echo?a=%FF&st_revenue=5", method="POST", body=b"a cart\0\xff" * 500),
    Request(target="/stream"),
    Request(target="/busy"),
    Request(target="/nowhere"),
    Request(target="/salestrack/"),
    Request(target="/salestrack/target/1/more?st_revenue=5"),
)


def shop(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """The shop itself."""
    path = environ["PATH_INFO"]
    if path == "/stream":
        start_response("200 OK", [("Content-Type", "text/csv")])
        return (b"%d,socks\n" % row for row in range(3))
    status, body = "200 OK", f"<h1>{path}</h1>".encode("latin-1")
    headers = [("Content-Type", "text/html"), ("ETag", '"1"')]
    if path == "/":
        headers += [("Set-Cookie", "cart=7; Path=/"), ("Set-Cookie", "theme=dark; Path=/")]
    elif path == "/echo":
        sent = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        status, body = "201 Created", environ["QUERY_STRING"].encode("latin-1") + sent
    elif path == "/busy":
        status, headers = "503 Service Unavailable", [("Retry-After", "7")]
    elif path == "/process":
        body = str(os.getpid()).encode()
    elif path != LANDING_PAGE.target:
        status = "404 Not Found"
    start_response(status, [*headers, ("Content-Length", str(len(body)))])
    return () if environ["REQUEST_METHOD"] == "HEAD" else (body,)


def make_tracker(database: Path | None, **keys: Any) -> Tracker:
    """A tracker as a shop would configure it."""
    return Tracker(
        Config(**{"secret_keys": [SECRET], "targets": {1: "Sale"}, "database": database, **keys})
    )


def click_target(*, landing: bool = False, **keys: Any) -> str:
    """The target of a request that follows a newsletter's link."""
    link = make_tracker(None, **keys).click_url
    return link(DESTINATION, contact="c81", newsletter=NEWSLETTER, link="hero", landing=landing)


def bare() -> WSGIApplication:
    """The shop alone; gunicorn calls it."""
    return shop


def tracked() -> WSGIApplication:
    """The shop with salestrack; gunicorn calls it."""
    logging.basicConfig(format="%(levelname)s of %(name)s: %(message)s")
    return SalesTrackMiddleware(shop, make_tracker(Path(os.environ[DATABASE])))


def tracked_since_before_the_fork() -> WSGIApplication:
    """The shop with a tracker that has written already; for ``gunicorn --preload``."""
    application = tracked()
    assert isinstance(application, SalesTrackMiddleware)
    application.tracker.record(Conversion(reference="before the fork"))
    return application
