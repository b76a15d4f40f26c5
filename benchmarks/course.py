"""How long and where the figures of speed are measured."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Course:
    """What all measurements of a run have in common.

    :param seconds: of each turn.
    :param rounds: how many turns each side of a comparison has.
    :param folder: an empty one, for databases; on the disk that is meant.
    :param peers: where the environment of flask-track-usage is, or will be made.
    """

    seconds: float
    rounds: int
    folder: Path
    peers: Path
