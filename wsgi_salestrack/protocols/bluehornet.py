"""BlueHornet's ``roi.insert``, ``POST /api/xmlrpc/index.php``: what a client asks for.

"This method submits the information of a single e-commerce transaction allowing the system to
associate the transaction with the originating message, the link in that message clicked, and the
contact that clicked the link" [doc]. Despite its path it is no XML-RPC. What is read from a
published client says [client], what nothing public says and is decided here says [ours].
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final, Literal
from urllib.parse import unquote_to_bytes
from zoneinfo import ZoneInfo

import msgspec

from ..errors import BadHit, BadValue
from ..model import Conversion
from ..money import Money
from . import xml
from .xml import Element

ResponseType = Literal["xml", "php", "json"]

#: Method calls in one request [ours]; each is a sale to be committed, some milliseconds of work.
MOST_CALLS: Final = 25

# A call has some ten, of which the vendor knows six.
_MOST_ELEMENTS: Final = 40 * MOST_CALLS
# In a form; the standard library takes long for many.
_MOST_ESCAPES: Final = 64 * 1024

_RESPONSE_TYPES: Final[tuple[ResponseType, ...]] = ("xml", "php", "json")
_METHOD: Final = "roi.insert"
_REQUIRED: Final = ("roi_data", "amount", "order_id")
#: The parameters of a call.
FIELDS: Final = frozenset((*_REQUIRED, "purchase_date", "ignore_duplicate_orders"))
# "the format "dollars.cents", with cents only consisting of two digits" [doc]; eight digits are all
# that Money takes.
_AMOUNT: Final = re.compile(r"[0-9]{1,8}\.[0-9]{2}")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# "this value will default to the current date in Pacific (US) time zone" [doc].
_PACIFIC: Final = ZoneInfo("America/Los_Angeles")
# How a form begins, and no XML does.
_FORM: Final = re.compile(rb"[A-Za-z0-9_.~%+*&-]+=")
_FIRST_DAY: Final = date(1970, 1, 1)  # nothing was sold on the web before [ours]
_ONE_DAY: Final = timedelta(days=1)
_FLAGS: Final = {"1": True, "true": True, "0": False, "false": False, "": False}


class Refusal(BadHit):
    """A request, or one call of it, that is answered with an error.

    :param code: the vendor's; empty where it names none.
    :param text: what the client is told; otherwise what the vendor says in front of a reason.
    :param data: what else it is told, below ``responseData``.
    """

    def __init__(
        self,
        reason: str,
        *,
        code: str = "400",
        text: str = "",
        data: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(reason)
        self.code = code
        self.text = text or f"Insert failed: {reason}"
        self.data = data


class Insert(msgspec.Struct, frozen=True, kw_only=True):
    """One sale, as a call reports it.

    :param token: of the click that it came from.
    :param amount: as it was sent; so are the others that the answer repeats.
    :param purchase_date: ``YYYY-MM-DD``.
    """

    conversion: Conversion
    token: str
    order_id: str
    amount: str
    purchase_date: str
    ignore_duplicate_orders: bool


def read(body: bytes) -> Element:
    """The document of a request.

    It is the body itself [client: .NET, PHP], or the form's field ``data`` [client: Python, PHP,
    Ruby]. Which of them is told by how it begins: some clients name no content type, or a wrong
    one.

    :raises BadHit: if there is none that can be read.
    """
    document = body if _FORM.match(body) is None else _form_field(body)
    # A line break in front is easily sent, and no XML [ours]. And the key is within: whoever has
    # none is not to cost much either.
    api = xml.read(document.lstrip(), most_elements=_MOST_ELEMENTS)
    if api.name != "api":
        raise _invalid("api")
    return api


def response_type(api: Element) -> ResponseType:
    """How a request wants its answer [doc: ``xml``, ``php``; ours: ``json``]."""
    found = _text(_authentication(api), "response_type") or "xml"
    for known in _RESPONSE_TYPES:
        if found == known:
            return known
    raise _invalid("response_type")


def no_halt(api: Element) -> bool:
    """Whether the calls after one that fails are still to be made."""
    authentication = _authentication(api)
    # One client puts it into the response type, by a misplaced bracket [client: Clojure].
    within = [authentication, *authentication.named("response_type")]
    return max(_flag(element, "no_halt") for element in within)


def authenticates(api: Element, secrets: Mapping[str, str]) -> bool:
    """Whether a request comes from somebody who knows a secret.

    :param secrets: by their api_keys.
    """
    authentication = _authentication(api)
    key = _text(authentication, "api_key") or ""
    secret = _text(authentication, "shared_secret") or ""
    # Compared even where there is no such key, and in constant time: nothing is to be learnt from
    # how long it takes.
    same = hmac.compare_digest(secret.encode(), secrets.get(key, "").encode())
    return same and key in secrets


def calls(api: Element) -> list[Element]:
    """The method calls of a request; each may be in a ``data`` of its own [client: Python]."""
    found = [call for data in api.named("data") for call in data.named("methodCall")]
    if not 1 <= len(found) <= MOST_CALLS:
        raise _invalid("methodCall")
    return found


def method_name(call: Element) -> str:
    """What a call calls, as it was sent."""
    return "".join(element.text for element in call.named("methodName"))


def parse(call: Element, at: datetime, timezone: tzinfo) -> Insert:
    """The sale that a call reports; what the vendor does not know in it is ignored.

    :param at: when it came, aware UTC.
    :param timezone: in which the shop counts days.
    :raises Refusal: naming the field.
    """
    if _text(call, "methodName") != _METHOD:
        raise Refusal("unknown methodName", code="", text="Incorrect Action Specified")  # [doc]
    roi_data, amount, order_id = (_text(call, name) or "" for name in _REQUIRED)
    missing = [
        name
        for name, value in zip(_REQUIRED, (roi_data, amount, order_id), strict=True)
        if not value
    ]
    if missing:
        names = ",".join(missing)
        text = "Missing variables"  # [doc]
        raise Refusal(f"{names} missing", code="", text=text, data={"missing_vars": names})
    if _AMOUNT.fullmatch(amount) is None:
        raise _invalid("amount")
    repeated = _flag(call, "ignore_duplicate_orders")
    day, occurred_at = _purchased(_text(call, "purchase_date"), at, timezone)
    try:
        conversion = Conversion(
            source="bluehornet",
            reference=order_id,
            revenue=Money(amount, "USD"),
            occurred_at=occurred_at,
            deduped=not repeated,
        )
    except BadValue:
        raise _invalid("order_id") from None  # all else is checked
    return Insert(
        conversion=conversion,
        token=_token(roi_data),
        order_id=order_id,
        amount=amount,
        purchase_date=day.isoformat(),
        ignore_duplicate_orders=repeated,
    )


def _purchased(text: str | None, at: datetime, timezone: tzinfo) -> tuple[date, datetime]:
    """The day of a purchase, and the moment that stands for it.

    Of today it is now. Of an earlier day it is the last one of that day where the shop is: then it
    is counted on that day, and a click of the same day comes before it [ours]. A shop may be a day
    ahead of California, but no more.
    """
    today = at.astimezone(_PACIFIC).date()
    if not text:
        return today, at
    try:
        day = date.fromisoformat(text) if _DATE.fullmatch(text) else date.max
    except ValueError:
        day = date.max
    if not _FIRST_DAY <= day <= today + _ONE_DAY:
        raise Refusal("invalid purchase date, unable to parse", code="402")
    if day >= today:
        return day, at
    return day, min(at, datetime.combine(day, time.max, timezone).astimezone(UTC))


def _token(roi_data: str) -> str:
    """The click token in ``roi_data``: bare, or at the end of a click's URL [ours]."""
    compact = "".join(roi_data.split())
    _, marker, token = compact.rpartition("/r/")
    return token.removesuffix("/") if marker else compact


def _form_field(body: bytes) -> bytes:
    """The field ``data`` of a form, percent-decoded."""
    found = [pair[5:] for pair in body.split(b"&") if pair.startswith(b"data=")]
    if len(found) != 1 or found[0].count(b"%") > _MOST_ESCAPES:
        raise _invalid("data")
    return unquote_to_bytes(found[0].replace(b"+", b" "))


def _authentication(api: Element) -> Element:
    found = api.named("authentication")
    if len(found) > 1:
        raise _invalid("authentication")
    return found[0] if found else Element("authentication")


def _text(parent: Element, name: str) -> str | None:
    """A value, exactly as it was sent; None where there is none."""
    found = parent.named(name)
    if not found:
        return None
    if len(found) > 1 or (found[0].children and name != "response_type"):
        raise _invalid(name)
    return found[0].text


def _flag(parent: Element, name: str) -> bool:
    flag = _FLAGS.get((_text(parent, name) or "").lower())
    if flag is None:
        raise _invalid(name)
    return flag


def _invalid(field: str) -> Refusal:
    return Refusal(f"invalid {field}")
