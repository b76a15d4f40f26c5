"""XML-RPC's wire format: what a client calls, and what it is told.

The standard library writes the answers. It does not read the calls: its unmarshaller lets ``nan``,
``1_000``, Arabic digits and ``<nil/>`` through, and makes floats of amounts.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from datetime import datetime
from typing import Final, NamedTuple, TypeAlias
from xmlrpc.client import Fault as _Fault
from xmlrpc.client import dumps

from ..errors import BadHit
from . import xml
from .answer import Answer
from .xml import Element

#: What a client sends. Numbers are text as it was sent: a float would round an amount.
Value: TypeAlias = "str | bool | bytes | datetime | list[Value] | dict[str, Value]"

#: What it gets back. Old clients know no ``nil`` and no ``i8``, so there is neither.
Result: TypeAlias = "str | bool | int | list[Result] | dict[str, Result]"

_SPACE: Final = " \t\r\n"
# XML-RPC's integers have four bytes, but a client in PHP writes all that it has as <int>, such as
# the vendor's own example of a product's id, 9040493329 [client].
_INTEGER: Final = re.compile("[+-]?[0-9]{1,18}")
_DOUBLE: Final = re.compile(r"[+-]?[0-9]{1,20}(?:\.[0-9]{1,20})?")
# "19980717T14:14:55"; some write it as ISO 8601 has it otherwise.
_MOMENT: Final = re.compile("([0-9]{4})-?([0-9]{2})-?([0-9]{2})T([0-9]{2}:[0-9]{2}:[0-9]{2})Z?")
_BOOLEANS: Final = {"0": False, "1": True}

_REALM: Final = 'Basic realm="salestrack", charset="UTF-8"'


class Fault(BadHit):
    """Why a call failed.

    :param code: the dialect's.
    """

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class BadMoment(BadHit):
    """A ``dateTime.iso8601`` that is none."""


class Call(NamedTuple):
    """What a client calls."""

    method: str
    params: list[Value]


def member_names(params: list[Value]) -> list[str]:
    """The names of what structs among the parameters hold."""
    return [name for value in params if isinstance(value, dict) for name in value]


def read(body: bytes) -> Call:
    """The call in a request's body, in whatever encoding it declares.

    :raises BadHit: if it is none, or beyond the bounds of :mod:`.xml`.
    """
    # A line break in front is easily sent, and no XML.
    root = xml.read(body.lstrip())
    if root.name != "methodCall":
        raise _malformed("no methodCall")
    _within(root, "methodName", "params")
    names, params = root.named("methodName"), root.named("params")
    if len(names) != 1 or len(params) > 1:
        raise _malformed("methodCall")
    method = _text(names[0]).strip(_SPACE)
    found = _within(params[0], "param") if params else []
    return Call(method, [_value(_only(param, "value")) for param in found])


def returned(result: Result) -> Answer:
    """What a call returns."""
    return _answer(dumps((result,), methodresponse=True))


def failed(fault: Fault) -> Answer:
    """Why it does not; that is HTTP 200 too, for clients read nothing else [client]."""
    return _answer(dumps(_Fault(fault.code, fault.reason), methodresponse=True))


def fault_struct(fault: Fault) -> Result:
    """The same as one of the results of a ``system.multicall``."""
    return {"faultCode": fault.code, "faultString": fault.reason}


def unauthorized() -> Answer:
    """A 401: whoever asks shows no password, or a wrong one."""
    return _plain("401 Unauthorized", "could not authenticate", ("WWW-Authenticate", _REALM))


def unavailable(reason: str) -> Answer:
    """A 503: nothing is wrong with the call, which may be made again."""
    return _plain("503 Service Unavailable", reason)


def _answer(document: str) -> Answer:
    # A target's title may hold what XML may not; the standard library writes it as it is.
    document = xml.writable(document).replace("\r", "&#13;")
    body = document.encode()
    return "200 OK", _headers("text/xml; charset=utf-8", body), body


def _plain(status: str, text: str, *more: tuple[str, str]) -> Answer:
    body = text.encode()
    return status, [*more, *_headers("text/plain; charset=utf-8", body)], body


def _headers(content_type: str, body: bytes) -> list[tuple[str, str]]:
    return [
        ("Content-Type", content_type),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "private, no-store"),
        ("X-Content-Type-Options", "nosniff"),
    ]


def _value(element: Element) -> Value:
    """What a ``<value>`` holds: "If no type is indicated, the type is string" [XML-RPC]."""
    if not element.children:
        return element.text
    typed = _only(element, *_CONTAINERS, *_SCALARS)
    container = _CONTAINERS.get(typed.name)
    return _SCALARS[typed.name](_text(typed)) if container is None else container(typed)


def _array(element: Element) -> Value:
    return [_value(value) for value in _within(_only(element, "data"), "value")]


def _struct(element: Element) -> Value:
    members: dict[str, Value] = {}
    for member in _within(element, "member"):
        _within(member, "name", "value")
        names, values = member.named("name"), member.named("value")
        if len(names) != 1 or len(values) != 1:
            raise _malformed("member")
        name = _text(names[0])
        if name in members:
            raise BadHit("a member of a struct is given twice")
        members[name] = _value(values[0])
    return members


def _integer(text: str) -> str:
    return _number("int", _INTEGER, text)


def _double(text: str) -> str:
    return _number("double", _DOUBLE, text)


def _number(type_: str, pattern: re.Pattern[str], text: str) -> str:
    number = text.strip(_SPACE)
    if pattern.fullmatch(number) is None:
        raise _malformed(type_)
    return number.removeprefix("+")


def _boolean(text: str) -> bool:
    value = _BOOLEANS.get(text.strip(_SPACE))
    if value is None:
        raise _malformed("boolean")
    return value


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except ValueError:
        raise _malformed("base64") from None


def _moment(text: str) -> datetime:
    """Without a time zone, as XML-RPC's are."""
    found = _MOMENT.fullmatch(text.strip(_SPACE))
    if found is not None:
        try:
            return datetime.fromisoformat("{}-{}-{}T{}".format(*found.groups()))
        except ValueError:  # no such day or hour
            pass
    raise BadMoment("invalid XML-RPC: dateTime.iso8601")


_CONTAINERS: Final[dict[str, Callable[[Element], Value]]] = {"array": _array, "struct": _struct}
_SCALARS: Final[dict[str, Callable[[str], Value]]] = {
    "string": str,
    "int": _integer,
    "i4": _integer,
    "double": _double,
    "boolean": _boolean,
    "base64": _base64,
    "dateTime.iso8601": _moment,
}


def _within(element: Element, *names: str) -> list[Element]:
    """The elements within one that holds these only, and white space."""
    children = element.children
    if element.text.strip(_SPACE) or any(child.name not in names for child in children):
        raise _malformed("an element that does not belong there")
    return children


def _only(element: Element, *names: str) -> Element:
    """The one element within."""
    children = _within(element, *names)
    if len(children) != 1:
        raise _malformed("an element that does not belong there")
    return children[0]


def _text(element: Element) -> str:
    """The text of an element that holds nothing else."""
    if element.children:
        raise _malformed("an element that does not belong there")
    return element.text


def _malformed(what: str) -> BadHit:
    return BadHit(f"invalid XML-RPC: {what}")
