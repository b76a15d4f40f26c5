"""Reading segments: all buyers pass by once, and those who are chosen wait in a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import groupby
from operator import itemgetter
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final

import msgspec

from ..buyers import Buyer, Spent
from ..errors import StoreError
from ..selecting import DECIMALS, Segment
from .execution import Cursor
from .name_lists import sought
from .rows import Row, microseconds, moment
from .segment_statements import parameter_of
from .transaction import Transaction

# Rows that are fetched at a time.
_PAGE: Final = 1000
# Bytes of buyers that wait in memory; more of them do so in a file.
_IN_MEMORY: Final = 1_000_000
_ENCODER: Final = msgspec.json.Encoder()
_DECODER: Final = msgspec.json.Decoder(Buyer)


class Segments:
    """Buyers of a site.

    :param transaction: in which they are read.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def buyers(self, segment: Segment) -> Iterator[Buyer]:
        """Those of a segment, in the order of their names, while the transaction is open."""
        statement = self._transaction.statements.segments.select_buyers(segment)
        found = self._transaction.run(statement, **_parameters(segment))
        is_in = segment.test()
        for contact, group in groupby(_each(found), itemgetter(0)):
            whole, *currencies = group
            recency, frequency, first, last, _, _, *orders = map(int, whole[2:])
            buyer = Buyer(
                contact=contact,
                first_order=moment(first),
                last_order=moment(last),
                recency=recency,
                frequency=frequency,
                spent=tuple(map(_spent, currencies)),
            )
            if is_in(buyer, orders):
                yield buyer


def _each(found: Cursor) -> Iterator[Any]:
    while page := found.fetchmany(_PAGE):
        yield from page


def _spent(values: Sequence[Any]) -> Spent:
    """What a buyer spent in a currency; the database's own numbers may be Decimals."""
    monetary, count, quantity, gross, refunded, exponent = map(int, values[2:8])
    unit = 10 ** (DECIMALS - exponent)
    return Spent(
        currency=values[1],
        exponent=exponent,
        count=count,
        quantity=quantity,
        gross_minor=gross // unit,
        refunded_minor=refunded // unit,
        monetary=monetary,
    )


def _parameters(segment: Segment) -> Row:
    """The parameters of ``select_buyers``."""
    return {
        "since": segment.since and microseconds(segment.since),
        "until": segment.until and microseconds(segment.until),
        "currency": segment.only_currency,
        **{
            parameter_of(number, kind, place): sought(name) if kind == "category" else name
            for number, order in enumerate(segment.orders)
            for kind, names in order.names
            for place, name in enumerate(names)
        },
    }


def at_rest(begin: AbstractContextManager[Transaction], segment: Segment) -> Iterator[Buyer]:
    """The buyers of a segment, with no transaction open while somebody looks at one.

    All are read at one moment. They wait in memory or, if they are many, in a file without a name,
    which is gone when the last one was looked at, or the process ends.

    :param begin: a transaction, if it is entered.
    :raises StoreError: if there is no room for them.
    """
    with SpooledTemporaryFile(_IN_MEMORY, prefix="salestrack-") as waiting:
        with begin as transaction:
            for buyer in Segments(transaction).buyers(segment):
                _keep(waiting, _ENCODER.encode(buyer) + b"\n")
        waiting.seek(0)
        yield from map(_DECODER.decode, waiting)


def _keep(waiting: IO[bytes], line: bytes) -> None:
    try:
        waiting.write(line)
    except OSError as error:
        # Said here, for to the store it would be its own database that failed.
        raise StoreError(
            f"the segment could not be kept while it is read: {error}; make room in the folder for "
            "temporary files, or set TMPDIR to another one"
        ) from error
