"""The example shop, made to die where it hurts: between the commit of a sale and its signal.

``python -m`` serves it as ``python -m example_app`` does; ``flask --app`` finds its factory. With
the variable ``MORTAL`` set, the first sale that the shop's own receiver is told of kills the
process, before anything of it is stored.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any
from unittest.mock import patch

from flask import Flask

from example_app import __main__ as program
from example_app import create_app as create_example
from example_app import tracking

PATH = "tests.example_app.mortal_shop"
MORTAL = "MORTAL_SHOP_DIES"


def die(_sender: Flask, **_: Any) -> None:
    """As when the machine loses its power."""
    os.kill(os.getpid(), signal.SIGKILL)


def create_app() -> Flask:
    """The shop, with a receiver that kills in place of the one that stores."""
    if MORTAL not in os.environ:
        return create_example()
    with patch.object(tracking, "store_conversion", die):
        return create_example()


if __name__ == "__main__":
    with patch.object(program, "create_app", create_app):
        sys.exit(program.main())
