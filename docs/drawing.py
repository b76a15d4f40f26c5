"""Pictures as SVG: words, lines and boxes on a card with a background of its own.

So they read well on light and on dark pages, whichever the page is.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

#: Of every picture, in its own units.
WIDTH = 720

#: Name -> colour on a light card, and on a dark one.
COLOURS: Mapping[str, tuple[str, str]] = {
    "card": ("#ffffff", "#161b22"),
    "panel": ("#f3f5f8", "#21262d"),
    "line": ("#57606a", "#9aa4b0"),
    "ink": ("#1f2328", "#e6edf3"),
    "newsletter": ("#0757b8", "#79b8ff"),
    "publisher": ("#9a4a00", "#ffb066"),
    "sale": ("#146c2e", "#7ee29a"),
}


def mark(x: float, y: float, programme: str, colour: str) -> str:
    """A click of a programme: round or square, so that its colour is not all that tells it."""
    if programme == "newsletter":
        return f'<circle class="fill-{colour}" cx="{x:g}" cy="{y:g}" r="7"/>'
    return f'<rect class="fill-{colour}" x="{x - 6:g}" y="{y - 6:g}" width="12" height="12"/>'


def box(x: float, y: float, width: float, height: float, kind: str) -> str:
    """A panel with a frame."""
    size = f'x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"'
    return f'<rect class="panel stroke-{kind}" {size} rx="8"/>'


def area(x: float, y: float, width: float, height: float) -> str:
    """A panel without one."""
    return f'<rect class="panel" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="8"/>'


def bar(x: float, y: float, width: float, kind: str) -> str:
    """An amount."""
    size = f'x="{x:g}" y="{y:g}" width="{width:.1f}" height="28"'
    return f'<rect class="fill-{kind}" {size} rx="4"/>'


def arrow(x1: float, y1: float, x2: float, y2: float) -> str:
    """From one point to another."""
    head = f"M {x2 - 7:g} {y2 - 5:g} L {x2:g} {y2:g} L {x2 - 7:g} {y2 + 5:g}"
    return path(f"M {x1:g} {y1:g} L {x2:g} {y2:g} {head}", "line")


def path(data: str, kind: str, *, dashed: bool = False) -> str:
    """A line."""
    dashes = ' stroke-dasharray="5 4"' if dashed else ""
    return f'<path class="path stroke-{kind}" d="{data}"{dashes}/>'


def text(
    x: float, y: float, text: str, kind: str = "ink", *, anchor: str = "middle", weight: str = ""
) -> str:
    """A word or more; by default centred."""
    bold = f' font-weight="{weight}"' if weight else ""
    place = f'x="{x:g}" y="{y:g}" text-anchor="{anchor}"'
    return f'<text class="fill-{kind}" {place}{bold}>{escape(text)}</text>'


def svg(title: str, description: str, height: int, parts: list[str]) -> str:
    """The whole picture.

    :param description: what it shows, for those who do not see it.
    """
    light, dark = (_rules(number) for number in (0, 1))
    size = f'viewBox="0 0 {WIDTH} {height}"'
    font = "text{font-family:system-ui,sans-serif;font-size:13px}.path{fill:none;stroke-width:1.5}"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title told">',
        f'<title id="title">{escape(title)}</title>',
        f'<desc id="told">{escape(description)}</desc>',
        f"<style>{font}{light}@media (prefers-color-scheme:dark){{{dark}}}</style>",
        f'<rect class="fill-card" width="{WIDTH}" height="{height}" rx="12"/>',
        *parts,
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _rules(number: int) -> str:
    rules = [f".panel{{fill:{COLOURS['panel'][number]}}}"]
    for name, colours in COLOURS.items():
        rules.append(f".fill-{name}{{fill:{colours[number]}}}")
        rules.append(f".stroke-{name}{{stroke:{colours[number]}}}")
    return "".join(rules)
