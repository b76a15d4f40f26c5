"""Receivers under Flask run inside an app context, pushed only where none is active."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import pytest
from flask import Flask, current_app, g, has_app_context, has_request_context, request
from flask.testing import FlaskClient

from flask_salestrack import (
    click_recorded,
    conversion_recorded,
    current_tracker,
    hit_rejected,
)
from tests.flask.shops import MakeApp
from tests.support.browser import FIREFOX
from wsgi_salestrack import Config, Conversion

Act = Callable[[Flask], object]


def _visitor(app: Flask) -> FlaskClient:
    client = app.test_client()
    client.environ_base["HTTP_USER_AGENT"] = FIREFOX
    return client


def _click(app: Flask) -> object:
    return _visitor(app).get(app.extensions["salestrack"].click_url("/p", link="hero"))


@pytest.mark.parametrize(
    ("signal", "act"),
    [
        pytest.param(
            conversion_recorded, lambda app: _visitor(app).get("/salestrack/target/2/"), id="pixel"
        ),
        pytest.param(click_recorded, _click, id="click"),
        pytest.param(
            hit_rejected, lambda app: _visitor(app).get("/salestrack/target/9/"), id="bad hit"
        ),
        pytest.param(
            conversion_recorded,
            lambda app: app.extensions["salestrack"].record(Conversion()),
            id="job",
        ),
    ],
)
def test_a_receiver_finds_its_application(app: Flask, signal: Any, act: Act) -> None:
    """``current_app`` and ``current_tracker`` work, though no request of Flask's is under way."""
    heard: list[tuple[Flask, Config]] = []
    torn_down: list[object] = []
    app.teardown_appcontext(torn_down.append)

    def receiver(sender: Flask, **_keywords: Any) -> None:
        assert not has_request_context()
        assert not torn_down
        heard.append((sender, current_tracker.config))
        assert current_app == sender

    with signal.connected_to(receiver, sender=app):
        act(app)

    assert heard == [(app, app.extensions["salestrack"].config)]
    assert torn_down == [None]


def test_within_a_request_the_context_is_the_requests(app: Flask) -> None:
    """What the view keeps on ``g`` is there, such as the shop's own database connection."""
    heard: list[str] = []

    def checkout() -> str:
        g.connection = "the shop's"
        current_tracker.record(Conversion(reference="7"), environ=request.environ)
        return "thanks"

    def receiver(_sender: Flask, **_keywords: Any) -> None:
        heard.append(f"{g.connection} at {request.path}")

    app.add_url_rule("/checkout", view_func=checkout)
    with conversion_recorded.connected_to(receiver, sender=app):
        assert app.test_client().get("/checkout").text == "thanks"

    assert heard == ["the shop's at /checkout"]


def test_within_another_applications_context_its_own_is_pushed(make_app: MakeApp) -> None:
    """``current_app`` is the sender, and afterwards the other one again."""
    one, two = make_app("one"), make_app("two")
    heard: list[bool] = []

    def receiver(sender: Flask, **_keywords: Any) -> None:
        heard.append(current_app == sender)

    with conversion_recorded.connected_to(receiver, sender=one), two.app_context():
        one.extensions["salestrack"].record(Conversion())
        assert current_app == two

    assert heard == [True]


@pytest.mark.parametrize("inside", [False, True], ids=["job", "app context"])
def test_a_receiver_that_raises_leaves_the_contexts_in_order(
    app: Flask, caplog: pytest.LogCaptureFixture, *, inside: bool
) -> None:
    """The next one finds what it finds without it."""
    heard: list[str] = []

    def raising(_sender: Flask, **_keywords: Any) -> None:
        raise LookupError("the shop's own table is gone")

    def receiver(_sender: Flask, **_keywords: Any) -> None:
        heard.append(current_app.name)

    with (
        conversion_recorded.connected_to(raising, sender=app),
        conversion_recorded.connected_to(receiver, sender=app),
        app.app_context() if inside else nullcontext(),
    ):
        for _ in range(2):
            assert app.extensions["salestrack"].record(Conversion()).outcome == "recorded"

    assert heard == ["shop", "shop"]
    assert not has_app_context()
    assert "the shop's own table is gone" in caplog.text


def test_a_teardown_that_raises_costs_no_sale(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    """The context is the host's, and so are its errors: logged, and the hit is acknowledged."""

    def receiver(_sender: Flask, **_keywords: Any) -> None:
        """Only so that a context is needed."""

    @app.teardown_appcontext
    def close(_error: BaseException | None) -> None:
        raise LookupError("the shop's connection is gone")

    with conversion_recorded.connected_to(receiver, sender=app):
        answer = _visitor(app).get("/salestrack/target/2/")

    assert "ST-Error" not in answer.headers
    assert "the shop's connection is gone" in caplog.text
