"""What a tracker tells of its books, beside what the plain model says."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.ledger.crediting import MODELS, Model, Share, shares
from tests.ledger.model import Shop
from tests.ledger.reports import Row, Rows, recorded, rows, totals
from tests.ledger.sales import Sale
from tests.ledger.values import DECIMALS, Programme
from tests.stores.values import all_of
from wsgi_salestrack import Commission, Payout, Report, Touch, Tracker
from wsgi_salestrack.explaining import Explanation
from wsgi_salestrack.reports import ReportRow

DIMENSIONS = ("newsletter", "link", "contact", "list", "publisher")

#: A publisher and a currency.
Purse = tuple[str, str]


def assert_books(tracker: Tracker, shop: Shop) -> None:
    """Each sale, each entry of the ledger and each payout."""
    assert _sales(tracker) == [
        (
            sale.reference,
            sale.at,
            (sale.told.minor, sale.told.currency, sale.refunded, sale.net),
            (sale.told.trust, sale.told.quantity, sale.told.customer),
            (sale.touch, sale.referral),
        )
        for sale in shop.sales
    ]
    entries, payouts = tracker.commissions(), tracker.payouts()
    places: dict[int | None, int] = {payout.id: place for place, payout in enumerate(payouts)}
    assert [
        (e.publisher, e.tier, e.reference, e.minor, e.currency, e.state, places.get(e.payout))
        for e in entries
    ] == [
        (
            *(entry.earning.publisher, entry.earning.tier, entry.earning.sale.reference),
            *(entry.minor, entry.currency, entry.state),
            None if entry.payout is None else shop.books.payouts.index(entry.payout),
        )
        for entry in shop.books.entries
    ]
    assert [(p.publisher, p.minor, p.currency, p.sales, p.state) for p in payouts] == [
        (p.publisher, p.minor, p.currency, p.sales, p.state) for p in shop.books.payouts
    ]
    _assert_purses(entries, payouts, shop)


def _assert_purses(entries: list[Commission], payouts: list[Payout], shop: Shop) -> None:
    """What is earned is in one payout, or in none yet; each publisher's, in each currency."""
    earned, ledger, shared_out = Counter[Purse](), Counter[Purse](), Counter[Purse]()
    for earning in shop.books.earnings:
        for currency in earning.currencies:
            earned[earning.publisher, currency] += earning.due(currency)
    for entry in entries:
        if entry.state != "declined":
            ledger[entry.publisher, entry.currency] += entry.minor
            if entry.payout is None:
                shared_out[entry.publisher, entry.currency] += entry.minor
    for payout in payouts:
        if payout.state != "dropped":
            shared_out[payout.publisher, payout.currency] += payout.minor
    assert ledger == earned == shared_out


def _sales(tracker: Tracker) -> list[Any]:
    """In the order that they were told of first."""
    found = []
    for sale in sorted(all_of(tracker.store, "default"), key=lambda each: each.id):
        conversion, refunded, net = sale.conversion, sale.refunded, sale.net
        revenue, order = conversion.revenue, conversion.order
        assert revenue is not None
        assert net is not None
        found.append(
            (
                conversion.reference,
                conversion.occurred_at,
                (revenue.minor, revenue.currency, refunded.minor if refunded else 0, net.minor),
                (conversion.trust, conversion.quantity, order.customer_ref if order else None),
                (_names(sale.touch), _names(sale.referral)),
            )
        )
    return found


def _names(touch: Touch | None) -> tuple[Any, ...] | None:
    """As the model has them."""
    if touch is None:
        return None
    return (touch.at, touch.contact, touch.list, touch.newsletter, touch.link, touch.publisher)


def assert_report(tracker: Tracker, shop: Shop, by: str, journey: str | None) -> None:
    """Every row by every model, and money is conserved.

    :param journey: None: as the tracker takes it by itself.
    """
    usual: Programme = "publishers" if by == "publisher" else "newsletters"
    whole = totals(shop)
    for model, made in tracker.compare(by, models=MODELS, journey=journey).items():
        if (journey, model) == (None, "last"):
            credited = recorded(shop, usual)
        else:
            credited = shop.credits(model, journey or usual)
        _assert_rows(made, rows(shop, by, credited), model, (by, model, journey))
        _assert_totals(made, whole, (by, model, journey))


def _assert_rows(report: Report, expected: Rows, model: Model, what: Any) -> None:
    """Each value's part in each currency."""
    found = {(row.dimension, row.currency): row for row in report.rows if row.count}
    assert found.keys() == expected.keys(), what
    for key, row in expected.items():
        net, refunded = _minor(found[key])
        if model != "decay":
            assert (found[key].count, found[key].quantity) == (row.count, row.quantity), what
            assert (net, refunded) == (row.net, row.refunded), what
        else:
            assert abs(found[key].count - row.count) < 1e-9, what
            assert abs(found[key].quantity - row.quantity) < 1e-9, what
            assert abs(net - row.net) + abs(refunded - row.refunded) <= 2 * row.close, what


def _assert_totals(report: Report, expected: dict[str, Row], what: Any) -> None:
    """What the rows come to is what was sold, and what is left of it."""
    totals = {row.currency: row for row in report.totals if row.count}
    assert totals.keys() == expected.keys(), what
    for currency, row in expected.items():
        total = totals[currency]
        assert (total.count, total.quantity) == (row.count, row.quantity), what
        assert _minor(total) == (row.net, row.refunded), what
        parts = [each for each in report.rows if each.currency == currency]
        assert sum(each.count for each in parts) == row.count, what
        assert sum(each.quantity for each in parts) == row.quantity, what
        sums = [sum(column) for column in zip(*map(_minor, parts), strict=True)]
        assert sums == [row.net, row.refunded], what


def _minor(row: ReportRow) -> tuple[int, int]:
    """Net and refunded."""
    assert row.gross is not None
    assert row.refunded is not None
    assert row.net == row.gross - row.refunded
    scale = 10 ** DECIMALS[row.currency or ""]
    net, refunded = row.net * scale, row.refunded * scale
    assert (net, refunded) == (int(net), int(refunded))
    assert row.gross >= row.net >= 0
    return int(net), int(refunded)


def assert_explained(tracker: Tracker, shop: Shop, sale: Sale, model: Model) -> None:
    """Its parts are those of the reports, and come to what is left of it."""
    if sale.reference is None:
        return
    made, persons = tracker.explain(sale.reference, model=model), shop.persons()
    for programme, own in (("newsletters", sale.touch), ("publishers", sale.referral)):
        if model == "last":
            expected = shares("last", [own] if own else [], sale.at, sale.net, 0)
        else:
            expected = shop.shared(sale, model, programme, persons)
        _assert_explained(made, programme, expected, (sale.number, model, programme))


def _assert_explained(made: Explanation, programme: str, expected: list[Share], what: Any) -> None:
    found = [each for each in made.candidates if each.programme == programme and each.share]
    wanted = [share for share in expected if share.touch is not None]
    assert sorted(map(str, (_names(each.touch) for each in found))) == sorted(
        str(tuple(share.touch or ())) for share in wanted
    ), what
    if wanted:
        assert sum(each.share for each in found) == 1, what
        assert sum(each.minor for each in found) == sum(share.net for share in wanted), what
    net = {tuple(share.touch or ()): share for share in wanted}
    for each in found:
        share = net[_names(each.touch) or ()]
        assert abs(each.share - share.part) < 1e-9, what
        assert abs(each.minor - share.net) <= share.is_close, what


def assert_verified(tracker: Tracker) -> None:
    """The tracker finds nothing wrong by itself."""
    assert [found for found in tracker.verify() if found.problem is not None] == []
