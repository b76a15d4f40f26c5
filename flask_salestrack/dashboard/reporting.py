"""Reports by any dimension, and one newsletter, link, contact, ... of them by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import msgspec
from flask import Response, abort, redirect, render_template, request

from wsgi_salestrack import BadValue, Report, ReportRow
from wsgi_salestrack.crediting import MODELS, Model
from wsgi_salestrack.reports import Column, render
from wsgi_salestrack.reports.query import FIGURES
from wsgi_salestrack.stores.report_columns import OF_LINE, TIMES

from ..extension import current_tracker
from . import asking, columns, context, downloads, lists
from .addresses import to
from .dimensions import DIMENSIONS
from .paying import balances_of
from .questions import Question, one_of, read_question

# What else is shown of one newsletter, ...; of all others, newsletters and products.
_BESTS: Final = {
    "newsletter": ("link", "contact", "product", "list"),
    "link": ("newsletter", "contact", "product"),
    "contact": ("newsletter", "product"),
    "publisher": ("product", "category"),
    "product": ("newsletter", "link", "publisher"),
    "list": ("newsletter", "contact"),
}
_LATEST: Final = 10


def reports() -> Any:
    """The usual report."""
    question = read_question(request.args, context.now())
    return redirect(to(".report", by="newsletter", **question.arguments))


def report(by: str) -> Any:
    """What sold by one dimension, as a table, CSV or JSON."""
    if by not in DIMENSIONS:
        abort(404, f"There is no report by {by}.")
    question = read_question(request.args, context.now())
    order = columns.read_order(request.args)
    across = one_of(request.args, "across", tuple(DIMENSIONS))
    if across == by:
        raise BadValue("across", "is what the report is by; choose another one, or none")
    form = downloads.asked_form(request.args)
    dimensions = (by,) if across is None else (by, across)
    found = asking.ask(
        current_tracker,
        question,
        dimensions,
        # A commission is shared among the products of a sale one by one: a file can wait for that.
        figures=FIGURES if form or not {*OF_LINE} & {*dimensions, *question.where} else (),
        before=one_of(request.args, "compare", ("1",)) is not None,
    )
    if form is not None:
        return _file(found, form, by)
    return _table(found, question, by, across, order)


def _file(found: Report, form: str, by: str) -> Response:
    """What sold; or, with ``unsold=1``, what was clicked and did not."""
    if one_of(request.args, "unsold", ("1",)) is None:
        return downloads.download([render(found, form)], form, f"sales-by-{by}")
    unsold = msgspec.structs.replace(found, rows=_unsold(found), totals=())
    return downloads.download([render(unsold, form)], form, f"unsold-by-{by}")


def _table(
    found: Report, question: Question, by: str, across: str | None, order: columns.Order
) -> str:
    """The page of a report: what sold, and below it what was clicked and did not."""
    tracker = current_tracker
    if question.currency is None:
        currencies = asking.currencies_of(found, tracker.config.currency)
    else:
        currencies = asking.currencies_sold(tracker, question)
    rows = columns.in_order(found.rows, order, currencies)
    part = lists.part_of(rows, request.args)
    # Every hour of a night in which somebody clicked, and nobody bought, tells nothing.
    clicked = () if by in TIMES else _unsold(found)
    unsold = clicked[: lists.SIZE]
    shown = [*part.rows, *unsold]
    values = [row.dimension for row in shown if row.dimension is not None]
    return render_template(
        "salestrack/report.html",
        by=by,
        question=question,
        totals=columns.in_order(found.totals, columns.Order(), currencies),
        columns=columns.columns_of(found),
        notes=found.notes,
        comparing=found.period_before is not None,
        order=order,
        part=part,
        shares=asking.shares_of(part.rows),
        titles=tracker.titles(by, values),
        currencies=currencies,
        has_currencies=len({row.currency for row in found.rows}) > 1,
        is_of_time=by in TIMES,
        across=across,
        across_is_of_time=across in TIMES,
        across_titles=_across_titles(shown, across),
        unsold=unsold,
        unsold_count=len(clicked),
        unsold_columns=[columns.COLUMNS[name] for name in ("clicks", "visitors")],
    )


def _unsold(found: Report) -> tuple[ReportRow, ...]:
    """What was clicked and sold nothing; not what was clicked in the period before only."""
    return tuple(row for row in found.clicked if row.clicks)


def _across_titles(rows: Sequence[ReportRow], across: str | None) -> dict[str, str]:
    if across is None:
        return {}
    values = [row.across for row in rows if row.across is not None]
    return current_tracker.titles(across, values)


def models(by: str) -> Any:
    """The same sales credited by each attribution model, side by side."""
    if by not in DIMENSIONS:
        abort(404, f"There is no report by {by}.")
    tracker = current_tracker
    question = read_question(request.args, context.now())
    found = tracker.compare(
        by,
        since=question.period.since,
        until=question.period.until,
        currency=question.currency,
        journey=question.journey,
        where=question.where,
    )
    cells = _side_by_side(found, tracker.config.currency)
    form = downloads.asked_form(request.args)
    if form is not None:
        names = (Column(by), Column("currency"), *(Column(name, numeric=True) for name in MODELS))
        return downloads.listing(names, cells, form, f"models-by-{by}")
    part = lists.part_of(cells, request.args)
    titles = tracker.titles(by, [row[0] for row in part.rows if row[0] is not None])
    return render_template(
        "salestrack/models.html",
        by=by,
        question=question,
        currencies=asking.currencies_sold(tracker, question),
        part=part,
        titles=titles,
        is_of_time=by in TIMES,
    )


def _side_by_side(found: Mapping[Model, Report], usual: str) -> list[tuple[Any, ...]]:
    """A row for each value and currency, with what each model credits it; the shop's own first."""
    nets = {
        name: {(row.dimension, row.currency): row.net for row in report.rows}
        for name, report in found.items()
    }
    keys = dict.fromkeys(key for rows in nets.values() for key in rows if key[1] is not None)
    nothing = Decimal(0)

    def order(key: tuple[str | None, str | None]) -> tuple[object, ...]:
        value, currency = key
        greatest = max(rows.get(key) or nothing for rows in nets.values())
        return currency != usual, currency or "", value is None, -greatest, value or ""

    return [(*key, *(nets[name].get(key) for name in found)) for key in sorted(keys, key=order)]


def detail(by: str) -> str:
    """One newsletter, link, contact, publisher, ...: figures, chart, and what it sold."""
    if by not in DIMENSIONS or by in TIMES:
        abort(404, f"There is no page of one {by}.")
    tracker, now = current_tracker, context.now()
    value = request.args.get("value") or None
    wider = read_question(request.args, now)
    every = wider.narrowed(by, value).in_all_currencies()
    found = asking.ask(tracker, every, by, figures=("clicks", "visitors"), before=True)
    currencies = asking.currencies_of(found, tracker.config.currency)
    currency = wider.currency or next(iter(currencies), None)
    # What is chosen where nobody asked is what the page says, and its lists and links are of.
    question = every.in_currency(currency)
    others = asking.total_in(found, None)
    sold, rate = asking.figures_in(found, currency), asking.rate_in(found, currency)
    page = {
        "by": by,
        "value": value,
        "title": tracker.titles(by, [value] if value else []).get(value or ""),
        "question": question,
        "wider": wider,
        "every": every,
        "currencies": currencies,
        "currency": currency,
        "figures": [*sold, *asking.clicks_in(found), *rate],
        "without_revenue": None if others is None else others.count,
        "latest": tracker.conversions(
            since=question.period.since,
            until=question.period.until,
            currency=question.currency,
            where=question.where,
            most=_LATEST,
        ),
        "clicks": tracker.clicks(value, most=_LATEST) if by == "contact" and value else [],
        "balances": balances_of(tracker, value) if by == "publisher" and value else [],
    }
    if currency is None or not sold:
        return render_template("salestrack/detail.html", **page)
    bests = _BESTS.get(by, ("newsletter", "product"))
    return render_template(
        "salestrack/detail.html",
        **page,
        series=asking.series_of(tracker, every, currency, now.date(), "turnover"),
        bests=[asking.best_of(tracker, every, each, currency) for each in bests],
    )
