"""A checkout that may not be written, a disk that is full: each command works, or ends in one sentence."""

from __future__ import annotations

import errno
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest

from course import cli
from course.system import refusal
from tests.browser.copies import copy_working_tree
from tests.learner import filled

if TYPE_CHECKING:
    from collections.abc import Iterator

UNPRIVILEGED = ["setpriv", "--inh-caps=-all", "--bounding-set=-all"] if os.geteuid() == 0 else []
"""Root may write everywhere, but not without its capabilities."""


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy of the checkout without an environment, in which nobody may write."""
    copy = tmp_path_factory.mktemp("read-only") / "downhill"
    copy_working_tree(copy)
    everything = [copy, *copy.rglob("*")]
    for path in everything:
        path.chmod(path.stat().st_mode & ~0o222)
    yield copy
    for path in everything:
        path.chmod(path.stat().st_mode | 0o200)


def run(checkout: Path, *command: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command there, with this environment's packages and that checkout's course."""
    before = contents(checkout)
    ran = subprocess.run(
        [*UNPRIVILEGED, *command],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": str(checkout), "COURSE_LANG": "en"},
        input=typed,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    assert "Traceback" not in ran.stdout + ran.stderr
    assert contents(checkout) == before
    return ran


def test_the_checkout_is_read_only(checkout: Path) -> None:
    """Else nothing below would show anything."""
    write = "import pathlib\ntry: pathlib.Path('new.py').touch()\nexcept PermissionError: print('refused')"
    assert run(checkout, sys.executable, "-c", write).stdout == "refused\n"


@pytest.mark.parametrize(
    ("arguments", "status", "shown"),
    [
        (["check", "momentum"], 1, "not implemented"),
        (["check", "momentum", "--json"], 1, '"status": "not-implemented"'),
        (["status"], 1, "[░"),
        (["hint", "momentum"], 0, "1/3"),
        (["solution", "momentum"], 1, "opens once your own"),
        (["watch"], 0, "Watching"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, list) else "",
)
def test_what_writes_nothing_works(checkout: Path, arguments: list[str], status: int, shown: str) -> None:
    ran = run(checkout, sys.executable, "-m", "course.cli", *arguments, typed="q\n")
    assert ran.returncode == status
    assert shown in ran.stdout + ran.stderr


@pytest.mark.parametrize("arguments", [["reset", "momentum"], ["lab"]], ids=lambda value: value[0])
def test_what_has_to_write_says_that_it_may_not(checkout: Path, arguments: list[str]) -> None:
    ran = run(checkout, sys.executable, "-m", "course.cli", *arguments)
    assert ran.returncode == 2
    english, chinese = ran.stderr.splitlines()
    assert re.search(rf"{re.escape(str(checkout))}\S* may not be written", english)
    assert "没有读写" in chinese


def test_pytest_works(checkout: Path) -> None:
    ran = run(checkout, sys.executable, "-m", "pytest", "-k", "momentum")
    assert ran.returncode == 0
    assert "not implemented" in ran.stdout


def test_make_lab_without_an_environment(checkout: Path) -> None:
    ran = run(checkout, "make", "lab", f"PYTHON={sys.executable}")
    assert ran.returncode == 2
    assert "Nothing may be written in" in ran.stderr
    assert "没有写入" in ran.stderr


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], number: int
) -> None:
    """Simulated: a write that stops half-way."""
    monkeypatch.setenv("COURSE_LEARNER", str(filled(tmp_path, solved=True)))
    before = contents(tmp_path)
    opened = os.fdopen

    def full(*arguments: Any, **options: Any) -> Any:
        file = opened(*arguments, **options)
        half = mock.MagicMock(wraps=file)
        half.__enter__.return_value = half
        half.__exit__.side_effect = lambda *_: file.close()
        half.write.side_effect = OSError(number, os.strerror(number))
        return half

    monkeypatch.setattr(os, "fdopen", full)
    assert cli.main(["reset", "momentum"]) == 2
    said = capsys.readouterr().err
    assert "The disk is full" in said
    assert "磁盘已满" in said
    assert contents(tmp_path) == before


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (OSError(errno.EROFS, "Read-only file system", "/mnt/x"), "/mnt/x may not be written"),
        (PermissionError(errno.EACCES, "Permission denied", "/mnt/x"), "/mnt/x may not be written"),
        (FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/tmp']"), "No usable temporary"),
        (OSError("no number"), "no number"),
    ],
)
def test_every_refusal_has_a_sentence(error: OSError, shown: str) -> None:
    text = refusal.sentence(error)
    assert shown in text.en
    assert shown.split(maxsplit=1)[0] in text.zh


@pytest.mark.parametrize(
    ("error", "en", "zh"),
    [
        (OSError(errno.ENOSPC, "full", "/a"), "the disk is full: make room and run this again", "磁盘已满"),
        (OSError(errno.EACCES, "denied", "王 (1).py"), "the system refused: denied (王 (1).py)", "denied（王 (1).py）"),
        (OSError(errno.EIO, "I/O error"), "the system refused: I/O error", "系统拒绝了操作：I/O error"),
    ],
)
def test_the_same_within_a_sentence(error: OSError, en: str, zh: str) -> None:
    text = refusal.clause(error)
    assert text is not None
    assert text.en == en
    assert zh in text.zh


def test_what_the_system_gave_no_reason_for_is_left_to_others() -> None:
    assert refusal.clause(OSError("odd")) is None
