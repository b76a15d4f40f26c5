"""Single sales: the list of them, and why one is credited as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from flask import redirect, render_template, request

from wsgi_salestrack import BadValue, Recorded, Tracker
from wsgi_salestrack.crediting import MODELS, Model
from wsgi_salestrack.model import ORDER_SCOPE
from wsgi_salestrack.reports.listings import CANDIDATES, SALES, candidate_cells, said_of, sale_cells
from wsgi_salestrack.reports.table import Cells
from wsgi_salestrack.stores.base import Place

from ..extension import current_tracker
from . import asking, context, downloads, lists
from .addresses import to
from .questions import Question, check_once, one_of, read_question

_TOGETHER: Final = 1000  # rows of a file that are read at once


def sales() -> Any:
    """The latest sales, or those with a reference."""
    tracker = current_tracker
    question = read_question(request.args, context.now())
    reference = request.args.get("reference") or None
    if reference is not None:
        return _found(question, tracker.find(reference), reference)
    form = downloads.asked_form(request.args)
    if form is not None:
        return downloads.listing(SALES, _all_rows(tracker, question), form, "sales")
    before = lists.place_of(request.args)
    rows = _page(tracker, question, before, lists.SIZE + 1)
    stretch = lists.stretch_of(rows, _place_text, is_later=before is not None)
    return render_template(
        "salestrack/sales.html",
        question=question,
        stretch=stretch,
        currencies=asking.currencies_sold(tracker, question),
    )


def _found(question: Question, found: Sequence[Recorded], reference: str) -> Any:
    if len(found) == 1:
        scope = found[0].conversion.scope
        return redirect(to(".sale", reference=reference, **_scope(scope)))
    stretch = lists.Stretch(rows=found, before=None, is_later=False)
    return render_template(
        "salestrack/sales.html", question=question, stretch=stretch, reference=reference
    )


def sale() -> Any:
    """Why a sale is credited as it is: every touch of its buyer, with its verdict."""
    check_once(request.args)
    tracker = current_tracker
    reference = request.args.get("reference") or None
    if reference is None:
        raise BadValue("reference", "is missing; open a sale from the list of sales")
    model: Model = one_of(request.args, "model", MODELS) or "last"
    scope = request.args.get("scope") or ORDER_SCOPE
    found = tracker.explain(reference, scope, model=model)
    zone = tracker.config.timezone
    form = downloads.asked_form(request.args)
    if form is not None:
        rows = [candidate_cells(each, found, zone) for each in found.candidates]
        return downloads.listing(CANDIDATES, rows, form, "touches")
    return render_template(
        "salestrack/sale.html", found=found, names=_scope(scope), said_of=said_of
    )


def _scope(scope: str) -> dict[str, str]:
    return {} if scope == ORDER_SCOPE else {"scope": scope}


def _page(tracker: Tracker, question: Question, before: Place | None, most: int) -> list[Recorded]:
    return tracker.conversions(
        since=question.period.since,
        until=question.period.until,
        currency=question.currency,
        where=question.where,
        before=before,
        most=most,
    )


def _all_rows(tracker: Tracker, question: Question) -> Iterator[Cells]:
    zone = tracker.config.timezone
    before: Place | None = None
    while rows := _page(tracker, question, before, _TOGETHER):
        yield from (sale_cells(row, zone) for row in rows)
        last = rows[-1]
        at = last.conversion.occurred_at
        if at is None or len(rows) < _TOGETHER:
            return
        before = Place(at, last.id)


def _place_text(recorded: Recorded) -> str:
    return lists.place_text(recorded.conversion.occurred_at, recorded.id)
