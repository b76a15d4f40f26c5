"""Our own addresses, as they stand in mails and pages."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.shop import SECRET
from wsgi_salestrack import Config
from wsgi_salestrack.urls import landing, with_roi


def _shop(base_url: str = "") -> Config:
    return Config(secret_keys=[SECRET], base_url=base_url, landing_param="t")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/p", "/p?t=x"),
        ("/p?a=1", "/p?a=1&t=x"),
        ("/p#top", "/p?t=x#top"),
        ("/p?a=1#top?b", "/p?a=1&t=x#top?b"),
        ("/?", "/?&t=x"),
        ("/#", "/?t=x#"),
    ],
)
def test_a_parameter_goes_before_the_fragment(url: str, expected: str) -> None:
    assert landing(_shop(), url, "x") == expected


@given(st.from_regex(r"/[a-z/?&=#]{0,12}", fullmatch=True))
def test_a_parameter_leaves_the_rest_as_it_is(url: str) -> None:
    """The page sees the same path, parameters and fragment as without it."""
    before, after = urlsplit(url), urlsplit(landing(_shop(), url, "x"))

    assert (after.path, after.fragment) == (before.path, before.fragment)
    assert parse_qsl(after.query, keep_blank_values=True) == [
        *parse_qsl(before.query, keep_blank_values=True),
        ("t", "x"),
    ]


@given(st.from_regex(r"(https://a\.b)?/[a-z/?&=#]{0,12}", fullmatch=True))
def test_roi_data_leaves_the_rest_as_it_is(url: str) -> None:
    """As a landing token does, and on another site as well."""
    before, after = urlsplit(url), urlsplit(with_roi(url, "roi_data", "x"))

    assert (after.netloc, after.path, after.fragment) == before[1:3] + before[4:]
    assert parse_qsl(after.query, keep_blank_values=True) == [
        *parse_qsl(before.query, keep_blank_values=True),
        ("roi_data", "x"),
    ]


@pytest.mark.parametrize(
    ("base_url", "origin"),
    [
        ("", ""),
        ("https://shop.example", "https://shop.example"),
        ("https://shop.example:8443/mount/point", "https://shop.example:8443"),
        ("http://localhost:5000/", "http://localhost:5000"),
    ],
)
def test_an_origin_has_no_path(base_url: str, origin: str) -> None:
    """A destination has the mount point in it already."""
    assert landing(_shop(base_url), "/p", "x") == f"{origin}/p?t=x"
