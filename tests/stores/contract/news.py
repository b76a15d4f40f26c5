from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.stores.values import HERO, arrival
from wsgi_salestrack.model import Arrival, Outcome
from wsgi_salestrack.stores.base import Store

BOTH: list[Outcome] = ["recorded", "enriched"]


def announced(reference: str = "1001", **values: Any) -> Arrival:
    """A sale that receivers are to be told of."""
    return msgspec.structs.replace(arrival(reference, **values), announced=True)


def untold(store: Store, site: str) -> list[tuple[str | None, Outcome]]:
    """Reference and outcome of what is unsent."""
    return [(each.conversion.reference, each.outcome) for each in store.unsent(site)]


class NewsContract:
    """What receivers of signals are still to be told."""

    def test_what_is_announced_is_unsent_until_it_is_marked(self, store: Store, site: str) -> None:
        """Many at once; what nobody listened to never was."""
        ids = [store.record(site, announced(reference)).id for reference in ("1", "2", "3")]
        store.record(site, arrival("4"))

        store.mark_sent(site, [(id, "recorded") for id in ids[1:]])

        assert untold(store, site) == [("1", "recorded")]
        assert [store.is_unsent(site, id) for id in ids] == [True, False, False]
        assert store.is_unsent(site, 7) is None

    @pytest.mark.parametrize(
        ("marked", "left"),
        [
            ([], BOTH),
            (["recorded"], ["enriched"]),
            (["enriched"], ["recorded"]),
            (BOTH, []),
            (["enriched", "enriched"], ["recorded"]),
        ],
    )
    def test_each_outcome_is_marked_by_itself(
        self, store: Store, site: str, marked: list[Outcome], left: list[Outcome]
    ) -> None:
        """Who told of the new sale did not tell of what another process changed meanwhile."""
        new = store.record(site, announced())
        changed = store.record(site, announced(touch=HERO))
        assert (changed.id, changed.outcome) == (new.id, "enriched")

        store.mark_sent(site, [(new.id, outcome) for outcome in marked])

        assert untold(store, site) == [("1001", outcome) for outcome in left]
        assert all(each.touch == HERO for each in store.unsent(site))
        assert store.is_unsent(site, new.id) == bool(left)

    def test_a_change_that_nobody_listens_to_adds_nothing(self, store: Store, site: str) -> None:
        """What was to be told stays so."""
        store.record(site, announced())
        store.record(site, arrival(touch=HERO))

        assert untold(store, site) == [("1001", "recorded")]

    def test_marks_of_what_is_not_there_change_nothing(self, store: Store, site: str) -> None:
        """It may have been forgotten since; and marks are each shop's own."""
        new = store.record(site, announced())
        store.mark_sent(f"{site}-other", [(new.id, "recorded")])
        store.mark_sent(site, [(1, "recorded"), (new.id, "enriched")])
        store.mark_sent(site, [])

        assert untold(store, site) == [("1001", "recorded")]
