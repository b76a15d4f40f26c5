"""``flask salestrack ...`` as a person runs it: each command once, in a process of its own."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from tests.support.processes import run_command
from tests.support.rows import row_counts
from tests.support.shop import SECRET
from wsgi_salestrack import Config, Conversion, Money, Touch, Tracker

_SHOP = f"""\
    from flask import Flask

    from flask_salestrack import SalesTrack, conversion_recorded

    salestrack = SalesTrack()


    def create_app():
        app = Flask(__name__, instance_relative_config=True)
        app.config["SALESTRACK_SECRET_KEYS"] = [{SECRET!r}]
        app.config["SALESTRACK_TARGETS"] = {{1: "Sale"}}
        app.config.from_prefixed_env()
        salestrack.init_app(app)
        conversion_recorded.connect(tell, sender=app)
        return app


    def tell(sender, *, recorded, environ):
        print(sender.name, "sold", recorded.conversion.reference)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a shop in it that has sold something."""
    (tmp_path / "shop.py").write_text(dedent(_SHOP))
    (tmp_path / "instance").mkdir()
    tracker = Tracker(
        Config(secret_keys=[SECRET], database=tmp_path / "instance" / "salestrack.db")
    )
    sale = Conversion(reference="1001", revenue=Money("49.95", "USD"), quantity=2)
    tracker.record(sale, touch=Touch(newsletter="2026-11"))
    tracker.close()
    return tmp_path


def _flask(folder: Path, *arguments: str, **variables: str) -> tuple[int, str, str]:
    command = (sys.executable, "-m", "flask", "--app", "shop:create_app", "salestrack")
    done = run_command([*command, *arguments], folder, **variables)
    return done.returncode, done.stdout, done.stderr


def test_report(folder: Path) -> None:
    """Prints what sold, to be read by a person or a program."""
    code, out, err = _flask(folder, "report", "--by", "newsletter", "--format", "json")

    assert (code, err) == (0, "")
    assert json.loads(out) == [
        {
            "newsletter": "2026-11",
            "currency": "USD",
            "count": 1,
            "quantity": 2,
            "revenue": "49.95",
            "refunded": "0.00",
            "net": "49.95",
            "average": "49.95",
            "commission": "0.00",
            "clicks": 0,
            "visitors": 0,
            "conversion_rate": None,
            "revenue_per_click": None,
        }
    ]


def test_migrate(folder: Path) -> None:
    """Makes the tables in the instance folder."""
    database = folder / "instance" / "new.db"

    code, out, err = _flask(folder, "migrate", FLASK_SALESTRACK_DATABASE="new.db")

    assert (code, err) == (0, "")
    assert out.endswith("the tables are up to date\n")
    assert database.is_file()


def test_link(folder: Path) -> None:
    """Prints the very link that the shop makes."""
    code, out, err = _flask(folder, "link", "/p/socks", "--newsletter", "2026-11")

    tracker = Tracker(Config(secret_keys=[SECRET], database=None))
    assert (code, err) == (0, "")
    assert out == f"{tracker.click_url('/p/socks', newsletter='2026-11')}\n"


def test_replay(folder: Path) -> None:
    """The shop's receivers hear it again."""
    code, out, _ = _flask(folder, "replay", "--since", "2020-01-01")

    assert code == 0
    assert out.splitlines() == ["shop sold 1001", "1 sent again, 0 of them failed"]


def test_doctor(folder: Path) -> None:
    """A healthy shop's exit code is 0, its own rows are all that is there, and nobody is told."""
    code, out, err = _flask(folder, "doctor")

    assert (code, err) == (0, "")
    assert out.endswith("nothing to mend\n")
    assert "sold" not in out
    counts = row_counts(folder / "instance" / "salestrack.db")
    assert counts == {"clicks": 0, "conversions": 1, "lines": 0, "products": 0, "conflicts": 0}


def test_an_ill_shops_doctor(folder: Path) -> None:
    """An exit code that stops a deployment, and no traceback."""
    code, out, err = _flask(folder, "doctor", FLASK_SALESTRACK_DATABASE="missing/sales.db")

    assert (code, err.splitlines()[-1]) == (1, "Error: 1 to mend")
    assert err.startswith("sales will not be recorded: database ")
    assert "WRONG" in out
    assert "mkdir -p" in out


def test_a_wrong_configuration(folder: Path) -> None:
    """The error that stops the application names the key."""
    code, out, err = _flask(folder, "report", FLASK_SALESTRACK_CURRENCY="usd")

    assert code != 0
    assert out == ""
    assert "SALESTRACK_CURRENCY" in err
