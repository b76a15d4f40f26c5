"""What sold, by what: one definition of each report, for Python, the command line and files."""

from .listing import FORMATS, render_lines, render_rows
from .query import FIGURES, make_reports
from .rendering import render
from .rows import Report, ReportRow
from .table import Column

__all__ = [
    "FIGURES",
    "FORMATS",
    "Column",
    "Report",
    "ReportRow",
    "make_reports",
    "render",
    "render_lines",
    "render_rows",
]
