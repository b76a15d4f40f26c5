"""Parts of long lists."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from flask_salestrack.dashboard.lists import SIZE, part_of, place_of, place_text, stretch_of
from wsgi_salestrack import BadValue
from wsgi_salestrack.stores.base import Place


@pytest.mark.parametrize(
    ("count", "asked", "page", "last", "shown"),
    [
        (0, "", 1, 1, 0),
        (1, "1", 1, 1, 1),
        (SIZE, "1", 1, 1, SIZE),
        (SIZE + 1, "1", 1, 2, SIZE),
        (SIZE + 1, "2", 2, 2, 1),
        (SIZE + 1, "999999", 2, 2, 1),
    ],
)
def test_a_page_of_a_list(count: int, asked: str, page: int, last: int, shown: int) -> None:
    """Beyond the last one it is the last one: the list may have become shorter meanwhile."""
    part = part_of(range(count), {"page": asked})

    assert (part.page, part.last, part.count) == (page, last, count)
    assert list(part.rows) == list(range(count))[part.first - 1 :][:shown]
    assert part.first == (page - 1) * SIZE + 1


@pytest.mark.parametrize("asked", ["0", "-1", "two", "1.0", "1000000", "１"])
def test_what_is_no_page_is_named(asked: str) -> None:
    with pytest.raises(BadValue, match="page is not a number from 1 to 999,999"):
        part_of([], {"page": asked})


@pytest.mark.parametrize("year", [1, 1969, 1970, 2026, 9999])
def test_a_place_comes_back_as_it_was(year: int) -> None:
    """Through an address, and for times before 1970 as well."""
    place = Place(datetime(year, 6, 7, 8, 9, 10, 123456, tzinfo=UTC), 2**63 - 1)

    assert place_of({"before": place_text(place.at, place.id)}) == place


@pytest.mark.parametrize(
    "asked", ["1", "1.", ".1", "1.1.1", "-1.-1", "x.1", "1." + "9" * 20, "9" * 19 + ".1", "٣.٣"]
)
def test_what_is_no_place_is_named(asked: str) -> None:
    with pytest.raises(BadValue, match="before is not what a link of this list has"):
        place_of({"before": asked})


def test_the_first_page_begins_at_the_newest() -> None:
    assert place_of({}) is None
    assert place_of({"before": ""}) is None


@pytest.mark.parametrize(("read", "before"), [(SIZE, None), (SIZE + 1, str(SIZE - 1))])
def test_a_stretch_knows_whether_there_are_older_ones(read: int, before: str | None) -> None:
    """One row more is read than is shown."""
    stretch = stretch_of(range(read), str, is_later=False)

    assert len(stretch.rows) == SIZE
    assert stretch.before == before
