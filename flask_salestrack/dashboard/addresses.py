"""Addresses of the dashboard's own pages: only parameters that it knows ever go into one."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from flask import request, url_for

from wsgi_salestrack.stores.base import DIMENSIONS

from . import questions

#: What the query strings of pages may hold.
KNOWN: Final = frozenset(
    (
        *questions.NAMES,
        *DIMENSIONS,
        *("across", "before", "compare", "format", "outcome", "page", "protocol", "publisher"),
        *("reference", "scope", "sort", "state", "value", "follow", "where"),
    )
)


def to(endpoint: str, **arguments: str) -> str:
    """Another page.

    :param endpoint: of the dashboard, with a dot before it.
    """
    values: dict[str, Any] = {**arguments}
    return url_for(endpoint, **values)


def here(**changes: object) -> str:
    """This page with other parameters; None leaves one out."""
    asked = {name: value for name, value in request.args.items() if name in KNOWN}
    for name, value in changes.items():
        asked.pop(name, None)
        if value is not None:
            asked[name] = str(value)
    # The page's own place by Flask; the query by hand, for url_for takes _scheme and the like.
    path = url_for(str(request.endpoint), **(request.view_args or {}))
    return f"{path}?{urlencode(asked)}" if asked else path


def here_without(name: str) -> str:
    """This page without one condition, from the first row on."""
    return here(**{name: None, "page": None, "before": None})


def kept_arguments(beside: tuple[str, ...]) -> dict[str, str]:
    """What a form of this page has to send along with its own fields.

    :param beside: the names of these.
    """
    dropped = {*beside, "page", "before", "format"}
    return {
        name: value
        for name, value in request.args.items()
        if name in KNOWN and name not in dropped and (value or name in DIMENSIONS)
    }
