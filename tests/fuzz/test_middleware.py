from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import example, given

from tests.fuzz.hits import PREFIX, TOKEN, Hit
from tests.fuzz.judgement import assert_right
from tests.fuzz.mounted import Mounted, mounted
from tests.fuzz.strategies import any_hits, target_hits, thorough
from tests.fuzz.values import ENCODINGS, GOOD, HOSTILE


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mounted]:
    """One for all examples; each of them meets an empty database."""
    with mounted(tmp_path_factory.mktemp("fuzz") / "sales.db") as host:
        yield host


@thorough(1000)
@given(hit=any_hits)
@example(Hit(method="GET", path=b"", query=b""))
@example(Hit(path=PREFIX + b"/r/"))
@example(Hit(path=PREFIX + b"/r//"))
@example(Hit(path=PREFIX + b"/target/1\n/"))
@example(Hit(path=PREFIX + b"/r/" + TOKEN.encode(), headers={"HTTP_USER_AGENT": b"\xff" * 300}))
@example(Hit(path=PREFIX + b"/r/" + b"A" * 70_000))
@example(Hit(path=b"/", query=b"st_token=" + b"%41" * 30_000))
def test_any_bytes_get_a_valid_answer(host: Mounted, hit: Hit) -> None:
    """Never an exception or a 500, the host is reached when it is meant, no half is recorded."""
    assert_right(host, hit)


@thorough(1000)
@given(hit=target_hits)
@example(Hit(path=PREFIX + b"/target/1/", query=b""))
@example(Hit(path=PREFIX + b"/target/1/", query=b"&=&st_quantity=1&"))
@example(Hit(path=PREFIX + b"/target/1/", query=b"st_revenue=5;st_quantity=2"))
@example(Hit(path=PREFIX + b"/target/1/", query=b"st_reference"))
@example(Hit(path=PREFIX + b"/target/1/", query=b"gr%F6sse=41&st_revenue=5"))
@example(Hit(path=PREFIX + b"/target/1/", query=b"gr\xf6sse=41&st_revenue=5"))
@example(Hit(path=PREFIX + b"/target/1/", query=b"st_\xf6=41&st_revenue=5"))
@example(Hit(path=PREFIX + b"/target/1/", query=b"st_\xf6=41"))
def test_hits_that_are_almost_right_are_read_right(host: Mounted, hit: Hit) -> None:
    """Every value of an accepted hit is as it was sent, and a refused one leaves nothing behind."""
    assert_right(host, hit)


@pytest.mark.parametrize("field", GOOD, ids=lambda field: str(field.decode()))
def test_each_value_of_a_field_is_read_right(host: Mounted, field: bytes) -> None:
    """Good or hostile, however it is encoded, among fields that are in order."""
    for encode in ENCODINGS:
        for value in GOOD[field] + HOSTILE[field]:
            fields = {name: values[0] for name, values in GOOD.items()} | {field: value}
            query = b"&".join(name + b"=" + encode(text) for name, text in fields.items())
            assert_right(host, Hit(path=PREFIX + b"/target/1/", query=query))
