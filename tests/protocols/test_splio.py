"""``/sales.php``: the vendor's own examples, and what else is taken."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.clock import NOON, ManualClock
from tests.support.receivers import Listen
from tests.support.rows import row_counts, rows_of
from tests.support.shop import MakeTracker, Visit
from tests.support.splio import address_in, assert_silent
from wsgi_salestrack import Conversion, Money, Touch, Tracker

# [client] A shop's page.
_SHOP = (
    '<img src="https://s3s.fr/sales.php?universe=husqvarna&amount=199.00&id=1234"'
    ' width="0" height="0" border="0" alt=""/>'
)
# [doc] "The request to post is", in the picture that "has no width and no height".
_DOCUMENTED = (
    '<img src="https://s3s.fr/sales.php?universe=myuniverse&amount=10000.00&id=123456acdef"'
    ' width="0" height="0">'
)
# [doc] The vendor's own snippet lacks the quote that closes the address.
_UNCLOSED = (
    '<img src="https://s3s.fr/sales.php?universe=myuniverse&amount=10000.00&id=123456abcd'
    ' width="0" height="0" border="0" alt=""/>'
)
# [doc] "You only need to set-up two parameters to make it work".
_TWO = '<img src="https://s3s.fr/sales.php?universe=myuniverse&amount=10000.00">'


@pytest.fixture
def tracker(make_tracker: MakeTracker) -> Tracker:
    """A shop that serves the vendor's own path."""
    return make_tracker(url_prefix="", universes=["husqvarna", "myuniverse"], currency="EUR")


@pytest.mark.parametrize(
    ("html", "universe", "amount", "reference"),
    [
        pytest.param(_SHOP, "husqvarna", "199.00", "1234", id="a shop"),
        pytest.param(
            _SHOP.replace("&", "&amp;"), "husqvarna", "199.00", "1234", id="a shop, escaped"
        ),
        pytest.param(_DOCUMENTED, "myuniverse", "10000.00", "123456acdef", id="documentation"),
        pytest.param(_UNCLOSED, "myuniverse", "10000.00", "123456abcd", id="unclosed quote"),
        pytest.param(_TWO, "myuniverse", "10000.00", None, id="two parameters"),
    ],
)
def test_the_vendors_snippet_works_with_our_hostname(
    tracker: Tracker,
    visit: Visit,
    listen: Listen,
    *,
    html: str,
    universe: str,
    amount: str,
    reference: str | None,
) -> None:
    """With an empty prefix a shop changes nothing but the hostname."""
    receivers = listen(tracker)
    visitor = visit(tracker, https=True)
    visitor.get(tracker.click_url("/p/saw", contact="c81", newsletter="2026-11"))

    assert_silent(visitor.get(address_in(html)))

    (recorded,) = receivers.recorded
    assert recorded.outcome == "recorded"
    assert recorded.conversion == Conversion(
        source="splio",
        scope=f"universe:{universe}",
        reference=reference,
        revenue=Money(amount, "EUR"),
        occurred_at=NOON,
        target=universe,
    )
    assert recorded.touch == Touch(at=NOON, contact="c81", newsletter="2026-11")
    assert receivers.rejected == []


def test_the_documented_placeholder_is_no_amount(
    tracker: Tracker, visit: Visit, listen: Listen
) -> None:
    """[doc] ``amount=PurchaseAmount``, copied as it stands: the image, and a reason for the log."""
    receivers = listen(tracker)

    assert_silent(
        visit(tracker, https=True).get("/sales.php?universe=myuniverse&amount=PurchaseAmount")
    )

    ((_, reason),) = receivers.rejected
    assert reason.startswith("amount ")


def test_a_sale_adds_to_what_the_documentation_lists(tracker: Tracker, visit: Visit) -> None:
    """[doc] To the campaign's and the customer's revenue and transactions, and an own entry."""
    visitor = visit(tracker, https=True)
    visitor.get(tracker.click_url("/p/saw", contact="c81", newsletter="2026-11", link="hero"))
    for address in (_DOCUMENTED, _UNCLOSED):
        assert_silent(visitor.get(address_in(address)))

    assert row_counts(tracker)["conversions"] == 2
    for by, name in (
        ("newsletter", "2026-11"),
        ("contact", "c81"),
        ("link", "hero"),
        ("target", "myuniverse"),
    ):
        (row,) = tracker.report(by).rows
        assert (row.dimension, row.count, str(row.revenue)) == (name, 2, "20000.00")


def test_the_last_link_used_is_credited(
    tracker: Tracker, visit: Visit, clock: ManualClock, listen: Listen
) -> None:
    """[doc] "The last link used within the Campaign Newsletter is kept for tracing"."""
    receivers = listen(tracker)
    visitor = visit(tracker, https=True)
    for link in ("hero", "footer"):
        visitor.get(tracker.click_url("/p/saw", newsletter="2026-11", link=link))
        clock.advance(timedelta(minutes=1))

    visitor.get(address_in(_SHOP))

    (recorded,) = receivers.recorded
    assert recorded.touch is not None
    assert recorded.touch.link == "footer"


def test_a_sale_without_a_click_is_recorded(tracker: Tracker, visit: Visit, listen: Listen) -> None:
    """Credited to nobody, as with every source but the e-commerce pixel."""
    receivers = listen(tracker)

    assert_silent(visit(tracker, https=True).get(address_in(_SHOP)))

    (recorded,) = receivers.recorded
    assert (recorded.touch, recorded.referral) == (None, None)


@pytest.mark.parametrize(
    ("amount", "currency", "revenue"),
    [
        pytest.param("10000.00", "EUR", "10000.00", id="[doc] dot"),
        pytest.param("10000,00", "EUR", "10000.00", id="[doc] comma"),
        pytest.param("10000%2C00", "EUR", "10000.00", id="encoded comma"),
        pytest.param("10000%2e00", "EUR", "10000.00", id="encoded dot"),
        pytest.param("199", "EUR", "199.00", id="whole"),
        pytest.param("0", "EUR", "0.00", id="nothing"),
        pytest.param("0,01", "EUR", "0.01", id="a cent"),
        pytest.param("5,5", "EUR", "5.50", id="one decimal"),
        pytest.param("5.5000", "EUR", "5.50", id="trailing zeros"),
        pytest.param("1,000", "EUR", "1.00", id="a comma is for decimals"),
        pytest.param("007", "EUR", "7.00", id="leading zeros"),
        pytest.param("99999999,99", "EUR", "99999999.99", id="the most"),
        pytest.param("500", "JPY", "500", id="yen"),
        pytest.param("500,00", "JPY", "500", id="yen with zeros"),
        pytest.param("1,234", "KWD", "1.234", id="dinar"),
    ],
)
def test_what_an_amount_may_be(
    make_tracker: MakeTracker,
    visit: Visit,
    listen: Listen,
    *,
    amount: str,
    currency: str,
    revenue: str,
) -> None:
    """[doc] "The decimal separator can be a dot or a comma"; the currency is the configured one."""
    tracker = make_tracker(universes=["u"], currency=currency)
    receivers = listen(tracker)

    assert_silent(
        visit(tracker, https=True).get(f"/salestrack/sales.php?universe=u&amount={amount}")
    )

    (recorded,) = receivers.recorded
    assert recorded.conversion.revenue == Money(revenue, currency)


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("/sales.php?universe=myuniverse&amount=5&id=7", id="as documented"),
        pytest.param("/sales.php/?universe=myuniverse&amount=5&id=7", id="slash"),
        pytest.param("/sales%2Ephp?universe=myuniverse&amount=5&id=7", id="encoded path"),
        pytest.param("/sales.php?id=7&amount=5&universe=myuniverse", id="another order"),
        pytest.param("/sales.php?univers%65=m%79universe&%61mount=5&id=7", id="encoded"),
        pytest.param("/sales.php?&&universe=myuniverse&amount=5&id=7&", id="empty pairs"),
        pytest.param("/sales.php?universe=myuniverse&amount=5&id=7&utm=a&utm=b", id="others"),
        pytest.param("/sales.php?universe=myuniverse&amount=5&id=7&gr%F6sse=%FF", id="latin-1"),
        pytest.param("/sales.php?universe=myuniverse&amount=5&id=7&ID=8&id[]=9", id="not ours"),
    ],
)
def test_however_the_parameters_are_written(tracker: Tracker, visit: Visit, address: str) -> None:
    """In any order; other people's parameters may be in any encoding."""
    assert_silent(visit(tracker, https=True).get(address))

    (row,) = rows_of(tracker, "conversions")
    assert (row["target"], row["revenue"], row["reference"]) == ("myuniverse", 500, "7")


def test_a_universe_may_have_any_name(
    make_tracker: MakeTracker, visit: Visit, listen: Listen
) -> None:
    """As it is configured, percent-encoded UTF-8 or raw bytes on the wire."""
    tracker = make_tracker(universes=["\u00c9t\u00e9 & fils"])
    receivers = listen(tracker)
    visitor = visit(tracker, https=True)

    visitor.get("/salestrack/sales.php?universe=%C3%89t%C3%A9+%26+fils&amount=5")
    visitor.get("/salestrack/sales.php?universe=\u00c9t\u00e9%20%26%20fils&amount=5".encode())

    names = [recorded.conversion.target for recorded in receivers.recorded]
    assert names == ["\u00c9t\u00e9 & fils"] * 2
