"""The SQL of the totals that SQLite keeps: how rows are added to them, and how they are read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from .totals_parts import CLICKS, CLOSED, DAY, DAY_AND_CLOSED, SALES, Kept, Period
from .totals_schema import merged

_TIMES: Final = ("first_at", "last_at")


class KeptStatements:
    """All statements of the totals of one kind of row."""

    def __init__(self, kept: Kept) -> None:
        self.kept: Final = kept
        rows, totals, loose = kept.rows, kept.totals, kept.loose
        mark = f"(SELECT {rows} FROM totalled)"
        self._is_in: Final = f"counted.id <= {mark} AND counted.id NOT IN (SELECT id FROM {loose})"
        #: Where the mark is, where it goes, if there are rows after it, and the last closed day.
        self.select_mark: Final = (
            f"SELECT {rows}, (SELECT MAX(id) FROM (SELECT id FROM {rows} WHERE id > {mark} "
            f"ORDER BY id LIMIT :most)), {rows}_closed FROM totalled"
        )
        #: Up to which day they are closed when a row comes.
        self.select_closing: Final = (
            f"SELECT DATE({kept.came_at} / 1000000, 'unixepoch', '-2 days') FROM {rows} "
            "WHERE id = :next"
        )
        #: Found one by one: to look at all rows for them would take long.
        self.select_sites: Final = (
            f"WITH RECURSIVE sites (site) AS (SELECT MIN(site) FROM {totals} UNION ALL "
            f"SELECT (SELECT MIN(site) FROM {totals} WHERE site > sites.site) FROM sites "
            "WHERE site IS NOT NULL) SELECT site FROM sites WHERE site IS NOT NULL"
        )
        group = ", ".join(("value", *kept.money))
        self.close: Final = (
            f"INSERT INTO {totals} ({', '.join((*kept.key, *kept.sums, *_TIMES))}) "
            f"SELECT site, dimension, '', {group}, {_sums(kept)}, MIN(first_at), MAX(last_at) "
            f"FROM {totals} WHERE site = :site AND dimension = :dimension AND period > :closed "
            f"AND period <= :closing GROUP BY {group} {merged(kept)}"
        )
        self.move_closed: Final = f"UPDATE totalled SET {rows}_closed = :closing"
        new = "counted.id > :mark AND counted.id <= :next"
        is_loose = f"counted.id IN (SELECT id FROM {loose})"
        self.add: Final = (*self._add(DAY, new), *self._add(DAY, is_loose))
        #: What of the same is of closed days; mostly there is nothing.
        self.add_closed: Final = (*self._add(CLOSED, new), *self._add(CLOSED, is_loose))
        self.select_of_closed: Final = (
            f"SELECT EXISTS (SELECT 1 FROM {rows} counted WHERE {new} AND day <= :closed) "
            f"OR EXISTS (SELECT 1 FROM {loose})"
        )
        self.delete_loose: Final = f"DELETE FROM {loose}"
        self.move_mark: Final = f"UPDATE totalled SET {rows} = :next"
        #: The days on which anything counts, with the first and the last moment of each.
        self.select_days: Final = (
            "SELECT day, MIN(first_at), MAX(last_at) FROM ("
            + " UNION ALL ".join(
                "SELECT day, MIN(first_at) AS first_at, MAX(last_at) AS last_at "
                f"FROM {source} GROUP BY day"
                for source in self._sources("all", days=True)
            )
            + ") GROUP BY day ORDER BY day"
        )
        #: For all sites, to begin anew.
        self.empty: Final = (
            f"DELETE FROM {totals}",
            f"DELETE FROM {loose}",
            f"UPDATE totalled SET {rows} = 0, {rows}_closed = ''",
        )
        #: While all of a site is deleted, nothing is taken out of its totals row by row.
        self.before_forgetting: Final = (f"UPDATE totalled SET {rows} = -{rows}",)
        self.after_forgetting: Final = (
            f"DELETE FROM {totals} WHERE site = :site",
            f"DELETE FROM {loose} WHERE site = :site",
            f"UPDATE totalled SET {rows} = -{rows}",
        )

    def _add(self, period: Period, which: str) -> Iterator[str]:
        kept = self.kept
        columns = ", ".join((*kept.key, *kept.sums, *_TIMES))
        # What differs most comes first, since they are sorted by it.
        group = ", ".join(("value", *kept.money, "period", "site"))
        for part in kept.parts:
            yield (
                f"INSERT INTO {kept.totals} ({columns}) SELECT {', '.join(kept.key)}, "
                f"{_sums(kept)}, MIN(first_at), MAX(last_at) "
                f"FROM ({part.select(kept, period, which)}) WHERE TRUE "
                f"GROUP BY {group} {merged(kept)}"
            )

    def select(
        self, dimension: str, values: Sequence[str], conditions: Sequence[str], *, days: bool
    ) -> str:
        """The query for sums: by the values, currency and exponent, if there are any.

        The same ones may come several times, from what is in the totals and what is not: SQLite
        would sort them all to put these few together, which takes longer than all the rest. Its
        parameters are ``site``, with ``days`` the ``first`` and the ``last``, and those of the
        conditions.

        :param dimension: one that totals are kept of.
        :param values: what they are grouped by, of ``day`` and ``value``.
        :param conditions: on the same and ``currency``.
        :param days: whether days are told apart; otherwise it is all of them.
        """
        kept = self.kept
        key = (*values, *kept.money)
        columns = "".join(f"NULLIF({name}, ''), " for name in values)
        if kept.money:
            columns += "NULLIF(currency, ''), CASE WHEN currency <> '' THEN exponent END, "
        where = " AND ".join(("TRUE", *conditions))
        grouped = f" GROUP BY {', '.join(key)}" if key else ""
        parts = [
            f"SELECT {columns}{_sums(kept)} FROM {source} kept WHERE {where}{grouped}"
            for source in self._sources(dimension, days=days)
        ]
        if not days:
            # Of these there is one for each value already.
            closed = self._source(self._totals(dimension, "period = ''"))
            sums = ", ".join(kept.sums)
            parts.insert(0, f"SELECT {columns}{sums} FROM {closed} kept WHERE {where}")
        return " UNION ALL ".join(parts)

    def select_wrong(self, dimension: str) -> str:
        """The query for sums of a dimension that are not what its rows add up to: day, value.

        A sum that is too large to be kept is right.
        """
        kept = self.kept
        group = ", ".join(("period", "value", *kept.money))
        rows = " UNION ALL ".join(
            part.select(kept, DAY_AND_CLOSED, f"counted.site = :site AND {self._is_in}")
            for part in kept.parts_of(dimension)
        )
        known = "MAX(CASE WHEN is_kept THEN {0} IS NOT NULL END) = 1"
        wrong = [
            f"{known.format(name)} AND (COUNT({name}) < 2 OR SUM({name}) <> 0)"
            for name in kept.sums
        ]
        first, last = (
            "CASE WHEN is_kept = {0} THEN first_at END",
            "CASE WHEN is_kept = {0} THEN last_at END",
        )
        wrong += [
            f"MAX({first.format(1)}) > MAX({first.format(0)})",
            f"MAX({last.format(1)}) < MAX({last.format(0)})",
        ]
        return (
            "SELECT period, value FROM ("
            f"SELECT {group}, {', '.join((*kept.sums, *_TIMES))}, 1 AS is_kept FROM {kept.totals} "
            f"WHERE site = :site AND dimension = '{dimension}' UNION ALL "
            f"SELECT {group}, {_sums(kept, '-')}, MIN(first_at), MAX(last_at), 0 "
            f"FROM ({rows}) GROUP BY {group}"
            f") GROUP BY {group} HAVING COUNT(*) <> 2 OR {' OR '.join(wrong)} "
            "ORDER BY period, value"
        )

    def _sources(self, dimension: str, *, days: bool) -> list[str]:
        """What the totals have of days, open ones if not of some, and the rows they have not."""
        kept = self.kept
        totals = "period BETWEEN :first AND :last"
        if not days:
            totals = f"period > (SELECT {kept.rows}_closed FROM totalled)"
        # Of rows each day is read, closed or not.
        period = "counted.day BETWEEN :first AND :last" if days else "TRUE"
        which = f"counted.site = :site AND {period}"
        mark = f"(SELECT {kept.rows} FROM totalled)"
        loose = f"(SELECT id FROM {kept.loose} WHERE site = :site)"
        parts = [
            f"({part.select(kept, DAY, f'{which} AND {new}')})"
            for part in kept.parts_of(dimension)
            for new in (f"counted.id > {mark}", f"counted.id IN {loose}")
        ]
        return [self._source(found) for found in (self._totals(dimension, totals), *parts)]

    def _totals(self, dimension: str, condition: str) -> str:
        return (
            f"{self.kept.totals} WHERE site = :site AND dimension = '{dimension}' AND {condition}"
        )

    def _source(self, found: str) -> str:
        """Totals, or rows that look like them."""
        kept = self.kept
        columns = ", ".join(("period AS day", "value", *kept.money, *kept.sums, *_TIMES))
        return f"(SELECT {columns} FROM {found})"


class TotalsStatements:
    """All statements of the totals."""

    def __init__(self) -> None:
        self.sales: Final = KeptStatements(SALES)
        self.clicks: Final = KeptStatements(CLICKS)
        kinds = (self.sales, self.clicks)
        self.before_forgetting: Final = tuple(
            statement for kind in kinds for statement in kind.before_forgetting
        )
        self.after_forgetting: Final = tuple(
            statement for kind in kinds for statement in kind.after_forgetting
        )


def _sums(kept: Kept, sign: str = "") -> str:
    """The sums; one is none where a part of it is."""
    return ", ".join(
        f"CASE WHEN COUNT(*) = COUNT({name}) THEN {sign}COALESCE(SUM({name}), 0) END AS {name}"
        for name in kept.sums
    )
