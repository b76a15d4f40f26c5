"""How long the dashboard's pages take with CDNOW's purchases, beside their goals.

Every purchase is credited by rule to one of 24 newsletters, 200 links and 40 publishers, and is of
one of 300 products; every customer has clicked.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final

from werkzeug.test import Client

from benchmarks.cdnow import CURRENCY, Purchase, newsletter_of, read_purchases
from benchmarks.errors import BenchmarkError
from benchmarks.progress import say
from flask_salestrack.dashboard import make_dashboard_application
from wsgi_salestrack import Click, Config, Touch, Tracker
from wsgi_salestrack.identity import new_id

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Milliseconds that the overview may take, and every other page.
GOAL_OF_OVERVIEW: Final = 100
GOAL: Final = 300

_LINKS, _PUBLISHERS, _PRODUCTS = 200, 40, 300
_TIMES: Final = 5
_THREADS: Final = 16
_NOW: Final = datetime(1998, 6, 30, 18, tzinfo=UTC)
_HOUR: Final = timedelta(hours=1)
#: Titles of pages and their addresses.
PAGES: Final = {
    "overview, 30 days": "/",
    "overview, this year": "/?period=year",
    "overview, all time": "/?period=all",
    **{
        f"by {by}, {period}": f"/reports/{by}?period={period}"
        for by in ("newsletter", "link", "contact", "publisher", "product", "day", "month")
        for period in ("30d", "all")
    },
    "one newsletter, all time": "/one/newsletter?value=1997-05&period=all",
    "one link, all time": "/one/link?value=l7&period=all",
    "one publisher, all time": "/one/publisher?value=p7&period=all",
    "one product, all time": "/one/product?value=cd7&period=all",
    "one contact, all time": "/one/contact?value=00007&period=all",
    "sales, all time": "/sales?period=all",
    "hits": "/hits",
    "payouts": "/payouts",
    "commissions": "/commissions",
    "segments": "/segments?where=total+%3E%3D+100",
}


def dashboard(*, limit: int | None, directory: Path | None) -> str:
    """Measure.

    :param limit: how many purchases from the file's beginning; None: all.
    :returns: a table; each time is the median of five, after a first one.
    :raises BenchmarkError: a page is not shown.
    """
    purchases = read_purchases(limit)
    with tempfile.TemporaryDirectory(dir=directory) as folder:
        config = Config(
            secret_keys=["a secret of the benchmarks, 32 bytes"],
            database=Path(folder) / "sales.db",
        )
        with closing(Tracker(config, clock=lambda: _NOW)) as tracker:
            say(f"importing {len(purchases):,} purchases")
            fill(tracker, purchases)
            application = make_dashboard_application(tracker, authorize=lambda _environ: True)
            return "\n".join(_measure(Client(application)))


def fill(tracker: Tracker, purchases: Sequence[Purchase]) -> None:
    """Record the purchases and their customers' clicks.

    :raises BenchmarkError: one was not recorded.
    """
    for imported in tracker.import_conversions(map(_row, purchases), signals=False):
        if imported.outcome != "recorded":
            raise BenchmarkError(f"{imported.reference}: {imported.outcome}, {imported.reason}")
    site = tracker.config.site
    with ThreadPoolExecutor(_THREADS) as threads:
        for _ in threads.map(lambda each: tracker.store.add_click(site, each), _clicks(purchases)):
            pass


def _row(purchase: Purchase) -> Mapping[str, object]:
    at = _at(purchase)
    product = f"cd{purchase.number % _PRODUCTS}"
    touch = _touch(purchase, at)
    return {
        "reference": str(purchase.number),
        "revenue": str(purchase.revenue),
        "quantity": purchase.quantity,
        "currency": CURRENCY,
        "occurred_at": at,
        "customer_ref": purchase.customer,
        "clicked_at": touch.at,
        "contact": touch.contact,
        "newsletter": touch.newsletter,
        "link": touch.link,
        "publisher": touch.publisher,
        "lines": [
            {
                "product_id": product,
                "name": f"Record {product}",
                "quantity": purchase.quantity,
                "unit_price": str(round(purchase.revenue / purchase.quantity, 2)),
            }
        ],
    }


def _touch(purchase: Purchase, at: datetime) -> Touch:
    newsletter = newsletter_of(purchase.customer)
    link = int(purchase.customer) % _LINKS
    referred = purchase.number % 4 == 0
    return Touch(
        at=at - _HOUR,
        contact=purchase.customer,
        newsletter=newsletter,
        link=None if newsletter is None else f"l{link}",
        publisher=f"p{int(purchase.customer) % _PUBLISHERS}" if referred else None,
    )


def _at(purchase: Purchase) -> datetime:
    # No two at the same moment, as no two are in a shop.
    return datetime.fromisoformat(f"{purchase.day}T00:00+00:00") + timedelta(
        seconds=3600 + purchase.number
    )


def _clicks(purchases: Iterable[Purchase]) -> Iterator[Click]:
    clicked: set[str] = set()
    for purchase in purchases:
        if purchase.customer not in clicked:
            clicked.add(purchase.customer)
            touch = _touch(purchase, _at(purchase))
            yield Click(
                id=new_id(_NOW),
                touch=touch,
                day=f"{touch.at:%Y-%m-%d}",
                visitor=int(purchase.customer),
                verdict="valid",
                destination="/",
            )


def _measure(browser: Client) -> Iterator[str]:
    width = max(map(len, PAGES))
    yield f"{'page':{width}}  {'first':>6}  {'median':>6}  {'goal':>6}  (milliseconds)"
    for title, address in PAGES.items():
        say(title)
        first, *times = (_time(browser, address) for _ in range(1 + _TIMES))
        goal = GOAL_OF_OVERVIEW if title.startswith("overview") else GOAL
        missed = "  MISSED" if median(times) > goal else ""
        yield f"{title:{width}}  {first:6.0f}  {median(times):6.0f}  {goal:6}{missed}"


def _time(browser: Client, address: str) -> float:
    started = time.perf_counter()
    answer = browser.get(address)
    taken = 1000 * (time.perf_counter() - started)
    if answer.status_code != 200:
        raise BenchmarkError(f"{address} answered {answer.status_code}")
    return taken
