"""What the rows of a person are to hold once the person was taken out of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import msgspec

from ..masking import page_of
from ..model import Conversion
from ..orders import without_customer
from .erasing_subject import Subject
from .transaction import Transaction

_CONVERSION: Final = msgspec.json.Decoder(Conversion)
_JSON: Final = msgspec.json.Encoder()
_TOUCHES: Final = ("touch", "referral")


class After:
    """Says what will be in a row; nothing is written.

    A dry run knows by it what a real one will do, and a real one what it has still to do. Of a row
    that was changed already it says the same.

    :param subject: the person.
    :param references: whether the numbers of orders and of refunds go as well.
    """

    def __init__(self, subject: Subject, *, references: bool) -> None:
        self.subject: Final = subject
        self._references = references
        self._clicks = frozenset(subject.clicks)
        self._conversions = frozenset(subject.conversions)
        self._claims = frozenset(subject.claims)
        self._rows: Final[Mapping[str, Callable[[dict[str, Any]], dict[str, Any] | None]]] = {
            "clicks": self._click,
            "conversions": self._conversion,
            "claims": self._claim,
            "adjustments": self._adjustment,
            "conflicts": self._conflict,
            "identities": self._identity,
            "separations": self._separation,
            "publishers": self._account,
        }

    def row(self, table: str, row: dict[str, Any]) -> dict[str, Any] | None:
        """What is in a row by then, by its columns; None: it is deleted.

        :param row: the columns in which a name may stand, and what tells which row it is.
        """
        change = self._rows.get(table)
        return row if change is None else change(row)

    def is_sold_to_others(self, conversions: Iterable[int]) -> bool:
        """Whether one of these is not theirs."""
        return any(id not in self._conversions for id in conversions)

    def names(self, contact: str | None, subscription: str | None) -> tuple[str | None, str | None]:
        """Contact and subscription of a touch; as they are, where they are somebody else's."""
        if contact == self.subject.contact:
            return None, None
        if contact is None and subscription in self.subject.subscriptions:
            return None, None
        return contact, subscription

    def customer(self, customer_ref: str | None) -> str | None:
        """The customer of a conversion of theirs."""
        return customer_ref if customer_ref in self.subject.others else None

    def lost(self, lost: str, *, is_own: bool) -> str:
        """What somebody else said of a conversion, of theirs or of another one."""
        conversion = _CONVERSION.decode(lost)
        known = conversion.customer_ref
        is_theirs = known in self.subject.customer_refs
        if known is None or not (is_theirs or (is_own and self.customer(known) is None)):
            return lost
        order = without_customer(conversion.order)
        return _JSON.encode(msgspec.structs.replace(conversion, order=order)).decode()

    def publisher(
        self, publisher: str, contact: str | None, customer_ref: str | None
    ) -> tuple[str | None, str | None]:
        """By which contact and customer a publisher is known."""
        is_theirs = (contact or publisher) == self.subject.contact
        return (
            None if is_theirs else contact,
            None if is_theirs or customer_ref in self.subject.customer_refs else customer_ref,
        )

    def counts(self, transaction: Transaction) -> dict[str, int]:
        """How many rows will be changed of the tables in which persons are tied together."""
        privacy, subject = transaction.statements.privacy, self.subject
        separations = transaction.run(privacy.subjects.separations).fetchall()
        publishers = transaction.run(privacy.erasing.select_publishers).fetchall()
        identities = privacy.subjects.identities_of_contact
        return {
            "separations": sum(self._is_separation(*row[2:4]) for row in separations),
            "publishers": sum(self.publisher(*row) != tuple(row[1:]) for row in publishers),
            "identities": len(transaction.run(identities, contact=subject.contact).fetchall()),
        }

    def _click(self, row: dict[str, Any]) -> dict[str, Any]:
        if row["id"] not in self._clicks:
            return row
        return {**row, **self._touch("touch", row), "destination": page_of(row["destination"])}

    def _conversion(self, row: dict[str, Any]) -> dict[str, Any]:
        if row["id"] not in self._conversions:
            return row
        row = {**row, "customer_ref": self.customer(row["customer_ref"])}
        for touch in _TOUCHES:
            row |= self._touch(touch, row)
        return row | ({"reference": None, "dedupe_key": None} if self._references else {})

    def _claim(self, row: dict[str, Any]) -> dict[str, Any] | None:
        key = (row["reference"], row["customer_ref"], row["visitor"])
        return None if key in self._claims else row

    def _adjustment(self, row: dict[str, Any]) -> dict[str, Any]:
        is_gone = self._references and row["conversion"] in self._conversions
        return {**row, "reference": None} if is_gone else row

    def _conflict(self, row: dict[str, Any]) -> dict[str, Any]:
        is_own = row["conversion"] in self._conversions
        return {**row, "lost": self.lost(row["lost"], is_own=is_own)}

    def _identity(self, row: dict[str, Any]) -> dict[str, Any] | None:
        return None if row["contact"] == self.subject.contact else row

    def _separation(self, row: dict[str, Any]) -> dict[str, Any] | None:
        return None if self._is_separation(row["contact"], row["customer_ref"]) else row

    def _account(self, row: dict[str, Any]) -> dict[str, Any]:
        names = self.publisher(row["publisher"], row["contact"], row["customer_ref"])
        return {**row, "contact": names[0], "customer_ref": names[1]}

    def _is_separation(self, contact: str | None, customer_ref: str | None) -> bool:
        return contact == self.subject.contact or customer_ref in self.subject.customer_refs

    def _touch(self, touch: str, row: Mapping[str, Any]) -> dict[str, Any]:
        columns = (f"{touch}_contact", f"{touch}_subscription")
        return dict(zip(columns, self.names(*(row[each] for each in columns)), strict=True))
