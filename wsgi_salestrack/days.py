"""Days in the shop's time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo


def day_of(moment: datetime, timezone: tzinfo) -> str:
    """The day on which something occurred, ``YYYY-MM-DD``."""
    return moment.astimezone(timezone).date().isoformat()


def first_moment(since: date | datetime, timezone: tzinfo) -> datetime:
    """Where a period begins: a day's first moment, or the moment itself.

    :param timezone: in which a day begins and a naive datetime is meant.
    """
    if not isinstance(since, datetime):
        since = datetime.combine(since, time())
    return since.replace(tzinfo=timezone) if since.tzinfo is None else since


def moment_after(until: date | datetime, timezone: tzinfo) -> datetime:
    """Where a period ends: the first moment of the day after its last day, or the moment itself."""
    if not isinstance(until, datetime):
        if until == date.max:
            return datetime.max.replace(tzinfo=UTC)
        until += timedelta(days=1)
    return first_moment(until, timezone)
