from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import speed


@pytest.mark.parametrize(
    ("name", "figures"), [("passing", 2), ("answering", 2), ("in-process", 2)], ids=str
)
def test_what_needs_no_server_is_measured(tmp_path: Path, name: str, figures: int) -> None:
    """In next to no time, so of its figures no more is known than that they are some."""
    found = speed.measure([name], seconds=0.1, rounds=1, directory=tmp_path, peers=tmp_path)

    assert len(found) == figures
    assert all(figure.measured is not None and figure.measured > 0 for figure in found)
    assert list(tmp_path.iterdir()) == []
