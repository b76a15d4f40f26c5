"""What a value must be before the domain takes it: each check names the field and the remedy."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

from .errors import BadValue
from .money import Money

#: Characters of a name, such as a contact's, a newsletter's or a publisher's.
LONGEST_NAME: Final = 100

#: Characters of a reference, and of any other text that a host names something by.
LONGEST_REFERENCE: Final = 255

#: How long somebody may look back: from today it stays within what a datetime knows.
LONGEST_WINDOW: Final = timedelta(days=36_525)

Word = TypeVar("Word", bound=str)

_MOST = 999_999_999
# What a store's integers hold.
_IDS = 2**63
_NOT_AWARE = "is not a datetime with a time zone, such as datetime.now(UTC)"
# A day from the ends of what a datetime knows, so that in any zone the day can be told.
_EARLIEST = datetime.min.replace(tzinfo=UTC) + timedelta(days=1)
_LATEST = datetime.max.replace(tzinfo=UTC) - timedelta(days=1)


def check_text(field: str, value: object, longest: int) -> None:
    """Refuse what no store can keep as text.

    :raises BadValue: if it is no text, empty, longer than ``longest`` characters, or holds NUL or
        half a surrogate pair.
    """
    if not isinstance(value, str):
        raise BadValue(field, f"is {type(value).__name__}, not text")
    if not value:
        raise BadValue(field, "is empty; leave it out instead")
    if len(value) > longest:
        raise BadValue(field, f"is longer than {longest} characters")
    if "\0" in value:
        raise BadValue(field, "contains a NUL character")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise BadValue(field, "is not valid Unicode text") from None


def check_names(**names: object) -> None:
    """Refuse what can be no name of something; None names nothing.

    :param names: argument -> value.
    :raises BadValue: naming the argument.
    """
    for field, value in names.items():
        if value is not None:
            check_text(field, value, LONGEST_REFERENCE)


def check_id(field: str, id: object) -> None:
    """Refuse what can be no id of a row.

    :raises BadValue: naming the field.
    """
    if type(id) is not int:  # a bool is none
        raise BadValue(field, f"is {type(id).__name__}, not an id, which is an integer")
    if not 0 <= id < _IDS:
        raise BadValue(field, f"{id} does not exist")


def check_money(field: str, value: object) -> None:
    """Refuse what is no :class:`~wsgi_salestrack.Money`.

    :raises BadValue: naming the field.
    """
    if not isinstance(value, Money):
        raise BadValue(field, 'is not Money; write Money("49.95", "USD")')
    if value.minor < 0:  # of what was stored, which is anybody's to make
        raise BadValue(field, "is negative")


def check_quantity(quantity: object) -> None:
    """Refuse what is no number of items.

    :raises BadValue: naming ``quantity``.
    """
    if type(quantity) is not int:  # a bool is none
        raise BadValue("quantity", f"is {type(quantity).__name__}, not an integer")
    if not 1 <= quantity <= _MOST:
        raise BadValue("quantity", f"is not from 1 to {_MOST}")


def check_mapping(field: str, value: object, example: str) -> None:
    """Refuse what has no names with values.

    :raises BadValue: naming the field.
    """
    if not isinstance(value, Mapping):
        raise BadValue(field, f"is not a mapping such as {example}")


def check_type(field: str, value: object, wanted: type) -> None:
    """Refuse what is not one of our own.

    :raises BadValue: naming the field.
    """
    if not isinstance(value, wanted):
        raise BadValue(field, f"is {type(value).__name__}, not {wanted.__name__}")


def check_environ(environ: object) -> None:
    """Refuse what is no WSGI environment, of which a framework's own request is one.

    :raises BadValue: saying what to pass.
    """
    if not isinstance(environ, dict):
        raise BadValue("environ", f"is a {type(environ).__name__}; pass the request's own environ")


def check_choice(field: str, value: object, allowed: Collection[Word]) -> Word:
    """One of a few words; refuse what is none of them.

    :raises BadValue: naming the field, and the words.
    """
    for word in allowed:
        if word == value:
            return word
    raise BadValue(field, f"is not one of {', '.join(allowed)}")


def check_aware(field: str, moment: object) -> None:
    """Refuse what is no aware datetime, however long ago.

    :raises BadValue: naming the field.
    """
    if not isinstance(moment, datetime) or moment.utcoffset() is None:
        raise BadValue(field, _NOT_AWARE)


def utc(field: str, moment: object) -> datetime:
    """A moment in UTC: within a zone, times are compared by clocks that are put back at times.

    :raises BadValue: if it is no aware datetime, or at the very ends of what one knows.
    """
    if not isinstance(moment, datetime) or (
        moment.tzinfo is not UTC and moment.utcoffset() is None
    ):
        raise BadValue(field, _NOT_AWARE)
    if not _EARLIEST <= moment <= _LATEST:
        raise BadValue(field, f"is not from {_EARLIEST:%Y-%m-%d} to {_LATEST:%Y-%m-%d}")
    return moment if moment.tzinfo is UTC else moment.astimezone(UTC)
