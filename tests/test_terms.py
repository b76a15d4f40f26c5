"""Rules: what they may be, and what they earn to the unit."""

from __future__ import annotations

from decimal import ROUND_UP, Context, Decimal, Inexact, localcontext
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.strategies import thorough
from wsgi_salestrack import BadValue
from wsgi_salestrack.terms import Rule, Terms


@pytest.mark.parametrize(
    ("kind", "value", "net", "exponent", "earned"),
    [
        pytest.param("percent", "10", 1995, 2, 200, id="199.5 to the even above"),
        pytest.param("percent", "10", 1985, 2, 198, id="198.5 to the even below"),
        pytest.param("percent", "10", 5, 2, 0, id="half a cent to none"),
        pytest.param("percent", "10", 15, 2, 2, id="one and a half to two"),
        pytest.param("percent", "50", 2995, 2, 1498, id="half to the even above"),
        pytest.param("percent", "12.5", 4, 2, 0, id="exactly a half"),
        pytest.param("percent", "12.5001", 4, 2, 1, id="a little above a half"),
        pytest.param("percent", "12.4999", 4, 2, 0, id="a little below a half"),
        pytest.param("percent", "33.3333", 100, 2, 33, id="thirds"),
        pytest.param("percent", "100", 9999999999, 2, 9999999999, id="all of the largest"),
        pytest.param("percent", "99.9999", 99999999990000, 4, 99999899990000, id="four decimals"),
        pytest.param("percent", "0", 1995, 2, 0, id="none"),
        pytest.param("percent", "10", 0, 2, 0, id="of nothing"),
        pytest.param("percent", "10", 1995, 0, 200, id="yen"),
        pytest.param("fixed", "2.50", 1995, 2, 250, id="fixed"),
        pytest.param("fixed", "2.5", 1, 2, 250, id="fixed, however little is left"),
        pytest.param("fixed", "2.50", 0, 2, 250, id="fixed, a lead without revenue"),
        pytest.param("fixed", "2.505", 1995, 2, 250, id="fixed, half a cent to the even below"),
        pytest.param("fixed", "2.515", 1995, 2, 252, id="fixed, half a cent to the even above"),
        pytest.param("fixed", "2.5", 1995, 0, 2, id="fixed, yen"),
        pytest.param("fixed", "2.505", 1995, 3, 2505, id="fixed, dinar"),
        pytest.param("fixed", "99999999.99", 1, 4, 999999999900, id="the largest fixed"),
    ],
)
def test_what_a_rule_earns(kind: str, value: str, net: int, exponent: int, earned: int) -> None:
    """Half a unit goes to the even one."""
    assert Rule.of("tier1", kind, value).earned(net, exponent) == earned


@thorough(500)
@given(value=st.integers(0, 1_000_000), net=st.integers(0, 10**14))
def test_a_percentage_is_exact(value: int, net: int) -> None:
    """As a fraction, which is never rounded before the end, says."""
    rule = Rule.of("tier1", "percent", f"{value // 10_000}.{value % 10_000:04}")

    assert rule.earned(net, 2) == round(Fraction(net * value, 1_000_000))


def test_the_hosts_own_decimal_context_changes_nothing() -> None:
    """A host may round to three digits for itself, or trap what is inexact."""
    with localcontext(Context(prec=3, rounding=ROUND_UP, traps=[Inexact])):
        assert Rule.of("tier1", "percent", "12.3456").earned(123456789, 2) == 15241481
        assert Rule.of("tier1", "fixed", "12345.6789").earned(1, 2) == 1234568


@pytest.mark.parametrize(
    ("kind", "value", "problem"),
    [
        *((kind, "10", "type") for kind in ("", "Percent", "share", None, 1, ["percent"])),
        *(
            ("percent", value, "value")
            for value in ("", "-1", "+1", "1e1", "NaN", "Infinity", "1_0", "10%", " 10", "10\n")
        ),
        *(
            ("fixed", value, "value")
            for value in ("$5", "1,000.00", "1,5", ".5", "5.", "5.00001", "٤", "5\0", "9" * 500)
        ),
        *(("percent", value, "value") for value in (10, 10.5, None, Decimal(10), b"10", ["10"])),
        ("percent", "100.0001", "value is above 100"),
        ("percent", "101", "value is above 100"),
        ("fixed", "99999999.9901", "value is above 99999999.99"),
        ("percent", "12.34567", "value has more than 4 decimals"),
        ("fixed", "100000000", "value is above 99999999.99"),
    ],
    ids=lambda value: f"{value!a:.30}",
)
def test_what_is_no_rule(kind: object, value: object, problem: str) -> None:
    """The error names the field, and which of the two is wrong with it."""
    with pytest.raises(BadValue, match=f"^tier2 {problem}") as refused:
        Rule.of("tier2", kind, value)

    assert refused.value.field == "tier2"


@pytest.mark.parametrize("value", ["10", "0", "007", "10.50", "0.0001"])
def test_a_rule_keeps_its_value_exactly(value: str) -> None:
    """Also when it was stored in between."""
    rule = Rule.of("tier1", "percent", value)
    terms = Terms(tier1=rule, override2=rule)

    assert msgspec.json.decode(msgspec.json.encode(terms), type=Terms) == terms
    assert rule == Rule("percent", Decimal(value))
