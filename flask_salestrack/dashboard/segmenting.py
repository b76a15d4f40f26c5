"""Segments: contacts by what they bought, how often, and when."""

from __future__ import annotations

from itertools import islice
from typing import Any, Final

from flask import render_template, request

from wsgi_salestrack import BadValue
from wsgi_salestrack.money import exponent_of
from wsgi_salestrack.reports.segments import render_buyers

from ..extension import current_tracker
from . import context, downloads, lists
from .periods import problem_with_dates, read_period
from .questions import check_once

# Whoever wants more of them takes the file; to count a million takes a while.
_MOST: Final = 10_000
_USUAL: Final = "all"
#: What people often ask, each as a text and in words.
EXAMPLES: Final = (
    ("last_order within 30 days", "Bought within 30 days"),
    ("count >= 2", "Bought more than once"),
    ("total >= 100", "Spent 100 or more"),
    ("not last_order within 180 days", "Bought nothing for 180 days"),
    ("recency >= 4 and frequency >= 4 and monetary >= 4", "The best of all"),
    ("recency <= 2 and monetary >= 4", "Good ones who stay away"),
)


def segments() -> Any:
    """The contacts for whom conditions hold, as a table, CSV or JSON."""
    check_once(request.args)
    tracker, now = current_tracker, context.now()
    where = request.args.get("where", "").strip()
    currency = request.args.get("currency") or None
    if currency is not None:
        exponent_of(currency)
    page: dict[str, Any] = {
        "where": where,
        "currency": currency,
        "examples": EXAMPLES,
        "usual": _USUAL,
    }
    try:
        period = page["period"] = read_period(request.args, now.date(), usual=_USUAL)
        found = tracker.segment(
            where or None, since=period.since, until=period.until, currency=currency
        )
    except BadValue as error:
        return _mended(error, page), 400
    form = downloads.asked_form(request.args)
    if form is not None:
        pieces = render_buyers(found, form, tracker.config.timezone)
        return downloads.download(pieces, form, "segment")
    buyers = list(islice(found, _MOST + 1))
    return render_template(
        "salestrack/segments.html",
        **page,
        part=lists.part_of(buyers[:_MOST], request.args),
        are_more=len(buyers) > _MOST,
    )


def _mended(error: BadValue, page: dict[str, Any]) -> str:
    """The form with what was typed, and what is wrong beside its field.

    :raises BadValue: the error itself, where the form has no such field.
    """
    words = problem_with_dates(error)
    if words is not None:
        page = {**page, "problem": words, "wrong_date": error.field}
    elif error.field == "where":
        page = {**page, "problem": str(error)}
    else:
        raise error
    return render_template("salestrack/segments.html", **page)
