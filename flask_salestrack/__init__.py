"""Salestrack for Flask: ``SalesTrack().init_app(app)``."""

from wsgi_salestrack.signals import (
    click_recorded,
    conversion_adjusted,
    conversion_duplicated,
    conversion_enriched,
    conversion_recorded,
    hit_rejected,
)

from .extension import SalesTrack, current_tracker

__all__ = [
    "SalesTrack",
    "click_recorded",
    "conversion_adjusted",
    "conversion_duplicated",
    "conversion_enriched",
    "conversion_recorded",
    "current_tracker",
    "hit_rejected",
]
