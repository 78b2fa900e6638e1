"""`course class export`: the gradebook's marks as tables, with what was given by hand, and nothing made up."""

from __future__ import annotations

import contextlib
import stat
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from course import classroom
from course.classroom import exporting
from course.system import atomic
from course.text import CourseError, Text
from tests.classroom.room import SKELETON, SOLUTION, copy_class, gradebook, hand_in, set_by_hand
from tests.classroom.stored import forge
from tests.exports import readers

if TYPE_CHECKING:
    from pathlib import Path

FORMULA = "-=ada"
WRONG = SOLUTION["sgd"].replace("self.weight_decay", "0")


@pytest.fixture(scope="module")
def graded_sgd(released: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("exported") / "class"
    copy_class(released, root)
    hand_in(root, "ada", "sgd", SOLUTION["sgd"], answer="An answer of my own. 我的回答。")
    hand_in(root, "bo", "sgd", WRONG)
    hand_in(root, "王小明", "sgd")
    hand_in(root, FORMULA, "sgd", SOLUTION["sgd"])
    with contextlib.suppress(CourseError):
        classroom.grade(root, ["sgd"], progress=False, trust_students=True)
    with gradebook(root) as book:
        book.update_or_create_student("dee", first_name="Dee", last_name="=1+1", email="dee@example.org")
        book.update_or_create_student("ada", first_name="Ada", last_name="Lovelace", lms_user_id="101")
    return root


@pytest.fixture
def exported(graded_sgd: Path, tmp_path: Path) -> Path:
    """The class, for one test to change."""
    root = tmp_path / "class"
    copy_class(graded_sgd, root)
    return root


def export(root: Path, form: str, **options: Any) -> tuple[Text, str]:
    file = root / f"out.{form}"
    told = exporting.export(root, form, ["sgd"], skeletons=SKELETON, output=file, **options)
    return told, file.read_text("utf-8")


def test_marks_wait_for_what_is_given_by_hand(exported: Path) -> None:
    told, text = export(exported, "canvas")
    grades = readers.canvas(text)
    assert grades["ada"] == {}
    assert grades["王小明"] == {"sgd": "0"}
    assert grades["dee"] == {}, "nothing was handed in: blank, and no zero"
    assert float(grades["bo"]["sgd"]) < 10
    assert "waits in formgrader for a mark by hand: 1" in told.en
    assert "有 1 个因未上交或尚未评分而留空" in told.zh
    counted, text = export(exported, "canvas", so_far=True)
    assert readers.canvas(text)["ada"]["sgd"] == "11"
    assert "so far" in counted.en
    answer = {"manual_score": 2.5, "needs_manual_grade": False}
    _mark_answer(exported, "ada", **answer)
    told, text = export(exported, "canvas")
    assert readers.canvas(text)["ada"]["sgd"] == "13.5"
    assert "formgrader" not in told.en


def _mark_answer(root: Path, student: str, **fields: Any) -> None:
    with gradebook(root) as book:
        grade = book.find_grade("sgd-answer", "sgd", "sgd", student)
        for name, value in fields.items():
            setattr(grade, name, value)
        book.db.commit()


def test_a_mark_and_a_comment_by_hand_are_what_goes_out(exported: Path) -> None:
    set_by_hand(exported, "bo", "sgd", manual_score=7.0, needs_manual_grade=False, manual_comment="=see <me>")
    _, text = export(exported, "moodle")
    grade, feedback = readers.moodle(text)["bo"]["sgd"]
    assert grade == "7"
    assert feedback.startswith("'=see &lt;me&gt;")
    assert "weight decay is left out" not in feedback
    assert "没有作答" in feedback


def test_feedback_says_the_reason_in_both_languages(exported: Path) -> None:
    _, text = export(exported, "moodle")
    feedback = readers.moodle(text)["bo"]["sgd"][1]
    assert "weight decay is left out" in feedback
    assert "漏掉了权重衰减" in feedback


def test_coming_late_costs_what_the_gradebook_says(exported: Path) -> None:
    with gradebook(exported) as book:
        book.find_submission_notebook("sgd", "sgd", "王小明").late_submission_penalty = 2.0
        book.find_submission_notebook("sgd", "sgd", "bo").late_submission_penalty = 0.5
        book.db.commit()
    before = readers.canvas(export(exported, "canvas")[1])
    assert before["王小明"] == {"sgd": "0"}
    assert float(before["bo"]["sgd"]) % 1 == 0.5


def test_names_are_no_formulas(exported: Path) -> None:
    for form in ("canvas", "moodle"):
        assert f"'{FORMULA}" in export(exported, form)[1]
    canvas = export(exported, "canvas")[1]
    assert [row[:4] for row in readers.rows(canvas) if row[3] == "ada"] == [["Lovelace, Ada", "101", "", "ada"]]
    assert [row[0] for row in readers.rows(canvas) if row[3] == "dee"] == ["'=1+1, Dee"]


def test_marks_are_filled_into_canvas_own_gradebook(exported: Path) -> None:
    into = exported / "Canvas.csv"
    into.write_text(
        "\ufeffStudent,ID,SIS Login ID,Section,SGD (9)\n    Points Possible,,,,13\nBo,7,bo,A,\nNobody,8,nobody,A,3\n",
        "utf-8",
    )
    told, text = export(exported, "canvas", into=into)
    assert readers.rows(text)[3] == ["Nobody", "8", "nobody", "A", "3"]
    assert float(readers.rows(text)[2][4]) < 10
    assert "Not in Canvas's gradebook" in told.en
    assert "王小明" in told.zh
    for wrong, says in {"moodle": "--into", "junit": "--into"}.items():
        with pytest.raises(CourseError, match=says):
            export(exported, wrong, into=into)
    into.write_bytes(b"\xff\xfe")
    with pytest.raises(CourseError, match="UTF-8"):
        export(exported, "canvas", into=into)
    with pytest.raises(CourseError, match="cannot be read"):
        export(exported, "canvas", into=exported / "nowhere.csv")


def test_verdicts_as_tests(exported: Path) -> None:
    told, text = export(exported, "junit")
    suites = {each.attrib["name"]: each for each in readers.junit(text)}
    assert set(suites) == {"sgd/ada", "sgd/bo", "sgd/王小明", f"sgd/{FORMULA}"}
    assert suites["sgd/ada"].attrib["failures"] == "0"
    assert suites["sgd/bo"].attrib["failures"] != "0"
    assert "4 verdicts" in told.en
    forge(exported, "sgd", "bo", "verdict", lambda verdict: verdict.update(score=10.0))
    told, text = export(exported, "junit")
    assert "missing or damaged: 1" in told.en
    assert len(readers.junit(text)) == 3


def test_a_gradebook_that_somebody_else_has_written_to_is_not_exported(exported: Path) -> None:
    with gradebook(exported) as book:
        book.db.execute(text("update grade set auto_score = 9 where auto_score > 0 and auto_score < 9"))
        book.db.commit()
    with pytest.raises(CourseError, match="grading has not written") as told:
        export(exported, "canvas")
    assert "bo" in told.value.text.en
    assert not (exported / "out.canvas").exists()


def test_without_marks_there_is_a_sentence(released: Path, tmp_path: Path) -> None:
    root = tmp_path / "class"
    copy_class(released, root)
    with pytest.raises(CourseError, match="course class grade"):
        export(root, "canvas")
    with pytest.raises(CourseError, match="no assignment"):
        exporting.export(root, "moodle", ["cooking"], skeletons=SKELETON)
    with pytest.raises(CourseError, match="is not a class"):
        exporting.export(tmp_path, "moodle", skeletons=SKELETON)


@pytest.mark.parametrize("form", ["canvas", "gradescope"])
def test_a_file_that_cannot_be_written_is_a_sentence(exported: Path, form: str) -> None:
    with pytest.raises(CourseError, match="--output FILE"):
        exporting.export(exported, form, ["sgd"], skeletons=SKELETON, output=exported / "nowhere/out")
    (exported / "folder").mkdir()
    with pytest.raises(CourseError, match="--output FILE"):
        exporting.export(exported, form, ["sgd"], skeletons=SKELETON, output=exported / "folder")
    assert not list(exported.glob(".*.part"))


def test_an_interrupted_export_leaves_nothing(exported: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(atomic, "write", stopped)
    before = {each.name for each in exported.iterdir()}
    for form in ("gradescope", "moodle"):
        with pytest.raises(KeyboardInterrupt):
            exporting.export(exported, form, ["sgd"], skeletons=SKELETON)
    assert {each.name for each in exported.iterdir()} == before


def test_a_kit_with_the_seed_is_its_owners_alone(exported: Path) -> None:
    seed = (exported / "secret-seed").read_text("utf-8")
    for form in ("gradescope", "prairielearn", "classroom50"):
        told = exporting.export(exported, form, ["sgd"], skeletons=SKELETON)
        file = exported / exporting.KITS[form].name
        with zipfile.ZipFile(file) as archive:
            inside = [name for name in archive.namelist() if seed.encode().strip() in archive.read(name)]
        secret = form != "classroom50"
        assert bool(inside) is secret
        assert ("secret seed is in this file" in told.en) is secret
        assert (stat.S_IMODE(file.stat().st_mode) == 0o600) is secret
        ignored = (exported / ".gitignore").read_text("utf-8").splitlines()
        assert "/*.zip" in ignored
    assert exporting.export(exported, "gradescope", ["sgd"], skeletons=SKELETON, trust_students=True)
    with zipfile.ZipFile(exported / "gradescope-autograder.zip") as archive:
        assert "trust-students" in archive.namelist()
    (exported / "secret-seed").unlink()
    with pytest.raises(CourseError, match="secret seed"):
        exporting.export(exported, "gradescope", ["sgd"], skeletons=SKELETON)
