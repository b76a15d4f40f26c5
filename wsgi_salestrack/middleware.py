"""Mounting salestrack into any WSGI application.

The last line of the host's own module::

    application = SalesTrackMiddleware(application, Tracker(Config(secret_keys=[...])))

A request whose path is not ours goes to the wrapped application as it came, and its answer back as
it is: its body is not read, ``start_response`` not wrapped. The one exception is a page asked for
with a click token in its query (``landing_param``): it gets our cookie beside its own headers.

Behind a proxy, put werkzeug's ``ProxyFix`` *around* this middleware, so that it sees the repaired
environ: it trusts ``wsgi.url_scheme`` (the cookie's ``Secure``) and ``SCRIPT_NAME``. Everything
else of a request is the visitor's word and taken as such.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from .endpoints import Routes, click_cookie
from .errors import BadHit, BadToken
from .protocols.click import landing_token
from .tracker import Tracker

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from .protocols.answer import Header

logger = logging.getLogger("salestrack")


class SalesTrackMiddleware:
    """Answers our endpoints and passes everything else on.

    :param application: the host's.
    :param tracker: to whom hits are reported.
    """

    def __init__(self, application: WSGIApplication, tracker: Tracker) -> None:
        self.application = application
        self.tracker = tracker
        config = tracker.config
        self._prefix = config.url_prefix
        self._routes = Routes(config.url_prefix, config.protocols)
        # Where landing is off, what no query string holds (spaces are encoded there).
        self._landing = f"{config.landing_param}=" if config.landing_param else " "
        tracker.start()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass on what is not ours: two looks are all that the host's requests pay."""
        try:
            path, query = environ["PATH_INFO"], environ["QUERY_STRING"]
        except KeyError:  # a server may leave out what is empty
            path, query = environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
        # Not startswith(): calling a method takes longer than all the rest.
        if self._prefix in path:
            answer = self._routes.answer(path, self.tracker, environ)
            if answer is not None:
                status, headers, body = answer
                start_response(status, headers)
                return () if environ["REQUEST_METHOD"] == "HEAD" else (body,)
        if self._landing in query:
            start_response = self._land(environ, start_response)
        return self.application(environ, start_response)

    def _land(self, environ: WSGIEnvironment, start_response: StartResponse) -> StartResponse:
        """The ``start_response`` to go on with: one that adds the cookie, or the host's own."""
        try:
            cookie = self._landing_cookie(environ)
        except BadHit as error:
            self.tracker.reject("click", error.reason, environ)
            return start_response
        except Exception:  # the host's page is served whatever happens here
            logger.exception("a landing page's click failed")
            return start_response
        if not cookie:
            return start_response

        def with_cookie(status: str, headers: list[Header], exc_info: Any = None) -> Any:
            return start_response(status, [*headers, *cookie], exc_info)

        return with_cookie

    def _landing_cookie(self, environ: WSGIEnvironment) -> list[Header]:
        if environ["REQUEST_METHOD"] != "GET":
            return []
        token = landing_token(environ["QUERY_STRING"], self.tracker.config.landing_param)
        if token is None:
            return []
        try:
            payload = self.tracker.open_click(token)
        except BadToken:
            return []  # the host's own parameter of that name
        return click_cookie(self.tracker, environ, payload)
