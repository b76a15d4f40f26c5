"""``flask salestrack``: all of :mod:`wsgi_salestrack.commands` on the current application."""

from __future__ import annotations

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from werkzeug.middleware.proxy_fix import ProxyFix

from wsgi_salestrack import SalesTrackMiddleware
from wsgi_salestrack.commands import COMMANDS, Host
from wsgi_salestrack.stores.base import Finding


def make_group() -> click.Group:
    """The group of commands, for ``app.cli``."""

    @click.group("salestrack", commands=COMMANDS)
    @click.pass_context
    @with_appcontext
    def group(context: click.Context) -> None:
        """Which newsletter, link or contact sold what."""
        # The application itself: the proxy would be empty once the context is gone.
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
        context.obj = lambda: Host(app.extensions["salestrack"], app.wsgi_app, lambda: examine(app))

    return group


def examine(app: Flask) -> list[Finding]:
    """What can be wrong with a Flask application's side of it."""
    return [_own_key(app), _proxy(app)]


def _own_key(app: Flask) -> Finding:
    problem = None
    if app.config.get("SALESTRACK_SECRET_KEYS") is None:
        problem = (
            "links are sealed with Flask's SECRET_KEY: if that changes, the links in mails that "
            "are months old are dead; give SALESTRACK_SECRET_KEYS one of its own, and keep the "
            "SECRET_KEY behind it in that list"
        )
    return Finding(subject="a key of its own", problem=problem, serious=False)


def _proxy(app: Flask) -> Finding:
    """ProxyFix must come first, so it must have been put on last."""
    subject = "ProxyFix, if any, repairs the request before it comes to us"
    layer: object = app.wsgi_app
    seen_ours = False
    while layer is not None:
        if isinstance(layer, SalesTrackMiddleware):
            seen_ours = True
            layer = layer.application
        elif isinstance(layer, ProxyFix):
            if seen_ours:
                return Finding(
                    subject=subject,
                    problem="it was put on before init_app; set app.wsgi_app = ProxyFix(...) "
                    "after it, or cookies and https are judged by the proxy's own connection",
                )
            layer = layer.app
        else:
            layer = getattr(layer, "app", None) or getattr(layer, "wsgi_app", None)
            if layer is app.wsgi_app or callable(layer) is False:
                break
    return Finding(subject=subject)
