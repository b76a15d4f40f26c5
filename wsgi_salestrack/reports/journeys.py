"""Which touches each sale may be credited to: the candidates of its buyer's journey, as integers.

A touch is its place in two arrays: when it was, and the number of its label. Hundreds of thousands
of them take little memory, and give the garbage collector no work.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final, NamedTuple

from ..crediting import Journey, Windows, window_of
from ..persons import Persons
from ..stores.journey_rows import JourneyRows
from ..touches import CLICKED_NAMES

_MICROSECOND: Final = timedelta(microseconds=1)
# No contact of anybody's.
_UNKNOWN: Final = 0


class Label(NamedTuple):
    """What is asked of touches with the same names.

    :param window: microseconds; None: such touches are not of the journey.
    :param names: those that are asked for, with their values.
    """

    window: int | None
    names: tuple[tuple[str, str | None], ...]

    @property
    def clicked(self) -> list[str | None]:
        """What was clicked, as far as it is asked for."""
        return [value for name, value in self.names if name in CLICKED_NAMES]

    def name(self, dimension: str) -> str | None:
        """A name; None also where it is not asked for."""
        return dict(self.names).get(dimension)


class Journeys:
    """The touches of all persons, from one reading of the rows.

    :param windows: how long before a sale a touch may be.
    :param journey: whose touches share a sale.
    """

    def __init__(self, rows: JourneyRows, windows: Windows, journey: Journey) -> None:
        self._windows, self._journey = windows, journey
        self._names = rows.names
        self._longest = windows.longest // _MICROSECOND
        self._same_windows = len(set(windows)) == 1
        self._numbers: dict[Any, int] = {}
        #: By the numbers of the labels.
        self.labels: list[Label] = []
        self._asked: list[bool] = []
        self.nobody: Final = self._number((None,) * (len(rows.names) + 1))
        self._persons = Persons(rows.links, rows.apart)
        #: By the places of touches: when they were, and the numbers of their labels.
        self.times: Final = array("q")
        self.numbers: Final = array("q")
        self._paths = self._read(rows.touches)

    def candidates(
        self,
        visitor: int | None,
        customer_ref: str | None,
        occurred_at: int,
        own: Sequence[Sequence[Any]],
    ) -> list[int]:
        """The places of the touches that may share a sale, the oldest first.

        :param own: what it was credited to when it was recorded: the touch and the referral, as
            :class:`~.journey_rows.JourneyRows` has them.
        """
        steps: list[int] = []
        path = self._paths.get(self._persons.of_sale(visitor, customer_ref, own[0][0]))
        if path:
            when = self.times.__getitem__
            end = bisect_right(path, occurred_at, key=when)
            first = bisect_left(path, occurred_at - self._longest, 0, end, key=when)
            steps = path[first:end]
            if not self._same_windows:
                steps = [step for step in steps if self._is_within(step, occurred_at)]
        for touch in own:
            if touch[2] is not None:
                self._add_own(steps, touch, visitor, customer_ref, occurred_at)
        return steps

    def _number(self, told: Sequence[Any]) -> int:
        """The number of the label of a touch of these programmes and names."""
        number = self._numbers.get(told)
        if number is None:
            programmes, *names = told
            of = (programmes in {1, 3}, programmes in {2, 3})
            window = window_of(of, self._windows, self._journey)
            label = Label(
                window=None if window is None else window // _MICROSECOND,
                names=tuple(zip(self._names, names, strict=True)),
            )
            number = self._numbers.get(label)
            if number is None:
                number = self._numbers[label] = len(self.labels)
                self.labels.append(label)
                self._asked.append(window is not None)
            self._numbers[told] = number
        return number

    def _read(self, touches: Iterable[Sequence[Any]]) -> Mapping[int | None, list[int]]:
        """Whose touches there are, the oldest first."""
        clicked: defaultdict[int | str | None, list[int]] = defaultdict(list)
        places: dict[int | str | None, int] = {}
        contacts: dict[int | None, str | None] = {}
        known, asked, times, numbers = self._numbers, self._asked, self.times, self.numbers
        for row in touches:
            visitor, contact, at = row[:3]
            told = row[3:]
            number = known.get(told)
            if number is None:
                number = self._number(told)
            whose = visitor if contact is None else contact
            # Mostly a browser is one contact's. Also a click that is not of the journey tells so.
            if contacts.get(visitor, _UNKNOWN) != contact:
                contacts[visitor] = contact
                places[whose] = self._persons.clicked(visitor, contact)
            if asked[number]:
                clicked[whose].append(len(times))
                times.append(at)
                numbers.append(number)
        paths: defaultdict[int | None, list[int]] = defaultdict(list)
        for whose, steps in clicked.items():
            paths[self._persons.whose(places[whose])] += steps
        for path in paths.values():
            path.sort()  # of the same moment, who came later is later
            path.sort(key=times.__getitem__)
        return dict(paths)

    def _add_own(
        self,
        steps: list[int],
        own: Sequence[Any],
        visitor: int | None,
        customer_ref: str | None,
        occurred_at: int,
    ) -> None:
        """Add a touch that the sale itself was credited to, where it is none of the clicks.

        The host may have told it, or a token. Where nobody knows when it was, it is the click of
        the same person on the same link, if there is one.

        """
        contact, at, *told = own
        number = self._number(tuple(told))
        times, numbers = self.times, self.numbers
        if at is None:
            clicked = self.labels[number].clicked
            is_known = any(self.labels[numbers[each]].clicked == clicked for each in steps)
        else:
            is_known = any(times[each] == at and numbers[each] == number for each in steps)
        if is_known or self._persons.are_apart(visitor, contact, customer_ref):
            return
        step = len(times)
        times.append(occurred_at if at is None else at)
        numbers.append(number)
        if self._is_within(step, occurred_at):
            steps.append(step)
            steps.sort(key=times.__getitem__)

    def _is_within(self, step: int, occurred_at: int) -> bool:
        window = self.labels[self.numbers[step]].window
        return window is not None and 0 <= occurred_at - self.times[step] <= window
