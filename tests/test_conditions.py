from __future__ import annotations

from typing import Any

import pytest

from wsgi_salestrack.conditions import MOST_CONDITIONS
from wsgi_salestrack.segments import count, total


def test_joining_the_same_way_does_not_nest() -> None:
    """A program may join as many as there may be."""
    every = count(at_least=1)
    some = count(at_least=1)
    for number in range(MOST_CONDITIONS - 1):
        every &= total(at_least=number)
        some |= total(at_least=number)

    assert len(getattr(every, "conditions", ())) == MOST_CONDITIONS
    assert len(getattr(some, "conditions", ())) == MOST_CONDITIONS


def test_python_s_own_words_do_not_combine_conditions() -> None:
    """They would drop one of the two without a word."""
    one: Any = count(at_least=1)
    with pytest.raises(TypeError, match=r"by & \| ~ and parentheses"):
        one and one  # noqa: B018  what a shop may write
    with pytest.raises(TypeError, match=r"by & \| ~ and parentheses"):
        not one  # noqa: B018
    with pytest.raises(TypeError, match="with conditions only, not str"):
        one & "count > 1"
