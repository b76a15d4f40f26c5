"""Writing a conversion once, inside a transaction that the store has begun."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

import msgspec

from ..attribution import as_new
from ..errors import StoreError
from ..identity import new_id
from ..model import TRUST, Arrival, Conversion, Outcome, Recorded
from ..orders import Order
from ..precedence import Decision, decide
from ..touches import Click
from . import rows, unsent
from .adjusting import Adjusting
from .claims import Claims
from .ledger import Ledger
from .reading import Reading
from .statements import CONVERSION_COLUMNS
from .totals_keeping import TotalsKeeping
from .transaction import ATTEMPTS, NO_ID

# So many columns never change once they are written.
_FIXED: Final = CONVERSION_COLUMNS.index("changed_at")


class Recording(Reading):
    """Writes what comes to a site."""

    def record(
        self,
        arrival: Arrival,
        values: rows.Values,
        *,
        may_be_there: bool = False,
        look_first: bool = False,
    ) -> Recorded:
        """Insert a conversion; where its reference is taken, let :mod:`~..precedence` decide.

        The insert comes first and its unique key decides: to look before would race.

        :param values: of the arrival, made by :func:`~.rows.arrival_values` before the
            transaction, which others wait for.
        :param may_be_there: a transaction with these very values was begun before, and nobody
            knows whether it was committed.
        :param look_first: whether an insert that loses would lock, in a transaction that may go on
            for long. What the look does not see, the insert still decides.
        """
        row = rows.arrival_row(values)
        if look_first and row["dedupe_key"] is not None:
            stored = self._execute(self._statements.select_conversion, row).fetchone()
            if stored is not None:
                return self._weigh(self.load(stored, "duplicate"), arrival, row)
        if may_be_there:
            stored = self._by_id(row["id"])
            if stored is not None and tuple(stored[:_FIXED]) == values[:_FIXED]:
                return self._new(self._written(arrival, row["id"], stored), arrival)
        for _ in ATTEMPTS:
            if self._execute(self._statements.insert_conversion, row).rowcount == 1:
                return self._new(self._insert_order(arrival, row["id"]), arrival, is_sure=True)
            if row["dedupe_key"] is not None:
                stored = self._stored(row)
                if stored is not None:
                    return self._weigh(self.load(stored, "duplicate"), arrival, row)
            # Neither new nor there: another process made the same id.
            row["id"] = new_id(arrival.at)
        raise StoreError(NO_ID)

    def record_many(self, arrivals: Iterable[tuple[Arrival, rows.Values]]) -> list[Recorded]:
        """See :meth:`~.base.Store.record_many`; it may be begun again after it was committed."""
        recorded = []
        for arrival, values in arrivals:
            one = self.record(arrival, values)
            if one.outcome == "duplicate" and one.id == values[0]:
                one = msgspec.structs.replace(one, outcome="recorded")  # by this very work
            recorded.append(one)
        return recorded

    def add_click(self, click: Click, *, may_be_there: bool = False) -> Click:
        """Insert a click, with a new id where its own is taken.

        :param may_be_there: as for :meth:`record`; then a click with its id is taken to be it.
        """
        for _ in ATTEMPTS:
            row = rows.click_row(self._site, click)
            if self._execute(self._statements.insert_click, row).rowcount == 1 or may_be_there:
                TotalsKeeping(self._transaction).click_came(click.id)
                return click
            click = msgspec.structs.replace(click, id=click.id + 1)
        raise StoreError(NO_ID)

    def mark_sent(self, sent: Iterable[tuple[int, Outcome]]) -> None:
        """See :meth:`~.base_news.NewsStore.mark_sent`."""
        for id, outcome in sent:
            self._transaction.run(self._statements.mark_sent, id=id, **unsent.taken(outcome))

    def identify(self, contact: str, customer_ref: str, at: datetime) -> None:
        """See :meth:`~.base.Store.identify`; who was said last is the one.

        A publisher may turn out to be the buyer of what they earn on.
        """
        row = {"contact": contact, "customer_ref": customer_ref, "at": rows.microseconds(at)}
        run = self._transaction.run
        if run(self._statements.insert_identity, **row).rowcount != 1:
            run(self._statements.update_identity, **row)
        Ledger(self._transaction).settle_customer(customer_ref, at)

    def forget_site(self) -> None:
        """See :meth:`~.base.Store.forget_site`."""
        for statement in self._statements.forget_site:
            self._execute(statement, {"site": self._site})

    def _stored(self, row: rows.Row) -> Any:
        found = self._execute(self._statements.select_conversion, row).fetchone()
        if found is None:
            # Within a host's transaction a plain query may see only what was there at its start.
            found = self._execute(self._statements.select_conversion_alone, row).fetchone()
        return found

    def _new(self, inserted: Recorded, arrival: Arrival, *, is_sure: bool = False) -> Recorded:
        """A new conversion, with what came before it, and what it earns.

        :param is_sure: whether it was inserted by this very transaction.
        """
        recorded = Claims(self._transaction).credit(inserted, arrival)
        Ledger(self._transaction).settle(recorded, arrival.at, is_new=is_sure)
        TotalsKeeping(self._transaction).sale_came(recorded.id)
        return recorded

    def _insert_order(self, arrival: Arrival, id: int) -> Recorded:
        conversion = arrival.conversion
        if conversion.order is None or not conversion.lines:
            return as_new(arrival, id)
        self._write_order(id, conversion, conversion.order)
        return self._written(arrival, id, self._by_id(id))

    def _written(self, arrival: Arrival, id: int, stored: Any) -> Recorded:
        if not arrival.conversion.lines:
            return as_new(arrival, id)
        # Read back, for a product may have another name than an untrusted source says.
        return self.load(stored, "recorded")

    def _weigh(self, stored: Recorded, arrival: Arrival, row: rows.Row) -> Recorded:
        arrival = Claims(self._transaction).with_claims(stored, arrival)
        decision = decide(stored, arrival)
        if decision.lost is None and not _changes(decision, stored):
            return decision.standing
        # To change it, be the only one; another may have changed it meanwhile.
        alone = self._execute(self._statements.select_conversion_alone, row).fetchone()
        if alone is None:
            raise StoreError("the conversion was deleted meanwhile")
        stored = self.load(alone, "duplicate", is_locked=True)
        decision = decide(stored, arrival)
        if decision.lost is not None:
            self._write_conflict(stored.id, arrival, decision.lost)
        return self._change(stored, decision, arrival)

    def _change(self, stored: Recorded, decision: Decision, arrival: Arrival) -> Recorded:
        standing = decision.standing
        if _changes(decision, stored):
            enriched = standing.outcome == "enriched"
            earns = standing.conversion.terms != stored.conversion.terms
            row = rows.changed_row(standing)
            row["site"], row["id"] = self._site, stored.id
            row["changed_at"] = rows.microseconds(arrival.at) if enriched else None
            row |= unsent.added("enriched" if enriched and arrival.announced else None)
            self._execute(self._statements.update_conversion, row)
            if enriched or earns:
                Ledger(self._transaction).settle(standing, arrival.at)
        order = standing.conversion.order
        if order != stored.conversion.order:
            parameters = {"site": self._site, "conversion": stored.id}
            self._execute(self._statements.orders.delete_lines, parameters)
            if order is not None:
                returned = Adjusting(self._transaction).returned(stored.id)
                self._write_order(stored.id, arrival.conversion, order, returned)
                standing = self.load(self._by_id(stored.id), standing.outcome)
        return standing

    def _write_conflict(self, conversion_id: int, arrival: Arrival, lost: Conversion) -> None:
        """Keep the values that lost, once: a page may be loaded again and again."""
        values = msgspec.structs.replace(lost, occurred_at=None)
        row: rows.Row = {
            "site": self._site,
            "conversion": conversion_id,
            "at": rows.microseconds(arrival.at),
            "lost": msgspec.json.encode(values).decode(),
        }
        if self._execute(self._statements.select_conflict, row).fetchone() is not None:
            return
        self._transaction.append(self._statements.insert_conflict, arrival.at, **row)

    def _write_order(
        self,
        conversion_id: int,
        said_by: Conversion,
        order: Order,
        returned: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        """Write the lines; only a source nobody can forge may rename a product.

        :param returned: product id -> how many of it came back.
        """
        statements = self._statements.orders
        trusted = said_by.trust > TRUST["ecommerce_pixel"]
        write = statements.rename_product if trusted else statements.insert_product
        # In one order for everybody, or two orders of the same products wait for each other.
        for product in sorted(rows.product_rows(self._site, order), key=_product_id):
            known = self._execute(statements.select_product, product).fetchone()
            # What is not written is not locked: all orders of a product would wait for each other.
            if known is None or (trusted and tuple(known) != _names_of(product)):
                self._execute(write, product)
        for line in rows.line_rows(self._site, conversion_id, order, returned):
            self._execute(statements.insert_line, line)


def is_one_row(arrival: Arrival) -> bool:
    """Whether a new conversion is a row and no more: no lines, and nobody earns on it."""
    return not arrival.conversion.lines and arrival.conversion.terms is None


def _changes(decision: Decision, stored: Recorded) -> bool:
    standing = decision.standing
    return standing.conversion != stored.conversion or standing.outcome == "enriched"


def _names_of(product: rows.Row) -> tuple[object, ...]:
    return product["name"], product["categories"]


def _product_id(row: rows.Row) -> str:
    product_id: str = row["product_id"]
    return product_id
