from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
import pytest

from tests.stores.values import MICROSECOND, NOON, click
from wsgi_salestrack import Touch
from wsgi_salestrack.stores.base import Store
from wsgi_salestrack.touches import TOUCH_NAMES, Verdict

LINK = Touch(contact="c81", newsletter="2026-11", link="hero")
YEAR = timedelta(days=365)


def clicked(at: datetime, **changes: str | None) -> Touch:
    return msgspec.structs.replace(LINK, at=at, **changes)


class ClicksContract:
    """Visits through our links."""

    def test_the_last_click_is_the_latest(self, store: Store, site: str) -> None:
        """By when it was clicked, not by when it was stored."""
        for minutes in (1, 9, 5):
            store.add_click(site, click(clicked(NOON + timedelta(minutes=minutes))))

        last = store.last_click(site, LINK, NOON + YEAR)

        assert last == NOON + timedelta(minutes=9)
        assert last.utcoffset() == timedelta(0)

    def test_a_click_comes_back_as_it_was_stored(self, store: Store, site: str) -> None:
        """With the id that it has."""
        made = click(clicked(NOON))

        assert store.add_click(site, made) == made

    def test_a_click_whose_id_is_taken_gets_another(self, store: Store, site: str) -> None:
        """Another process may have made the same one; neither click is lost."""
        made = click(clicked(NOON))
        later = msgspec.structs.replace(made, touch=clicked(NOON + MICROSECOND))
        store.add_click(site, made)

        second = store.add_click(site, later)

        assert second == msgspec.structs.replace(later, id=second.id)
        assert second.id != made.id
        assert store.last_click(site, LINK, NOON) == NOON
        assert store.last_click(site, LINK, NOON + YEAR) == NOON + MICROSECOND

    def test_until_is_included(self, store: Store, site: str) -> None:
        """A sale in the very microsecond of the click is credited to it."""
        store.add_click(site, click(clicked(NOON)))

        store.add_click(site, click(clicked(NOON + MICROSECOND)))

        assert store.last_click(site, LINK, NOON) == NOON

    def test_who_clicked_only_later_is_known_to_have(self, store: Store, site: str) -> None:
        """Otherwise the click would count as one that nobody stored."""
        for minutes in (9, 1, 5):
            store.add_click(site, click(clicked(NOON + timedelta(minutes=minutes))))

        assert store.last_click(site, LINK, NOON) == NOON + timedelta(minutes=1)

    @pytest.mark.parametrize("verdict", ["bot", "prefetch", "embedded", "refused"])
    def test_a_click_that_nobody_made_does_not_count(
        self, store: Store, site: str, verdict: Verdict
    ) -> None:
        """It is stored, for the counts, and credits nobody."""
        store.add_click(site, click(clicked(NOON), verdict=verdict))

        assert store.last_click(site, LINK, NOON + YEAR) is None

    @pytest.mark.parametrize("name", TOUCH_NAMES)
    @pytest.mark.parametrize("value", [None, "other", "HERO", "hero "])
    def test_only_the_very_same_names_count(
        self, store: Store, site: str, name: str, value: str | None
    ) -> None:
        """Each of the six, and none is not the same as some."""
        full = msgspec.structs.replace(Touch(), **dict.fromkeys(TOUCH_NAMES, "hero"))
        changed = msgspec.structs.replace(full, **{name: value})
        store.add_click(site, click(msgspec.structs.replace(changed, at=NOON)))

        assert store.last_click(site, full, NOON + YEAR) is None
        expected = None if changed.contact is None else NOON
        assert store.last_click(site, changed, NOON + YEAR) == expected

    def test_clicks_are_each_shops_own(self, store: Store, site: str) -> None:
        store.add_click(site, click(clicked(NOON)))

        assert store.last_click(f"{site}-other", LINK, NOON + YEAR) is None

    def test_nobody_has_clicked_yet(self, store: Store, site: str) -> None:
        """In a store that has no tables yet, either."""
        assert store.last_click(site, LINK, NOON) is None

    @pytest.mark.parametrize("visitor", [None, 0, 2**63 - 1])
    def test_any_visitor_may_click(self, store: Store, site: str, visitor: int | None) -> None:
        """Also one who is not to be known."""
        made = msgspec.structs.replace(click(clicked(NOON)), visitor=visitor)

        assert store.add_click(site, made).visitor == visitor
