"""The page that shows an order's snippets, as somebody reads it who copies from it."""

from __future__ import annotations

import re
import subprocess
import sys
from html import unescape
from pathlib import Path

from tests.example_app.html_page import HtmlPage

_PART = re.compile(
    r'<section class="panel" id="([a-z]+)".*?<pre><code>(.*?)</code></pre>', re.DOTALL
)


def snippets_of(page: str) -> dict[str, str]:
    """The text of each snippet, by the id of its part of the page."""
    return {id: unescape(source) for id, source in _PART.findall(page)}


def image_of(snippet: str) -> str:
    """Where the one image of a snippet comes from."""
    (image,) = HtmlPage(snippet).images
    return image


def typed(program: str, folder: Path) -> str:
    """What a program prints that was pasted into a terminal in the shop's folder."""
    command = [sys.executable, "-c"] if program.startswith("from ") else ["sh", "-c"]
    done = subprocess.run(
        [*command, program], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
