"""Who clicks: people, or machines that follow links for other reasons."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from crawlerdetect import CrawlerDetect

# A longer user agent costs up to 25 ms and says nothing more.
_ENOUGH: Final = 200

# What scans mails before people see them, and what crawlerdetect does not know of it.
_MAIL_SCANNERS: Final = re.compile(
    r"barracuda|mimecast|proofpoint|safelinks|safe links|microsoft office existence|"
    r"symantec|messagelabs|trendmicro|sophos|fireeye|cisco-ironport|googleimageproxy",
    re.IGNORECASE,
)

_detector: Final = CrawlerDetect()


def is_bot(user_agent: str) -> bool:
    """Whether a user agent names a crawler or a mail scanner, or nothing at all.

    :param user_agent: as sent; only its first 200 characters count.
    """
    return _is_bot(user_agent[:_ENOUGH])


@lru_cache(maxsize=4096)
def _is_bot(user_agent: str) -> bool:
    if not user_agent.strip() or _MAIL_SCANNERS.search(user_agent):
        return True
    return bool(_detector.is_crawler(user_agent))
