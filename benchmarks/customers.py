"""The customers of a replay, who click and buy through several browsers at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

from benchmarks.browser import Browser
from benchmarks.cdnow import CURRENCY, Purchase, newsletter_of
from benchmarks.errors import BenchmarkError
from benchmarks.progress import Progress, say
from benchmarks.servers import Server
from wsgi_salestrack import Tracker

#: As many as the server has threads: more would only queue.
BROWSERS = 8


class Customers:
    """Everyone who bought.

    :param server: where they click and buy.
    :param tracker: makes their newsletters' links.
    :param purchases: what they buy, in order.
    """

    def __init__(self, server: Server, tracker: Tracker, purchases: Sequence[Purchase]) -> None:
        self._server = server
        self._tracker = tracker
        self._cookies: dict[str, str | None] = {}
        self._given_up = threading.Event()
        self._queues: list[list[Purchase]] = [[] for _ in range(BROWSERS)]
        for purchase in purchases:
            self._queues[int(purchase.customer) % BROWSERS].append(purchase)

    @property
    def clicks(self) -> int:
        """How many have clicked; those who have buy with their cookie ever after."""
        return sum(cookie is not None for cookie in self._cookies.values())

    def buy(self, title: str) -> float:
        """Send every purchase, each customer's in order, after their click if that is to come.

        :param title: for the lines that tell how far it is.
        :returns: the seconds it took.
        :raises BenchmarkError: a hit was not acknowledged.
        """
        count = sum(map(len, self._queues))
        progress = Progress(title, count)
        started = time.monotonic()
        with ThreadPoolExecutor(BROWSERS) as pool:
            jobs = [pool.submit(self._browse, queue, progress) for queue in self._queues]
            try:
                refused = [refusal for job in jobs for refusal in job.result()]
            except BaseException:
                self._given_up.set()  # the pool waits for its threads, and they have far to go
                raise
        seconds = time.monotonic() - started
        if refused:
            raise BenchmarkError(
                f"{title}: {len(refused):,} hits were not acknowledged, the first: {refused[0]}"
            )
        say(f"{title}: {count:,} hits acknowledged in {seconds:.1f} s")
        return seconds

    def _browse(self, purchases: Sequence[Purchase], progress: Progress) -> list[str]:
        refused = []
        with closing(Browser(self._server)) as browser:
            for purchase in purchases:
                if self._given_up.is_set():
                    break
                customer = purchase.customer
                if customer not in self._cookies:
                    self._cookies[customer] = self._click(browser, customer)
                error = browser.pixel(_pixel_path(purchase), cookie=self._cookies[customer])
                if error is not None:
                    refused.append(f"purchase {purchase.number}: {error}")
                progress.advance()
        return refused

    def _click(self, browser: Browser, customer: str) -> str | None:
        newsletter = newsletter_of(customer)
        if newsletter is None:
            return None
        path = self._tracker.click_url(
            "/cds", contact=customer, newsletter=newsletter, link="cover", list="customers"
        )
        return browser.click(path)


def _pixel_path(purchase: Purchase) -> str:
    return (
        f"/salestrack/target/1/?st_revenue={purchase.revenue}&st_quantity={purchase.quantity}"
        f"&st_currency={CURRENCY}&st_reference={purchase.number}"
    )
