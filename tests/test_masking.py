from __future__ import annotations

import re
import sqlite3
from contextlib import closing

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from wsgi_salestrack.masking import Mask, masks_of, page_of, pattern_of

ADDRESS = "Ann+news@shop.example"


def mask_of(name: str) -> Mask:
    (mask,) = masks_of([name])
    return mask


@pytest.mark.parametrize(
    "text",
    [
        "Ann+news@shop.example",
        "ANN+NEWS@SHOP.EXAMPLE",
        "/hello?to=Ann%2Bnews%40shop.example",
        "/hello?to=ann%2bnews%40shop.example&a=1",
        "for Ann+news@shop.example, again Ann+news@shop.example",
    ],
)
def test_a_name_is_found_in_every_spelling(text: str) -> None:
    """As it is, and as an address has it."""
    mask = mask_of(ADDRESS)

    masked = mask.applied(text)

    assert "shop.example" not in masked.lower()
    assert mask.stand_in in masked
    assert mask.applied(masked) == masked


def test_a_name_is_found_in_json() -> None:
    mask = mask_of('a "b" c')

    assert mask.applied(r'{"name":"of a \"b\" c"}') == f'{{"name":"of {mask.stand_in}"}}'


def test_what_else_stands_there_stays() -> None:
    """Patterns and backslashes in a name are none."""
    mask = mask_of(r"a.c\1")

    assert mask.applied("of abc") == "of abc"
    assert mask.applied(r"of a.c\1!") == f"of {mask.stand_in}!"


@pytest.mark.parametrize("name", ["", "c81", "2026", "12345678", "--", "٢٠٢٦"])
def test_a_name_that_may_be_anything_has_no_mask(name: str) -> None:
    assert masks_of([name]) == []


@given(st.text(min_size=4, max_size=40), st.text(max_size=20), st.text(max_size=20))
def test_no_masked_text_is_longer_or_has_the_name(name: str, before: str, after: str) -> None:
    """So it fits into its column."""
    masks = masks_of([name])
    assume(masks)

    masked = masks[0].applied(before + name + after)

    assert len(masked) <= len(before + name + after)
    assert masks[0].stand_in in masked


@given(st.text("ab!%_\\", max_size=6), st.text("ab!%_\\", max_size=3))
def test_a_pattern_finds_just_the_texts_that_hold_it(text: str, part: str) -> None:
    """In a database, as Python does."""
    with closing(sqlite3.connect(":memory:")) as connection:
        (found,) = connection.execute(
            "SELECT :text LIKE :pattern ESCAPE '!'", {"text": text, "pattern": pattern_of(part)}
        ).fetchone()

    assert bool(found) == (part in text)


def test_each_mask_has_a_stand_in_of_its_own() -> None:
    """Two people's newsletters do not become one."""
    stand_ins = {mask_of("somebody").stand_in for _ in range(50)}

    assert len(stand_ins) == 50
    assert all(re.fullmatch("[a-z2-9]{8}", each) for each in stand_ins)


def test_the_longest_name_goes_first() -> None:
    """It may hold another one."""
    first, second = masks_of(["anna", "annabel"])

    assert first.applied("for annabel") == f"for {first.stand_in}"
    assert second.applied("for anna") == f"for {second.stand_in}"


@pytest.mark.parametrize(
    ("destination", "page"),
    [
        ("/p/socks", "/p/socks"),
        ("/p/socks?mail=a@b", "/p/socks"),
        ("/p#a?b", "/p"),
        ("https://shop.example/p?a#b", "https://shop.example/p"),
        ("/?", "/"),
    ],
)
def test_a_page_is_a_destination_without_what_it_was_asked(destination: str, page: str) -> None:
    assert page_of(destination) == page
