"""The tests' classes: one that they only look at, graded by plain nbgrader and by ours, and one of each test's own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from course import classroom
from tests.classroom.room import ROOT, SKELETON, SOLUTION, change_worksheet, copy_class, hand_in, nbgrader, new_class

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

NO_DECAY = SOLUTION["momentum"].replace("grad = grad + self.weight_decay * param", "pass")
WARNS = SOLUTION["momentum"].replace(
    "        if self.maximize:",
    "        import sys, warnings\n        warnings.warn('take care')\n        print('so far', file=sys.stderr)\n"
    "        if self.maximize:",
)
EXITS = SKELETON["momentum"].replace("raise NotImplementedError", "import os; os._exit(0)")
ENDLESS = SKELETON["momentum"].replace("raise NotImplementedError", "while True: pass")
TELLS = SKELETON["momentum"].replace("raise NotImplementedError", 'raise ValueError("<script>alert(1)</script>")')
ANSWER = "The buffer tends to 10, so a step to 10·lr. 学习率应缩小到十分之一。"
FAKE_NUMPY = "raise SystemExit('shadowed')\n"
FULL_MARKS = "import sys\nc = globals().get('c')\nprint('10.0')\nsys.exit(0)\n"
TAKE_OVER = "c = get_config()\nc.Autograde.exclude_overwriting = {}\nc.Autograde.autograde_preprocessors = []\n"


@dataclass(frozen=True)
class Graded:
    """A graded class and what nbgrader said while grading it."""

    root: Path
    released: subprocess.CompletedProcess[str]
    graded: subprocess.CompletedProcess[str]
    returned: subprocess.CompletedProcess[str]


def flip(cells: list[dict[str, Any]]) -> None:
    """Everything that a student can change in the metadata to get more."""
    task, code, question, answer = cells
    code["metadata"]["nbgrader"].update(points=1000, solution=False, locked=False, schema_version=99)
    code["source"] = "10.0"
    code["outputs"] = [
        {"output_type": "execute_result", "data": {"text/plain": "10.0"}, "metadata": {}, "execution_count": 1}
    ]
    question["metadata"]["nbgrader"].update(grade=True, points=500, grade_id="momentum", solution=True)
    answer["metadata"]["nbgrader"].update(grade_id="momentum-bonus", points=-3)
    task["metadata"]["nbgrader"] = "no mapping"
    cells += [json.loads(json.dumps(code)), json.loads(json.dumps(code))]


def shorten(cells: list[dict[str, Any]]) -> None:
    """Delete the graded cells, turn the answer into code and answer in a new cell."""
    del cells[1:]
    cells.append({"cell_type": "markdown", "metadata": {}, "source": ANSWER + "<img src=x onerror=alert(1)>"})


def links(root: Path, folder: Path) -> None:
    """Links, which a zip archive can hold, to what a student may not see."""
    for name, target in (
        ("momentum.py", ROOT / "solutions/momentum.py"),
        ("momentum.ipynb", root / "source/momentum/momentum.ipynb"),
        ("notes.txt", root / "secret-seed"),
    ):
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(target)


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a class in which nothing has happened; a test copies it."""
    return new_class(tmp_path_factory.mktemp("empty") / "class")


@pytest.fixture(scope="session")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """Momentum released, graded and returned by plain nbgrader; sgd by ours, for some of the same students."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_SECONDS", "4")  # an endless submission should not cost this test its patience
        return _graded(new_class(tmp_path_factory.mktemp("class") / "autumn"))


def _graded(root: Path) -> Graded:
    released = nbgrader(root, "generate_assignment", "momentum")
    classroom.release(root, ["sgd"], progress=False)
    right = SOLUTION["momentum"]
    hand_in(root, "right", "momentum", right, answer=ANSWER)
    hand_in(root, "untouched", "momentum")
    hand_in(root, "no-decay", "momentum", NO_DECAY)
    hand_in(root, "warns", "momentum", WARNS)
    shadows = {"numpy_py": FAKE_NUMPY, "statistics_py": FAKE_NUMPY, "sitecustomize_py": FAKE_NUMPY}
    hand_in(root, "shadowed", "momentum", right, **shadows, conftest_py=FAKE_NUMPY, pytest_ini="[pytest]\n")
    cheats = {"conftest_py": FULL_MARKS, "sitecustomize_py": FULL_MARKS, "nbgrader_config_py": TAKE_OVER}
    hand_in(root, "shadows", "momentum", **cheats, pytest_ini="[pytest]\naddopts = --collect-only\n")
    hand_in(root, "exits", "momentum", EXITS)
    hand_in(root, "endless", "momentum", ENDLESS)
    hand_in(root, "broken", "momentum", "def update(:\n")
    hand_in(root, "tells", "momentum", TELLS)
    change_worksheet(hand_in(root, "flips", "momentum"), "momentum", flip)
    change_worksheet(hand_in(root, "shortens", "momentum", right), "momentum", shorten)
    (hand_in(root, "garbled", "momentum", right) / "momentum.ipynb").write_bytes(b'{"cells": [\xff')
    (hand_in(root, "no-code", "momentum", answer=ANSWER) / "momentum.py").rename(
        root / "submitted/no-code/momentum/Momentum (1).py"
    )
    links(root, hand_in(root, "links", "momentum"))
    for student in ("exits", "endless"):
        hand_in(root, student, "sgd", SOLUTION["sgd"])
    graded = nbgrader(root, "autograde", "momentum")
    classroom.grade(root, ["sgd"], jobs=2, progress=False)
    return Graded(root, released, graded, nbgrader(root, "generate_feedback", "momentum"))


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a class in which sgd is released: what `room` copies."""
    root = new_class(tmp_path_factory.mktemp("released") / "class")
    classroom.release(root, ["sgd"], progress=False)
    return root


@pytest.fixture
def room(released: Path, tmp_path: Path) -> Path:
    """Make a class of the test's own, in which sgd is released."""
    root = tmp_path / "class"
    copy_class(released, root)
    return root
