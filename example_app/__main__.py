"""Start the shop on this machine: ``python -m example_app``."""

import argparse
import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from werkzeug.serving import make_server

from example_app import create_app, staff
from example_app.commands import flask_command, python_command

HOST = "127.0.0.1"

WELCOME = """\
The shop is open at {url}/

  1. Read the mail that a subscriber got   {url}/newsletter
  2. Click a link in it and put what you like into the cart
  3. Check out with any name and address   (nothing is charged, nothing is sent)
  4. See which newsletter, link and contact the sale is credited to
                                           {url}/report
     or, in another terminal, in this folder:
     {flask} --app example_app salestrack report --by newsletter
  5. See it over time, and as the staff does
                                           {url}/sales/
     with the password {password}
  6. Let the programs that each vendor published report sales to it, likewise:
     {python} -m example_app.clients --url {url}

To see that a broken tracker never breaks the shop, start it with EXAMPLE_BREAK_TRACKING=1.
Its files are in {instance}. Stop it with Ctrl+C.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve the shop until it is stopped.

    :param arguments: of the command line, without the program's name.
    :returns: the exit code: 0 when stopped, 1 when the port is taken.
    """
    parser = argparse.ArgumentParser(prog="python -m example_app", description=__doc__)
    parser.add_argument(
        "--port", type=_port, default=5000, help="default %(default)s; 0 takes any free one"
    )
    port = parser.parse_args(arguments).port
    try:
        listener = socket.create_server((HOST, port))
    except OSError as error:
        print(
            f"Port {port} of {HOST} can't be used: {os.strerror(error.errno or 0)}. Choose another,"
            " or take any that is free: python -m example_app --port 0",
            file=sys.stderr,
        )
        return 1
    app = create_app()
    with listener:
        port = listener.getsockname()[1]
        server = make_server(HOST, port, app, threaded=True, fd=listener.fileno())
        text = WELCOME.format(
            url=f"http://{HOST}:{port}",
            flask=flask_command(),
            python=python_command(),
            instance=app.instance_path,
            password=staff.password(Path(app.instance_path)),
        )
        print(text, flush=True)
        try:
            server.serve_forever()
        finally:
            server.server_close()
    return 0


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= 65535):
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
