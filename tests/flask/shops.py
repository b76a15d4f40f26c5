"""What the tests do with a Flask application: make one, and run its commands."""

from __future__ import annotations

from collections.abc import Callable

from click.testing import Result
from flask import Flask

MakeApp = Callable[..., Flask]


def run(app: Flask, *arguments: str) -> Result:
    """Run ``flask salestrack`` with these arguments."""
    return app.test_cli_runner().invoke(args=["salestrack", *arguments])
