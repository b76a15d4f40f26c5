"""What the pages show, and what was sold, as tests compare them."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

from tests.dashboard.conftest import ZONE
from wsgi_salestrack import Recorded, Tracker

TODAY = date(2026, 11, 21)
LAST_30_DAYS = (TODAY - timedelta(days=29), TODAY)


class _Tables(HTMLParser):
    """The cells of all tables of a page, by the tables' captions."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: defaultdict[str, list[list[str]]] = defaultdict(list)
        self._caption = ""
        self._cell: list[str] | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows[self._caption.strip()].append([])
        elif tag in {"td", "th", "caption"}:
            self._cell = []

    def handle_endtag(self, tag: str) -> None:
        if self._cell is None or tag not in {"td", "th", "caption"}:
            return
        text = " ".join("".join(self._cell).split())
        if tag == "caption":
            self._caption = text
        else:
            self.rows[self._caption][-1].append(text)
        self._cell = None

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)


def table(page: str, caption: str) -> list[list[str]]:
    """The rows of a table, its heading first."""
    return _Tables(page).rows[caption]


def text(page: str) -> str:
    """What a page says."""
    bare = re.sub(r"<(style|svg|details).*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", bare)).split())


def counted(tracker: Tracker, currency: str = "USD") -> list[Recorded]:
    """All sales in a currency that were not cancelled."""
    every = tracker.conversions(currency=currency, most=1000)
    return [each for each in every if not each.cancelled]


def within(sales: list[Recorded], days: tuple[date, date]) -> list[Recorded]:
    """Those of some days in the shop's time zone."""
    return [each for each in sales if days[0] <= day_of(each) <= days[1]]


def day_of(recorded: Recorded) -> date:
    at = recorded.conversion.occurred_at
    assert at is not None
    return at.astimezone(ZoneInfo(ZONE)).date()


def net(sales: list[Recorded]) -> Decimal:
    return sum((each.net.amount for each in sales if each.net is not None), Decimal(0))
