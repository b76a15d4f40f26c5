"""The shop's own orders beside what is stored."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, Final

import click

from ..days import day_of, last_day_before
from ..importing import RECONCILE_COLUMNS, Imported, Row, query_rows, read_rows
from ..money import Money
from ..reconciling import Difference, Reconciliation
from ..reports import Column, render_rows
from .command import Command, Host, Moment, echo_rows, format_option, pass_host
from .importing import ignore_option, progress_through

_COLUMNS: Final = (
    *(Column("kind"), Column("reference"), Column("line", numeric=True), Column("currency")),
    *(Column("shop", numeric=True), Column("here", numeric=True)),
    *(Column("remedy"), Column("mended"), Column("note")),
)
_TOTALS: Final = (
    *(Column("side"), Column("currency")),
    *(Column(name, numeric=True) for name in ("orders", "revenue", "refunded", "net")),
)


@click.command(cls=Command)
@click.argument("file", type=click.File("rb"), required=False)
@click.option("--query", help="In place of FILE: a SELECT with such columns.")
@click.option(
    "--database",
    envvar="SALESTRACK_ORDERS_DATABASE",
    help="Where to ask: a SQLAlchemy URL, or a SQLite file; or the variable "
    "SALESTRACK_ORDERS_DATABASE, which no other user sees.",
)
@click.option("--since", type=Moment(), help="The first day; by default that of the first order.")
@click.option("--until", type=Moment(), help="The last day; by default that of the last order.")
@click.option("--apply", is_flag=True, help="Mend what can be mended.")
@click.option("--cancel-extra", is_flag=True, help="Then cancel what the shop does not have.")
@click.option("--name", help="Of the adjustments made; by default reconcile: and today's date.")
@ignore_option
@format_option
@pass_host
def reconcile(
    host: Host,
    /,
    *,
    file: BinaryIO | None,
    query: str | None,
    database: str | None,
    form: str,
    ignored: tuple[str, ...],
    **how: Any,
) -> None:
    """Compare the shop's orders in FILE with what is recorded in the scope "order".

    FILE is as for import, without a column scope, and may have two more columns: status (paid or
    cancelled), and refunded (how much of the revenue was taken back). Its revenue is what was sold.
    All of the shop's orders of the period should be in it, and better a day more on each side than
    the period has.

    \b
    Listed, by what is left of each sale, are
      missing       the shop has it, and it is not here
      extra         it is here, and the shop does not have it
      amount        its amounts differ
      refund        more of it was taken back on one side
      cancellation  it is cancelled on one side

    \b
    --apply mends them:
      missing       it is recorded, with the source import
      amount        lower in the shop: a refund; higher: recorded anew, if what is here came from
                    a source that is less trusted (a pixel); otherwise it stays in the list
      refund        missed here: a refund
      cancellation  missed here: it is cancelled
      extra         stays in the list; with --cancel-extra it is cancelled, unless it is later
                    than the last order and --until does not say that the orders go on; and
                    reinstated, where the shop has it after all
    What was taken back or cancelled here, and not in the shop, is for people to look at. Once
    mended it is found no more, so all this may be run again.

    Exit code 0 if nothing differs, or all was mended; 1 if something does, or a row can't be read.

    \b
    Examples:
      flask salestrack reconcile orders.csv
      flask salestrack reconcile orders.csv --since 2026-11-01 --until 2026-11-30 --apply
      flask salestrack reconcile --database shop.db --query "SELECT number AS reference,
        total AS revenue, currency, created AS occurred_at FROM orders"
    """
    if how["cancel_extra"] and not how["apply"]:
        raise click.UsageError("--cancel-extra goes with --apply")
    with _orders(file, query, database, ignored) as orders:
        found = host.tracker.reconcile(orders, **how)
    rows = [_difference_cells(each) for each in found.differences]
    rows += [_rejected_cells(each) for each in found.rejected]
    echo_rows(_COLUMNS, rows, form, empty="nothing differs")
    aside = form != "table"
    click.echo("", err=aside)
    click.echo(_totals(found), nl=False, err=aside)
    click.echo("", err=aside)
    click.echo(_summary(found, host), err=aside)
    if found.remaining or found.rejected:
        click.get_current_context().exit(1)


@contextmanager
def _orders(
    file: BinaryIO | None, query: str | None, database: str | None, ignored: tuple[str, ...]
) -> Iterator[Iterator[Row]]:
    if (file is None) == (query is None):
        raise click.UsageError("give FILE, or --query")
    if file is not None:
        with progress_through(file, "comparing") as on_bytes:
            yield read_rows(file, columns=RECONCILE_COLUMNS, ignored=ignored, on_bytes=on_bytes)
    elif query is not None and database is not None:
        yield query_rows(database, query, ignored=ignored)
    else:
        raise click.UsageError("--query goes with --database")


def _difference_cells(difference: Difference) -> tuple[Any, ...]:
    return (
        difference.kind,
        difference.reference,
        difference.line,
        _currency(difference.shop, difference.here),
        None if difference.shop is None else difference.shop.amount,
        None if difference.here is None else difference.here.amount,
        difference.remedy,
        "yes" if difference.mended else "no",
        difference.note,
    )


def _rejected_cells(imported: Imported) -> tuple[Any, ...]:
    values = (imported.reference, imported.line, None, None, None, "none", "no", imported.reason)
    return ("rejected", *values)


def _currency(shop: Money | None, here: Money | None) -> str | None:
    names = [money.currency for money in (shop, here) if money is not None]
    return "/".join(dict.fromkeys(names)) or None


def _totals(found: Reconciliation) -> str:
    rows = [
        (each.side, each.currency, each.count, each.revenue, each.refunded, each.net)
        for each in found.totals
    ]
    return render_rows(_TOTALS, rows, "table", empty="no orders")


def _summary(found: Reconciliation, host: Host) -> str:
    parts = [f"{found.compared:,} orders compared"]
    if found.since is not None and found.until is not None:
        zone = host.tracker.config.timezone
        parts[0] += f" from {day_of(found.since, zone)} to {last_day_before(found.until, zone)}"
    else:
        parts.append("none says when it was, so nothing here can be extra: give --since, --until")
    parts.append(f"{len(found.differences):,} differ")
    if len(found.remaining) < len(found.differences):
        parts.append(f"{len(found.differences) - len(found.remaining):,} of them mended")
    if found.rejected:
        parts.append(f"{len(found.rejected):,} rejected")
    return "; ".join(parts)
