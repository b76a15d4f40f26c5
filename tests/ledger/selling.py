"""What visitors, buyers and the shop do, to a tracker and to its plain model."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final, TypeVar, cast

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.ledger import options
from tests.ledger.crediting import named
from tests.ledger.model import Shop
from tests.ledger.options import LINKS, OPTIONS, PUBLISHERS, Says
from tests.ledger.translating import conversion_of, money_of, pair_of, touch_of
from tests.ledger.values import Kind, Outcome, Programme, Refused, Touch
from tests.support.clock import NOON, ManualClock
from tests.support.dialects import InProcess
from tests.support.shop import page
from wsgi_salestrack import BadValue, SalesTrackMiddleware, Tracker
from wsgi_salestrack.errors import Unattributed, UnknownReference

# Odd, so that no two clicks come in one moment, and no age is a whole number of half lives.
TICK: Final = timedelta(minutes=7, seconds=13, microseconds=11)

_Step = TypeVar("_Step", bound=Callable[..., None])


#: The arguments of each step.
ARGUMENTS: Final[dict[str, tuple[str, ...]]] = {}


def step(*names: str) -> Callable[[_Step], _Step]:
    """A rule whose arguments are any of their options."""
    drawn: dict[str, Any] = {name: st.sampled_from(OPTIONS[name]) for name in names}
    rule_of: Any = rule(**drawn)

    def of(function: _Step) -> _Step:
        ARGUMENTS[function.__name__] = names
        return cast("_Step", rule_of(function))

    return of


class Selling(RuleBasedStateMachine):
    """A tracker beside the plain model.

    :param tracker: whose site is emptied.
    :param clock: of it.
    :ivar met: what became of the steps, in words; so a test can tell that it has seen them.
    """

    def __init__(self, tracker: Tracker, clock: ManualClock) -> None:
        super().__init__()
        self._clock, self._tracker = clock, tracker
        clock.now = NOON
        tracker.store.forget_site("default")
        application = SalesTrackMiddleware(page, tracker)
        self._browsers = [InProcess(application) for _ in OPTIONS["by"]]
        self._shop = Shop({publisher.id: publisher for publisher in PUBLISHERS})
        self.met: set[str] = set()

    @initialize()
    def open_the_shop(self) -> None:
        """Two visitors have come before."""
        for publisher in PUBLISHERS:
            self._tracker.add_publisher(
                publisher.id,
                parent=publisher.parent,
                tier1=pair_of(publisher.tier1),
                tier2=pair_of(publisher.tier2),
                contact=publisher.contact,
                customer_ref=publisher.customer,
            )
        for by, link in ((0, "mail"), (0, "blog"), (1, "other mail")):
            self.click(by, link)

    @step("by", "link")
    def click(self, by: int, link: str) -> None:
        """A visitor follows a link."""
        self._clock.advance(TICK)
        names = {name: value for name, value in LINKS[link]._asdict().items() if value}
        url = self._tracker.click_url("/p/socks", **names)
        assert self._browsers[by].get(url).status == 302
        self._shop.click(by, LINKS[link]._replace(at=self._clock.now))

    @step(
        *("by", "link", "reference", "credit", "back"),
        *("way", "cart", "price", "currency", "whose", "code"),
    )
    def record(
        self,
        *,
        by: int,
        link: str,
        reference: str | None,
        credit: options.CreditedBy,
        back: timedelta,
        **says: Any,
    ) -> None:
        """A sale is told of, now or later, for the first time or again."""
        self._clock.advance(TICK)
        at = self._clock.now - back
        said = Says(**says)
        visitor, touches, given = self._credited(by, link, credit)
        conversion = conversion_of(said, reference, at if back else None)

        def arrive() -> Outcome:
            if "pixel" in said.way and not any(each.is_within(at) for each in touches.values()):
                raise Refused("nobody is credited")
            told = said.told()
            return self._shop.record(reference, told, at=at, visitor=visitor, touches=touches)

        def record() -> Outcome:
            return self._tracker.record(conversion, **given).outcome

        self._both("sale", arrive, record, refused=Unattributed)

    def _credited(
        self, by: int, link: str, credit: options.CreditedBy
    ) -> tuple[int | None, dict[Programme, Touch], dict[str, Any]]:
        """Who is the visitor, what is credited, and how the tracker is told."""
        if credit == "nothing":
            return None, {}, {}
        if credit == "cookie":
            known = self._shop.cookies.get(by)
            given = {"environ": self._browsers[by].environ}
            return (None, {}, given) if known is None else (by, known, given)
        touch = LINKS[link]
        if credit != "click without a time":
            ago = timedelta(hours=1) if credit == "click now" else timedelta(days=10)
            touch = touch._replace(at=self._clock.now - ago)
        return None, dict.fromkeys(touch.programmes, touch), {"touch": touch_of(touch)}

    @step("sold", "kind", "part", "again")
    def adjust(self, *, sold: str, kind: Kind, part: options.Part, again: str | None) -> None:
        """Money is given back or taken again, or a sale is cancelled."""
        self._clock.advance(TICK)
        ask: dict[Kind, Callable[..., Any]] = {
            "refund": self._tracker.refund,
            "chargeback": self._tracker.chargeback,
            "cancellation": self._tracker.cancel,
            "reinstatement": self._tracker.reinstate,
        }
        sale = self._shop.sale(sold)
        if sale is None:
            with pytest.raises(UnknownReference):
                ask[kind](sold, adjustment_ref=again)
            return
        change = options.change(kind, part, again, sale.told.minor)
        given: dict[str, Any] = {"adjustment_ref": again}
        if change.minor is not None:
            given["amount"] = money_of(change.minor, sale.told.currency)
        if change.products:
            given["lines"] = dict(change.products)

        def made() -> str:
            outcome: str = ask[kind](sold, **given).outcome
            return "recorded" if outcome == "adjusted" else outcome

        self._both(kind, lambda: self._shop.change(sale, change), made)

    @step("customer", "contact")
    def identify(self, customer: str, contact: str) -> None:
        """The shop says who a customer is; the last word counts."""
        self._clock.advance(TICK)
        self._tracker.identify(contact=contact, customer_ref=customer)
        self._shop.identify(contact, customer)

    @step("names", "apart")
    def set_apart(self, names: options.Names, *, apart: bool) -> None:
        """Two names are not one person's, or are again."""
        self._clock.advance(TICK)
        by, contact, customer = names
        visitor = None
        if by is not None:
            known = self._tracker.visitor(self._browsers[by].environ)
            if known is None:
                return  # who never came has no name
            visitor = known.id
        say = self._tracker.separate if apart else self._tracker.join
        said = say(visitor=visitor, contact=contact, customer_ref=customer)
        assert said == self._shop.set_apart(frozenset(named(*names)), apart=apart)

    @step("days")
    def time_passes(self, days: int) -> None:
        """Some days, or a month until a sale is no longer held."""
        self._clock.advance(TICK + timedelta(days=days))

    def _both(
        self,
        step: str,
        expected: Callable[[], Any],
        done: Callable[[], Any],
        *,
        refused: type[Exception] = BadValue,
    ) -> None:
        """The same becomes of it on both sides.

        :param refused: what the tracker raises where it can't be done.
        """
        try:
            becomes = expected()
        except Refused:
            self.met.add(f"{step} refused")
            with pytest.raises(refused):
                done()
        else:
            self.met.add(f"{step} {becomes}")
            assert done() == becomes
