"""Salestrack for any WSGI framework: which newsletter, link, contact or publisher sold what."""

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
)
from .middleware import SalesTrackMiddleware
from .model import Click, Conversion, Line, Order, Recorded, Touch, Visitor
from .money import Money
from .reports import Report, ReportRow
from .tracker import Tracker

__all__ = [
    "BadHit",
    "BadToken",
    "BadValue",
    "Click",
    "Config",
    "ConfigError",
    "Conversion",
    "Line",
    "Money",
    "Order",
    "ReceiverError",
    "Recorded",
    "Report",
    "ReportRow",
    "SalesTrackError",
    "SalesTrackMiddleware",
    "SchemaError",
    "StoreError",
    "Touch",
    "Tracker",
    "Unattributed",
    "Visitor",
]
