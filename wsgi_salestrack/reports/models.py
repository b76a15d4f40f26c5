"""Sales credited to the touches of their buyers' journeys, by any model."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction
from operator import itemgetter
from typing import Any, Final, NamedTuple, TypeAlias

from ..crediting import Journey, Model, Windows, split, weigh, window_of
from ..persons import Persons
from ..stores.base import Selection, Total
from ..stores.journey_rows import JourneyRows

_MICROSECOND: Final = timedelta(microseconds=1)
# Where a sale's own touch begins in its row.
_TOUCH: Final = 10


class Question(NamedTuple):
    """What is to be added up.

    :param windows: how long before a sale a touch may be.
    :param journey: whose touches share a sale.
    """

    selection: Selection
    models: Sequence[Model]
    windows: Windows
    journey: Journey


class _Label(NamedTuple):
    """What is asked of touches with the same names, found out once.

    :param window: microseconds; None: such touches are not of the journey.
    :param value: of the report's dimension.
    :param contact: where contacts are asked for.
    :param fits: whether the conditions hold, but for one of the contact.
    """

    window: int | None
    value: str | None
    contact: str | None
    fits: bool


_Step: TypeAlias = tuple[int, _Label]
#: Value, currency and exponent.
_Key: TypeAlias = tuple[str | None, str | None, int | None]
#: Denominator -> count, quantity, net revenue and refunded; the first two in so many parts, since
#: sums of fractions take long.
_Sums: TypeAlias = dict[int, list[int]]
_at: Final = itemgetter(0)


def credited_totals(rows: JourneyRows, question: Question) -> dict[Model, list[Total]]:
    """The sums that each model credits, from one reading of the rows."""
    return _Crediting(rows, question).totals()


class _Crediting:
    def __init__(self, rows: JourneyRows, question: Question) -> None:
        self._selection, self._models, self._windows, self._journey = question
        self._names = rows.names
        self._referral = _TOUCH + 3 + len(rows.names)
        self._labels: dict[Any, _Label] = {}
        self._nobody = self._label((None,) * (len(rows.names) + 1))
        self._by_contact = self._selection.by == "contact"
        self._where_contact = "contact" in self._selection.where
        self._longest = self._windows.longest // _MICROSECOND
        self._same_windows = len(set(self._windows)) == 1
        self._sums: dict[_Key, list[_Sums]] = {}
        self._persons = Persons(rows.links, rows.apart)
        self._paths = self._read_touches(rows)
        for sale in rows.sales:
            self._credit(sale)

    def totals(self) -> dict[Model, list[Total]]:
        return {
            model: [
                _total(key, [*several[number].items(), *several[-1].items()])
                for key, several in self._sums.items()
                if several[number] or several[-1]
            ]
            for number, model in enumerate(self._models)
        }

    def _label(self, told: Sequence[Any]) -> _Label:
        """What is asked of a touch of these programmes and names."""
        label = self._labels.get(told)
        if label is None:
            programmes, *names = told
            known: dict[str, str | None] = dict(zip(self._names, names, strict=True))
            of = (programmes in {1, 3}, programmes in {2, 3})
            window = window_of(of, self._windows, self._journey)
            label = self._labels[told] = _Label(
                window=None if window is None else window // _MICROSECOND,
                value=known.get(self._selection.by),
                contact=known.get("contact"),
                fits=all(
                    known[name] == value
                    for name, value in self._selection.where.items()
                    if name in known and name != "contact"
                ),
            )
        return label

    def _read_touches(self, rows: JourneyRows) -> dict[int | None, list[_Step]]:
        """Whose touches there are, the oldest first."""
        clicked: defaultdict[int, list[_Step]] = defaultdict(list)
        place_of, labels = self._persons.clicked, self._labels
        for row in rows.touches:
            told = row[3:]
            label = labels.get(told) or self._label(told)
            place = place_of(row[0], row[1])
            if label.window is not None:
                clicked[place].append((row[2], label))
        paths: defaultdict[int | None, list[_Step]] = defaultdict(list)
        for place, steps in clicked.items():
            paths[self._persons.whose(place)] += steps
        for path in paths.values():
            path.sort(key=_at)
        return dict(paths)

    def _steps(self, sale: Sequence[Any]) -> list[_Step]:
        """The candidates for a sale, the oldest first."""
        visitor, customer_ref, occurred_at = sale[:3]
        steps: list[_Step] = []
        path = self._paths.get(self._persons.of_sale(visitor, customer_ref, sale[_TOUCH]))
        if path:
            end = bisect_right(path, occurred_at, key=_at)
            first = bisect_left(path, occurred_at - self._longest, 0, end, key=_at)
            steps = path[first:end]
            if not self._same_windows:
                steps = [step for step in steps if _is_within(step, occurred_at)]
        referral = self._referral
        if sale[_TOUCH + 2] is not None:
            self._add_own(steps, sale, sale[_TOUCH:referral])
        if sale[referral + 2] is not None:
            self._add_own(steps, sale, sale[referral:])
        return steps

    def _add_own(self, steps: list[_Step], sale: Sequence[Any], own: Sequence[Any]) -> None:
        """Add a touch that the sale itself was credited to, where it is none of the clicks.

        The host may have told it, or a token.
        """
        visitor, customer_ref, occurred_at = sale[:3]
        contact, at, *_ = own
        label = self._label(own[2:])
        if at is None:
            if any(label == known for _, known in steps):
                return
            at = occurred_at
        step = (at, label)
        if not _is_within(step, occurred_at) or step in steps:
            return
        if not self._persons.are_apart(visitor, contact, customer_ref):
            steps.append(step)
            steps.sort(key=_at)

    def _credit(self, sale: Sequence[Any]) -> None:
        steps = self._steps(sale)
        quantity, revenue, refunded = sale[5:8]
        net = revenue - refunded
        if len(steps) < 2:
            several = self._sums_of(steps[0][1] if steps else self._nobody, sale)
            if several:
                # By all models the same, and so added once for all of them.
                _add(several[-1], 1, 1, quantity, net, refunded)
            return
        shared = [self._sums_of(label, sale) for _, label in steps]
        times = [at for at, _ in steps]
        for number, model in enumerate(self._models):
            weights = weigh(model, times)
            parts = sum(weights)
            if parts == 1:
                # One touch has all of it, and nothing is to be split.
                several = shared[weights.index(1)]
                if several:
                    _add(several[number], 1, 1, quantity, net, refunded)
                continue
            nets, backs = split(net, weights), split(refunded, weights)
            for several, weight, some, back in zip(shared, weights, nets, backs, strict=True):
                if weight and several:
                    _add(several[number], parts, weight, weight * quantity, some, back)

    def _sums_of(self, label: _Label, sale: Sequence[Any]) -> Sequence[_Sums]:
        """What a touch's part of a sale is added to, for each model, and for all; or nothing."""
        # Of a touch without one it is known whose it is once the customer was identified.
        contact = label.contact or sale[9]
        if not label.fits or (self._where_contact and contact != self._selection.where["contact"]):
            return ()
        key = contact if self._by_contact else sale[8] or label.value, sale[3], sale[4]
        several = self._sums.get(key)
        if several is None:
            several = self._sums[key] = [{} for _ in (*self._models, "all")]
        return several


def _add(  # noqa: PLR0917  called a million times: names take longer
    sums: _Sums, parts: int, count: int, quantity: int, net: int, refunded: int
) -> None:
    known = sums.get(parts)
    if known is None:
        sums[parts] = [count, quantity, net, refunded]
        return
    known[0] += count
    known[1] += quantity
    known[2] += net
    if refunded:
        known[3] += refunded


def _is_within(step: _Step, occurred_at: int) -> bool:
    at, label = step
    return label.window is not None and 0 <= occurred_at - at <= label.window


def _total(key: _Key, sums: Sequence[tuple[int, list[int]]]) -> Total:
    value, currency, exponent = key
    return Total(
        value=value,
        currency=currency,
        exponent=exponent,
        count=whole(sum(Fraction(each[0], parts) for parts, each in sums)),
        quantity=whole(sum(Fraction(each[1], parts) for parts, each in sums)),
        revenue=sum(each[2] + each[3] for _, each in sums),
        refunded=sum(each[3] for _, each in sums),
    )


def whole(number: Fraction | int) -> Fraction | int:
    """An int where it is one."""
    return number.numerator if number.denominator == 1 else number
