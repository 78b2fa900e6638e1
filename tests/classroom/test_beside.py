"""Mend and expose in a class: extra points for what is handed in, nothing lost without, and no way around."""

from __future__ import annotations

import dataclasses
import json
import zipfile
from typing import TYPE_CHECKING

import pytest

from course import classroom
from course.classroom import judging, verdicts
from course.classroom.directory import ClassDirectory
from course.classroom.store import Store
from course.grading import mending, tickets
from course.grading.sandbox import Limits
from course.grading.verdict import Verdict
from course.topic import Topic
from tests.classroom.room import SOLUTION, hand_in, mark, nbgrader
from tests.grading.beside import begun, solved

if TYPE_CHECKING:
    from pathlib import Path

STRETCH = Topic.load("sgd").stretch_points


def grade(root: Path) -> str:
    return classroom.grade(root, jobs=2, progress=False).en


def rows(root: Path, student: str) -> dict[str, bool]:
    """Which of the two exercises have a row in the verdict, and whether they passed."""
    record = verdicts.load(ClassDirectory.find(root), "sgd", student)
    assert record is not None
    return {each.id: each.passed for each in record.verdict.cases if each.id in tickets.KINDS}


def test_each_of_the_two_is_worth_its_extra_point(room: Path) -> None:
    right = SOLUTION["sgd"]
    mended, exposed = solved("sgd", "mend"), solved("sgd", "expose")
    hand_in(room, "ada", "sgd", right, sgd_mend_py=mended, sgd_expose_py=exposed)
    hand_in(room, "bo", "sgd", right, sgd_mend_py=mended)
    hand_in(room, "cy", "sgd", right, sgd_mend_py=begun("sgd", "mend"), sgd_expose_py=begun("sgd", "expose"))
    hand_in(room, "di", "sgd", right)
    hand_in(room, "ed", "sgd", sgd_expose_py=exposed)
    grade(room)
    extra = {student: mark(room, student, "sgd").extra for student in ("ada", "bo", "cy", "di", "ed")}
    assert extra == {"ada": STRETCH + 2, "bo": STRETCH + 1, "cy": STRETCH, "di": STRETCH, "ed": 1.0}
    assert all(mark(room, student, "sgd").auto == 10 for student in ("ada", "bo", "cy", "di"))
    assert rows(room, "ada") == {"mend": True, "expose": True}
    assert rows(room, "bo") == {"mend": True}
    assert rows(room, "cy") == {"mend": False, "expose": False}
    assert rows(room, "di") == {}
    classroom.feedback(room, progress=False)
    page = (room / "feedback/cy/sgd/sgd.html").read_text("utf-8")
    assert "extra: a rule with one mistake" in page
    assert "附加题：改正一处错误" in page
    assert mending.TICKETS.mistake(Topic.load("sgd"), "abcde").title.en not in page
    assert "5 unchanged" in grade(room)


def test_a_file_that_is_added_later_is_judged_and_the_others_are_not(room: Path) -> None:
    hand_in(room, "ada", "sgd", SOLUTION["sgd"])
    hand_in(room, "bo", "sgd", SOLUTION["sgd"])
    grade(room)
    hand_in(room, "ada", "sgd", SOLUTION["sgd"], sgd_expose_py=solved("sgd", "expose"))
    assert "1 unchanged" in grade(room)
    assert rows(room, "ada") == {"expose": True}
    hand_in(room, "ada", "sgd", SOLUTION["sgd"])
    assert "1 unchanged" in grade(room)
    assert rows(room, "ada") == {}
    hand_in(room, "ada", "sgd", SOLUTION["sgd"], sgd_expose_py=solved("sgd", "expose"))
    assert nbgrader(room, "autograde", "sgd", "--force").returncode == 0
    assert rows(room, "ada") == {"expose": True}
    assert mark(room, "ada", "sgd").extra == STRETCH + 1


def test_they_are_found_outside_their_folder_and_in_an_archive(room: Path) -> None:
    loose = room / "submitted/ada"
    loose.mkdir(parents=True)
    (loose / "sgd.py").write_text(SOLUTION["sgd"], "utf-8")
    (loose / "sgd_mend (1).py").write_text(solved("sgd", "mend"), "utf-8")
    packed = room / "submitted/bo"
    packed.mkdir(parents=True)
    with zipfile.ZipFile(packed / "sgd.zip", "w") as archive:
        archive.writestr("sgd.py", SOLUTION["sgd"])
        archive.writestr("sgd_mend.py", solved("sgd", "mend"))
        archive.writestr("sgd_expose.py", solved("sgd", "expose"))
    grade(room)
    assert rows(room, "ada") == {"mend": True}
    assert rows(room, "bo") == {"mend": True, "expose": True}


def test_a_mend_is_never_taken_for_the_rule(room: Path) -> None:
    folder = hand_in(room, "ada", "sgd", sgd_mend_py=solved("sgd", "mend"))
    (folder / "sgd.py").unlink()
    grade(room)
    got = mark(room, "ada", "sgd")
    assert got.auto == 0
    assert "sgd.py was not handed in" in got.comment


@pytest.mark.parametrize("kind", tickets.KINDS)
def test_hostile_files_cost_nothing_but_their_point(room: Path, kind: tickets.Kind) -> None:
    name = f"sgd_{kind}.py"
    for number, content in enumerate(
        (b"#" * 2**21, b"# ticket: abcde\nx = " + b"(" * 5000, b"\0\xff", b"", b"x" * 2**17)
    ):
        folder = hand_in(room, f"student-{number}", "sgd", SOLUTION["sgd"])
        (folder / name).write_bytes(content)
    folder = hand_in(room, "linker", "sgd", SOLUTION["sgd"])
    (folder / name).symlink_to(room / "secret-seed")
    folder = hand_in(room, "folder", "sgd", SOLUTION["sgd"])
    (folder / name).mkdir()
    said = ""
    try:
        said = grade(room)
    except Exception as problem:  # noqa: BLE001 - what cannot be read is named, after all is graded
        said = str(problem)
    assert "Traceback" not in said
    for student in (*(f"student-{number}" for number in range(5)), "linker", "folder"):
        got = mark(room, student, "sgd")
        assert (got.auto, got.extra) == (10.0, STRETCH), student
        assert rows(room, student).get(kind) in {None, False}
    assert name in said


def test_the_worksheet_tells_of_both_in_both_languages(room: Path) -> None:
    told = (room / "release/sgd/sgd.ipynb").read_text("utf-8")
    assert told.count("sgd_mend.py") == 2
    assert told.count("sgd_expose.py") == 2
    assert "1 extra each" in told
    assert "每题 1 分" in told


def test_the_fingerprint_of_a_course_knows_its_solutions_and_families(monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[bytes] = []

    def digest(*parts: bytes) -> str:
        hashed.extend(parts)
        return ""

    monkeypatch.setattr(judging, "digest", digest)
    judging.fingerprint.__wrapped__()
    assert Topic.load("adam").solution.read_bytes() in hashed
    assert any(b'id = "decay-forgotten"' in each for each in hashed)


def test_a_worker_is_told_of_them_by_name_and_of_nothing_where_there_is_nothing(room: Path) -> None:
    hand_in(room, "ada", "sgd", SOLUTION["sgd"])
    hand_in(room, "bo", "sgd", SOLUTION["sgd"], sgd_expose_py=solved("sgd", "expose"))
    grade(room)
    with Store(ClassDirectory.find(room)) as store:
        grading = verdicts.Grading(ClassDirectory.find(room), store)
        assert grading.options(grading.look("sgd", "ada")).keys() == {"trusted"}
        told = grading.options(grading.look("sgd", "bo"))
    assert told["beside"] == {"expose": solved("sgd", "expose").encode()}


def test_a_verdict_without_the_rows_is_read_as_ever() -> None:
    limits = dataclasses.asdict(Limits())
    told = judging.judge_file("sgd", None, "5" * 64, limits, judging.fingerprint(), trusted=True)
    assert '"mend"' not in told
    assert Verdict.from_json(json.loads(told)["verdict"]).stretch_max == STRETCH
