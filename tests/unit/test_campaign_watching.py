"""A changed file is seen once, when it has settled, and looking costs nothing in between."""

import os
from pathlib import Path

from campaign.watching import FileWatch


class Seconds:
    """A clock that is moved by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def write(path: Path, text: str, at: int) -> None:
    path.write_text(text, "utf-8")
    os.utime(path, (at, at))


def test_a_change_is_seen_once_and_only_when_it_has_settled(tmp_path: Path) -> None:
    path, seconds = tmp_path / "a.yaml", Seconds()
    write(path, "one", 1)
    watch = FileWatch([path], every_s=3, seconds=seconds)
    assert not watch.is_due
    seconds.now = 3.5
    assert watch.is_due
    assert not watch.has_changed()
    assert not watch.is_due
    write(path, "tw", 2)
    assert not watch.has_changed(), "it may still be being written"
    write(path, "two", 3)
    assert not watch.has_changed()
    assert watch.has_changed()
    assert not watch.has_changed()


def test_a_file_that_was_only_touched_has_not_changed(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    write(path, "one", 1)
    watch = FileWatch([path])
    write(path, "one", 2)
    assert [watch.has_changed() for _ in range(3)] == [False, False, False]


def test_a_link_that_points_elsewhere_is_a_change(tmp_path: Path) -> None:
    """So a mounted configuration is replaced in a cluster."""
    old, new, link = tmp_path / "old", tmp_path / "new", tmp_path / "a.yaml"
    write(old, "one", 1)
    write(new, "two", 1)
    link.symlink_to(old)
    watch = FileWatch([link])
    link.unlink()
    link.symlink_to(new)
    assert [watch.has_changed() for _ in range(3)] == [False, True, False]


def test_a_file_that_is_gone_and_one_that_comes_are_changes(tmp_path: Path) -> None:
    path = tmp_path / "fr.po"
    watch = FileWatch([path])
    known = watch.digest
    write(path, "one", 1)
    assert [watch.has_changed() for _ in range(2)] == [False, True]
    assert watch.digest != known
    path.unlink()
    assert [watch.has_changed() for _ in range(2)] == [False, True]
    assert watch.digest == known
