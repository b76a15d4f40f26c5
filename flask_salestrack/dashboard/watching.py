"""Hits as they come: what was recorded, what was refused, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Final, get_args

from flask import make_response, render_template, request

from wsgi_salestrack.checks import check_choice
from wsgi_salestrack.config_values import PROTOCOLS
from wsgi_salestrack.hits import HitOutcome
from wsgi_salestrack.model import PROTOCOL_OF
from wsgi_salestrack.reports.listings import HITS, hit_cells

from ..extension import current_tracker
from . import context, downloads, lists
from .questions import check_once, one_of

#: How far back one may look, by the names that addresses have, each with its title.
SINCE: Final[Mapping[str, tuple[str, timedelta]]] = MappingProxyType(
    {
        "1h": ("Last hour", timedelta(hours=1)),
        "24h": ("24 hours", timedelta(hours=24)),
        "7d": ("7 days", timedelta(days=7)),
        "30d": ("30 days", timedelta(days=30)),
    }
)
_USUAL: Final = "24h"
_OUTCOMES: Final[tuple[str, ...]] = get_args(HitOutcome)
_PROTOCOLS: Final = tuple(dict.fromkeys((*PROTOCOLS, *PROTOCOL_OF.values())))
_SECONDS: Final = "10"


def hits() -> Any:
    """The latest hits; with ``follow=1`` the browser asks again by itself."""
    check_once(request.args)
    tracker = current_tracker
    since = request.args.get("period") or _USUAL
    check_choice("period", since, SINCE)
    outcome = one_of(request.args, "outcome", _OUTCOMES)
    protocol = one_of(request.args, "protocol", _PROTOCOLS)
    came = [hit for _, hit in tracker.hits(tracker.now() - SINCE[since][1])][::-1]
    shown = [
        hit for hit in came if outcome in (None, hit.outcome) and protocol in (None, hit.protocol)
    ]
    form = downloads.asked_form(request.args)
    if form is not None:
        zone = tracker.config.timezone
        return downloads.listing(HITS, [hit_cells(hit, zone) for hit in shown], form, "hits")
    follows = one_of(request.args, "follow", ("1",)) is not None
    page = render_template(
        "salestrack/hits.html",
        part=lists.part_of(shown, request.args),
        since=since,
        choices=SINCE,
        usual=_USUAL,
        counts=Counter(hit.outcome for hit in came),
        reasons=Counter(hit.reason for hit in came if hit.outcome == "rejected").most_common(5),
        outcomes=_OUTCOMES,
        outcome=outcome,
        protocols=sorted({hit.protocol for hit in came}),
        protocol=protocol,
        follows=follows,
        seconds=_SECONDS,
        now=context.now(),
    )
    response = make_response(page)
    if follows:
        # Not in the page: only who asked for it has it, and stops it by the same link.
        response.headers["Refresh"] = _SECONDS
    return response
