"""A pixel recorded by flask-track-usage into SQLite, as its documentation sets that up.

Runs in the rival's own environment (:mod:`benchmarks.peers`), where salestrack is not installed.
"""

from __future__ import annotations

import importlib
import os
from typing import TYPE_CHECKING

from flask import Flask, Response

from benchmarks.bare import GIF

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

#: The variable that holds the path of the SQLite file.
DATABASE_VARIABLE = "TRACK_USAGE_BENCHMARK_DATABASE"


def track_usage() -> WSGIApplication:
    """Make the application; a factory, as the servers call it. It makes its table if need be."""
    # By name, because our own checks run where these are not installed.
    extension = importlib.import_module("flask_track_usage")
    storage = importlib.import_module("flask_track_usage.storage.sql")
    sqlalchemy = importlib.import_module("sqlalchemy")

    application = Flask(__name__)
    application.config["TRACK_USAGE_USE_FREEGEOIP"] = False
    application.config["TRACK_USAGE_INCLUDE_OR_EXCLUDE_VIEWS"] = "exclude"

    @application.get("/")
    @application.get("/<path:_path>")
    def pixel(_path: str = "") -> Response:
        return Response(GIF, mimetype="image/gif")

    engine = sqlalchemy.create_engine(f"sqlite:///{os.environ[DATABASE_VARIABLE]}")
    extension.TrackUsage(application, [storage.SQLStorage(engine=engine)])
    return application


if __name__ == "__main__":
    # Once before the server starts: two workers that find no table would both make it.
    track_usage()
