"""Telling receivers of many conversions: what the store keeps in mind, and for how few commits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from tests.support.clock import NOON
from tests.support.shop import MakeTracker
from wsgi_salestrack import Conversion, Money, Recorded, StoreError, Touch, Tracker, announcing
from wsgi_salestrack.model import Outcome
from wsgi_salestrack.signals import conversion_adjusted, conversion_enriched, conversion_recorded
from wsgi_salestrack.stores.base import Store

ROWS = [{"reference": str(number), "revenue": "10"} for number in range(1, 1201)]
OF_SALES = (conversion_recorded, conversion_enriched)


class Marks:
    """A store that counts the transactions in which signals are marked as sent.

    :param failing: whether they fail.
    """

    def __init__(self, store: Store, *, failing: bool = False) -> None:
        self._store = store
        self._failing = failing
        self.sizes: list[int] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def mark_sent(self, site: str, sent: Iterable[tuple[int, Outcome]]) -> None:
        """Those of conversions."""
        all_sent = list(sent)
        self._counted(len(all_sent))
        self._store.mark_sent(site, all_sent)

    def mark_adjustments_sent(self, site: str, ids: Iterable[int]) -> None:
        """Those of adjustments."""
        all_ids = list(ids)
        self._counted(len(all_ids))
        self._store.mark_adjustments_sent(site, all_ids)

    def _counted(self, size: int) -> None:
        if self._failing:
            raise StoreError("the disk is full")
        self.sizes.append(size)


@contextmanager
def told(tracker: Tracker, *failing: tuple[str, Outcome]) -> Iterator[list[tuple[str, Outcome]]]:
    """Receivers of new and enriched sales.

    :param failing: of which they raise.
    :returns: reference and outcome of each that they were told of.
    """
    heard: list[tuple[str, Outcome]] = []

    def receive(_sender: object, recorded: Recorded, environ: object) -> None:
        what = (recorded.conversion.reference or "", recorded.outcome)
        heard.append(what)
        if what in failing:
            raise LookupError("this one is not liked")

    with ExitStack() as stack:
        for signal in OF_SALES:
            stack.enter_context(signal.connected_to(receive, sender=tracker))
        yield heard


def untold(tracker: Tracker) -> list[tuple[str | None, Outcome]]:
    """Reference and outcome of what a replay would tell."""
    unsent = tracker.store.unsent(tracker.config.site)
    return [(each.conversion.reference, each.outcome) for each in unsent]


def test_an_import_marks_many_at_a_time(tracker: Tracker, make_tracker: MakeTracker) -> None:
    """A commit for each would take five times as long as the import itself."""
    store = Marks(tracker.store)
    importing = make_tracker(database=store)
    with told(importing) as heard:
        list(importing.import_conversions(ROWS))

    assert len(heard) == sum(store.sizes) == len(ROWS)
    assert len(store.sizes) <= 30  # on a machine so slow that receivers took half a minute
    assert untold(tracker) == []


def test_a_replay_marks_many_at_a_time(tracker: Tracker, make_tracker: MakeTracker) -> None:
    """Conversions and adjustments, each kind in few transactions."""
    with told(tracker, *((row["reference"], "recorded") for row in ROWS[:300])):
        list(tracker.import_conversions(ROWS[:300]))
    with conversion_adjusted.connected_to(_refuses, sender=tracker):
        for row in ROWS[:20]:
            tracker.cancel(row["reference"])
    store = Marks(tracker.store)
    replaying = make_tracker(database=store)

    with told(replaying), conversion_adjusted.connected_to(_takes, sender=replaying):
        assert [succeeded for _, succeeded in replaying.replay()] == [True] * 320
    assert sum(store.sizes) == 320
    assert len(store.sizes) <= 10
    assert list(tracker.replay()) == []


def _refuses(_sender: object, **_: object) -> None:
    raise LookupError("an adjustment is not liked")


def _takes(_sender: object, **_: object) -> None:
    pass


def test_a_receiver_that_fails_leaves_only_its_own_unsent(tracker: Tracker) -> None:
    """Among hundreds that are marked together."""
    with told(tracker, ("7", "recorded"), ("300", "recorded")):
        list(tracker.import_conversions(ROWS[:400]))

    assert untold(tracker) == [("7", "recorded"), ("300", "recorded")]


@pytest.mark.parametrize("failing", [[], [("1", "recorded")], [("1", "enriched")]])
def test_each_outcome_of_one_sale_is_marked_by_itself(
    tracker: Tracker, failing: list[tuple[str, Outcome]]
) -> None:
    """Two rows of a file may be the same sale: the first is new, the second says whose it is."""
    rows = [ROWS[0], {**ROWS[0], "newsletter": "n1"}]
    with told(tracker, *failing) as heard:
        list(tracker.import_conversions(rows))

    assert heard == [("1", "recorded"), ("1", "enriched")]
    assert untold(tracker) == failing


def test_a_sale_that_was_enriched_twice_is_told_again_if_either_failed(tracker: Tracker) -> None:
    """Whichever of the two it was."""
    heard = []

    def fails_at_second(_sender: object, recorded: Recorded, environ: object) -> None:
        heard.append(recorded.touch)
        if len(heard) == 2:
            raise LookupError("the customer is not liked")

    tracker.record(Conversion(source="target", scope="order", reference="1"))
    rows = [{**ROWS[0], "revenue": "10"}, {**ROWS[0], "newsletter": "n1"}]
    with conversion_enriched.connected_to(fails_at_second, sender=tracker):
        found = [each.outcome for each in tracker.import_conversions(rows)]

    assert found == ["enriched", "enriched"]
    assert untold(tracker) == [("1", "enriched")]


def test_what_another_process_enriches_meanwhile_is_not_marked_with_it(
    tracker: Tracker, make_tracker: MakeTracker
) -> None:
    """The receivers of the new sale are still at work when those of its change fail."""
    other = make_tracker()

    def enriches(_sender: object, **_: object) -> None:
        with told(other, ("1", "enriched")):
            other.record(Conversion(reference="1"), touch=Touch(newsletter="n1"))

    with conversion_recorded.connected_to(enriches, sender=tracker):
        tracker.record(Conversion(reference="1", revenue=Money("10", "USD")))

    assert untold(tracker) == [("1", "enriched")]


class Interrupted(BaseException):
    """As Ctrl-C is: nobody's fault, and not to be caught."""


def test_whoever_ends_an_import_has_marked_what_was_told(tracker: Tracker) -> None:
    """All the others are told by a replay."""

    def interrupts(_sender: object, recorded: Recorded, environ: object) -> None:
        if recorded.conversion.reference == "4":
            raise Interrupted

    with (
        conversion_recorded.connected_to(interrupts, sender=tracker),
        pytest.raises(Interrupted),
    ):
        list(tracker.import_conversions(ROWS[:6]))

    assert [reference for reference, _ in untold(tracker)] == ["4", "5", "6"]


def test_whoever_stops_a_replay_has_marked_what_was_told(tracker: Tracker) -> None:
    """It is told one by one, and not a whole page before the first is seen."""
    with told(tracker, *((row["reference"], "recorded") for row in ROWS[:5])):
        list(tracker.import_conversions(ROWS[:5]))

    with told(tracker) as heard:
        replaying = tracker.replay()
        next(replaying)
        assert heard == [("1", "recorded")]
        next(replaying)
        del replaying

    assert [reference for reference, _ in untold(tracker)] == ["3", "4", "5"]


def test_slow_receivers_are_marked_before_many_are_lost(
    tracker: Tracker, make_tracker: MakeTracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that is killed tells again what it told within the last second or so."""
    store = Marks(tracker.store)
    importing = make_tracker(database=store)
    seconds = iter(range(0, 10_000, 2))
    monkeypatch.setattr(announcing, "monotonic", lambda: next(seconds) / 5)
    with told(importing):
        list(importing.import_conversions(ROWS[:100]))

    assert sum(store.sizes) == 100
    assert max(store.sizes) <= 4


def test_a_mark_that_fails_is_logged_and_told_again(
    tracker: Tracker, make_tracker: MakeTracker, caplog: pytest.LogCaptureFixture
) -> None:
    """The sales are in the store, and their results stand."""
    failing = make_tracker(database=Marks(tracker.store, failing=True))
    with told(failing):
        found = [each.outcome for each in failing.import_conversions(ROWS[:3])]

    assert found == ["recorded"] * 3
    assert "a replay will send again: the disk is full" in caplog.text
    assert len(untold(tracker)) == 3


def test_where_nobody_listens_nothing_is_marked(
    tracker: Tracker, make_tracker: MakeTracker
) -> None:
    """A replay without receivers leaves what is unsent as it is."""
    with told(tracker, ("1", "recorded")):
        list(tracker.import_conversions(ROWS[:1]))
    store = Marks(tracker.store)

    assert len(list(make_tracker(database=store).replay(NOON))) == 1
    assert store.sizes == []
    assert untold(tracker) == [("1", "recorded")]
