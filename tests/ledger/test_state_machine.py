"""Whatever happens to sales, money is neither lost nor made: beside a plain model of the books."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.ledger.machine import Machine
from tests.ledger.options import MANY
from tests.ledger.selling import ARGUMENTS
from tests.support.clock import ManualClock
from wsgi_salestrack import Tracker

# How often each step is taken in a long program.
_WEIGHTS = {
    "click": 4,
    "record": 8,
    "adjust": 9,
    "identify": 2,
    "change_publisher": 4,
    "set_apart": 3,
    "decide": 5,
    "approve_all": 2,
    "prepare": 2,
    "payout_goes_on": 4,
    "time_passes": 2,
}
# What becomes of the steps, as the machine words it; how many entries or payouts changed.
_EVERYTHING = {
    *("sale recorded", "sale duplicate", "sale enriched", "sale conflict", "sale refused"),
    *("refund recorded", "refund duplicate", "refund conflict", "refund refused"),
    *("chargeback recorded", "cancellation recorded", "cancellation duplicate"),
    *("reinstatement recorded", "reinstatement refused"),
    *("approved 1", "approved 0", "declined 1", "declined refused", "paid 1", "paid refused"),
    *("publisher p7", "publisher refused"),
    *("payout approved 1", "payout exported 1", "payout paid 1"),
    *("payout dropped 1", "payout dropped refused"),
}


def walk(machine: Machine, dice: random.Random, steps: int) -> None:
    """A long program, which hypothesis, fond of short and simple ones, would not come upon."""
    machine.open_the_shop()
    for _ in range(steps):
        (name,) = dice.choices([*_WEIGHTS], [*_WEIGHTS.values()])
        step = getattr(machine, name)
        step(**{argument: dice.choice(MANY[argument]) for argument in ARGUMENTS[name]})
        machine.the_books_are_right()
    machine.teardown()


@pytest.fixture
def play(tracker: Tracker, clock: ManualClock) -> Callable[..., None]:
    """Plays so many programs of so many steps."""

    def run(examples: int, steps: int, *, derandomize: bool) -> None:
        run_state_machine_as_test(
            partial(Machine, tracker, clock),  # type: ignore[arg-type]  # any factory will do
            settings=settings(
                max_examples=examples,
                stateful_step_count=steps,
                deadline=None,
                derandomize=derandomize,
                database=None,
                suppress_health_check=[HealthCheck.too_slow],
            ),
        )

    return run


def test_money_is_conserved_through_any_program(play: Callable[..., None]) -> None:
    """The same few programs each time."""
    play(12, 20, derandomize=True)


def test_money_is_conserved_through_long_programs(tracker: Tracker, clock: ManualClock) -> None:
    """In which everything happens that may happen."""
    met: set[str] = set()
    for seed in (10, 12, 31):
        machine = Machine(tracker, clock)
        walk(machine, random.Random(seed), 250)
        met |= machine.met

    assert met >= _EVERYTHING, _EVERYTHING - met


@pytest.mark.slow
def test_money_is_conserved_through_many_programs(
    play: Callable[..., None], tracker: Tracker, clock: ManualClock
) -> None:
    """Those that hypothesis makes are other ones each time."""
    play(100, 40, derandomize=False)
    for seed in range(100, 112):
        walk(Machine(tracker, clock), random.Random(seed), 200)
