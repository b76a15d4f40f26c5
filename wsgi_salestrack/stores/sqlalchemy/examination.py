"""What can be wrong with a database server, in plain words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import Engine, Table
from sqlalchemy.exc import SQLAlchemyError

from ...errors import SalesTrackError
from ..base import Finding
from . import engines

# What a server is asked, the answers that lose no acknowledged sale, and what it is about.
_DURABILITY: Mapping[str, tuple[tuple[str, frozenset[str], str], ...]] = {
    "postgresql": (
        ("SHOW fsync", frozenset(("on",)), "fsync"),
        (
            "SHOW synchronous_commit",
            frozenset(("on", "local", "remote_write", "remote_apply")),
            "synchronous_commit",
        ),
    ),
    "mariadb": (
        (
            "SELECT @@innodb_flush_log_at_trx_commit",
            frozenset(("1",)),
            "innodb_flush_log_at_trx_commit",
        ),
    ),
    "sqlite": (("PRAGMA synchronous", frozenset(("2", "3")), "PRAGMA synchronous"),),
}


def examine(
    engine: Engine, tables: Mapping[str, Table], prepare: Callable[[], None]
) -> list[Finding]:
    """Whether it can be reached, has the tables, and keeps what it has acknowledged."""
    where = engine.url.render_as_string(hide_password=True)
    try:
        prepare()
        with engine.connect() as connection:
            findings = [
                Finding(subject=f"database {where}"),
                Finding(
                    subject=f"{len(tables)} tables named {tables['conversions'].fullname}, ..."
                ),
            ]
            kind = engine.dialect.name.replace("mysql", "mariadb")
            for question, wanted, subject in _DURABILITY.get(kind, ()):
                answer = str(connection.exec_driver_sql(question).scalar())
                findings.append(_durability(subject, answer, wanted))
    except SalesTrackError as error:
        return [Finding(subject=f"database {where}", problem=str(error))]
    except SQLAlchemyError as error:
        return [Finding(subject=f"database {where}", problem=str(engines.explained(engine, error)))]
    return findings


def _durability(subject: str, answer: str, wanted: frozenset[str]) -> Finding:
    problem = None
    if answer not in wanted:
        problem = (
            f"it is {answer}: a sale that was acknowledged may be lost when the power fails; set "
            f"it to {min(wanted)}"
        )
    return Finding(subject=f"{subject} ({answer})", problem=problem)
