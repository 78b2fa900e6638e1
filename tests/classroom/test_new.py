"""A new class: complete, outside the repository, with a secret of its own; nothing is ever overwritten."""

from __future__ import annotations

import errno
import json
import re
import stat
import sys
from dataclasses import replace
from typing import TYPE_CHECKING
from unittest import mock

import pytest

from course import classroom
from course.classroom import directory, worksheet
from course.classroom.directory import ClassDirectory
from course.classroom.exercise import from_lesson
from course.system.workspace import ROOT
from course.text import CourseError
from course.topic import Topic, topics
from tests.classroom.room import SKELETON, new_class

if TYPE_CHECKING:
    from pathlib import Path


def test_it_has_an_assignment_for_every_topic(tmp_path: Path) -> None:
    root = new_class(tmp_path / "class")
    for each in topics():
        folder = root / "source" / each.stem
        assert (folder / f"{each.stem}.py").read_text("utf-8") == SKELETON[each.stem]
        text = (folder / f"{each.stem}.ipynb").read_text("utf-8")
        cells = ["".join(cell["source"]) for cell in json.loads(text)["cells"]]
        for sentence in (each.summary, each.question):
            assert any(sentence.en in cell for cell in cells)
            assert any(sentence.zh in cell for cell in cells)
        assert each.formula.en in cells[0]
        assert each.formula.zh in cells[0]
        assert each.rubric.en in cells[-1]
        assert each.rubric.zh in cells[-1]
    readme = (root / "README.md").read_text("utf-8")
    assert "course class grade" in readme
    assert "秘密" in readme


def test_the_worksheet_sets_the_exercise_as_the_lesson_does() -> None:
    """Momentum's lesson is the model; a topic without a lesson has a general text."""
    exercise = from_lesson(Topic.load("momentum"))
    assert exercise is not None
    built = "".join("".join(cell["source"]) for cell in json.loads(worksheet.build(Topic.load("momentum")))["cells"])
    for text in (exercise.en, exercise.zh):
        assert text in built
        assert "`momentum.py`" in text
        assert "../" not in text
        assert not text.startswith("#")
        assert not text.endswith((":", "："))
    invented = replace(Topic.load("momentum"), stem="invented")
    assert from_lesson(invented) is None
    assert "Open `invented.py`." in worksheet.build(invented)


def test_the_secret_is_private_and_differs_from_class_to_class(tmp_path: Path) -> None:
    first, second = new_class(tmp_path / "a"), new_class(tmp_path / "b")
    seeds = {(root / "secret-seed").read_text("utf-8").strip() for root in (first, second)}
    assert len(seeds) == 2
    assert all(re.fullmatch("[0-9a-f]{64}", seed) for seed in seeds)
    if sys.platform != "win32":
        assert stat.S_IMODE((first / "secret-seed").stat().st_mode) == 0o600
    assert "/secret-seed" in (first / ".gitignore").read_text("utf-8").splitlines()
    for path in (first / "source").rglob("*.*"):
        assert not any(seed in path.read_text("utf-8") for seed in seeds)


def test_it_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("kept", "utf-8")
    with pytest.raises(CourseError, match="not empty"):
        classroom.new(tmp_path, SKELETON)
    root = new_class(tmp_path / "class")
    seed = (root / "secret-seed").read_text("utf-8")
    with pytest.raises(CourseError, match="不是空目录"):
        classroom.new(root, SKELETON)
    assert (root / "secret-seed").read_text("utf-8") == seed
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["mine.txt"]


def test_it_is_made_outside_the_repository() -> None:
    with pytest.raises(CourseError, match="outside"):
        classroom.new(ROOT / "lessons" / "class", SKELETON)
    assert not (ROOT / "lessons" / "class").exists()


def test_a_lost_secret_stops_everything(tmp_path: Path) -> None:
    root = new_class(tmp_path / "class")
    (root / "secret-seed").write_text("oops", "utf-8")
    with pytest.raises(CourseError, match="backup"):
        ClassDirectory(root).seed()
    with pytest.raises(CourseError, match="备份"):
        classroom.release(root, ["sgd"], progress=False)


@pytest.mark.parametrize("step", [classroom.release, classroom.grade, classroom.feedback])
def test_elsewhere_there_is_no_class(tmp_path: Path, step: object) -> None:
    assert callable(step)
    with pytest.raises(CourseError, match="is not a class"):
        step(tmp_path)


def test_steps_out_of_order_say_what_comes_first(tmp_path: Path) -> None:
    root = new_class(tmp_path / "class")
    with pytest.raises(CourseError, match="Nothing has been handed in"):
        classroom.grade(root, progress=False)
    with pytest.raises(CourseError, match="Nothing has been graded"):
        classroom.feedback(root, progress=False)
    (root / "submitted/ada/adam").mkdir(parents=True)
    with pytest.raises(CourseError, match="course class release adam"):
        classroom.grade(root, ["adam"], progress=False)


def test_a_secret_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "secret-key"
    full = OSError(errno.ENOSPC, "No space left on device")
    with mock.patch("os.fsync", side_effect=full), pytest.raises(OSError, match="space"):
        directory.make_secret(path)
    assert list(tmp_path.iterdir()) == []
    directory.make_secret(path)
    first = path.read_text("ascii")
    with pytest.raises(FileExistsError):
        directory.make_secret(path)
    assert re.fullmatch("[0-9a-f]{64}\n", first)
    assert path.read_text("ascii") == first
