"""From what stands in a column to a value of the domain; each error names the column."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Final, NamedTuple

from ..checks import LONGEST_REFERENCE, check_text, utc
from ..days import day_or_moment
from ..errors import BadValue
from ..money import Money
from .rows import Given

_INTEGER: Final = re.compile(r"[0-9]{1,9}", re.ASCII)
_LONGEST_TIME: Final = 40
_MOST_DIGITS: Final = 30
# Clocks differ a little, and time zones are mistaken by a day at most.
_AHEAD: Final = timedelta(days=1)


class Assumed(NamedTuple):
    """What is meant where a row does not say.

    :param currency: of an amount.
    :param timezone: of a time without an offset.
    :param at: when all this is done, aware UTC; nothing has occurred later.
    """

    currency: str
    timezone: tzinfo
    at: datetime


def text(values: Given, column: str) -> str | None:
    """Text exactly as it stands; None where there is none."""
    value = values.get(column)
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, Decimal) and abs(value.adjusted()) < _MOST_DIGITS:
        return f"{value:f}"
    raise BadValue(column, f"is a {type(value).__name__}, not text")


def word(values: Given, column: str) -> str | None:
    """The same without blanks around it, which mean nothing in a number or a code."""
    value = text(values, column)
    return None if value is None else value.strip(" \t") or None


def reference(values: Given) -> str:
    """The reference, without which the same row would count at each import."""
    value = text(values, "reference")
    if value is None:
        raise BadValue("reference", "is missing")
    check_text("reference", value, LONGEST_REFERENCE)
    return value


def quantity(values: Given) -> int | None:
    """A number of items."""
    value = word(values, "quantity")
    if value is None:
        return None
    if _INTEGER.fullmatch(value) is None or not int(value):
        raise BadValue("quantity", "is not an integer from 1 to 999999999")
    return int(value)


def money(values: Given, column: str, currency: str) -> Money | None:
    """An amount, if there is one."""
    value = values.get(column)
    if isinstance(value, Money):
        return value
    amount = word(values, column)
    if amount is None:
        return None
    try:
        return Money(amount, currency)
    except BadValue as error:
        field = column if error.field == "amount" else error.field
        raise BadValue(field, error.problem) from None


def occurred_at(values: Given, assumed: Assumed) -> datetime | None:
    """When it occurred.

    Of a day without a time it is the last moment, so that it is counted on that day and a click of
    the same day comes before it.
    """
    given = _time(values, "occurred_at", assumed.timezone)
    if given is None:
        return None
    if not isinstance(given, datetime):
        last = _last_moment(given, assumed.timezone)
        given = min(last, assumed.at) if given <= _today(assumed) else last
    moment = utc("occurred_at", given)
    if moment > assumed.at + _AHEAD:
        raise BadValue("occurred_at", "is still to come")
    return moment


def clicked_at(values: Given, occurred_at: datetime, assumed: Assumed) -> datetime | None:
    """When it was clicked; on the very day that it occurred, without a time, it was just before."""
    given = _time(values, "clicked_at", assumed.timezone)
    if given is None:
        return None
    if not isinstance(given, datetime):
        last = _last_moment(given, assumed.timezone)
        same_day = occurred_at.astimezone(assumed.timezone).date() == given
        given = occurred_at if same_day else last
    return utc("clicked_at", given)


def _time(values: Given, column: str, timezone: tzinfo) -> date | datetime | None:
    """A day, or an aware moment."""
    value = values.get(column)
    if not isinstance(value, date):
        written = word(values, column)
        if written is None:
            return None
        value = _parsed(column, written)
    if isinstance(value, datetime) and value.utcoffset() is None:
        return value.replace(tzinfo=timezone)
    return value


def _parsed(column: str, written: str) -> date | datetime:
    if written.isascii() and len(written) <= _LONGEST_TIME:
        try:
            return day_or_moment(written)
        except ValueError:
            pass
    raise BadValue(column, "is not ISO 8601, such as 2026-11-21 or 2026-11-21T13:00:00+01:00")


def _last_moment(day: date, timezone: tzinfo) -> datetime:
    return datetime.combine(day, time.max, timezone)


def _today(assumed: Assumed) -> date:
    return assumed.at.astimezone(assumed.timezone).date()
