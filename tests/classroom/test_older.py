"""Class directories from before there was a store: taken over whole, whenever it is interrupted, and kept."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from course import classroom
from course.classroom import older, upkeep, verdicts
from course.classroom.directory import ClassDirectory
from course.classroom.history import LONGEST
from course.classroom.store import FILE, Store
from tests.classroom.room import SOLUTION, hand_in, mark
from tests.classroom.stored import content_of, history_of, make_older, older_text, record, sql

if TYPE_CHECKING:
    from collections.abc import Callable

STUDENTS = [f"student-{number}" for number in range(7)]


@pytest.fixture
def before(tmp_path: Path) -> Path:
    """Make a class whose verdicts are of the older form, two topics, and nothing else in it."""
    root = tmp_path / "class"
    root.mkdir()
    with Store(ClassDirectory(root)) as store:
        for number, student in enumerate(STUDENTS):
            store.save("sgd", student, record(student, attempts=number + 1))
        store.save("adam", "ada", record("ada", attempts=LONGEST))
    make_older(root)
    return root


def files_of(root: Path) -> dict[str, bytes]:
    """Read what lies in the class's `verdicts/`, but the store."""
    folder = root / "verdicts"
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != FILE
    }


def test_all_is_taken_over_and_the_files_are_kept(before: Path) -> None:
    files = files_of(before)
    assert len(files) == len(STUDENTS) + 1
    assert upkeep.ready(ClassDirectory(before)) == []
    expected = {("sgd", each): record(each, attempts=number + 1) for number, each in enumerate(STUDENTS)}
    expected["adam", "ada"] = record("ada", attempts=LONGEST)
    assert content_of(before) == {place: (found, found.history) for place, found in expected.items()}
    assert files_of(before) == {f"older/{name}": content for name, content in files.items()}
    assert not older.is_there(ClassDirectory(before))


class KilledError(BaseException):
    """Ends a process in the middle of something, as far as a test can."""


def test_it_may_be_killed_between_any_two_steps(before: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(older, "BATCH", 3)
    forged = before / "verdicts/sgd/zz.json"
    forged.write_text(json.dumps({"key": "x", "verdict": {}, "entered": {}}), "utf-8")
    whole = tmp_path / "whole"
    shutil.copytree(before, whole)
    assert len(upkeep.ready(ClassDirectory(whole))) == 1
    save, replace = Store.save, Path.replace
    for last in range(100):
        root = tmp_path / f"killed-{last}"
        shutil.copytree(before, root)
        steps = iter(range(last))

        def step(do: Callable[..., Any], *given: Any, steps: Any = steps) -> Any:
            if next(steps, None) is None:
                raise KilledError
            return do(*given)

        with monkeypatch.context() as patch:
            patch.setattr(Store, "save", lambda *given: step(save, *given))
            patch.setattr(Path, "replace", lambda *given: step(replace, *given))
            try:
                upkeep.ready(ClassDirectory(root))
                break
            except KilledError:
                pass
        upkeep.ready(ClassDirectory(root))
        assert content_of(root) == content_of(whole)
        assert files_of(root) == files_of(whole)
    assert last > 2 * len(STUDENTS)


def test_what_the_store_has_is_newer(before: Path) -> None:
    newer = record("student-0", attempts=5)
    with Store(ClassDirectory(before)) as store:
        store.save("sgd", "student-0", newer)
    upkeep.ready(ClassDirectory(before))
    assert content_of(before)["sgd", "student-0"][0] == newer


@pytest.mark.parametrize(
    "change",
    [
        lambda told: told["verdict"].update(score=10.0),
        lambda told: told["history"][0].update(status="passed"),
        lambda told: told["entered"].update(made_from=""),
        lambda told: told.update(key="other"),
        lambda told: told.pop("sealed"),
        lambda told: told.update(sealed=told["history_sealed"]),
    ],
)
def test_what_is_not_signed_is_set_aside_and_named(before: Path, change: Callable[[Any], object]) -> None:
    file = before / "verdicts/sgd/student-3.json"
    told = json.loads(file.read_text("utf-8"))
    change(told)
    file.write_text(json.dumps(told), "utf-8")
    planted = file.read_bytes()
    (line,) = upkeep.ready(ClassDirectory(before))
    assert "student-3/sgd: the stored verdict is not signed by this class" in line.en
    assert "verdicts/sgd/student-3.unsigned" in line.zh
    assert (before / "verdicts/sgd/student-3.unsigned").read_bytes() == planted
    assert ("sgd", "student-3") not in content_of(before)
    assert len(content_of(before)) == len(STUDENTS)


def test_anothers_file_is_not_signed(before: Path) -> None:
    shutil.copyfile(before / "verdicts/sgd/student-1.json", before / "verdicts/adam/student-1.json")
    shutil.copyfile(before / "verdicts/sgd/student-1.json", before / "verdicts/sgd/bo.json")
    assert len(upkeep.ready(ClassDirectory(before))) == 2
    assert not {("adam", "student-1"), ("sgd", "bo")} & content_of(before).keys()


def test_what_is_damaged_keeps_its_history_and_its_file(before: Path) -> None:
    file = before / "verdicts/sgd/student-4.json"
    text = file.read_text("utf-8")
    file.write_text(text[:-200], "utf-8")
    (before / "verdicts/sgd/student-5.json").write_bytes(b"")
    (before / "verdicts/sgd/student-6.json").write_text(text[:300], "utf-8")
    (before / "verdicts/sgd/.student-9.json.part").write_text("{", "utf-8")
    assert upkeep.ready(ClassDirectory(before)) == []
    assert history_of(before, "sgd", "student-4") == record("student-4", attempts=5).history
    assert history_of(before, "sgd", "student-5") == history_of(before, "sgd", "student-6") == ()
    assert verdicts.load(ClassDirectory(before), "sgd", "student-4") is None
    kept = before / "verdicts/older/sgd"
    assert (kept / "student-4.json").read_text("utf-8") == text[:-200]
    assert len(list(kept.iterdir())) == len(STUDENTS)


def test_of_another_versions_verdict_the_history_is_kept(before: Path) -> None:
    room, told = ClassDirectory(before), record("ada")
    rest = {"key": "x", "entered": {}, "verdict": {"schema": 99}}
    (before / "verdicts/sgd/ada.json").write_text(older_text(told.history, rest, room.seal(), ("sgd", "ada")), "utf-8")
    assert upkeep.ready(room) == []
    assert content_of(before)["sgd", "ada"] == (None, told.history)


def test_what_is_no_file_is_neither_read_nor_waited_for(before: Path, tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("named pipes")
    file = before / "verdicts/sgd/student-0.json"
    target = tmp_path / "outside.json"
    file.rename(target)
    content = target.read_bytes()
    file.symlink_to(target)
    os.mkfifo(before / "verdicts/sgd/pipe.json")
    (before / "verdicts/sgd/folder.json").mkdir()
    outside = tmp_path / "outside"
    outside.mkdir()
    (before / "verdicts/older").symlink_to(outside)
    assert upkeep.ready(ClassDirectory(before)) == []
    assert len(content_of(before)) == len(STUDENTS)
    assert target.read_bytes() == content
    assert list(outside.iterdir()) == [], "nothing is moved through a link"
    assert not any(path.is_symlink() for path in (before / "verdicts").rglob("*"))
    assert upkeep.ready(ClassDirectory(before)) == []


def test_a_class_of_before_goes_on(room: Path) -> None:
    """Graded, of the older form, graded again: nothing is judged or entered anew, and the report is the same."""
    hand_in(room, "ada", "sgd", SOLUTION["sgd"])
    hand_in(room, "bo", "sgd")
    classroom.grade(room, jobs=1, progress=False)
    stored, marks = content_of(room), mark(room, "ada", "sgd")
    told = classroom.class_report(room, progress=False)
    steps: tuple[Callable[[], bool], ...] = (
        lambda: "2 unchanged" in classroom.grade(room, jobs=1, progress=False).en,
        lambda: classroom.class_report(room, progress=False) == told,
        lambda: "Feedback for 2" in classroom.feedback(room, progress=False).en,
    )
    for step in steps:
        make_older(room)
        assert step()
        assert content_of(room) == stored
        assert mark(room, "ada", "sgd") == marks
        shutil.rmtree(room / "verdicts/older")


def test_a_class_older_than_signatures_is_set_aside_without_alarm(room: Path) -> None:
    hand_in(room, "ada", "sgd", SOLUTION["sgd"])
    classroom.grade(room, jobs=1, progress=False)
    (text,) = make_older(room).values()
    told = {name: value for name, value in json.loads(text).items() if name not in {"sealed", "history_sealed"}}
    (room / "verdicts/sgd/ada.json").write_text(json.dumps(told), "utf-8")
    (room / "secret-key").unlink()
    classroom.grade(room, jobs=1, progress=False)
    assert [each.status for each in history_of(room, "sgd", "ada")] == ["passed"], "and no instructor is alarmed"
    assert json.loads((room / "verdicts/sgd/ada.unsigned").read_text("utf-8")) == told
    assert sql(room, "SELECT COUNT(*) FROM records") == [(1,)]
