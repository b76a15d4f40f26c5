"""The signals: who sends them, what they bring, and what a receiver that raises can do."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from blinker import Signal

from tests.support.receivers import SIGNALS, Listen
from tests.support.rows import row_counts, rows_of
from tests.support.shop import MakeTracker, Visit
from wsgi_salestrack import Conversion, Money, Recorded, Tracker, signals

_HIT = "/salestrack/target/1/?st_revenue=5&st_reference=7"


@contextmanager
def raising(signal: Signal, tracker: Tracker) -> Iterator[list[dict[str, Any]]]:
    """Connect a receiver that raises whatever it hears."""
    heard: list[dict[str, Any]] = []

    def receiver(_sender: Tracker, **keywords: Any) -> None:
        heard.append(keywords)
        raise LookupError("the shop's own table is gone")

    with signal.connected_to(receiver, sender=tracker):
        yield heard


def test_conversions_bring_what_became_of_them(
    make_tracker: MakeTracker, visit: Visit, listen: Listen
) -> None:
    """``recorded``, a Recorded, and ``environ``: of the request, or None."""
    tracker = make_tracker(targets={1: {"title": "Sale", "scope": "order"}})
    receivers = listen(tracker)

    visitor = visit(tracker)
    visitor.get(_HIT)
    visitor.get(_HIT)
    tracker.record(Conversion(reference="7", revenue=Money("6", "USD")))
    tracker.record(Conversion(reference="7", revenue=Money("7", "USD")))

    assert [(signal.name, sender) for signal, sender, _ in receivers.calls] == [
        ("conversion-recorded", tracker),
        ("conversion-duplicated", tracker),
        ("conversion-enriched", tracker),
        ("conversion-duplicated", tracker),
    ]
    all_keywords = [keywords for _, _, keywords in receivers.calls]
    assert {frozenset(keywords) for keywords in all_keywords} == {
        frozenset({"recorded", "environ"})
    }
    outcomes = [keywords["recorded"].outcome for keywords in all_keywords]
    assert outcomes == ["recorded", "duplicate", "enriched", "conflict"]
    assert len({keywords["recorded"].id for keywords in all_keywords}) == 1
    queries = [(keywords["environ"] or {}).get("QUERY_STRING") for keywords in all_keywords]
    assert queries == [_HIT.partition("?")[2]] * 2 + [None] * 2


def test_signals_are_sent_after_the_commit(tracker: Tracker) -> None:
    """A receiver that reads the database finds the row."""
    seen: list[int] = []

    def receiver(_sender: Tracker, *, recorded: Recorded, environ: object) -> None:
        seen.extend(row["id"] for row in rows_of(tracker, "conversions"))
        assert (recorded.id, environ) == (seen[0], None)

    with signals.conversion_recorded.connected_to(receiver, sender=tracker):
        recorded = tracker.record(Conversion(reference="7"))

    assert seen == [recorded.id]


def test_each_tracker_has_its_own_receivers(make_tracker: MakeTracker, listen: Listen) -> None:
    """The sender tells two sites of one process apart."""
    ours, other = make_tracker(), make_tracker(site="other")
    receivers = listen(ours)

    other.record(Conversion(reference="7"))
    ours.record(Conversion(reference="7"))

    assert [sender for _, sender, _ in receivers.calls] == [ours]


def test_another_sender_may_be_given(make_tracker: MakeTracker, listen: Listen) -> None:
    """As the Flask extension does with its application."""
    shop = object()
    tracker = Tracker(make_tracker().config, sender=shop)
    receivers = listen(shop)

    tracker.record(Conversion(reference="7"))
    tracker.close()

    assert [sender for _, sender, _ in receivers.calls] == [shop]


def test_a_receiver_that_raises_stops_neither_the_others_nor_the_answer(
    tracker: Tracker, visit: Visit, listen: Listen, caplog: pytest.LogCaptureFixture
) -> None:
    """The sale is in the store and acknowledged; the error is in the log, with its traceback."""
    with raising(signals.conversion_recorded, tracker) as heard:
        receivers = listen(tracker)
        answer = visit(tracker).get(_HIT)

    assert (answer.status, answer.error) == (200, None)
    assert len(heard) == len(receivers.recorded) == 1
    assert row_counts(tracker)["conversions"] == 1
    (record,) = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert record.name.partition(".")[0] == "salestrack"
    assert "conversion-recorded" in record.getMessage()
    assert record.exc_info is not None
    assert isinstance(record.exc_info[1], LookupError)


@pytest.mark.parametrize(
    ("signal", "path", "status"),
    [
        pytest.param(signals.click_recorded, None, 302, id="click"),
        pytest.param(signals.hit_rejected, "/salestrack/r/nonsense", 302, id="bad click"),
        pytest.param(signals.hit_rejected, "/salestrack/target/9/", 200, id="bad hit"),
        pytest.param(signals.conversion_duplicated, _HIT, 200, id="duplicate"),
    ],
)
def test_no_answer_depends_on_a_receiver(
    tracker: Tracker, visit: Visit, signal: Signal, path: str | None, *, status: int
) -> None:
    """With one that raises it is the same as without."""
    path = path or tracker.click_url("/p/socks", newsletter="2026-11")
    visit(tracker).get(_HIT)
    calm = visit(tracker).get(path)

    with raising(signal, tracker) as heard:
        disturbed = visit(tracker).get(path)

    assert len(heard) == 1
    assert disturbed.status == calm.status == status
    assert disturbed.body == calm.body
    assert disturbed.error == calm.error
    assert len(disturbed.cookies) == len(calm.cookies)


def test_in_process_a_receivers_error_does_not_reach_the_checkout(tracker: Tracker) -> None:
    """``record`` returns what was stored."""
    with raising(signals.conversion_recorded, tracker):
        recorded = tracker.record(Conversion(reference="7"))

    assert recorded.outcome == "recorded"


def test_a_coroutine_is_no_receiver(tracker: Tracker, caplog: pytest.LogCaptureFixture) -> None:
    """Nobody would await it; that is logged rather than lost."""

    async def receiver(_sender: Tracker, **_keywords: Any) -> None:
        """Never run."""

    with signals.conversion_recorded.connected_to(receiver, sender=tracker):
        tracker.record(Conversion(reference="7"))

    (record,) = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert "receiver" in record.getMessage()


def test_blinkers_own_rules_stay_in_force(tracker: Tracker) -> None:
    """A receiver is referenced weakly, and ``muted`` mutes."""
    heard: list[object] = []

    class Shop:
        def store(self, _sender: Tracker, **_keywords: object) -> None:
            heard.append(self)

    shop = Shop()
    signals.conversion_recorded.connect(shop.store, sender=tracker)
    tracker.record(Conversion())
    with signals.conversion_recorded.muted():
        tracker.record(Conversion())
    heard_while_there = len(heard)
    heard.clear()
    del shop
    tracker.record(Conversion())

    assert (heard_while_there, heard) == (1, [])


def test_every_signal_has_a_name_of_its_own() -> None:
    """And they are all that the contract lists so far."""
    assert {signal.name for signal in SIGNALS} == {
        "click-recorded",
        "conversion-recorded",
        "conversion-enriched",
        "conversion-duplicated",
        "conversion-adjusted",
        "hit-rejected",
    }
