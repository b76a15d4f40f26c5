from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest

from tests.durability.host import DESTINATION
from tests.fuzz.hits import PREFIX, Hit
from tests.fuzz.mounted import mounted

MARK = "Zx9<q>\r\nST-Error: no"

QUERIES = (
    "{0}",
    "{0}=1",
    "st_{0}=1",
    "st_revenue={0}",
    "st_revenue=1{0}",
    "st_revenue=5&st_currency={0}",
    "st_quantity={0}",
    "st_quantity=1{0}",
    "st_currency={0}",
    "st_reference={0}",
    "st_revenue=5&st_reference=%00{0}",
    "st_revenue=5&st_reference=%FF{0}",
    "st_revenue=5&st_reference=" + "a" * 100 + "{0}",
    "st_revenue={0}&st_revenue={0}",
    "%FF{0}=1",
    "st_%FF{0}=1",
)


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("encoded", [True, False], ids=["encoded", "as it is"])
@pytest.mark.parametrize("path", ["/target/1/", "/target/{0}/"])
def test_no_header_repeats_what_was_sent(
    tmp_path: Path, query: str, path: str, *, encoded: bool
) -> None:
    """The phrases of ST-Error are fixed: they name fields, and never say what was in them."""
    mark = quote(MARK) if encoded else MARK
    hit = Hit(
        path=PREFIX + path.format(MARK).encode(),
        query=query.format(mark).encode(),
        headers={"HTTP_COOKIE": b"salestrack=" + MARK.encode(), "HTTP_USER_AGENT": MARK.encode()},
    )
    with mounted(tmp_path / "sales.db") as host:
        answer = host.send(hit)

    said = "\n".join(f"{name}: {value}" for name, value in answer.headers)
    assert "Zx9" not in said
    assert said.count("ST-Error") <= 1
    assert said.count("\n") == len(answer.headers) - 1
    assert DESTINATION not in said
