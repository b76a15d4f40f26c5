"""What salestrack adds to a request of the shop that is none of its own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from whitenoise import WhiteNoise

from benchmarks import apps
from benchmarks.bare import page
from benchmarks.environs import page_request
from benchmarks.figures import Figure
from benchmarks.timing import fastest
from wsgi_salestrack import SalesTrackMiddleware

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_STATIC_FILES = 5


class _Identity:
    """The least a middleware can be."""

    def __init__(self, application: WSGIApplication) -> None:
        self.application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return self.application(environ, start_response)


def measure_passing(seconds: float) -> list[Figure]:
    """Call the bare page through middlewares, in process.

    :param seconds: how long.
    """
    with tempfile.TemporaryDirectory(prefix="salestrack-static-") as folder:
        for number in range(_STATIC_FILES):
            (Path(folder) / f"file{number}.css").write_text("body { color: black }")
        tracker = apps.tracker(None)
        applications: dict[str, WSGIApplication] = {
            "bare": page,
            "identity": _Identity(page),
            "whitenoise": WhiteNoise(page, root=folder, prefix="static/"),
            "salestrack": SalesTrackMiddleware(page, tracker),
        }
        calls = {name: (application, page_request()) for name, application in applications.items()}
        # One environ for all calls: copying it would take longer than what is measured.
        times = fastest(calls, seconds=seconds, statement="application(environ, start_response)")
        tracker.close()
    added = {name: (time - times["bare"]) * 1e6 for name, time in times.items()}
    beside = (
        f"bare page {times['bare'] * 1e6:.3f} us; added by an identity middleware "
        f"{added['identity']:.3f}, by whitenoise with {_STATIC_FILES} files "
        f"{added['whitenoise']:.3f}, by salestrack {added['salestrack']:.3f} us"
    )
    return [
        Figure(
            name="added to a request that is not ours, in process",
            measured=added["salestrack"],
            unit="us",
            goal=0.25,
            at_most=True,
            beside=beside,
        ),
        Figure(
            name="the same, beside whitenoise",
            measured=added["salestrack"] / added["whitenoise"],
            unit="x",
            goal=0.7,
            at_most=True,
            beside="as above",
        ),
    ]
