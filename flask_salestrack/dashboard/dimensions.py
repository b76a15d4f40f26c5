"""What reports may be by, in words for people."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from wsgi_salestrack.stores.base import Dimension


class Words(NamedTuple):
    """How a dimension is called.

    :param one: such as ``newsletter``.
    :param many: such as ``Newsletters``.
    """

    one: str
    many: str


#: All of them, in the order in which they are offered.
DIMENSIONS: Final[Mapping[Dimension, Words]] = MappingProxyType(
    {
        "newsletter": Words("newsletter", "Newsletters"),
        "link": Words("link", "Links"),
        "contact": Words("contact", "Contacts"),
        "publisher": Words("publisher", "Publishers"),
        "product": Words("product", "Products"),
        "category": Words("category", "Categories"),
        "list": Words("list", "Lists"),
        "subscription": Words("subscription", "Subscriptions"),
        "target": Words("target", "Targets"),
        "point_of_sale": Words("point of sale", "Points of sale"),
        "source": Words("source", "Sources"),
        "month": Words("month", "Months"),
        "week": Words("week", "Weeks"),
        "day": Words("day", "Days"),
        "hour": Words("hour", "Hours"),
    }
)

#: What attribution models and journeys are called.
MODELS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "last": "Last touch",
        "first": "First touch",
        "linear": "Linear: the same to each",
        "position": "Position: 40, 20 and 40 percent",
        "decay": "Decay: half for every 7 days",
    }
)
JOURNEYS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "newsletters": "Newsletters only",
        "publishers": "Publishers only",
        "both": "Both as one",
    }
)
