"""A person whose names are in no other text, and a look for them in every byte of a folder."""

from __future__ import annotations

import subprocess
from pathlib import Path

from wsgi_salestrack import Line, Money, Order

CONTACT, CUSTOMER, SUBSCRIPTION = "canary@shop.example", "canary-k1", "canary-s1"


def order(customer_ref: str) -> Order:
    """A pair of socks."""
    price = Money("10", "USD")
    socks = Line(product_id="s1", name="Socks", categories=("warm",), quantity=1, unit_price=price)
    return Order(customer_ref=customer_ref, lines=(socks,))


def files_with(folder: Path, *needles: bytes) -> dict[str, int]:
    """How often any of these bytes is in each file that has one, however it is capitalised."""
    found = {}
    for file in sorted(folder.rglob("*")):
        content = bytes_of(file).lower() if file.is_file() else b""
        count = sum(content.count(needle.lower()) for needle in needles)
        if count:
            found[str(file.relative_to(folder))] = count
    return found


def bytes_of(file: Path) -> bytes:
    """What is in a file, read by another process.

    This one may have it open in SQLite, whose locks it would lose when it closes the file.
    """
    return subprocess.run(["cat", file], check=True, capture_output=True).stdout
