"""The target pixel as one would write it without haste: werkzeug's objects and a signed cookie.

It does what ours does: the same checks of every parameter, the same cookie's content, the same
window, the same values at the end. Only the way differs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug import Request, Response

from benchmarks.bare import GIF
from wsgi_salestrack import Conversion, Money, Touch

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_PATH = re.compile(r"/salestrack/target/([0-9]+)/?")
_AMOUNT = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)
_QUANTITY = re.compile(r"[0-9]{1,9}", re.ASCII)
_LONGEST_REFERENCE = 100
_WINDOW = timedelta(days=30)


class _Refused(Exception):
    """The hit cannot be recorded."""


class ConvenientPixel:
    """The pixel of one shop.

    :param secret_key: signs the cookie.
    :param targets: integer id -> title.
    :param currency: where a hit names none.
    """

    def __init__(self, secret_key: str, targets: dict[int, str], currency: str) -> None:
        self._serializer = URLSafeSerializer(secret_key, salt="visitor")
        self._targets = targets
        self._currency = currency
        self.last: tuple[Conversion, Touch | None] | None = None

    def cookie(self, visitor: int, touch: Touch) -> str:
        """Seal a visitor with a newsletter's touch and no publisher's."""
        at = None if touch.at is None else touch.at.timestamp()
        names = [touch.contact, touch.list, touch.newsletter, touch.link]
        content = {"visitor": visitor, "touch": [at, *names], "referral": None}
        return self._serializer.dumps(content)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer with the GIF, and with ``ST-Error`` where the hit cannot be recorded."""
        request = Request(environ)
        response = Response(GIF, mimetype="image/gif")
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        response.headers["X-Content-Type-Options"] = "nosniff"
        try:
            now = datetime.now(UTC)
            consent = "1" not in (request.headers.get("Sec-GPC"), request.headers.get("DNT"))
            touch = self._touch(request, now) if consent else None
            self.last = self._conversion(request, now), touch
        except (_Refused, ValueError) as error:
            response.headers["ST-Error"] = str(error)
        return response(environ, start_response)

    def _conversion(self, request: Request, now: datetime) -> Conversion:
        found = _PATH.fullmatch(request.path)
        if found is None or int(found[1]) not in self._targets:
            raise _Refused("unknown target")
        revenue = request.args.get("st_revenue")
        quantity = request.args.get("st_quantity")
        reference = request.args.get("st_reference")
        currency = request.args.get("st_currency", self._currency)
        sent = any(name.startswith("st_") for name in request.args)
        if sent and revenue is None and quantity is None:
            raise _Refused("st_revenue or st_quantity is needed")
        if revenue is not None and not _AMOUNT.fullmatch(revenue):
            raise _Refused("st_revenue is not an amount")
        if quantity is not None and (not _QUANTITY.fullmatch(quantity) or int(quantity) < 1):
            raise _Refused("st_quantity is not a positive integer")
        if reference is not None and len(reference) > _LONGEST_REFERENCE:
            raise _Refused("st_reference is too long")
        return Conversion(
            source="target",
            scope=f"target:{found[1]}",
            target=found[1],
            reference=reference,
            revenue=None if revenue is None else Money(Decimal(revenue), currency),
            quantity=None if quantity is None else int(quantity),
            occurred_at=now,
        )

    def _touch(self, request: Request, now: datetime) -> Touch | None:
        try:
            content = self._serializer.loads(request.cookies.get("salestrack", ""))
        except BadSignature:
            return None
        timestamp, contact, list_, newsletter, link = content["touch"]
        at = datetime.fromtimestamp(timestamp, UTC)
        if not at <= now <= at + _WINDOW:
            return None
        return Touch(at=at, contact=contact, list=list_, newsletter=newsletter, link=link)
