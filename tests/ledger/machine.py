"""What an affiliate manager does, and what must hold whatever anybody does."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import timedelta
from itertools import product
from typing import Any, Final

from hypothesis.stateful import invariant

from tests.ledger import comparing
from tests.ledger.commissions import EntryState, PayoutState, move
from tests.ledger.crediting import JOURNEYS, MODELS
from tests.ledger.options import Goes
from tests.ledger.selling import TICK, Selling, step
from tests.ledger.translating import money_of, pair_of
from tests.ledger.values import Rule
from tests.support.clock import ManualClock
from wsgi_salestrack import Tracker

# A report and a sale's explanation are looked at after so many steps, and all of them at the end.
_LOOK_EVERY: Final = 4
#: By what, and whose touches share a sale.
REPORTS: Final = tuple(product(comparing.DIMENSIONS, (None, *JOURNEYS)))
# Of a publisher, where the tracker calls it something else.
_FIELDS: Final = {"customer": "customer_ref"}
_NEXT: Final[dict[PayoutState, PayoutState]] = {
    "prepared": "approved",
    "approved": "exported",
    "exported": "paid",
}


class Machine(Selling):
    """A tracker beside the plain model, through any program of steps.

    :ivar exported: what the shop paid from, by the payouts' ids.
    """

    def __init__(self, tracker: Tracker, clock: ManualClock) -> None:
        super().__init__(tracker, clock)
        self._exported: dict[int, str] = {}
        self._steps = 0

    @step("who", "terms")
    def change_publisher(self, who: str, terms: dict[str, Any]) -> None:
        """Somebody gets another rule or parent, or turns out to be a customer."""
        self._clock.advance(TICK)
        changes: dict[str, Any] = {
            _FIELDS.get(name, name): pair_of(value) if isinstance(value, Rule) else value
            for name, value in terms.items()
        }
        self._both(
            "publisher",
            lambda: self._shop.change_publisher(who, terms),
            lambda: self._tracker.set_publisher(who, **changes).id,
        )

    @step("nth", "becoming")
    def decide(self, nth: int, becoming: EntryState) -> None:
        """One commission is approved, declined or paid."""
        self._clock.advance(TICK)
        entries = self._shop.books.entries
        if entries:
            place = -1 - nth % len(entries)
            id = self._tracker.commissions()[place].id
            self._both(
                becoming,
                lambda: self._shop.books.decide(entries[place], becoming),
                lambda: self._tracker.set_commission_state([id], becoming),
            )

    @step()
    def approve_all(self) -> None:
        """All that is pending is approved at once, but for what turns out to earn nothing."""
        self._clock.advance(TICK)
        ids = [entry.id for entry in self._tracker.commissions(state="pending")]
        changed = self._tracker.set_commission_state(ids, "approved")
        books = self._shop.books
        pending = [entry for entry in books.entries if entry.state == "pending"]
        became = [books.decide(entry, "approved") for entry in pending if entry.state == "pending"]
        assert changed == sum(became)

    @step("holding", "minimum", "publisher")
    def prepare(self, holding: timedelta, minimum: dict[str, int], publisher: str | None) -> None:
        """What is due is collected."""
        self._clock.advance(TICK)
        least = {currency: money_of(minor, currency).amount for currency, minor in minimum.items()}
        found = self._tracker.prepare_payouts(holding=holding, minimum=least, publisher=publisher)
        made = self._shop.books.prepare(self._clock.now - holding, minimum, publisher)
        assert len(found) == len(made)

    @step("nth", "goes")
    def payout_goes_on(self, nth: int, goes: Goes) -> None:
        """One payout is approved, exported, paid or dropped."""
        self._clock.advance(TICK)
        payouts = self._shop.books.payouts
        if not payouts:
            return
        place = -1 - nth % len(payouts)
        payout, id = payouts[place], self._tracker.payouts()[place].id
        state = _NEXT.get(payout.state, payout.state) if goes == "on" else goes
        ask: dict[PayoutState, Callable[[int], Any]] = {
            "approved": self._tracker.approve_payout,
            "exported": self._export,
            "paid": self._tracker.pay_payout,
            "dropped": self._tracker.drop_payout,
        }
        if state in ask:
            self._both(f"payout {state}", lambda: move(payout, state), lambda: ask[state](id))

    def _export(self, id: int) -> int:
        """Whether it was not exported before; the text of one that was is the same again."""
        text = self._tracker.export_payout(id)
        is_new = id not in self._exported
        assert self._exported.setdefault(id, text) == text
        return int(is_new)

    @invariant()
    def the_books_are_right(self) -> None:
        """After each step; and of what takes longer a part, after some."""
        comparing.assert_books(self._tracker, self._shop)
        self._steps += 1
        looks, rest = divmod(self._steps, _LOOK_EVERY)
        if not rest:
            comparing.assert_report(self._tracker, self._shop, *REPORTS[looks % len(REPORTS)])
            for sale in self._shop.sales[looks % (len(self._shop.sales) or 1) :][:1]:
                model = MODELS[looks % len(MODELS)]
                comparing.assert_explained(self._tracker, self._shop, sale, model)

    def teardown(self) -> None:
        """Look at everything once, if the program went as it should."""
        if sys.exc_info()[0] is not None:
            return
        for by, journey in REPORTS:
            comparing.assert_report(self._tracker, self._shop, by, journey)
        for sale, model in product(self._shop.sales, MODELS):
            comparing.assert_explained(self._tracker, self._shop, sale, model)
        comparing.assert_verified(self._tracker)
        for id, text in self._exported.items():
            assert self._tracker.export_payout(id) == text
