"""What the fields of a target's pixel may hold, and what they may not or only just may."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote_from_bytes

GOOD: dict[bytes, list[bytes]] = {
    b"st_revenue": [b"49.95", b"5", b"0", b"99999999.99", b"0.10", b"7.0000", b"007", b"1.5"],
    b"st_quantity": [b"1", b"2", b"999999999", b"007"],
    b"st_currency": [b"USD", b"EUR", b"JPY", b"BHD", b"CLF"],
    b"st_reference": [b"1234", b"0012", b"a b", b"a+b", b"a&b=c;d", b" 12 ", b"<script>", b"%31"],
}

HOSTILE: dict[bytes, list[bytes]] = {
    b"st_revenue": [
        *(b"", b"-1", b"+1", b"1e5", b"1_000", b"1,000.00", b"1,00", b" 5", b"5.", b".5", b"5\n"),
        *(b"NaN", b"Infinity", b"0x10", b"9" * 30, b"0" * 21, b"100000000", b"99999999.991"),
        *("٤٢".encode(), "５".encode(), "²".encode(), b"\xff", b"5\x00"),
    ],
    b"st_quantity": [
        *(b"", b"0", b"-1", b"+1", b"1.0", b"1 ", b" 1", b"1\n", b"1_0", b"1e1", b"1000000000"),
        *(b"0" * 9 + b"1", "²".encode(), "٣".encode(), "５".encode(), b"\xff", b"1\x00"),
    ],
    b"st_currency": [b"usd", b"XXX", b"XAU", b"", b"USDX", b"US", b"USD ", b"nan", b"\xff"],
    b"st_reference": [
        *(b"", b" ", b"\n", b"a" * 100, b"a" * 101, "é".encode() * 100, "é".encode() * 101),
        *(b"1\x002", b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", "\u202e\ufeff\U0001f9e6".encode()),
    ],
}

#: The ways that clients have to write a value, the usual one first.
ENCODINGS: list[Callable[[bytes], bytes]] = [
    lambda text: quote_from_bytes(text, safe="").encode(),
    lambda text: quote_from_bytes(text, safe="").replace("%20", "+").encode(),
    lambda text: b"".join(b"%%%02x" % byte for byte in text),
    lambda text: text,
    lambda text: quote_from_bytes(quote_from_bytes(text).encode()).encode(),
]
