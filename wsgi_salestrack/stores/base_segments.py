"""What the tracker asks of a store about buyers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from ..buyers import Buyer
from ..selecting import Segment


class SegmentStore(Protocol):
    """Knows which contacts bought what."""

    def buyers(self, site: str, segment: Segment) -> Iterator[Buyer]:
        """The buyers of a segment at one moment, in the order of their names.

        However many they are, no transaction stays open while somebody looks at one.
        """
