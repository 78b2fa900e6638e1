"""A gradebook on a PostgreSQL server that fails: the connection is cut, the server stops, the role may not write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from course import classroom
from course.classroom import rows
from course.text import CourseError
from tests.classroom import postgres, whole
from tests.classroom.postgres import PASSWORD, Server, serving
from tests.classroom.room import SOLUTION, database, hand_in, keep_in, mark, new_class

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.needs("postgresql")

STUDENTS = ("ada", "bo", "chen")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server that tests may stop."""
    with serving() as started:
        yield started


@pytest.fixture
def room(server: Server, tmp_path: Path) -> Path:
    """Make a class with three submissions, its gradebook in a new database."""
    return handed_in(server, tmp_path / "class")


def handed_in(server: Server, root: Path) -> Path:
    new_class(root)
    name = f"of_{abs(hash(str(root)))}"
    postgres.run(server.address, f"CREATE DATABASE {name}")
    keep_in(root, postgres.named(server.address, name))
    classroom.release(root, ["sgd"], progress=False)
    for student in STUDENTS:
        hand_in(root, student, "sgd", f"{SOLUTION['sgd']}\n# {student}\n", answer=f"I am {student}. 我是{student}。")
    return root


def all_of(root: Path) -> tuple[Any, ...]:
    """What a class has come to: rows, files and records."""
    files = [whole.tree(root / folder) for folder in ("release", "submitted", "autograded")]
    return whole.rows(database(root)), files, whole.records(root, "sgd")


def cut(server: Server) -> None:
    """End every connection to the server but this one."""
    others = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND usename IS NOT NULL"
    )
    assert postgres.run(server.address, others), "somebody was connected"


def stop_and_start(server: Server) -> None:
    server.stop()
    server.start()


@pytest.mark.parametrize(
    ("failure", "step"),
    [
        (cut, "find"),
        (stop_and_start, "execute"),
        pytest.param(cut, "execute", marks=pytest.mark.full),
        pytest.param(stop_and_start, "find", marks=pytest.mark.full),
    ],
)
def test_a_run_that_loses_its_connection(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: Callable[[Server], None], step: str
) -> None:
    """Lost while reading it is opened again; lost while writing it is told, and one more run does the rest."""
    calm = handed_in(server, tmp_path / "calm")
    classroom.grade(calm, progress=False, jobs=1)
    root = handed_in(server, tmp_path / "class")
    done = getattr(rows, step)
    waiting = [failure]

    def failing(*given: Any) -> Any:
        if waiting:
            waiting.pop()(server)
        return done(*given)

    monkeypatch.setattr(rows, step, failing)
    if step == "find":
        classroom.grade(root, progress=False, jobs=1)
    else:
        with pytest.raises(CourseError, match="the connection to the gradebook's server was lost") as told:
            classroom.grade(root, progress=False, jobs=1)
        assert "连接中断" in told.value.text.zh
        assert PASSWORD not in told.value.text.both()
        classroom.grade(root, progress=False, jobs=1)
    assert not waiting
    assert "3 unchanged" in classroom.grade(root, progress=False, jobs=1).en
    assert whole.rows(database(root)) == whole.rows(database(calm))
    assert [mark(root, student, "sgd").auto for student in STUDENTS] == [10.0] * 3


def test_while_the_server_is_down_nothing_is_lost(server: Server, room: Path) -> None:
    classroom.grade(room, progress=False, jobs=1)
    before = all_of(room)
    server.stop()
    try:
        for step in (classroom.release, classroom.grade, classroom.feedback):
            with pytest.raises(CourseError, match="Is the server running") as told:
                step(room, ["sgd"], progress=False)
            assert "服务器是否在运行" in told.value.text.zh
            assert PASSWORD not in told.value.text.both()
    finally:
        server.start()
    assert "3 unchanged" in classroom.grade(room, progress=False).en
    assert all_of(room) == before


ON = {"USAGE": "", "SELECT": "ALL TABLES IN"}


@pytest.mark.parametrize("rights", ["USAGE", "SELECT"])
def test_a_role_without_rights_is_a_sentence(room: Path, rights: str) -> None:
    """One that may see the tables' names alone, and one that may read them."""
    classroom.grade(room, progress=False, jobs=1)
    own = database(room)
    postgres.run(own, "DROP ROLE IF EXISTS reader")
    postgres.run(own, f"CREATE ROLE reader LOGIN PASSWORD '{PASSWORD}'")
    postgres.run(own, f"GRANT {rights} ON {ON[rights]} SCHEMA public TO reader")
    before = whole.rows(own)
    keep_in(room, own.replace("teacher:", "reader:"))
    hand_in(room, "ada", "sgd", SOLUTION["sgd"], answer="Once more.")
    with pytest.raises(CourseError, match=r"permission denied|may not write to it") as told:
        classroom.grade(room, progress=False, jobs=1)
    assert PASSWORD not in told.value.text.both()
    assert whole.rows(own) == before
    keep_in(room, own)
    postgres.run(own, "DROP OWNED BY reader")
    postgres.run(own, "DROP ROLE reader")
    assert "2 unchanged" in classroom.grade(room, progress=False).en
