"""Who sends the load: visitors with cookies from real clicks, and subscribers about to click."""

from __future__ import annotations

from itertools import product
from random import Random

from benchmarks.apps import BROWSER, PIXEL_PATH
from benchmarks.browser import Browser
from benchmarks.cdnow import NEWSLETTERS
from benchmarks.load import Request
from benchmarks.servers import Server
from wsgi_salestrack import Tracker

_VISITORS = 100
_SUBSCRIBERS = 2000


def buyers(server: Server, tracker: Tracker) -> list[Request]:
    """Give the pixel requests of visitors who have clicked on the server.

    :raises BenchmarkError: a click got no cookie.
    """
    browser = Browser(server)
    cookies = [browser.click(_link(tracker, number)) for number in range(_VISITORS)]
    browser.close()
    path = f"{PIXEL_PATH}{{reference}}"
    return [Request(path=path, cookie=cookie, user_agent=BROWSER) for cookie in cookies]


def subscribers(tracker: Tracker) -> list[Request]:
    """Give the clicks of 2,000 subscribers, each with a link and a user agent of their own."""
    return [
        Request(path=_link(tracker, number), cookie="", user_agent=user_agent)
        for number, user_agent in enumerate(user_agents(_SUBSCRIBERS))
    ]


def user_agents(count: int) -> list[str]:
    """Make distinct user agents as browsers send them; the same ones each time.

    :param count: how many.
    """
    agents = [
        f"Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) {browser}"
        for system, browser in product(_CHROME_SYSTEMS, _CHROMES)
    ]
    agents += [
        f"Mozilla/5.0 ({system}; rv:{version}.0) Gecko/20100101 Firefox/{version}.0"
        for system, version in product(_DESKTOPS, range(90, 146))
    ]
    agents += [
        f"Mozilla/5.0 ({device}; CPU {system} {major}_{minor} like Mac OS X) "
        f"AppleWebKit/605.1.15 (KHTML, like Gecko) Version/{major}.{minor} Mobile/15E148 "
        "Safari/604.1"
        for (device, system), major, minor in product(_APPLE_DEVICES, range(13, 19), range(8))
    ]
    return Random(2000).sample(agents, count)  # the same each time


def _link(tracker: Tracker, number: int) -> str:
    return tracker.click_url(
        "/p/socks",
        contact=f"c{number}",
        newsletter=NEWSLETTERS[number % len(NEWSLETTERS)],
        link="hero",
        list="main",
    )


_DESKTOPS = [
    "Windows NT 10.0; Win64; x64",
    "Windows NT 6.1; Win64; x64",
    "Macintosh; Intel Mac OS X 10.15",
    "X11; Linux x86_64",
    "X11; Ubuntu; Linux x86_64",
]
_PHONES = [
    ("10", "SM-A505F"),
    ("11", "M2101K6G"),
    ("12", "SM-G991B"),
    ("12", "CPH2211"),
    ("13", "Pixel 6a"),
    ("13", "SM-A536B"),
    ("14", "Pixel 8"),
    ("14", "SM-S921B"),
    ("15", "2312DRA50G"),
]
_CHROME_SYSTEMS = [
    *_DESKTOPS[:4],
    *(f"Linux; Android {release}; {model}" for release, model in _PHONES),
]
_CHROMES = [
    f"Chrome/{version}.0.{build}.{patch} Safari/537.36{rest}"
    for version, (build, patch), rest in product(
        range(108, 144), [(0, 0), (6478, 122)], ["", " Edg/120.0.2210.91", " OPR/95.0.0.0"]
    )
]
_APPLE_DEVICES = [("iPhone", "iPhone OS"), ("iPad", "OS")]
