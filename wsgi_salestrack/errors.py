"""Everything that salestrack raises, below one root.

A host that must not fail because of tracking keeps :class:`SalesTrackError` from its customers, and
nothing else::

    with tracker.errors_logged():
        tracker.record(...)
"""


class SalesTrackError(Exception):
    """Root of all errors of this package."""


class BadValue(SalesTrackError, ValueError):
    """A value that the domain does not take, such as a negative amount.

    :param field: the name of the argument, as the caller wrote it.
    :param problem: what is wrong with it and what would be right.
    """

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field} {problem}")
        self.field = field
        self.problem = problem


class ConfigError(BadValue):
    """A configuration key (``field``) is unknown, missing or has a wrong value."""


class BadToken(SalesTrackError):
    """A token that is truncated, changed, of another purpose or site, or under no listed key."""


class BadHit(SalesTrackError):
    """A request to one of our endpoints that can't be recorded.

    :param reason: a fixed ASCII phrase that names the field and never repeats what was sent, for
        it goes into a response header.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unattributed(BadHit):
    """A conversion credited to nobody, from a source that keeps only credited ones."""


class UnknownReference(SalesTrackError):
    """No conversion has this reference in this scope."""


class ReceiverError(SalesTrackError):
    """In signals-only mode, where receivers are the storage: at least one of them raised."""


class StoreError(SalesTrackError):
    """The store could not read or write; nothing was acknowledged."""


class SchemaError(StoreError):
    """The store's tables are of another version than this code."""


class NotErased(StoreError):
    """Rows were changed, but a file may still hold old bytes of them; says which, and why."""
