"""Long lists: a part of one at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, Generic, TypeVar

import msgspec

from wsgi_salestrack import BadValue
from wsgi_salestrack.stores.base import Place

from .questions import number_of

Item = TypeVar("Item")

#: Rows of a page.
SIZE: Final = 50
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
# Microseconds since 1970, and an id, of at most 63 bits each.
_PLACE: Final = re.compile(r"(-?[0-9]{1,19})\.([0-9]{1,19})", re.ASCII)


class Part(msgspec.Struct, Generic[Item], frozen=True, kw_only=True):
    """One page of a list whose length is known.

    :param rows: those on it.
    :param page: which one it is, from 1.
    :param last: which is the last one.
    :param first: the number of its first row, from 1.
    :param count: of all rows.
    """

    rows: Sequence[Item]
    page: int
    last: int
    first: int
    count: int


class Stretch(msgspec.Struct, Generic[Item], frozen=True, kw_only=True):
    """One page of a list that has the newest first and goes on to older ones.

    :param before: where the next page goes on; None where this is the last.
    :param is_later: whether there are newer ones.
    """

    rows: Sequence[Item]
    before: str | None
    is_later: bool


def part_of(rows: Sequence[Item], asked: Mapping[str, str]) -> Part[Item]:
    """The page that a query string asks for; beyond the last one, the last.

    :raises BadValue: naming ``page``.
    """
    last = max(1, -(-len(rows) // SIZE))
    page = min(number_of(asked, "page", 1), last)
    start = (page - 1) * SIZE
    shown = rows[start : start + SIZE]
    return Part(rows=shown, page=page, last=last, first=start + 1, count=len(rows))


def place_of(asked: Mapping[str, str]) -> Place | None:
    """Where the page before ended, by ``before``.

    :raises BadValue: naming it.
    """
    text = asked.get("before") or None
    if text is None:
        return None
    found = _PLACE.fullmatch(text)
    try:
        if found is not None:
            return Place(_EPOCH + int(found[1]) * _MICROSECOND, min(int(found[2]), 2**63 - 1))
    except OverflowError:
        pass
    raise BadValue("before", "is not what a link of this list has")


def place_text(at: datetime | None, id: int) -> str:
    """A place as ``before`` has it."""
    return f"{((at or _EPOCH) - _EPOCH) // _MICROSECOND}.{id}"


def stretch_of(
    rows: Sequence[Item], place: Callable[[Item], str], *, is_later: bool
) -> Stretch[Item]:
    """The page of what was read, which is one row more than it has, if there are older ones.

    :param place: of a row, as ``before`` has it.
    """
    shown = rows[:SIZE]
    older = place(shown[-1]) if len(rows) > SIZE else None
    return Stretch(rows=shown, before=older, is_later=is_later)
