"""One grading path, four faces: terminal, notebook, pytest and nbgrader's judge tell the same of the same file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

import pytest

from course.authoring.skeletons import skeleton
from course.grading import render
from course.grading.judge import judge
from course.lab.parts.check import check
from course.system.workspace import ROOT
from course.text import LANGS
from course.topic import Topic
from tests.grading.remembered import recogniser
from tests.learner import LEARNERS_OWN

if TYPE_CHECKING:
    from pathlib import Path

    from course.grading.verdict import Status

SOLUTION = (ROOT / "solutions" / "momentum.py").read_text("utf-8")


FRESH = "k7m2q"


class Sample(NamedTuple):
    """A file and what every face must say of it."""

    text: str
    status: Status
    outcomes: dict[str, int]
    """pytest's count by outcome; momentum has nine core and three stretch cases."""


SAMPLES = {
    "right": Sample(SOLUTION, "passed", {"passed": 12}),
    "untouched": Sample(
        skeleton(SOLUTION),
        "not-implemented",
        {"skipped": 12},
    ),
    "wrong": Sample(
        SOLUTION.replace("(1 - self.dampening)", "(1 - self.momentum)"),
        "wrong",
        {"passed": 1, "failed": 8, "xfailed": 3},
    ),
    "crashing": Sample(
        SOLUTION.replace("return param -", "return params -"),
        "error",
        {"failed": 9, "xfailed": 3},
    ),
    "endless": Sample(
        SOLUTION.replace('buf = state["momentum_buffer"]', "while True: pass"), "timeout", {"failed": 9, "xfailed": 3}
    ),
    "remembers": Sample(recogniser("momentum"), "wrong", {"passed": 11, "failed": 1}),
    "broken": Sample(SOLUTION.replace("def update(", "def update(("), "error", {"failed": 9, "xfailed": 3}),
}


@pytest.fixture(params=SAMPLES)
def sample(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Sample]:
    monkeypatch.setenv("COURSE_SECONDS", "1" if request.param == "endless" else "2")
    found = SAMPLES[request.param]
    assert found.text != SOLUTION or request.param == "right", "the sample's edit found nothing to replace"
    (tmp_path / "momentum.py").write_text(found.text, "utf-8")
    return tmp_path, found


def test_faces_agree(sample: tuple[Path, Sample]) -> None:
    folder, expected = sample
    verdict = judge(Topic.load("momentum"), folder, fresh=FRESH)
    assert verdict.status == expected.status
    told = verdict.to_json("en")

    command = [sys.executable, "-m", "course.cli", "check", "momentum", "--fresh", FRESH, "--json", "--lang", "en"]
    terminal = subprocess.run([*command, "--submission", folder], capture_output=True, encoding="utf-8", check=False)
    assert json.loads(terminal.stdout) == told
    assert terminal.returncode == (0 if expected.status == "passed" else 1)

    report = check("momentum", folder, fresh=FRESH)
    assert report.verdict.to_json("en") == told
    for lang in LANGS:
        assert render.STATUS[expected.status][lang] in render.html(report.verdict, lang)
        assert render.STATUS[expected.status][lang] in render.terminal(report.verdict, lang)


def test_pytest_agrees(sample: tuple[Path, Sample]) -> None:
    folder, expected = sample
    command = [sys.executable, "-m", "pytest", *LEARNERS_OWN, "-q", "-p", "no:cacheprovider", "-k", "momentum"]
    outcome = subprocess.run(
        [*command, f"--submission={folder}"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, "COURSE_LANG": "en", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )
    last = outcome.stdout.strip().splitlines()[-1]
    parts = [part.split() for part in last.split(" in ")[0].split(", ")]
    counts = {name: int(count) for count, name, *_ in parts if name != "deselected"}
    assert counts == expected.outcomes, outcome.stdout
    assert outcome.returncode == (0 if expected.status in {"passed", "not-implemented"} else 1)
