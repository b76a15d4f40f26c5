"""The dashboard as a WSGI application of its own, for shops that are not made with Flask."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from flask import Flask, request
from werkzeug.wrappers import Response

from wsgi_salestrack import ConfigError, Tracker

from .access import check_authorize
from .blueprint import make_dashboard

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

    #: Whether a request may see it, or the answer that it gets instead.
    AuthorizeEnviron: TypeAlias = Callable[[WSGIEnvironment], bool | Response]


def make_dashboard_application(
    tracker: Tracker,
    *,
    authorize: AuthorizeEnviron,
    template_folder: str | os.PathLike[str] | None = None,
) -> WSGIApplication:
    """Mount the dashboard below a path of any WSGI application::

        application = DispatcherMiddleware(
            application, {"/sales": make_dashboard_application(tracker, authorize=is_staff)}
        )

    :param tracker: whose sales are shown.
    :param authorize: called with the environ of each request before anything is read. True: the
        page is shown; False: 403; a response of werkzeug's, such as ``redirect("/login")`` of its
        ``werkzeug.utils``, is sent as it is.
    :param template_folder: where templates of the shop's own stand, in place of ours that have the
        same names (``salestrack/base.html``); an absolute path.
    :raises ConfigError: if ``authorize`` is no callable, or None, in debug mode as well; or if
        ``template_folder`` is relative, which might be meant from anywhere.
    """
    check_authorize(authorize, is_needed=True)
    folder = None if template_folder is None else os.fspath(template_folder)
    if folder is not None and not Path(folder).is_absolute():
        raise ConfigError("template_folder", f"is {folder}, not an absolute path")
    app = Flask(__name__, static_folder=None, template_folder=folder)
    app.extensions["salestrack"] = tracker
    app.register_blueprint(make_dashboard(authorize=lambda: authorize(request.environ)))
    return app
