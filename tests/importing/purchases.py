"""CDNOW's purchases as rows."""

from __future__ import annotations

import gzip
from itertools import islice
from pathlib import Path

CDNOW = Path(__file__).parents[1] / "data" / "cdnow_master.txt.gz"


def purchases(count: int) -> list[dict[str, object]]:
    """Real ones, each with a newsletter that was clicked on that day."""
    found: list[dict[str, object]] = []
    with gzip.open(CDNOW, "rt", encoding="ascii") as lines:
        for number, line in enumerate(islice(lines, 1, count + 1)):
            customer, day, quantity, revenue = line.split()
            found.append(
                {
                    "reference": number,
                    "revenue": revenue,
                    "quantity": quantity,
                    "occurred_at": day,
                    "clicked_at": day,
                    "newsletter": f"n{customer[-1]}",
                }
            )
    return found
