"""Template globals: the tracker's methods, none of which ever raises into a page."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final, cast

from flask import current_app, has_request_context, request
from markupsafe import Markup

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from wsgi_salestrack import Tracker

logger = logging.getLogger("salestrack")


def salestrack_pixel(*arguments: Any, **values: Any) -> Markup:
    """The ``<img>`` of a target; see :meth:`wsgi_salestrack.Tracker.pixel`. Empty on an error."""
    return _image("pixel", arguments, values)


def salestrack_order_pixel(*arguments: Any, **values: Any) -> Markup:
    """The ``<img>`` of an order; see :meth:`wsgi_salestrack.Tracker.order_pixel`.

    Empty on an error.
    """
    return _image("order_pixel", arguments, values)


def salestrack_order_snippet(*arguments: Any, **values: Any) -> Markup:
    """The ``<img>`` that ties a visitor to an order.

    See :meth:`wsgi_salestrack.Tracker.order_snippet`. Empty on an error.
    """
    return _image("order_snippet", arguments, values)


def _image(method: str, arguments: tuple[Any, ...], values: dict[str, Any]) -> Markup:
    try:
        image: Markup = getattr(_tracker(), method)(*arguments, environ=_environ(), **values)
    except Exception:  # whatever is wrong with an image, the page is more important
        # Without the arguments: who bought what is nothing for a log.
        logger.exception("salestrack_%s failed", method)
        return Markup()
    return image


def salestrack_link(destination: str = "", *arguments: Any, **names: Any) -> str:
    """The tracked URL; see :meth:`wsgi_salestrack.Tracker.click_url`.

    On an error the destination itself.
    """
    try:
        return _tracker().click_url(destination, *arguments, environ=_environ(), **names)
    except Exception:  # an untracked link is better than none
        logger.exception("salestrack_link(%r) failed", destination)
        return destination


def _tracker() -> Tracker:
    return cast("Tracker", current_app.extensions["salestrack"])


def _environ() -> WSGIEnvironment | None:
    return request.environ if has_request_context() else None


TEMPLATE_GLOBALS: Final = {
    "salestrack_link": salestrack_link,
    "salestrack_order_pixel": salestrack_order_pixel,
    "salestrack_order_snippet": salestrack_order_snippet,
    "salestrack_pixel": salestrack_pixel,
}
