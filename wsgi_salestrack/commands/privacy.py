"""For whoever answers people that ask what is kept of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from ..errors import BadValue, StoreError
from ..privacy import Forgotten, Retained
from ..reports.table import printable
from .ages import Age, AgeType
from .command import Command, Host, echo_text, pass_host
from .files import whole_file

# Rows above which it is told how far it is.
_MANY = 1000


@click.command(cls=Command)
@click.argument("contact")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A new file, which only its owner may read; else it is printed.",
)
@pass_host
def export(host: Host, /, contact: str, output: Path | None) -> None:
    """Print all that is stored of CONTACT, as one JSON document.

    Clicks, conversions with their products, adjustments and conflicts, customer numbers, and the
    accounts of a publisher who is the contact.

    \b
    Examples:
      flask salestrack export c81
      flask salestrack export c81 --output c81.json
    """
    pieces = host.tracker.export(contact)
    if output is None:
        for piece in pieces:
            echo_text(piece)
        return
    try:
        with whole_file(output, private=True) as file:
            file.writelines(pieces)
    except OSError as error:
        raise click.BadParameter(f"{output}: {error.strerror}", param_hint="--output") from None


@click.command(cls=Command)
@click.argument("contacts", nargs=-1, required=True, metavar="CONTACT...")
@click.option(
    "--references",
    is_flag=True,
    help="Order numbers, too: from then on a repeat of such an order counts anew.",
)
@click.option(
    "--large", is_flag=True, help="Write a large file anew, in which hits are refused meanwhile."
)
@click.option("--dry-run", is_flag=True, help="Change nothing; print how many rows it would be.")
@pass_host
def forget(
    host: Host,
    /,
    contacts: tuple[str, ...],
    *,
    references: bool,
    large: bool,
    dry_run: bool,
) -> None:
    """Take CONTACT out of all that is stored.

    Contact, subscription, customer number and the browser's id; totals by newsletter, link,
    publisher, list, target, day and product stay to the cent, and so do commissions. There is no
    way back: look at "export" first. Order numbers are kept, for by these a repeat is known.

    A SQLite file is then written anew, so that no byte is left in it. Where that can't be done now,
    the exit code is 1; run it again. Of a database server it is printed what it keeps.

    \b
    Examples:
      flask salestrack forget c81 --dry-run
      flask salestrack forget c81
      flask salestrack forget c81 c82 c83 --large
    """
    tracker = host.tracker
    for contact in contacts:
        with _to_be_ended():
            forgotten = tracker.forget(
                contact, references=references, scrub=False, dry_run=dry_run, watch=_progress
            )
        for line in _told(contact, forgotten, dry_run=dry_run):
            click.echo(printable(line))
    if dry_run:
        return
    remains = tracker.scrub(large=large)
    click.echo("no old byte is left in the database's files" if remains is None else remains)


@click.command(cls=Command)
@click.option("--clicks", type=AgeType(), help="Delete clicks that are older.")
@click.option("--personal", type=AgeType(), help="Keep of older ones nothing of who it was.")
@click.option("--scrub", is_flag=True, help="Then write a SQLite file anew; it gets smaller.")
@click.option("--dry-run", is_flag=True, help="Change nothing; print how many rows it would be.")
@pass_host
def retention(
    host: Host,
    /,
    clicks: Age | None,
    personal: Age | None,
    *,
    scrub: bool,
    dry_run: bool,
) -> None:
    """Delete what is too old to be kept. Run it once a day, by cron.

    An age is 400d, 56w, 25mo or 2y, counted back from today. Hits that recorded nothing are deleted
    after 30 days anyway.

    --clicks deletes clicks. What reports say of clicks and visitors, and what models other than
    "last" see, begins there from then on; sales stay as they are.

    --personal takes contact, subscription, customer number and browser out of older clicks and
    conversions, and deletes who has claimed orders and who was identified, where nothing newer is
    known of them. All totals stay but unique visitors, and reports by contact.

    \b
    Examples:
      flask salestrack retention --clicks 400d --personal 25mo --dry-run
      flask salestrack retention --clicks 400d --personal 25mo
    """
    if clicks is None and personal is None:
        raise click.UsageError("give --clicks, or --personal, or both")
    tracker = host.tracker
    today = tracker.now().astimezone(tracker.config.timezone).date()
    try:
        with _to_be_ended():
            retained = tracker.apply_retention(
                clicks_before=None if clicks is None else clicks.before(today),
                personal_before=None if personal is None else personal.before(today),
                dry_run=dry_run,
                watch=_progress,
            )
    except BadValue as error:
        option = error.field.removesuffix("_before")
        raise BadValue(f"--{option}", error.problem) from None
    click.echo(_kept(retained, dry_run=dry_run))
    if scrub and not dry_run:
        remains = tracker.scrub(large=True)
        if remains is not None:
            click.echo(remains)


def _told(contact: str, forgotten: Forgotten, *, dry_run: bool) -> Iterator[str]:
    if forgotten.is_nothing:
        yield f"{contact}: nothing {'of theirs alone ' if forgotten.left else ''}is stored"
    else:
        found = _counted(
            (
                (forgotten.clicks, "click"),
                (forgotten.conversions, "conversion"),
                (forgotten.claims, "claim"),
                (forgotten.identities, "customer number"),
                (forgotten.separations, "separation"),
                (forgotten.publishers, "publisher"),
                (forgotten.texts, "other text"),
            )
        )
        yield f"{contact}: {found}" if dry_run else f"{contact} was taken out of {found}"
    for left in forgotten.left:
        yield f"  left as it is, for others or other rows are known by it: {left}"
    for customer_ref in forgotten.beside:
        yield (
            f"  customer {customer_ref} has other orders, too; if it is the same person, run: "
            f"identify {contact} {customer_ref}, and forget again"
        )


def _kept(retained: Retained, *, dry_run: bool) -> str:
    deleted = _counted(
        (
            (retained.deleted_clicks, "click"),
            (retained.claims, "claim"),
            (retained.identities, "customer number"),
            (retained.separations, "separation"),
            (retained.hits, "rejected hit"),
        )
    )
    cleaned = _counted(((retained.clicks, "click"), (retained.conversions, "conversion")))
    if dry_run:
        return f"to be deleted: {deleted}\nto be made nobody's: {cleaned}"
    return f"deleted: {deleted}\nmade nobody's: {cleaned}"


def _counted(counts: Iterable[tuple[int, str]]) -> str:
    found = [f"{count:,} {what}{'' if count == 1 else 's'}" for count, what in counts if count]
    return ", ".join(found) or "nothing"


def _progress(what: str, done: int, of: int) -> None:
    if of > _MANY:
        click.echo(f"{what}: {done:,} of {of:,}", err=True)


@contextmanager
def _to_be_ended() -> Iterator[None]:
    """Says of a failure that nothing has to be undone."""
    try:
        yield
    except StoreError as error:
        raise StoreError(f"{error}. What was changed stays so; run it again for the rest") from None
