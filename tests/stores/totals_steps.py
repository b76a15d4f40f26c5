"""What may happen to a shop's rows: recorded, changed and deleted, in any order."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, timedelta, timezone
from typing import NamedTuple, TypeAlias

import msgspec
from hypothesis import strategies as st

from tests.stores.kept import Kept
from tests.stores.values import NOON, arrival, click, line, order
from wsgi_salestrack import BadValue, Click, Money, Touch, UnknownReference
from wsgi_salestrack.adjustments import Change
from wsgi_salestrack.days import day_of
from wsgi_salestrack.identity import new_id, new_visitor_id
from wsgi_salestrack.model import Arrival, Claim
from wsgi_salestrack.stores import rows
from wsgi_salestrack.touches import Verdict

HOUR = timedelta(hours=1)


class Arrive(NamedTuple):
    """A conversion comes, perhaps as a repeat; perhaps with an id from before the others."""

    arriving: Arrival
    late: bool = False

    def on(self, kept: Kept) -> None:
        if not self.late:
            kept.store.record(kept.site, self.arriving)
            return
        row = rows.arrival_row(rows.arrival_values(kept.site, self.arriving))
        row |= {"id": new_visitor_id() % 10**9, "dedupe_key": None}
        with kept.transaction() as transaction:
            transaction.execute(transaction.statements.insert_conversion, row)


class Adjust(NamedTuple):
    """One is cancelled, refunded or reinstated, if that can be done."""

    reference: str
    change: Change

    def on(self, kept: Kept) -> None:
        with suppress(BadValue, UnknownReference):
            id = new_id(NOON)
            kept.store.adjust(
                kept.site, "order", self.reference, self.change, id=id, at=NOON, announced=False
            )


class Credit(NamedTuple):
    """A claim tells whose an order is."""

    reference: str
    newsletter: str

    def on(self, kept: Kept) -> None:
        kept.store.claim(
            kept.site,
            Claim(
                reference=self.reference,
                customer_ref="k1",
                visitor=7,
                touch=Touch(at=NOON - 90 * HOUR, newsletter=self.newsletter),
                referral=Touch(at=NOON - 90 * HOUR, publisher="p9"),
                at=NOON,
                window=timedelta(days=30),
            ),
        )


class Come(NamedTuple):
    """Somebody clicks."""

    click: Click
    late: bool = False

    def on(self, kept: Kept) -> None:
        id = new_visitor_id() % 10**9 if self.late else new_id(NOON)
        kept.store.add_click(kept.site, msgspec.structs.replace(self.click, id=id))


class Rename(NamedTuple):
    """A newsletter is called otherwise, as erasure does with what is named after a person."""

    newsletter: str

    def on(self, kept: Kept) -> None:
        with kept.transaction() as transaction:
            for table in ("conversions", "clicks"):
                transaction.run(
                    f"UPDATE {table} SET touch_newsletter = 'gone' "  # noqa: S608  two of ours
                    "WHERE site = :site AND touch_newsletter = :newsletter",
                    newsletter=self.newsletter,
                )


class Delete(NamedTuple):
    """One is deleted, with all that is its own."""

    reference: str

    def on(self, kept: Kept) -> None:
        named = "site = :site AND reference = :reference"
        of_it = f"site = :site AND conversion IN (SELECT id FROM conversions WHERE {named})"  # noqa: S608  our own words
        with kept.transaction() as transaction:
            for table in ("lines", "adjustments", "conflicts"):
                statement = f"DELETE FROM {table} WHERE {of_it}"  # noqa: S608  three of ours
                transaction.run(statement, reference=self.reference)
            statement = f"DELETE FROM conversions WHERE {named}"  # noqa: S608  our own words
            transaction.run(statement, reference=self.reference)


class Run(NamedTuple):
    """Somebody changes rows by statements of their own."""

    statements: tuple[str, ...]

    def on(self, kept: Kept) -> None:
        with kept.transaction() as transaction:
            for statement in self.statements:
                transaction.run(statement)


class MoveMark(NamedTuple):
    """What is new is added to the totals."""

    def on(self, kept: Kept) -> None:
        kept.move_mark()


Step: TypeAlias = Arrive | Adjust | Credit | Come | Rename | Delete | Run | MoveMark

references = st.sampled_from(["1", "2", "3"])
names = st.sampled_from([None, "a", "b"])
moments = st.integers(-90, 60).map(lambda hours: NOON + hours * HOUR)
# One shop that has changed its zone again and again.
days = st.sampled_from([UTC, timezone(14 * HOUR), timezone(-11 * HOUR)])
lines = st.builds(
    line,
    st.sampled_from(["s1", "s2"]),
    quantity=st.integers(1, 3),
    unit_price=st.integers(0, 9).map(lambda amount: Money(amount, "USD")),
)
orders = st.none() | st.lists(lines, min_size=1, max_size=3).map(lambda bought: order(*bought))


@st.composite
def arrivals(draw: st.DrawFn) -> Arrival:
    """A conversion by a shop or a pixel, of one of three references, or of none."""
    at, bought = draw(moments), draw(orders)
    currency = "USD" if bought else draw(st.sampled_from(["USD", "JPY"]))
    newsletter, link, publisher = draw(names), draw(names), draw(names)
    money = st.integers(0, 50).map(lambda amount: Money(amount, currency))
    return arrival(
        draw(references | st.none()),
        at=at,
        day=day_of(at, draw(days)),
        touch=Touch(newsletter=newsletter, link=link) if newsletter or link else None,
        referral=Touch(publisher=publisher) if publisher else None,
        source=draw(st.sampled_from(["api", "ecommerce_pixel"])),
        revenue=draw(st.none() | money),
        quantity=draw(st.none() | st.integers(1, 5)),
        order=bought,
    )


@st.composite
def clicks(draw: st.DrawFn) -> Click:
    """A click, most likely a valid one."""
    at = draw(moments)
    touch = Touch(at=at, newsletter=draw(names), link=draw(names), publisher=draw(names))
    verdicts: list[Verdict] = ["valid", "valid", "valid", "bot", "refused"]
    verdict = draw(st.sampled_from(verdicts))
    return msgspec.structs.replace(click(touch, verdict=verdict), day=day_of(at, draw(days)))


changes = st.one_of(
    st.builds(Change, kind=st.sampled_from(["cancellation", "reinstatement", "refund"])),
    st.builds(Change, kind=st.just("refund"), amount=st.integers(1, 20).map(str)),
    st.builds(Change, kind=st.just("refund"), lines=st.sampled_from([{"s1": 1}, {"s2": 2}])),
)
steps: st.SearchStrategy[Step] = st.one_of(
    st.builds(Arrive, arrivals(), st.sampled_from([False, False, False, True])),
    st.builds(Arrive, arrivals()),
    st.builds(Adjust, references, changes),
    st.builds(Credit, references, st.sampled_from(["a", "c"])),
    st.builds(Come, clicks(), st.booleans()),
    st.builds(Rename, st.sampled_from(["a", "b"])),
    st.builds(Delete, references),
    st.builds(MoveMark),
    st.builds(MoveMark),
)
