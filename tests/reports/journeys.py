"""Visits of people who buy, and reports of what their touches are credited with."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

from tests.stores.values import NOON
from wsgi_salestrack import Click, Report, Touch
from wsgi_salestrack.crediting import MODELS, Model
from wsgi_salestrack.identity import new_id
from wsgi_salestrack.reports import make_reports
from wsgi_salestrack.stores.base import Store

SITE = "default"
MONTH = timedelta(days=30)
WEEK = timedelta(days=7)
DAY = timedelta(days=1)


def reports(
    store: Store, site: str = SITE, models: Any = MODELS, **asked: Any
) -> dict[Model, Report]:
    given = {"window": MONTH, **asked}
    return make_reports(store, site, timezone=UTC, models=models, **given)


def report(store: Store, model: str = "linear", **asked: Any) -> dict[str | None, str]:
    """What the touches are credited with, as text."""
    (made,) = reports(store, models=[model], **asked).values()
    return {row.dimension: f"{row.count} {row.net}" for row in made.rows}


def come(
    store: Store, days: int, newsletter: str | None, *, visitor: int = 1, **names: Any
) -> None:
    """Click a link so many days before noon."""
    at = NOON - days * DAY
    touch = Touch(at=at, newsletter=newsletter, **names)
    made = Click(
        id=new_id(at),
        touch=touch,
        day=f"{at:%Y-%m-%d}",
        visitor=visitor,
        verdict="valid",
        destination="/p/socks",
    )
    store.add_click(SITE, made)
