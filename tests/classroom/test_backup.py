"""A class in one file: all of it comes back, and nothing that is damaged, cut off or foreign gets in.

With `pytest --database postgresql` the gradebook is on a server, and the rows go into the file and out of it again.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tarfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import create_engine, text

from course import classroom
from course.classroom import archive, backups, intended, restoring, verdicts
from course.classroom.directory import ClassDirectory
from course.text import CourseError
from tests.classroom import postgres, whole
from tests.classroom.room import SOLUTION, copy_class, database, hand_in, keep_in, mark, set_by_hand

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Forge = Callable[[dict[str, bytes], dict[str, object]], None]


@pytest.fixture(scope="module")
def kept(released: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a class, marked by machine and by hand, with what no backup keeps, and its backup."""
    folder = tmp_path_factory.mktemp("kept")
    room = copy_class(released, folder / "class")
    hand_in(room, "ada", "sgd", SOLUTION["sgd"], answer="Because. 因为。")
    hand_in(room, "王小明", "sgd")
    classroom.grade(room, progress=False)
    set_by_hand(room, "王小明", "sgd", manual_score=4.0, manual_comment="Seen in the lab · 课上看过")
    classroom.feedback(room, progress=False)
    (room / "submitted/nobody").mkdir()
    (room / "submitted/ada/sgd/link.txt").symlink_to("/etc/passwd")
    saved(room, folder / "backup")
    return folder


@pytest.fixture
def marked(kept: Path, tmp_path: Path) -> Path:
    """The class, in a copy of the test's own."""
    return copy_class(kept / "class", tmp_path / "class")


@pytest.fixture
def backup(kept: Path, tmp_path: Path) -> Path:
    """The backup, in a copy of the test's own."""
    return shutil.copyfile(kept / "backup", tmp_path / "backup")


def tree(root: Path) -> dict[str, tuple[int, int, bytes]]:
    """Mode, time and content of all that a backup keeps, apart from databases, which are compared by their rows."""
    return {
        path.relative_to(root).as_posix(): (
            stat.S_IMODE(path.stat().st_mode),
            path.stat().st_mtime_ns if path.is_file() else 0,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in sorted(root.rglob("*"))
        if path.relative_to(root).parts[0] != ".intake" and not path.is_symlink() and ".db" not in path.name
    }


def rows(root: Path) -> object:
    """All that the gradebook holds, ids included."""
    if postgres.in_use():
        return whole.everything(database(root))
    with sqlite3.connect(root / "gradebook.db") as book:
        return list(book.iterdump())


def lose(root: Path) -> None:
    """Lose the class, and what is in its database if that is on a server."""
    address = database(root)
    shutil.rmtree(root)
    if postgres.in_use():
        postgres.empty(address)


def elsewhere() -> str:
    """What `restore` needs to be told for a second class beside the first: another database, if it is on a server."""
    return postgres.copied() if postgres.in_use() else ""


def restored(file: Path, root: Path) -> Path:
    """Make a second class of a backup."""
    classroom.restore(file, root, database=(address := elsewhere()), progress=False)
    if address:
        keep_in(root, address)
    return root


def course(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "course.cli", "class", *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def saved(room: Path, file: Path) -> Path:
    classroom.backup(room, file, progress=False)
    return file


def refused(file: Path, root: Path) -> str:
    with pytest.raises(CourseError) as told:
        classroom.restore(file, root, database=elsewhere(), progress=False)
    assert "Traceback" not in told.value.text.en
    assert any("\u4e00" <= letter <= "\u9fff" for letter in told.value.text.zh)
    return told.value.text.en


def test_what_was_lost_comes_back_and_nothing_is_judged_anew(
    marked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, held = tree(marked), rows(marked)
    told = classroom.backup(marked, tmp_path / "autumn.backup", progress=False)
    assert "secret seed" in told.en
    assert "link.txt" in told.en
    assert stat.S_IMODE((tmp_path / "autumn.backup").stat().st_mode) == 0o600 or sys.platform == "win32"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["autumn.backup", marked.name]
    assert tree(marked) == before
    lose(marked)
    classroom.restore(tmp_path / "autumn.backup", marked, progress=False)
    assert tree(marked) == before
    assert rows(marked) == held
    monkeypatch.setattr("course.classroom.judging.judge_source", lambda *_, **__: pytest.fail("judged anew"))
    assert "2 unchanged" in classroom.grade(marked, progress=False).en
    assert rows(marked) == held
    assert mark(marked, "王小明", "sgd").manual == 4.0


def test_it_is_all_in_another_place_too(backup: Path, tmp_path: Path) -> None:
    assert "2 unchanged" in classroom.grade(restored(backup, tmp_path / "new/class"), progress=False).en


def test_no_backup_overwrites_anything_or_lies_in_the_class(marked: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("kept", "utf-8")
    for file, clue in ((tmp_path / "mine", "exists"), (marked / "backup", "outside"), (tmp_path / "no/where", "room")):
        with pytest.raises(CourseError, match=clue):
            classroom.backup(marked, file, progress=False)
    assert (tmp_path / "mine").read_text("utf-8") == "kept"
    assert sorted(each.name for each in tmp_path.iterdir()) == [marked.name, "mine"]


def test_who_writes_to_the_class_is_named(marked: Path, tmp_path: Path) -> None:
    holding = (
        "import sys, pathlib; from course.classroom.lock import only_writer; "
        "from course.classroom.directory import ClassDirectory\n"
        f"with only_writer(ClassDirectory(pathlib.Path({str(marked)!r}))): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holding], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(CourseError, match=f"Process {other.pid}, since"):
            classroom.backup(marked, tmp_path / "backup", progress=False)
        assert not (tmp_path / "backup").exists()
        other.communicate("")
    saved(marked, tmp_path / "backup")


def test_nothing_is_graded_while_a_backup_is_written(
    marked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = []

    def looking(*arguments: Any, **options: Any) -> Any:
        said.append(course("grade", "--dir", marked))
        return write(*arguments, **options)

    write = backups._write
    monkeypatch.setattr(backups, "_write", looking)
    saved(marked, tmp_path / "backup")
    assert said[0].returncode == 2
    assert f"Process {os.getpid()}, since" in said[0].stderr
    assert course("grade", "--dir", marked).returncode == 0


@contextmanager
def written(root: Path, statement: str) -> Iterator[None]:
    """Write to the gradebook, as another program would; commit at the end of the block."""
    engine = create_engine(database(root))
    with engine.begin() as book:
        book.execute(text(statement))
        yield
    engine.dispose()


def test_what_is_written_meanwhile_is_in_it_whole_or_not_at_all(marked: Path, tmp_path: Path) -> None:
    """Formgrader has no lock of ours: a mark that is not committed yet is not in the backup."""
    with written(marked, "UPDATE grade SET manual_score = 9"):
        saved(marked, tmp_path / "backup")
    assert mark(restored(tmp_path / "backup", tmp_path / "again"), "王小明", "sgd").manual == 4.0
    assert mark(marked, "王小明", "sgd").manual == 9.0


@pytest.mark.sqlite("about files of SQLite's in the class, whatever its gradebook is")
def test_an_unfinished_transaction_is_rolled_back_and_a_students_database_is_a_file(
    marked: Path, tmp_path: Path
) -> None:
    """A database of ours whose writer was killed has a journal beside it; what students hand in is never opened."""
    ending = (
        "import os, sqlite3, sys; book = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "book.execute('PRAGMA cache_size = 1'); book.execute('CREATE TABLE held (x)')\n"
        "book.executemany('INSERT INTO held VALUES (?)', [('before',)] * 2000)\n"
        "book.execute('BEGIN'); book.execute('UPDATE held SET x = 1'); os._exit(0)"
    )
    for place in ("own.db", "verdicts/own.db", "submitted/ada/sgd/own.db"):
        subprocess.run([sys.executable, "-c", ending, marked / place], check=True)
        assert (marked / f"{place}-journal").exists()
    theirs = (marked / "submitted/ada/sgd/own.db").read_bytes()
    classroom.restore(saved(marked, tmp_path / "backup"), tmp_path / "again", progress=False)
    for place in ("own.db", "verdicts/own.db"):
        with sqlite3.connect(tmp_path / "again" / place) as book:
            assert book.execute("SELECT DISTINCT x FROM held").fetchall() == [("before",)]
    assert (tmp_path / "again/submitted/ada/sgd/own.db").read_bytes() == theirs
    assert (tmp_path / "again/submitted/ada/sgd/own.db-journal").exists()
    assert (marked / "submitted/ada/sgd/own.db-journal").exists()


def test_what_a_killed_run_was_about_to_enter_is_in_it(marked: Path, tmp_path: Path) -> None:
    """Else the rows that it has entered already would look like somebody else's after a restore."""
    room = ClassDirectory(marked)
    record = verdicts.load(room, "sgd", "ada")
    assert record is not None
    intended.note(room, {("sgd", "ada"): record.entered})
    restored(saved(marked, tmp_path / "backup"), tmp_path / "again")
    assert intended.stored(ClassDirectory(tmp_path / "again")) == {("sgd", "ada"): record.entered}
    assert [each.name for each in (tmp_path / "again/.intake").iterdir()] == [".intended"]
    classroom.grade(tmp_path / "again", progress=False)
    assert not (tmp_path / "again/.intake/.intended").exists()


def forge(file: Path, change: Forge, *, kind: bytes = tarfile.REGTYPE) -> Path:
    """Write the backup again, with members and manifest changed by somebody who knows the format."""
    with tarfile.open(file) as tar:
        members = {each.name: tar.extractfile(each).read() for each in tar.getmembers()}  # type: ignore[union-attr]
    manifest = json.loads(members.pop(archive.MANIFEST))
    del members[archive.MANIFEST_HASH]
    change(members, manifest)
    whole = json.dumps(manifest).encode()
    members |= {archive.MANIFEST: whole, archive.MANIFEST_HASH: hashlib.sha256(whole).hexdigest().encode()}
    forged = file.with_name("forged")
    with tarfile.open(forged, "w") as tar:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            if name not in manifest["files"] and not name.startswith("manifest"):
                member.type, member.linkname, member.size = kind, "/etc/passwd", 0
            tar.addfile(member, io.BytesIO(content))
    return forged


def put(name: str) -> Forge:
    def change(members: dict[str, bytes], manifest: dict[str, object]) -> None:
        members[name] = b"got out"
        files = manifest["files"]
        assert isinstance(files, dict)
        files[name] = {"size": 7, "sha256": hashlib.sha256(b"got out").hexdigest(), "mode": 0o600, "modified": 0}

    return change


@pytest.mark.parametrize(
    "name", ["class/../../out", "/out", "class/a/../../../out", "class//out", "class/..\\out", "c:/out", "class/./out"]
)
def test_nothing_gets_out_of_the_directory(backup: Path, tmp_path: Path, name: str) -> None:
    forged = forge(backup, put(name))
    assert "no backup of a class holds" in refused(forged, tmp_path / "again")
    assert not (tmp_path / "again").exists()
    assert not (tmp_path / "out").exists()


def test_a_file_more_that_is_harmless_is_restored(backup: Path, tmp_path: Path) -> None:
    forged = forge(backup, put("class/notes..txt"))
    restored(forged, tmp_path / "again")
    assert (tmp_path / "again/notes..txt").read_bytes() == b"got out"


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_links_and_devices_are_refused(backup: Path, tmp_path: Path, kind: bytes) -> None:
    forged = forge(backup, lambda members, _: members.update({"class/x": b""}), kind=kind)
    assert "no backup of a class holds" in refused(forged, tmp_path / "again")


def test_a_folder_in_the_list_may_not_lead_out_either(backup: Path, tmp_path: Path) -> None:
    def change(_: dict[str, bytes], manifest: dict[str, object]) -> None:
        manifest["folders"] = {"../out": {"mode": 0o700, "modified": 0}}

    assert "no backup" in refused(forge(backup, change), tmp_path / "again")
    assert not (tmp_path / "out").exists()


def test_a_backup_of_a_later_course_says_so(backup: Path, tmp_path: Path) -> None:
    forged = forge(backup, lambda _, manifest: manifest.update(schema=2))
    assert "newer version" in refused(forged, tmp_path / "again")


@pytest.mark.parametrize("where", [0.001, 0.1, 0.3, 0.5, 0.7, 0.9, 0.97])
def test_one_flipped_bit_or_a_lost_end_is_seen(backup: Path, tmp_path: Path, where: float) -> None:
    whole = backup.read_bytes()
    with tarfile.open(tmp_path / "backup") as tar:  # within the contents: a header's padding says nothing
        spots = [each.offset_data + at for each in tar.getmembers() for at in range(0, each.size, 97)]
    spot = spots[int(where * len(spots))]
    flipped = bytearray(whole)
    flipped[spot] ^= 1
    (tmp_path / "flipped").write_bytes(flipped)
    assert "is damaged" in refused(tmp_path / "flipped", tmp_path / "again")
    (tmp_path / "cut").write_bytes(whole[: int(len(whole) * where)])
    told = refused(tmp_path / "cut", tmp_path / "again")
    assert "cut off" in told or "not a backup" in told or "is damaged" in told
    assert not (tmp_path / "again").exists()


def test_what_is_no_backup_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("not a backup", "utf-8")
    (tmp_path / "empty").write_bytes(b"")
    with tarfile.open(tmp_path / "other.tar", "w") as tar:
        tar.add(tmp_path / "text", "text")
    for name in ("text", "empty", "other.tar", "nowhere", "."):
        refused(tmp_path / name, tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_a_directory_with_something_in_it_stays_as_it_is(marked: Path, backup: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/notes.txt").write_text("kept", "utf-8")
    assert "is not empty" in refused(backup, tmp_path / "mine")
    held = rows(marked)
    assert "is not empty" in refused(backup, marked)
    assert rows(marked) == held
    assert os.listdir(tmp_path / "mine") == ["notes.txt"]  # noqa: PTH208 - names alone
    (tmp_path / "empty").mkdir()
    restored(backup, tmp_path / "empty")


def test_an_interrupted_restore_is_no_class_and_is_begun_anew(
    kept: Path, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, address = tmp_path / "again", elsewhere()

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(restoring, "_move", stop)
        with pytest.raises(KeyboardInterrupt):
            classroom.restore(backup, root, database=address, progress=False)
    with pytest.raises(CourseError, match="is not a class"):
        classroom.grade(root, progress=False)
    classroom.restore(backup, root, database=address, progress=False)
    assert not (root / ".restoring").exists()
    assert tree(root) == tree(kept / "class")
    if address:
        keep_in(root, address)
    assert rows(root) == rows(kept / "class")


def test_an_unsigned_verdict_is_not_believed_because_it_was_in_a_backup(backup: Path, tmp_path: Path) -> None:
    """A restored class is checked like any other."""
    restored(backup, tmp_path / "again")
    with written(tmp_path / "again", "UPDATE grade SET auto_score = 10"):
        pass
    with pytest.raises(CourseError, match="put right"):
        classroom.grade(tmp_path / "again", progress=False)
    assert verdicts.load(ClassDirectory(tmp_path / "again"), "sgd", "ada") is not None


def test_the_command_line_does_it(marked: Path, tmp_path: Path) -> None:
    assert course("backup", tmp_path / "backup", "--dir", marked).returncode == 0
    there = ["--database", address] if (address := elsewhere()) else []
    assert course("restore", tmp_path / "backup", tmp_path / "again", *there).returncode == 0
    again = course("backup", tmp_path / "backup", "--dir", marked)
    assert (again.returncode, "Traceback" in again.stderr) == (2, False)
    assert "已经存在" in again.stderr
