"""Reading what is stored, and sending its signals again."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from ..adjustments import Adjusted
from ..checks import LONGEST_NAME, LONGEST_REFERENCE, check_aware, check_choice, check_text
from ..crediting import MODELS, Model, Windows
from ..days import check_day_or_moment, first_moment
from ..errors import UnknownReference
from ..explaining import Explanation, explain
from ..hits import KEPT_FOR, Hit
from ..model import ORDER_SCOPE, Recorded
from ..reports import FIGURES, Report, make_reports
from .core import Core


class Reading(Core):
    """What a tracker tells of what it has recorded."""

    def report(
        self,
        by: str | Sequence[str] = "newsletter",
        *,
        since: date | datetime | None = None,
        until: date | datetime | None = None,
        currency: str | None = None,
        model: str = "last",
        where: Mapping[str, str | None] | None = None,
        journey: str | None = None,
        windows: Mapping[str, timedelta] | None = None,
        figures: Collection[str] = FIGURES,
        before: bool = False,
    ) -> Report:
        """What sold and what was clicked, by one of these or by two of them crossed.

        By ``newsletter``, ``link``, ``contact``, ``subscription``, ``list``, ``publisher``,
        ``target``, ``product``, ``category``, ``point_of_sale``, ``source``, ``hour``, ``day``,
        ``week`` or ``month``; hours, days, ... are the shop's.

        Each sale is credited to its buyer's touches by a model. ``last`` is what it was credited
        to when it was recorded: the last touch of that browser. All others share it among the
        clicks of the person, whose browsers, contact and customer numbers are one by
        :meth:`identify` and by what they did; and so does ``last`` with ``journey`` or ``windows``.

        Products share a sale by its lines; what no line explains, as shipping and discounts, and
        what was taken back as an amount, is in the row of none. All rows sum to what was sold, but
        for categories that overlap: the totals are right in any case.

        Clicks are the valid ones of the period with the same names. Conditions on what a click
        knows nothing of, such as a target, do not hold for them: then the conversion rate is that
        of these sales among all clicks.

        :param by: a name, or a tuple of two.
        :param since: the first day in the shop's time zone, or the first moment.
        :param until: the last day, or the moment after the last.
        :param model: ``last``, ``first``, ``linear``, ``position`` (40, 20 and 40 percent) or
            ``decay`` (half the weight for every 7 days).
        :param where: only those with this newsletter, link, ...; None: those without one.
        :param journey: whose touches share a sale: ``newsletters``, ``publishers``, each as if the
            other did not exist, or ``both``. By default, those that the report is by.
        :param windows: look-back by ``newsletters`` and ``publishers``; that of the configuration
            for what it does not name.
        :param figures: what is read beside what sold, of ``commission``, ``clicks`` and
            ``visitors``, which takes longest.
        :param before: whether each row has the same of the period before, which is as many days, or
            as long; without ``until``, the period ends now.
        :raises BadValue: naming the argument.
        :raises StoreError: if the store can't be read, or there is none.
        """
        (report,) = self.compare(
            by,
            models=(model,),
            since=since,
            until=until,
            currency=currency,
            where=where,
            journey=journey,
            windows=windows,
            figures=figures,
            before=before,
        ).values()
        return report

    def compare(
        self,
        by: str | Sequence[str] = "newsletter",
        *,
        models: Sequence[str] = MODELS,
        since: date | datetime | None = None,
        until: date | datetime | None = None,
        currency: str | None = None,
        where: Mapping[str, str | None] | None = None,
        journey: str | None = None,
        windows: Mapping[str, timedelta] | None = None,
        figures: Collection[str] = (),
        before: bool = False,
    ) -> dict[Model, Report]:
        """What :meth:`report` tells, by several models, for little more time than by one.

        :param models: of those that :meth:`report` knows; all of them by default.
        :param figures: as for :meth:`report`, but nothing beside what sold by default: clicks and
            visitors are the same by every model.
        :returns: model -> its report.
        :raises BadValue: naming the argument.
        :raises StoreError: if the store can't be read, or there is none.
        """
        return make_reports(
            self.store,
            self.config.site,
            timezone=self.config.timezone,
            window=self.config.window,
            models=models,
            by=by,
            since=since,
            until=until,
            currency=currency,
            where=where,
            journey=journey,
            windows=windows,
            figures=figures,
            now=self.now() if before else None,
        )

    def explain(
        self,
        reference: str,
        scope: str = ORDER_SCOPE,
        *,
        model: Model = "last",
        windows: Mapping[str, timedelta] | None = None,
    ) -> Explanation:
        """Why a conversion is credited as it is: every touch of its buyer, with its verdict.

        :param model: ``last``: as it was credited when it was recorded.
        :param windows: as for :meth:`report`.
        :raises BadValue: naming the argument.
        :raises UnknownReference: if there is no such conversion.
        :raises StoreError: if the store can't be read, or there is none.
        """
        check_text("reference", reference, LONGEST_REFERENCE)
        check_text("scope", scope, LONGEST_NAME)
        check_choice("model", model, MODELS)
        trail = self.store.trail(self.config.site, scope, reference)
        if trail is None:
            raise UnknownReference(f"no conversion has this reference in the scope {scope}")
        return explain(trail, model, Windows.of(windows, self.config.window))

    def hits(self, since: datetime) -> list[tuple[int, Hit]]:
        """What came since, recorded or not and why; with ids, the oldest first.

        :param since: aware. What recorded nothing is kept for 30 days, at most 10,000 hits.
        :raises BadValue: if ``since`` is not aware.
        :raises StoreError: if the store can't be read, or there is none.
        """
        check_aware("since", since)
        return self.store.hits_since(self.config.site, max(since, self.now() - KEPT_FOR))

    @property
    def replay_is_heard(self) -> bool:
        """Whether anybody in this process hears of conversions or of their adjustments."""
        return self._announcer.is_listened_to or self._announcer.adjustments_are_listened_to

    def replay(
        self, since: date | datetime | None = None
    ) -> Iterator[tuple[Recorded | Adjusted, bool]]:
        """Send signals of conversions and of their adjustments again; ``environ`` is None.

        :param since: of all that came or changed since a day in the shop's time zone, or a moment.
            None: only those that were never sent, because the process ended between the commit and
            the signal, or that a receiver failed at.
        :returns: lazily, each conversion or adjustment and whether all its receivers succeeded.
        :raises BadValue: if ``since`` is no date.
        :raises StoreError: if the store can't be read, or there is none.
        """
        store, site = self.store, self.config.site
        if since is None:
            return self._announcer.tell_again(store.unsent(site), store.unsent_adjustments(site))
        check_day_or_moment("since", since)
        start = first_moment(since, self.config.timezone)
        return self._announcer.tell_again(
            store.changed_since(site, start), store.adjusted_since(site, start)
        )
