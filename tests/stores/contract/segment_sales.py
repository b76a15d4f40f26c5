"""Sales of contacts by chance, each with what becomes of it, and conditions on them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from hypothesis import strategies as st

from tests.stores.contract.adjustments import LATER, cancel
from tests.stores.values import NOON, arrival, line
from tests.support.asking import asked
from tests.support.segments import Sale
from wsgi_salestrack import Money, Order, Touch
from wsgi_salestrack.adjustments import Change
from wsgi_salestrack.identity import new_id
from wsgi_salestrack.stores.base import Store

# What a category is looked for by must be told from its neighbours, whatever they are.
CATEGORIES: Final = {
    "p1": ("Shoes", "wool"),
    "p2": (",", 'a"', "\\"),
    "P1": ("shoes", "a\n", "\n"),
    "p\N{SNOWMAN}": ('","', "\N{SNOWMAN}", "'%_"),
}
CONTACTS: Final = ("a", "A", "b ", "b", "\N{LATIN SMALL LETTER A WITH DIAERESIS}", "=1", "zz")
NAMES: Final = ("x", "X", "x ", "it's")
DECIMALS: Final = {"USD": 2, "JPY": 0, "BHD": 3, "EUR": 2}

OF_SALE: Final = ("newsletter", "list", "link", "publisher")
CONDITIONS: Final = st.lists(
    asked(
        {
            "product": (*CATEGORIES, "p9"),
            "category": tuple(name for names in CATEGORIES.values() for name in names),
            **dict.fromkeys(OF_SALE, (*NAMES, "another")),
        },
        [(NOON - days * timedelta(days=1)).date() for days in range(6)],
        NOON,
    ),
    min_size=4,
    max_size=4,
)

PERIODS: Final = st.fixed_dictionaries(
    {
        "since": st.sampled_from([None, NOON - timedelta(days=2)]),
        "until": st.sampled_from([None, NOON - timedelta(days=1), NOON]),
        "only_currency": st.sampled_from([None, None, "EUR"]),
    }
)

_names: Final = st.none() | st.sampled_from(NAMES)


class Arriving(NamedTuple):
    """A sale, how its contact is known, and what becomes of it."""

    sale: Sale
    identified: bool
    cancelled: bool


@st.composite
def arrivals(draw: st.DrawFn) -> Arriving:
    currency = draw(st.sampled_from(["USD", "USD", "EUR", "JPY", "BHD"]))
    unit = Decimal(1).scaleb(-DECIMALS[currency])
    minor = draw(st.integers(0, 12)) * 10 ** DECIMALS[currency] // 2
    refunded = draw(st.sampled_from([0, 0, minor // 2, minor]))
    products = draw(st.lists(st.sampled_from(sorted(CATEGORIES)), max_size=2, unique=True))
    names = {
        "product": frozenset(products),
        "category": frozenset(name for product in products for name in CATEGORIES[product]),
        **{kind: frozenset(filter(None, (draw(_names),))) for kind in OF_SALE},
    }
    sale = Sale(
        contact=draw(st.sampled_from(CONTACTS)),
        at=NOON - draw(st.integers(0, 4)) * timedelta(days=1),
        revenue=minor * unit,
        currency=currency,
        refunded=refunded * unit,
        quantity=draw(st.integers(1, 3)),
        names=names,
    )
    return Arriving(sale, draw(st.booleans()), draw(st.integers(0, 5)) == 0)


def record(store: Store, site: str, reference: str, arriving: Arriving) -> None:
    """Write a sale, and what became of it."""
    sale, identified, cancelled = arriving
    one = {kind: next(iter(names), None) for kind, names in sale.names.items()}
    lines = tuple(
        line(
            product,
            product,
            categories=CATEGORIES[product],
            unit_price=Money("1", sale.currency),
        )
        for product in sorted(sale.names["product"])
    )
    new = arrival(
        reference,
        at=sale.at,
        revenue=Money(sale.revenue, sale.currency),
        quantity=sale.quantity,
        touch=Touch(
            contact=None if identified else sale.contact,
            newsletter=one["newsletter"],
            list=one["list"],
            link=one["link"],
        ),
        referral=Touch(publisher=one["publisher"]) if one["publisher"] else None,
        order=Order(customer_ref=f"k-{sale.contact}" if identified else "nobody", lines=lines),
    )
    store.record(site, new)
    if identified:
        store.identify(site, sale.contact, f"k-{sale.contact}", NOON)
    if sale.refunded:
        refund = Change(kind="refund", amount=Money(sale.refunded, sale.currency))
        id = new_id(LATER)
        store.adjust(site, "order", reference, refund, id=id, at=LATER, announced=True)
    if cancelled:
        cancel(store, site, reference)
