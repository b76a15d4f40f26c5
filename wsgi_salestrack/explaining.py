"""Why a conversion is credited as it is: pure functions over what the store knows of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from typing import Final, Literal

import msgspec

from .adjustments import Adjustment
from .affiliates import SELF_REFERRAL, Commission
from .crediting import Journey, Model, Reason, Step, Windows, credit_path, reason_against
from .days import words_of
from .model import Conflict, Recorded
from .touches import Touch, programmes_of

Programme = Literal["newsletters", "publishers"]
CandidateVerdict = (
    Reason | Literal["credited", "outranked", "self-referral", "separated", "told twice"]
)

_PROGRAMMES: Final[tuple[Programme, ...]] = ("newsletters", "publishers")
_NOTHING: Final = Fraction(0)
_LAST: Final = datetime.max.replace(tzinfo=UTC)


class Trail(msgspec.Struct, frozen=True, kw_only=True):
    """What the store knows of a conversion.

    :param clicks: all of the buyer, by whichever browser, the oldest first.
    :param conflicts: what was said of it and does not count, the oldest first.
    :param separated: those of its own touches that somebody has said to be another person's.
    """

    recorded: Recorded
    adjustments: tuple[Adjustment, ...]
    commissions: tuple[Commission, ...]
    clicks: tuple[Step, ...]
    conflicts: tuple[Conflict, ...] = ()
    separated: tuple[Touch, ...] = ()


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A touch that might have been credited.

    :param verdict: ``credited``; ``outranked`` by another one; ``self-referral``: credited, but its
        publisher is the buyer and earns nothing; or why it is no candidate at all. Of what the sale
        was told to be credited to: ``separated``: it is another person's by now; ``told twice``:
        nobody said when it was, and it is one of the clicks.
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
    :param candidates: every touch of the buyer with its verdict, by programme, the oldest first;
        one of which nobody said when it was comes last.
    :param conflicts: what somebody said of the conversion that does not count, the oldest first.
    """

    recorded: Recorded
    model: Model
    rules: dict[Programme, str]
    candidates: tuple[Candidate, ...]
    adjustments: tuple[Adjustment, ...]
    commissions: tuple[Commission, ...]
    conflicts: tuple[Conflict, ...]


def explain(trail: Trail, model: Model, windows: Windows) -> Explanation:
    """Judge every touch of a conversion's buyer.

    :param model: ``last``: as it was credited when it was recorded.
    """
    candidates: list[Candidate] = []
    rules: dict[Programme, str] = {}
    for programme in _PROGRAMMES:
        found = sorted(_candidates(trail, programme, model, windows), key=_age)
        candidates += found
        rules[programme] = _rule(found, programme, model, windows)
    return Explanation(
        recorded=trail.recorded,
        model=model,
        rules=rules,
        candidates=tuple(candidates),
        adjustments=trail.adjustments,
        commissions=trail.commissions,
        conflicts=trail.conflicts,
    )


def _age(candidate: Candidate) -> datetime:
    """When it was; last of all, where nobody said so."""
    return candidate.touch.at or _LAST


def _candidates(
    trail: Trail, programme: Programme, model: Model, windows: Windows
) -> Iterator[Candidate]:
    recorded = trail.recorded
    own = recorded.touch if programme == "newsletters" else recorded.referral
    path = _path(trail, programme, own)
    occurred_at = _occurred_at(recorded)
    reasons: list[CandidateVerdict | None] = [
        reason_against(step, occurred_at, windows, programme) for step in path
    ]
    net = 0 if recorded.net is None else recorded.net.minor
    if model == "last":
        place = None if own is None else path.index(Step(touch=own))
        shares = [(Fraction(each == place), net * (each == place)) for each in range(len(path))]
    else:
        doubts = _doubts(path, reasons, trail)
        reasons = [reason or doubt for reason, doubt in zip(reasons, doubts, strict=True)]
        shares = _shares(path, reasons, occurred_at, net, model, windows, programme)
    is_own_sale = programme == "publishers" and _is_own_sale(trail)
    for step, reason, (share, minor) in zip(path, reasons, shares, strict=True):
        verdict: CandidateVerdict = reason or "outranked"
        if share:
            verdict = "self-referral" if is_own_sale else "credited"
        yield Candidate(
            programme=programme, touch=step.touch, verdict=verdict, share=share, minor=minor
        )


def _occurred_at(recorded: Recorded) -> datetime:
    occurred_at = recorded.conversion.occurred_at
    if occurred_at is None:
        raise TypeError("a stored conversion has its time")
    return occurred_at


def _is_own_sale(trail: Trail) -> bool:
    """Whether its publisher is the buyer."""
    referral = trail.recorded.referral
    return referral is not None and any(
        each.reason == SELF_REFERRAL and each.publisher == referral.publisher
        for each in trail.commissions
    )


def _path(trail: Trail, programme: Programme, own: Touch | None) -> list[Step]:
    """The touches of a programme; those of the sale, if they are no clicks of the buyer's, at last.

    The host may have said whom to credit, or the cookie is that of a click that was not stored. A
    publisher's link may be in a newsletter, too.
    """
    place = _PROGRAMMES.index(programme)
    steps = list(trail.clicks)
    for touch in (trail.recorded.touch, trail.recorded.referral):
        told = None if touch is None else Step(touch=touch)
        if told is not None and told not in steps:
            steps.append(told)
    return [step for step in steps if programmes_of(step.touch.names)[place] or step.touch == own]


def _doubts(
    path: Sequence[Step], reasons: Sequence[CandidateVerdict | None], trail: Trail
) -> Iterator[CandidateVerdict | None]:
    """Of each touch, why it does not count beside the clicks, if the sale was told of it."""
    clicked: set[tuple[str | None, ...]] = set()
    for step, reason in zip(path, reasons, strict=True):
        doubt: CandidateVerdict | None = None
        if step.touch in trail.separated and step not in trail.clicks:
            doubt = "separated"
        elif step.touch.at is None and step.touch.clicked in clicked:
            doubt = "told twice"
        elif reason is None:
            clicked.add(step.touch.clicked)
        yield doubt


def _shares(  # noqa: PLR0917  what a credit depends on
    path: Sequence[Step],
    reasons: Sequence[CandidateVerdict | None],
    occurred_at: datetime,
    net: int,
    model: Model,
    windows: Windows,
    journey: Journey,
) -> list[tuple[Fraction, int]]:
    """What each touch of a path is credited with, in the path's order."""
    shares = [(_NOTHING, 0)] * len(path)
    eligible = sorted(
        (path[place].touch.at or occurred_at, place)
        for place, reason in enumerate(reasons)
        if reason is None
    )
    if eligible:
        found = credit_path(
            [path[place] for _, place in eligible],
            occurred_at=occurred_at,
            net=net,
            model=model,
            windows=windows,
            journey=journey,
        )
        for (_, place), credit in zip(eligible, found, strict=True):
            shares[place] = credit.share, credit.minor
    return shares


def _rule(found: Sequence[Candidate], programme: Programme, model: Model, windows: Windows) -> str:
    window = words_of(getattr(windows, programme))
    credited = [candidate.touch for candidate in found if candidate.share]
    if not credited:
        return f"nobody: no touch within {window} before the sale"
    if all(touch.at is None for touch in credited):
        return f"{model}: the touch that came with the sale; when it was is not known"
    if model == "last":
        return f"the last touch within {window} before the sale, as it was recorded"
    return f"{model}: {len(credited)} of the buyer's touches within {window} before the sale"
