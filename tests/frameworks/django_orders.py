"""A program that sells with Django in a transaction of its own, and prints what is left of it.

``python -m tests.frameworks.django_orders CONFIGURATION``, where the configuration is JSON:
``django`` is what Django calls a database, ``salestrack`` is the same one for the tracker, and
``make`` is a statement that makes the table of orders. Django can be configured once for each
process, so this is one of its own.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import django
from django.conf import settings
from django.db import connection, transaction

from tests.support.shop import SECRET
from wsgi_salestrack import Config, Conversion, Money, Recorded, Tracker
from wsgi_salestrack.signals import conversion_recorded


class Shop:
    """A shop with a table of orders.

    :param tracker: in the same database.
    """

    def __init__(self, tracker: Tracker) -> None:
        self.tracker = tracker
        #: References that the receiver was told of, and the orders that it could see then.
        self.told: list[tuple[str | None, list[str]]] = []
        conversion_recorded.connect(self._hear, sender=tracker)

    def orders(self) -> list[str]:
        """What is in the shop's table."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT reference FROM orders ORDER BY reference")
            return [reference for (reference,) in cursor.fetchall()]

    def sales(self) -> list[str]:
        """What is in the tracker's."""
        found = self.tracker.store.changed_since("default", self.tracker.now().replace(year=2000))
        return sorted(each.conversion.reference or "" for each in found)

    def sell(self, reference: str) -> None:
        """Place an order and record the sale; the caller's transaction commits both."""
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO orders VALUES (%s)", [reference])
        conversion = Conversion(reference=reference, revenue=Money("49.95", "USD"))
        before = len(self.told)
        self.tracker.record(conversion, connection=connection.cursor())
        assert len(self.told) == before, "told before the commit"

    def _hear(self, _sender: Tracker, *, recorded: Recorded, **_: Any) -> None:
        self.told.append((recorded.conversion.reference, self.orders()))


def checkout(shop: Shop, reference: str, *, fails: bool = False) -> None:
    """What a view does."""
    with shop.tracker.signals_after_commit(), transaction.atomic():
        shop.sell(reference)
        if fails:
            raise LookupError("the shop's own mistake")


def checkout_with_a_part_undone(shop: Shop) -> None:
    """A savepoint of Django's is rolled back, and what is around it is committed."""
    with shop.tracker.signals_after_commit(), transaction.atomic():
        shop.sell("1003")
        part = transaction.savepoint()
        shop.sell("1004")
        transaction.savepoint_rollback(part)


def main() -> None:
    """Sell, fail to sell, sell in parts."""
    chosen = json.loads(sys.argv[1])
    settings.configure(DATABASES={"default": chosen["django"]}, SECRET_KEY="x")
    django.setup()
    with connection.cursor() as cursor:
        cursor.execute(chosen["make"])
    tracker = Tracker(Config(secret_keys=[SECRET], database=chosen["salestrack"]))
    tracker.store.migrate()
    shop = Shop(tracker)
    checkout(shop, "1001")
    try:
        checkout(shop, "1002", fails=True)
    except LookupError:
        pass
    else:
        raise AssertionError("the shop's own mistake was lost")
    checkout_with_a_part_undone(shop)
    left = {"orders": shop.orders(), "sales": shop.sales(), "told": shop.told}
    print(json.dumps({**left, "replayed": len(list(tracker.replay()))}))  # noqa: T201  what it is for
    tracker.close()


if __name__ == "__main__":
    main()
