"""The shares of a sale, against computations that share no code with ours."""

from __future__ import annotations

from datetime import timedelta
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stores.values import MICROSECOND, NOON
from wsgi_salestrack import BadValue, Touch, crediting
from wsgi_salestrack.crediting import (
    HALF_LIFE,
    MODELS,
    Credit,
    Journey,
    Model,
    Reason,
    Step,
    Windows,
    reason_against,
    split,
)
from wsgi_salestrack.touches import Verdict

MONTH = timedelta(days=30)
MONTHS = Windows(newsletters=MONTH, publishers=MONTH)
WEEK = timedelta(days=7)

models = st.sampled_from(MODELS)
# Days before the sale, in their order; equal ones and fractions among them.
paths = st.lists(st.fractions(0, 30, max_denominator=9), min_size=1, max_size=8).map(
    lambda ages: sorted(ages, reverse=True)
)


def step(days: Fraction | int, name: str = "n", **names: Any) -> Step:
    """A click on a newsletter's link so many days before noon."""
    at = NOON - int(days * (timedelta(days=1) // MICROSECOND)) * MICROSECOND
    return Step(touch=Touch(**{"at": at, "newsletter": name, **names}))


def credited(
    path: list[Step], net: int = 100, model: Model = "linear", **asked: Any
) -> list[Credit]:
    given = {"occurred_at": NOON, "windows": MONTHS, **asked}
    return crediting.credit_path(path, net=net, model=model, **given)


def minors(found: list[Credit]) -> list[int]:
    return [credit.minor for credit in found]


def true_shares(model: Model, ages: list[Fraction]) -> list[Fraction]:
    """What the models are defined to be; those of decay to 40 digits."""
    count = len(ages)
    last = count - 1
    if model == "decay":
        with localcontext(Context(prec=60)):
            half = Decimal(1) / 2
            exact = [half ** (Decimal(age.numerator) / age.denominator / 7) for age in ages]
            return [Fraction(weight / sum(exact)) for weight in exact]
    table: dict[Model, list[Fraction]] = {
        "first": [Fraction(place == 0) for place in range(count)],
        "last": [Fraction(place == last) for place in range(count)],
        "linear": [Fraction(1, count)] * count,
        "position": [
            Fraction(2, 5) if place in {0, last} else Fraction(1, 5) / (count - 2)
            for place in range(count)
        ],
    }
    if model == "position" and count < 3:
        return [Fraction(1, count)] * count
    return table[model]


def by_largest_remainder(amount: int, shares: list[Fraction]) -> list[int]:
    """A unit at a time, to whoever lacks most of their share; of several, the last one."""
    given = [amount * share // 1 for share in shares]
    lacking = [amount * share % 1 for share in shares]
    while sum(given) < amount:
        place = max(range(len(shares)), key=lambda each: (lacking[each], each))
        given[place] += 1
        lacking[place] = Fraction(-1)
    return given


@given(paths, models, st.integers(0, 10**10))
def test_a_model_agrees_with_its_definition(ages: list[Fraction], model: Model, net: int) -> None:
    """To the share (decay: to a part in 10 to the 11) and to the minor unit."""
    found = credited([step(age) for age in ages], net, model)

    shares = [credit.share for credit in found]
    for share, expected in zip(shares, true_shares(model, ages), strict=True):
        assert share == expected or (
            model == "decay" and abs(share - expected) < Fraction(1, 10**11)
        )
    assert minors(found) == by_largest_remainder(net, shares)


@given(paths, models, st.integers(0, 10**10))
def test_nothing_is_lost_and_nothing_is_made(ages: list[Fraction], model: Model, net: int) -> None:
    """A conversion counts one, and what it is worth is credited, never below zero."""
    found = credited([step(age) for age in ages], net, model)

    assert sum(credit.share for credit in found) == 1
    assert sum(minors(found)) == net
    assert all(credit.minor >= 0 and credit.share >= 0 for credit in found)
    assert len(found) == len(ages)


@given(
    st.integers(0, 10**12),
    st.lists(st.integers(0, 50), min_size=1, max_size=9).filter(any),
)
def test_a_split_is_the_largest_remainders(amount: int, weights: list[int]) -> None:
    shares = [Fraction(weight, sum(weights)) for weight in weights]

    assert list(split(amount, weights)) == by_largest_remainder(amount, shares)


@pytest.mark.parametrize(
    ("model", "days", "net", "expected"),
    [
        ("last", [9, 5, 1], 100, [0, 0, 100]),
        ("first", [9, 5, 1], 100, [100, 0, 0]),
        ("linear", [9, 5, 1], 100, [33, 33, 34]),
        ("linear", [9, 5, 1], 101, [33, 34, 34]),
        ("position", [9, 5, 1], 100, [40, 20, 40]),
        ("position", [9, 7, 5, 3, 1], 1000, [400, 66, 67, 67, 400]),
        ("position", [9, 1], 1, [0, 1]),
        ("position", [9], 7, [7]),
        ("decay", [14, 7, 0], 700, [100, 200, 400]),
        # Only the differences count, whenever the sale was.
        ("decay", [21, 14, 7], 700, [100, 200, 400]),
        ("decay", [7, 7], 5, [2, 3]),
        ("decay", [3], 5, [5]),
    ],
)
def test_the_split_is_as_anybody_would_say(
    model: Model, days: list[int], net: int, expected: list[int]
) -> None:
    """Where the remainders are the same, the later touch has the unit."""
    assert minors(credited([step(each) for each in days], net, model)) == expected


def test_half_of_the_weight_is_lost_in_seven_days() -> None:
    assert HALF_LIFE == WEEK


def test_the_order_of_the_path_is_that_of_time() -> None:
    """However it was put together; a touch without a time is the sale's own, and so the last."""
    unknown = Step(touch=Touch(newsletter="token"))
    path = [unknown, step(1, "b"), step(9, "a")]

    found = credited(path, model="last")

    assert [credit.touch and credit.touch.newsletter for credit in found] == ["a", "b", "token"]
    assert minors(found) == [0, 0, 100]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("path", [[], [step(-1)], [step(31)]], ids=["none", "later", "too old"])
def test_a_sale_without_a_candidate_is_credited_to_nobody(model: Model, path: list[Step]) -> None:
    assert credited(path, 7, model) == [Credit(touch=None, share=Fraction(1), minor=7)]


@pytest.mark.parametrize(
    ("at", "reason"),
    [
        (NOON, None),
        (NOON - MONTH, None),
        (NOON - MONTH - MICROSECOND, "outside the window"),
        (NOON + MICROSECOND, "after the sale"),
        (None, None),
    ],
)
def test_the_ends_of_the_window_are_within(at: Any, reason: Reason | None) -> None:
    touch = Step(touch=Touch(at=at, newsletter="n"))

    assert reason_against(touch, NOON, MONTHS, "newsletters") == reason
    assert (credited([touch])[0].touch is None) == (reason is not None)


@pytest.mark.parametrize("verdict", ["bot", "prefetch", "embedded", "refused"])
def test_what_nobody_clicked_is_credited_with_nothing(verdict: Verdict) -> None:
    path = [step(2, "a"), Step(touch=step(1, "b").touch, verdict=verdict)]

    assert reason_against(path[1], NOON, MONTHS, "both") == verdict
    assert [credit.touch for credit in credited(path)] == [path[0].touch]


@pytest.mark.parametrize(
    ("journey", "windows", "expected"),
    [
        ("newsletters", MONTHS, ["mail", "mixed"]),
        ("publishers", MONTHS, ["mixed", "blog"]),
        ("both", MONTHS, ["mail", "mixed", "blog"]),
        ("both", Windows(newsletters=WEEK, publishers=MONTH), ["mixed", "blog"]),
        ("both", Windows(newsletters=MONTH, publishers=WEEK), ["mail", "mixed", "blog"]),
        ("newsletters", Windows(newsletters=WEEK, publishers=MONTH), []),
        ("publishers", Windows(newsletters=MONTH, publishers=WEEK), ["blog"]),
    ],
)
def test_programmes_are_one_journey_or_apart_each_with_its_window(
    journey: Journey, windows: Windows, expected: list[str]
) -> None:
    """A link that belongs to both has the longer window where both are asked for."""
    path = [
        step(20, "mail", link="mail"),
        step(10, "mail", link="mixed", publisher="p7"),
        Step(touch=Touch(at=NOON - timedelta(days=5), link="blog", publisher="p7")),
    ]

    found = credited(path, model="linear", journey=journey, windows=windows)

    assert [credit.touch.link for credit in found if credit.touch] == expected
    assert sum(minors(found)) == 100


def test_windows_are_given_by_programme() -> None:
    given = Windows.of({"publishers": WEEK}, MONTH)

    assert given == Windows(newsletters=MONTH, publishers=WEEK)
    assert given.longest == MONTH
    assert Windows.of(None, MONTH) == MONTHS


@pytest.mark.parametrize(
    "given",
    [
        {"lists": WEEK},
        {"publishers": 7},
        {"publishers": -WEEK},
        {"publishers": timedelta.max},
        {"newsletters": None},
    ],
)
def test_a_window_is_a_time_to_look_back(given: dict[str, Any]) -> None:
    with pytest.raises(BadValue) as refused:
        Windows.of(given, MONTH)

    assert refused.value.field == "windows"
