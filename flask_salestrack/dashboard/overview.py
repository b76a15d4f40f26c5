"""The first page: what sold, over time and by whom."""

from __future__ import annotations

from typing import Final

from flask import render_template, request

from ..extension import current_tracker
from . import asking, charts, context
from .questions import read_question

_BESTS: Final = ("newsletter", "link", "publisher", "product")


def overview() -> str:
    """Figures in one currency, their chart, and the best-selling newsletters, links, ..."""
    tracker, now = current_tracker, context.now()
    question = read_question(request.args, now)
    every = question.in_all_currencies()
    report = asking.ask(tracker, every, "newsletter", figures=("clicks",), before=True)
    currencies = asking.currencies_of(report, tracker.config.currency)
    currency = question.currency or next(iter(currencies), None)
    others = asking.total_in(report, None)
    sold = asking.figures_in(report, currency)
    page = {
        # What is chosen where nobody asked is what the page says, and its links lead to.
        "question": question.in_currency(currency),
        "every": every,
        "currencies": currencies,
        "currency": currency,
        "without_revenue": None if others is None else others.count,
        "charts_available": charts.AVAILABLE,
        "figures": [*sold, *asking.clicks_in(report)],
    }
    if currency is None or not sold:
        return render_template("salestrack/overview.html", **page)
    return render_template(
        "salestrack/overview.html",
        **page,
        series=asking.series_of(tracker, every, currency, now.date(), "turnover"),
        bests=[asking.best_of(tracker, every, each, currency) for each in _BESTS],
    )
