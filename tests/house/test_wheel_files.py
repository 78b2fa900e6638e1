"""What pyproject.toml puts into the wheel: every topic's files, solutions, notebooks, and nothing that is a learner's.

Read off the tables that the builder reads; tests/users/test_wheel.py builds the wheel, and finds the same list in it.
"""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import PurePosixPath
from typing import Any

import pytest

from course.system import workspace
from course.system.workspace import ROOT
from course.text import LANGS
from course.topic import lessons, topics

BUILD = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]


def tracked() -> list[str]:
    """Every file that git knows or would add."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    return [name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def packed(names: list[str], settings: dict[str, Any]) -> dict[str, str]:
    """Where each file lies in the wheel; one that is left out is not there."""
    found = {}
    for name in names:
        path = PurePosixPath(name)
        if not any(path.is_relative_to(each) for each in settings["only-include"]):
            continue
        if any(path.is_relative_to(each.lstrip("/")) for each in settings["exclude"]):
            continue
        source = next((each for each in settings["sources"] if path.is_relative_to(each)), "")
        found[name] = f"{settings['sources'][source]}{name.removeprefix(source)}" if source else name
    return found


def missing(settings: dict[str, Any]) -> set[str]:
    """What a course that was installed with these settings would look for in vain."""
    names = tracked()
    wheel = packed(names, settings)
    wanted = {f"course/data/solutions/{topic.stem}.py" for topic in topics()}
    wanted |= {f"course/data/lessons/{lang}/{each.stem}.ipynb" for lang in LANGS for each in lessons()}
    wanted |= {f"course/data/tests/exercises/{name}.py" for name in ("conftest", "test_exercises")}
    package = [name for name in names if name.startswith("course/") and not name.startswith("course/optim/")]
    return (wanted | set(package)) - set(wheel.values())


def test_the_wheel_is_whole() -> None:
    assert missing(BUILD) == set()
    for topic in topics():
        folder = {f"course/topics/{topic.stem}/{name}" for name in ("topic.toml", "lesson.md", "references.npz")}
        assert folder <= set(packed(tracked(), BUILD).values())


def test_a_learners_files_and_the_tests_stay_at_home() -> None:
    packages = {PurePosixPath(each).parts[0] for each in packed(tracked(), BUILD).values()}
    assert packages == {"course"}
    assert not [each for each in packed(tracked(), BUILD) if each.startswith(("course/optim/", "tests/hostile/"))]


@pytest.mark.parametrize(
    ("change", "gone"),
    [
        (
            {"only-include": ["course", "lessons/en", "solutions", "tests/exercises"]},
            "course/data/lessons/zh/sgd.ipynb",
        ),
        ({"exclude": ["/course/optim", "/course/topics/adam"]}, "course/topics/adam/references.npz"),
        ({"sources": {"lessons": "course/data/lessons"}}, "course/data/solutions/sgd.py"),
    ],
)
def test_a_hole_is_seen(change: dict[str, Any], gone: str) -> None:
    assert gone in missing({**BUILD, **change})


def test_one_function_finds_what_the_wheel_brings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the package in a clone, inside it elsewhere: where the tables above put it."""
    assert workspace.data("solutions/sgd.py") == ROOT / "solutions/sgd.py"
    monkeypatch.setattr(workspace, "checkout", lambda: None)
    for name, place in packed(tracked(), BUILD).items():
        if name.startswith(("solutions/", "lessons/", "tests/")):
            assert workspace.data(name) == ROOT / place


CLONE = re.compile(r"\bworkspace(\.ROOT\b| import (\([^)]*|[^\n(]*)\bROOT\b)")
"""Code that asks for the folder above the package."""


@pytest.mark.parametrize(
    ("line", "asks"),
    [
        ("from course.system.workspace import ROOT", True),
        ("from course.system.workspace import MARKER, ROOT", True),
        ("from course.system.workspace import (\n    MARKER,\n    ROOT,\n)", True),
        ("FILE = workspace.ROOT / 'a'", True),
        ("from course.system.workspace import SKELETONS\nROOT = 1", False),
        ("from course.setup.pip import ROOT", False),
        ("workspace.here().root", False),
    ],
)
def test_who_asks_for_the_folder_above_is_seen(line: str, asks: bool) -> None:  # noqa: FBT001 - a table's column
    assert bool(CLONE.search(line)) is asks


def test_nothing_else_looks_beside_the_package() -> None:
    """The folder above the package is a clone's alone: `workspace` knows whether it is one, the installer needs one."""
    for path in sorted((ROOT / "course").rglob("*.py")):
        name = path.relative_to(ROOT / "course").as_posix()
        depth = name.count("/") + 1
        if name != "system/workspace.py" and not name.startswith("setup/"):
            text = path.read_text("utf-8")
            assert f"__file__).resolve().parents[{depth}]" not in text, name
            assert name.startswith("authoring/") or not CLONE.search(text), name
