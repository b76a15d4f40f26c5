"""What all templates of the dashboard are given."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from functools import partial
from typing import Any, Final

from flask import request

from wsgi_salestrack.money import decimal_of

from ..extension import current_tracker
from . import figures
from .addresses import here, here_without, kept_arguments
from .dimensions import DIMENSIONS, JOURNEYS, MODELS
from .periods import LABELS, TITLES, USUAL

# Endpoint, title, and which other endpoints belong to it.
_NAVIGATION: Final = (
    ("overview", "Overview", ()),
    ("reports", "Reports", ("report", "detail", "models")),
    ("sales", "Sales", ("sale",)),
    ("hits", "Hits", ()),
    ("payouts", "Payouts", ("payout", "commissions")),
    ("segments", "Segments", ()),
)


def shared() -> dict[str, Any]:
    """Names that are in every template: figures, addresses and words."""
    zone = current_tracker.config.timezone
    return {
        "amount_of": lambda minor, like: decimal_of(minor, like.exponent),
        "money": figures.money,
        "number": figures.number,
        "percent": figures.percent,
        "moment": partial(figures.moment, timezone=zone),
        "second": partial(figures.second, timezone=zone),
        "visible": visible,
        "here": here,
        "here_without": here_without,
        "kept_arguments": kept_arguments,
        "periods": TITLES,
        "usual_period": USUAL,
        "date_labels": LABELS,
        "dimensions": DIMENSIONS,
        "all_models": MODELS,
        "all_journeys": JOURNEYS,
        "navigation": _navigation(),
        "timezone": str(zone),
    }


def now() -> datetime:
    """The time now, in the shop's time zone."""
    return current_tracker.now().astimezone(current_tracker.config.timezone)


def visible(text: str) -> str:
    """What was recorded, with a sign in place of what nobody would see, such as a line feed."""
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(each) == "Cc" else each for each in text
    )


def _navigation() -> list[tuple[str, str, str]]:
    """Endpoint, title, and whether it is this page or one below it."""
    endpoint = str(request.endpoint).rpartition(".")[2]
    return [
        (
            f".{name}",
            title,
            "page" if endpoint == name else "below" if endpoint in others else "",
        )
        for name, title, others in _NAVIGATION
    ]
