"""Values that are wrong, missing, there twice or not UTF-8: each is refused by its name."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from tests.support.orders import Refuse, changed, refusing
from tests.support.receivers import Listen
from tests.support.shop import Visit
from wsgi_salestrack import Tracker

_NUMBERS = {
    "empty": "",
    "zero": "0",
    "negative": "-1",
    "a plus sign": "+1",
    "a decimal": "1.0",
    "an exponent": "1e0",
    "an underscore": "1_0",
    "a word": "two",
    "NaN": "NaN",
    "a space in front": " 1",
    "a line break": "1\n",
    "Arabic digits": "\u0662",
    "a superscript": "\u00b2",
    "full-width digits": "\uff12",
    "NUL": "1\0",
    "too large": "1000000000",
    "5000 digits": "9" * 5000,
}
_AMOUNTS = {
    "empty": "",
    "negative": "-1",
    "a plus sign": "+1",
    "a decimal comma": "1,50",
    "a thousands separator": "12,345.67",
    "an apostrophe": "12'345.67",
    "a space": "12 345.67",
    "an underscore": "1_000",
    "an exponent": "1e3",
    "NaN": "NaN",
    "Infinity": "Infinity",
    "hexadecimal": "0x10",
    "Arabic digits": "\u0664\u0669",
    "full-width digits": "\uff15",
    "no whole part": ".5",
    "a last period": "5.",
    "two periods": "1.2.3",
    "a sign": "$5",
    "a third decimal": "5.001",
    "too large": "100000000",
    "5000 digits": "9" * 5000,
    "NUL": "5\0",
}
_CURRENCIES = {
    "empty": "",
    "lower case": "usd",
    "mixed case": "Usd",
    "unknown": "USX",
    "too short": "US",
    "a space": "USD ",
    "a number": "840",
    "none": "XXX",
    "gold": "XAU",
    "for tests": "XTS",
    "a sign": "\u20ac",
    "NUL": "USD\0",
}
_TEXTS = {"empty": "", "NUL": "a\0b", "256 characters": "x" * 256}
_NAMES = {"empty": "", "NUL": "a\0b", "1001 characters": "x" * 1001}
_CATEGORIES = {
    "empty": "",
    "commas only": ",,",
    "spaces only": " , ",
    "NUL": "socks,a\0b",
    "256 characters": "socks," + "x" * 256,
}
_MOMENTS = {
    "empty": "",
    "a day": "2017-05-23",
    "a time": "13:38:12",
    "a word": "now",
    "seconds": "1495546692",
    "American": "05/23/2017 13:38:12",
    "basic": "20170523T133812Z",
    "a week": "2017-W21-2T13:38:12Z",
    "month 13": "2017-13-23T13:38:12Z",
    "February 29": "2017-02-29T13:38:12Z",
    "hour 24": "2017-05-23T24:00:00Z",
    "hour 25": "2017-05-23T25:00:00Z",
    "minute 60": "2017-05-23T13:60:00Z",
    "a space at the end": "2017-05-23T13:38:12Z ",
    "a line break": "2017-05-23T13:38:12Z\n",
    "two offsets": "2017-05-23T13:38:12Z+00:00",
    "an offset of a day": "2017-05-23T13:38:12+24:00",
    "a zone's name": "2017-05-23T13:38:12 CET",
    "Arabic digits": "\u0662\u0660\u0661\u0667-05-23T13:38:12Z",
    "year 0": "0000-05-23T13:38:12Z",
    "before all days": "0001-01-01T00:00:00+14:00",
    "after all days": "9999-12-31T23:59:59-14:00",
    "year 10000": "10000-05-23T13:38:12Z",
    "NUL": "2017-05-23T13:38:12Z\0",
    "5000 digits": "9" * 5000,
}

_WRONG: dict[str, dict[str, str]] = {
    "products": _NUMBERS,
    "currency": _CURRENCIES,
    "customer_ref": _TEXTS,
    "order_ref": _TEXTS,
    "point_of_sale": {name: text for name, text in _TEXTS.items() if text},
    "added": _MOMENTS,
    "prod_1_id": _TEXTS,
    "prod_1_quantity": _NUMBERS,
    "prod_1_name": _NAMES,
    "prod_1_category": _CATEGORIES,
    "prod_1_unit_price": _AMOUNTS,
}
_REQUIRED = [name for name in _WRONG if name not in ("point_of_sale", "added")]


@pytest.fixture
def refuse(tracker: Tracker, visit: Visit, listen: Listen) -> Refuse:
    """Sends an order, and asserts that it is refused."""
    return refusing(tracker, visit, listen)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param(name, value, id=f"{name}: {what}")
        for name, values in _WRONG.items()
        for what, value in values.items()
    ],
)
def test_a_wrong_value_is_refused_by_name(refuse: Refuse, name: str, value: str) -> None:
    """``ST-Error`` names the parameter."""
    refuse(changed(**{name: value}), f"et_{name} ")


@pytest.mark.parametrize("name", _REQUIRED)
def test_a_missing_value_is_refused_by_name(refuse: Refuse, name: str) -> None:
    """[doc] All are required but the point of sale and the time."""
    refuse(changed(**{name: None}), f"et_{name} is missing")


@pytest.mark.parametrize("name", _WRONG)
@pytest.mark.parametrize("second", ["the same", "another", "encoded name"])
def test_a_parameter_that_is_given_twice_is_refused_by_name(
    refuse: Refuse, name: str, second: str
) -> None:
    """Nobody can say which one is meant."""
    parameters = changed(added="2026-11-21T12:00:00Z")
    again = urlencode({f"et_{name}": "1" if second == "another" else parameters[f"et_{name}"]})
    if second == "encoded name":
        again = again.replace("_", "%5F", 1)
    refuse(f"{urlencode(parameters)}&{again}", f"et_{name} is given twice")


@pytest.mark.parametrize("name", _WRONG)
@pytest.mark.parametrize("value", ["%FF", "%C3", "%ED%A0%80", "%C0%80"])
def test_what_is_not_utf8_is_refused_by_name(refuse: Refuse, name: str, value: str) -> None:
    """With replacement characters two references could become the same one."""
    refuse(f"{urlencode(changed(**{name: None}))}&et_{name}={value}", f"et_{name} is not UTF-8")
