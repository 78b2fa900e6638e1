"""The batch writer and plain nbgrader: the same rows, files and records, for every kind of submission."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
import sys
from concurrent.futures import BrokenExecutor, Future
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.preprocessors import AssignLatePenalties, NbGraderPreprocessor, SaveAutoGrades
from sqlalchemy import bindparam, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from traitlets.config.loader import PyFileConfigLoader

from course import classroom
from course.classroom import intended, judges, nbgrader_steps, pages, rows, settings, verdicts
from course.classroom.at_feedback import NO_WORDS, with_words
from course.classroom.at_grading import RecordVerdict
from course.classroom.directory import ClassDirectory
from course.classroom.intake import take_in
from course.classroom.judges import Judges
from course.classroom.placing import Placement
from course.classroom.record import Row
from course.classroom.writer import Writer
from tests.classroom import whole
from tests.classroom.conftest import flip
from tests.classroom.postgres import served
from tests.classroom.room import (
    SKELETON,
    SOLUTION,
    change_worksheet,
    copy_class,
    database,
    hand_in,
    keep_in,
    mark,
    new_class,
    set_by_hand,
)

if TYPE_CHECKING:
    from collections.abc import Callable

v4: Any = nbformat.v4
RIGHT = SOLUTION["sgd"]
UPHILL = RIGHT.replace("param - self.lr", "param + self.lr")
NO_STRETCH = RIGHT.replace("if self.maximize:", "if False:")
PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
DUE = datetime(2026, 9, 14, 8, tzinfo=UTC).replace(tzinfo=None)
ODD = "o'neil {x} [1] %s"


def marks(name: str, **others: Any) -> dict[str, Any]:
    """The metadata of a cell of the instructor's own."""
    plain = {"grade": False, "solution": False, "task": False, "locked": False}
    return {"nbgrader": {"grade_id": name, "schema_version": 3, **plain, **others}}


def own_cells(root: Path) -> None:
    """Add to the worksheet what nbgrader knows and the course does not use, and an assignment beside the topics."""
    path = root / "source/sgd/sgd.ipynb"
    read, write = nbformat.read, nbformat.write  # type: ignore[attr-defined,unused-ignore]
    sheet: Any = read(path, 4)  # type: ignore[no-untyped-call]
    test = v4.new_code_cell(
        "assert True", id="own-test", metadata=marks("own-test", grade=True, locked=True, points=2.0)
    )
    code = v4.new_code_cell("### BEGIN SOLUTION\nx = 1\n### END SOLUTION", id="own-code")
    code.metadata = marks("own-code", solution=True)
    task = v4.new_markdown_cell("Draw it.", id="own-task", metadata=marks("own-task", task=True, points=1.5))
    task.metadata["nbgrader"]["locked"] = True
    sheet.cells[2:2] = [code, test, task]
    write(sheet, path)  # type: ignore[no-untyped-call]
    (root / "source/sgd/data.csv").write_text("x,y\n", "utf-8")
    own = root / "source/warm-up"
    own.mkdir()
    write(v4.new_notebook(cells=[test]), own / "warm-up.ipynb")  # type: ignore[no-untyped-call]


def answer_in_a_picture(cells: list[dict[str, Any]]) -> None:
    cells[-1].update(source="![p](attachment:p.png)\n\n手写", attachments={"p.png": {"image/png": PICTURE}})


def twice(cells: list[dict[str, Any]]) -> None:
    cells[-1]["source"] = "First."
    cells.append({**json.loads(json.dumps(cells[-1])), "id": "pasted", "source": ["Second.\n", "第二行"]})


def added(cells: list[dict[str, Any]]) -> None:
    cells.append({"cell_type": "markdown", "metadata": {}, "source": "My answer stands here. <b>x</b>", "id": "mine"})
    cells.append({"cell_type": "code", "metadata": {}, "source": "1/0", "id": "mine-2", "outputs": []})


def own_code(cells: list[dict[str, Any]]) -> None:
    for cell in cells:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "own-code":
            cell["source"] = "x = 2"


CHANGED: dict[str, Callable[[list[dict[str, Any]]], None]] = {
    "pictures": answer_in_a_picture,
    "twice": twice,
    "added": added,
    "own-code": own_code,
}


def first(root: Path) -> None:
    """Every kind of submission, for the first time."""
    hand_in(root, "right", "sgd", RIGHT, answer="The steps are too long.\r\n步子太长。 $x_1$")
    hand_in(root, "no-stretch", "sgd", NO_STRETCH, answer="x")
    hand_in(root, "wrong", "sgd", UPHILL)
    hand_in(root, "untouched", "sgd")
    hand_in(root, "broken", "sgd", "def update(:\n", answer="Too late.")
    hand_in(root, "王小明", "sgd", RIGHT, answer="答案")
    hand_in(root, ODD, "sgd", RIGHT, answer="Odd.")
    for student, change in CHANGED.items():
        change_worksheet(hand_in(root, student, "sgd", UPHILL), "sgd", change)
    cells = hand_in(root, "tampered", "sgd")
    change_worksheet(cells, "sgd", flip_four)
    (hand_in(root, "garbled", "sgd", RIGHT) / "sgd.ipynb").write_bytes(b'{"cells": [\xff')
    (hand_in(root, "no-sheet", "sgd", RIGHT) / "sgd.ipynb").unlink()
    (hand_in(root, "no-code", "sgd", answer="Only words.") / "sgd.py").unlink()
    old = hand_in(root, "old-format", "sgd", RIGHT) / "sgd.ipynb"
    found = json.loads(old.read_text("utf-8"))
    for cell in found["cells"]:
        del cell["id"]
    found["cells"][-1]["source"] = "Written long ago."
    old.write_text(json.dumps({**found, "nbformat_minor": 2}), "utf-8")
    extras = hand_in(root, "extras", "sgd", RIGHT, notes_txt="note", data_csv="mine")
    for place in ("deep/down", "feedback", "__pycache__"):
        (extras / place).mkdir(parents=True)
        (extras / place / "more.txt").write_text("more", "utf-8")
    (extras / "nbgrader_steps.sh").write_text("exit\n", "utf-8")
    (extras / "nbgrader_steps.sh").chmod(0o755)
    late(hand_in(root, "late", "sgd", RIGHT, answer="Late."))
    late(hand_in(root, "extended", "sgd", RIGHT, answer="Late, and allowed."))


def late(folder: Path) -> None:
    (folder / "timestamp.txt").write_text("2026-09-16 08:03:11.948203 UTC\n", "utf-8")


def flip_four(cells: list[dict[str, Any]]) -> None:
    flip([cells[0], cells[1], cells[-2], cells[-1]])
    cells += [{**json.loads(json.dumps(cells[1])), "id": f"again-{number}"} for number in range(2)]


def second(root: Path) -> None:
    """The same students again: better, worse, as they were, with more and with less."""
    hand_in(root, "right", "sgd", UPHILL, answer="Changed my mind.")
    hand_in(root, "wrong", "sgd", RIGHT, answer="Now I know.")
    hand_in(root, "untouched", "sgd", answer="An answer after all.")
    hand_in(root, "no-sheet", "sgd", NO_STRETCH, answer="Found it.")
    hand_in(root, "no-code", "sgd", RIGHT)
    (hand_in(root, "added", "sgd", RIGHT, answer="In its place.") / "sgd.ipynb").touch()
    hand_in(root, "extras", "sgd", RIGHT, other_txt="another")
    late(hand_in(root, "王小明", "sgd", RIGHT, answer="答案"))
    hand_in(root, "late", "sgd", RIGHT, answer="Late.")
    hand_in(root, "new", "sgd", RIGHT, answer="I joined the class.")


def by_hand(address: str) -> None:
    """What a person does in formgrader meanwhile."""
    with Gradebook(address, "downhill") as book:
        for student, cell, column, value in (
            ("right", "sgd", "manual_score", 7.5),
            ("right", "sgd", "extra_credit", 4.0),
            ("wrong", "sgd", "extra_credit", 1.0),
            ("broken", "sgd-answer", "manual_score", 2.0),
            ("untouched", "sgd-answer", "manual_score", 0.0),
            ("pictures", "own-test", "manual_score", 1.0),
            ("twice", "own-task", "manual_score", 1.5),
        ):
            setattr(book.find_grade(cell, "sgd", "sgd", student), column, value)
        for student, cell in (("right", "sgd"), ("broken", "sgd-answer"), ("untouched", "sgd-answer")):
            book.find_comment(cell, "sgd", "sgd", student).manual_comment = "See me. 来找我。"
        book.find_submission_notebook("sgd", "sgd", "late").flagged = True
        book.db.commit()


def prepare(address: str) -> None:
    """What the gradebook knows before anything is graded."""
    with Gradebook(address, "downhill") as book:
        book.update_or_create_assignment("sgd", duedate=DUE)
        book.add_student("right", first_name="Ada", last_name="Lovelace", email="ada@example.org")
        book.add_submission("sgd", "right")
        book.add_submission("warm-up", "right")
        book.add_student("extended")
        book.add_submission("sgd", "extended")
        book.grant_extension("sgd", "extended", days=7)


def submissions(root: Path) -> list[tuple[str, verdicts.Record]]:
    """Take in and judge what was handed in."""
    room = ClassDirectory.find(root)
    return [(student, verdicts.fresh(room, "sgd", student)) for _, student in take_in(room, ["sgd"]).handed_in]


def by_nbgrader(root: Path) -> None:
    for student, _ in submissions(root):
        nbgrader_steps.autograde_by_nbgrader(ClassDirectory.find(root), "sgd", student)


def by_writer(root: Path, size: int = 5) -> None:
    room = ClassDirectory.find(root)
    judged = submissions(root)
    with Writer(room) as entering:
        for start in range(0, len(judged), size):
            batch = judged[start : start + size]
            done = [(student, record, entering.write("sgd", student, record)) for student, record in batch]
            assert entering.commit() == {}
            for student, record, now in done:
                verdicts.save(room, "sgd", student, replace(record, entered=now))


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a class in which everything was handed in, and judged, for the first time."""
    root = new_class(tmp_path_factory.mktemp("writer") / "class")
    own_cells(root)
    classroom.release(root, ["sgd"], progress=False)
    nbgrader_steps.generate_assignment(ClassDirectory.find(root), "warm-up")
    first(root)
    submissions(root)
    return root


def same(ours: Path, theirs: Path) -> None:
    """Two classes are the same, row by row and byte by byte."""
    expected = whole.rows(database(theirs))
    for table, lines in whole.rows(database(ours)).items():
        assert lines == expected[table], table
    assert whole.tree(ours / "autograded") == whole.tree(theirs / "autograded")
    assert whole.records(ours, "sgd") == whole.records(theirs, "sgd")


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's own, when a row is made by hand
@pytest.mark.parametrize("kept", ["alike", pytest.param("in-postgresql", marks=pytest.mark.needs("postgresql"))])
def test_plain_nbgrader_and_the_writer_do_the_same(
    handed_in: Path, tmp_path: Path, kept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    with served() if kept == "in-postgresql" else nullcontext() as server:
        for root in (ours, theirs):
            copy_class(handed_in, root)
        if server:
            keep_in(ours, server)
            for stem in ("sgd", "warm-up"):
                nbgrader_steps.generate_assignment(ClassDirectory.find(ours), stem)
        for root in (ours, theirs):
            prepare(database(root))
        by_nbgrader(theirs)
        slow: list[str] = []
        monkeypatch.setattr(nbgrader_steps, "autograde_by_nbgrader", lambda _room, _stem, student: slow.append(student))
        by_writer(ours)
        same(ours, theirs)
        assert slow == []
        for root in (ours, theirs):
            by_hand(database(root))
            change_points(root, 16.0)
            second(root)
        monkeypatch.undo()
        by_nbgrader(theirs)
        monkeypatch.setattr(nbgrader_steps, "autograde_by_nbgrader", lambda _room, _stem, student: slow.append(student))
        by_writer(ours, size=100)
        same(ours, theirs)
        assert slow == []
        monkeypatch.undo()
        feedback(ours, theirs, monkeypatch)


def feedback(ours: Path, theirs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages are the same, whoever makes them, and one that is current is not written again."""
    graded = [("sgd", each.parent.name) for each in sorted(theirs.glob("autograded/*/sgd"))]
    for place in graded:
        nbgrader_steps.generate_feedback(ClassDirectory.find(theirs), *place)
    monkeypatch.setattr(nbgrader_steps, "generate_feedback", None)
    assert dict(nbgrader_steps.write_feedback(ClassDirectory.find(ours), graded)) == dict.fromkeys(graded)
    expected = whole.tree(theirs / "feedback")
    assert whole.tree(ours / "feedback") == expected
    pages_there = sorted(ours.glob("feedback/*/sgd/sgd.html"))
    assert len(pages_there) == len(graded)
    pages_there[0].write_text("spoilt", "utf-8")
    pages_there[1].unlink()
    untouched = {path: path.stat().st_mtime_ns for path in pages_there[2:]}
    assert dict(nbgrader_steps.write_feedback(ClassDirectory.find(ours), graded)) == dict.fromkeys(graded)
    assert whole.tree(ours / "feedback") == expected
    assert {path: path.stat().st_mtime_ns for path in pages_there[2:]} == untouched


def change_points(root: Path, points: float) -> None:
    """The instructor gives the code other points and releases the topic again."""
    path = root / "source/sgd/sgd.ipynb"
    sheet = json.loads(path.read_text("utf-8"))
    for cell in sheet["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "sgd":
            cell["metadata"]["nbgrader"]["points"] = points
    path.write_text(json.dumps(sheet), "utf-8")
    nbgrader_steps.generate_assignment(ClassDirectory.find(root), "sgd")


class KilledError(BaseException):
    """Stands for the end of the process: nothing that comes after it is run."""


def kill(*_: object) -> Any:
    raise KilledError


MOMENTS: dict[str, tuple[object, str]] = {
    "before anything": (intended, "note"),
    "when the intention is stored": (Placement, "write"),
    "between the files": (Placement, "finish"),
    "when the files are written": (rows, "execute"),
    "when the rows are written": (verdicts, "save"),
    "when all is done but the end": (intended, "clear"),
}


@pytest.fixture(scope="module")
def graded_once(handed_in: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a class with some submissions graded, two of which are handed in again."""
    root = tmp_path_factory.mktemp("killed") / "class"
    copy_class(handed_in, root)
    for student in root.joinpath("submitted").iterdir():
        if student.name not in {"right", "wrong", "untouched"}:
            shutil.rmtree(student)
    by_writer(root)
    set_by_hand(root, "untouched", "sgd", manual_score=3.0, manual_comment="Come and see me.")
    hand_in(root, "right", "sgd", UPHILL, answer="Changed my mind.")
    hand_in(root, "wrong", "sgd", RIGHT, answer="Now I know.")
    hand_in(
        root, "untouched", "sgd", SKELETON["sgd"] + "\n# Another file, and the same rows but for its mark by hand.\n"
    )
    return root


def enter_twice(room: ClassDirectory, patch: pytest.MonkeyPatch, moment: tuple[object, str]) -> None:
    """Enter what was handed in again; at some moment the process ends."""
    judged = submissions(room.root)
    with Writer(room) as entering:
        patch.setattr(*moment, kill)
        done = [(student, record, entering.write("sgd", student, record)) for student, record in judged]
        assert entering.commit() == {}
        for student, record, now in done:
            verdicts.save(room, "sgd", student, replace(record, entered=now))
        intended.clear(room)


@pytest.fixture(scope="module")
def calm(graded_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the same class, graded again with nothing in between."""
    root = tmp_path_factory.mktemp("calm") / "class"
    copy_class(graded_once, root)
    classroom.grade(root, ["sgd"], jobs=1, progress=False)
    return root


@pytest.mark.parametrize("moment", MOMENTS)
def test_whatever_moment_a_run_ends_at_the_next_one_does_the_rest(
    graded_once: Path, calm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """And suspects nobody: `grade` raises where it finds what grading did not write."""
    root = tmp_path / "class"
    copy_class(graded_once, root)
    room = ClassDirectory.find(root)
    with monkeypatch.context() as patch, pytest.raises(KilledError):
        enter_twice(room, patch, MOMENTS[moment])
    classroom.grade(root, ["sgd"], jobs=1, progress=False)
    assert "3 unchanged" in classroom.grade(root, ["sgd"], jobs=1, progress=False).en
    same(root, calm)
    assert mark(root, "wrong", "sgd").extra == 1.0
    assert mark(root, "right", "sgd").extra is None
    assert not list(room.intake.glob(".intended*"))


NBGRADERS: dict[str, tuple[object, str]] = {
    "before the marks": (SaveAutoGrades, "preprocess"),
    "between two rows": (RecordVerdict, "preprocess"),
    "when the rows are written": (AssignLatePenalties, "preprocess"),
    "when the notebook is written": (verdicts, "note_notebook"),
    "when all is done but the end": (intended, "clear"),
}


@pytest.mark.parametrize("moment", NBGRADERS)
def test_nbgraders_own_steps_may_end_at_any_moment_too(
    graded_once: Path, calm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    root = tmp_path / "class"
    copy_class(graded_once, root)
    submissions(root)
    with monkeypatch.context() as patch:
        patch.setattr(*NBGRADERS[moment], kill)
        with pytest.raises(KilledError):
            nbgrader_steps.autograde_by_nbgrader(ClassDirectory.find(root), "sgd", "wrong")
    classroom.grade(root, ["sgd"], jobs=1, progress=False)
    same(root, calm)
    assert mark(root, "wrong", "sgd").extra == 1.0


def test_an_intention_that_is_not_signed_excuses_nothing(graded_once: Path, tmp_path: Path) -> None:
    root = tmp_path / "class"
    copy_class(graded_once, root)
    room = ClassDirectory.find(root)
    record = verdicts.load(room, "sgd", "wrong")
    assert record is not None
    forged = replace(record.entered, rows={"sgd": Row(10.0, 10.0, "Right.")})
    intended.note(room, {("sgd", "wrong"): forged})
    assert intended.stored(room) == {("sgd", "wrong"): forged}
    path = room.intake / ".intended"
    path.write_text(path.read_text("utf-8").replace("10.0", "9.0", 1), "utf-8")
    assert intended.stored(room) == {}
    path.write_text("{", "utf-8")
    assert intended.stored(room) == {}


SETTINGS = {
    "c.Autograde.autograde_preprocessors.append('tests.classroom.test_writer.Note')": False,
    "c.Autograde.sanitize_preprocessors = c.Autograde.sanitize_preprocessors[1:]": False,
    "c.Autograde.exporter_class = 'nbconvert.exporters.NotebookExporter'": False,
    "c.Autograde.pre_convert_hook = 'os.getcwd'": False,
    "c.CourseDirectory.ignore = ['*.txt']": False,
    "c.CourseDirectory.groupshared = True": False,
    "c.OverwriteCells.add_missing_cells = True": False,
    "c.AssignLatePenalties.plugin_class = 'somebody.Late'": False,
    "c.NbGraderPreprocessor.enabled = False": False,
    "del c.Autograde.sanitize_preprocessors": False,
    "": True,
    "c.CourseDirectory.course_id = 'spring'": True,
    "c.CourseDirectory.db_url = 'postgresql:///marks'": True,
    "c.LateSubmissionPlugin.penalty_method = 'zero'": True,
    "c.ClearSolutions.text_stub = 'Here.'": True,
    "c.GenerateFeedback.preprocessors = []": True,
    "c.Exchange.root = '/srv/exchange'": True,
}


@pytest.mark.parametrize("line", SETTINGS)
def test_settings_that_change_what_grading_does_are_noticed(line: str, handed_in: Path, tmp_path: Path) -> None:
    assert settings.ours(with_line(handed_in, tmp_path, line), settings.GRADING) is SETTINGS[line]


@pytest.mark.parametrize(
    ("line", "same_pages"),
    [
        ("", True),
        ("c.Autograde.exporter_class = 'nbconvert.exporters.NotebookExporter'", True),
        ("c.GenerateFeedback.preprocessors.append('tests.classroom.test_writer.Note')", False),
        ("c.FeedbackPage.extra_template_basedirs = ['mine']", False),
        ("c.GenerateFeedback.permissions = 600", False),
    ],
)
def test_settings_that_change_what_feedback_does_are_noticed(
    line: str, *, same_pages: bool, handed_in: Path, tmp_path: Path
) -> None:
    assert settings.ours(with_line(handed_in, tmp_path, line), settings.RETURNING) is same_pages


def with_line(root: Path, folder: Path, line: str) -> Any:
    written = (root / "nbgrader_config.py").read_text("utf-8")
    (folder / "settings.py").write_text(f"{written}\n{line}\n", "utf-8")
    return PyFileConfigLoader("settings.py", path=str(folder)).load_config()


class Note(NbGraderPreprocessor):  # type: ignore[misc]
    """An instructor's own step."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Say that it was here."""
        nb.metadata["noted"] = resources["nbgrader"]["student"]
        return nb, resources


def test_an_instructors_own_step_is_run(graded_once: Path, tmp_path: Path) -> None:
    root = tmp_path / "class"
    copy_class(graded_once, root)
    with (root / "nbgrader_config.py").open("a", encoding="utf-8") as opened:
        opened.write(
            "\nfrom tests.classroom.test_writer import Note\nc.Autograde.autograde_preprocessors.append(Note)\n"
        )
        opened.write("c.GenerateFeedback.preprocessors.append(Note)\n")
    classroom.grade(root, ["sgd"], jobs=1, progress=False)
    for student in ("right", "wrong"):
        sheet = json.loads((root / f"autograded/{student}/sgd/sgd.ipynb").read_text("utf-8"))
        assert sheet["metadata"]["noted"] == student
    assert "3 unchanged" in classroom.grade(root, ["sgd"], jobs=1, progress=False).en
    classroom.feedback(root, ["sgd"], progress=False)
    assert (root / "feedback/right/sgd/sgd.html").is_file()


class Hopeless(Judges):
    """Processes that are killed every time."""

    def submit(self, *_: object, **__: object) -> Future[Any]:
        """Take work, and do none."""
        future: Future[Any] = Future()
        future.set_exception(BrokenExecutor())
        return future


@pytest.mark.parametrize("pool", [Judges, Hopeless])
def test_pages_made_by_several_processes_are_the_same(
    graded_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pool: Any
) -> None:
    root = tmp_path / "class"
    copy_class(graded_once, root)
    room = ClassDirectory.find(root)
    places = [("sgd", student) for student in ("right", "untouched", "wrong")]
    (root / "autograded/nobody/sgd").mkdir(parents=True)
    (root / "autograded/wrong/sgd/sgd.ipynb").chmod(0o644)
    (root / "autograded/wrong/sgd/sgd.ipynb").write_text("{}", "utf-8")
    monkeypatch.setattr(pages, "FEW", 0)
    monkeypatch.setattr(pages, "CHUNK", 1)
    monkeypatch.setattr(judges, "Judges", pool)
    done = dict(pages.write_all(room, [*places, ("sgd", "nobody")], hash_of(room), jobs=2))
    assert done.pop(("sgd", "right")) is done.pop(("sgd", "untouched")) is None
    wrong, nobody = done.pop(("sgd", "wrong")), done.pop(("sgd", "nobody"))
    assert wrong is not None
    assert nobody is not None
    assert "not the notebook that grading" in wrong.en
    assert "不是评分时写出的笔记本" in wrong.zh
    assert not done
    made = whole.tree(root / "feedback/right/sgd")
    shutil.rmtree(root / "feedback")
    nbgrader_steps.generate_feedback(room, "sgd", "right")
    assert whole.tree(root / "feedback/right/sgd") == made
    assert not (root / "feedback/wrong").exists()


UNGUARDED = """
import sys
from pathlib import Path
from course import classroom
from course.classroom import pages
print("once", flush=True)
pages.FEW, pages.CHUNK = 0, 1
classroom.feedback(Path(sys.argv[1]), progress=False)
"""


def test_a_script_that_was_not_written_for_processes_writes_feedback_once(graded_once: Path, tmp_path: Path) -> None:
    copy_class(graded_once, tmp_path / "class")
    shutil.rmtree(tmp_path / "class/feedback", ignore_errors=True)
    script = tmp_path / "returns.py"
    script.write_text(UNGUARDED, "utf-8")
    line = [sys.executable, str(script), str(tmp_path / "class")]
    done = subprocess.run(line, capture_output=True, encoding="utf-8", check=False, timeout=60)
    assert (done.returncode, done.stdout) == (0, "once\n"), done.stderr
    assert (tmp_path / "class/feedback/right/sgd/sgd.html").is_file()


def hash_of(room: ClassDirectory) -> Callable[[tuple[str, str]], str]:
    """Look up the hash of the notebook that grading wrote."""

    def found(place: tuple[str, str]) -> str:
        record = verdicts.load(room, *place)
        return record.entered.notebook if record else ""

    return found


def test_being_late_costs_what_nbgrader_says(graded_once: Path, tmp_path: Path) -> None:
    root = tmp_path / "class"
    copy_class(graded_once, root)
    with (root / "nbgrader_config.py").open("a", encoding="utf-8") as opened:
        opened.write("\nc.LateSubmissionPlugin.penalty_method = 'zero'\n")
    with Gradebook(database(root), "downhill") as book:
        book.update_or_create_assignment("sgd", duedate=DUE)
    late(hand_in(root, "wrong", "sgd", RIGHT, answer="Late."))
    classroom.grade(root, ["sgd"], jobs=1, progress=False)
    with Gradebook(database(root), "downhill") as book:
        penalties = {each: book.find_submission("sgd", each).late_submission_penalty for each in ("right", "wrong")}
        assert penalties["right"] == 0
        assert penalties["wrong"] == book.find_submission("sgd", "wrong").score > 0


REFUSING = {
    "sqlite": (
        (
            "CREATE TRIGGER refuse BEFORE UPDATE ON comment WHEN NEW.auto_comment LIKE '%Not implemented%' "
            "BEGIN SELECT RAISE(ABORT, 'refused'); END"
        ),
    ),
    "postgresql": (
        (
            "CREATE FUNCTION refused() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE integrity_constraint_violation USING MESSAGE = 'refused'; END $$"
        ),
        (
            "CREATE TRIGGER refuse BEFORE UPDATE ON comment FOR EACH ROW "
            "WHEN (NEW.auto_comment LIKE '%Not implemented%') EXECUTE FUNCTION refused()"
        ),
    ),
}
"""A rule of the database's own, by its kind, that does not take the comment on what is not implemented."""
NOT_REFUSING = {"sqlite": "DROP TRIGGER refuse", "postgresql": "DROP TRIGGER refuse ON comment"}


def test_what_cannot_be_written_keeps_no_other_out(graded_once: Path, tmp_path: Path) -> None:
    root = tmp_path / "class"
    copy_class(graded_once, root)
    room = ClassDirectory.find(root)
    judged = submissions(root)
    shutil.rmtree(root / "autograded/right/sgd")
    (root / "autograded/right/sgd").write_text("a file where a folder belongs", "utf-8")
    sql(root, *REFUSING[make_url(database(root)).get_backend_name()])
    with Writer(room) as entering:
        done = {student: (record, entering.write("sgd", student, record)) for student, record in judged}
        failed = entering.commit()
        for student, (record, now) in done.items():
            if ("sgd", student) not in failed:
                verdicts.save(room, "sgd", student, replace(record, entered=now))
    assert {student: type(problem).__name__ for (_, student), problem in failed.items()} == {
        "right": "FileExistsError",
        "untouched": "IntegrityError",
    }
    assert mark(root, "wrong", "sgd").auto == 10.0
    sql(root, NOT_REFUSING[make_url(database(root)).get_backend_name()])
    (root / "autograded/right/sgd").unlink()
    classroom.grade(root, ["sgd"], jobs=1, progress=False)  # and suspects nobody of what was written in part
    assert mark(root, "right", "sgd").auto == 0.0


def test_a_gradebook_that_is_busy_is_waited_for_once(
    graded_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "class"
    copy_class(graded_once, root)
    tried: list[object] = []

    def busy(*given: object) -> None:
        tried.append(given)
        raise OperationalError("UPDATE", {}, sqlite3.OperationalError("database is locked"))

    judged = submissions(root)
    with Writer(ClassDirectory.find(root)) as entering:
        for student, record in judged:
            entering.write("sgd", student, record)
        monkeypatch.setattr(rows, "execute", busy)
        failed = entering.commit()
    assert len(failed) == len(judged)
    assert len(tried) == 1
    monkeypatch.undo()
    classroom.grade(root, ["sgd"], jobs=1, progress=False)
    assert mark(root, "wrong", "sgd").auto == 10.0


def sql(root: Path, *statements: str) -> None:
    """Run statements on a class's gradebook."""
    engine = create_engine(database(root))
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def plan(root: Path, statement: Any) -> str:
    """Say how SQLite would look rows up."""
    lists, words = ("cells", "students", "sheets"), ("assignment", "sheet", "student", "notebook")
    asked = {**dict.fromkeys(words, "x"), **{name: ["x", "y"] for name in lists}}
    engine = create_engine(database(root))
    named = {name: asked[name] for name in statement.compile().params if name in asked}
    compiled = statement.params(**named).compile(engine, compile_kwargs={"literal_binds": True})
    with engine.connect() as connection:
        lines = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}")]
    engine.dispose()
    return "\n".join(lines)


@pytest.mark.sqlite("its planner says it in words; the statements and the tables' indexes are the same on a server")
def test_no_row_is_looked_for_by_reading_all(handed_in: Path) -> None:
    """Or a class of ten thousand would cost a hundred times what one of a thousand does."""
    asked = [rows._SUBMITTED, rows._GRADES, rows._COMMENTS]
    asked += [pages._SUBMITTED, pages._SCORES, pages._COMMENTS, pages._TOTALS, pages._MOST]
    for statement in asked:
        assert not re.search("SCAN (grade|comment|submitted_)", plan(handed_in, statement))
    assert "SCAN grade" in plan(handed_in, rows.GRADE.select().where(rows.GRADE.c.notebook_id == bindparam("notebook")))


@pytest.mark.parametrize(
    ("picture", "has_words"),
    [
        ('<img src="data:x">', False),
        ('<img src="data:x"/>', False),
        ('<img title="no alt=" src="data:x">', True),  # who writes this has said something
        ('<img alt="a curve" src="data:x">', True),
        ('<img src="data:x" alt="">', True),
        ("<image>", True),
    ],
)
def test_a_picture_without_words_gets_some(picture: str, *, has_words: bool) -> None:
    page = f"<p>{picture}</p>"
    assert (with_words(page) == page) is has_words
    assert has_words or f"{NO_WORDS.en} {NO_WORDS.zh}" in with_words(page)
