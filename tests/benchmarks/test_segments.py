from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.buying import CONDITIONS, Customer, customers
from benchmarks.cdnow import read_purchases
from benchmarks.errors import BenchmarkError
from benchmarks.segments import require_agreement, segments

SAMPLE = 2000


@pytest.fixture(scope="module")
def sample() -> list[Customer]:
    """Who bought in the beginning of the file."""
    return customers(read_purchases(SAMPLE))


def test_segments_of_real_customers_agree_with_the_file(
    tmp_path: Path, sample: list[Customer]
) -> None:
    """The first 2,000 purchases of 69,659; `python -m benchmarks segments` takes them all."""
    first, *others = segments(limit=SAMPLE, directory=tmp_path).splitlines()

    assert first == f"{len(sample)} customers: every figure and quintile agrees with the file"
    assert [line.partition(" for ")[2] for line in others] == list(CONDITIONS)
    assert list(tmp_path.iterdir()) == []


def test_each_condition_tells_the_customers_apart(sample: list[Customer]) -> None:
    """But for the one that all fulfil: the others would agree with everybody, or with nobody."""
    fulfilled = {where: sum(map(holds, sample)) for where, holds in CONDITIONS.items()}

    assert fulfilled.pop("count >= 1") == len(sample)
    assert all(0 < count < len(sample) for count in fulfilled.values()), fulfilled


@pytest.mark.parametrize("found", [["a"], ["a", "c"], ["a", "b", "c"]])
def test_a_segment_that_differs_from_the_file_is_refused(found: list[str]) -> None:
    require_agreement(["a", "b"], ["a", "b"])
    with pytest.raises(BenchmarkError, match="the file"):
        require_agreement(["a", "b"], found)
