"""The SQL about persons: who they are, what is kept of them, and for how long."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from .erasing_statements import ErasingStatements
from .erasing_subject_statements import SubjectStatements
from .erasing_text_statements import TextStatements
from .retention_statements import RetentionStatements
from .spelling import Spelling


class PrivacyStatements:
    """All statements of it.

    :param table: the name of a table of ours in the database.
    :param click_columns: what is read of a click.
    :param claim_columns: what is read of a claim.
    :param touch_columns: of a touch: its time, and its names.
    :param referral_columns: likewise.
    """

    def __init__(
        self,
        table: Callable[[str], str],
        spelling: Spelling,
        *,
        click_columns: Sequence[str],
        claim_columns: Sequence[str],
        touch_columns: Sequence[str],
        referral_columns: Sequence[str],
    ) -> None:
        self.subjects: Final = SubjectStatements(table, click_columns, claim_columns)
        self.erasing: Final = ErasingStatements(table, spelling, touch_columns, referral_columns)
        self.texts: Final = TextStatements(table)
        self.retention: Final = RetentionStatements(table)
