"""Past conversions from files, queries and mappings: rows in, conversions and touches out."""

from .columns import IMPORT_COLUMNS, RECONCILE_COLUMNS
from .entries import Entry, Refused, read_entries
from .querying import query_rows
from .reading import read_rows
from .results import Imported, rehearse, result_of
from .rows import Given, Row
from .values import Assumed

__all__ = [
    "IMPORT_COLUMNS",
    "RECONCILE_COLUMNS",
    "Assumed",
    "Entry",
    "Given",
    "Imported",
    "Refused",
    "Row",
    "query_rows",
    "read_entries",
    "read_rows",
    "rehearse",
    "result_of",
]
