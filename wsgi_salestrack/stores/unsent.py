"""Which signals of a conversion are still to be sent: what the column ``unsent`` holds.

The names of the outcomes, one by one: another process may enrich a conversion while its first
receivers are at work, and whether those succeed says nothing of the others.
"""

from __future__ import annotations

from typing import Any, Final

from ..model import Outcome

_BOTH: Final = "recorded+enriched"
_IN_ORDER: Final[tuple[Outcome, ...]] = ("recorded", "enriched")

#: Adds ``:unsent``, with the parameters of :func:`added`.
ADD: Final = (
    "unsent = CASE WHEN unsent = 'recorded' THEN COALESCE(:unsent_too, unsent) "
    "ELSE COALESCE(unsent, :unsent) END"
)
#: Takes ``:sent`` away, with the parameters of :func:`taken`, from the rows of ``HAS``.
TAKE: Final = "unsent = CASE WHEN unsent = :sent THEN NULL ELSE :other END"
HAS: Final = "unsent IN (:sent, :both)"


def added(outcome: Outcome | None) -> dict[str, Any]:
    """What is to be told of a change; nothing where that is None."""
    return {"unsent": outcome, "unsent_too": None if outcome is None else _BOTH}


def taken(outcome: Outcome) -> dict[str, Any]:
    """What was told."""
    other = "enriched" if outcome == "recorded" else "recorded"
    return {"sent": outcome, "other": other, "both": _BOTH}


def outcomes_of(unsent: str | None) -> tuple[Outcome, ...]:
    """What is still to be told, in the order in which it came to be."""
    if unsent is None:
        return ()
    return tuple(outcome for outcome in _IN_ORDER if outcome in unsent.split("+"))
