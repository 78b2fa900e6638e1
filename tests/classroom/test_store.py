"""The store of verdicts: what was saved is read again, by several at once, through damage, full disks and kills."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from course.classroom import database, store, upkeep
from course.classroom.directory import ClassDirectory
from course.classroom.store import FILE, Store
from course.system.workspace import ROOT
from course.text import CourseError
from tests.classroom import stored
from tests.classroom.stored import content_of, record, sql

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NAMES = ["ada", "[1]", "O'Brien", "50%", "陈", " ", "a\nb", os.fsdecode(b"\xff\xfe"), "x" * 250]


def fill(root: Path, count: int, stem: str = "sgd") -> list[str]:
    """Store records of so many students."""
    names = [f"student-{number:03}" for number in range(count)]
    with Store(ClassDirectory(root)) as opened, opened.transaction():
        for name in names:
            opened.save(stem, name, record(name))
    return names


def test_what_was_saved_is_read_again_whatever_a_student_is_called(tmp_path: Path) -> None:
    with Store(ClassDirectory(tmp_path)) as opened:
        for name in NAMES:
            opened.save("sgd", name, record(name))
    with Store(ClassDirectory(tmp_path)) as opened:
        assert {name: opened.load("sgd", name) for name in NAMES} == {name: record(name) for name in NAMES}
        assert sorted(name for _, name, _ in opened.records(["sgd"])) == sorted(NAMES)
        assert {name: told for _, name, told in opened.histories(["sgd"])} == {n: record(n).history for n in NAMES}
        assert opened.load("adam", "ada") is None
        assert opened.count(["adam", "sgd"]) == len(NAMES)
    assert sorted(path.name for path in (tmp_path / "verdicts").iterdir()) == [FILE], "nothing lies beside it"


def test_reading_where_nothing_is_stored_makes_nothing(tmp_path: Path) -> None:
    with Store(ClassDirectory(tmp_path)) as opened:
        assert opened.load("sgd", "ada") is None
        assert opened.judged("sgd", "key") is None
        assert opened.set_aside("sgd", "ada") is None
        assert [*opened.records(["sgd"]), *opened.histories(["sgd"]), *opened.topics()] == []
    assert not (tmp_path / "verdicts").exists()


def test_a_record_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    with Store(ClassDirectory(tmp_path)) as opened:
        for new in (record(), record(attempts=3), record(attempts=1), record(key="other"), record(attempts=0)):
            opened.save("sgd", "ada", new)
            assert opened.load("sgd", "ada") == new
            assert opened.history("sgd", "ada") == new.history


def test_many_are_read_in_pieces_while_somebody_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = fill(tmp_path, 11)
    monkeypatch.setattr(store, "CHUNK", 3)
    monkeypatch.setattr(store, "ATTEMPTS", 15)

    def write(name: str) -> None:
        with Store(ClassDirectory(tmp_path)) as other:
            other.save("sgd", name, record(name, attempts=7))

    with Store(ClassDirectory(tmp_path)) as opened:
        for read in (opened.records, opened.histories):
            seen = []
            for _, name, found in read(["sgd"]):
                assert found
                seen.append(name)
                for other in (names[-1], name):
                    thread = threading.Thread(target=write, args=(other,))
                    thread.start()
                    thread.join(30)
                    assert not thread.is_alive(), "a writer waits for no reader"
            assert seen == names


def test_a_history_longer_than_a_piece_is_none_and_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store(ClassDirectory(tmp_path)) as opened:
        opened.save_history("sgd", "ada", record(attempts=9).history)
        opened.save_history("sgd", "bo", record(attempts=2).history)
        monkeypatch.setattr(store, "ATTEMPTS", 4)
        assert list(opened.histories(["sgd"])) == [("sgd", "ada", ()), ("sgd", "bo", record(attempts=2).history)]


def test_all_of_a_transaction_or_nothing(tmp_path: Path) -> None:
    room = ClassDirectory(tmp_path)
    fill(tmp_path, 1)
    with Store(room) as opened:
        with pytest.raises(KeyboardInterrupt), opened.transaction():  # noqa: PT012
            opened.save("sgd", "ada", record())
            raise KeyboardInterrupt
        assert opened.load("sgd", "ada") is None
        with opened.transaction(), Store(room) as inner:
            opened.save("sgd", "ada", record())
            with pytest.raises(ZeroDivisionError), inner.transaction():  # noqa: PT012
                inner.save("sgd", "bo", record("bo"))
                inner.save("sgd", "ada", record(attempts=5))
                raise ZeroDivisionError
            assert inner.load("sgd", "ada") == record(), "what the outer one has done stays"
    assert {name for _, name in content_of(tmp_path)} == {"student-000", "ada"}


def test_a_reader_sees_what_was_there_until_it_is_committed(tmp_path: Path) -> None:
    fill(tmp_path, 2)
    seen: list[int] = []

    def look() -> None:
        seen.append(len(content_of(tmp_path)))

    with Store(ClassDirectory(tmp_path)) as opened:
        with opened.transaction():
            opened.save("sgd", "ada", record())
            thread = threading.Thread(target=look)
            thread.start()
            thread.join(30)
        look()
    assert seen == [2, 3]


def test_a_verdict_on_the_same_content_is_found_if_it_is_signed(tmp_path: Path) -> None:
    room = ClassDirectory(tmp_path)
    with Store(room) as opened:
        opened.save("sgd", "ada", record(key="same"))
        assert opened.judged("sgd", "same") == record().verdict
        assert opened.judged("sgd", "other") is None
        assert opened.judged("adam", "same") is None
    stored.forge(tmp_path, "sgd", "ada", "verdict", lambda told: told.update(score=10.0))
    with Store(room) as opened:
        assert opened.judged("sgd", "same") is None
        opened.save("sgd", "bo", record("bo", key="same"))
        assert opened.judged("sgd", "same") == record("bo").verdict


ODD = {
    "the name as bytes": "CAST(CAST(student AS BLOB) AS BLOB)",
    "bytes that are no name": "x'fffe61'",
    "a text that is none": "CAST(x'73ff' AS TEXT)",
    "a text that is none, with an end": "student || CAST(x'ff' AS TEXT)",
    "an end that nobody sees": "student || char(0)",
}
"""Names that are put beside the students', each with the rows of somebody who is there."""


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("piece", [1, 2, 100])
def test_names_that_nobody_has_hide_and_double_no_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, piece: int
) -> None:
    names = fill(tmp_path, 4)
    monkeypatch.setattr(store, "CHUNK", piece)
    monkeypatch.setattr(store, "ATTEMPTS", 3 * piece)
    copied = "FROM {} WHERE student IN ('student-001', 'student-003')"
    sql(
        tmp_path,
        f"INSERT OR IGNORE INTO records SELECT stem, {ODD[name]}, key, verdict, entered, sealed "
        f"{copied.format('records')}",
    )
    sql(
        tmp_path,
        f"INSERT OR IGNORE INTO attempts SELECT stem, {ODD[name]}, number, attempt, sealed {copied.format('attempts')}",
    )
    with Store(ClassDirectory(tmp_path)) as opened:
        assert [student for _, student, _ in opened.records(["sgd"])] == names
        histories = [(student, told) for _, student, told in opened.histories(["sgd"])]
        assert [student for student, told in histories if told] == names
        assert len(histories) > len(names), "what is odd is told"


def overwrite(file: Path, at: float, content: bytes) -> None:
    """Write somewhere into a file, at this share of it."""
    with file.open("r+b") as opened:
        opened.seek(int(file.stat().st_size * at) // 4096 * 4096)
        opened.write(content)


def another(file: Path, *statements: str) -> None:
    """Make it a database of somebody else's."""
    file.unlink()
    with closing(sqlite3.connect(file)) as opened:
        for each in statements:
            opened.execute(each)
        opened.commit()


DAMAGE: dict[str, tuple[Callable[[Path], object], tuple[int, int]]] = {
    "no database": (lambda file: file.write_text("verdicts", "utf-8"), (0, 0)),
    "half of it": (lambda file: os.truncate(file, file.stat().st_size // 2), (0, 0)),
    "a piece of a page": (lambda file: os.truncate(file, 3000), (0, 0)),
    "zeros at the beginning": (lambda file: overwrite(file, 0, bytes(4096)), (0, 0)),
    "zeros in the middle": (lambda file: overwrite(file, 0.5, bytes(4096)), (100, 300)),
    "noise in the middle": (lambda file: overwrite(file, 0.4, b"\x7f\x0d" * 6000), (100, 300)),
    "another program's": (lambda file: another(file, "CREATE TABLE marks (student, mark)"), (0, 0)),
    "one like ours": (lambda file: another(file, *database.TABLES.values()), (0, 0)),
    "a trigger": (
        lambda file: sql(file.parents[1], "CREATE TRIGGER t AFTER INSERT ON records BEGIN DELETE FROM records; END"),
        (300, 300),
    ),
    "a column": (lambda file: sql(file.parents[1], "ALTER TABLE attempts ADD COLUMN note"), (300, 300)),
}
"""What is done to the file, and how many of 300 records can be read still."""


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_file_is_set_aside_named_and_what_can_be_read_of_it_is_kept(tmp_path: Path, name: str) -> None:
    fill(tmp_path, 300)
    before, file, room = content_of(tmp_path), tmp_path / "verdicts" / FILE, ClassDirectory(tmp_path)
    DAMAGE[name][0](file)
    damaged = file.read_bytes()
    with pytest.raises(
        CourseError, match=r"store\.db, where the verdicts are stored, is damaged or was not made"
    ) as told:
        content_of(tmp_path)
    assert "course class grade" in told.value.text.zh
    assert file.read_bytes() == damaged, "a reader leaves it as it is"
    (line,) = upkeep.ready(room)
    assert "it was set aside as verdicts/store.damaged-1.db" in line.en
    assert "已改名为 verdicts/store.damaged-1.db" in line.zh
    assert (tmp_path / "verdicts/store.damaged-1.db").read_bytes() == damaged
    assert upkeep.ready(room) == []
    kept = content_of(tmp_path)
    records = {place: found for place, (found, _) in kept.items() if found}
    assert f"read in it: {len(records)};" in line.en
    assert DAMAGE[name][1][0] <= len(records) <= DAMAGE[name][1][1]
    assert all(found == before[place][0] for place, found in records.items())
    fill(tmp_path, 300)
    assert content_of(tmp_path) == before
    DAMAGE[name][0](file)
    assert "store.damaged-2.db" in upkeep.ready(room)[0].en, "nothing that was set aside is lost"


SOUND: dict[str, Callable[[Path], object]] = {
    "as it is": lambda root: sql(root, "SELECT * FROM records"),
    "nothing yet": lambda root: (root / "verdicts" / FILE).unlink(),
    "an empty file": lambda root: (root / "verdicts" / FILE).write_bytes(b""),
    "made smaller": lambda root: sql(root, "VACUUM"),
    "statistics": lambda root: sql(root, "ANALYZE"),
    "another kind of journal": lambda root: sql(root, "PRAGMA journal_mode = WAL"),
}


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_file_is_not_set_aside(tmp_path: Path, name: str) -> None:
    fill(tmp_path, 5)
    before = content_of(tmp_path)
    SOUND[name](tmp_path)
    assert upkeep.ready(ClassDirectory(tmp_path)) == []
    fill(tmp_path, 5)
    assert content_of(tmp_path) == before


def test_a_store_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    fill(tmp_path, 2)
    sql(tmp_path, f"PRAGMA user_version = {database.VERSION + 1}")
    before = (tmp_path / "verdicts" / FILE).read_bytes()
    for look in (lambda: content_of(tmp_path), lambda: upkeep.ready(ClassDirectory(tmp_path))):
        with pytest.raises(CourseError, match="newer version of the course") as told:
            look()
        assert "更新版本" in told.value.text.zh
    assert (tmp_path / "verdicts" / FILE).read_bytes() == before


def test_a_full_disk_loses_nothing_that_is_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, 5)
    before = content_of(tmp_path)
    prepare = database._prepare

    def full(connection: sqlite3.Connection, **options: Any) -> None:
        prepare(connection, **options)
        connection.execute("PRAGMA max_page_count = 1")

    with monkeypatch.context() as patch:
        patch.setattr(database, "_prepare", full)
        with pytest.raises(CourseError, match="The disk is full") as told:
            fill(tmp_path, 60)
        assert "磁盘已满" in told.value.text.zh
        assert content_of(tmp_path) == before
    fill(tmp_path, 60)
    assert len(content_of(tmp_path)) == 60


WRITER = (
    "import sys\nfrom pathlib import Path\nfrom course.classroom.directory import ClassDirectory\n"
    "from course.classroom.store import Store\nfrom tests.classroom.stored import record\n"
    "with Store(ClassDirectory(Path(sys.argv[1]))) as store:\n"
    "    for batch in range(1000):\n"
    "        with store.transaction():\n"
    "            for name in ('ada', 'bo', 'chen'):\n"
    "                store.save('sgd', name, record(name, attempts=batch % 7 + 1))\n"
    "        print(batch, flush=True)\n"
)


def test_a_writer_that_is_killed_leaves_the_last_transaction_whole(tmp_path: Path) -> None:
    for after in (1, 4, 9):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, cwd=ROOT, encoding="utf-8"
        ) as writer:
            assert writer.stdout is not None
            for _ in range(after):
                writer.stdout.readline()
            writer.send_signal(signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)
        found = content_of(tmp_path)
        assert len(found) == 3
        lengths = {len(told) for _, told in found.values()}
        assert len(lengths) == 1, "all three or none"
        assert all(each == record(name, attempts=len(told)) for (_, name), (each, told) in found.items())
        assert upkeep.ready(ClassDirectory(tmp_path)) == []


def test_a_store_of_another_class_is_worth_nothing(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    fill(tmp_path / "one", 2)
    (tmp_path / "two/verdicts").mkdir(parents=True)
    (tmp_path / "two/verdicts" / FILE).write_bytes((tmp_path / "one/verdicts" / FILE).read_bytes())
    assert list(content_of(tmp_path / "two").values()) == [(None, ()), (None, ())]
