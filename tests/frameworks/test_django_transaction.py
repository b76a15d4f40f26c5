"""Django's own transaction: the sale is committed and rolled back with the order."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from tests.support.postgresql import PostgreSQL
from tests.support.processes import run_command

ROOT = Path(__file__).parents[2]


def sell(django: dict[str, Any], salestrack: str) -> dict[str, Any]:
    """What the program leaves in a database."""
    make = "CREATE TABLE orders (reference VARCHAR(20) PRIMARY KEY)"
    chosen = json.dumps({"django": django, "salestrack": salestrack, "make": make})
    command = [sys.executable, "-m", "tests.frameworks.django_orders", chosen]
    done = run_command(command, ROOT)
    assert done.returncode == 0, done.stderr
    left: dict[str, Any] = json.loads(done.stdout)
    return left


def check(left: dict[str, Any]) -> None:
    """What was committed is there and was told afterwards; of what was not, nothing is."""
    assert left == {
        "orders": ["1001", "1003"],
        "sales": ["1001", "1003"],
        "told": [["1001", ["1001"]], ["1003", ["1001", "1003"]]],
        "replayed": 0,
    }


def test_a_sale_in_django_s_file_lives_and_dies_with_the_order(tmp_path: Path) -> None:
    """SQLite, which both open by the path of the file."""
    file = str(tmp_path / "shop.db")
    check(sell({"ENGINE": "django.db.backends.sqlite3", "NAME": file}, file))


def test_a_sale_on_django_s_server_lives_and_dies_with_the_order(postgresql: PostgreSQL) -> None:
    """PostgreSQL, where a failed statement would spoil the whole transaction."""
    with postgresql.fresh_database() as text:
        url = make_url(text)
        django = {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": url.database,
            "USER": url.username,
            "PASSWORD": url.password,
            "HOST": url.host,
            "PORT": url.port,
        }
        check(sell(django, text))
