"""Every field of every dialect, with a good value and its bad ones."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import quote_from_bytes

from tests.dialects.bad_values import (
    COUNTS,
    DIGESTS,
    INTEGERS,
    MISSING,
    NO_XML,
    NUMBERS,
    PATHS,
    TEXTS,
    TWICE,
)
from tests.support import bluehornet, xmlrpc
from tests.support.dialects import TAMPER_KEY, Request, parameters
from wsgi_salestrack import Line, Money, Order

Pairs = Sequence[tuple[str, bytes]]


@dataclass(frozen=True)
class Dialect:
    """How to say anything at all in it.

    :param protocol: what receivers and the log call it.
    :param bad: of each field, its bad values.
    :param accepted: those of them that the dialect does take, by field.
    :param names: what an error may call a field, where that is not its name.
    """

    protocol: str
    good: Mapping[str, str]
    bad: Mapping[str, Mapping[str, bytes]]
    request: Callable[[Pairs], Request]
    accepted: Mapping[str, frozenset[str]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def refused(self, name: str) -> list[str]:
        """The bad values of a field that it does not take."""
        return [bad for bad in self.bad[name] if bad not in self.accepted.get(name, ())]

    def phrases(self, name: str, bad: str) -> list[str]:
        """What an error may say; one of these it has to."""
        phrases = [name, self.names.get(name, name)]
        if bad == "claimed":
            phrases = ["et_prod_1_id is missing"]
        elif self.protocol in ("xmlrpc", "bluehornet") and bad in NO_XML:
            phrases = ["invalid XML"]
        elif self.protocol == "xmlrpc" and bad == TWICE:
            phrases = ["a member of a struct is given twice"]
        return phrases

    def saying(self, name: str = "", bad: str = "") -> Request:
        """A good request, but for one field."""
        pairs = [(each, value.encode()) for each, value in self.good.items()]
        place = list(self.good).index(name) if name else 0
        if bad == MISSING:
            del pairs[place]
        elif bad == TWICE:
            pairs.append(pairs[place])
        elif bad:
            pairs[place] = (name, self.bad[name][bad])
        return self.request(pairs)


def _query(pairs: Pairs, separator: str = "&") -> str:
    return separator.join(f"{name}={quote_from_bytes(value, safe='')}" for name, value in pairs)


def _split(pairs: Pairs, *path: str) -> tuple[list[str], Pairs]:
    """What goes into the path, and the rest."""
    given = dict(pairs)
    rest = [(name, value) for name, value in pairs if name not in path]
    return [quote_from_bytes(given[name], safe="") for name in path], rest


def _target(pairs: Pairs) -> Request:
    (target,), rest = _split(pairs, "target")
    return Request(f"/salestrack/target/{target}/?{_query(rest)}")


def _signed(pairs: Pairs) -> Request:
    """The shop itself signs what is wrong, unless it is the digest that is."""
    rest = sorted((pair for pair in pairs if pair[0] != "et_digest"), key=lambda pair: pair[0])
    query = _query(rest)
    digest = hmac.digest(TAMPER_KEY.encode(), query.encode(), "sha256").hex().encode()
    for name, value in pairs:
        if name == "et_digest":
            said = digest if value == b"right" else value
            query += f"&{_query([(name, said)])}"
    return Request(f"/salestrack/et/?{query}")


def _affiliate(pairs: Pairs) -> Request:
    (link, code), rest = _split(pairs, "link", "code")
    return Request(f"/salestrack/ts/l/{link}/c/{code}?{_query(rest, ';')}")


def _affiliate_form(pairs: Pairs) -> Request:
    (link, code), rest = _split(pairs, "link", "code")
    return Request(f"/salestrack/ts/l/{link}/c/{code}", _query(rest).encode())


def _splio(pairs: Pairs) -> Request:
    return Request(f"/salestrack/sales.php?{_query(pairs)}")


def _splio_form(pairs: Pairs) -> Request:
    return Request("/salestrack/sales.php", _query(pairs).encode())


def _xml(value: bytes) -> bytes:
    value = value.replace(b"&", b"&amp;").replace(b"<", b"&lt;")
    return value.replace(b"\0", b"&#0;")


def _xmlrpc(method: str) -> Callable[[Pairs], Request]:
    def request(pairs: Pairs) -> Request:
        members = b"".join(
            b"<member><name>%b</name><value><string>%b</string></value></member>"
            % (name.encode(), _xml(value))
            for name, value in pairs
        )
        body = xmlrpc.call(method, "<struct>|</struct>").replace(b"|", members)
        return Request(xmlrpc.PATH, body, xmlrpc.CREDENTIALS)

    return request


def _bluehornet(pairs: Pairs) -> Request:
    fields = b"".join(b"<%b>%b</%b>" % (n.encode(), _xml(v), n.encode()) for n, v in pairs)
    document = bluehornet.document("<methodCall>|</methodCall>").encode()
    return Request(bluehornet.PATH, document.replace(b"|", fields))


_WITHOUT = frozenset((MISSING, "empty"))
_LINE = Line(
    product_id="s1",
    name="Socks",
    categories=("socks",),
    quantity=2,
    unit_price=Money("4.25", "USD"),
)
_ORDER = {
    **parameters(Order(customer_ref="K1", lines=(_LINE,)), "1001"),
    "et_point_of_sale": "web",
    "et_added": "2026-11-21T12:00:00Z",
}
_ORDERS_BAD: dict[str, Mapping[str, bytes]] = {
    **dict.fromkeys(_ORDER, TEXTS),
    "et_products": COUNTS,
    "et_prod_0_quantity": INTEGERS,
    "et_prod_0_unit_price": NUMBERS,
    **dict.fromkeys(("et_currency", "et_added"), NUMBERS),
}
_ORDERS_ACCEPTED = {
    "et_point_of_sale": _WITHOUT,
    "et_added": frozenset((MISSING,)),
}
_AFFILIATE = {"link": "banner", "code": "free", "amount": "19.95", "id": "11001"} | {
    f"com{tier}_{part}": value
    for tier in (1, 2)
    for part, value in (("type", "percent"), ("value", "7"))
}
_AFFILIATE_BAD: dict[str, Mapping[str, bytes]] = {
    **{name: NUMBERS for name in _AFFILIATE if name.startswith("com")},
    "amount": NUMBERS,
    "id": TEXTS,
    "link": PATHS,
    "code": PATHS,
}
_AFFILIATE_ACCEPTED = {
    "id": _WITHOUT,
    "link": frozenset(("empty",)),
    "amount": frozenset(("comma and point", "underscore", "space")),  # [doc] they are ignored
}
_NAMES = {"code": "tracking code"}
_AFFILIATES = Dialect(
    "affiliate", _AFFILIATE, _AFFILIATE_BAD, _affiliate, _AFFILIATE_ACCEPTED, _NAMES
)
_TARGET = {"target": "1", "st_revenue": "49.95", "st_quantity": "2", "st_currency": "USD"}
_TARGET |= {"st_reference": "1234"}
_TARGET_BAD: dict[str, Mapping[str, bytes]] = {
    **dict.fromkeys(("st_revenue", "st_currency"), NUMBERS),
    "st_quantity": INTEGERS,
    "st_reference": TEXTS,
    "target": PATHS,
}
_TARGET_ACCEPTED = {
    **dict.fromkeys(("st_revenue", "st_quantity", "st_currency"), frozenset((MISSING,))),
    "st_reference": _WITHOUT,
}
_SALE = {"methodName": "roi.insert", "roi_data": "TOKEN", "amount": "152.99", "order_id": "1123"}
_SALE |= {"ignore_duplicate_orders": "0", "purchase_date": "2026-11-20"}
_SPLIO = {"universe": "u", "amount": "199.00", "id": "1234"}
_SPLIO_BAD = {"universe": NUMBERS, "amount": NUMBERS, "id": TEXTS}
_SPLIOS = Dialect("splio", _SPLIO, _SPLIO_BAD, _splio, {"id": _WITHOUT})

DIALECTS: Final[Mapping[str, Dialect]] = {
    "target": Dialect("target", _TARGET, _TARGET_BAD, _target, _TARGET_ACCEPTED),
    "pixel": Dialect(
        "ecommerce",
        _ORDER,
        _ORDERS_BAD,
        lambda pairs: Request(f"/salestrack/et/?{_query(pairs)}"),
        _ORDERS_ACCEPTED,
    ),
    "signed pixel": Dialect(
        "ecommerce",
        {**_ORDER, "et_digest": "right"},
        {**_ORDERS_BAD, "et_digest": DIGESTS},
        _signed,
        _ORDERS_ACCEPTED,
    ),
    "affiliate": _AFFILIATES,
    "affiliate form": replace(_AFFILIATES, request=_affiliate_form),
    "splio": _SPLIOS,
    "splio form": replace(_SPLIOS, request=_splio_form),
    "new_order": Dialect(
        "xmlrpc", _ORDER, _ORDERS_BAD, _xmlrpc(xmlrpc.NEW_ORDER), _ORDERS_ACCEPTED
    ),
    "html": Dialect(
        "xmlrpc",
        {"et_customer_ref": "K1", "et_order_ref": "1001"},
        dict.fromkeys(("et_customer_ref", "et_order_ref"), TEXTS),
        _xmlrpc(xmlrpc.HTML),
    ),
    "cancel_order": Dialect(
        "xmlrpc", {"et_order_ref": "1001"}, {"et_order_ref": TEXTS}, _xmlrpc(xmlrpc.CANCEL)
    ),
    "roi.insert": Dialect(
        "bluehornet",
        _SALE,
        {name: TEXTS if name == "order_id" else NUMBERS for name in _SALE},
        _bluehornet,
        dict.fromkeys(("ignore_duplicate_orders", "purchase_date"), _WITHOUT),
        {"purchase_date": "purchase date", "roi_data": "ROI Hash"},
    ),
}
