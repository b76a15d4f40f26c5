"""How every store finds buyers alike."""

from __future__ import annotations

from collections.abc import Iterator

from ..buyers import Buyer
from ..selecting import Segment
from .segments import at_rest
from .sql_transactions import SQLTransactions


class SQLSegments(SQLTransactions):
    """See :class:`~.base_segments.SegmentStore`."""

    def buyers(self, site: str, segment: Segment) -> Iterator[Buyer]:
        """See :meth:`~.base_segments.SegmentStore.buyers`."""
        return at_rest(self._streaming(site), segment)
