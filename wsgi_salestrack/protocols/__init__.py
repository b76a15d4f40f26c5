"""The dialects: each module turns raw requests into values and outcomes into answers."""

#: Bytes of a query string that any of them looks at.
LONGEST_QUERY = 64 * 1024
