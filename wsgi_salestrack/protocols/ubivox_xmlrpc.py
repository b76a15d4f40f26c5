"""Ubivox's XML-RPC API, ``POST /xmlrpc/``: what the parameters of its methods mean.

[doc] "The first, and recommended option, is to send the order data using the XML-RPC API". What is
read from a published client says [client], what nothing public says and is decided here [ours].
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from ..checks import LONGEST_REFERENCE, check_text
from ..config import Config
from ..errors import BadHit, BadValue
from ..model import Conversion
from .ubivox_methods import (
    INVALID_FIELD,
    INVALID_MOMENT,
    INVALID_MULTICALL,
    INVALID_REFERENCE,
    MOST_CALLS,
    RECURSIVE_MULTICALL,
)
from .ubivox_parameters import conversion_of, is_known
from .xmlrpc import BadMoment, Call, Fault, Result, Value

_CUSTOMER: Final = "et_customer_ref"
_ORDER: Final = "et_order_ref"
_ADDED: Final = "et_added"
_MISSING: Final = "{} is missing"
_NO_TEXT: Final = "{} is neither text nor a number"
_REFERENCES: Final = frozenset((_CUSTOMER, _ORDER))
_ABSENT: Final = frozenset(_MISSING.format(name) for name in _REFERENCES)
_MOST_PROBLEMS: Final = 10  # that are named
_LARGEST_INTEGER: Final = 2**31 - 1  # that every client reads


def fault_of(bad_hit: BadHit) -> Fault:
    """What a client is told of it."""
    if isinstance(bad_hit, Fault):
        return bad_hit
    code = INVALID_MOMENT if isinstance(bad_hit, BadMoment) else INVALID_FIELD
    return Fault(code, bad_hit.reason)


def calls(params: list[Value]) -> list[Value]:
    """The calls of a ``system.multicall``, each for :func:`call_of`.

    :raises Fault: if that is no array, or a longer one than is taken.
    """
    if len(params) != 1 or not isinstance(params[0], list):
        raise Fault(INVALID_MULTICALL, "the parameter is not an array of calls")
    if len(params[0]) > MOST_CALLS:
        raise Fault(INVALID_MULTICALL, f"more than {MOST_CALLS} calls")
    return params[0]


def call_of(value: Value) -> Call:
    """One call of a ``system.multicall``.

    :raises Fault: if it is none, or another multicall.
    """
    if isinstance(value, dict):
        name, params = value.get("methodName"), value.get("params")
        if name == "system.multicall":
            raise Fault(RECURSIVE_MULTICALL, "system.multicall within system.multicall")
        if isinstance(name, str) and isinstance(params, list):
            return Call(name, params)
    raise Fault(INVALID_MULTICALL, "a call is not a struct of methodName and params")


def order(params: list[Value], at: datetime) -> Conversion:
    """The order that a client reports.

    [doc] "The params parameter of the XML-RPC method, is an XML-RPC struct with the above
    parameters". Their values are text or numbers, and ``et_added`` may be a ``dateTime.iso8601``
    [ours].

    :param at: when it came, aware UTC.
    :raises Fault: naming every wrong parameter, or the first ten.
    """
    if len(params) != 1 or not isinstance(params[0], dict):
        raise Fault(INVALID_FIELD, "the parameter is not one struct of et_* parameters")
    values: dict[str, str] = {}
    no_text = []
    for name, value in params[0].items():
        if name == _ADDED and isinstance(value, datetime):
            values[name] = value.isoformat()
        elif isinstance(value, str):
            values[name] = value
        elif is_known(name):
            no_text.append(name)
        else:
            values[name] = ""
    problems = [_NO_TEXT.format(name) for name in no_text]
    try:
        conversion = conversion_of(values, source="xmlrpc", signed=False, at=at)
        if not problems:
            return conversion
    except BadHit as bad_hit:
        told = {_MISSING.format(name) for name in no_text}
        problems += [problem for problem in bad_hit.reason.split("; ") if problem not in told]
    raise _refused(problems)


def snippet(params: list[Value]) -> tuple[str, str]:
    """The customer and the order that a snippet is for.

    :raises Fault: naming every wrong one.
    """
    customer_ref, order_ref = _texts(params, _CUSTOMER, _ORDER)
    return customer_ref, order_ref


def cancellation(params: list[Value]) -> str:
    """The order that is cancelled.

    :raises Fault: naming it.
    """
    (order_ref,) = _texts(params, _ORDER)
    return order_ref


def conflict() -> Fault:
    """An order was recorded before, and is another one now."""
    return Fault(INVALID_FIELD, f"{_ORDER} was recorded before with other values, which stay")


def unknown_order() -> Fault:
    """An order to be cancelled is not there."""
    return Fault(INVALID_FIELD, f"{_ORDER} is of no order that was recorded")


def targets(config: Config) -> Result:
    """All targets; a plugin's settings page shows their titles and takes an id [client]."""
    return [
        {
            # A client that knows no larger integer gets it as text, as it stands in the URL.
            "id": int(target.id) if int(target.id) <= _LARGEST_INTEGER else target.id,
            "title": target.title,
        }
        for target in config.targets.values()
    ]


def _texts(params: list[Value], *names: str) -> list[str]:
    """Parameters of text, in this order or as one struct [ours]."""
    if len(params) == 1 and isinstance(params[0], dict):
        given = [params[0].get(name, "") for name in names]
    elif len(params) == len(names):
        given = params
    else:
        raise Fault(INVALID_FIELD, f"the parameters are not {' and '.join(names)}")
    problems = [_problem(name, value) for name, value in zip(names, given, strict=True)]
    if any(problems):
        raise _refused([*filter(None, problems)])
    return [value for value in given if isinstance(value, str)]


def _problem(name: str, value: Value) -> str:
    """What is wrong with a text; empty for nothing."""
    if not isinstance(value, str):
        return _NO_TEXT.format(name)
    if not value:
        return _MISSING.format(name)
    try:
        check_text("", value, LONGEST_REFERENCE)
    except BadValue as error:
        return f"{name} {error.problem}"
    return ""


def _refused(problems: list[str]) -> Fault:
    """A fault of so many problems, each beginning with the parameter's name."""
    named = problems[:_MOST_PROBLEMS]
    if len(problems) > len(named):
        named.append("and more")
    return Fault(_code(problems), "; ".join(named))


def _code(problems: list[str]) -> int:
    """Wrong times, and wrong references, have a code of their own if nothing else is wrong."""
    wrong = {problem.partition(" ")[0] for problem in problems}
    if wrong == {_ADDED}:
        return INVALID_MOMENT
    if wrong <= _REFERENCES and not _ABSENT.intersection(problems):
        return INVALID_REFERENCE
    return INVALID_FIELD
