"""A sale by its products: the parts sum to it, whatever its lines say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgi_salestrack.parts import Part, Sold, parts_of, shares_of, split_signed

amounts = st.integers(0, 10**6)
lines = st.lists(
    st.tuples(st.sampled_from("ab"), st.integers(1, 5), st.integers(0, 10**5)), max_size=4
)
sold = st.builds(Sold, st.integers(0, 20), amounts, amounts)
returned = st.dictionaries(st.sampled_from("abc"), st.integers(1, 6))


@given(sold, lines, returned)
def test_the_parts_sum_to_the_sale(
    sale: Sold, bought: list[tuple[str, int, int]], back: dict[str, int]
) -> None:
    """In every figure; no product twice, and no more of one comes back than was bought."""
    parts = parts_of(sale, bought, back)

    assert tuple(map(sum, zip(*(part[1:] for part in parts), strict=True))) == sale
    products = [part.product for part in parts]
    assert len(set(products)) == len(products)
    assert all(0 <= part.refunded <= part.revenue for part in parts if part.product is not None)


@pytest.mark.parametrize(
    ("sale", "bought", "back", "parts"),
    [
        (Sold(2, 500, 0), [], {}, [Part(None, 2, 500, 0)]),
        (Sold(1, 500, 0), [("a", 1, 500)], {}, [Part("a", 1, 500, 0)]),
        (
            Sold(3, 1500, 0),
            [("a", 1, 500), ("b", 2, 300)],
            {},
            [Part("a", 1, 500, 0), Part("b", 2, 600, 0), Part(None, 0, 400, 0)],
        ),
        (
            Sold(1, 400, 0),
            [("a", 1, 500)],
            {},
            [Part("a", 1, 500, 0), Part(None, 0, -100, 0)],
        ),
        (
            Sold(3, 1100, 500),
            [("a", 1, 500), ("b", 2, 300)],
            {"a": 1},
            [Part("a", 1, 500, 500), Part("b", 2, 600, 0)],
        ),
        (
            Sold(3, 1100, 250),
            [("a", 1, 500), ("b", 2, 300)],
            {},
            [Part("a", 1, 500, 0), Part("b", 2, 600, 0), Part(None, 0, 0, 250)],
        ),
        (
            Sold(3, 1200, 1200),
            [("a", 1, 500), ("b", 2, 300)],
            {},
            [Part("a", 1, 500, 500), Part("b", 2, 600, 600), Part(None, 0, 100, 100)],
        ),
        (
            Sold(3, 1100, 700),
            [("a", 1, 500), ("a", 2, 300)],
            {"a": 2},
            [Part("a", 3, 1100, 800), Part(None, 0, 0, -100)],
        ),
    ],
    ids=[
        "no-lines",
        "one-line",
        "shipping",
        "discount",
        "back-by-lines",
        "back-by-amount",
        "all-back",
        "dearer-line-first",
    ],
)
def test_a_sale_is_taken_apart(
    sale: Sold, bought: list[tuple[str, int, int]], back: dict[str, int], parts: list[Part]
) -> None:
    """What lines do not explain is nobody's, and so is what came back as an amount."""
    assert parts_of(sale, bought, back) == parts


@given(st.integers(-(10**6), 10**6), sold, lines, returned)
def test_what_is_earned_on_a_sale_is_shared_by_its_parts(
    minor: int, sale: Sold, bought: list[tuple[str, int, int]], back: dict[str, int]
) -> None:
    parts = parts_of(sale, bought, back)

    shares = shares_of(minor, parts)

    assert len(shares) == len(parts)
    assert sum(shares) == minor


def test_what_is_left_of_a_part_decides_its_share() -> None:
    """A product that came back earns nothing."""
    parts = [Part("a", 1, 500, 500), Part("b", 1, 300, 0), Part(None, 0, -100, 0)]

    assert list(shares_of(30, parts)) == [0, 30, 0]
    assert list(shares_of(7, [Part("a", 1, 0, 0), Part(None, 0, 0, 0)])) == [0, 7]


@given(st.integers(-(10**6), 10**6), st.lists(st.integers(0, 9), min_size=1).filter(any))
def test_a_negative_amount_is_split_as_a_positive_one(amount: int, weights: list[int]) -> None:
    parts = split_signed(amount, weights)

    assert sum(parts) == amount
    assert [-part for part in parts] == list(split_signed(-amount, weights))
