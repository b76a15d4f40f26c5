"""Reports as typed rows, exact to the minor unit, currencies never mixed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from decimal import Context, Decimal
from fractions import Fraction

import msgspec

from ..crediting import JOURNEYS, MODELS, Journey, Model, Windows
from ..days import first_moment, moment_after
from ..errors import BadValue
from ..money import decimal_of, exponent_of
from ..stores.base import Dimension, Selection, Store, Total
from ..stores.statements import DIMENSIONS
from .models import Question, credited_totals, whole

# The thread's own context may round.
_EXACT = Context(prec=60)


class ReportRow(msgspec.Struct, frozen=True, kw_only=True):
    """What one newsletter, link, ... sold in one currency.

    :param dimension: its name; None: conversions credited to none.
    :param currency: None: conversions without revenue, such as signups.
    :param count: conversions; a model that shares them gives an exact fraction where it is none.
    :param quantity: items, likewise.
    :param revenue: of what was not cancelled; None where there is no currency.
    :param refunded: how much of it was taken back.
    """

    dimension: str | None
    currency: str | None
    count: int | Fraction
    quantity: int | Fraction
    revenue: Decimal | None
    refunded: Decimal | None

    @property
    def net(self) -> Decimal | None:
        """What is left of the revenue."""
        if self.revenue is None or self.refunded is None:
            return None
        return _EXACT.subtract(self.revenue, self.refunded)

    @property
    def gross(self) -> Decimal | None:
        """The revenue, before anything of it was taken back."""
        return self.revenue


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Rows by one dimension, the best-selling first (days in their order), and their sums.

    :param totals: one row per currency, ``dimension`` None.
    """

    by: Dimension
    rows: tuple[ReportRow, ...]
    totals: tuple[ReportRow, ...]


def make_reports(
    store: Store,
    site: str,
    *,
    timezone: tzinfo,
    window: timedelta,
    models: Sequence[str],
    by: str = "newsletter",
    since: date | datetime | None = None,
    until: date | datetime | None = None,
    currency: str | None = None,
    where: Mapping[str, str | None] | None = None,
    journey: str | None = None,
    windows: Mapping[str, timedelta] | None = None,
) -> dict[Model, Report]:
    """Add up a site's conversions, by one or more models from one reading of its journeys.

    :param timezone: in which a day begins and a naive datetime is meant.
    :param window: look-back of the programmes that ``windows`` does not name.
    :param models: of :data:`MODELS`.
    :param since: the first day, or the first moment, by when they occurred.
    :param until: the last day, or the moment after the last.
    :param where: only those with this newsletter, link, ...; None: those without one.
    :param journey: whose touches share a sale, of :data:`JOURNEYS`; by default the publishers'
        where the report is by publisher, and otherwise the newsletters'.
    :param windows: look-back by programme.
    :raises BadValue: naming the argument.
    :raises StoreError: if the store can't be read.
    """
    if currency is not None:
        exponent_of(currency)
    selection = Selection(
        by=_dimension("by", by),
        since=None if since is None else first_moment(since, timezone),
        until=None if until is None else moment_after(until, timezone),
        currency=currency,
        where={_dimension("where", name): value for name, value in (where or {}).items()},
    )
    if selection.since and selection.until and selection.since > selection.until:
        raise BadValue("until", "is before since")
    question = Question(
        selection=selection,
        models=[_model(name) for name in models],
        windows=Windows.of(windows, window),
        journey=_journey(journey, selection),
    )
    # As it was credited when it was recorded, which is stored with each sale.
    stored = "last" if windows is None and journey is None else None
    found: dict[Model, list[Total]] = {}
    if stored in question.models:
        found["last"] = store.totals(site, selection)
    if any(model not in found for model in question.models):
        asked = question._replace(models=[each for each in question.models if each not in found])
        found |= store.journeys(
            site, selection, asked.windows.longest, lambda rows: credited_totals(rows, asked)
        )
    return {model: _report(selection.by, found[model]) for model in question.models}


def _report(by: Dimension, totals: list[Total]) -> Report:
    rows = _add_up(totals)
    order = _by_name if by == "day" else _by_revenue
    return Report(
        by=by,
        rows=tuple(sorted(rows, key=order)),
        totals=tuple(sorted(_add_up(_without_value(totals)), key=_by_revenue)),
    )


def _model(name: str) -> Model:
    if name not in MODELS:
        raise BadValue("model", f"is not one of {', '.join(MODELS)}")
    return name


def _journey(name: str | None, selection: Selection) -> Journey:
    if name is None:
        return "publishers" if selection.by == "publisher" else "newsletters"
    if name not in JOURNEYS:
        raise BadValue("journey", f"is not one of {', '.join(JOURNEYS)}")
    return name


def _dimension(argument: str, name: str) -> Dimension:
    if name not in DIMENSIONS:
        raise BadValue(argument, f"is not one of {', '.join(DIMENSIONS)}")
    return name


def _without_value(totals: list[Total]) -> list[Total]:
    return [msgspec.structs.replace(total, value=None) for total in totals]


def _add_up(totals: list[Total]) -> list[ReportRow]:
    """One row per value and currency.

    Added as integers of the finest unit: an exponent that ISO changed splits a currency's totals,
    and Decimals would round to their context.
    """
    groups: dict[tuple[str | None, str | None], list[Total]] = defaultdict(list)
    for total in totals:
        groups[total.value, total.currency].append(total)
    rows = []
    for (value, currency), members in groups.items():
        finest = max(total.exponent or 0 for total in members)
        scales = [10 ** (finest - (total.exponent or 0)) for total in members]
        pairs = list(zip(members, scales, strict=True))
        revenue = sum(total.revenue * scale for total, scale in pairs)
        refunded = sum(total.refunded * scale for total, scale in pairs)
        rows.append(
            ReportRow(
                dimension=value,
                currency=currency,
                count=whole(sum(total.count for total in members)),
                quantity=whole(sum(total.quantity for total in members)),
                revenue=None if currency is None else decimal_of(revenue, finest),
                refunded=None if currency is None else decimal_of(refunded, finest),
            )
        )
    return rows


def _by_revenue(row: ReportRow) -> tuple[object, ...]:
    revenue = row.revenue if row.revenue is not None else Decimal(0)
    # Not -revenue, which would round to the context.
    return (
        row.dimension is None,
        row.currency or "~",
        revenue.copy_negate(),
        -row.count,
        row.dimension or "",
    )


def _by_name(row: ReportRow) -> tuple[object, ...]:
    return (row.dimension is None, row.dimension or "", row.currency or "~")
