from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier

from tests.stores.contract.paying import EIGHT, LATER, approved, prepare, states
from tests.stores.values import NOON
from wsgi_salestrack import BadValue, Touch
from wsgi_salestrack.payouts import PayoutState
from wsgi_salestrack.stores.base import Store


class PayoutRacesContract:
    """Many who decide of payouts at once."""

    def test_of_many_who_prepare_at_once_one_pays(self, store: Store, site: str) -> None:
        """Each commission is in one payout, and their sum is what was earned."""
        approved(store, site, *map(str, range(6)))
        approved(store, site, "6", referral=EIGHT)

        with ThreadPoolExecutor(8) as pool:
            found = [p for each in pool.map(lambda _: prepare(store, site), range(8)) for p in each]

        assert sorted(payout.minor for payout in found) == [100, 600]
        assert sorted(p.id for p in store.payouts(site)) == sorted(p.id for p in found)
        assert sum(len(store.commissions(site, payout=payout.id)) for payout in found) == 7

    def test_to_prepare_and_to_decline_exclude_each_other(self, store: Store, site: str) -> None:
        """Whichever comes first; what was declined is in no payout."""
        for number in range(4):
            approved(store, site, f"{number}")
        declining = [entry.id for entry in store.commissions(site)]

        def decline_or_prepare(id: int | None) -> None:
            with suppress(BadValue):
                if id is None:
                    prepare(store, site)
                else:
                    store.set_commission_state(site, [id], "declined", LATER)

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(decline_or_prepare, [*declining, None, None, None, None]))

        prepare(store, site)
        found = states(store, site)
        assert {(state, payout is None) for _, state, payout in found} <= {
            *(("declined", True), ("approved", False)),
        }
        free = sum(minor for minor, _, payout in found if payout is None)
        assert sum(payout.minor for payout in store.payouts(site)) == 400 - free

    def test_of_two_who_export_and_drop_at_once_one_wins(self, store: Store, site: str) -> None:
        """What was exported is still in the payout, and what was dropped is not."""
        for number in range(10):
            approved(store, site, f"{number}", referral=Touch(at=NOON, publisher=f"p{number}"))
        payouts = prepare(store, site)
        ids = [payout.id for payout in payouts]
        store.set_payout_state(site, ids, "approved", LATER)
        both = Barrier(2)

        def go(state: PayoutState) -> int:
            done = 0
            for id in ids:
                both.wait(10)
                with suppress(BadValue):
                    done += store.set_payout_state(site, [id], state, LATER)
            return done

        with ThreadPoolExecutor(2) as pool:
            assert sum(pool.map(go, ("exported", "dropped"))) == len(ids)
        for payout, (_, _, inside) in zip(store.payouts(site), states(store, site), strict=True):
            assert inside == (payout.id if payout.state == "exported" else None)
