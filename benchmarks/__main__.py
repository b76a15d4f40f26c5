"""The command line: ``python -m benchmarks <name>``."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final, Protocol

from benchmarks import figures, peers, speed
from benchmarks.dashboard import dashboard
from benchmarks.errors import BenchmarkError
from benchmarks.ledger import ledger
from benchmarks.models import CONVERSIONS, models
from benchmarks.replay import replay
from benchmarks.reports import reports
from benchmarks.segments import segments
from benchmarks.totals import SIZES, totals
from wsgi_salestrack.stores.base import DIMENSIONS

_DESCRIPTION = """\
Measure salestrack on this machine. Everything runs on the loopback interface and in a temporary
directory, and is removed afterwards; benchmarks/README.md says what each figure means."""

_EXAMPLES = """\
examples:
  python -m benchmarks replay                      69,659 purchases, twice, and the report checked
  python -m benchmarks replay --limit 2000         the first 2,000
  python -m benchmarks ledger                      imported, refunded and cancelled, and checked
  python -m benchmarks dashboard                   every page beside its goal
  python -m benchmarks segments                    contacts by what they bought, 1,000,000 of them
  python -m benchmarks reports                     every report beside its goal, and checked
  python -m benchmarks reports --only contact      those by contact alone
  python -m benchmarks models                      70,000 sales credited by every model
  python -m benchmarks totals                      reports over 1,000,000 and 10,000,000 sales
  python -m benchmarks totals --conversions 100000
  python -m benchmarks speed                       every figure beside its goal, in about 4 minutes
  python -m benchmarks speed --markdown > t.md     the table alone; progress goes to the terminal
  python -m benchmarks speed --only answering --only passing --seconds 2"""


class _OnTheFile(Protocol):
    """A benchmark over the purchases of the file."""

    def __call__(self, *, limit: int | None, directory: Path | None) -> object:
        """What it found, to be printed."""


_ON_THE_FILE: Final[Mapping[str, _OnTheFile]] = MappingProxyType(
    {
        "replay": replay,
        "ledger": ledger,
        "dashboard": dashboard,
        "segments": segments,
    }
)


def main(arguments: list[str] | None = None) -> int:
    """Run one benchmark.

    :param arguments: of the command line; None: the process's own.
    :returns: the exit status: 0; 1 if something differs or cannot run. A missed goal is no failure.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.name is None:
        parser.print_help()
        return 0
    # Also who is told to terminate stops the servers first.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        if options.name in _ON_THE_FILE:
            measure = _ON_THE_FILE[options.name]
            print(measure(limit=options.limit, directory=options.directory))
        elif options.name == "reports":
            only = options.only or DIMENSIONS
            print(reports(limit=options.limit, directory=options.directory, only=only))
        elif options.name == "models":
            print(models(conversions=options.conversions, directory=options.directory))
        elif options.name == "totals":
            print(totals(sizes=options.conversions or SIZES, directory=options.directory))
        else:
            _print_speed(options)
    except BenchmarkError as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("benchmarks: interrupted; servers are stopped", file=sys.stderr)
        return 130
    return 0


def _print_speed(options: argparse.Namespace) -> None:
    measured = speed.measure(
        options.only or list(speed.MEASURES),
        seconds=options.seconds,
        rounds=options.rounds,
        directory=options.directory,
        peers=options.peers,
    )
    conditions = speed.conditions(options.directory)
    if options.markdown:
        print(f"{figures.markdown(measured)}\n\n{conditions}")
    else:
        print(f"{figures.plain(measured)}\n{conditions}")


def _parser() -> argparse.ArgumentParser:
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
        formatter_class=layout,
    )
    names = parser.add_subparsers(dest="name", title="benchmarks", metavar="<name>")

    replaying = names.add_parser(
        "replay", help="real purchases as HTTP hits through gunicorn, the report held against them"
    )
    adjusting = names.add_parser(
        "ledger", help="real purchases imported, refunded and cancelled, held against the file"
    )
    showing = names.add_parser(
        "dashboard", help="how long each page takes with real purchases, beside its goal"
    )
    reporting = names.add_parser(
        "reports", help="how long each report takes with real purchases, held against the file"
    )
    reporting.add_argument(
        "--only",
        action="append",
        choices=DIMENSIONS,
        metavar="DIMENSION",
        help="only reports by this, or of one of it; may be given more than once",
    )
    segmenting = names.add_parser(
        "segments", help="customers held against the file, and 1,000,000 contacts in little memory"
    )
    on_the_file = (replaying, adjusting, showing, reporting, segmenting)
    for subparser in on_the_file:
        subparser.add_argument(
            "--limit", type=_positive, metavar="N", help="only the file's first N purchases"
        )

    crediting = names.add_parser(
        "models", help="every attribution model over 70,000 conversions and 200,000 touches"
    )
    crediting.add_argument(
        "--conversions",
        type=_positive,
        default=CONVERSIONS,
        metavar="N",
        help="how many, with touches in proportion (default: %(default)s)",
    )

    adding_up = names.add_parser(
        "totals", help="reports over 1,000,000 and 10,000,000 sales; some minutes and 8 GB"
    )
    adding_up.add_argument(
        "--conversions",
        action="append",
        type=_positive,
        metavar="N",
        help="only so many; may be given more than once",
    )

    measuring = names.add_parser(
        "speed", help="every figure of speed beside its goal; needs wrk", formatter_class=layout
    )
    measuring.add_argument(
        "--seconds", type=_positive, default=5, metavar="S", help="of each turn (default: 5)"
    )
    measuring.add_argument(
        "--rounds", type=_positive, default=3, metavar="N", help="turns of each side (default: 3)"
    )
    measuring.add_argument(
        "--only",
        action="append",
        choices=list(speed.MEASURES),
        help="measure only this; may be given more than once",
    )
    measuring.add_argument("--markdown", action="store_true", help="print a table in Markdown")
    measuring.add_argument(
        "--peers",
        type=Path,
        default=peers.default_folder(),
        metavar="DIR",
        help="where the environment of flask-track-usage is kept (default: %(default)s)",
    )
    for subparser in (*on_the_file, crediting, adding_up, measuring):
        subparser.add_argument(
            "--directory",
            type=_folder,
            metavar="D",
            help="where databases are made and removed; on the disk you mean to measure "
            "(default: the system's temporary directory)",
        )
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _folder(text: str) -> Path:
    folder = Path(text)
    if not folder.is_dir():
        raise argparse.ArgumentTypeError(f"{text} is not a folder")
    return folder


if __name__ == "__main__":
    sys.exit(main())
