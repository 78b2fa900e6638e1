"""Files that are never half-written, and what a process leaves that is killed while it writes one."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from typing import TYPE_CHECKING
from unittest import mock

import pytest

from course.system import atomic
from course.system.workspace import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

posix = pytest.mark.skipif(os.name != "posix", reason="Windows has no such locks")
KILLED = """
import os, signal, sys
from pathlib import Path
from course.system import atomic
with atomic.making(Path(sys.argv[1])) if sys.argv[2:] else open(os.devnull, "wb") as opened:
    opened.write(b"half")
    opened.flush()
    if not sys.argv[2:]:
        os.replace = None
        Path.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
        atomic.write(Path(sys.argv[1]), "half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def killed(*arguments: object) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, *map(str, arguments)], cwd=ROOT, check=False)
    assert done.returncode == -9


@posix
def test_what_a_killed_process_has_left_is_used_up_by_the_next(tmp_path: Path) -> None:
    file = tmp_path / "file"
    atomic.write(file, "whole")
    killed(file)
    killed(file)
    assert file.read_text("utf-8") == "whole"
    assert names(tmp_path) == [".file.part", "file"], "one, however often"
    atomic.write(file, "new")
    assert (file.read_text("utf-8"), names(tmp_path)) == ("new", ["file"])


@posix
@pytest.mark.parametrize("kind", ["link", "hard link", "pipe", "folder"])
def test_nothing_is_written_through_what_lies_in_the_place(tmp_path: Path, kind: str) -> None:
    (tmp_path / "victim").write_text("mine", "utf-8")
    part = tmp_path / ".file.part"
    make: dict[str, Callable[[], object]] = {
        "link": lambda: part.symlink_to(tmp_path / "victim"),
        "hard link": lambda: os.link(tmp_path / "victim", part),
        "pipe": lambda: os.mkfifo(part),
        "folder": lambda: part.mkdir(),  # noqa: PLW0108 - as the others
    }
    make[kind]()
    atomic.write(tmp_path / "file", "new")
    assert (tmp_path / "victim").read_text("utf-8") == "mine"
    assert (tmp_path / "file").read_text("utf-8") == "new"
    assert not (tmp_path / "file").is_symlink()


def test_two_writers_at_once_both_write_whole_files(tmp_path: Path) -> None:
    file, seen = tmp_path / "file", set()

    def write(letter: str) -> None:
        for _ in range(100):
            atomic.write(file, letter * 10_000)

    threads = [threading.Thread(target=write, args=(letter,)) for letter in "ab"]
    for each in threads:
        each.start()
    while any(each.is_alive() for each in threads):
        if file.exists():
            seen.add(file.read_text("utf-8"))
    assert seen <= {"a" * 10_000, "b" * 10_000}
    assert names(tmp_path) == ["file"]


def test_the_mode_stays_and_a_failure_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "file"
    atomic.write(file, "one")
    file.chmod(0o640)
    atomic.write(file, b"two")
    assert stat.S_IMODE(file.stat().st_mode) == (0o640 if os.name == "posix" else 0o666)
    with pytest.raises(UnicodeEncodeError):
        atomic.write(file, "\ud800")
    assert (file.read_bytes(), names(tmp_path)) == (b"two", ["file"])


def test_a_file_in_the_making_is_there_when_it_is_whole(tmp_path: Path) -> None:
    with atomic.making(tmp_path / "file") as opened:
        opened.write(b"whole")
        assert "file" not in names(tmp_path)
    assert (tmp_path / "file").read_bytes() == b"whole"
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o600
    with pytest.raises(FileExistsError), atomic.making(tmp_path / "file") as opened:
        opened.write(b"other")
    with pytest.raises(ZeroDivisionError), atomic.making(tmp_path / "other") as opened:
        opened.write(bytes([1 // 0]))
    assert (names(tmp_path), (tmp_path / "file").read_bytes()) == (["file"], b"whole")


@pytest.mark.parametrize("links", [True, False])
@pytest.mark.parametrize("nameless", [True, False])
def test_where_no_file_is_without_a_name_it_has_another_until_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, nameless: bool, links: bool
) -> None:
    if not nameless:
        monkeypatch.setattr(atomic, "_nameless", lambda _: (-1, ""))
        if not links:
            monkeypatch.setattr(os, "link", mock.Mock(side_effect=PermissionError))
    with atomic.making(tmp_path / "file") as opened:
        opened.write(b"whole")
    assert (names(tmp_path), (tmp_path / "file").read_bytes()) == (["file"], b"whole")
    with pytest.raises(FileExistsError), atomic.making(tmp_path / "file"):
        pass
    assert names(tmp_path) == ["file"]
