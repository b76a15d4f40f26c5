"""The shop with salestrack mounted, in the one configuration that every benchmark uses."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from benchmarks.bare import page
from wsgi_salestrack import Config, SalesTrackMiddleware, Tracker

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

#: The variable that tells a server its database; empty or missing: none, signals only.
DATABASE_VARIABLE = "SALESTRACK_BENCHMARK_DATABASE"

SECRET_KEY = "benchmarks-seal-with-this-and-nobody-else-does"

#: A user agent that no list of bots knows: a bot's click gets no cookie.
BROWSER = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36"
)

#: The target pixel with the parameters that the vendor's plugin emits, in its order; the reference
#: is still to be appended.
PIXEL_PATH = "/salestrack/target/1/?st_revenue=49.95&st_quantity=2&st_currency=USD&st_reference="


def tracker(database: str | None) -> Tracker:
    """Make a tracker as a shop would.

    :param database: the path of a SQLite file, or None to store nothing.
    """
    return Tracker(Config(secret_keys=[SECRET_KEY], database=database, targets={1: "Sale"}))


def salestrack() -> WSGIApplication:
    """Make the shop; a factory, as the servers call it."""
    return SalesTrackMiddleware(page, tracker(os.environ.get(DATABASE_VARIABLE) or None))
