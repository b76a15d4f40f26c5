"""``/ts/l/<link>/c/<code>``: the vendor's own examples, and what else is taken."""

from __future__ import annotations

import pytest

from tests.support.affiliate import PATH, assert_acknowledged, request_of
from tests.support.clock import NOON
from tests.support.receivers import Listen
from tests.support.rows import rows_of
from tests.support.shop import MakeTracker, Visit
from wsgi_salestrack import Conversion, Money, Touch, Tracker
from wsgi_salestrack.terms import Rule, Terms

_OURS = "https://shop.example/salestrack/ts/l/banner/c/socks"
# [doc] "if there's an order with the sale amount '19.95'": the page has lost what stood in front.
_PIXEL = '<img src=";amount=19.95"/>'
_WITH_INVOICE = _PIXEL.replace('"', f'"{_OURS}?id=11001', 1)
_WITHOUT_INVOICE = _PIXEL.replace('"', f'"{_OURS}?', 1)
# [doc] "you must post the parameters mentioned above to our logging script".
_FORM = """
    <form action="" method="POST">
    <input type="hidden" name="amount" value="39.95" />
    <input type="hidden" name="id" value="110001" />
    <input type="submit" value="Click to Continue" />
"""
_OUR_FORM = _FORM.replace('action=""', f'action="{_OURS}"')


@pytest.fixture
def tracker(make_tracker: MakeTracker) -> Tracker:
    """A shop with two tracking codes."""
    return make_tracker(
        tracking_codes={
            "socks": {"tier1": ["percent", "10"], "tier2": ["fixed", "2.50"]},
            "S\u00f6ckchen;&": {},
        }
    )


@pytest.mark.parametrize(
    ("html", "amount", "reference"),
    [
        pytest.param(_WITH_INVOICE, "19.95", "11001", id="pixel"),
        pytest.param(_WITHOUT_INVOICE, "19.95", None, id="pixel, amount alone"),
        pytest.param(_OUR_FORM, "39.95", "110001", id="form"),
    ],
)
def test_the_vendors_snippet_works_with_our_address(
    tracker: Tracker,
    visit: Visit,
    listen: Listen,
    *,
    html: str,
    amount: str,
    reference: str | None,
) -> None:
    """[doc] "to give credit to an affiliate for referring a customer", by our own cookie."""
    receivers = listen(tracker)
    visitor = visit(tracker)
    visitor.get(tracker.click_url("/p/socks", publisher="mary"))
    target, body = request_of(html)

    if body:
        assert visitor.post(target, body).status == 200
    else:
        assert_acknowledged(visitor.get(target))

    (recorded,) = receivers.recorded
    assert recorded.conversion == Conversion(
        source="affiliate",
        scope="code:socks",
        reference=reference,
        revenue=Money(amount, "USD"),
        occurred_at=NOON,
        target="socks",
        affiliate_link="banner",
        terms=Terms(
            tier1=Rule.of("tier1", "percent", "10"), tier2=Rule.of("tier2", "fixed", "2.50")
        ),
    )
    assert recorded.referral == Touch(at=NOON, publisher="mary")
    assert receivers.rejected == []


def test_a_sale_that_nobody_referred_is_recorded(
    tracker: Tracker, visit: Visit, listen: Listen
) -> None:
    """Credited to nobody."""
    receivers = listen(tracker)

    assert_acknowledged(visit(tracker).get(f"{PATH}?id=11001;amount=19.95"))

    (recorded,) = receivers.recorded
    assert (recorded.touch, recorded.referral) == (None, None)


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("id=7;amount=5", id="[doc] semicolon"),
        pytest.param("id=7&amount=5", id="ampersand"),
        pytest.param("amount=5;id=7", id="another order"),
        pytest.param("x=1;id=7&y=2;amount=5", id="both"),
        pytest.param(";;id=7;&amount=5;", id="empty pairs"),
        pytest.param("i%64=%37;%61mount=%35", id="encoded"),
        pytest.param("id=7;amount=5;utm=a;utm=b;gr%F6sse=%FF", id="other people's"),
        pytest.param("id=7;amount=5;ID=8;Amount=9", id="another case is not ours"),
    ],
)
def test_however_the_parameters_are_written(tracker: Tracker, visit: Visit, query: str) -> None:
    """[doc] Parameters are separated by ``;``; in any order and by ``&`` as well."""
    assert_acknowledged(visit(tracker).get(f"{PATH}?{query}"))

    (row,) = rows_of(tracker, "conversions")
    assert (row["reference"], row["revenue"]) == ("7", 500)


@pytest.mark.parametrize(
    ("amount", "currency", "revenue"),
    [
        pytest.param("19.95", "USD", "19.95", id="[doc]"),
        pytest.param("$1,234.50", "USD", "1234.50", id="dollar sign and comma"),
        pytest.param("$1%2C234%2E50", "USD", "1234.50", id="encoded"),
        pytest.param("%E2%82%AC19.95", "EUR", "19.95", id="euro sign"),
        pytest.param("19.95+%E2%82%AC", "EUR", "19.95", id="euro sign behind a space"),
        pytest.param("%C2%A319.95", "GBP", "19.95", id="pound sign"),
        pytest.param("%EF%BF%A5500", "JPY", "500", id="full-width yen sign"),
        pytest.param("%E2%82%BF5", "USD", "5.00", id="bitcoin sign"),
        pytest.param("%E2%80%8F19.95+%E2%80%8F%E2%82%AA", "ILS", "19.95", id="shekel, from right"),
        pytest.param("%241+234.50", "USD", "1234.50", id="space"),
        pytest.param("1%C2%A0234.50", "USD", "1234.50", id="no-break space"),
        pytest.param("1%E2%80%AF234.50", "USD", "1234.50", id="narrow no-break space"),
        pytest.param("1'234.50", "USD", "1234.50", id="apostrophe"),
        pytest.param("1%E2%80%99234.50", "CHF", "1234.50", id="typographic apostrophe"),
        pytest.param("1_234.50", "USD", "1234.50", id="underscore"),
        pytest.param("+19.95%0D%0A", "USD", "19.95", id="line break"),
        pytest.param("*19.95*", "USD", "19.95", id="asterisks"),
        pytest.param("1,50", "USD", "150.00", id="a comma is not for decimals"),
        pytest.param("19.95,", "USD", "19.95", id="comma at the end"),
        pytest.param("0", "USD", "0.00", id="nothing"),
        pytest.param("5.5", "USD", "5.50", id="one decimal"),
        pytest.param("5.5000", "USD", "5.50", id="zeros at the end"),
        pytest.param("99,999,999.99", "USD", "99999999.99", id="the most"),
        pytest.param("1,234.567", "KWD", "1234.567", id="dinar"),
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
    """With a decimal point; other non-digits are ignored [doc]; in the configured currency."""
    tracker = make_tracker(tracking_codes={"socks": {}}, currency=currency)
    receivers = listen(tracker)

    assert_acknowledged(visit(tracker).get(f"{PATH}?amount={amount}"))

    (recorded,) = receivers.recorded
    assert recorded.conversion.revenue == Money(revenue, currency)


@pytest.mark.parametrize(
    ("written", "link"),
    [
        ("banner", "banner"),
        ("a%20b+c", "a b+c"),
        ("%C3%A9t%C3%A9", "\u00e9t\u00e9"),
        ("a;b%26c%3Bd", "a;b&c;d"),
        ("%3Cscript%3E", "<script>"),
        ("x" * 100, "x" * 100),
        ("%F0%9F%A7%A6" * 100, "\U0001f9e6" * 100),
        ("", None),
    ],
    ids=lambda value: f"{value!a:.30}",
)
def test_the_link_is_a_free_name(
    tracker: Tracker, visit: Visit, listen: Listen, written: str, link: str | None
) -> None:
    """Kept with the conversion; an address may lack it [ours]."""
    receivers = listen(tracker)

    assert_acknowledged(visit(tracker).get(f"/salestrack/ts/l/{written}/c/socks?amount=5"))

    (recorded,) = receivers.recorded
    assert recorded.conversion.affiliate_link == link


@pytest.mark.parametrize(
    ("address", "code"),
    [
        pytest.param("/ts/l/a/c/socks?amount=5", "socks", id="as documented"),
        pytest.param("/ts/l/a/c/socks/?amount=5", "socks", id="slash at the end"),
        pytest.param("/ts/l/a/c/%73ocks?amount=5", "socks", id="encoded"),
        pytest.param("/ts/l/a/c/S%C3%B6ckchen;&?amount=5", "S\u00f6ckchen;&", id="of any name"),
    ],
)
def test_with_an_empty_prefix_the_path_is_the_vendors(
    make_tracker: MakeTracker, visit: Visit, listen: Listen, address: str, code: str
) -> None:
    """A shop changes nothing but the hostname."""
    tracker = make_tracker(url_prefix="", tracking_codes={code: {"title": "Any"}})
    receivers = listen(tracker)

    assert_acknowledged(visit(tracker).get(address))

    (recorded,) = receivers.recorded
    assert (recorded.conversion.target, recorded.conversion.scope) == (code, f"code:{code}")


@pytest.mark.parametrize(
    ("path", "decoded"),
    [
        ("/ts/l/a/b/c/socks", "/ts/l/a/b/c/socks"),
        ("/ts/l/a%2Fb/c/socks", "/ts/l/a/b/c/socks"),
        ("/ts/l/a/c/socks/x", "/ts/l/a/c/socks/x"),
        ("/ts/l/a/c/socks//", "/ts/l/a/c/socks//"),
        ("/ts/l/a", "/ts/l/a"),
        ("/tsl/a/c/socks", "/tsl/a/c/socks"),
        ("/ts/L/a/c/socks", "/ts/L/a/c/socks"),
    ],
)
def test_paths_beside_it_are_the_hosts(
    make_tracker: MakeTracker, visit: Visit, path: str, decoded: str
) -> None:
    """Also with an empty prefix."""
    tracker = make_tracker(url_prefix="", tracking_codes={"socks": {}})

    assert visit(tracker).get(f"{path}?amount=5").text == f"the shop|GET|{decoded}|amount=5"


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param({}, id="no code"),
        pytest.param({"tracking_codes": {"socks": {}}, "protocols": ["click"]}, id="switched off"),
    ],
)
def test_where_it_is_not_configured_the_path_is_the_hosts(
    make_tracker: MakeTracker, visit: Visit, keys: dict[str, object]
) -> None:
    """A shop may have pages of its own there."""
    answer = visit(make_tracker(**keys)).get(f"{PATH}?amount=5")

    assert answer.text == f"the shop|GET|{PATH}|amount=5"
