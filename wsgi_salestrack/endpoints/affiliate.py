"""``GET`` and ``POST /ts/l/<link>/c/<code>``: the affiliate network's pixel and form."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from ..model import Conversion
from ..protocols import affiliate
from ..protocols.answer import Answer, pixel
from .hits import record_hit
from .parameters import query_and_form

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from ..tracker import Tracker

logger = logging.getLogger("salestrack")


def hit_affiliate(tracker: Tracker, environ: WSGIEnvironment, link: str, code: str) -> Answer:
    """To GET a pixel, with ``ST-Error`` where nothing was recorded; the form leads on in any case.

    A buyer whose sale was refused is not stranded: the reason is in the log and the signal.
    """

    def parse(text: str) -> Conversion:
        sale = affiliate.parse(link, code, text, tracker.config, tracker.now())
        if sale.override_ignored:
            logger.info(
                "commission overrides of an affiliate hit ignored: %s does not allow them",
                sale.conversion.target,
            )
        return sale.conversion

    error = record_hit(tracker, environ, "affiliate", parse, read=query_and_form, reference="id")
    cookie = tracker.visitors.forget_unconsented(environ)
    if environ["REQUEST_METHOD"] == "GET":
        return pixel(error, cookie)
    found = affiliate.find(code, tracker.config)
    return affiliate.thank(found.thank_you_url if found else "", cookie)
