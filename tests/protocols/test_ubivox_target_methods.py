"""The target pixel and methods other than GET."""

from __future__ import annotations

import pytest

from tests.support.receivers import Listen
from tests.support.rows import row_counts
from tests.support.shop import Visit
from wsgi_salestrack import Tracker

_HIT = "/salestrack/target/1/?st_revenue=5&st_reference=7"


def test_head_records_nothing(tracker: Tracker, visit: Visit, listen: Listen) -> None:
    """It gets the headers of the pixel without the pixel."""
    receivers = listen(tracker)
    visitor = visit(tracker)

    head = visitor.send("HEAD", _HIT)

    assert receivers.calls == []
    assert row_counts(tracker)["conversions"] == 0
    get = visitor.get(_HIT)
    assert (head.status, head.body) == (200, b"")
    assert {**dict(head.headers), "Date": ""} == {**dict(get.headers), "Date": ""}


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"])
def test_other_methods_get_405(tracker: Tracker, visit: Visit, listen: Listen, method: str) -> None:
    """The answer names the methods allowed; nothing is recorded."""
    receivers = listen(tracker)

    answer = visit(tracker).send(method, _HIT)

    assert answer.status == 405
    assert {name.strip() for name in answer.headers["Allow"].split(",")} == {"GET", "HEAD"}
    assert receivers.recorded == []
    assert row_counts(tracker)["conversions"] == 0


def test_a_refused_hit_tells_its_receivers_of_the_request(
    tracker: Tracker, visit: Visit, listen: Listen
) -> None:
    """``hit_rejected`` brings protocol, reason and environ, and nothing else."""
    receivers = listen(tracker)

    answer = visit(tracker).get("/salestrack/target/1/?st_revenue=five")

    ((_, sender, keywords),) = receivers.calls
    assert sender is tracker
    assert set(keywords) == {"protocol", "reason", "environ"}
    assert (keywords["protocol"], keywords["reason"]) == ("target", answer.error)
    assert keywords["environ"]["QUERY_STRING"] == "st_revenue=five"
