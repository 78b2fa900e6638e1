"""What somebody else wrote: into stored verdicts, gradebook, autograded notebook. Not believed, mended, named."""

from __future__ import annotations

import json
import shutil
import stat
import sys
from typing import TYPE_CHECKING, Any

import pytest

from course import classroom
from course.classroom import scan, verdicts
from course.classroom.directory import ClassDirectory
from course.classroom.seal import Seal
from course.text import CourseError
from tests.classroom import stored
from tests.classroom.room import (
    SOLUTION,
    change_worksheet,
    copy_class,
    gradebook,
    hand_in,
    mark,
    nbgrader,
    new_class,
    set_by_hand,
)
from tests.classroom.stored import sql

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

UPHILL = SOLUTION["sgd"].replace("param - self.lr", "param + self.lr")


@pytest.fixture(scope="module")
def once(released: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class with a right one and a wrong one, graded: what `graded` copies."""
    root = tmp_path_factory.mktemp("records") / "class"
    copy_class(released, root)
    hand_in(root, "ada", "sgd", SOLUTION["sgd"], answer="Because.")
    hand_in(root, "bo", "sgd", UPHILL)
    classroom.grade(root, jobs=1, progress=False)
    return root


@pytest.fixture
def graded(once: Path, tmp_path: Path) -> Path:
    """Make a graded class of the test's own."""
    root = tmp_path / "class"
    copy_class(once, root)
    return root


def grade(root: Path, step: Callable[..., Any] = classroom.grade) -> tuple[str, str]:
    """Run a step that finds something; return what it says."""
    with pytest.raises(CourseError) as told:
        step(root, progress=False)
    return told.value.text.en, told.value.text.zh


def forge(root: Path, table: str, cell: str = "sgd", student: str = "bo", **fields: Any) -> None:
    """Write to the gradebook what grading would not."""
    where = (cell, "sgd", "sgd", student)
    with gradebook(root) as book:
        found = {
            "grade": lambda: book.find_grade(*where),
            "comment": lambda: book.find_comment(*where),
            "cell": lambda: book.find_graded_cell(cell, "sgd", "sgd"),
        }[table]()
        for name, value in fields.items():
            setattr(found, name, value)
        book.db.commit()


FORGED: dict[str, tuple[str, str, dict[str, Any], str, str]] = {
    "a score": ("grade", "sgd", {"auto_score": 20.0}, "held 20 for sgd", "sgd 的分数是 20"),
    "no score": ("grade", "sgd", {"auto_score": None}, "held no score for sgd", "sgd 的分数是空"),
    "points for an answer": ("grade", "sgd-answer", {"auto_score": 3.0}, "held 3 for sgd-answer", "分数是 3"),
    "a comment": ("comment", "sgd", {"auto_comment": "Right."}, "another comment on sgd", "sgd 的评语"),
    "what it is worth": ("cell", "sgd", {"max_score": 1000.0}, "held 1000 as the most", "sgd 的满分是 1000"),
}


@pytest.mark.parametrize("step", [classroom.grade, classroom.feedback])
@pytest.mark.parametrize("name", FORGED)
def test_what_grading_did_not_write_is_put_right_and_named(graded: Path, name: str, step: Callable[..., Any]) -> None:
    table, cell, fields, english, chinese = FORGED[name]
    before = [mark(graded, "bo", "sgd", each) for each in ("sgd", "sgd-answer")]
    forge(graded, table, cell, **fields)
    said = grade(graded, step)
    assert f"bo/sgd: the gradebook {english}" in said[0] or english in said[0]
    assert chinese in said[1]
    assert [mark(graded, "bo", "sgd", each) for each in ("sgd", "sgd-answer")] == before
    step(graded, progress=False)  # it is told once


def test_anothers_row_is_no_way_to_marks(graded: Path) -> None:
    best = mark(graded, "ada", "sgd")
    forge(graded, "grade", auto_score=best.auto)
    forge(graded, "comment", auto_comment=best.comment)
    said = grade(graded)
    assert said[0].count("bo/sgd: ") == 2
    assert "ada/sgd" not in said[0]
    assert (mark(graded, "bo", "sgd").auto or 0.0) < 10


@pytest.mark.parametrize("step", [["autograde", "sgd", "--force"], ["generate_feedback", "sgd", "--force"]])
def test_plain_nbgrader_puts_it_right_too(graded: Path, step: list[str]) -> None:
    before = mark(graded, "bo", "sgd")
    forge(graded, "grade", auto_score=20.0)
    done = nbgrader(graded, *step)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "bo/sgd: the gradebook held 20 for sgd" in done.stderr
    assert mark(graded, "bo", "sgd") == before


def test_what_a_person_gives_stays_and_is_no_tampering(graded: Path) -> None:
    set_by_hand(graded, "bo", "sgd", manual_score=4.0, manual_comment="Seen · 看过")
    with gradebook(graded) as book:
        answer = book.find_grade("sgd-answer", "sgd", "sgd", "ada")
        answer.manual_score, answer.needs_manual_grade = 3.0, False
        book.db.commit()
    assert "2 unchanged" in classroom.grade(graded, progress=False).en
    classroom.feedback(graded, progress=False)
    assert (mark(graded, "bo", "sgd").manual, mark(graded, "bo", "sgd").comment) == (4.0, "Seen · 看过")
    assert mark(graded, "ada", "sgd", "sgd-answer").score == 3.0


def test_another_extra_credit_stays_and_is_told_once(graded: Path) -> None:
    set_by_hand(graded, "bo", "sgd", extra_credit=7.0)
    told = classroom.grade(graded, progress=False)
    assert "bo/sgd: the extra credit was changed to 7" in told.en
    assert "附加分被改成 7" in told.zh
    assert "extra credit" not in classroom.grade(graded, progress=False).en
    assert mark(graded, "bo", "sgd").extra == 7.0


def test_the_report_tells_of_it_and_changes_nothing(graded: Path) -> None:
    assert "Grading has not written this" not in classroom.class_report(graded, progress=False).en
    forge(graded, "grade", auto_score=20.0)
    told = classroom.class_report(graded, progress=False)
    assert "bo/sgd: the gradebook held 20 for sgd" in told.en
    assert "运行 `course class grade` 会改正" in told.zh
    assert mark(graded, "bo", "sgd").auto == 20.0


@pytest.mark.sqlite("the file is removed; a server's database is never made anew")
def test_the_report_makes_no_gradebook(graded: Path) -> None:
    (graded / "gradebook.db").unlink()
    classroom.class_report(graded, progress=False)
    assert not (graded / "gradebook.db").exists()


def test_a_row_that_is_gone_is_entered_again(graded: Path) -> None:
    with gradebook(graded) as book:
        book.remove_submission("sgd", "ada")
    assert "no longer has the row of sgd" in grade(graded)[0]
    assert mark(graded, "ada", "sgd").auto == 10.0


def test_a_score_without_a_verdict_is_told_and_left_to_a_person(graded: Path) -> None:
    with gradebook(graded) as book:
        with book.db.no_autoflush:
            book.add_student("mallory")
            book.add_submission("sgd", "mallory")
        book.find_grade("sgd", "sgd", "sgd", "mallory").auto_score = 10.0
        book.db.commit()
    assert "mallory/sgd: the gradebook holds a score for sgd without a signed" in classroom.grade(graded).en
    assert mark(graded, "mallory", "sgd").auto == 10.0


def test_other_points_in_a_new_release_are_no_tampering(graded: Path) -> None:
    change_worksheet(graded / "source/sgd", "sgd", lambda cells: cells[1]["metadata"]["nbgrader"].update(points=5))
    classroom.grade(graded, progress=False)  # before the release, the old points count
    classroom.release(graded, ["sgd"], progress=False)
    classroom.grade(graded, progress=False)
    assert mark(graded, "ada", "sgd").most == 5.0


def another_history(root: Path, student: str) -> None:
    """Give a student the history of somebody who passed."""
    sql(root, "DELETE FROM attempts WHERE student = ?", student)
    sql(
        root,
        "INSERT INTO attempts SELECT stem, ?, number, attempt, sealed FROM attempts WHERE student = 'ada'",
        student,
    )


def another_record(root: Path, student: str) -> None:
    """Give a student all that somebody has who passed."""
    another_history(root, student)
    sql(root, "DELETE FROM records WHERE student = ?", student)
    copied = "SELECT stem, ?, key, verdict, entered, sealed FROM records WHERE student = 'ada'"
    sql(root, f"INSERT INTO records {copied}", student)


PASSED = {"score": 10.0, "status": "passed"}
RECORDS: dict[str, Callable[[Path], object]] = {
    "another score": lambda root: stored.forge(root, "sgd", "bo", "verdict", lambda told: told.update(PASSED)),
    "another attempt": lambda root: stored.forge_attempt(root, "sgd", "bo", lambda told: told.update(status="passed")),
    "no history": lambda root: sql(root, "DELETE FROM attempts WHERE student = 'bo'"),
    "another's history": lambda root: another_history(root, "bo"),
    "what was written": lambda root: stored.forge(
        root, "sgd", "bo", "entered", lambda told: told.update(rows={}, made_from="")
    ),
    "another key": lambda root: stored.forge(root, "sgd", "bo", "key", "0" * 64),
    "no signature": lambda root: stored.forge(root, "sgd", "bo", "sealed", ""),
    "a number for a signature": lambda root: stored.forge(root, "sgd", "bo", "sealed", 0),
    "letters for a signature": lambda root: stored.forge(root, "sgd", "bo", "sealed", "章" * 64),
    "bytes for a verdict": lambda root: stored.forge(root, "sgd", "bo", "verdict", b"\xff\x00"),
    "half a verdict": lambda root: sql(
        root, "UPDATE records SET verdict = substr(verdict, 1, 99) WHERE student = 'bo'"
    ),
    "another's record": lambda root: another_record(root, "bo"),
    "a history's signature": lambda root: sql(
        root, "UPDATE records SET sealed = (SELECT sealed FROM attempts WHERE student = 'bo') WHERE student = 'bo'"
    ),
}


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_that_grading_did_not_write_is_not_believed(graded: Path, name: str) -> None:
    before = mark(graded, "bo", "sgd")
    RECORDS[name](graded)
    planted = stored.row_of(graded, "sgd", "bo")
    room = ClassDirectory(graded)
    assert verdicts.load(room, "sgd", "bo") is None
    said = grade(graded)
    assert (
        "bo/sgd: the stored verdict is not signed by this class; it was set aside as verdicts/sgd/bo.unsigned"
        in said[0]
    )
    assert "没有本班级的签名" in said[1]
    aside = (graded / "verdicts/sgd/bo.unsigned").read_text("ascii")
    assert json.loads(aside)["record"] == [each if isinstance(each, str | int) else repr(each) for each in planted]
    RECORDS["another score"](graded)
    assert "bo.unsigned-2" in grade(graded)[0], "nothing that was set aside is lost"
    assert (graded / "verdicts/sgd/bo.unsigned").read_text("ascii") == aside
    assert mark(graded, "bo", "sgd") == before
    record = verdicts.load(room, "sgd", "bo")
    assert record is not None
    assert [each.status for each in record.history] == ["wrong"]


@pytest.mark.parametrize("change", ["", "UPDATE records SET key = key", "REINDEX", "VACUUM"])
def test_a_record_that_nobody_has_changed_is_believed(graded: Path, change: str) -> None:
    if change:
        sql(graded, change)
    assert verdicts.load(ClassDirectory(graded), "sgd", "bo") is not None
    assert "2 unchanged" in classroom.grade(graded, progress=False).en


def test_a_record_holds_for_its_topic_alone(graded: Path) -> None:
    assert verdicts.load(ClassDirectory(graded), "sgd", "ada") is not None
    for table in ("records", "attempts"):
        columns = ", ".join(name for _, name, *_ in sql(graded, f"PRAGMA table_info({table})"))
        copied = f"SELECT {columns.replace('stem', repr('adam'), 1)} FROM {table} WHERE student = 'ada'"  # noqa: S608
        sql(graded, f"INSERT INTO {table} {copied}")
    assert verdicts.load(ClassDirectory(graded), "adam", "ada") is None
    english = classroom.class_report(graded, progress=False).en
    assert "not signed by this class, and were left out: 1." in english


def test_a_record_of_another_class_does_not_hold(graded: Path, tmp_path: Path) -> None:
    other = new_class(tmp_path / "other")
    shutil.copyfile(other / "secret-key", graded / "secret-key")
    assert verdicts.load(ClassDirectory(graded), "sgd", "ada") is None


def test_a_store_that_is_no_file_is_not_waited_for(graded: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("named pipes")
    import os

    file = graded / "verdicts/store.db"
    file.rename(graded / "kept.db")
    os.mkfifo(file)
    for look in (lambda: verdicts.load(ClassDirectory(graded), "sgd", "bo"), lambda: classroom.class_report(graded)):
        with pytest.raises(CourseError, match="Run `course class grade`"):
            look()
    assert "set aside as verdicts/store.damaged-1.db" in grade(graded)[0]
    kept = (graded / "kept.db").read_bytes()
    file.unlink()
    file.symlink_to(graded / "kept.db")
    assert verdicts.load(ClassDirectory(graded), "sgd", "bo") is None, "a link leads to somebody else's"
    classroom.grade(graded, progress=False)
    assert (graded / "kept.db").read_bytes() == kept


def test_another_notebook_goes_into_no_feedback_until_graded_again(graded: Path) -> None:
    path = graded / "autograded/bo/sgd/sgd.ipynb"
    right = path.read_text("utf-8")
    path.chmod(0o644)
    path.write_text(right.replace("0 / 10", "10 / 10").replace('"cells": [', '"cells": [ '), "utf-8")
    plain = nbgrader(graded, "generate_feedback", "sgd", "--force")
    assert plain.returncode == 1
    assert "No feedback on bo/sgd" in plain.stderr
    assert "Traceback" not in plain.stderr
    assert (graded / "feedback/ada/sgd/sgd.html").is_file()
    said = grade(graded, classroom.feedback)
    assert "Feedback is there for 1 of 2" in said[0]
    assert "没有为 bo/sgd 写出反馈" in said[1]
    assert not (graded / "feedback/bo/sgd/sgd.html").exists()
    assert "bo/sgd: the notebook in autograded/ is not the one" in grade(graded)[0]
    classroom.feedback(graded, progress=False)
    assert (graded / "feedback/bo/sgd/sgd.html").is_file()


def test_autograded_thrown_away_is_written_again_without_alarm(graded: Path) -> None:
    shutil.rmtree(graded / "autograded")
    assert "0 unchanged" in classroom.grade(graded, progress=False).en
    classroom.feedback(graded, progress=False)


def test_the_key_is_private_made_when_missing_and_never_replaced(graded: Path) -> None:
    key = graded / "secret-key"
    if sys.platform != "win32":
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert "/secret-key" in (graded / ".gitignore").read_text("utf-8").splitlines()
    key.write_text("damaged", "ascii")
    said = grade(graded)
    assert "secret-key, the key that verdicts are signed with, is damaged" in said[0]
    assert "secret-key 已损坏" in said[1]
    assert key.read_text("ascii") == "damaged"
    key.unlink()
    assert "Not written by grading" not in classroom.grade(graded, progress=False).en
    assert len(key.read_text("ascii").strip()) == 64
    if sys.platform != "win32":
        assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_the_key_is_never_released(graded: Path) -> None:
    key = (graded / "secret-key").read_text("ascii").strip()
    (graded / "source/sgd/notes.txt").write_text(f"key: {key}\n", "ascii")
    with pytest.raises(scan.LeakError, match="the key that the class's verdicts are signed with") as told:
        classroom.release(graded, ["sgd"], progress=False)
    assert "签名密钥" in told.value.text.zh


def test_a_signature_is_of_the_content_the_kind_and_the_place() -> None:
    seal = Seal(b"k" * 32)
    content = {"b": [1, 2.5, None, "章\ud800"], "a": {"y": 1, "x": 2}}
    same = {"a": {"x": 2, "y": 1}, "b": [1, 2.5, None, "章\ud800"]}
    signature = seal.sign("record", ("sgd", "ada"), content)
    assert seal.holds("record", ("sgd", "ada"), same, signature)
    for kind, place, what in (
        ("history", ("sgd", "ada"), content),
        ("record", ("sgd", "bo"), content),
        ("record", ("adam", "ada"), content),
        ("record", ("sgd", "ada"), {**content, "b": []}),
    ):
        assert not seal.holds(kind, place, what, signature)
    assert not Seal(b"other" * 8).holds("record", ("sgd", "ada"), content, signature)
