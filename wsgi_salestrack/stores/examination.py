"""What can be wrong with a SQLite file and around it, in plain words."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from . import file_lock
from .base import Finding

_WAL_RESET_FIXED = (3, 51, 3)
_OLDEST = (3, 37)


def of_surroundings(path: Path, lock: Path) -> list[Finding]:
    """The folder, the files' rights, SQLite itself and the lock; opens nothing."""
    folder = path.parent
    findings = [_version()]
    if not folder.is_dir():
        problem = f"the folder {folder} does not exist; create it: mkdir -p {folder}"
    elif not os.access(folder, os.W_OK | os.X_OK):
        problem = f"this user may not write into {folder}; SQLite puts files beside the database"
    elif path.is_dir():
        problem = f"{path} is a folder; SALESTRACK_DATABASE names a file"
    elif path.exists() and not os.access(path, os.R_OK | os.W_OK):
        problem = f"this user may not read and write {path}; give it to the server's user"
    elif lock.exists() and not os.access(lock, os.R_OK):
        problem = f"this user may not read {lock}; give it to the server's user"
    else:
        problem = None
    findings.append(Finding(subject=f"database {path}", problem=problem))
    if not file_lock.AVAILABLE:
        findings.append(
            Finding(
                subject="lock between processes",
                problem="this system has no flock; several processes writing at once may stall",
                serious=False,
            )
        )
    return findings


def of_writer(connection: sqlite3.Connection) -> list[Finding]:
    """The settings of the very connection that writes."""
    findings = []
    for pragma, wanted, meaning in (
        ("journal_mode", "wal", "write-ahead log"),
        ("synchronous", 2, "each commit waits for the disk"),
        ("foreign_keys", 1, "rows that belong together stay together"),
    ):
        (value,) = connection.execute(f"PRAGMA {pragma}").fetchone()
        problem = None
        if value != wanted:
            problem = (
                f"it is {value}, not {wanted}; the file system may not support it: keep the "
                "database on a local disk"
            )
        findings.append(Finding(subject=f"{pragma}={wanted} ({meaning})", problem=problem))
    return findings


def of_content(connection: sqlite3.Connection) -> Finding:
    """Whether the file is whole; reads all of it, so not with the connection that writes."""
    (state,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    problem = None if state == "ok" else f"{state}; restore it from a backup"
    return Finding(subject="the file is whole", problem=problem)


def _version() -> Finding:
    subject = f"SQLite {sqlite3.sqlite_version}"
    if sqlite3.sqlite_version_info < _OLDEST:
        problem = "it is older than 3.37 and knows no STRICT tables; upgrade it"
        return Finding(subject=subject, problem=problem)
    if sqlite3.sqlite_version_info < _WAL_RESET_FIXED:
        problem = (
            "before 3.51.3 a checkpoint that meets a writer can, rarely, damage the file; "
            "salestrack's lock prevents it, other programs that write the file do not"
        )
        return Finding(subject=subject, problem=problem, serious=False)
    return Finding(subject=subject)
