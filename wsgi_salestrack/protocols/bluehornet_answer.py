"""BlueHornet's answers, as XML, as a PHP-serialized array, or as JSON."""

from __future__ import annotations

import hmac
import html
import json
from collections.abc import Iterable
from typing import Final, TypeAlias

import msgspec

from ..config import Config
from ..errors import BadHit
from ..tokens import ClickPayload
from .answer import Answer
from .bluehornet import Insert, Refusal, ResponseType
from .xml import writable

#: What an answer says, whichever way it is written: a list repeats the element that holds it.
Tree: TypeAlias = "str | dict[str, Tree] | list[Tree]"
Item: TypeAlias = dict[str, Tree]

_OK: Final = "200 OK"
_FAILED: Final = "503 Service Unavailable"


class _CData(str):
    """Text that is written as a CDATA section where the answer is XML."""

    __slots__ = ()


def recorded(config: Config, insert: Insert, click: ClickPayload, number: int) -> Item:
    """What a call is told whose sale is in the store [doc].

    :param click: what the sale's ``roi_data`` was made of.
    :param number: of the call in its request, from 1.
    """
    touch = click.touch
    message = (touch.contact, touch.subscription, touch.list, touch.newsletter)
    link = (touch.list, touch.newsletter, touch.link, click.destination)
    return {
        "methodName": "roi.insert",
        "responseCode": "201",
        "responseText": "Conversion will be saved and processed later",
        "responseData": {
            "db_spec": config.site,
            "mes_cont_id": _number(config, "mes_cont_id", message),
            "tracked_id": _number(config, "tracked_id", link),
            "roi_hash": _digest(config, "roi_hash", (insert.token,)).hex()[:32],
            "order_id": insert.order_id,
            "amount": insert.amount,
            "purchase_date": insert.purchase_date,
            "ignore_duplicate_orders": str(int(insert.ignore_duplicate_orders)),
        },
        "responseNum": str(number),
    }


def refused(bad_hit: BadHit, method: str = "", number: int = 1) -> Item:
    """What a call is told that records nothing [doc].

    :param method: as it was sent, where a call was found.
    """
    refusal = bad_hit if isinstance(bad_hit, Refusal) else Refusal(bad_hit.reason)
    item: Item = {"methodName": method} if method else {}
    if refusal.code:
        item["responseCode"] = refusal.code
    item["error"] = "1"
    item["responseText"] = refusal.text
    if refusal.data:
        item["responseData"] = dict(refusal.data)
    item["responseNum"] = str(number)
    return item


def unauthenticated() -> Item:
    """What somebody without the secret is told [client: one knows this error in CDATA only]."""
    return {
        "error": _CData("1"),
        "responseText": _CData("Could not authenticate"),
        "responseData": {"responseCode": _CData("445")},
    }


def respond(items: list[Item], response_type: ResponseType, *, failed: bool = False) -> Answer:
    """The answer to a request.

    :param items: one for each call that was made; alone it stands without a list around it.
    :param failed: whether the last one is that the store failed: the client may try again.
    """
    item: Tree = items[0] if len(items) == 1 else [*items]
    content_type, write = _WRITERS[response_type]
    body = write({"methodResponse": {"item": item}}).encode()
    headers = [
        ("Content-Type", content_type),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "private, no-store"),
        ("X-Content-Type-Options", "nosniff"),
    ]
    return _FAILED if failed else _OK, headers, body


def _number(config: Config, what: str, names: Iterable[str | None]) -> str:
    """Digits that stand for names without telling them; no client rounds an integer of 52 bits."""
    return str(int.from_bytes(_digest(config, what, names)[:7]) >> 4)


def _digest(config: Config, what: str, names: Iterable[str | None]) -> bytes:
    """A hash that nobody can compute who lacks the secret."""
    message = msgspec.json.encode(["salestrack bluehornet", what, config.site, *names])
    return hmac.digest(config.secret_keys[0], message, "sha256")


def _xml(tree: Item) -> str:
    return f'<?xml version="1.0" encoding="utf-8"?>\n{_xml_within(tree)}'


def _xml_within(value: Tree) -> str:
    if isinstance(value, _CData):
        return f"<![CDATA[{value}]]>"
    if isinstance(value, str):
        text = html.escape(writable(value), quote=False)
        return text.replace("\r", "&#13;")  # a reader would make a line feed of it
    if isinstance(value, list):
        raise TypeError("a list has no element of its own")
    return "".join(
        f"<{name}>{_xml_within(part)}</{name}>"
        for name, parts in value.items()
        for part in (parts if isinstance(parts, list) else [parts])
    )


def _php(value: Tree) -> str:
    """What PHP's ``serialize()`` writes: lengths are in bytes."""
    if isinstance(value, str):
        return f's:{len(value.encode())}:"{value}";'
    if isinstance(value, list):
        pairs = [f"i:{key};{_php(part)}" for key, part in enumerate(value)]
    else:
        pairs = [_php(key) + _php(part) for key, part in value.items()]
    return f"a:{len(pairs)}:{{{''.join(pairs)}}}"


_WRITERS: Final = {
    "xml": ("text/xml; charset=utf-8", _xml),
    "php": ("text/plain; charset=utf-8", _php),
    "json": ("application/json", json.dumps),
}
