"""A shop whose tables, ours among them, are made by Flask-Migrate; its database is configured.

``FLASK_SQLALCHEMY_DATABASE_URI`` in the environment is the URL. As a program it runs the commands
that it is given, one an argument.
"""

from __future__ import annotations

import shlex
import sys

from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from flask_salestrack import SalesTrack
from tests.support.shop import SECRET
from wsgi_salestrack.stores.sqlalchemy import SQLAlchemyStore, add_tables


class Base(DeclarativeBase):
    """Of the shop's tables."""


db = SQLAlchemy(model_class=Base)
add_tables(db.metadata)


class Placed(Base):
    """An order of the shop."""

    __tablename__ = "orders"

    number: Mapped[int] = mapped_column(primary_key=True)


def create_app() -> Flask:
    """The shop; its own migrations make the tables, and nothing else does."""
    app = Flask(__name__)
    app.config.from_prefixed_env()
    db.init_app(app)
    Migrate(app, db)
    app.config["SALESTRACK_SECRET_KEYS"] = [SECRET]
    app.config["SALESTRACK_DATABASE"] = SQLAlchemyStore(
        app.config["SQLALCHEMY_DATABASE_URI"], create=False
    )
    SalesTrack(app)
    return app


if __name__ == "__main__":
    # One process for all: to import all this takes longer than a command does.
    for command in sys.argv[1:]:
        result = create_app().test_cli_runner().invoke(args=shlex.split(command))
        sys.stdout.write(result.output)
        if result.exit_code != 0:
            sys.exit(f"{command}: {result.exception!r}")
