"""Files that a command writes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from wsgi_salestrack.commands.files import whole_file


def test_a_file_is_replaced_when_it_is_whole(tmp_path: Path) -> None:
    """With the mode that it had; where its name is a link, what that leads to."""
    file, link = tmp_path / "list.csv", tmp_path / "link.csv"
    file.write_text("old")
    file.chmod(0o640)
    link.symlink_to(file)

    with whole_file(link) as opened:
        opened.write("new\r\n")
        assert file.read_text() == "old"

    assert file.read_bytes() == b"new\r\n"
    assert (file.stat().st_mode & 0o777, link.is_symlink()) == (0o640, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.csv", "list.csv"]


def test_a_failure_leaves_the_old_one(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("old")

    def fail() -> None:
        with whole_file(file) as opened:
            opened.write("new")
            raise RuntimeError("half")

    with pytest.raises(RuntimeError, match="half"):
        fail()

    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("list.csv", "old")]


def test_a_new_file_is_as_the_umask_says_or_its_owners(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        for name, private in (("a", False), ("b", True)):
            with whole_file(tmp_path / name, private=private):
                pass
    finally:
        os.umask(before)

    modes = [(tmp_path / name).stat().st_mode & 0o777 for name in ("a", "b")]
    assert modes == [0o640, 0o600]


def test_a_private_one_is_new(tmp_path: Path) -> None:
    file = tmp_path / "c81.json"
    file.write_text("somebody else's")

    with pytest.raises(FileExistsError), whole_file(file, private=True):
        pass

    assert file.read_text() == "somebody else's"


def test_what_is_no_regular_file_is_written_to(tmp_path: Path) -> None:
    """A device would be gone, were it replaced."""
    device = Path("/dev/null")
    with whole_file(device) as opened:
        opened.write("all")

    assert device.is_char_device()


def test_an_error_names_the_file_that_was_given(tmp_path: Path) -> None:
    file = tmp_path / "none" / "list.csv"
    with pytest.raises(FileNotFoundError) as raised, whole_file(file):
        pass

    assert raised.value.filename == str(file)
