"""What all commands have in common: what they work on, their errors, and their options."""

from __future__ import annotations

import codecs
import io
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from datetime import date
from errno import EBADF, EDQUOT, EFBIG, EIO, ENOSPC
from functools import wraps
from typing import Any, Concatenate, Final, NamedTuple, ParamSpec

import click

from .. import doctor
from ..days import day_or_moment
from ..errors import BadValue, ConfigError, SalesTrackError
from ..reports import FORMATS, Column, render_rows
from ..reports.table import Cells, printable
from ..stores.base import Finding
from ..tracker import Tracker

Parameters = ParamSpec("Parameters")

# What is wrong where stdout takes no more; a closed pipe is none of them, for that is no error.
_NOT_WRITTEN: Final = (ENOSPC, EDQUOT, EFBIG, EIO, EBADF)

# The name by which Python's text files know how to write what their charset lacks.
_ESCAPED: Final = "salestrack-escaped"


class Host(NamedTuple):
    """What a command works on.

    :param application: the WSGI application that salestrack is mounted in, where there is one.
    :param findings: what the host's framework adds to the doctor's examination.
    """

    tracker: Tracker
    application: doctor.Application | None = None
    findings: Callable[[], list[Finding]] = list


#: What a group of these commands keeps in ``context.obj``. Called when a command runs, and not
#: before, so that help needs no configuration.
LoadHost = Callable[[], Host]

#: How these commands are called in a Flask shop, and in their examples.
CALLED: Final = "flask salestrack"


def pass_host(command: Callable[Concatenate[Host, Parameters], None]) -> Callable[Parameters, None]:
    """Pass a command what it works on."""

    @wraps(command)
    def with_host(*arguments: Parameters.args, **options: Parameters.kwargs) -> None:
        context = click.get_current_context()
        load: LoadHost = context.obj
        host = load()
        context.call_on_close(host.tracker.close)
        command(host, *arguments, **options)

    return with_host


class Command(click.Command):
    """A command whose errors are one line that says what to mend, with exit code 1.

    The examples in its help are those of :data:`CALLED`, unless the group's own callback has put
    under that name into ``context.meta`` how it is called.
    """

    def format_help(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Its help, with examples that can be copied from it."""
        super().format_help(context, formatter)
        called = context.meta.get(CALLED, CALLED)
        formatter.buffer = [each.replace(f"{CALLED} ", f"{called} ") for each in formatter.buffer]

    def invoke(self, context: click.Context) -> Any:
        """Run it."""
        _prepare_stdout()
        try:
            return super().invoke(context)
        except ConfigError as error:
            raise click.ClickException(_printable_lines(str(error))) from None
        except BadValue as error:
            raise click.UsageError(_printable_lines(str(error)), context) from None
        except SalesTrackError as error:
            raise click.ClickException(_printable_lines(str(error))) from None
        except OSError as error:
            if error.filename is not None or error.errno not in _NOT_WRITTEN:
                raise
            _print_no_more()
            problem = f"stdout: {error.strerror}; not all of it was printed"
            raise click.ClickException(problem) from None


def _prepare_stdout() -> None:
    """Let it take any name: what its charset lacks is written as JSON escapes it, ``\\u20ac``.

    :raises click.ClickException: if it is closed.
    """
    if sys.stdout is None:
        raise click.ClickException("stdout is closed; there is nowhere to print to")
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors == "strict":
        codecs.register_error(_ESCAPED, _escaped)
        sys.stdout.reconfigure(errors=_ESCAPED)


def _escaped(error: UnicodeError) -> tuple[str, int]:
    """Python's own ``backslashreplace`` writes ``\\xe9`` and ``\\U0001f9e6``, which is no JSON."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    units = [lacking[place : place + 2].hex() for place in range(0, len(lacking), 2)]
    return "".join(f"\\u{unit}" for unit in units), error.end


def _print_no_more() -> None:
    """Nobody tries a lost stdout again, not even Python at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


class Moment(click.ParamType[date]):
    """A day, or a moment with its time."""

    name = "day|moment"

    def convert(
        self, value: Any, parameter: click.Parameter | None, context: click.Context | None
    ) -> date:
        """What was written."""
        if isinstance(value, date):
            return value
        try:
            return day_or_moment(value)
        except ValueError:
            self.fail("is neither a day (2026-11-21) nor a moment (2026-11-21T13:00)")


#: How a listing is printed.
format_option = click.option(
    "--format", "form", type=click.Choice(FORMATS), default="table", show_default=True
)


def terminal_width() -> int | None:
    """Columns of the terminal; None where a program or a file gets what is printed."""
    if sys.stdout.isatty() or "COLUMNS" in os.environ:
        return shutil.get_terminal_size().columns
    return None


def echo_rows(columns: Sequence[Column], rows: Sequence[Cells], form: str, *, empty: str) -> None:
    """Print a listing.

    :param form: one of :data:`~..reports.FORMATS`.
    :param empty: what people read in place of a table without rows.
    """
    echo_text(render_rows(columns, rows, form, empty=empty, width=terminal_width()))


def echo_text(text: str) -> None:
    """Print lines that hold what anybody may have sent: a program gets them as they are.

    A terminal gets them without what would move its cursor.
    """
    if sys.stdout.isatty():
        text = _printable_lines(text)
    # Otherwise click takes out what looks like a colour.
    click.echo(text, nl=False, color=True)


def _printable_lines(text: str) -> str:
    return "\n".join(map(printable, text.replace("\r\n", "\n").split("\n")))
