"""Whatever comes to a shop, its totals, credit and ledger are those of a simple model."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.dialects.machine import BROWSERS, CARTS, CUSTOMERS, LINKS, SERVERS, TITLES, Machine
from tests.support.clock import ManualClock
from tests.support.dialects import KEYS, TAMPER_KEY
from tests.support.shop import MakeTracker
from wsgi_salestrack import Tracker

STEPS = 150  # of a walk


def walk(machine: Machine, dice: random.Random) -> None:
    """A long program, which hypothesis, fond of short and simple ones, would not come upon."""
    machine.open_the_shop()
    for _ in range(STEPS):
        by, reference, link = dice.randrange(3), dice.choice([*CUSTOMERS]), dice.choice([*LINKS])
        cart = dice.choice(CARTS[:1] * 4 + CARTS)
        told = {"by": by, "reference": reference, "cart": cart, "title": dice.choice(TITLES)}
        browser, server = dice.choice([*BROWSERS, "affiliate"]), dice.choice(SERVERS)
        steps: list[tuple[int, Callable[[], None]]] = [
            (6, partial(machine.a_browser_tells, way=browser, code="ten", **told)),
            (6, partial(machine.a_server_tells, way=server, **told)),
            (2, partial(machine.a_server_has_a_click, link, reference, cart)),
            (4, partial(machine.see_the_snippet, by, reference)),
            (2, partial(machine.follow, by, link)),
            (2, partial(machine.time_passes, dice.randint(1, 5))),
            (1, partial(machine.cancel, reference, by_call=dice.random() < 0.5)),
            (1, partial(machine.identify, dice.choice(["K0", "K1"]), dice.choice(["c81", "c90"]))),
        ]
        dice.choices([step for _, step in steps], [weight for weight, _ in steps])[0]()
        machine.all_is_as_the_model_says()


@pytest.fixture
def trackers(make_tracker: MakeTracker) -> tuple[Tracker, Tracker]:
    """Of one database: one takes unsigned pixels, and one signed ones."""
    return make_tracker(**KEYS), make_tracker(**KEYS, tamper_keys=[TAMPER_KEY])


@pytest.fixture
def play(trackers: tuple[Tracker, Tracker], clock: ManualClock) -> Callable[[int, int], None]:
    """Plays so many programs of so many steps."""

    def run(examples: int, steps: int) -> None:
        run_state_machine_as_test(
            partial(Machine, trackers, clock),  # type: ignore[arg-type]  # any factory will do
            settings=settings(
                max_examples=examples,
                stateful_step_count=steps,
                deadline=None,
                derandomize=examples < 100,
                database=None,
                suppress_health_check=[HealthCheck.too_slow],
            ),
        )

    return run


def test_any_program_ends_as_the_model_says(play: Callable[[int, int], None]) -> None:
    """The same few programs each time."""
    play(20, 25)


@pytest.mark.parametrize("seed", [5, 6, 7])
def test_a_long_program_ends_as_the_model_says(
    trackers: tuple[Tracker, Tracker], clock: ManualClock, seed: int
) -> None:
    """Of many orders, each told of now and then."""
    walk(Machine(trackers, clock), random.Random(seed))


@pytest.mark.slow
def test_many_programs_end_as_the_model_says(
    play: Callable[[int, int], None], trackers: tuple[Tracker, Tracker], clock: ManualClock
) -> None:
    """Those that hypothesis makes are other ones each time."""
    play(200, 50)
    for seed in range(100, 130):
        walk(Machine(trackers, clock), random.Random(seed))
