"""What was committed, and nobody heard of it: a replay tells it, once."""

from __future__ import annotations

import subprocess
import sys

from sqlalchemy import Engine

from tests.stores.sqlalchemy.host_transaction.conftest import TakeOrder
from tests.stores.sqlalchemy.host_transaction.hosts import HOSTS
from tests.stores.sqlalchemy.host_transaction.sales import references, sale, unsent
from tests.support.receivers import Listen
from tests.support.shop import SECRET
from wsgi_salestrack import Tracker, signals


def test_a_receiver_that_failed_is_told_again_by_a_replay(
    tracker: Tracker, take_order: TakeOrder, listen: Listen
) -> None:
    """Exactly what was left out is sent, and once."""
    receivers = listen(tracker)
    tracker.record(sale("told"))

    def fail(_: object, **keywords: object) -> None:
        raise LookupError("the receiver's own database is gone")

    with signals.conversion_recorded.connected_to(fail, sender=tracker):
        shop = take_order()
        with shop.telling(tracker):
            tracker.record(sale("untold"), connection=shop.given)
            shop.commit()
    receivers.calls.clear()

    assert unsent(tracker) == ["untold"]
    replayed = [(each.conversion.reference, sent) for each, sent in tracker.replay()]
    assert replayed == [("untold", True)]
    assert [each.conversion.reference for each in receivers.recorded] == ["untold"]
    assert list(tracker.replay()) == []


def test_a_crash_between_commit_and_signal_is_made_good_by_a_replay(
    tracker: Tracker, url: str, listen: Listen
) -> None:
    """The process is gone, and what it had committed is told by another one."""
    program = """if True:
        import os, sys
        from sqlalchemy import create_engine
        from sqlalchemy.orm import Session
        from wsgi_salestrack import Config, Conversion, Tracker
        from wsgi_salestrack.signals import conversion_recorded

        _, secret, site, database, url = sys.argv
        tracker = Tracker(Config(secret_keys=[secret], site=site, database=database))

        def hear(sender, recorded, environ):
            if recorded.conversion.reference == "untold":
                os._exit(7)

        conversion_recorded.connect(hear, sender=tracker)
        for reference in ("told", "untold"):
            with Session(create_engine(url)) as session:
                tracker.record(Conversion(reference=reference), connection=session)
                session.commit()
        """

    config = tracker.config
    command = [sys.executable, "-c", program, SECRET, config.site, str(config.database), url]
    crashed = subprocess.run(command, timeout=60, check=False)

    assert crashed.returncode == 7
    assert references(tracker) == ["told", "untold"]
    receivers = listen(tracker)
    assert [sent for _, sent in tracker.replay()] == [True]
    assert [each.conversion.reference for each in receivers.recorded] == ["untold"]


def test_a_plain_connection_that_nobody_watches_is_told_by_a_replay(
    tracker: Tracker, engine: Engine, listen: Listen
) -> None:
    """The host forgot to say when it commits."""
    receivers = listen(tracker)
    shop = HOSTS["driver"](engine)
    tracker.record(sale(), connection=shop.given)
    shop.commit()
    assert receivers.recorded == []

    assert [sent for _, sent in tracker.replay()] == [True]

    assert len(receivers.recorded) == 1
