"""``docs/attribution.md``: which clicks count, and to which programme a link belongs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.documents import cells
from tests.support.shop import Visit
from wsgi_salestrack import Conversion, Tracker

_DOCUMENT = "docs/attribution.md"

_HEADERS: dict[str, dict[str, str | None]] = {
    "valid": {},
    "bot": {"User-Agent": None},
    "prefetch": {"Sec-Purpose": "prefetch"},
    "embedded": {"Sec-Fetch-Dest": "image"},
    "refused": {"Sec-GPC": "1"},
}


@pytest.mark.parametrize(("verdict", "_meaning"), cells(_DOCUMENT, "verdict"))
def test_a_verdict_is_as_in_the_table(
    tracker: Tracker, visit: Visit, verdict: str, _meaning: str
) -> None:
    """Each leads on, and only a valid one has a cookie."""
    answer = visit(tracker).get(
        tracker.click_url("/p/socks", contact="c81", newsletter="2026-11"), _HEADERS[verdict]
    )

    assert (answer.status, answer.headers["Location"]) == (302, "/p/socks")
    assert bool(answer.cookies) is (verdict == "valid")


@pytest.mark.parametrize(
    ("names", "belongs_to"),
    [
        pytest.param(names, row[1], id=row[1])
        for names, row in zip(
            (
                {"newsletter": "2026-11"},
                {"publisher": "p7", "link": "banner"},
                {"publisher": "p7", "contact": "c81"},
            ),
            cells(_DOCUMENT, "a link names"),
            strict=True,
        )
    ],
)
def test_a_link_belongs_to_the_programmes_of_the_table(
    tracker: Tracker, visit: Visit, names: dict[str, Any], belongs_to: str
) -> None:
    buyer = visit(tracker)
    buyer.get(tracker.click_url("/", **names))

    recorded = tracker.record(Conversion(), environ=buyer.environ)

    found = (recorded.touch is not None, recorded.referral is not None)
    assert found == (belongs_to != "publishers", belongs_to != "newsletters")
