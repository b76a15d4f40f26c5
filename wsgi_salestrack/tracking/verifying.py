"""Proving that what is stored adds up, and mending the sums that are kept beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..crediting import MODELS, Model
from ..reports import Report, ReportRow, make_reports
from ..stores.base import Finding, Snapshot
from .core import Core


class Verifying(Core):
    """What a tracker tells of what it has recorded: whether it is right."""

    def verify(self) -> list[Finding]:
        """Prove over all that is stored that it adds up; one finding for each thing that must hold.

        Every reference once; no net below zero or above what was sold; adjustments, commissions
        and payouts to the minor unit; and each model credits all of the net revenue, and no more.

        All of it is read as it was at one moment, and others can go on recording. (A SQLite file
        that SQLAlchemy was given and that has no write-ahead log is read bit by bit: there, what
        comes meanwhile may seem to be wrong.)

        :raises StoreError: if the store can't be read, or there is none.
        """
        with self.store.snapshot(self.config.site) as snapshot:
            findings = snapshot.verify()
            (by_day,) = self._reports(snapshot, ["last"], "day").values()
            reports = self._reports(snapshot, MODELS, "newsletter")
        stored = {row.currency: row for row in by_day.totals}
        findings += (_credited(model, report, stored) for model, report in reports.items())
        return findings

    def _reports(self, snapshot: Snapshot, models: Sequence[Model], by: str) -> dict[Model, Report]:
        config = self.config
        return make_reports(
            snapshot,
            config.site,
            timezone=config.timezone,
            window=config.window,
            models=models,
            by=by,
        )

    def recount(self) -> None:
        """Add up anew the totals that SQLite keeps beside the rows; others can go on meanwhile.

        :raises StoreError: if the store can't be written, or there is none.
        """
        self.store.recount()


def _credited(model: Model, report: Report, stored: Mapping[str | None, ReportRow]) -> Finding:
    """Whether a model credits what is stored, in each currency."""
    wrong = [
        str(row.currency or "no currency")
        for row in report.totals
        if (row.net, row.count) != (stored[row.currency].net, stored[row.currency].count)
    ]
    return Finding(
        subject=f"the model {model} credits the net revenue, to the minor unit",
        problem=f"it does not in {', '.join(wrong)}" if wrong else None,
    )
