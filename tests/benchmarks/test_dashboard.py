"""The benchmark of the dashboard, with few purchases."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import dashboard
from benchmarks.errors import BenchmarkError


def test_every_page_has_its_times(tmp_path: Path) -> None:
    """The first and the median beside the goal; nothing stays behind."""
    heading, *lines = dashboard.dashboard(limit=400, directory=tmp_path).splitlines()

    assert heading.split()[:4] == ["page", "first", "median", "goal"]
    assert [line[: len(title)] for line, title in zip(lines, dashboard.PAGES, strict=True)] == [
        *dashboard.PAGES
    ]
    assert {int(line.removesuffix("  MISSED").split()[-1]) for line in lines} == {
        *(dashboard.GOAL_OF_OVERVIEW, dashboard.GOAL)
    }
    assert list(tmp_path.iterdir()) == []


def test_a_page_that_is_not_shown_fails_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dashboard, "PAGES", {"nowhere": "/nowhere"})

    with pytest.raises(BenchmarkError, match="/nowhere answered 404"):
        dashboard.dashboard(limit=1, directory=tmp_path)
