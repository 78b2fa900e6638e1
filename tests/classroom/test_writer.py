"""The batch writer and plain nbgrader: the same rows, the same files, the same records, for every kind of submission."""

from __future__ import annotations

import json
import shutil
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from nbgrader.api import Gradebook
from sqlalchemy import create_engine
from traitlets.config.loader import PyFileConfigLoader

from course import classroom
from course.classroom import intended, rows, run, settings, verdicts, writer
from course.classroom.directory import ClassDirectory
from course.classroom.intake import take_in
from course.classroom.writer import Writer
from course.text import CourseError
from tests.classroom import whole
from tests.classroom.conftest import flip
from tests.classroom.postgres import served
from tests.classroom.room import SKELETON, SOLUTION, change_worksheet, hand_in, mark, new_class, set_by_hand
from tests.classroom.test_gradebook import settle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

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
    change_worksheet(cells, "sgd", lambda found: flip_four(found))
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
    (extras / "run.sh").write_text("exit\n", "utf-8")
    (extras / "run.sh").chmod(0o755)
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
        run.autograde_by_nbgrader(ClassDirectory.find(root), "sgd", student)


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
    run.generate_assignment(ClassDirectory.find(root), "warm-up")
    first(root)
    submissions(root)
    return root


@contextmanager
def kept_in_sqlite() -> Iterator[None]:
    yield None


def same(ours: Path, theirs: Path, address: str) -> None:
    """Two classes are the same, row by row and byte by byte."""
    expected = whole.rows(whole.database(theirs))
    for table, lines in whole.rows(address).items():
        assert lines == expected[table], table
    assert whole.tree(ours / "autograded") == whole.tree(theirs / "autograded")
    assert whole.records(ours, "sgd") == whole.records(theirs, "sgd")


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.needs("postgresql"))])
def test_plain_nbgrader_and_the_writer_do_the_same(
    handed_in: Path, tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    with served() if database == "postgresql" else kept_in_sqlite() as server:
        for root in (ours, theirs):
            shutil.copytree(handed_in, root)
        if server:
            settle(ours, server)
            for stem in ("sgd", "warm-up"):
                run.generate_assignment(ClassDirectory.find(ours), stem)
        address = server or whole.database(ours)
        for each in (address, whole.database(theirs)):
            prepare(each)
        by_nbgrader(theirs)
        slow: list[str] = []
        monkeypatch.setattr(run, "autograde_by_nbgrader", lambda _room, _stem, student: slow.append(student))
        by_writer(ours)
        same(ours, theirs, address)
        assert slow == []
        for root, each in ((ours, address), (theirs, whole.database(theirs))):
            by_hand(each)
            change_points(root, 16.0)
            second(root)
        monkeypatch.undo()
        by_nbgrader(theirs)
        monkeypatch.setattr(run, "autograde_by_nbgrader", lambda _room, _stem, student: slow.append(student))
        by_writer(ours, size=100)
        same(ours, theirs, address)
        assert slow == []


def change_points(root: Path, points: float) -> None:
    """The instructor gives the code other points and releases the topic again."""
    path = root / "source/sgd/sgd.ipynb"
    sheet = json.loads(path.read_text("utf-8"))
    for cell in sheet["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "sgd":
            cell["metadata"]["nbgrader"]["points"] = points
    path.write_text(json.dumps(sheet), "utf-8")
    run.generate_assignment(ClassDirectory.find(root), "sgd")


__all__ = ["CourseError", "SKELETON", "create_engine", "intended", "mark", "rows", "set_by_hand", "settings", "timedelta", "writer", "PyFileConfigLoader", "Sequence"]
