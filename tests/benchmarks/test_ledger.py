from __future__ import annotations

from pathlib import Path

from benchmarks.ledger import ledger


def test_refunds_and_cancellations_of_real_purchases_agree_with_the_file(tmp_path: Path) -> None:
    """The first 1,500 purchases of 69,659; `python -m benchmarks ledger` adjusts them all."""
    found = ledger(limit=1500, directory=tmp_path)

    assert found.startswith("1,460 purchases that are not cancelled: gross ")
    assert list(tmp_path.iterdir()) == []
