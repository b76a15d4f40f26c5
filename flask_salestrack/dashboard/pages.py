"""Which page answers where, below the dashboard's own path."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask import abort

from .overview import overview
from .paying import commissions, payout, payouts
from .reporting import detail, models, report, reports
from .sales import sale, sales
from .segmenting import segments
from .watching import hits


def nowhere(rest: str) -> Any:
    """Everything else, so that who may not see the dashboard learns nothing of its paths."""
    abort(404, f"Nothing is at {rest[:100]}.")


#: Rule, endpoint and page.
PAGES: Final[tuple[tuple[str, str, Callable[..., Any]], ...]] = (
    ("/", "overview", overview),
    ("/reports/", "reports", reports),
    ("/reports/<by>", "report", report),
    ("/models/<by>", "models", models),
    ("/one/<by>", "detail", detail),
    ("/sales", "sales", sales),
    ("/sale", "sale", sale),
    ("/hits", "hits", hits),
    ("/payouts", "payouts", payouts),
    ("/payouts/<int:id>", "payout", payout),
    ("/commissions", "commissions", commissions),
    ("/segments", "segments", segments),
    ("/<path:rest>", "nowhere", nowhere),
)
