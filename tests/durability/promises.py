"""What holds for a shop whatever fails inside tracking, asked of a server or of the middleware."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

from tests.durability.host import DESTINATION, LANDING_PAGE, PAGES, PIXEL, click_target, shop
from tests.durability.sales import references
from tests.durability.wire import Answer, Ask, Request, through_wsgi
from wsgi_salestrack.stores.sqlite import TIMEOUT

#: How long a request may take while the store does not answer, seconds.
LONGEST_WAIT = TIMEOUT + 3

#: How many hits there are at the same time.
HITS = 8

_GIF = b"GIF89a\x01\x00\x01\x00"
_PATIENCE = 20.0  # seconds
_numbers = count()


def buy(ask: Ask) -> tuple[str, Answer]:
    """A hit of the pixel with a reference that nobody else has; the reference and the answer."""
    reference = f"order-{next(_numbers)}"
    answer = ask(Request(target=PIXEL + reference))
    assert_pixel(answer)
    return reference, answer


def assert_acknowledged(ask: Ask, database: Path) -> None:
    """A hit is answered as recorded, and it is: in the file that has the name now."""
    reference, answer = buy(ask)
    assert answer.header("ST-Error") is None
    assert references(database)[reference] == 1


def assert_refused(ask: Ask) -> str:
    """A hit is not acknowledged, and says so; the reference that was not."""
    reference, answer = buy(ask)
    assert answer.header("ST-Error") is not None
    return reference


def await_recovery(ask: Ask, database: Path) -> None:
    """Hits are recorded again, soon and without a restart."""
    deadline = time.monotonic() + _PATIENCE
    while buy(ask)[1].header("ST-Error") is not None:
        assert time.monotonic() < deadline, "nothing is recorded any more"
        time.sleep(0.02)
    assert_acknowledged(ask, database)


def assert_pixel(answer: Answer) -> None:
    """A pixel is a pixel, whatever it has to say besides."""
    assert answer.status == "200 OK"
    assert answer.header("Content-Type") == "image/gif"
    assert answer.body.startswith(_GIF)
    assert len(answer.body) == 42


def assert_unharmed(ask: Ask, alone: Ask) -> None:
    """Every page is what it is without us, and links lead on with their cookie, in time.

    :param alone: asks the bare shop, in the same way.
    """
    begun = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        click = pool.submit(ask, Request(target=click_target()))
        landing = pool.submit(ask, Request(target=click_target(landing=True)))
        pages = list(pool.map(ask, PAGES))
    assert pages == [alone(page) for page in PAGES]

    followed, landed = click.result(), landing.result()
    assert (followed.status, followed.header("Location")) == ("302 Found", DESTINATION)
    assert _sets_our_cookie(followed)
    assert landed.without("Set-Cookie") == alone(LANDING_PAGE)
    assert _sets_our_cookie(landed)
    assert time.monotonic() - begun < LONGEST_WAIT


def assert_only_tracking_fails(ask: Ask, alone: Ask) -> list[str]:
    """The shop is unharmed, and hits at the same time are told that they were not recorded.

    :returns: their references.
    """
    begun = time.monotonic()
    with ThreadPoolExecutor(HITS) as pool:
        refused = [pool.submit(assert_refused, ask) for _ in range(HITS)]
        assert_unharmed(ask, alone)
    references = [hit.result() for hit in refused]
    assert time.monotonic() - begun < LONGEST_WAIT
    return references


#: Asks the bare shop in this process.
bare_shop = through_wsgi(shop)


def _sets_our_cookie(answer: Answer) -> bool:
    return (answer.header("Set-Cookie") or "").startswith("salestrack=")
