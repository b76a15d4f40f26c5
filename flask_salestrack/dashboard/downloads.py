"""The rows of a page as a file: the very text that the command line writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Final

from flask import Response, stream_with_context

from wsgi_salestrack.reports import Column
from wsgi_salestrack.reports.listing import render_pages
from wsgi_salestrack.reports.table import Cells

from .questions import one_of

_TYPES: Final = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


def asked_form(asked: Mapping[str, str]) -> str | None:
    """What the page is wanted as, by ``format``: ``csv``, ``json``; None: as a page.

    :raises BadValue: naming it.
    """
    return one_of(asked, "format", tuple(_TYPES))


def download(pieces: Iterable[str], form: str, name: str) -> Response:
    """A file that browsers save, and never show; it is made while it is sent.

    :param pieces: of its text. The first is made at once: if the store fails, it can still be said.
    :param name: of the file, in ASCII letters, digits and dashes, without its extension.
    """
    each = iter(pieces)
    begun: Iterator[str] = chain(list(islice(each, 1)), each)
    return Response(
        stream_with_context(begun),
        content_type=_TYPES[form],
        headers={"Content-Disposition": f'attachment; filename="{name}.{form}"'},
    )


def listing(columns: Sequence[Column], rows: Iterable[Cells], form: str, name: str) -> Response:
    """All rows of a listing as a file, however many there are."""
    return download(render_pages(columns, rows, form, empty=""), form, name)
