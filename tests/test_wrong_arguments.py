"""Arguments of a wrong type, or that nothing can have, are refused by name."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from wsgi_salestrack import BadValue, Conversion, Tracker
from wsgi_salestrack.segments import last_order

Call = Callable[[Any], object]

_NO_DATE = "is str, not a date or datetime, such as date(2026, 11, 21)"
_NO_MOMENT = "is not a datetime with a time zone, such as datetime.now(UTC)"
_NO_PUBLISHER = "publisher is int, not text"
_NO_STATE = "state is not one of pending, approved, paid, declined"
_TYPES: dict[str, tuple[Call, str]] = {
    "retention, personal": (
        lambda t: t.apply_retention(personal_before="2026-01-01"),
        f"personal_before {_NO_DATE}",
    ),
    "retention, clicks": (
        lambda t: t.apply_retention(clicks_before="2026-01-01"),
        f"clicks_before {_NO_DATE}",
    ),
    "report": (lambda t: t.report(since="2026-01-01"), f"since {_NO_DATE}"),
    "report, before": (lambda t: t.report(until="2026-01-01", before=True), f"until {_NO_DATE}"),
    "report, where": (
        lambda t: t.report(where=["newsletter"]),
        'where is not a mapping such as {"newsletter": "2026-11"}',
    ),
    "report, windows": (
        lambda t: t.report(windows=7),
        'windows is not a mapping such as {"newsletters": timedelta(days=7)}',
    ),
    "refund": (
        lambda t: t.refund("1001", lines=["socks"]),
        'lines is not a mapping such as {"socks": 2}',
    ),
    "compare": (lambda t: t.compare(until="2026-01-01"), f"until {_NO_DATE}"),
    "segment": (lambda t: t.segment(since="2026-01-01"), f"since {_NO_DATE}"),
    "replay": (lambda t: t.replay(since="2026-01-01"), f"since {_NO_DATE}"),
    "conversions": (lambda t: t.conversions(since="2026-01-01"), f"since {_NO_DATE}"),
    "reconcile": (lambda t: t.reconcile([], until="2026-01-01"), f"until {_NO_DATE}"),
    "hits": (lambda t: t.hits("2026-01-01"), f"since {_NO_MOMENT}"),
    "hits, naive": (lambda t: t.hits(datetime(2026, 1, 1)), f"since {_NO_MOMENT}"),  # noqa: DTZ001
    "payouts": (
        lambda t: t.payouts(state="open"),
        "state is not one of prepared, approved, exported, paid, dropped",
    ),
    "publisher": (lambda t: t.set_publisher(7, name="Ann"), _NO_PUBLISHER),
    "payouts of": (lambda t: t.payouts(publisher=7), _NO_PUBLISHER),
    "payouts to": (lambda t: t.prepare_payouts(publisher=7), _NO_PUBLISHER),
    "earned by": (lambda t: t.earned(7), _NO_PUBLISHER),
    "commissions of": (lambda t: t.commissions(publisher=7), _NO_PUBLISHER),
    "commissions on": (lambda t: t.commissions(reference=7), "reference is int, not text"),
    "commissions of, latest": (lambda t: t.latest_commissions(publisher=7), _NO_PUBLISHER),
    "commissions": (lambda t: t.commissions(state="open"), _NO_STATE),
    "commissions, latest": (lambda t: t.latest_commissions(state=["paid"]), _NO_STATE),
    "commissions, set": (lambda t: t.set_commission_state([], "bogus"), _NO_STATE),
    "record": (
        lambda t: t.record({"reference": "7"}),
        "conversion is dict, not Conversion",
    ),
    "record, touch": (
        lambda t: t.record(Conversion(reference="7"), touch="2026-11"),
        "touch is str, not Touch",
    ),
    "explain": (lambda t: t.explain("7", scope=None), "scope is NoneType, not text"),
    "payouts, holding": (
        lambda t: t.prepare_payouts(holding=30),
        "holding is not a timedelta, such as timedelta(days=30)",
    ),
    "payouts, minimum": (
        lambda t: t.prepare_payouts(minimum="25"),
        'minimum is not a mapping such as {"USD": "25"}',
    ),
}


@pytest.mark.parametrize("name", _TYPES)
def test_a_wrong_type_is_refused_by_name(tracker: Tracker, name: str) -> None:
    call, words = _TYPES[name]
    with pytest.raises(BadValue, match=f"^{re.escape(words)}$"):
        call(tracker)


_IDS: dict[str, tuple[str, Callable[[Tracker, Any], object]]] = {
    "approve": ("payout", lambda t, id: t.approve_payout(id)),
    "drop": ("payout", lambda t, id: t.drop_payout(id)),
    "export": ("payout", lambda t, id: t.export_payout(id)),
    "pay": ("payout", lambda t, id: t.pay_payout(id)),
    "show": ("payout", lambda t, id: t.commissions(payout=id)),
    "commission": ("commission", lambda t, id: t.set_commission_state([id], "paid")),
    "page": ("before", lambda t, id: t.latest_commissions(before=id)),
}


@pytest.mark.parametrize("id", [10**30, 2**63, -5])
@pytest.mark.parametrize("name", _IDS)
def test_an_id_that_no_row_can_have_does_not_exist(tracker: Tracker, name: str, id: int) -> None:
    field, call = _IDS[name]
    with pytest.raises(BadValue, match=f"^{field} {id} does not exist$"):
        call(tracker, id)


@pytest.mark.parametrize("id", ["7", None, True, 7.0])
def test_an_id_is_an_integer(tracker: Tracker, id: object) -> None:
    kind = type(id).__name__
    with pytest.raises(BadValue, match=f"^payout is {kind}, not an id, which is an integer$"):
        tracker.approve_payout(id)  # type: ignore[arg-type]  # that is the matter


def test_a_day_in_a_condition_is_no_text() -> None:
    with pytest.raises(BadValue, match=r"^since "):
        last_order(since="2026-01-01")  # type: ignore[arg-type]  # that is the matter
