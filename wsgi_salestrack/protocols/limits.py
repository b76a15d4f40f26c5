"""How much of a request is looked at, whatever its dialect."""

from __future__ import annotations

from typing import Final

#: Bytes of a query string.
LONGEST_QUERY: Final = 64 * 1024

#: Parameters in a query string; each costs more to decode than its bytes say.
MOST_PARAMETERS: Final = 500
