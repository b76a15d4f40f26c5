"""Sales and clicks are added up side by side."""

from __future__ import annotations

from typing import NoReturn

import pytest

from tests.support.shop import MakeTracker
from wsgi_salestrack import Conversion, Money, StoreError
from wsgi_salestrack.stores.sqlite import SQLiteStore


def _fail(*_: object, **__: object) -> NoReturn:
    raise StoreError("the database failed")


@pytest.mark.parametrize("question", ["totals", "clicks"])
def test_a_report_of_which_a_half_can_not_be_read_is_none(
    make_tracker: MakeTracker, monkeypatch: pytest.MonkeyPatch, question: str
) -> None:
    """Whichever half it is; the next one is whole."""
    tracker = make_tracker()
    tracker.record(Conversion(reference="7", revenue=Money("5", "USD")))

    with monkeypatch.context() as broken:
        broken.setattr(SQLiteStore, question, _fail)
        with pytest.raises(StoreError, match="the database failed"):
            tracker.report("newsletter")

    (row,) = tracker.report("newsletter").rows
    assert (row.count, row.clicks, row.visitors) == (1, 0, 0)
