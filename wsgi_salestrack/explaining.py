"""Why a conversion is credited as it is: pure functions over what the store knows of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Final, Literal

import msgspec

from .adjustments import Adjustment
from .affiliates import Commission
from .crediting import Journey, Model, Reason, Step, Windows, credit_path, reason_against
from .model import Recorded
from .touches import Touch, programmes_of

Programme = Literal["newsletters", "publishers"]
CandidateVerdict = Reason | Literal["credited", "outranked", "self-referral"]

_PROGRAMMES: Final[tuple[Programme, ...]] = ("newsletters", "publishers")
_NOTHING: Final = Fraction(0)


class Trail(msgspec.Struct, frozen=True, kw_only=True):
    """What the store knows of a conversion.

    :param clicks: all of the buyer, by whichever browser, the oldest first.
    """

    recorded: Recorded
    adjustments: tuple[Adjustment, ...]
    commissions: tuple[Commission, ...]
    clicks: tuple[Step, ...]


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A touch that might have been credited.

    :param verdict: ``credited``; ``outranked`` by another one; ``self-referral``: credited, but its
        publisher is the buyer and earns nothing; or why it is no candidate at all.
    :param share: of the conversion.
    :param minor: of its net revenue, in minor units.
    """

    programme: Programme
    touch: Touch
    verdict: CandidateVerdict
    share: Fraction
    minor: int


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """Why a conversion is credited as it is.

    :param recorded: the conversion as it stands.
    :param rules: for each programme, what decided.
    :param candidates: every touch of the buyer with its verdict, by programme, the oldest first.
    """

    recorded: Recorded
    model: Model
    rules: dict[Programme, str]
    candidates: tuple[Candidate, ...]
    adjustments: tuple[Adjustment, ...]
    commissions: tuple[Commission, ...]


def explain(trail: Trail, model: Model, windows: Windows) -> Explanation:
    """Judge every touch of a conversion's buyer.

    :param model: ``last``: as it was credited when it was recorded.
    """
    candidates: list[Candidate] = []
    rules: dict[Programme, str] = {}
    for programme in _PROGRAMMES:
        found = list(_candidates(trail, programme, model, windows))
        candidates += found
        rules[programme] = _rule(found, programme, model, windows)
    return Explanation(
        recorded=trail.recorded,
        model=model,
        rules=rules,
        candidates=tuple(candidates),
        adjustments=trail.adjustments,
        commissions=trail.commissions,
    )


def _candidates(
    trail: Trail, programme: Programme, model: Model, windows: Windows
) -> Iterator[Candidate]:
    recorded = trail.recorded
    occurred_at = recorded.conversion.occurred_at
    if occurred_at is None:
        raise TypeError("a stored conversion has its time")
    net = 0 if recorded.net is None else recorded.net.minor
    own = recorded.touch if programme == "newsletters" else recorded.referral
    path = _path(trail.clicks, own, programme)
    reasons = [reason_against(step, occurred_at, windows, programme) for step in path]
    if model == "last":
        shares = [(Fraction(step.touch == own), net * (step.touch == own)) for step in path]
    else:
        shares = _shares(path, reasons, occurred_at, net, model, windows, programme)
    is_own_sale = any(
        each.reason == "self-referral" and own is not None and each.publisher == own.publisher
        for each in trail.commissions
    )
    for step, reason, (share, minor) in zip(path, reasons, shares, strict=True):
        verdict: CandidateVerdict = reason or "outranked"
        if share:
            verdict = "self-referral" if is_own_sale and programme == "publishers" else "credited"
        yield Candidate(
            programme=programme, touch=step.touch, verdict=verdict, share=share, minor=minor
        )


def _path(clicks: Sequence[Step], own: Touch | None, programme: Programme) -> list[Step]:
    """The touches of a programme; that of the sale, if it is no click of the buyer's, comes last.

    The host may have said whom to credit, or the cookie is that of a click that was not stored.
    """
    place = _PROGRAMMES.index(programme)
    path = [step for step in clicks if programmes_of(step.touch.names)[place]]
    if own is not None and all(step.touch != own for step in path):
        path.append(Step(touch=own))
    return path


def _shares(  # noqa: PLR0917  what a credit depends on
    path: Sequence[Step],
    reasons: Sequence[Reason | None],
    occurred_at: datetime,
    net: int,
    model: Model,
    windows: Windows,
    journey: Journey,
) -> list[tuple[Fraction, int]]:
    """What each touch of a path is credited with, in the path's order."""
    shares = [(_NOTHING, 0)] * len(path)
    eligible = sorted(
        (step.touch.at or occurred_at, place)
        for place, (step, reason) in enumerate(zip(path, reasons, strict=True))
        if reason is None
    )
    if eligible:
        found = credit_path(
            path, occurred_at=occurred_at, net=net, model=model, windows=windows, journey=journey
        )
        for (_, place), credit in zip(eligible, found, strict=True):
            shares[place] = credit.share, credit.minor
    return shares


def _rule(found: Sequence[Candidate], programme: Programme, model: Model, windows: Windows) -> str:
    days = getattr(windows, programme).days
    credited = sum(1 for candidate in found if candidate.share)
    if not credited:
        return f"nobody: no touch within {days} days before the sale"
    if model == "last":
        return f"the last touch within {days} days before the sale, as it was recorded"
    return f"{model}: {credited} of the buyer's touches within {days} days before the sale"
