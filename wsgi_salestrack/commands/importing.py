"""Past conversions, from a file."""

from __future__ import annotations

import os
import stat
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, Final, get_args

import click

from ..errors import SalesTrackError
from ..importing import Imported, read_rows
from ..importing.results import ImportOutcome
from ..model import Outcome
from ..reports import Column
from .command import Command, Host, echo_rows, format_option, pass_host

_COLUMNS: Final = (
    Column("line", numeric=True),
    *(Column(name) for name in ("reference", "outcome", "reason")),
)
_OUTCOMES: Final[tuple[ImportOutcome, ...]] = (*get_args(Outcome), "rejected")

#: Which columns are not to be read.
ignore_option = click.option(
    "--ignore", "ignored", multiple=True, metavar="COLUMN", help="Leave this one unread."
)


@contextmanager
def progress_through(file: BinaryIO, label: str) -> Iterator[Callable[[int], object]]:
    """A progress bar on a terminal's stderr, which is to be told of the bytes that were read."""
    size = _size(file)
    with click.progressbar(
        length=size or 1,
        label=label,
        file=sys.stderr,
        hidden=not (size and sys.stderr.isatty()),
        update_min_steps=max(1, size // 200),
    ) as bar:
        yield bar.update


@click.command(name="import", cls=Command)
@click.argument("file", type=click.File("rb"))
@click.option("--dry-run", is_flag=True, help="Record nothing; say what would become of each.")
@click.option("--all", "all_", is_flag=True, help="Print also what was plainly recorded.")
@click.option("--signals/--no-signals", default=True, help="Send conversion_recorded (default).")
@ignore_option
@format_option
@pass_host
def import_(
    host: Host, /, file: BinaryIO, form: str, ignored: tuple[str, ...], *, all_: bool, **how: Any
) -> None:
    """Record past conversions from FILE: CSV with a heading, or JSON lines; "-" is stdin.

    The same file may be imported again: what is there already stays as it is. What is wrong is
    printed with its line and the column, and stops nothing else. Exit code 1 if anything was
    rejected.

    Receivers of conversion_recorded are called as for any other conversion, unless --no-signals.

    \b
    Columns, of which only reference is needed:
      reference      the order's number, exactly as it stands
      revenue        or amount: 49.95; without it, the sum of the products, or none
      currency       by default the configured one
      quantity       of items, or of the product in this row
      occurred_at    ISO 8601; without an offset, in the shop's time zone; by default now.
                     Of a day without a time it is the last moment
      scope          by default order
      customer_ref   the shop's number of the customer
      point_of_sale  webshop, a till, ...
      target         where it was seen
      contact, newsletter, link, list, subscription, publisher
                     whom to credit; clicked_at: when they clicked (without: no window)
      product_id, name, category, unit_price
                     a product. Rows that follow each other with the same reference and a
                     product each are one order; what else they say has to be the same
      lines          in JSON lines, in place of those: a list of objects with product_id,
                     name, category or categories, quantity and unit_price

    \b
    CSV is UTF-8, with commas, semicolons or tabs. A column that is none of these has to be
    left out by --ignore. Nobody earns a commission on what is imported.

    \b
    Examples:
      flask salestrack import orders.csv --dry-run
      flask salestrack import orders.csv --ignore shipping --format csv > problems.csv
      flask salestrack import orders.jsonl --no-signals
    """
    counts = Counter[str]()
    shown: list[Imported] = []
    try:
        with progress_through(file, "importing") as on_bytes:
            rows = read_rows(file, ignored=ignored, on_bytes=on_bytes)
            for imported in host.tracker.import_conversions(rows, **how):
                counts[imported.outcome] += 1
                if all_ or imported.outcome != "recorded" or imported.reason:
                    shown.append(imported)
    except SalesTrackError:
        if counts:
            _print(shown, form)
            # A transaction may have ended well, and nobody was told.
            click.echo(
                f"stopped: at least {_summary(counts)}; import the same file again", err=True
            )
        raise
    _print(shown, form)
    prefix = "dry run, nothing was recorded: " if how["dry_run"] else ""
    click.echo(f"{prefix}{_summary(counts)}", err=form != "table")
    if counts["rejected"]:
        click.get_current_context().exit(1)


def _size(file: BinaryIO) -> int:
    """How many bytes there are; 0 where only the end will tell, as with a pipe."""
    try:
        status = os.fstat(file.fileno())
    except OSError:
        return 0
    return status.st_size if stat.S_ISREG(status.st_mode) else 0


def _print(results: list[Imported], form: str) -> None:
    if form == "table" and not results:
        return
    rows = [(each.line, each.reference, each.outcome, each.reason) for each in results]
    echo_rows(_COLUMNS, rows, form, empty="")


def _summary(counts: Counter[str]) -> str:
    return ", ".join(f"{counts[outcome]:,} {outcome}" for outcome in _OUTCOMES)
