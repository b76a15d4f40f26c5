"""CDNOW's purchases with everything that a shop may know of them, made up by rule.

24 newsletters, 200 links, 40 publishers, 100 products in 10 categories; refunds, cancellations and
commissions; and clicks. Nothing here uses salestrack, so that its reports can be held against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

from benchmarks.cdnow import NEWSLETTERS, Purchase, newsletter_of

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class BoughtLine:
    """A line of a sale; the price of one in cents."""

    product: str
    quantity: int
    price: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Sale:
    """A purchase; money in cents.

    :param names: of the link that was clicked, of the publisher, and of the sale itself.
    :param returned: product -> how many came back.
    :param taken: what was taken back as an amount.
    :param refunded: all that was taken back.
    """

    number: int
    customer: int
    at: datetime
    quantity: int
    revenue: int
    names: dict[str, str]
    lines: tuple[BoughtLine, ...] = ()
    returned: dict[str, int] = field(default_factory=dict)
    taken: int = 0
    refunded: int = 0
    cancelled: bool = False
    earns: bool = False

    @property
    def commission(self) -> int:
        """Ten percent of what is left, half a cent to the even one."""
        if not self.earns:
            return 0
        tenth = Decimal(self.revenue - self.refunded) / 10
        return int(tenth.quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


@dataclass(frozen=True, kw_only=True, slots=True)
class Clicked:
    """A click on a link with these names."""

    number: int
    at: datetime
    visitor: int | None
    names: dict[str, str]
    valid: bool = True


def sales_of(purchases: Iterable[Purchase]) -> Iterator[Sale]:
    """The purchases, with what the rules add to them."""
    return map(_sale, purchases)


def clicks_of(sales: Iterable[Sale]) -> Iterator[Clicked]:
    """What was clicked: before most sales, and by people who bought nothing."""
    number = 0
    for sale in sales:
        clicked = {name: sale.names[name] for name in _OF_LINK if name in sale.names}
        links = [(clicked, -2 * _HOUR, sale.customer)] if clicked else []
        if "publisher" in sale.names:
            links.append(({"publisher": sale.names["publisher"]}, -_HOUR, sale.customer))
        if sale.number % 3 == 0:
            looker = 1_000_000 + sale.number % 5000
            newsletter = NEWSLETTERS[sale.number % 24]
            names = {"newsletter": newsletter, "link": "footer", "contact": f"c{looker}"}
            links.append((names, 12 * _HOUR, looker))
        for names, after, visitor in links:
            number += 1
            yield Clicked(
                number=number,
                at=sale.at + after,
                visitor=None if number % 29 == 0 else visitor,
                names=names,
                valid=number % 17 != 0,
            )


def categories_of(product: str) -> tuple[str, ...]:
    """Of a product: two, one, or none."""
    number = int(product.removeprefix("sku"))
    if number % 13 == 0:
        return ()
    own = (f"cat{number % 6}", f"cat{6 + number % 4}")
    return own if number % 2 else own[:1]


_OF_LINK = ("newsletter", "link", "contact", "subscription", "list")


def _sale(purchase: Purchase) -> Sale:
    number, customer = purchase.number, int(purchase.customer)
    revenue = int(purchase.revenue * 100)
    lines = _lines(number, purchase.quantity, revenue) if number % 7 else ()
    returned, taken, refunded = _back(number, revenue, lines)
    return Sale(
        number=number,
        customer=customer,
        at=datetime.fromisoformat(purchase.day).replace(
            hour=number % 24, minute=number * 7 % 60, tzinfo=UTC
        ),
        quantity=purchase.quantity,
        revenue=revenue,
        names=_names(purchase, has_lines=bool(lines)),
        lines=lines,
        returned=returned,
        taken=taken,
        refunded=refunded,
        cancelled=number % 37 == 0,
        earns=number % 10 == 0,
    )


def _names(purchase: Purchase, *, has_lines: bool) -> dict[str, str]:
    number, customer = purchase.number, int(purchase.customer)
    names = {"source": ("api", "import", "xmlrpc")[number % 3]}
    newsletter = newsletter_of(purchase.customer)
    if newsletter is not None:
        names |= {"newsletter": newsletter, "link": f"link{number % 200}"}
        names |= {"contact": f"c{customer}", "subscription": f"s{customer % 97}"}
        if customer % 3:
            names["list"] = ("main", "vip")[customer % 3 - 1]
    if number % 5 == 0:
        names["publisher"] = f"p{number % 40}"
    if number % 4 == 0:
        names["target"] = str(number % 3 + 1)
    if has_lines and number % 3:
        names["point_of_sale"] = ("web", "berlin")[number % 3 - 1]
    return names


def _lines(number: int, quantity: int, revenue: int) -> tuple[BoughtLine, ...]:
    """Two products or one; with a rest like shipping, or a discount of a dollar."""
    first, second = f"sku{number % 50}", f"sku{number // 50 % 50 + 50}"
    if quantity == 1:
        discount = 100 if number % 11 == 0 else 0
        return (BoughtLine(product=first, quantity=1, price=revenue + discount),)
    price = revenue // 3
    return (
        BoughtLine(product=first, quantity=1, price=price),
        BoughtLine(
            product=second, quantity=quantity - 1, price=(revenue - price) // (quantity - 1)
        ),
    )


def _back(
    number: int, revenue: int, lines: tuple[BoughtLine, ...]
) -> tuple[dict[str, int], int, int]:
    """What came back: everything, an amount, or a product."""
    if number % 10 or not revenue:
        return {}, 0, 0
    if number % 30 == 0:
        return {}, revenue, revenue
    if number % 30 == 10 or not lines or not lines[0].price:
        quarter = revenue // 4
        return {}, quarter, quarter
    # A product is worth its share of what was paid for all.
    total = sum(line.quantity * line.price for line in lines)
    worth = round(lines[0].price * Fraction(revenue, total))
    return {lines[0].product: 1}, 0, worth
