"""What came to a site: conversions, and the log of hits that were none, which is bounded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

import msgspec

from ..hits import KEPT_FOR, MOST_KEPT, Hit
from ..identity import first_id, new_id
from ..model import PROTOCOL_OF
from ..money import decimal_of
from .rows import microseconds, moment
from .transaction import Transaction

# Once in so many hits those beyond the most are deleted, and so many more than need be: to find out
# which ones takes longer than to write one.
_EVERY: Final = 64
_SLACK: Final = 1000


class HitLog:
    """The log of a site.

    :param transaction: in which it is read and written.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._run = transaction.run
        self._statements = transaction.statements.hits

    def add(self, hit: Hit) -> None:
        """Write down a hit; should its id be taken, it is left out."""
        id = new_id(hit.at)
        self._run(
            self._statements.insert_hit,
            id=id,
            at=microseconds(hit.at),
            protocol=hit.protocol,
            outcome=hit.outcome,
            reason=hit.reason,
            parameters=msgspec.json.encode(hit.parameters).decode(),
        )
        self._run(self._statements.delete_old_hits, since=microseconds(hit.at - KEPT_FOR))
        if id % _EVERY == 0:
            self._delete_surplus()

    def since(self, since: datetime) -> list[tuple[int, Hit]]:
        """What came since, recorded or not, with ids, the oldest first; at most so many of each."""
        hits = [*self._recorded(since), *self._logged(since)]
        return sorted(hits, key=lambda each: (each[1].at, each[0]))

    def _recorded(self, since: datetime) -> Iterator[tuple[int, Hit]]:
        parameters = {"first": first_id(since), "most": MOST_KEPT}
        found = self._run(self._statements.select_recent, **parameters).fetchall()
        for id, at, source, reference, revenue, currency, exponent in found:
            worth = "" if currency is None else f", {decimal_of(revenue, exponent)} {currency}"
            yield (
                id,
                Hit(
                    at=moment(at),
                    protocol=PROTOCOL_OF[source],
                    outcome="recorded",
                    reason=f"{reference or 'no reference'}{worth}",
                ),
            )

    def _logged(self, since: datetime) -> list[tuple[int, Hit]]:
        found = self._run(self._statements.select_hits, since=microseconds(since)).fetchall()
        return [
            (
                id,
                Hit(
                    at=moment(at),
                    protocol=protocol,
                    outcome=outcome,
                    reason=reason,
                    parameters=tuple(msgspec.json.decode(parameters)),
                ),
            )
            for id, at, protocol, outcome, reason, parameters in found
        ]

    def _delete_surplus(self) -> None:
        found = self._run(self._statements.select_oldest_hit, kept=MOST_KEPT - _SLACK).fetchone()
        if found is not None:
            self._run(self._statements.delete_hits, id=found[0])
