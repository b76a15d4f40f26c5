from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from wsgi_salestrack.bots import is_bot

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36"
)

PEOPLE = {
    "chrome": CHROME,
    "edge": f"{CHROME} Edg/142.0.0.0",
    "firefox": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
    "safari": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1",
    "samsung": "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
    "SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36",
    "facebook-app": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/534.0.0.45.106]",
}

MACHINES = {
    "nothing": "",
    "spaces": "   ",
    "google": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "bing": "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; "
    "+http://www.bing.com/bingbot.htm) Chrome/116.0.1938.76 Safari/537.36",
    "curl": "curl/8.14.1",
    "python": "python-requests/2.32.5",
    "monitoring": "Mozilla/5.0 (compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",
    "preview": "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "barracuda": "Mozilla/5.0 (compatible; Barracuda Sentinel (EE))",
    "mimecast": f"{CHROME} Mimecast-Protect",
    "proofpoint": "Mozilla/5.0 (compatible; Proofpoint URL Defense)",
    "safelinks": f"{CHROME} SafeLinks",
    "microsoft": "Microsoft Office Existence Discovery",
    "gmail": "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 "
    "(via ggpht.com GoogleImageProxy)",
}


@pytest.mark.parametrize("user_agent", PEOPLE.values(), ids=PEOPLE.keys())
def test_people_click(user_agent: str) -> None:
    """A sale that followed must not be lost to an over-eager list."""
    assert not is_bot(user_agent)


@pytest.mark.parametrize("user_agent", MACHINES.values(), ids=MACHINES.keys())
def test_machines_follow_links(user_agent: str) -> None:
    """Crawlers, mail scanners, and who does not say what it is; however it is spelt."""
    assert is_bot(user_agent)
    assert is_bot(user_agent.upper())


def test_only_the_first_200_characters_count() -> None:
    """A longer one costs more to look at and says nothing more."""
    long_browser = CHROME.ljust(200, ".")

    assert not is_bot(f"{long_browser} Googlebot/2.1 Mimecast")
    assert is_bot(f"{long_browser[:-10]} Googlebot/2.1")
    assert is_bot(" " * 200 + CHROME)


def test_the_answer_does_not_depend_on_who_asks_at_the_same_time() -> None:
    """Threads share what was found out before."""
    asked = [*PEOPLE.values(), *MACHINES.values()] * 20
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(is_bot, asked))

    assert answers == ([False] * len(PEOPLE) + [True] * len(MACHINES)) * 20
