"""What helper modules assert, shown with its values as in the tests."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite(
    "tests.durability.promises", "tests.fuzz.judgement", "tests.fuzz.mounted"
)
