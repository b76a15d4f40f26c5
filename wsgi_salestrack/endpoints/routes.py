"""The table of our endpoints: which path belongs to which dialect."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from ..protocols.answer import Answer, method_not_allowed, pixel
from .affiliate import hit_affiliate
from .bluehornet import call_roi
from .click import follow_click
from .ecommerce import hit_order
from .hits import skip_body
from .splio import hit_sales
from .target import hit_target
from .xmlrpc import call_method

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from ..tracker import Tracker

#: Answers a request; it gets what its path's groups matched, and raises nothing.
Endpoint = Callable[..., Answer]


class Route(NamedTuple):
    """An endpoint below the prefix.

    :param protocol: the key in ``Config.protocols`` that switches it on.
    :param path: a regular expression for all of the path; its groups go to the endpoint.
    :param methods: by which it is asked -> what answers.
    """

    protocol: str
    path: str
    methods: Mapping[str, Endpoint]


def show_pixel(_tracker: Tracker, _environ: WSGIEnvironment, *_names: str) -> Answer:
    """To a HEAD, which records nothing."""
    return pixel()


ROUTES: Final = (
    Route("click", "/r/([^/]*)/?", {"GET": follow_click, "HEAD": follow_click}),
    Route("target", "/target/([^/]*)/?", {"GET": hit_target, "HEAD": show_pixel}),
    Route("bluehornet", r"/api/xmlrpc/index\.php/?", {"POST": call_roi}),
    Route("ecommerce", "/et/?", {"GET": hit_order, "HEAD": show_pixel}),
    Route("xmlrpc", "/xmlrpc/?", {"POST": call_method}),
    Route("splio", r"/sales\.php/?", {"GET": hit_sales, "HEAD": show_pixel, "POST": hit_sales}),
    Route(
        "affiliate",
        "/ts/l/([^/]*)/c/([^/]*)/?",
        {"GET": hit_affiliate, "HEAD": show_pixel, "POST": hit_affiliate},
    ),
)


class Routes:
    """The routes that are switched on, below a prefix."""

    def __init__(self, prefix: str, protocols: frozenset[str]) -> None:
        on = [route for route in ROUTES if route.protocol in protocols]
        # One pattern for all, so that a path is looked at once.
        paths = "|".join(f"(?P<{route.protocol}>{route.path})" for route in on) or "(?!)"
        self._pattern = re.compile(f"{re.escape(prefix)}(?:{paths})")
        self._on = {route.protocol: (route.methods, self._groups_of(route)) for route in on}

    def answer(self, path: str, tracker: Tracker, environ: WSGIEnvironment) -> Answer | None:
        """What a request is answered; None if its path is the host's."""
        found = self._pattern.fullmatch(path)
        if found is None:
            return None
        methods, groups = self._on[found.lastgroup or ""]
        endpoint = methods.get(environ["REQUEST_METHOD"])
        if endpoint is None:
            skip_body(environ)
            return method_not_allowed(", ".join(methods))
        return endpoint(tracker, environ, *found.groups()[groups])

    def _groups_of(self, route: Route) -> slice:
        """Where among all groups a route's own are, behind the one around them."""
        first = self._pattern.groupindex[route.protocol]
        return slice(first, first + re.compile(route.path).groups)
