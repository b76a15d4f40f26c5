"""Makes the pictures of the dashboard in ``images/``: ``python -m docs.screenshots``.

The same each time, from an example shop that has sold for half a year. It needs the extras
``[charts]``, ``[docs]`` and ``[test]``, and Chromium.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.dashboard import sample
from tests.dashboard.conftest import ZONE, dashboard_of
from tests.support.clock import ManualClock
from tests.support.server import serving
from tests.support.shop import SECRET
from wsgi_salestrack import Config, Tracker

_FOLDER: Final = Path(__file__).parent / "images"
_DESK: Final = (1200, 900)
_PHONE: Final = (390, 844)
#: Names of pictures: page, size and colours.
_PICTURES: Final = {
    "overview": ("/", _DESK, "light"),
    "overview-dark": ("/", _DESK, "dark"),
    "overview-phone": ("/", _PHONE, "light"),
    "report": ("/reports/newsletter?period=90d&currency=USD", _DESK, "light"),
    "models": ("/models/newsletter?period=90d&currency=USD", _DESK, "light"),
    "newsletter": ("/one/newsletter?value=2026-10-24", _DESK, "light"),
    "contact": ("/one/contact?value=c12&period=all", _DESK, "light"),
    "publisher": ("/one/publisher?value=cold-feet&period=all", _DESK, "light"),
    "sales": ("/sales", _DESK, "light"),
    "sale": ("/sale?reference=1463&model=linear", _DESK, "light"),
    "hits": ("/hits", _DESK, "light"),
    "payouts": ("/payouts", _DESK, "light"),
    "commissions": ("/commissions", _DESK, "light"),
    "segments": ("/segments?where=count+%3E%3D+4+and+last_order+within+30+days", _DESK, "light"),
    "segments-phone": ("/segments?where=count+%3E%3D+4", _PHONE, "dark"),
}
#: A picture is cut off below so many pixels.
_HIGHEST: Final = 1500
_COLOURS: Final = 96


def main() -> int:
    """Make all of them.

    :returns: the exit code: 0; 1 where there is no Chromium.
    """
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.stderr.write("Chromium is missing: apt-get install chromium\n")
        return 1
    _FOLDER.mkdir(exist_ok=True)
    clock = ManualClock()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        config = Config(
            secret_keys=[SECRET],
            database=Path(folder) / "sales.db",
            targets=sample.TARGETS,
            timezone=ZONE,
        )
        tracker = Tracker(config, clock=clock)
        sample.fill(tracker, clock)
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        with serving(dashboard_of(tracker)) as port:
            for name in _PICTURES:
                _take(browser, f"http://127.0.0.1:{port}/sales", name)
        browser.close()
        tracker.close()
    return 0


def _take(browser: Browser, dashboard: str, name: str) -> None:
    address, (width, height), scheme = _PICTURES[name]
    page = browser.new_page(viewport={"width": width, "height": height})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # light or dark
    page.goto(f"{dashboard}{address}")
    tall = min(page.evaluate("document.documentElement.scrollHeight"), _HIGHEST)
    page.set_viewport_size({"width": width, "height": tall})
    taken = Image.open(BytesIO(page.screenshot()))
    page.close()
    # A hundred colours are all that one sees of it, in a quarter of the bytes.
    few = taken.convert("RGB").quantize(colors=_COLOURS, dither=Image.Dither.NONE)
    few.save(_FOLDER / f"dashboard-{name}.png", optimize=True)


if __name__ == "__main__":
    sys.exit(main())
