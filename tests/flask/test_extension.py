"""``SalesTrack`` and ``current_tracker``."""

from __future__ import annotations

import pytest
from flask import Flask

import flask_salestrack
from flask_salestrack import SalesTrack, conversion_recorded, current_tracker
from tests.flask.shops import MakeApp
from tests.support.rows import row_counts
from tests.support.shop import SECRET
from wsgi_salestrack import (
    ConfigError,
    Conversion,
    Recorded,
    SalesTrackMiddleware,
    Touch,
    Tracker,
    signals,
)


def test_init_app_mounts_the_tracker(make_bare_app: MakeApp) -> None:
    """It wraps ``app.wsgi_app``, and the tracker is among the extensions."""
    app = make_bare_app(SECRET_KEY=SECRET)
    before = app.wsgi_app

    SalesTrack().init_app(app)

    assert isinstance(app.wsgi_app, SalesTrackMiddleware)
    assert app.wsgi_app.application == before
    assert isinstance(app.extensions["salestrack"], Tracker)
    assert app.wsgi_app.tracker is app.extensions["salestrack"]


def test_an_application_at_hand_may_be_passed(make_bare_app: MakeApp) -> None:
    """``SalesTrack(app)`` is ``init_app`` in one step."""
    app = make_bare_app(SECRET_KEY=SECRET)

    SalesTrack(app)

    assert isinstance(app.extensions["salestrack"], Tracker)


def test_a_second_init_app_is_refused(app: Flask) -> None:
    """Two layers would count everything twice; the error says so, and nothing changes."""
    tracker, mounted = app.extensions["salestrack"], app.wsgi_app

    with pytest.raises(RuntimeError, match="init_app was called before"):
        SalesTrack().init_app(app)

    assert app.extensions["salestrack"] is tracker
    assert app.wsgi_app is mounted


def test_a_refused_configuration_mounts_nothing(make_bare_app: MakeApp) -> None:
    """The application can be configured rightly, and mounted then."""
    app = make_bare_app()
    mounted = app.wsgi_app
    extension = SalesTrack()
    with pytest.raises(ConfigError):
        extension.init_app(app)
    assert app.wsgi_app == mounted
    assert "salestrack" not in app.extensions

    app.config["SECRET_KEY"] = SECRET
    extension.init_app(app)

    assert isinstance(app.extensions["salestrack"], Tracker)


def test_one_extension_serves_two_applications(make_bare_app: MakeApp) -> None:
    """The factory pattern: it keeps nothing on itself, so each has its own database."""
    extension = SalesTrack()
    one, two = make_bare_app("one", SECRET_KEY=SECRET), make_bare_app("two", SECRET_KEY=SECRET)
    for app in (one, two):
        extension.init_app(app)
    first, second = one.extensions["salestrack"], two.extensions["salestrack"]

    with one.app_context():
        current_tracker.record(Conversion(reference="7"))

    assert vars(extension) == {}
    assert row_counts(first)["conversions"] == 1
    assert row_counts(second)["conversions"] == 0
    first.close()
    second.close()


def test_two_applications_send_their_own_signals(make_app: MakeApp) -> None:
    """The sender is the application, not a proxy to it."""
    one, two = make_app("one"), make_app("two")
    heard: list[Flask] = []

    def receiver(sender: Flask, *, recorded: Recorded, environ: object) -> None:
        assert recorded.outcome == "recorded"
        heard.append(sender)

    with conversion_recorded.connected_to(receiver, sender=one):
        for app in (one, two):
            app.extensions["salestrack"].record(Conversion(reference="7"))
            app.test_client().get("/salestrack/target/2/")

    assert heard == [one, one]
    assert type(heard[0]) is Flask


def test_the_current_tracker_is_the_applications(make_app: MakeApp) -> None:
    """In each application's context its own."""
    one, two = make_app("one"), make_app("two")

    for app in (one, two):
        with app.app_context():
            assert current_tracker == app.extensions["salestrack"]
            assert current_tracker.config is app.extensions["salestrack"].config


def test_without_an_application_there_is_no_current_tracker() -> None:
    """Flask's own error says how to get a context."""
    with pytest.raises(RuntimeError, match="application context"):
        current_tracker.config  # noqa: B018  # the access is what raises


def test_an_application_without_salestrack_says_what_to_call(make_bare_app: MakeApp) -> None:
    """The error names ``init_app``."""
    with make_bare_app().app_context(), pytest.raises(RuntimeError, match="init_app"):
        current_tracker.config  # noqa: B018  # the access is what raises


def test_the_signals_are_the_cores(app: Flask) -> None:
    """Re-exported, so that a shop imports from one place."""
    names = [signal.name.replace("-", "_") for signal in signals.ALL]
    assert len(names) == 6
    for name in names:
        assert getattr(flask_salestrack, name) is getattr(signals, name)
        assert name in flask_salestrack.__all__


def test_a_job_outside_any_context_records_as_well(app: Flask) -> None:
    """A webhook's worker needs the tracker only."""
    recorded = app.extensions["salestrack"].record(
        Conversion(reference="7"), touch=Touch(newsletter="2026-11")
    )

    assert recorded.outcome == "recorded"
    assert row_counts(app.extensions["salestrack"])["conversions"] == 1
