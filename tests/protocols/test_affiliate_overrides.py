"""``com1_type``, ``com1_value``, ``com2_type``, ``com2_value``: what a hit says itself it earns."""

from __future__ import annotations

import logging

import pytest

from tests.support.affiliate import PATH, assert_acknowledged, assert_refused
from tests.support.receivers import Listen
from tests.support.shop import MakeTracker, Visit
from wsgi_salestrack import Tracker
from wsgi_salestrack.terms import Rule, Terms

_TIER1 = Rule.of("tier1", "percent", "10")
_TIER2 = Rule.of("tier2", "fixed", "2.50")
_BY_CODE = Terms(tier1=_TIER1, tier2=_TIER2)


@pytest.fixture
def tracker(make_tracker: MakeTracker) -> Tracker:
    """A shop with a tracking code that allows overrides, one that does not, and one of no rules."""
    tiers = {"tier1": ["percent", "10"], "tier2": ("fixed", "2.50")}
    return make_tracker(
        tracking_codes={
            "socks": {**tiers, "allow_override": True},
            "fast": tiers,
            "bare": {"allow_override": True},
        }
    )


@pytest.mark.parametrize(
    ("query", "override1", "override2"),
    [
        pytest.param(
            "com1_type=fixed;com1_value=5;com2_type=percent;com2_value=1.5",
            Rule.of("tier1", "fixed", "5"),
            Rule.of("tier2", "percent", "1.5"),
            id="both",
        ),
        pytest.param(
            "com1_type=percent;com1_value=20",
            Rule.of("tier1", "percent", "20"),
            None,
            id="the first",
        ),
        pytest.param(
            "com2_value=0&com2_type=%66ixed",
            None,
            Rule.of("tier2", "fixed", "0"),
            id="the second",
        ),
        pytest.param(
            "com1_type=percent;com1_value=100;com2_type=;com2_value=",
            Rule.of("tier1", "percent", "100"),
            None,
            id="the first, the second left empty",
        ),
    ],
)
def test_a_pair_overrides_its_tier_and_leaves_the_other(
    tracker: Tracker,
    visit: Visit,
    listen: Listen,
    *,
    query: str,
    override1: Rule | None,
    override2: Rule | None,
) -> None:
    """[doc] Where the code allows overrides; by GET and by POST."""
    receivers = listen(tracker)

    assert_acknowledged(visit(tracker).get(f"{PATH}?amount=5;{query}"))
    visit(tracker).post(PATH, f"amount=5&{query}".encode())

    expected = Terms(tier1=_TIER1, tier2=_TIER2, override1=override1, override2=override2)
    assert [recorded.conversion.terms for recorded in receivers.recorded] == [expected] * 2


@pytest.mark.parametrize("query", ["", ";com1_type=;com1_value=", ";com1_type;com2_value"])
def test_without_a_pair_the_codes_rules_stand(
    tracker: Tracker, visit: Visit, listen: Listen, query: str
) -> None:
    """Also where overrides are allowed, and a template left them empty [ours]."""
    receivers = listen(tracker)

    assert_acknowledged(visit(tracker).get(f"{PATH}?amount=5{query}"))

    (recorded,) = receivers.recorded
    assert recorded.conversion.terms == _BY_CODE


def test_a_code_without_rules_earns_what_a_hit_says(
    tracker: Tracker, visit: Visit, listen: Listen
) -> None:
    """And nothing where the hit says nothing."""
    receivers = listen(tracker)
    visitor = visit(tracker)

    for query in ("", ";com2_type=fixed;com2_value=1"):
        visitor.get(f"/salestrack/ts/l/banner/c/bare?amount=5{query}")

    assert [recorded.conversion.terms for recorded in receivers.recorded] == [
        Terms(),
        Terms(override2=Rule.of("tier2", "fixed", "1")),
    ]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("com1_type=percent", "com1_value is missing"),
        ("com1_value=5", "com1_type is missing"),
        ("com2_type=fixed", "com2_value is missing"),
        ("com2_value=5;com2_type=", "com2_type is missing"),
        ("com1_type=percent;com2_value=5", "com1_value is missing"),
        ("com1_type=fixed;com1_value=5;com2_type=fixed", "com2_value is missing"),
        ("com1_type=Percent;com1_value=5", "com1_type is not one of percent, fixed"),
        ("com1_type=%25;com1_value=5", "com1_type"),
        ("com1_type=fixed%00;com1_value=5", "com1_type"),
        ("com1_type=%FF;com1_value=5", "com1_type is not UTF-8"),
        ("com1_type=fixed;com1_type=fixed;com1_value=5", "com1_type is given twice"),
        (f"com1_type={'x' * 5000};com1_value=5", "com1_type"),
        ("com2_type=fixed;com2_value=-1", "com2_value"),
        ("com2_type=fixed;com2_value=%2B1", "com2_value"),
        ("com2_type=fixed;com2_value=$5", "com2_value"),
        ("com2_type=fixed;com2_value=1e5", "com2_value"),
        ("com2_type=fixed;com2_value=NaN", "com2_value"),
        ("com2_type=fixed;com2_value=1,000", "com2_value"),
        ("com2_type=fixed;com2_value=5%00", "com2_value"),
        ("com2_type=fixed;com2_value=%D9%A4", "com2_value"),
        ("com2_type=fixed;com2_value=%FF", "com2_value is not UTF-8"),
        ("com2_type=fixed;com2_value=5;com2_value=5", "com2_value is given twice"),
        ("com2_type=fixed;com2_value=1.00001", "com2_value"),
        ("com2_type=fixed;com2_value=99999999.991", "com2_value is above"),
        (f"com2_type=fixed;com2_value={'9' * 5000}", "com2_value"),
        ("com2_type=percent;com2_value=100.01", "com2_value is above 100"),
        ("com2_type=percent;com2_value=10%25", "com2_value"),
    ],
    ids=lambda value: f"{value:.50}",
)
def test_a_wrong_or_half_pair_is_refused_by_name(
    tracker: Tracker, visit: Visit, listen: Listen, query: str, names: str
) -> None:
    """[doc] Type and value come in pairs; no commission is guessed at [ours]."""
    receivers = listen(tracker)

    assert_refused(visit(tracker).get(f"{PATH}?amount=5;{query}"), receivers, tracker, names)


@pytest.mark.parametrize(
    "query",
    [
        "com1_type=fixed;com1_value=5",
        "com1_type=fixed",
        "com2_value=NaN",
        "%63om1_value=5",
        "com1_type=%FF",
        "com1_type=fixed;com1_type=percent",
    ],
)
def test_where_the_code_does_not_allow_it_they_are_ignored_and_logged(
    tracker: Tracker, visit: Visit, listen: Listen, caplog: pytest.LogCaptureFixture, query: str
) -> None:
    """Right or wrong: the sale is recorded, and earns what the code says."""
    caplog.set_level(logging.INFO, logger="salestrack")
    receivers = listen(tracker)

    assert_acknowledged(visit(tracker).get(f"/salestrack/ts/l/banner/c/fast?amount=5;{query}"))

    (recorded,) = receivers.recorded
    assert recorded.conversion.terms == _BY_CODE
    assert [(record.levelname, record.message) for record in caplog.records] == [
        ("INFO", "commission overrides of an affiliate hit ignored: fast does not allow them")
    ]


def test_nothing_is_logged_where_nothing_is_ignored(
    tracker: Tracker, visit: Visit, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither of a plain hit, nor where overrides are allowed."""
    caplog.set_level(logging.INFO, logger="salestrack")
    visitor = visit(tracker)

    visitor.get("/salestrack/ts/l/banner/c/fast?amount=5;commission=7")
    visitor.get(f"{PATH}?amount=5;com1_type=fixed;com1_value=5;com1_type_of_ours=6")

    assert caplog.messages == []
