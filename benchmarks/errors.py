"""What stops a benchmark."""


class BenchmarkError(Exception):
    """A benchmark cannot run, or its result is wrong; the text is for the reader of a terminal."""
