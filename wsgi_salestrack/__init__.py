"""Salestrack for any WSGI framework: which newsletter, link, contact or publisher sold what."""

from .adjustments import Adjusted, Adjustment
from .affiliates import Commission, Earned, Publisher
from .buyers import Buyer, Spent
from .config import Config
from .errors import (
    BadHit,
    BadToken,
    BadValue,
    ConfigError,
    NotErased,
    ReceiverError,
    SalesTrackError,
    SchemaError,
    StoreError,
    Unattributed,
    UnknownReference,
)
from .explaining import Candidate, Explanation
from .hits import Hit
from .importing.results import Imported
from .middleware import SalesTrackMiddleware
from .model import Conflict, Conversion, Recorded
from .money import Money
from .orders import Line, Order
from .payouts import Payout
from .privacy import Forgotten, Retained
from .reconciling import Difference, Reconciliation, SideTotal
from .reports import Report, ReportRow
from .stores.base import Finding, Place
from .terms import Rule, Terms
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
    "Difference",
    "Earned",
    "Explanation",
    "Finding",
    "Forgotten",
    "Hit",
    "Imported",
    "Line",
    "Money",
    "NotErased",
    "Order",
    "Payout",
    "Place",
    "Publisher",
    "ReceiverError",
    "Reconciliation",
    "Recorded",
    "Report",
    "ReportRow",
    "Retained",
    "Rule",
    "SalesTrackError",
    "SalesTrackMiddleware",
    "SchemaError",
    "SideTotal",
    "Spent",
    "StoreError",
    "Terms",
    "Touch",
    "Tracker",
    "Unattributed",
    "UnknownReference",
    "Visitor",
]
