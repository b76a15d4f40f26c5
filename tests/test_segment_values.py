from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from wsgi_salestrack import BadValue
from wsgi_salestrack.segments import (
    average,
    bought,
    count,
    first_order,
    last_order,
    quantity,
    rfm,
    total,
)

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("make", "given", "field", "problem"),
    [
        (total, {}, "total", "has no bound; give one of at_least, at_most, above, below"),
        (total, {"at_least": 4.5}, "at_least", "is not a plain decimal number"),
        (total, {"at_least": True}, "at_least", "is not a plain decimal number"),
        (total, {"at_least": "NaN"}, "at_least", "is not a plain decimal number"),
        (total, {"at_least": "1e5"}, "at_least", "is not a plain decimal number"),
        (total, {"at_least": -1}, "at_least", "is not a plain decimal number"),
        (total, {"at_least": Decimal("Infinity")}, "at_least", "is not a plain decimal number"),
        (total, {"at_least": Decimal("1E+999999999")}, "at_least", "is not a plain decimal number"),
        (total, {"at_least": 10**5000}, "at_least", "is not a plain decimal number"),
        (total, {"at_least": 1, "currency": "usd"}, "currency", "is not an upper-case ISO 4217"),
        (average, {"more_than": 5}, "more_than", "is not known; write one of at_least"),
        (count, {"at_least": "1.5"}, "at_least", "is not a whole number"),
        (quantity, {"below": None}, "below", "is not a whole number"),
        (last_order, {}, "last_order", "has no bound; give one of within, since, before"),
        (last_order, {"within": 30}, "within", "is not a timedelta"),
        (last_order, {"within": -DAY}, "within", "is not more than no time"),
        (first_order, {"since": "2026-11-21"}, "since", "is str, not a date or datetime"),
        (first_order, {"before": datetime.max.replace(tzinfo=UTC)}, "before", "is not from"),
        (bought, {}, "bought", "names nothing; give one of product, category"),
        (bought, {"product": ""}, "product", "is empty"),
        (bought, {"product": ()}, "product", "is not from 1 to 1000 names"),
        (bought, {"product": ("a", 7)}, "product", "is int, not text"),
        (bought, {"product": 7}, "product", "is int, not text"),
        (bought, {"category": "x" * 256}, "category", "is longer than 255 characters"),
        (bought, {"newsletter": "x" * 101}, "newsletter", "is longer than 100 characters"),
        (bought, {"list": "a\0"}, "list", "contains a NUL character"),
        (rfm, {}, "rfm", "asks for nothing; give one of recency, frequency, monetary"),
        (rfm, {"recency": 0}, "recency", "is not a whole number from 1 to 5"),
        (rfm, {"frequency": (5, 6)}, "frequency", "is not a whole number from 1 to 5"),
        (rfm, {"monetary": ()}, "monetary", "is not a whole number from 1 to 5"),
        (rfm, {"monetary": True}, "monetary", "is not a whole number from 1 to 5"),
        (rfm, {"monetary": 5, "currency": "XXX"}, "currency", "is not an upper-case ISO 4217"),
    ],
)
def test_what_no_condition_can_be_made_of_is_refused(
    make: Any, given: dict[str, Any], field: str, problem: str
) -> None:
    with pytest.raises(BadValue) as refused:
        make(**given)

    assert refused.value.field == field
    assert problem in refused.value.problem
