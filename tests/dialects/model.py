"""What a shop's sales add up to, by the words of the contract alone: plain dicts and sums."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Literal

from tests.support.dialects import TRUST, WITH_LINES, quantity_of, total_of
from wsgi_salestrack import Order

Kind = Literal["newsletter", "publisher"]
Outcome = Literal["recorded", "conflict", "refused"]

_CENT = Decimal("0.01")
_PIXELS = ("pixel", "signed pixel")


@dataclass(frozen=True)
class Touch:
    """A click on a link.

    :param at: when; None: nobody knows, and it is credited all the same.
    :param names: of the newsletter's contact and so on, or of the publisher.
    """

    at: datetime | None
    names: Mapping[str, str]


#: What somebody, or a sale, is credited to.
Credit = dict[Kind, Touch]


@dataclass
class Sale:
    """One conversion.

    :param trust: of the most trusted that told of it.
    :param said: its values, and who was believed: each value with the trust in its teller.
    :param browser: that it was seen in, as far as that is known.
    """

    trust: int
    at: datetime
    said: dict[str, tuple[Any, int]]
    credit: Credit
    browser: int | None
    code: str | None = None
    cancelled: bool = False

    def value(self, name: str) -> Any:
        """What is known of it; None where nobody said."""
        return self.said[name][0] if name in self.said else None


@dataclass
class Model:
    """A shop.

    :ivar claims: touches of those who saw an order's snippet.
    :ivar names: of the products.
    :ivar contacts: who each customer is.
    """

    parents: Mapping[str, str]
    sales: dict[str, Sale] = field(default_factory=dict)
    claims: dict[str, dict[int, Credit]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    contacts: dict[str, str] = field(default_factory=dict)

    def arrive(
        self,
        way: str,
        reference: str,
        order: Order,
        credit: Credit,
        *,
        browser: int | None,
        code: str,
        at: datetime,
    ) -> Outcome:
        """An order is told of.

        :param browser: whose cookie says what it is credited to; None where there is none.
        """
        if way in _PIXELS and not credit:
            return "refused"
        trust, said = TRUST[way], _said_by(way, order)
        sale = self.sales.get(reference)
        if sale is None:
            sale = self.sales[reference] = Sale(trust, at, {}, {}, browser)
            self._credit(sale, credit, browser)
            self._credit_claims(reference)
        else:
            others = [sale.said[name][1] for name in _contradicted(sale, said)]
            if others and trust == sale.trust and max(others) == trust:
                self._note_code(sale, way, code)  # who earns on it is none of its values
                return "conflict"
            if others and trust < sale.trust:
                said = {}
            # What is there stays and what is missing is filled in, unless it is known better now.
            if trust < sale.trust or (trust == sale.trust and not others):
                said = {name: value for name, value in said.items() if name not in sale.said}
            # Somebody may ask for the pixel of an order of others.
            if trust >= sale.trust or None in {browser, sale.browser} or browser == sale.browser:
                self._credit(sale, credit, browser)
        sale.said |= {name: (value, trust) for name, value in said.items()}
        sale.trust = max(sale.trust, trust)
        self._note_code(sale, way, code)
        if "lines" in said:
            self._name_products(order, trusted=trust > TRUST["pixel"])
        return "recorded"

    def _note_code(self, sale: Sale, way: str, code: str) -> None:
        if way == "affiliate":
            sale.code = sale.code or code

    def claim(self, reference: str, by: int, credit: Credit) -> None:
        """Somebody sees an order's snippet; whoever came first with a click before it counts."""
        if not credit:
            return
        claims = self.claims.setdefault(reference, {})
        claims[by] = {**credit, **claims.get(by, {})}
        if reference in self.sales:
            self._credit_claims(reference)

    def _credit_claims(self, reference: str) -> None:
        for by, claim in self.claims.get(reference, {}).items():
            self._credit(self.sales[reference], claim, by)

    def totals(self, by: str) -> dict[str | None, tuple[int, int, Decimal]]:
        """Count, quantity and revenue of each newsletter, contact or day."""
        sums: dict[str | None, tuple[int, int, Decimal]] = {}
        for sale in self.sales.values():
            if not sale.cancelled:
                name = self._dimension(sale, by)
                count, quantity, revenue = sums.get(name, (0, 0, Decimal(0)))
                more = sale.value("quantity") or 0
                sums[name] = (count + 1, quantity + more, revenue + sale.value("revenue"))
        return sums

    def commissions(self) -> dict[tuple[str, str], Decimal]:
        """What each publisher earns on each sale; what was taken back is nothing."""
        earned: dict[tuple[str, str], Decimal] = {}
        for reference, sale in self.sales.items():
            if "publisher" in sale.credit and sale.code and not sale.cancelled:
                publisher, revenue = (
                    sale.credit["publisher"].names["publisher"],
                    sale.value("revenue"),
                )
                if sale.code == "flat":
                    earned[reference, publisher] = Decimal("2.50")
                    continue
                earned[reference, publisher] = _percent(10, revenue)
                if publisher in self.parents:
                    earned[reference, self.parents[publisher]] = _percent(5, revenue)
        return {key: amount for key, amount in earned.items() if amount}

    def _dimension(self, sale: Sale, by: str) -> str | None:
        if by == "day":
            return sale.at.date().isoformat()
        touch = sale.credit.get("newsletter")
        if touch is not None:
            return touch.names[by]
        customer: str | None = sale.value("customer")
        return self.contacts.get(customer or "") if by == "contact" else None

    def _credit(self, sale: Sale, credit: Credit, browser: int | None) -> None:
        """Nobody loses a sale, and who came after it did not bring it."""
        for kind, touch in credit.items():
            if kind not in sale.credit and (touch.at is None or touch.at <= sale.at):
                sale.credit[kind] = touch
                sale.browser = browser if sale.browser is None else sale.browser

    def _name_products(self, order: Order, *, trusted: bool) -> None:
        for line in order.lines:
            if trusted or line.product_id not in self.names:
                self.names[line.product_id] = line.name


def _contradicted(sale: Sale, said: Mapping[str, Any]) -> list[str]:
    return [name for name in said if name in sale.said and sale.value(name) != said[name]]


def _said_by(way: str, order: Order) -> dict[str, Any]:
    """What a dialect has words for."""
    said: dict[str, Any] = {"revenue": total_of(order)}
    if way in WITH_LINES or way == "target":
        said["quantity"] = quantity_of(order)
    if way in WITH_LINES:
        said["customer"] = order.customer_ref
        said["lines"] = [
            (line.product_id, line.quantity, line.unit_price.amount) for line in order.lines
        ]
    return said


def _percent(percent: int, revenue: Decimal) -> Decimal:
    return (revenue * percent / 100).quantize(_CENT, ROUND_HALF_EVEN)
