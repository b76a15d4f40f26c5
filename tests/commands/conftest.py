"""A configuration file, and commands that are run with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.support.shop import SECRET
from wsgi_salestrack import Config, Conversion, Money, Touch, Tracker
from wsgi_salestrack.cli import main
from wsgi_salestrack.terms import Rule, Terms

Run = Callable[..., Result]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Its database is beside it."""
    file = tmp_path / "salestrack.toml"
    file.write_text(f'secret_keys = ["{SECRET}"]\ndatabase = "sales.db"\ntimezone = "Asia/Tokyo"\n')
    return file


@pytest.fixture
def run(config: Path) -> Run:
    """Runs a command in this process, as ``salestrack --config FILE`` does."""

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["--config", str(config), *arguments])

    return invoke


@pytest.fixture
def tracker(config: Path) -> Tracker:
    """What the application itself would hold."""
    return Tracker(Config(secret_keys=[SECRET], database=config.parent / "sales.db"))


def sell(
    tracker: Tracker, reference: str, *, amount: str = "10", contact: str | None = None
) -> None:
    """Referred by publisher p7, through a tracking code that gives 10 and 5 percent."""
    sale = Conversion(
        source="affiliate",
        reference=reference,
        revenue=Money(amount, "USD"),
        terms=Terms(
            tier1=Rule.of("tier1", "percent", "10"), tier2=Rule.of("tier2", "percent", "5")
        ),
    )
    at = datetime.now(UTC)
    tracker.record(sale, touch=Touch(at=at, publisher="p7", contact=contact))
