"""Where the gradebook is kept: a database that cannot be opened is a sentence, and PostgreSQL works from end to end."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from nbgrader import api
from nbgrader.api import Gradebook
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from course import classroom
from course.classroom import gradebook, guard
from course.classroom.trouble import said
from course.system.workspace import ROOT
from course.text import CourseError
from tests.classroom import whole
from tests.classroom.postgres import PASSWORD, served
from tests.classroom.room import SOLUTION, copy_class, hand_in, keep_in, nbgrader, new_class

if TYPE_CHECKING:
    from collections.abc import Iterator

DOWN = f"postgresql://someone:{PASSWORD}@127.0.0.1:1/marks"


@pytest.fixture
def no_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    """An instructor's environment, which has no driver for PostgreSQL."""
    for name in [name for name in sys.modules if name.partition(".")[0] in {"psycopg", "psycopg2"}]:
        monkeypatch.delitem(sys.modules, name)
    for name in ("psycopg", "psycopg2"):
        monkeypatch.setitem(sys.modules, name, None)


def refused(address: str) -> str:
    with pytest.raises(CourseError) as error:
        gradebook.need(address, "downhill")
    assert PASSWORD not in error.value.text.both()
    assert re.search("[\u4e00-\u9fff]", error.value.text.zh)
    return error.value.text.en


@pytest.mark.usefixtures("no_driver")
@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg", "postgresql+psycopg2"])
def test_a_missing_driver_is_named_with_what_to_install(scheme: str) -> None:
    said = refused(DOWN.replace("postgresql", scheme))
    assert "pip install -e '.[postgres]'" in said
    assert "psycopg" in said


@pytest.mark.parametrize(
    ("address", "clue"),
    [
        (DOWN, "cannot be opened"),
        ("postgresql://127.0.0.1:port/marks", "not a database URL"),
        ("marks.db", "not a database URL"),
        ("", "not a database URL"),
        (f"access://someone:{PASSWORD}@host/marks", "kind of database that is not known (access)"),
        ("oracle+nothing://host/marks", "kind of database that is not known"),
        ("sqlite:////nowhere/at/all/gradebook.db", "cannot be opened"),
    ],
)
def test_a_gradebook_that_cannot_be_opened_is_a_sentence(address: str, clue: str) -> None:
    assert clue in refused(address)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "gradebook.db").write_text("These are not the marks you are looking for. " * 50, "utf-8")
    assert "cannot be opened (file is not a database)" in refused(f"sqlite:///{tmp_path}/gradebook.db")


def test_a_commit_survives_a_loss_of_power(tmp_path: Path) -> None:
    """SQLite makes sure of the file and of the removal of its journal, in every gradebook that is opened here."""
    guard.install()
    engine = create_engine(f"sqlite:///{tmp_path}/gradebook.db")
    with engine.connect() as book:
        assert book.scalar(text("PRAGMA synchronous")) == 3
    engine.dispose()


def test_a_new_gradebook_is_made_in_an_environment_that_is_not_activated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `course class restore` does before it knows any settings; nbgrader starts alembic, found on PATH."""
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    gradebook.need(f"sqlite:///{tmp_path}/gradebook.db", "downhill")
    assert (tmp_path / "gradebook.db").is_file()


@pytest.mark.parametrize(
    ("reason", "told"),
    [("database or disk is full", "make room"), ("attempt to write a readonly database", "the right")],
)
def test_what_sqlite_refuses_is_a_sentence_without_its_page_of_sql(reason: str, told: str) -> None:
    wrapped = OperationalError("INSERT INTO grade", {}, sqlite3.OperationalError(reason))
    for problem in (wrapped, api.InvalidEntry(str(wrapped))):
        sentence = said(problem)
        assert told in sentence.en
        assert "INSERT" not in sentence.en
        assert re.search("[\u4e00-\u9fff]", sentence.zh)


def test_what_nbgrader_logs_of_a_refusal_is_not_printed() -> None:
    script = (
        "import logging; from course.classroom import gradebook\n"
        "for name in ('tornado.application', 'sqlalchemy.pool', 'other'): logging.getLogger(name).error('%s', name)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    assert done.stderr == "other\n"


@pytest.mark.sqlite("the file is there before there is a driver for a server")
@pytest.mark.usefixtures("no_driver")
def test_every_step_says_it_and_loses_nothing(released: Path, tmp_path: Path) -> None:
    root = tmp_path / "class"
    copy_class(released, root)
    hand_in(root, "ada", "sgd", SOLUTION["sgd"])
    classroom.grade(root, progress=False)
    before = (root / "gradebook.db").read_bytes()
    keep_in(root, DOWN)
    for step in (classroom.release, classroom.grade, classroom.feedback):
        with pytest.raises(CourseError, match=re.escape(".[postgres]")):
            step(root, ["sgd"], progress=False)
    assert (root / "release/sgd/sgd.py").is_file()
    assert (root / "gradebook.db").read_bytes() == before


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A PostgreSQL server of the test's own; gives the address of an empty database."""
    with served() as address:
        yield address


@pytest.mark.needs("postgresql")
def test_a_class_lives_in_postgresql(server: str, tmp_path: Path) -> None:
    """From release to feedback, by our commands and by plain nbgrader; graded again, nothing is done twice."""
    root = new_class(tmp_path / "class")
    keep_in(root, server)
    classroom.release(root, ["sgd"], progress=False)
    right = SOLUTION["sgd"]
    hand_in(root, "ada", "sgd", right, answer="x crawls, y swings. 换一个学习率不能同时治好两者。")
    hand_in(root, "bo", "sgd", right.replace("grad = grad + self.weight_decay * param", "pass"))
    hand_in(root, "chen", "sgd")
    assert "3 submissions (0 unchanged" in classroom.grade(root, progress=False).en
    assert "3 submissions (3 unchanged" in classroom.grade(root, progress=False).en
    with Gradebook(server, "downhill") as book:
        scores = {
            student: book.find_grade("sgd", "sgd", "sgd", student).auto_score for student in ("ada", "bo", "chen")
        }
        comment = book.find_comment("sgd", "sgd", "sgd", "ada").comment
    assert scores["ada"] == 10 > scores["bo"] > scores["chen"] == 0
    assert "正确" in comment
    classroom.feedback(root, progress=False)
    assert "治好两者" in (root / "feedback/ada/sgd/sgd.html").read_text("utf-8")
    classroom.class_report(root, progress=False)
    assert "weight decay" in (root / "report.html").read_text("utf-8")

    hand_in(root, "chen", "sgd", right)
    again = nbgrader(root, "autograde", "sgd", "--student", "chen", "--force")
    assert again.returncode == 0, again.stderr
    with Gradebook(server, "downhill") as book:
        assert book.find_grade("sgd", "sgd", "sgd", "chen").auto_score == 10
    assert not (root / "gradebook.db").exists()


@pytest.mark.needs("postgresql")
def test_a_backup_holds_the_rows_of_a_server(server: str, tmp_path: Path) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as admin:
        for name in ("before", "spare"):
            admin.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    before, spare = (server.replace("/postgres?", f"/{name}?") for name in ("before", "spare"))
    root, file = new_class(tmp_path / "class"), tmp_path / "backup"
    keep_in(root, before)
    classroom.release(root, ["sgd"], progress=False)
    hand_in(root, "ada", "sgd", SOLUTION["sgd"], answer="换一个学习率不能同时治好两者。")
    classroom.grade(root, progress=False)
    held = whole.everything(before)
    classroom.backup(root, file, progress=False)
    assert not (root / "gradebook.db").exists()
    with pytest.raises(CourseError, match="holds a gradebook already") as error:
        classroom.restore(file, tmp_path / "again", progress=False)
    assert PASSWORD not in error.value.text.both()
    assert not (tmp_path / "again").exists()
    (tmp_path / "again/.restoring").mkdir(parents=True)
    changed = create_engine(before)
    with changed.begin() as book:
        book.execute(text("UPDATE grade SET manual_score = 1"))
    with pytest.raises(CourseError, match="holds a gradebook already"):  # a restore was begun, but not with these rows
        classroom.restore(file, tmp_path / "again", progress=False)
    told = classroom.restore(file, tmp_path / "again", database=spare, progress=False)
    assert "nbgrader_config.py" in told.en
    assert PASSWORD not in told.both()
    assert whole.everything(spare) == held != whole.everything(before)
    shutil.rmtree(tmp_path / "again")
    (tmp_path / "again/.restoring").mkdir(parents=True)  # as a restore leaves it that is killed at the very end
    classroom.restore(file, tmp_path / "again", database=spare, progress=False)
    assert whole.everything(spare) == held
    keep_in(tmp_path / "again", spare)
    assert "1 unchanged" in classroom.grade(tmp_path / "again", progress=False).en


@pytest.mark.needs("postgresql")
def test_postgresql_refuses_in_a_sentence(server: str) -> None:
    assert "password authentication failed" in refused(server.replace(PASSWORD, "wrong"))
    assert 'database "marks" does not exist' in refused(server.replace("/postgres?", "/marks?"))
    assert "cannot be opened" in refused(server.replace("host=", "host=/nowhere"))
