"""Grading again: after a resubmission, after marks given by hand, after an interruption."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from course import classroom
from course.classroom import pool, verdicts
from course.classroom.directory import ClassDirectory
from course.classroom.writer import Writer
from course.grading.judge import judge_source
from course.text import CourseError
from tests.classroom.room import SKELETON, SOLUTION, change_worksheet, gradebook, hand_in, mark, nbgrader, set_by_hand
from tests.classroom.stored import forget

if TYPE_CHECKING:
    from pathlib import Path

    from course.grading.verdict import Verdict


def grade(root: Path) -> str:
    return classroom.grade(root, jobs=2, progress=False).en


def test_a_resubmission_gets_its_new_mark(room: Path) -> None:
    hand_in(room, "ada", "sgd")
    hand_in(room, "bo", "sgd", SOLUTION["sgd"])
    assert "0 unchanged" in grade(room)
    assert mark(room, "ada", "sgd").score == 0
    hand_in(room, "ada", "sgd", SOLUTION["sgd"])
    assert "1 unchanged" in grade(room)
    assert mark(room, "ada", "sgd").auto == 10
    hand_in(room, "ada", "sgd", SKELETON["sgd"])
    assert nbgrader(room, "autograde", "sgd", "--force").returncode == 0
    assert mark(room, "ada", "sgd").score == 0
    assert "2 unchanged" in grade(room), "what plain nbgrader wrote is known to ours"


def test_a_new_answer_alone_is_taken_in_without_judging_again(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hand_in(room, "ada", "sgd", SOLUTION["sgd"])
    grade(room)
    hand_in(room, "ada", "sgd", SOLUTION["sgd"], answer="Because.")
    monkeypatch.setattr(
        "course.classroom.judging.judge_source", lambda *_, **__: pytest.fail("the code has not changed")
    )
    assert "0 unchanged" in grade(room)
    assert mark(room, "ada", "sgd", "sgd-answer").by_hand
    assert "Because." in (room / "autograded/ada/sgd/sgd.ipynb").read_text("utf-8")


def test_what_a_person_gave_survives(room: Path) -> None:
    hand_in(room, "ada", "sgd")
    grade(room)
    set_by_hand(room, "ada", "sgd", manual_score=4.0, manual_comment="Seen in the lab · 课上看过")
    hand_in(room, "ada", "sgd", SOLUTION["sgd"])
    grade(room)
    got = mark(room, "ada", "sgd")
    assert (got.auto, got.manual, got.by_hand) == (10.0, 4.0, True)
    assert got.comment == "Seen in the lab · 课上看过"
    classroom.feedback(room, progress=False)
    assert "课上看过" in (room / "feedback/ada/sgd/sgd.html").read_text("utf-8")


def test_extra_credit_follows_the_verdict_until_a_person_changes_it(room: Path) -> None:
    hand_in(room, "ada", "sgd", SOLUTION["sgd"])
    grade(room)
    most = mark(room, "ada", "sgd").extra
    assert most
    hand_in(room, "ada", "sgd")
    grade(room)
    assert mark(room, "ada", "sgd").extra is None
    set_by_hand(room, "ada", "sgd", extra_credit=0.5)
    hand_in(room, "ada", "sgd", SOLUTION["sgd"])
    grade(room)
    assert mark(room, "ada", "sgd").extra == 0.5


def test_code_without_a_worksheet_keeps_its_mark(room: Path) -> None:
    (hand_in(room, "ada", "sgd", SOLUTION["sgd"]) / "sgd.ipynb").unlink()
    grade(room)
    assert mark(room, "ada", "sgd").auto == 10
    answer = mark(room, "ada", "sgd", "sgd-answer")
    assert (answer.auto, answer.by_hand) == (0.0, False)
    assert "missing" in answer.comment
    assert sorted(path.name for path in (room / "submitted/ada/sgd").iterdir()) == ["sgd.py"]
    assert "1 unchanged" in grade(room)


def test_other_points_in_the_worksheet_scale_the_mark(room: Path) -> None:
    change_worksheet(room / "source/sgd", "sgd", lambda cells: cells[1]["metadata"]["nbgrader"].update(points=5))
    classroom.release(room, ["sgd"], progress=False)
    hand_in(room, "ada", "sgd", SOLUTION["sgd"])
    grade(room)
    got = mark(room, "ada", "sgd")
    assert (got.auto, got.most) == (5.0, 5.0)


def test_an_instructors_own_test_cell_is_never_full_marks_by_silence(room: Path) -> None:
    own = {"grade": True, "grade_id": "own", "locked": True, "points": 7, "schema_version": 3, "solution": False}

    def add(cells: list[dict[str, Any]]) -> None:
        marks = {"nbgrader": {**own, "task": False}}
        cell: dict[str, Any] = {
            "cell_type": "code",
            "id": "own",
            "metadata": marks,
            "outputs": [],
            "execution_count": None,
        }
        cells.append({**cell, "source": "assert False"})

    change_worksheet(room / "source/sgd", "sgd", add)
    classroom.release(room, ["sgd"], progress=False)
    hand_in(room, "ada", "sgd", SOLUTION["sgd"])
    grade(room)

    with gradebook(room) as book:
        own_grade = book.find_grade("own", "sgd", "sgd", "ada")
        assert (own_grade.auto_score, own_grade.needs_manual_grade) == (None, True)


def test_one_that_cannot_be_judged_is_named_and_the_others_are_graded(
    room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for student in ("ada", "bo", "chen"):
        hand_in(room, student, "sgd", f"{SOLUTION['sgd']}\n# {student}\n")

    def failing(topic: Any, source: bytes, **options: Any) -> Verdict:
        if b"# bo" in source:
            raise OSError("the disk is full")
        return judge_source(topic, source, **options)

    with monkeypatch.context() as patch:
        patch.setattr("course.classroom.judging.judge_source", failing)
        with pytest.raises(CourseError) as told:
            grade(room)
    assert "1 of 3 submissions" in told.value.text.en
    assert "bo/sgd: OSError('the disk is full')" in told.value.text.en
    assert "3 份提交中有 1 份" in told.value.text.zh
    assert [mark(room, student, "sgd").auto for student in ("ada", "chen")] == [10, 10]
    assert "2 unchanged" in grade(room)
    assert mark(room, "bo", "sgd").auto == 10


def test_an_interruption_loses_nothing_that_was_judged(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    students = [f"student-{number}" for number in range(30)]
    for student in students:
        hand_in(room, student, "sgd", SOLUTION["sgd"] + f"\n# {student}\n")
    found = ClassDirectory.find(room)
    monkeypatch.setattr(pool, "PATIENCE", 0.01)
    commit = Writer.commit
    entered: list[str] = []

    def interrupted(writer: Writer) -> dict[tuple[str, str], Exception]:
        if entered:
            raise KeyboardInterrupt
        entered.extend(student for _, student in writer._waiting)
        return commit(writer)

    with monkeypatch.context() as patch:
        patch.setattr(Writer, "commit", interrupted)
        with pytest.raises(KeyboardInterrupt):
            classroom.grade(room, jobs=1, progress=False)
    kept = [student for student in students if verdicts.load(found, "sgd", student)]
    assert set(entered) < set(kept)
    assert len(kept) < len(students), "what had not begun was cancelled"
    assert mark(room, entered[0], "sgd").auto == 10
    assert "30 submissions" in grade(room)


def test_a_record_that_is_lost_is_judged_again(room: Path) -> None:
    hand_in(room, "ada", "sgd", SOLUTION["sgd"])
    grade(room)
    forget(room, "sgd", "ada")
    assert "0 unchanged" in grade(room)
    assert mark(room, "ada", "sgd").auto == 10


def test_the_command_line_does_it(room: Path) -> None:
    hand_in(room, "ada", "sgd", SOLUTION["sgd"])
    environment = {**os.environ, "PATH": "/usr/bin:/bin", "COURSE_LANG": "zh"}
    for step in (["grade", "sgd", "--jobs", "1"], ["feedback"]):
        done = subprocess.run(
            [sys.executable, "-m", "course.cli", "class", *step],
            cwd=room,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
    assert "正确" in (room / "feedback/ada/sgd/sgd.html").read_text("utf-8")
