"""Draws the pictures of ``attribution.md`` into ``images/``: ``python -m docs.pictures``.

The amounts in them are what the models credit; a test fails where a file is not what this draws.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from docs.drawing import WIDTH, area, arrow, bar, box, mark, path, svg, text
from wsgi_salestrack import Touch
from wsgi_salestrack.crediting import MODELS, Step, Windows, credit_path
from wsgi_salestrack.money import decimal_of

FOLDER = Path(__file__).with_name("images")

_SALE = datetime(2026, 11, 22, 9, tzinfo=UTC)
#: The worked example: days before the sale, what was clicked, and its programme.
JOURNEY = (
    (21, "newsletter 2026-10", "newsletter"),
    (14, "publisher p7", "publisher"),
    (7, "newsletter 2026-11", "newsletter"),
)
NET = 10000  # cents


def pictures() -> dict[str, str]:
    """File name -> SVG."""
    return {
        "way.svg": _way(),
        "window.svg": _window(),
        "programmes.svg": _programmes(),
        "models.svg": _models(),
        "persons.svg": _persons(),
    }


def _way() -> str:
    steps = (
        ("newsletter", "1. In the mail", "a sealed link", "/r/Hq3..."),
        ("line", "2. The click", "the shop's own", "cookie is set"),
        ("line", "3. The page", "the link leads on", "to /p/socks"),
        ("line", "4. The checkout", "record() reads", "the cookie"),
        ("sale", "5. The report", "49.95 USD for", "2026-11"),
    )
    parts = []
    for number, (kind, *lines) in enumerate(steps):
        left = 16 + number * 140
        parts.append(box(left, 40, 126, 92, kind))
        parts.append(text(left + 63, 66, lines[0], weight="bold"))
        parts += [text(left + 63, 92 + 20 * row, line) for row, line in enumerate(lines[1:])]
        if number:
            parts.append(arrow(left - 14, 86, left - 1, 86))
    parts.append(path("M 218 132 C 218 182, 498 182, 498 134", "line", dashed=True))
    parts.append(path("M 493 142 L 498 133 L 503 142", "line"))
    parts.append(text(358, 190, "the cookie waits in the browser, for days or weeks"))
    return svg(
        "The way from a link to a credited sale",
        "A mail holds a sealed link. Its click sets the shop's own cookie and leads on to the "
        "page. The checkout reads the cookie, and the report credits the sale to the newsletter.",
        210,
        parts,
    )


def _window() -> str:
    parts = [area(_at(30), 44, _at(0) - _at(30), 80)]
    parts.append(text((_at(30) + _at(0)) / 2, 64, "the window: 30 days before the sale"))
    parts += _axis(104)
    for days, label, verdict, kind in (
        (38, "2026-09", "outside the window", "line"),
        (22, "2026-10", "outranked", "line"),
        (8, "2026-11", "credited", "newsletter"),
        (-5, "2026-12", "after the sale", "line"),
    ):
        parts.append(mark(_at(days), 104, "newsletter", kind))
        parts.append(text(_at(days), 88, label, kind="newsletter"))
        parts.append(text(_at(days), 146, verdict, kind="ink", weight="bold"))
    parts.append(_sale(104, 30, 30))
    return svg(
        "Which click is credited",
        "Four clicks and a sale on a line of time. The first click is 38 days before the sale and "
        "outside the window of 30 days. Of the two within it, the last one is credited. A click "
        "after the sale earns nothing.",
        170,
        parts,
    )


def _programmes() -> str:
    parts = []
    for top, name, kind in ((86, "newsletters", "newsletter"), (158, "publishers", "publisher")):
        parts.append(text(16, top + 5, name, kind=kind, anchor="start", weight="bold"))
        parts += _axis(top, start=130)
    for days, label, top, kind, credited in (
        (24, "2026-10", 86, "newsletter", False),
        (9, "2026-11", 86, "newsletter", True),
        (17, "p3", 158, "publisher", False),
        (5, "p7", 158, "publisher", True),
    ):
        parts.append(mark(_at(days), top, kind, kind if credited else "line"))
        verdict = f"{label}: credited" if credited else label
        parts.append(text(_at(days), top - 16, verdict, weight="bold" if credited else ""))
    parts.append(_sale(158, 30, 132))
    return svg(
        "Newsletters and publishers are credited side by side",
        "Two lines of time, one for newsletters and one for publishers, with one sale. The last "
        "newsletter's click, 2026-11, is credited, and the last publisher's, p7, as well, although "
        "it came later.",
        190,
        parts,
    )


def _models() -> str:
    parts = []
    for column, (_, label, kind) in enumerate(JOURNEY):
        left = 100 + column * 205
        parts.append(mark(left + 7, 30, kind, kind))
        parts.append(text(left + 20, 35, label, kind, anchor="start", weight="bold"))
    told = []
    for row, (model, amounts) in enumerate(model_amounts().items()):
        top = 52 + row * 36
        parts.append(text(84, top + 19, model, anchor="end", weight="bold"))
        for column, (amount, (_, label, kind)) in enumerate(zip(amounts, JOURNEY, strict=True)):
            left, width = 100 + column * 205, 130 * amount / NET
            written = str(decimal_of(amount, 2))
            if amount:
                parts.append(bar(left, top, width, kind))
                told.append(f"{model}: {written} to {label}")
            parts.append(text(round(left + width + 6), top + 19, written, anchor="start"))
    title = "What each model credits of a sale of 100.00 USD"
    return svg(title, "; ".join(told), 244, parts)


def model_amounts() -> dict[str, list[int]]:
    """What each model credits the three touches with, in cents."""
    steps = [
        Step(touch=Touch(at=_SALE - timedelta(days=days), **{kind: label.split()[1]}))
        for days, label, kind in JOURNEY
    ]
    windows = Windows(timedelta(days=30), timedelta(days=30))
    found: dict[str, list[int]] = {}
    for model in MODELS:
        credited = credit_path(
            steps, occurred_at=_SALE, net=NET, model=model, windows=windows, journey="both"
        )
        found[model] = [credit.minor for credit in credited]
    return found


def _persons() -> str:
    parts = []
    for left, title, detail, kind in (
        (16, "phone", "a browser", "line"),
        (204, "c81", "a contact", "newsletter"),
        (392, "laptop", "a browser", "line"),
        (580, "k7", "a customer", "sale"),
    ):
        parts.append(box(left, 46, 124, 62, kind))
        parts.append(text(left + 62, 72, title, weight="bold"))
        parts.append(text(left + 62, 94, detail))
    for left, lines in (
        (140, ("opened", "a mail")),
        (328, ("opened", "a mail")),
        (516, ("placed an", "order")),
    ):
        parts.append(path(f"M {left} 77 L {left + 64} 77", "line"))
        parts += [text(left + 32, 128 + 18 * row, line) for row, line in enumerate(lines)]
    parts.append(text(360, 32, "one person: all four are connected"))
    return svg(
        "Who is one person",
        "A phone's browser and a laptop's browser have both opened mails to the contact c81, "
        "and on the laptop the customer k7 has placed an order. All four are one person.",
        164,
        parts,
    )


def _at(days: float) -> float:
    """Where a moment is on the line of time."""
    return 590 - days * 12.5


def _axis(top: int, start: int = 40) -> Iterator[str]:
    yield arrow(start, top, WIDTH - 16, top)


def _sale(top: int, label: int, start: int) -> str:
    line = path(f"M {_at(0)} {label + 6} L {_at(0)} {top + 12}", "sale")
    return line + text(_at(0), label, "sale", "sale", weight="bold")


if __name__ == "__main__":
    for name, drawn in pictures().items():
        (FOLDER / name).write_text(drawn, "utf-8")
