"""Salestrack for any WSGI framework: which newsletter, link, contact or publisher sold what."""

from .adjustments import Adjusted, Adjustment
from .affiliates import Commission, Publisher
from .buyers import Buyer, Spent
from .config import Config
from .errors import (
    BadHit,
    BadToken,
    BadValue,
    ConfigError,
    ReceiverError,
    SalesTrackError,
    SchemaError,
    StoreError,
    Unattributed,
    UnknownReference,
)
from .explaining import Candidate, Explanation
from .middleware import SalesTrackMiddleware
from .model import Conflict, Conversion, Recorded
from .money import Money
from .orders import Line, Order
from .payouts import Payout
from .reports import Report, ReportRow
from .touches import Click, Touch, Visitor
from .tracker import Tracker

__all__ = [
    "Adjusted",
    "Adjustment",
    "BadHit",
    "BadToken",
    "BadValue",
    "Buyer",
    "Candidate",
    "Click",
    "Commission",
    "Config",
    "ConfigError",
    "Conflict",
    "Conversion",
    "Explanation",
    "Line",
    "Money",
    "Order",
    "Payout",
    "Publisher",
    "ReceiverError",
    "Recorded",
    "Report",
    "ReportRow",
    "SalesTrackError",
    "SalesTrackMiddleware",
    "SchemaError",
    "Spent",
    "StoreError",
    "Touch",
    "Tracker",
    "Unattributed",
    "UnknownReference",
    "Visitor",
]
