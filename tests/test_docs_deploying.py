"""``docs/deploying.md``: what it lists is all there is."""

from __future__ import annotations

import re

from tests.support.documents import blocks
from wsgi_salestrack.stores.statements import TABLES


def test_citus_distributes_every_table() -> None:
    """In an order in which none refers to one that is not distributed yet."""
    (statements,) = blocks("docs/deploying.md", "sql")

    tables = re.findall(r"create_distributed_table\('salestrack_(\w+)', 'site'\);", statements)

    assert tables == [*TABLES]
