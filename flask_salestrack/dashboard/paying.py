"""What publishers have earned, and what they are paid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from decimal import Decimal
from typing import Any, Final, NamedTuple, get_args

from flask import abort, render_template, request

from wsgi_salestrack import BadValue, Commission, Payout, Tracker
from wsgi_salestrack.affiliates import CommissionState
from wsgi_salestrack.money import decimal_of
from wsgi_salestrack.payouts import PayoutState
from wsgi_salestrack.reports.listings import (
    COMMISSIONS,
    PAYOUTS,
    commission_cells,
    payout_cells,
)
from wsgi_salestrack.reports.table import Cells

from ..extension import current_tracker
from . import downloads, lists
from .questions import check_once, one_of

_COMMISSION_STATES: Final[tuple[CommissionState, ...]] = get_args(CommissionState)
_TOGETHER: Final = 1000  # rows of a file that are read at once
_PAYOUT_STATES: Final[tuple[PayoutState, ...]] = get_args(PayoutState)


class Balance(NamedTuple):
    """What was earned in one currency, by what became of it.

    :param amounts: for each state, in its order.
    """

    currency: str
    amounts: Mapping[str, Decimal]


def balances_of(tracker: Tracker, publisher: str | None = None) -> list[Balance]:
    """What a publisher, or all of them, have earned, each currency by itself.

    :raises StoreError: if the store can't be read.
    """
    sums: dict[tuple[str, int], dict[str, int]] = {}
    for each in tracker.earned(publisher):
        sums.setdefault((each.currency, each.exponent), {})[each.state] = each.minor
    return [
        Balance(
            currency,
            {state: decimal_of(known.get(state, 0), exponent) for state in _COMMISSION_STATES},
        )
        for (currency, exponent), known in sorted(sums.items())
    ]


def payouts() -> Any:
    """All payouts, the newest first."""
    check_once(request.args)
    tracker = current_tracker
    state = one_of(request.args, "state", _PAYOUT_STATES)
    publisher = request.args.get("publisher") or None
    found = tracker.payouts(publisher=publisher, state=state)[::-1]
    form = downloads.asked_form(request.args)
    if form is not None:
        zone = tracker.config.timezone
        return downloads.listing(PAYOUTS, [payout_cells(p, zone) for p in found], form, "payouts")
    return render_template(
        "salestrack/payouts.html",
        part=lists.part_of(found, request.args),
        balances=balances_of(tracker, publisher),
        states=_PAYOUT_STATES,
        state=state,
        publisher=publisher,
    )


def payout(id: int) -> Any:
    """One payout, and the commissions in it."""
    check_once(request.args)
    tracker = current_tracker
    found: list[Payout] = []
    with suppress(BadValue):  # a number that no row can have
        found = tracker.payouts(id=id)
    if not found:
        abort(404, "No payout has this number.")
    entries = tracker.commissions(payout=id)
    form = downloads.asked_form(request.args)
    if form is not None:
        rows = [commission_cells(entry, tracker.config.timezone) for entry in entries]
        return downloads.listing(COMMISSIONS, rows, form, f"payout-{id}")
    return render_template(
        "salestrack/payout.html", payout=found[0], part=lists.part_of(entries, request.args)
    )


def commissions() -> Any:
    """The entries of the ledger, the newest first."""
    check_once(request.args)
    tracker = current_tracker
    state = one_of(request.args, "state", _COMMISSION_STATES)
    publisher = request.args.get("publisher") or None
    form = downloads.asked_form(request.args)
    if form is not None:
        rows = _all_rows(tracker, publisher, state)
        return downloads.listing(COMMISSIONS, rows, form, "commissions")
    place = lists.place_of(request.args)
    found = tracker.latest_commissions(
        publisher=publisher,
        state=state,
        before=None if place is None else place.id,
        most=lists.SIZE + 1,
    )
    return render_template(
        "salestrack/commissions.html",
        stretch=lists.stretch_of(found, _place_text, is_later=place is not None),
        balances=balances_of(tracker, publisher),
        states=_COMMISSION_STATES,
        state=state,
        publisher=publisher,
    )


def _all_rows(
    tracker: Tracker, publisher: str | None, state: CommissionState | None
) -> Iterator[Cells]:
    before: int | None = None
    while True:
        found = tracker.latest_commissions(
            publisher=publisher, state=state, before=before, most=_TOGETHER
        )
        yield from (commission_cells(entry, tracker.config.timezone) for entry in found)
        if len(found) < _TOGETHER:
            return
        before = found[-1].id


def _place_text(entry: Commission) -> str:
    return lists.place_text(entry.at, entry.id)
