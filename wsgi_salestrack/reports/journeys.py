"""Which touches each sale may be credited to: the candidates of its buyer's journey, as integers.

A touch is a place in two sequences: when it was, and the number of its label. They lie there by
persons and times, so that a journey is a slice. Hundreds of thousands take little memory, and give
the garbage collector no work.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, MutableSequence, Sequence
from datetime import timedelta
from itertools import count, islice
from typing import Any, Final, NamedTuple

from ..crediting import Journey, Windows, window_of
from ..persons import Persons
from ..stores.journey_rows import JourneyRows
from ..touches import CLICKED_NAMES

_MICROSECOND: Final = timedelta(microseconds=1)
# Touches that are taken in at a time.
_PAGE: Final = 1000
# Of whom there are no touches.
_NOWHERE: Final = (0, 0)


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


class Path(NamedTuple):
    """The touches that may share a sale, the oldest first.

    :param labels: their numbers.
    :param times: microseconds.
    """

    labels: list[int]
    times: MutableSequence[int]


class _Numbers(dict[tuple[Any, ...], int]):
    """The number of a touch's label, by the programmes and names that are told of it."""

    def __init__(self, names: Sequence[str], windows: Windows, journey: Journey) -> None:
        super().__init__()
        self._names, self._windows, self._journey = names, windows, journey
        self._known: dict[Label, int] = {}
        #: By their numbers.
        self.labels: Final[list[Label]] = []

    def __missing__(self, told: tuple[Any, ...]) -> int:
        programmes, *names = told
        of = (programmes in {1, 3}, programmes in {2, 3})
        window = window_of(of, self._windows, self._journey)
        label = Label(
            window=None if window is None else window // _MICROSECOND,
            names=tuple(zip(self._names, names, strict=True)),
        )
        number = self._known.setdefault(label, len(self.labels))
        if number == len(self.labels):
            self.labels.append(label)
        self[told] = number
        return number


class Journeys:
    """The touches of all persons, from one reading of the rows.

    :param windows: how long before a sale a touch may be.
    :param journey: whose touches share a sale.
    """

    def __init__(self, rows: JourneyRows, windows: Windows, journey: Journey) -> None:
        self._longest = windows.longest // _MICROSECOND
        self._same_windows = len(set(windows)) == 1
        self._numbers = _Numbers(rows.names, windows, journey)
        #: By their numbers.
        self.labels: Final = self._numbers.labels
        self.nobody: Final = self._numbers[(None,) * (len(rows.names) + 1)]
        self._persons = Persons(rows.links, rows.apart)
        self._all = Path([], [])
        #: By persons: where theirs begin, and end.
        self._bounds: dict[int | None, tuple[int, int]] = {}
        self._arrange(self._read(rows.touches))

    def candidates(
        self,
        visitor: int | None,
        customer_ref: str | None,
        occurred_at: int,
        own: Sequence[Sequence[Any]],
    ) -> Path:
        """The touches that may share a sale.

        :param own: what it was credited to when it was recorded: the touch and the referral, as
            :class:`~.journey_rows.JourneyRows` has them.
        """
        person = self._persons.of_sale(visitor, customer_ref, own[0][0])
        first, end = self._bounds.get(person, _NOWHERE)
        labels, times = self._all
        end = bisect_right(times, occurred_at, first, end)
        first = bisect_left(times, occurred_at - self._longest, first, end)
        path = Path(labels[first:end], times[first:end])
        if not self._same_windows:
            path = self._within(path, occurred_at)
        for touch in own:
            if touch[2] is not None:
                self._add_own(path, touch, visitor, customer_ref, occurred_at)
        return path

    def _read(self, touches: Iterable[tuple[Any, ...]]) -> list[int]:
        """Keep what all touches are; who clicked."""
        found: list[int] = []
        labels, times = self._all
        numbers, rows = self._numbers, iter(touches)
        # Column by column: there are many.
        while page := list(islice(rows, _PAGE)):
            found += self._persons.clicked([row[0] for row in page], [row[1] for row in page])
            times += [row[2] for row in page]
            labels += [numbers[row[3:]] for row in page]
        return found

    def _arrange(self, clickers: Sequence[int]) -> None:
        """Put the touches of the journey into their order, once all links are known."""
        labels, times = self._all
        whose = self._persons.whose
        persons = [whose(clicker) for clicker in clickers]
        others = {number for number, label in enumerate(self.labels) if label.window is None}
        order = [step for step, number in enumerate(labels) if number not in others]
        # They came in the order of their ids: of the same moment, who came later is later.
        order.sort(key=times.__getitem__)
        order.sort(key=persons.__getitem__)
        # Times lie side by side: the processor's cache misses few when one is looked for.
        in_order = array("q", [times[step] for step in order])
        self._all = Path([labels[step] for step in order], in_order)
        begin = 0
        ends = dict(zip([persons[step] for step in order], count(1)))
        for person, end in ends.items():
            self._bounds[person] = begin, end
            begin = end

    def _add_own(
        self,
        path: Path,
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
        number = self._numbers[tuple(told)]
        if at is None:
            clicked = self.labels[number].clicked
            is_known = any(self.labels[each].clicked == clicked for each in path.labels)
            at = occurred_at
        else:
            is_known = (number, at) in zip(*path, strict=True)
        if is_known or self._persons.are_apart(visitor, contact, customer_ref):
            return
        if self._is_within(number, at, occurred_at):
            place = bisect_right(path.times, at)
            path.times.insert(place, at)
            path.labels.insert(place, number)

    def _within(self, path: Path, occurred_at: int) -> Path:
        """Those in the windows of their programmes."""
        steps = [step for step in zip(*path, strict=True) if self._is_within(*step, occurred_at)]
        return Path([label for label, _ in steps], [at for _, at in steps])

    def _is_within(self, label: int, at: int, occurred_at: int) -> bool:
        window = self.labels[label].window
        return window is not None and 0 <= occurred_at - at <= window
