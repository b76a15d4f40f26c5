from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.support.weighing import AT, sale, socks, weigh
from wsgi_salestrack import Money, Order, Touch
from wsgi_salestrack.model import TRUST

SERVERS = [source for source, rank in TRUST.items() if rank == TRUST["api"]]
BROWSERS = [source for source, rank in TRUST.items() if rank == TRUST["target"]]


@pytest.mark.parametrize("stored", TRUST)
@pytest.mark.parametrize("arriving", TRUST)
def test_the_same_sale_again_is_a_duplicate(stored: str, arriving: str) -> None:
    """Whoever says it; nothing of it is lost."""
    decision = weigh(sale(stored), sale(arriving))

    assert decision.standing.outcome == "duplicate"
    assert decision.standing.id == 1
    assert decision.lost is None
    assert decision.standing.conversion.revenue == Money("10", "USD")


@pytest.mark.parametrize("arriving", SERVERS)
@pytest.mark.parametrize("stored", BROWSERS)
def test_a_servers_word_replaces_a_browsers(stored: str, arriving: str) -> None:
    """What was replaced is kept as a visible conflict."""
    forged = sale(stored, revenue=Money("9999", "USD"))

    decision = weigh(forged, sale(arriving))

    assert decision.standing.outcome == "enriched"
    assert decision.standing.conversion == sale(arriving)
    assert decision.lost == forged


@pytest.mark.parametrize("arriving", BROWSERS)
@pytest.mark.parametrize("stored", SERVERS)
def test_a_browsers_word_changes_nothing_that_a_server_said(stored: str, arriving: str) -> None:
    """Anybody can send a pixel."""
    decision = weigh(sale(stored), sale(arriving, revenue=Money("9999", "USD")))

    assert decision.standing.outcome == "duplicate"
    assert decision.standing.conversion == sale(stored)
    assert decision.lost is None


@pytest.mark.parametrize("equals", [SERVERS, BROWSERS], ids=["servers", "browsers"])
@pytest.mark.parametrize("which", [(0, 0), (0, 1), (1, 0), (3, 2)], ids=str)
def test_between_equals_a_difference_is_a_conflict_that_changes_nothing(
    equals: list[str], which: tuple[int, int]
) -> None:
    """The first hit wins, and the other one is kept to be looked at."""
    first, second = (equals[number] for number in which)
    other = sale(second, revenue=Money("11", "USD"), order=socks(), target="7")

    decision = weigh(
        sale(first), other, stored_referral=Touch(publisher="p7"), touch=Touch(link="hero")
    )

    assert decision.standing.outcome == "conflict"
    assert decision.standing.conversion == sale(first)
    assert (decision.standing.touch, decision.standing.referral) == (None, Touch(publisher="p7"))
    assert decision.lost == other


@pytest.mark.parametrize(
    ("said", "otherwise"),
    [
        pytest.param(
            {"revenue": Money("10", "USD")}, {"revenue": Money("10", "EUR")}, id="currency"
        ),
        pytest.param({"quantity": 2}, {"quantity": 3}, id="quantity"),
        pytest.param({"order": socks()}, {"order": socks("10", 1)}, id="lines"),
        pytest.param(
            {"order": socks(customer_ref="k1")}, {"order": socks(customer_ref="k2")}, id="customer"
        ),
        pytest.param(
            {"order": socks(point_of_sale="web")},
            {"order": socks(point_of_sale="till")},
            id="point-of-sale",
        ),
        pytest.param(
            {"order": Order(customer_ref="k1")},
            {"order": Order(customer_ref="k2")},
            id="customer-of-no-lines",
        ),
    ],
)
def test_every_value_can_be_in_conflict(said: dict[str, Any], otherwise: dict[str, Any]) -> None:
    """A hit that differs in one of them is not the same hit."""
    assert weigh(sale(**said), sale(**said)).standing.outcome == "duplicate"
    assert weigh(sale(**said), sale(**otherwise)).standing.outcome == "conflict"
    assert weigh(sale("target", **said), sale(**otherwise)).lost == sale("target", **said)


@pytest.mark.parametrize(
    "otherwise",
    [
        pytest.param({"occurred_at": AT + timedelta(seconds=5)}, id="time"),
        pytest.param({"revenue": Money("10.00", "USD")}, id="spelling-of-the-amount"),
        pytest.param({"revenue": None}, id="says-no-revenue"),
        pytest.param({"quantity": None}, id="says-no-quantity"),
    ],
)
def test_what_does_not_contradict_is_a_duplicate(otherwise: dict[str, Any]) -> None:
    """The pixel comes some seconds after the call, and says less."""
    decision = weigh(sale(quantity=2), sale("target", **{"quantity": 2, **otherwise}))

    assert decision.standing.outcome == "duplicate"
    assert decision.standing.conversion == sale(quantity=2)
