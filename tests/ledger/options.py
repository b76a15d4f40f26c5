"""What a step may be about: few of each, so that steps meet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from fractions import Fraction
from typing import Any, Final, Literal, NamedTuple

from tests.ledger.commissions import Publisher
from tests.ledger.sales import Change
from tests.ledger.values import Kind, Line, Rule, Rules, Told, Touch

TEN: Final = Rule("percent", Fraction(10))
FIVE: Final = Rule("percent", Fraction(5))
THIRD: Final = Rule("percent", Fraction("33.3333"))
FLAT: Final = Rule("fixed", Fraction("2.5"))

#: Those who were written down; p9 is known by links alone.
PUBLISHERS: Final = (
    Publisher("p1", customer="K2"),
    Publisher("p7", parent="p1"),
    Publisher("p8", tier1=THIRD, tier2=Rule("fixed", Fraction("0.75")), contact="c83"),
    Publisher("p6", parent="p8"),
)

CODES: Final[Mapping[str, Rules]] = {
    "ten": Rules(TEN, FIVE),
    "flat": Rules(FLAT, Rule("fixed", Fraction("0.30"))),
    "said": Rules(TEN, FIVE, override=Rule("percent", Fraction("12.5"))),
}

LINKS: Final[Mapping[str, Touch]] = {
    "mail": Touch(contact="c81", list="main", newsletter="2026-11", link="hero"),
    "mail again": Touch(contact="c81", list="main", newsletter="2026-12", link="hero"),
    "other mail": Touch(contact="c82", newsletter="2026-11", link="footer"),
    "no one's mail": Touch(newsletter="2026-12", link="footer"),
    "blog": Touch(publisher="p7", link="blog"),
    "other blog": Touch(publisher="p6", link="blog"),
    "banner": Touch(publisher="p8"),
    "unknown's": Touch(publisher="p9"),
    "both": Touch(contact="c83", newsletter="2026-12", link="deal", publisher="p8"),
}

#: Prices in minor units of whatever currency it is.
CARTS: Final[Mapping[str, tuple[Line, ...]]] = {
    "socks": (Line("s1", 3, 333),),
    "more": (Line("s1", 2, 425), Line("s2", 1, 10)),
    "twice": (Line("s1", 1, 500), Line("s2", 2, 250), Line("s1", 2, 1)),
    "free": (Line("s3", 2, 0),),
}

Way = Literal["code", "pixel", "signed pixel", "call", "call without products"]
Price = Literal["sum", "discount", "one", "much"]
CreditedBy = Literal["cookie", "nothing", "click now", "click before", "click without a time"]
Part = Literal["all", "third", "one", "too much", "product", "products", "unknown product"]
Goes = Literal["on", "approved", "exported", "paid", "dropped"]
Names = tuple[int | None, str | None, str | None]

#: By the name of a step's argument. What is there more often comes up more often.
OPTIONS: Final[Mapping[str, Sequence[Any]]] = {
    "by": (0, 1, 2),
    "link": (*LINKS,),
    "reference": (*"112234", None),
    "sold": (*"1122345",),
    "way": (*["code"] * 3, "pixel", "signed pixel", "call", "call", "call without products"),
    "cart": (*["socks"] * 3, *CARTS),
    "price": (*["sum"] * 3, "discount", "one", "much"),
    "currency": (*["USD"] * 3, "JPY", "BHD", "KWD"),
    "customer": ("K0", "K0", "K1", "K2"),
    "whose": ("K0", "K0", "K1", "K2", None),
    "code": (*CODES,),
    "credit": (*["cookie"] * 4, "nothing", "click now", "click before", "click without a time"),
    "back": (*[timedelta(0)] * 3, timedelta(days=3), timedelta(days=33)),
    "kind": ("refund", "refund", "cancellation", "chargeback", *["reinstatement"] * 2),
    "part": (*["all", "third", "too much", "product", "products"] * 2, "one", "unknown product"),
    "again": (*[None] * 3, *["r1"] * 2, "r2"),
    "contact": ("c81", "c81", "c82", "c83"),
    "names": (
        *((0, None, "K0"), (1, None, "K0"), (0, "c81", None)),
        *((None, "c81", "K0"), (None, "c83", "K2")),
    ),
    "apart": (True, True, False),
    "nth": (*range(8),),
    "becoming": (*["approved", "paid"] * 2, "declined"),
    "who": ("p1", "p7", "p8"),
    "terms": (
        *(*[{"customer": "K0"}] * 3, {"customer": "K1"}, {"customer": None}),
        *({"contact": "c81"}, {"contact": "c82"}, {"contact": None}),
        *({"parent": "p1"}, {"parent": "p7"}, {"parent": None}),
        *({"tier1": FLAT}, {"tier1": None}, {"tier2": TEN}, {"tier2": None}),
    ),
    "holding": (timedelta(days=30), timedelta(days=30), timedelta(0)),
    "minimum": ({}, {"USD": 300, "JPY": 40}),
    "publisher": (*[None] * 3, "p7"),
    "goes": (*["on"] * 6, "approved", "exported", "paid", "dropped"),
    "days": (0, 1, 6, 31),
}

#: For a long program, which has time for more.
MANY: Final[Mapping[str, Sequence[Any]]] = {
    **OPTIONS,
    "reference": (*map(str, range(6)), None),
    "sold": (*map(str, range(6)),),
    "nth": (*range(40),),
}


class Says(NamedTuple):
    """What is told of a sale, and how."""

    way: Way
    cart: str
    price: Price
    currency: str
    whose: str | None
    code: str

    def told(self) -> Told:
        """What the model hears of it."""
        lines = CARTS[self.cart]
        total = sum(line.quantity * line.price for line in lines)
        prices = {"sum": total, "discount": max(0, total - 100), "one": 1, "much": 1_234_567}
        by_code = self.way == "code" or (self.way == "call" and self.code != "flat")
        has_products = self.way not in {"code", "call without products"}
        return Told(
            trust={"code": 1, "pixel": 1, "signed pixel": 2}.get(self.way, 3),
            minor=prices[self.price],
            currency=self.currency,
            quantity=sum(line.quantity for line in lines) if has_products else None,
            lines=lines if has_products else (),
            customer=None if self.way == "code" else self.whose,
            rules=CODES[self.code] if by_code else None,
        )


def change(kind: Kind, part: Part, again: str | None, worth: int) -> Change:
    """What is asked for of a sale that is worth so much; only a refund is of products."""
    minor = {"third": max(1, worth // 3), "one": 1, "too much": worth + 1}.get(part)
    products: dict[Part, tuple[tuple[str, int], ...]] = {
        "product": (("s1", 1),),
        "products": (("s1", 2), ("s2", 1)),
        "unknown product": (("s9", 1),),
    }
    return Change(
        kind=kind,
        minor=None if kind == "cancellation" else minor,
        products=products.get(part, ()) if kind == "refund" else (),
        reference=again,
    )
