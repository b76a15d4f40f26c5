from __future__ import annotations

import json
import re
import sqlite3
import unicodedata
from collections.abc import Callable
from contextlib import closing
from typing import Literal
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from wsgi_salestrack.masking import Mask, candidates_of, masks_of, page_of, pattern_of

ADDRESS = "Ann+news@shop.example"


def mask_of(name: str) -> Mask:
    (mask,) = masks_of([name])
    return mask


def is_candidate(text: str, name: str) -> bool:
    """Whether a database would find it, for us to look at it."""
    return is_like(text.lower(), candidates_of(name).lower())


def is_like(text: str, pattern: str) -> bool:
    with closing(sqlite3.connect(":memory:")) as connection:
        (found,) = connection.execute("SELECT ? LIKE ? ESCAPE '!'", (text, pattern)).fetchone()
    return bool(found)


def twice(text: str) -> str:
    """As in an address within another one."""
    return quote(quote(text))


def in_json(text: str) -> str:
    return json.dumps(text)[1:-1]


@pytest.mark.parametrize(
    "text",
    [
        "Ann+news@shop.example",
        "ANN+NEWS@SHOP.EXAMPLE",
        "/hello?to=Ann%2Bnews%40shop.example",
        "/hello?to=ann%2bnews%40shop.example&a=1",
        "for Ann+news@shop.example, again Ann+news@shop.example",
        "x Ann+news%40shop.example",
        "/r?to=%2Fhello%3Fm%3DAnn%252Bnews%2540shop.example",
    ],
)
def test_a_name_is_found_in_every_spelling(text: str) -> None:
    """As it is, and as an address has it, also within another address."""
    mask = mask_of(ADDRESS)

    masked = mask.applied(text)

    assert "shop.example" not in masked.lower()
    assert mask.stand_in in masked
    assert mask.applied(masked) == masked
    assert is_candidate(text, ADDRESS)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("capitals", [str, str.upper, str.lower])
@pytest.mark.parametrize("spelled", [str, quote, quote_plus, twice, in_json])
def test_an_accent_is_found_in_every_spelling(
    form: Literal["NFC", "NFD"],
    capitals: Callable[[str], str],
    spelled: Callable[[str], str],
) -> None:
    """As a letter of its own, or as a letter and its accent; a space is no exception."""
    name = "Zo\u00eb M\u00fcller@shop.example"
    text = spelled(capitals(unicodedata.normalize(form, name)))

    for known in (name, unicodedata.normalize("NFD", name)):
        mask = mask_of(known)
        assert mask.applied(f"of {text}!") == f"of {mask.stand_in}!"
        assert is_candidate(f"of {text}!", known)


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
    assert is_candidate((before + name + after).replace("\0", "0"), name.replace("\0", "0"))


@given(st.text("ab!%_\\", max_size=6), st.text("ab!%_\\", max_size=3))
def test_a_pattern_finds_just_the_texts_that_hold_it(text: str, part: str) -> None:
    """In a database, as Python does."""
    assert is_like(text, pattern_of(part)) == (part in text)


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
