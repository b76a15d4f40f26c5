"""Reading all that is stored of a contact, to be handed out to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from ..affiliates import Publisher
from ..model import Conversion, Recorded
from ..personal_data import (
    Amount,
    PersonalAdjustment,
    PersonalClaim,
    PersonalClick,
    PersonalCommission,
    PersonalConflict,
    PersonalConversion,
    PersonalIdentity,
    PersonalPayout,
    PersonalSeparation,
    PersonalTouch,
)
from ..touches import Touch
from . import personal_values, rows
from .adjusting import Adjusting
from .erasing_subject import ClaimKey, Subject
from .ledger import Ledger
from .payouts import Payouts
from .publishers import Publishers
from .reading import Reading
from .statements import (
    CLAIM_COLUMNS,
    CLICK_COLUMNS,
    CONVERSION_COLUMNS,
    REFERRAL_COLUMNS,
    TOUCH_COLUMNS,
)
from .transaction import Transaction


class PersonalRows:
    """What a person's rows say of them; what they say of others is left out.

    :param transaction: in which they are read.
    """

    def __init__(self, transaction: Transaction, subject: Subject) -> None:
        self._transaction = transaction
        self._run = transaction.run
        self._statements = transaction.statements
        self._subject = subject

    def identities(self) -> Iterator[PersonalIdentity]:
        """The customers that are theirs."""
        statement = self._statements.privacy.subjects.identities_of_contact
        for customer_ref, at in self._run(statement, contact=self._subject.contact).fetchall():
            yield PersonalIdentity(customer_ref=customer_ref, at=rows.moment(at))

    def separations(self) -> Iterator[PersonalSeparation]:
        """From what they were separated, or joined to again."""
        subject = self._subject
        found = self._run(self._statements.privacy.subjects.separations).fetchall()
        for _, visitor, contact, customer_ref, apart, at in found:
            is_own = (
                contact == subject.contact
                or customer_ref in subject.customer_refs
                or visitor in subject.visitors
            )
            if is_own:
                yield PersonalSeparation(
                    at=rows.moment(at),
                    apart=bool(apart),
                    visitor=personal_values.text(visitor),
                    contact=contact if contact == subject.contact else None,
                    customer_ref=customer_ref if customer_ref in subject.customer_refs else None,
                )

    def clicks(self, ids: Iterable[int]) -> Iterator[PersonalClick]:
        """Clicks with these ids; those that are gone meanwhile are left out."""
        for id in ids:
            found = self._run(self._statements.privacy.subjects.select_click, id=id).fetchone()
            if found is not None:
                row = dict(zip(CLICK_COLUMNS, found, strict=True))
                yield PersonalClick(
                    id=str(id),
                    touch=self._touch(rows.touch_of(row, TOUCH_COLUMNS) or Touch()),
                    visitor=personal_values.text(row["visitor"]),
                    verdict=row["verdict"],
                    destination=row["destination"],
                )

    def conversions(self, ids: Iterable[int]) -> Iterator[PersonalConversion]:
        """Conversions with these ids, likewise."""
        for id in ids:
            found = self._run(self._statements.select_conversion_by_id, id=id).fetchone()
            if found is not None:
                row = dict(zip(CONVERSION_COLUMNS, found, strict=True))
                recorded = Reading(self._transaction).load(found, "recorded")
                yield self._conversion(recorded, rows.moment(row["recorded_at"]))

    def claims(self, keys: Iterable[ClaimKey]) -> Iterator[PersonalClaim]:
        """Those claims, likewise."""
        for reference, customer_ref, visitor in keys:
            key = {"reference": reference, "customer_ref": customer_ref, "visitor": visitor}
            statement = self._statements.privacy.subjects.select_claim
            found = self._run(statement, **key).fetchone()
            if found is not None:
                row = dict(zip(CLAIM_COLUMNS, found, strict=True))
                yield PersonalClaim(
                    at=rows.moment(row["at"]),
                    reference=reference,
                    customer_ref=self._customer(customer_ref),
                    visitor=str(visitor),
                    touch=self._touch_or_none(rows.touch_of(row, TOUCH_COLUMNS)),
                    referral=self._touch_or_none(rows.touch_of(row, REFERRAL_COLUMNS)),
                )

    def publishers(self) -> list[Publisher]:
        """Who of the publishers they are."""
        everybody = Publishers(self._transaction).everybody()
        return [each for each in everybody if self._is_them(each)]

    def commissions(self, publishers: Sequence[str]) -> Iterator[PersonalCommission]:
        """What these have earned; of the sale itself nothing is told, for it is somebody else's."""
        for publisher in publishers:
            found = Ledger(self._transaction).commissions(
                reference=None, publisher=publisher, state=None, payout=None
            )
            yield from map(personal_values.commission, found)

    def payouts(self, publishers: Sequence[str]) -> Iterator[PersonalPayout]:
        """What these were paid, or are to be."""
        for publisher in publishers:
            yield from map(
                personal_values.payout, Payouts(self._transaction).payouts(publisher=publisher)
            )

    def _is_them(self, publisher: Publisher) -> bool:
        contact = publisher.contact or publisher.id
        return (
            contact == self._subject.contact
            or publisher.customer_ref in self._subject.customer_refs
        )

    def _conversion(self, recorded: Recorded, recorded_at: datetime) -> PersonalConversion:
        conversion = recorded.conversion
        return PersonalConversion(
            id=str(recorded.id),
            source=conversion.source,
            scope=conversion.scope,
            reference=conversion.reference,
            target=conversion.target,
            affiliate_link=conversion.affiliate_link,
            occurred_at=conversion.occurred_at,
            recorded_at=recorded_at,
            revenue=Amount.of(conversion.revenue),
            refunded=Amount.of(recorded.refunded),
            cancelled=recorded.cancelled,
            quantity=conversion.quantity,
            customer_ref=self._customer(conversion.customer_ref),
            point_of_sale=_place(conversion),
            visitor=personal_values.text(recorded.visitor),
            touch=self._touch_or_none(recorded.touch),
            referral=self._touch_or_none(recorded.referral),
            lines=tuple(map(personal_values.line, conversion.lines)),
            adjustments=tuple(self._adjustments(recorded.id)),
            conflicts=tuple(self._conflicts(recorded.id)),
        )

    def _adjustments(self, id: int) -> Iterator[PersonalAdjustment]:
        for adjustment in Adjusting(self._transaction).of(id):
            yield PersonalAdjustment(
                at=adjustment.at,
                kind=adjustment.kind,
                reference=adjustment.reference,
                amount=Amount.of(adjustment.amount),
                lines=adjustment.lines,
            )

    def _conflicts(self, id: int) -> Iterator[PersonalConflict]:
        for conflict in Reading(self._transaction).conflicts(id):
            told = conflict.said
            yield PersonalConflict(
                at=conflict.at,
                source=told.source,
                revenue=Amount.of(told.revenue),
                quantity=told.quantity,
                customer_ref=self._customer(told.customer_ref),
                point_of_sale=_place(told),
                lines=tuple(map(personal_values.line, told.lines)),
            )

    def _touch_or_none(self, touch: Touch | None) -> PersonalTouch | None:
        return None if touch is None else self._touch(touch)

    def _touch(self, touch: Touch) -> PersonalTouch:
        is_others = touch.contact not in {None, self._subject.contact}
        return PersonalTouch(
            at=touch.at,
            contact=None if is_others else touch.contact,
            subscription=None if is_others else touch.subscription,
            list=touch.list,
            newsletter=touch.newsletter,
            link=touch.link,
            publisher=touch.publisher,
        )

    def _customer(self, customer_ref: str | None) -> str | None:
        return None if customer_ref in self._subject.others else customer_ref


def _place(conversion: Conversion) -> str | None:
    return None if conversion.order is None else conversion.order.point_of_sale
