"""`course check` as scripts and learners meet it: exit status, one JSON object a topic, a sentence for every misuse."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from course import cli
from course.system.workspace import ROOT
from course.topic import Topic

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

RIGHT = Topic.load("sgd").solution.read_text("utf-8")
STATUSES = {"passed", "wrong", "not-implemented", "error", "timeout", "limit", "rejected"}


def course(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, as a shell does."""
    return subprocess.run(
        [sys.executable, "-m", "course.cli", *arguments],
        capture_output=True, encoding="utf-8", check=False, cwd=ROOT, env={**os.environ, **environment},
    )  # fmt: skip


def refuse(constant: str) -> NoReturn:
    """NaN and Infinity are no JSON, whatever Python's reader says."""
    raise ValueError(constant)


def objects(output: str) -> list[dict[str, Any]]:
    """What was printed, which must be JSON objects and nothing else, one a line."""
    return [json.loads(line, parse_constant=refuse) for line in output.splitlines()]


NOISE = {
    "at import": "print('noise', flush=True)",
    "to standard error": "import sys\nprint('noise', file=sys.stderr)",
    "past Python": "import os\nos.write(1, b'noise')\nos.write(2, b'noise')",
    "to the original stream": "import sys\nsys.__stdout__.write('noise')\nsys.__stdout__.flush()",
    "at exit": "import atexit\natexit.register(print, 'noise')",
    "as JSON": 'print(\'{"schema": 1, "topic": "sgd", "status": "passed"}\')',
}


@pytest.mark.parametrize("noise", NOISE)
def test_json_and_nothing_else(noise: str, tmp_path: Path) -> None:
    (tmp_path / "sgd.py").write_text(f"{NOISE[noise]}\n{RIGHT.replace('- self.lr', '+ self.lr')}", "utf-8")
    done = course("check", "sgd", "--submission", str(tmp_path), "--json")
    (verdict,) = objects(done.stdout)
    assert (done.returncode, verdict["status"], done.stderr) == (1, "wrong", "")


def test_the_object_is_what_the_design_says(tmp_path: Path) -> None:
    (tmp_path / "sgd.py").write_text(RIGHT.replace("- self.lr * grad", "- self.lr * grad / 0"), "utf-8")
    (tmp_path / "momentum.py").write_text(Topic.load("momentum").solution.read_text("utf-8"), "utf-8")
    done = course("check", "sgd", "momentum", "adam", "--submission", str(tmp_path), "--json", COURSE_LANG="zh")
    found = objects(done.stdout)
    assert done.returncode == 1
    assert [each["topic"] for each in found] == ["sgd", "momentum", "adam"]
    assert [each["status"] for each in found] == ["wrong", "passed", "not-implemented"]
    for each in found:
        assert each["schema"] == 1
        assert each["status"] in STATUSES
        assert 0 <= each["score"] <= each["max_score"] == 10.0
        assert set(each["message"]) == {"en", "zh"}
        assert isinstance(each["mistakes"], list)
        drawn = [case for case in each["cases"] if "fresh" in case]
        assert [(case["fresh"], case["max_points"]) for case in drawn] == [(True, 0)]
        assert re.fullmatch(r"[0-9a-z]{5}", drawn[0]["seed"])
        assert drawn[0]["id"].startswith("fresh-")
        for case in each["cases"]:
            assert {"id", "passed", "points", "max_points", "reason"} <= set(case)
            assert case["points"] == (case["max_points"] if case["passed"] else 0)
            assert bool(case["reason"]) != case["passed"]
            assert case.get("stretch", True) is True
        core = [case for case in each["cases"] if "stretch" not in case]
        assert sum(case["max_points"] for case in core) == pytest.approx(each["max_score"], abs=1e-4)
        assert sum(case["points"] for case in core) == pytest.approx(each["score"], abs=1e-4)
    first = found[0]["first_difference"]
    assert {"case", "step", "parameter", "quantity", "expected", "got"} <= set(first)
    assert (first["case"], first["step"], first["parameter"], first["quantity"]) == ("two-parameters", 1, 0, "param")
    assert isinstance(first["expected"], float)
    assert first["got"] in {"inf", "-inf"}
    assert found[1]["first_difference"] is None
    assert "应为" in found[0]["cases"][0]["reason"], "the reason is in the reader's language"


def test_passed_is_0(tmp_path: Path) -> None:
    (tmp_path / "sgd.py").write_text(RIGHT, "utf-8")
    done = course("check", "sgd", "--submission", str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    assert "passed" in done.stdout.splitlines()[0]


def directory(file: Path) -> None:
    file.mkdir()


def loop(file: Path) -> None:
    file.symlink_to(file)


def dangling(file: Path) -> None:
    file.symlink_to(file.with_name("nowhere.py"))


def pipe(file: Path) -> None:
    os.mkfifo(file)


def unreadable(file: Path) -> None:
    file.symlink_to("/proc/self/mem")  # to be read by nobody from its start, not even by root


ODD_FILES: dict[str, tuple[Callable[[Path], None], str]] = {
    "a directory": (directory, "not-implemented"),
    "a link to itself": (loop, "not-implemented"),
    "a link to nowhere": (dangling, "not-implemented"),
    "a pipe": (pipe, "not-implemented"),
    "not to be read": (unreadable, "error"),
}


@pytest.mark.parametrize("what", ODD_FILES)
def test_odd_files(what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make, status = ODD_FILES[what]
    make(tmp_path / "sgd.py")
    assert cli.main(["check", "sgd", "--submission", str(tmp_path), "--json"]) == cli.NOT_PASSED
    out, err = capsys.readouterr()
    (verdict,) = objects(out)
    assert (verdict["status"], verdict["score"], err) == (status, 0.0, "")
    assert "sgd.py" in verdict["message"]["en"]


MISUSE = {
    "no such topic": (["check", "adma"], "adam"),
    "nothing like a topic": (["check", "???"], "lookahead"),
    "no such folder": (["check", "sgd", "--submission", "{folder}/nowhere"], "nowhere"),
    "a file for a folder": (["check", "sgd", "--submission", "{folder}/sgd.py"], "sgd.py"),
    "a loop for a folder": (["check", "sgd", "--submission", "{folder}/loop"], "loop"),
    "no such command": (["chekc"], "--help"),
    "no such option": (["check", "sgd", "--jsno"], "--help"),
    "no such language": (["--lang", "fr", "check", "sgd"], "--help"),
    "no such tier": (["hint", "sgd", "--tier", "4"], "--help"),
}


@pytest.mark.parametrize("what", MISUSE)
def test_misuse_is_2_and_a_sentence(what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "sgd.py").write_text(RIGHT, "utf-8")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    arguments, named = MISUSE[what]
    try:
        status = cli.main([argument.format(folder=tmp_path) for argument in arguments])
    except SystemExit as exit_:  # argparse's own way out
        status = int(exit_.code or 0)
    out, err = capsys.readouterr()
    assert (status, out) == (cli.MISUSE, "")
    assert named in err
    assert "Traceback" not in err
    english, chinese = err.strip().splitlines()
    assert english.isascii()
    assert any("\u4e00" <= char <= "\u9fff" for char in chinese)


@pytest.mark.parametrize("seconds", ["0", "-1", "ten", "1.5", ""])
def test_a_senseless_time_limit(
    seconds: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "sgd.py").write_text(RIGHT, "utf-8")
    monkeypatch.setenv("COURSE_SECONDS", seconds)
    assert cli.main(["check", "sgd", "--submission", str(tmp_path)]) == cli.MISUSE
    assert "COURSE_SECONDS" in capsys.readouterr().err
