"""Play the vendors' clients against the running shop, and show what it made of them."""

import argparse
import shlex
import sys
from collections.abc import Sequence
from http.client import HTTPException
from urllib.parse import urlsplit

import click
from flask import Flask

from example_app import create_app
from example_app.clients.play import Play, UnexpectedPage
from example_app.clients.reader import Reader
from example_app.commands import flask_command, python_command
from example_app.credentials import read_credentials
from example_app.settings import instance_path
from flask_salestrack import current_tracker
from wsgi_salestrack import SalesTrackError

EXAMPLES = """\
examples:
  python -m example_app                                         the shop, in one terminal
  python -m example_app.clients                                 its clients, in another
  python -m example_app.clients --url http://127.0.0.1:5001     where the shop has another port

Start both in the same folder, and with the same EXAMPLE_ variables: the keys of the clients are
files of the shop's, and the report at the end is read from its database.
"""
REPORTS = (
    ["salestrack", "report", "--by", "newsletter"],
    ["salestrack", "report", "--by", "target"],
    ["salestrack", "commission", "list"],
)


class Unplayable(Exception):
    """There is no such shop, or it is not the one of this folder."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Play all dialects, one after the other.

    :param arguments: of the command line, without the program's name.
    :returns: the exit code: 0 when all was played, 1 when there is no shop to play with.
    """
    parser = argparse.ArgumentParser(
        prog="python -m example_app.clients",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--url", type=_shop, default="http://127.0.0.1:5000", help="the shop's; default %(default)s"
    )
    shop = parser.parse_args(arguments).url
    try:
        _play(shop)
    except Unplayable as error:
        click.echo(str(error), err=True)
        return 1
    except UnexpectedPage as error:
        click.echo(f"What answers at {shop} is not the example shop: {error}.", err=True)
        return 1
    except (OSError, HTTPException):
        click.echo(f"The shop at {shop} has stopped answering. {_how_to_start(shop)}", err=True)
        return 1
    return 0


def _play(shop: str) -> None:
    try:
        Reader(shop).get("/")
    except (OSError, HTTPException):
        raise Unplayable(f"No shop answers at {shop}. {_how_to_start(shop)}") from None
    folder = instance_path()
    try:
        credentials = read_credentials(folder)
    except OSError:
        raise Unplayable(
            f"The keys of the shop at {shop} are not in {folder}; start this in the shop's folder."
        ) from None
    play = Play(shop, credentials)
    play.clicks()
    if not play.is_admitted():
        raise Unplayable(
            f"The shop at {shop} has other keys than {folder}; start this in the shop's folder."
        )
    for dialect in (
        play.target,
        play.ecommerce,
        play.xmlrpc,
        play.affiliate,
        play.bluehornet,
        play.splio,
    ):
        dialect()
    app = create_app()
    with app.app_context():
        before = _conversions()
        play.report_once_more(play.buy())
        click.echo(f"  the report counts it {_times(_conversions() - before)}")
    _show_reports(app)


def _conversions() -> int:
    try:
        return sum(int(row.count) for row in current_tracker.report().totals)
    except SalesTrackError:
        return 0


def _times(count: int) -> str:
    if count == 1:
        return "once"
    return "not at all: tracking is broken, or the shop has other EXAMPLE_ variables than this"


def _show_reports(app: Flask) -> None:
    runner = app.test_cli_runner()
    for command in REPORTS:
        click.echo(f"\n$ {flask_command()} --app example_app {shlex.join(command)}")
        click.echo(runner.invoke(args=command).output, nl=False)


def _how_to_start(shop: str) -> str:
    port = urlsplit(shop).port or 80
    option = "" if port == 5000 else f" --port {port}"
    command = f"{python_command()} -m example_app{option}"
    return f"Start it in another terminal, in this folder: {command}"


def _shop(text: str) -> str:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme != "http" or not parts.hostname or port == 0 or parts.path not in {"", "/"}:
        raise argparse.ArgumentTypeError("an address is such as http://127.0.0.1:5000")
    return text.rstrip("/")


if __name__ == "__main__":
    sys.exit(main())
