"""What becomes of a conversion later."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from ..adjustments import Adjusted, Change
from ..checks import LONGEST_NAME, LONGEST_REFERENCE, check_mapping, check_text
from ..identity import new_id
from ..model import ORDER_SCOPE
from ..money import Money
from .core import Core


class Adjusting(Core):
    """What a tracker does with conversions that were recorded.

    Each of these is committed when it returns, sends ``conversion_adjusted`` if it is new, and may
    be given an ``adjustment_ref``, such as the refund's number: the same one is made once, however
    often it is told. Commissions follow to the minor unit.
    """

    def cancel(
        self, reference: str, scope: str = ORDER_SCOPE, *, adjustment_ref: str | None = None
    ) -> Adjusted:
        """Cancel a conversion: it stays, but out of all totals, and nobody earns on it.

        :param reference: of the order; with another ``scope``, of what was recorded in that.
        :returns: ``duplicate`` where it is cancelled already.
        :raises UnknownReference: if there is no such conversion.
        :raises StoreError: if it could not be written, or there is no store.
        """
        return self._adjust(reference, scope, Change(kind="cancellation", reference=adjustment_ref))

    def refund(
        self,
        reference: str,
        *,
        amount: Money | Decimal | str | None = None,
        lines: Mapping[str, int] | None = None,
        scope: str = ORDER_SCOPE,
        adjustment_ref: str | None = None,
    ) -> Adjusted:
        """Take some of a sale's revenue back: an amount, some products, or all that is left.

        :param amount: text and Decimal are in the sale's currency.
        :param lines: product id -> how many of it came back.
        :returns: ``conflict`` where ``adjustment_ref`` was used for something else, which stands.
        :raises BadValue: if it is more than is left, or more than was sold.
        :raises UnknownReference: if there is no such conversion.
        :raises StoreError: if it could not be written, or there is no store.
        """
        change = Change(kind="refund", reference=adjustment_ref, amount=amount, lines=lines)
        return self._adjust(reference, scope, change)

    def chargeback(
        self,
        reference: str,
        *,
        amount: Money | Decimal | str | None = None,
        lines: Mapping[str, int] | None = None,
        scope: str = ORDER_SCOPE,
        adjustment_ref: str | None = None,
    ) -> Adjusted:
        """Take some of a sale's revenue back as :meth:`refund` does; the buyer's bank did it.

        :param amount: text and Decimal are in the sale's currency.
        :param lines: product id -> how many of it were disputed.
        :returns: ``conflict`` where ``adjustment_ref`` was used for something else, which stands.
        :raises BadValue: if it is more than is left, or more than was sold.
        :raises UnknownReference: if there is no such conversion.
        :raises StoreError: if it could not be written, or there is no store.
        """
        change = Change(kind="chargeback", reference=adjustment_ref, amount=amount, lines=lines)
        return self._adjust(reference, scope, change)

    def reinstate(
        self,
        reference: str,
        *,
        amount: Money | Decimal | str | None = None,
        scope: str = ORDER_SCOPE,
        adjustment_ref: str | None = None,
    ) -> Adjusted:
        """Undo a cancellation; or if there is none, what was taken back.

        :param amount: only so much of it.
        :raises BadValue: if it is more than was taken back, or nothing was.
        :raises UnknownReference: if there is no such conversion.
        :raises StoreError: if it could not be written, or there is no store.
        """
        change = Change(kind="reinstatement", reference=adjustment_ref, amount=amount)
        return self._adjust(reference, scope, change)

    def _adjust(self, reference: str, scope: str, change: Change) -> Adjusted:
        check_text("reference", reference, LONGEST_REFERENCE)
        check_text("scope", scope, LONGEST_NAME)
        if change.reference is not None:
            check_text("adjustment_ref", change.reference, LONGEST_REFERENCE)
        if change.lines is not None:
            check_mapping("lines", change.lines, '{"socks": 2}')
        now = self.now()
        adjusted = self.store.adjust(
            self.config.site,
            scope,
            reference,
            change,
            id=new_id(now),
            at=now,
            announced=self._announcer.adjustments_are_listened_to,
        )
        self._announcer.tell_adjusted(adjusted)
        return adjusted
