"""``docs/reference/endpoints.md``: every address, asked by every method."""

from __future__ import annotations

import pytest

from tests.support.documents import cells
from tests.support.shop import MakeTracker, Visit
from wsgi_salestrack import Tracker
from wsgi_salestrack.config_values import PROTOCOLS

_DOCUMENT = "docs/reference/endpoints.md"
_TABLE = cells(_DOCUMENT, "address")
_METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")


@pytest.fixture
def tracker(make_tracker: MakeTracker) -> Tracker:
    """With all dialects, and where things lead."""
    return make_tracker(
        xmlrpc_users={"shop": "secret"},
        tracking_codes={"socks": {"thank_you_url": "/thanks"}},
        bluehornet_keys={"key": "secret"},
        universes=["husqvarna"],
        fallback_url="/welcome",
    )


def _path(tracker: Tracker, address: str) -> str:
    token = tracker.click_url("/p/socks", contact="c81").rpartition("/")[2]
    names = {"<token>": token, "<id>": "1", "<link>": "banner", "<code>": "socks"}
    for name, value in names.items():
        address = address.replace(name, value)
    return tracker.config.url_prefix + address


def test_every_dialect_is_in_the_table() -> None:
    assert sorted(row[2] for row in _TABLE) == sorted(PROTOCOLS)


@pytest.mark.parametrize(("address", "methods", "protocol", "_page"), _TABLE)
def test_an_address_takes_the_methods_of_the_table(
    tracker: Tracker, visit: Visit, address: str, methods: str, protocol: str, _page: str
) -> None:
    """With a slash at the end and without; others are told which are taken."""
    allowed = methods.split(", ")
    for path in (_path(tracker, address), _path(tracker, address) + "/"):
        for method in _METHODS:
            answer = visit(tracker).send(method, path)
            assert (answer.status == 405) is (method not in allowed), (method, answer.status)
            if answer.status == 405:
                assert answer.headers["Allow"] == methods
            assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(("address", "_methods", "protocol", "_page"), _TABLE)
def test_a_dialect_that_is_off_is_the_shop_s_own_path(
    make_tracker: MakeTracker, visit: Visit, address: str, _methods: str, protocol: str, _page: str
) -> None:
    tracker = make_tracker(protocols=set(PROTOCOLS) - {protocol})

    assert visit(tracker).get(_path(tracker, address)).text.startswith("the shop")


def test_the_answers_are_as_the_page_says(tracker: Tracker, visit: Visit) -> None:
    visitor = visit(tracker)

    click = visitor.get(_path(tracker, "/r/<token>"))
    dead = visitor.get(_path(tracker, "/r/none"))
    pixel = visitor.get(_path(tracker, "/target/<id>?st_revenue=5"))
    refused = visitor.get(_path(tracker, "/target/<id>?st_revenue=five"))
    form = visitor.post(_path(tracker, "/ts/l/<link>/c/<code>"), b"amount=5")

    assert (click.status, click.headers["Location"]) == (302, "/p/socks")
    assert (dead.status, dead.headers["Location"]) == (302, "/welcome")
    assert (pixel.status, pixel.error) == (200, None)
    assert refused.status == 200
    assert refused.error
    assert pixel.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert (form.status, form.headers["Location"]) == (303, "/thanks")
