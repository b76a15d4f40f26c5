"""The table of our endpoints: which path belongs to which dialect."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

from ..protocols.answer import Answer
from .affiliate import hit_affiliate
from .bluehornet import call_roi
from .click import follow_click
from .ecommerce import hit_order
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
    """

    protocol: str
    path: str
    endpoint: Endpoint


ROUTES: Final = (
    Route("click", "/r/([^/]*)/?", follow_click),
    Route("target", "/target/([^/]*)/?", hit_target),
    Route("bluehornet", r"/api/xmlrpc/index\.php/?", call_roi),
    Route("ecommerce", "/et/?", hit_order),
    Route("xmlrpc", "/xmlrpc/?", call_method),
    Route("splio", r"/sales\.php/?", hit_sales),
    Route("affiliate", "/ts/l/([^/]*)/c/([^/]*)/?", hit_affiliate),
)


class Routes:
    """The routes that are switched on, below a prefix."""

    def __init__(self, prefix: str, protocols: frozenset[str]) -> None:
        on = [route for route in ROUTES if route.protocol in protocols]
        # One look for all that is not ours, however many routes there are.
        self._starts = re.compile(
            f"{re.escape(prefix)}(?:{'|'.join(sorted({_start(route.path) for route in on}))})"
            if on
            else r"(?!)"
        )
        self._on = [(re.compile(re.escape(prefix) + route.path), route.endpoint) for route in on]

    def find(self, path: str) -> Callable[[Tracker, WSGIEnvironment], Answer] | None:
        """What answers a path; None if it is the host's."""
        if self._starts.match(path) is None:
            return None
        for pattern, endpoint in self._on:
            found = pattern.fullmatch(path)
            if found is not None:
                names = found.groups()
                return lambda tracker, environ: endpoint(tracker, environ, *names)
        return None


def _start(path: str) -> str:
    """The literal part of a route that begins its path."""
    found = re.match(r"/[a-z.\\]+", path)
    assert found is not None  # noqa: S101  each route begins so
    return found[0]
