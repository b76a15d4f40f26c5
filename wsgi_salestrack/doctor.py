"""An examination of a mounted tracker, in words that say what to mend."""

from __future__ import annotations

import secrets
from contextlib import ExitStack
from typing import TYPE_CHECKING

from werkzeug.test import Client

from . import signals
from .config import Config
from .errors import BadToken, SalesTrackError
from .middleware import SalesTrackMiddleware
from .money import Money
from .stores.base import Finding
from .tracker import Tracker

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    Application = WSGIApplication

_BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


def examine(tracker: Tracker, application: Application | None) -> list[Finding]:
    """Examine configuration, database, and the way of a hit.

    :param application: what the tracker is mounted in; its own way is tried, too.
    """
    findings = _configuration(tracker.config)
    if tracker.config.database is None:
        findings.append(_signals_only(tracker))
    else:
        stored = _examined_store(tracker)
        findings += stored
        if not any(finding.problem and finding.serious for finding in stored):
            findings.append(_trial(tracker))
    if application is not None and "click" in tracker.config.protocols:
        findings.append(_mounting(tracker, application))
    return findings


def _configuration(config: Config) -> list[Finding]:
    findings = [Finding(subject=f"secret keys: {len(config.secret_keys)}, newest first")]
    if not config.base_url:
        findings.append(
            Finding(
                subject="base_url",
                problem="it is empty, so links in mails are paths without a host; set it to "
                "https://your.shop, plus the mount point if any",
                serious=False,
            )
        )
    elif config.base_url.startswith("http://"):
        findings.append(
            Finding(
                subject="base_url",
                problem="it is plain http; browsers then keep no Secure cookie",
                serious=False,
            )
        )
    if not config.targets:
        findings.append(
            Finding(
                subject="targets",
                problem='there are none, so no target pixel is answered; set them: {1: "Sale"}',
                serious=False,
            )
        )
    return findings


def _signals_only(tracker: Tracker) -> Finding:
    subject = "database"
    if tracker.listened_to:
        problem = "it is None: only the receivers of the signals keep what comes"
        return Finding(subject=subject, problem=problem, serious=False)
    problem = (
        "it is None, and no receiver of conversion_recorded is connected: sales are kept by "
        "nobody; connect one, inside a factory with weak=False, or set a path"
    )
    return Finding(subject=subject, problem=problem)


def _examined_store(tracker: Tracker) -> list[Finding]:
    try:
        return tracker.store.examine()
    except SalesTrackError as error:
        return [Finding(subject="database", problem=str(error))]


def _trial(tracker: Tracker) -> Finding:
    """A click and a sale, under a site of their own.

    They go through the real middleware into the real database.
    """
    subject = "a click and a sale come back from the database"
    config = _for_trial(tracker.config)
    trial = Tracker(config)
    # The shop's own receivers must not hear of it.
    with ExitStack() as muted:
        for signal in signals.ALL:
            muted.enter_context(signal.muted())
        return _tried(trial, subject)


def _tried(trial: Tracker, subject: str) -> Finding:
    try:
        client = Client(SalesTrackMiddleware(_empty_host, trial))
        client.get(trial.click_url("/", newsletter="doctor"), headers={"User-Agent": _BROWSER})
        answer = client.get(
            f"{trial.config.url_prefix}/target/1/?st_revenue=1&st_currency=USD&st_reference=doctor"
        )
        error = answer.headers.get("ST-Error")
        rows = trial.report("newsletter").rows
        amounts = [(row.dimension, row.revenue) for row in rows]
        if error or amounts != [("doctor", Money("1", "USD").amount)]:
            return Finding(subject=subject, problem=error or f"it came back as {amounts}")
        return Finding(subject=subject)
    except SalesTrackError as error:
        return Finding(subject=subject, problem=str(error))
    finally:
        _clean_up(trial)


def _for_trial(config: Config) -> Config:
    """The same keys and database, without what a shop's settings refuse to a plain request."""
    return Config(
        secret_keys=config.secret_keys,
        database=config.database,
        site=f"salestrack-doctor-{secrets.token_hex(8)}",
        url_prefix=config.url_prefix,
        targets={1: "Trial"},
    )


def _clean_up(trial: Tracker) -> None:
    try:
        trial.store.forget_site(trial.config.site)
    except SalesTrackError:
        pass  # the finding says what is wrong already
    finally:
        trial.close()


def _mounting(tracker: Tracker, application: Application) -> Finding:
    """A click's HEAD, which stores nothing, through the host's whole application."""
    subject = "the application passes our paths to the middleware"
    path = f"/salestrack-doctor-{secrets.token_hex(4)}"
    token = tracker.click_url(path, link="doctor").rsplit("/", 1)[1]
    try:
        tracker.open_click(token)
        answer = Client(application).head(f"{tracker.config.url_prefix}/r/{token}")
    except BadToken as error:
        return Finding(subject=subject, problem=f"a fresh token does not open: {error}")
    except Exception as error:  # noqa: BLE001  the host's own application may raise anything
        return Finding(subject=subject, problem=f"it raised {type(error).__name__}: {error}")
    if answer.status_code == 302 and answer.headers.get("Location") == path:
        return Finding(subject=subject)
    return Finding(
        subject=subject,
        problem=f"a click's link was answered with {answer.status}; mount SalesTrackMiddleware "
        "around the application, outside of whatever answered instead",
    )


def _empty_host(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return []
