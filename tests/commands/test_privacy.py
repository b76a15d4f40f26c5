"""``salestrack export``, ``forget`` and ``retention``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from sqlite3 import connect

import pytest

from tests.commands.conftest import Run, sell
from tests.privacy.canary import files_with
from wsgi_salestrack import Conversion, Line, Money, Order, StoreError, Touch, Tracker
from wsgi_salestrack.stores import erasing_file

DAY = timedelta(days=1)


def test_export(run: Run, tracker: Tracker, tmp_path: Path) -> None:
    """Printed, or into a new file that nobody else may read."""
    sell(tracker, "1", contact="c81")
    sell(tracker, "2", contact="c82")
    file = tmp_path / "c81.json"

    printed = json.loads(run("export", "c81").stdout)
    assert run("export", "c81", "--output", str(file)).exit_code == 0

    assert [each["reference"] for each in printed["conversions"]] == ["1"]
    written = json.loads(file.read_text("utf-8"))
    assert {**written, "exported_at": ""} == {**printed, "exported_at": ""}
    assert file.stat().st_mode & 0o777 == 0o600
    again = run("export", "c82", "--output", str(file))
    assert again.exit_code == 2
    assert "--output" in again.stderr
    assert json.loads(file.read_text("utf-8")) == written


@pytest.mark.parametrize("error", [StoreError("the store failed"), OSError("disk full")])
def test_an_export_that_fails_leaves_no_file(
    run: Run, tracker: Tracker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """Half of it would be personal and no JSON; and the next run finds nothing in its way."""
    sell(tracker, "1", contact="canary-c81")
    folder = tmp_path / "out"
    folder.mkdir()
    file = folder / "c81.json"
    whole, modes = Tracker.export, set[int]()

    def half(tracker: Tracker, contact: str) -> Iterator[str]:
        pieces = whole(tracker, contact)
        yield next(pieces)
        modes.update(path.stat().st_mode & 0o777 for path in folder.iterdir())
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(Tracker, "export", half)
        failed = run("export", "canary-c81", "--output", str(file))

    assert failed.exit_code > 0
    assert str(error) in failed.stderr
    assert modes == {0o600}
    assert list(folder.iterdir()) == []
    assert run("export", "canary-c81", "--output", str(file)).exit_code == 0
    assert json.loads(file.read_text("utf-8"))["conversions"]
    assert list(folder.iterdir()) == [file]


def test_an_export_needs_a_folder(run: Run, tmp_path: Path) -> None:
    """It makes none, and it says which option is wrong."""
    result = run("export", "c81", "--output", str(tmp_path / "nowhere" / "c81.json"))

    assert (result.exit_code, "--output" in result.stderr) == (2, True)
    assert not (tmp_path / "nowhere").exists()


def test_forget(run: Run, tracker: Tracker, tmp_path: Path) -> None:
    """Several at once; first dry, and the second time there is nothing left to do."""
    for number, contact in enumerate(["canary-c81", "canary-c82", "c9"]):
        sell(tracker, str(number), contact=contact)
    tracker.identify(contact="canary-c81", customer_ref="k1")
    two = ("canary-c81", "canary-c82")

    dry = run("forget", *two, "--dry-run")
    assert dry.stdout == ("canary-c81: 1 conversion, 1 customer number\ncanary-c82: 1 conversion\n")
    assert files_with(tmp_path, b"canary")

    done = run("forget", *two)
    assert done.stdout == (
        "canary-c81 was taken out of 1 conversion, 1 customer number\n"
        "canary-c82 was taken out of 1 conversion\n"
        "no old byte is left in the database's files\n"
    )
    assert files_with(tmp_path, b"canary") == {}

    again = run("forget", "canary-c81")
    assert (again.exit_code, again.stdout.splitlines()[0]) == (0, "canary-c81: nothing is stored")
    assert run("forget").exit_code == 2
    assert run("forget", "c" * 101).exit_code == 2


def test_forget_tells_of_a_publisher_who_is_called_as_the_contact(
    run: Run, tracker: Tracker
) -> None:
    """First dry; nothing else is theirs."""
    now = datetime.now(UTC)
    touch = Touch(at=now, publisher="ann@x.example")
    tracker.record(Conversion(reference="1", revenue=Money("1", "USD")), touch=touch)

    for how in (["--dry-run"], []):
        assert run("forget", "ann@x.example", *how).stdout.splitlines()[:2] == [
            "ann@x.example: nothing of theirs alone is stored",
            (
                "  left as it is, for others or other rows are known by it: "
                "the publisher ann@x.example"
            ),
        ]


def test_a_dry_run_of_forget_names_what_is_not_a_sale(run: Run, tracker: Tracker) -> None:
    """As the real one does."""
    tracker.separate(contact="canary-c5", customer_ref="k5")
    tracker.add_publisher("p5", name="of canary-c5", contact="canary-c5", customer_ref="kcan-9")

    dry = run("forget", "canary-c5", "--dry-run").stdout
    done = run("forget", "canary-c5").stdout

    assert dry.splitlines()[0] == "canary-c5: 1 separation, 1 publisher"
    assert done.splitlines()[0] == "canary-c5 was taken out of 1 separation, 1 publisher"
    assert dry.splitlines()[1:] == done.splitlines()[1:-1]
    assert "kcan-9" not in run("publisher", "list").stdout


def test_forget_tells_what_it_leaves(run: Run, tracker: Tracker) -> None:
    """And what to do about it."""
    line = Line(product_id="s1", name="Socks", quantity=1, unit_price=Money("1", "USD"))
    bought = Order(customer_ref="k7", lines=(line,))
    now = datetime.now(UTC)
    touch = Touch(at=now, contact="summer", newsletter="summer-2026")
    tracker.record(Conversion(reference="1", order=bought), touch=touch)
    tracker.record(Conversion(reference="2", order=bought))
    other = Touch(at=now, contact="c2", newsletter="summer-2026")
    tracker.record(Conversion(reference="3"), touch=other)

    told = run("forget", "summer").stdout.splitlines()

    assert told[1:3] == [
        "  left as it is, for others or other rows are known by it: summer-2026",
        (
            "  customer k7 has other orders, too; if it is the same person, run: "
            "identify summer k7, and forget again"
        ),
    ]


def test_order_numbers_are_kept_unless_they_are_not(run: Run, tracker: Tracker) -> None:
    for number in ("canary-1", "canary-2"):
        sell(tracker, number, contact=f"c-{number[-1]}")

    run("forget", "c-1")
    run("forget", "c-2", "--references")

    (first, second) = [entry.reference for entry in tracker.commissions(publisher="p7")]
    assert first == "canary-1"
    assert (second or "").startswith("erased-")


def test_forget_that_could_not_be_ended_says_so(
    run: Run, tracker: Tracker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With exit code 1; and the rows are changed already."""
    monkeypatch.setattr(erasing_file, "PATIENCE", 0.1)
    sell(tracker, "1", contact="canary-c81")
    with closing(connect(tmp_path / "sales.db")) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT COUNT(*) FROM conversions").fetchone()
        blocked = run("forget", "canary-c81")

    assert blocked.exit_code == 1
    assert "canary-c81 was taken out of 1 conversion" in blocked.stdout
    assert "sales.db-wal" in blocked.stderr
    assert "Traceback" not in blocked.output
    assert run("forget", "canary-c81").exit_code == 0
    assert files_with(tmp_path, b"canary") == {}


def test_a_large_file_is_written_anew_when_asked(
    run: Run, tracker: Tracker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing_file, "AT_ONCE", 1)
    sell(tracker, "1", contact="canary-c81")

    refused = run("forget", "canary-c81")

    assert (refused.exit_code, "--large" in refused.stderr) == (1, True)
    assert run("forget", "canary-c81", "--large").exit_code == 0
    assert files_with(tmp_path, b"canary") == {}


def test_retention(run: Run, tracker: Tracker) -> None:
    """Counted back from today in the shop's time zone."""
    for number, days in enumerate([10, 50, 500]):
        at = datetime.now(UTC) - days * DAY
        sale = Conversion(reference=str(number), occurred_at=at)
        tracker.record(sale, touch=Touch(at=at, contact=f"canary-{number}"))

    dry = run("retention", "--clicks", "40d", "--personal", "1y", "--dry-run")
    done = run("retention", "--clicks", "40d", "--personal", "1y")

    assert dry.stdout == "to be deleted: nothing\nto be made nobody's: 1 conversion\n"
    assert done.stdout == "deleted: nothing\nmade nobody's: 1 conversion\n"
    assert {row.dimension for row in tracker.report("contact").rows} == {
        *("canary-0", "canary-1"),
        None,
    }


def test_retention_writes_the_file_anew_when_asked(
    run: Run, tracker: Tracker, tmp_path: Path
) -> None:
    at = datetime.now(UTC) - 500 * DAY
    tracker.record(Conversion(occurred_at=at), touch=Touch(at=at, contact="canary"))

    assert run("retention", "--personal", "1y", "--scrub").exit_code == 0

    assert files_with(tmp_path, b"canary") == {}


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ((), "--clicks, or --personal"),
        (("--clicks", "29d"), "--clicks is within the window of 30 days"),
        (("--personal", "1w"), "--personal is within the window of 30 days"),
        (("--clicks", "soon"), "--clicks"),
    ],
)
def test_retention_that_makes_no_sense_is_refused(
    run: Run, arguments: tuple[str, ...], named: str
) -> None:
    result = run("retention", *arguments)

    assert result.exit_code == 2
    assert named in result.stderr
