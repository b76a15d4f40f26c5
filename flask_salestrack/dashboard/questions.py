"""What a page was asked for by its query string, and the query string that asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

import msgspec
from werkzeug.datastructures import MultiDict

from wsgi_salestrack import BadValue
from wsgi_salestrack.checks import Word, check_choice
from wsgi_salestrack.crediting import JOURNEYS, MODELS
from wsgi_salestrack.money import exponent_of
from wsgi_salestrack.stores.base import DIMENSIONS

from .periods import DATES, USUAL, Period, read_period

#: What the parameters of a question are called, beside one for each dimension.
NAMES: Final = ("period", "since", "until", "currency", "model", "journey")
_LONGEST: Final = 4000
_NO_NAMES: Final[Mapping[str, str | None]] = MappingProxyType({})


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """Which sales a page is about, and how they are credited.

    :param currency: only this one.
    :param model: of :data:`MODELS`.
    :param journey: of :data:`JOURNEYS`; None: the one that a report is by.
    :param where: only those with this newsletter, link, ...; None: those without one.
    """

    period: Period
    currency: str | None = None
    model: str = "last"
    journey: str | None = None
    where: Mapping[str, str | None] = _NO_NAMES

    @property
    def arguments(self) -> dict[str, str]:
        """The query string that asks this, without what is usual."""
        period = self.period
        if period.name == DATES:
            days = {"since": period.since, "until": period.until}
            asked = {name: str(day) for name, day in days.items() if day is not None}
        else:
            asked = {} if period.name == USUAL else {"period": period.name}
        if self.currency is not None:
            asked["currency"] = self.currency
        if self.model != "last":
            asked["model"] = self.model
        if self.journey is not None:
            asked["journey"] = self.journey
        return asked | {name: value or "" for name, value in self.where.items()}

    def narrowed(self, dimension: str, value: str | None) -> Question:
        """The same of one newsletter, link, ... only."""
        return msgspec.structs.replace(self, where={**self.where, dimension: value})

    def widened(self, dimension: str) -> Question:
        """The same, whatever newsletter, link, ... it asked for."""
        where = {name: value for name, value in self.where.items() if name != dimension}
        return msgspec.structs.replace(self, where=where)

    def in_currency(self, currency: str | None) -> Question:
        """The same of what was paid in one currency; None: in any."""
        return msgspec.structs.replace(self, currency=currency)

    def in_all_currencies(self) -> Question:
        """The same, whatever was paid with: to see which currencies there are."""
        return self.in_currency(None)

    def in_period(self, period: Period) -> Question:
        """The same of another period."""
        return msgspec.structs.replace(self, period=period)


def read_question(asked: MultiDict[str, str], now: datetime) -> Question:
    """What a query string asks.

    :param now: in the shop's time zone.
    :raises BadValue: naming the parameter.
    """
    check_once(asked)
    currency = asked.get("currency") or None
    if currency is not None:
        exponent_of(currency)
    return Question(
        period=read_period(asked, now.date()),
        currency=currency,
        model=one_of(asked, "model", MODELS) or "last",
        journey=one_of(asked, "journey", JOURNEYS),
        where={name: asked[name] or None for name in DIMENSIONS if name in asked},
    )


def one_of(asked: Mapping[str, str], name: str, allowed: tuple[Word, ...]) -> Word | None:
    """One of a few words; None where it is not given, or empty as forms send it.

    :raises BadValue: naming the parameter.
    """
    value = asked.get(name) or None
    return None if value is None else check_choice(name, value, allowed)


def number_of(asked: Mapping[str, str], name: str, otherwise: int) -> int:
    """A whole number from 1 to 999,999.

    :raises BadValue: naming the parameter.
    """
    text = asked.get(name) or str(otherwise)
    if not (text.isascii() and text.isdigit() and len(text) < 7 and int(text)):
        raise BadValue(name, "is not a number from 1 to 999,999")
    return int(text)


def check_once(asked: MultiDict[str, str]) -> None:
    """Refuse what could be meant in two ways, and what no database takes.

    :raises BadValue: naming the parameter.
    """
    for name, values in asked.lists():
        if len(values) > 1:
            raise BadValue(name, "is given more than once")
        if "\0" in values[0] or len(values[0]) > _LONGEST:
            raise BadValue(name, f"holds a NUL character or more than {_LONGEST} characters")
