from __future__ import annotations

from pathlib import Path

from benchmarks.models import models


def test_all_models_have_the_totals_that_were_stored(tmp_path: Path) -> None:
    """Over a hundredth of what `python -m benchmarks models` credits."""
    found = models(conversions=700, directory=tmp_path)

    assert " over 700 conversions and 2,000 touches:" in found
    assert found.endswith("all models have the same totals, to the minor unit")
    assert list(tmp_path.iterdir()) == []
