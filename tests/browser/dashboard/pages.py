"""Which pages a browser opens, and how large it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from playwright.sync_api import ViewportSize

DESK: Final[ViewportSize] = {"width": 1280, "height": 900}
PHONE: Final[ViewportSize] = {"width": 390, "height": 844}
#: Every page, and a second look at those that have two.
PAGES: Final = {
    "overview": "/",
    "newsletters": "/reports/newsletter",
    "compared": "/reports/contact?compare=1",
    "crossed": "/reports/newsletter?across=month&period=all",
    "products": "/reports/product?sort=items",
    "days": "/reports/day?period=7d",
    "models": "/models/newsletter",
    "newsletter": "/one/newsletter?value=2026-11-07",
    "contact": "/one/contact?value=c12&period=all",
    "publisher": "/one/publisher?value=cold-feet&period=all",
    "sales": "/sales",
    "sale": "/sale?reference=1463&model=linear",
    "hits": "/hits",
    "payouts": "/payouts",
    "commissions": "/commissions?state=approved",
    "segments": "/segments?where=count+%3E%3D+4",
    "nothing": "/sales?reference=none",
}
