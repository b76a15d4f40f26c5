"""A pixel hit parsed, its cookie opened, credited and answered, in process and without a store."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from werkzeug.test import Client, run_wsgi_app

from benchmarks import apps
from benchmarks.bare import GIF, page
from benchmarks.convenient import ConvenientPixel
from benchmarks.environs import pixel_request
from benchmarks.errors import BenchmarkError
from benchmarks.figures import Figure
from benchmarks.timing import fastest
from wsgi_salestrack import SalesTrackMiddleware, Touch, Tracker
from wsgi_salestrack.signals import conversion_recorded

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

    from wsgi_salestrack import Recorded

_CONTACT = "c81"


def measure_answering(seconds: float) -> list[Figure]:
    """Call the pixel as ours and the convenient way, in process.

    :param seconds: how long.
    :raises BenchmarkError: one of them does not credit the visitor's contact.
    """
    tracker = apps.tracker(None)
    ours = SalesTrackMiddleware(page, tracker)
    environ = pixel_request(_click(ours, tracker))
    _require_credit(ours, tracker, environ)

    convenient = ConvenientPixel(apps.SECRET_KEY, {1: "Sale"}, "USD")
    touch = Touch(
        at=datetime.now(UTC), contact=_CONTACT, newsletter="2026-11", link="hero", list="main"
    )
    convenient_environ = pixel_request(f"salestrack={convenient.cookie(2**62, touch)}")
    _require_pixel(convenient, convenient_environ)
    if convenient.last is None or convenient.last[1] != touch:
        raise BenchmarkError("the convenient pixel did not credit the visitor's touch")

    calls: dict[str, tuple[WSGIApplication, WSGIEnvironment]] = {
        "ours": (ours, environ),
        "convenient": (convenient, convenient_environ),
    }
    # A server makes a new environ for each request, and werkzeug leaves things in it.
    statement = "application(environ.copy(), start_response)"
    times = fastest(calls, seconds=seconds, statement=statement)
    tracker.close()
    beside = (
        f"salestrack {times['ours'] * 1e6:.1f} us, werkzeug Request and Response with "
        f"itsdangerous {times['convenient'] * 1e6:.1f} us"
    )
    return [
        Figure(
            name="pixel hit parsed, cookie opened, answered, no store, in process",
            measured=times["ours"] * 1e6,
            unit="us",
            goal=15,
            at_most=True,
            beside=beside,
        ),
        Figure(
            name="the same, beside the convenient way",
            measured=times["ours"] / times["convenient"],
            unit="x",
            goal=1 / 6,
            at_most=True,
            beside="as above",
        ),
    ]


def _click(application: WSGIApplication, tracker: Tracker) -> str:
    path = tracker.click_url(
        "/p/socks", contact=_CONTACT, newsletter="2026-11", link="hero", list="main"
    )
    response = Client(application).get(path, headers={"User-Agent": apps.BROWSER})
    return response.headers["Set-Cookie"].partition(";")[0]


def _require_credit(
    application: WSGIApplication, tracker: Tracker, environ: WSGIEnvironment
) -> None:
    contacts: list[str | None] = []

    def receive(sender: object, *, recorded: Recorded, **_others: object) -> None:
        contacts.append(None if recorded.touch is None else recorded.touch.contact)

    with conversion_recorded.connected_to(receive, sender=tracker):
        _require_pixel(application, environ)
    if contacts != [_CONTACT]:
        raise BenchmarkError(f"the pixel credited {contacts}, not the visitor's contact")


def _require_pixel(application: WSGIApplication, environ: WSGIEnvironment) -> None:
    body, status, headers = run_wsgi_app(application, environ.copy())
    if b"".join(body) != GIF or not status.startswith("200") or "ST-Error" in headers:
        raise BenchmarkError(f"a pixel was answered {status}: {headers.get('ST-Error')}")
