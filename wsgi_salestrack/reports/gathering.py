"""Reading from a store what a report is made of."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import msgspec

from ..crediting import Model
from ..stores.base import Clicks, Selection, Total
from ..stores.base_reports import ReportStore
from ..stores.report_columns import OF_CLICK, OF_LINE
from .adding import Sums, Values, in_one, without_nothing
from .models import Question, credited_totals


class Found(NamedTuple):
    """What a store adds up to.

    :param whole: all of it in one.
    """

    rows: Sums
    whole: Sums


class Gathering(NamedTuple):
    """Of whom it is read, and what beside what sold.

    :param figures: of those that a report may have.

    :param as_recorded: whether the model ``last`` is what was credited when it was recorded.
    """

    store: ReportStore
    site: str
    figures: Collection[str]
    as_recorded: bool

    def read(self, question: Question) -> dict[Model, Found]:
        """What the store adds up to, by each model."""
        # The database adds up clicks while it adds up sales: each takes about as long.
        with ThreadPoolExecutor(max_workers=1) as beside:
            clicked = beside.submit(self._clicks, question.selection)
            sold = self._totals(question)
        clicks, all_clicks = clicked.result()
        return {
            model: Found(rows=self._sums(totals, clicks), whole=self._sums(whole, all_clicks))
            for model, (totals, whole) in sold.items()
        }

    def _sums(self, totals: Sequence[Total], clicks: Mapping[Values, Clicks] | None) -> Sums:
        return Sums(
            totals=without_nothing(totals),
            clicks=clicks,
            commission="commission" in self.figures,
            visitors="visitors" in self.figures,
        )

    def _totals(self, question: Question) -> dict[Model, tuple[list[Total], list[Total]]]:
        """By each model those of the rows, and those of all."""
        selection = question.selection
        commission = "commission" in self.figures
        found: dict[Model, tuple[list[Total], list[Total]]] = {}
        models = list(question.models)
        if self.as_recorded and "last" in models:
            models.remove("last")
            totals = self.store.totals(self.site, selection, commission=commission)
            whole = in_one(totals)
            if any(name in OF_LINE for name in selection.by):
                # What is in several rows counts once in all.
                all_in_one = msgspec.structs.replace(selection, by=())
                whole = self.store.totals(self.site, all_in_one, commission=commission)
            found["last"] = totals, whole
        if models:
            asked = question._replace(models=models)
            credited = self.store.journeys(
                self.site,
                selection,
                asked.windows.longest,
                lambda rows: credited_totals(rows, asked),
                commission=commission,
            )
            for model, totals in credited.items():
                rows = [total for total in totals if total.values]
                whole = [total for total in totals if not total.values] or in_one(rows)
                found[model] = rows, whole
        return found

    def _clicks(
        self, selection: Selection
    ) -> tuple[dict[Values, Clicks] | None, dict[Values, Clicks] | None]:
        """By their values, and all in one; none where clicks do not know a dimension."""
        visitors = "visitors" in self.figures
        if not ("clicks" in self.figures or visitors):
            return None, None
        if not set(selection.by) <= set(OF_CLICK):
            return None, None
        rows = self.store.clicks(self.site, selection, visitors=visitors)
        if visitors:
            all_in_one = msgspec.structs.replace(selection, by=())
            whole = self.store.clicks(self.site, all_in_one, visitors=True)
        else:
            whole = [Clicks(values=(), clicks=sum(each.clicks for each in rows))]
        return _by_values(rows), _by_values(whole)


def _by_values(clicks: Sequence[Clicks]) -> dict[Values, Clicks]:
    """Each sum once; a store may have added up parts of a period."""
    found: dict[Values, Clicks] = {}
    for each in clicks:
        known = found.get(each.values)
        if known is not None:
            each = msgspec.structs.replace(each, clicks=known.clicks + each.clicks)  # noqa: PLW2901
        found[each.values] = each
    return found
