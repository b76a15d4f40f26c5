"""What sold, by what: one definition of each report, for Python, the command line and files."""

from .query import Report, ReportRow, make_report
from .rendering import FORMATS, render

__all__ = ["FORMATS", "Report", "ReportRow", "make_report", "render"]
