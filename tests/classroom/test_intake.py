"""A class that hands in badly: what is taken, what is named, and that nothing in `submitted/` is touched.

Each row is one student. All of them are taken in at once, so that every row also proves that it does not stop the rest.
"""

from __future__ import annotations

import io
import json
import os
import socket
import stat
import sys
import tarfile
import time
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from course import classroom
from course.classroom import disk, entries, names, owners
from course.classroom.directory import ClassDirectory
from course.classroom.intake import NO_WORKSHEET, Remark, take_in
from course.classroom.owners import Owners
from course.text import CourseError
from tests.classroom.room import SKELETON, SOLUTION, new_class

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

RIGHT = SOLUTION["sgd"]
OTHER = RIGHT.replace("param - self.lr", "param + self.lr")
NO_CLASS = "print('no class of a topic here')\n"


def sheet(answer: str = "Because.", stem: str = "sgd") -> str:
    cells: list[dict[str, Any]] = [
        {"cell_type": "code", "metadata": {"nbgrader": {"grade_id": stem}}, "source": "check()"},
        {"cell_type": "markdown", "metadata": {"nbgrader": {"grade_id": f"{stem}-answer"}}, "source": answer},
    ]
    cells[0] |= {"id": "code", "outputs": [], "execution_count": None}
    cells[1] |= {"id": "answer"}
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def zipped(*files: tuple[str, str], mode: int | None = None, password: bool = False) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        for name, text in files:
            info = zipfile.ZipInfo(name)
            if mode is not None:
                info.external_attr = mode << 16
            archive.writestr(info, text)
    content = kept.getvalue()
    if password:  # the flag in both headers
        content = content.replace(b"PK\x03\x04\x14\x00\x00\x00", b"PK\x03\x04\x14\x00\x01\x00")
        content = content.replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00")
    return content


def tarred(name: str, text: str) -> bytes:
    kept = io.BytesIO()
    with tarfile.open(fileobj=kept, mode="w:gz") as archive:
        info = tarfile.TarInfo(name)
        info.size = len(text.encode())
        archive.addfile(info, io.BytesIO(text.encode()))
    return kept.getvalue()


@dataclass(frozen=True)
class Row:
    """One student: what lies in the folder, what is taken of sgd, what is said."""

    files: dict[str, str | bytes]
    code: str | None = RIGHT
    answer: str | None = None
    said: tuple[str, str, str] | None = None
    """Where, and what in each language."""
    overlooked: bool | None = None
    """Whether what is said is said of work that was not graded; None if nothing is said."""


TAKEN = ("was read as sgd", "读取")
UNCLEAR = ("not clear what it is", "看不出是什么")
SEVERAL = ("several files could be sgd", "几个文件都可能是 sgd")

PLACES = {
    "right": Row({"sgd/sgd.py": RIGHT, "sgd/sgd.ipynb": sheet()}, answer="Because."),
    "junk-beside": Row(
        {
            "sgd/sgd.py": RIGHT,
            ".DS_Store": "x",
            "__MACOSX/sgd/._sgd.py": "x",
            "Thumbs.db": "x",
            "sgd/.ipynb_checkpoints/sgd-checkpoint.py": OTHER,
            "sgd/__pycache__/sgd.pyc": "x",
        }
    ),
    "under-the-student": Row({"sgd.py": RIGHT}, said=("sgd.py", *TAKEN)),
    "folder-in-capitals": Row({"SGD/sgd.py": RIGHT}, said=("SGD/sgd.py", *TAKEN)),
    "folder-with-a-blank": Row({"sgd /sgd.py": RIGHT}, said=("sgd /sgd.py", *TAKEN)),
    "folder-with-a-number": Row({"sgd (1)/sgd.py": RIGHT}, said=("sgd (1)/sgd.py", *TAKEN)),
    "folder-final": Row({"sgd-final/sgd.py": RIGHT}, said=("sgd-final/sgd.py", *TAKEN)),
    "folder-in-chinese": Row({"随机梯度下降/sgd.py": RIGHT}, said=("随机梯度下降/sgd.py", *TAKEN)),
    "folder-full-width": Row({"ＳＧＤ/sgd.py": RIGHT}, said=("ＳＧＤ/sgd.py", *TAKEN)),
    "too-deep": Row(
        {"sgd/sgd/sgd.py": RIGHT, "sgd/sgd/sgd.ipynb": sheet()}, answer="Because.", said=("sgd/sgd/sgd.py", *TAKEN)
    ),
    "homework-folder": Row({"hw1/sgd/sgd.py": RIGHT}, said=("hw1/sgd/sgd.py", *TAKEN)),
    "file-in-capitals": Row({"sgd/SGD.py": RIGHT}, said=("sgd/SGD.py", *TAKEN)),
    "file-with-a-number": Row({"sgd/sgd (1).py": RIGHT}, said=("sgd/sgd (1).py", *TAKEN)),
    "file-of-a-browser": Row({"sgd/sgd.py.txt": RIGHT}, said=("sgd/sgd.py.txt", *TAKEN)),
    "named-after-herself": Row({"sgd/sgd_ada.py": RIGHT}, said=("sgd/sgd_ada.py", *TAKEN)),
    "by-its-class": Row({"sgd/my solution.py": RIGHT}, said=("sgd/my solution.py", *TAKEN)),
    "by-its-class-in-chinese": Row({"作业/作业.py": RIGHT}, said=("作业/作业.py", *TAKEN)),
    "by-its-class-beside-others": Row({"sgd/my.py": RIGHT, "sgd/plot.py": NO_CLASS}, said=("sgd/my.py", *TAKEN)),
    "does-not-parse": Row({"sgd (1)/sgd.py": "def (:"}, code="def (:", said=("sgd (1)/sgd.py", *TAKEN)),
    "copies": Row({"a/sgd.py": RIGHT, "b/sgd.py": RIGHT}, said=("a/sgd.py", *TAKEN)),
    "copy-beside": Row({"sgd/sgd.py": RIGHT, "sgd/sgd (1).py": RIGHT}),
    "untouched-beside": Row(
        {"sgd/sgd (2).py": RIGHT, "sgd/sgd (1).py": SKELETON["sgd"]}, said=("sgd/sgd (2).py", *TAKEN)
    ),
    "notebook-with-a-number": Row(
        {"sgd/sgd.py": RIGHT, "sgd/sgd (1).ipynb": sheet()}, answer="Because.", said=("sgd/sgd (1).ipynb", *TAKEN)
    ),
    "notebook-in-capitals": Row(
        {"sgd/sgd.py": RIGHT, "sgd/SGD.ipynb": sheet()}, answer="Because.", said=("sgd/SGD.ipynb", *TAKEN)
    ),
    "notebook-in-chinese": Row(
        {"sgd/sgd.py": RIGHT, "sgd/书面作业.ipynb": sheet()}, answer="Because.", said=("sgd/书面作业.ipynb", *TAKEN)
    ),
    "notebook-of-another-topic": Row(
        {"sgd/sgd.py": RIGHT, "sgd/Untitled.ipynb": sheet(stem="adam")},
        said=("sgd/Untitled.ipynb", "looks like work on adam", "看来是 adam 的作业"),
        overlooked=True,
    ),
    "zip": Row(
        {"sgd.zip": zipped(("sgd.py", RIGHT), ("sgd.ipynb", sheet()))},
        answer="Because.",
        said=("sgd.zip/sgd.py", *TAKEN),
    ),
    "zip-of-a-folder": Row({"hand in.zip": zipped(("sgd/sgd.py", RIGHT))}, said=("hand in.zip/sgd/sgd.py", *TAKEN)),
    "zip-in-the-folder": Row({"sgd/work.ZIP": zipped(("sgd.py", RIGHT))}, said=("sgd/work.ZIP/sgd.py", *TAKEN)),
    "zip-with-junk": Row(
        {"sgd.zip": zipped(("__MACOSX/._sgd.py", "x"), ("sgd.py", RIGHT))}, said=("sgd.zip/sgd.py", *TAKEN)
    ),
}
NOT_TAKEN = {
    "two": Row({"a/sgd.py": RIGHT, "b/sgd.py": OTHER}, None, said=("a/sgd.py", *SEVERAL)),
    "two-in-the-folder": Row({"sgd/SGD.py": RIGHT, "sgd/sgd (1).py": OTHER}, None, said=("sgd/SGD.py", *SEVERAL)),
    "two-notebooks": Row(
        {"sgd/sgd.py": RIGHT, "sgd/a.ipynb": sheet("A"), "sgd/b.ipynb": sheet("B")}, said=("sgd/a.ipynb", *SEVERAL)
    ),
    "one-beside": Row(
        {"sgd/sgd.py": RIGHT, "sgd/sgd (1).py": OTHER},
        said=("sgd/sgd (1).py", "lies there too", "也在那里"),
        overlooked=False,
    ),
    "no-class": Row({"work.py": NO_CLASS}, None, said=("work.py", *UNCLEAR)),
    "not-released": Row({"adam.py": SOLUTION["adam"]}, None, said=("adam.py", "has not been released", "还没有发布")),
    "a-text": Row({"essay.docx": "x"}, None, said=("essay.docx", "holds nothing", "认不出")),
    "an-image-in-a-folder": Row({"hw/photo.png": "x"}, None, said=("hw", "holds nothing", "认不出")),
    "of-two-topics": Row(
        {"sgd or momentum/x.py": "class SGD: pass\nclass Momentum: pass\n"},
        None,
        said=("sgd or momentum/x.py", *UNCLEAR),
    ),
    "of-another-student": Row(
        {"right/sgd/sgd.py": RIGHT}, None, said=("right/sgd/sgd.py", "another student", "另一名学生")
    ),
    "tar": Row({"sgd.tar.gz": tarred("sgd.py", RIGHT)}, None, said=("sgd.tar.gz", "unpack it", "手工解压")),
    "zip-of-a-zip": Row(
        {"all.zip": zipped(("sgd.zip", "PK"))},
        None,
        said=("all.zip/sgd.zip", "archive in an archive", "压缩包里的压缩包"),
    ),
    "zip-damaged": Row({"sgd.zip": b"PK\x03\x04 and no more"}, None, said=("sgd.zip", "damaged", "损坏")),
    "zip-empty": Row({"sgd.zip": zipped()}, None, said=("sgd.zip", "without files", "没有文件")),
    "zip-outside": Row(
        {"a.zip": zipped(("../../sgd.py", RIGHT))}, None, said=("a.zip/../../sgd.py", "outside", "之外")
    ),
    "zip-absolute": Row({"a.zip": zipped(("/etc/sgd.py", RIGHT))}, None, said=("a.zip/etc/sgd.py", "outside", "之外")),
    "zip-link": Row(
        {"a.zip": zipped(("sgd.py", "/etc/passwd"), mode=stat.S_IFLNK | 0o777)},
        None,
        said=("a.zip/sgd.py", "is a link", "链接"),
    ),
    "zip-secret": Row(
        {"a.zip": zipped(("sgd.py", RIGHT), password=True)}, None, said=("a.zip/sgd.py", "password", "密码")
    ),
    "zip-bomb": Row(
        {"a.zip": zipped(("sgd.py", "#" * (2**20 + 1)))}, None, said=("a.zip/sgd.py", "larger than 1 MiB", "超过 1 MiB")
    ),
    "zip-of-many": Row(
        {"a.zip": zipped(*((f"{n}.py", "") for n in range(1001)))}, None, said=("a.zip", "more than 1000", "超过 1000")
    ),
    "sgd": Row({"ada/sgd.py": RIGHT}, None, said=("", "is called like a topic", "与主题同名")),
    "Momentum (2)": Row({"sgd.py": RIGHT}, None, said=("", "is called like a topic", "与主题同名")),
    "Ada Lovelace_12345_assignsubmission_file_": Row(
        {"sgd.py": RIGHT}, None, said=("", "learning platform", "教学平台")
    ),
    "a\nb": Row({"sgd/sgd.py": RIGHT}, None, said=("", "control character", "控制字符")),
    "l" * 230: Row({"sgd/sgd.py": RIGHT}, None, said=("", "more than 200 bytes", "超过 200 字节")),
    ".hidden": Row({"sgd/sgd.py": RIGHT}, None, said=("", "begins with a dot", "以点开头")),
    "empty": Row({}, None, said=("", "is empty", "空文件夹"), overlooked=False),
}
PECULIAR = (
    "brackets[1]", "star*", "what?", "{braces}", "{}", "a+b", "two words", " blank first", "blank last ", "it's",
    '"quoted"', "-rf", "100%", "%s", "a%20b", "#1", "a&b", "$HOME", "a;b", "~", "王小明", "王\u3000小明",
    "\U0001f469\u200d\U0001f393", "e\u0301", "\u00e9", "adam", "adam smith", "(?P<x>.*)",
)  # fmt: skip
CLASS = {**PLACES, **NOT_TAKEN, **dict.fromkeys(PECULIAR, Row({"sgd/sgd.py": RIGHT}))}


def stock(root: Path, student: str, files: dict[str, str | bytes]) -> Path:
    folder = root / "submitted" / student
    folder.mkdir(parents=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def state_of(folder: Path) -> dict[str, tuple[int, ...]]:
    """What changes if anything is written, removed or renamed: ctime cannot be set back."""
    seen: dict[str, tuple[int, ...]] = {}
    for path in [folder, *folder.rglob("*")]:
        info = path.lstat()
        seen[str(path)] = (info.st_mode, info.st_size, info.st_mtime_ns, info.st_ctime_ns, info.st_ino)
    return seen


@dataclass(frozen=True)
class Taken:
    root: Path
    handed_in: set[tuple[str, str]]
    remarks: list[Remark]

    def of(self, student: str) -> list[Remark]:
        own = names.shown(student)
        return [each for each in self.remarks if each.where == own or each.where.startswith(f"{own}/")]


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Taken:
    root = new_class(tmp_path_factory.mktemp("badly") / "class")
    for student, row in CLASS.items():
        stock(root, student, row.files)
    before = state_of(root / "submitted")
    found = take_in(ClassDirectory(root), ["sgd"], open_to={"sgd"})
    assert state_of(root / "submitted") == before, "nothing is written to submitted/"
    return Taken(root, set(found.handed_in), found.remarks)


@pytest.mark.parametrize("student", CLASS)
def test_what_is_taken_and_what_is_said(taken: Taken, student: str) -> None:
    row = CLASS[student]
    copy = taken.root / ".intake" / student / "sgd"
    assert (("sgd", student) in taken.handed_in) == copy.is_dir()
    code = copy / "sgd.py"
    assert (code.read_text("utf-8") if code.is_file() else None) == row.code
    if copy.is_dir():
        written = (copy / "sgd.ipynb").read_text("utf-8")
        assert (json.loads(written)["cells"][1]["source"] if written != NO_WORKSHEET else None) == row.answer
    said = taken.of(student)
    if row.said is None:
        assert not said
        return
    where, english, chinese = row.said
    place = names.shown(student) + (f"/{where}" if where else "")
    (remark, *_) = [each for each in said if each.where == place]
    assert english in remark.text.en
    assert chinese in remark.text.zh
    expected = row.overlooked if row.overlooked is not None else student in NOT_TAKEN
    assert remark.overlooked is expected
    assert any(each.overlooked for each in said) is expected


def test_the_copy_is_clean(taken: Taken) -> None:
    assert (taken.root / ".intake/.gitignore").read_text("utf-8") == "*\n"
    for path in (taken.root / ".intake").rglob("*"):
        assert path.is_dir() or stat.S_ISREG(path.lstat().st_mode)
    assert {path.name for path in (taken.root / ".intake/junk-beside/sgd").iterdir()} == {"sgd.py", "sgd.ipynb"}


def test_a_second_time_changes_nothing_and_what_is_gone_is_forgotten(tmp_path: Path) -> None:
    room = ClassDirectory(new_class(tmp_path / "class"))
    stock(room.root, "ada", {"sgd/sgd.py": RIGHT, "sgd/notes/plan.txt": "later"})
    stock(room.root, "bo", {"sgd (1)/sgd.py": RIGHT})
    take_in(room, ["sgd"])
    assert (room.intake / "ada/sgd/notes/plan.txt").read_text("utf-8") == "later"
    before = {path: path.lstat().st_ino for path in room.intake.rglob("*.*")}
    take_in(room, ["sgd"])
    assert {path: path.lstat().st_ino for path in room.intake.rglob("*.*")} == before
    (room.submitted / "ada/sgd/notes/plan.txt").unlink()
    (room.submitted / "bo/sgd (1)/sgd.py").unlink()
    assert take_in(room, ["sgd"]).handed_in == [("sgd", "ada")]
    assert not (room.intake / "bo/sgd").exists()
    assert not (room.intake / "ada/sgd/notes").exists()


def test_what_is_no_students_folder_is_named(tmp_path: Path) -> None:
    room = ClassDirectory(new_class(tmp_path / "class"))
    stock(room.root, "ada", {"sgd/sgd.py": RIGHT})
    (room.submitted / "sgd.py").write_text(RIGHT, "utf-8")
    (room.submitted / "all.zip").write_bytes(zipped(("ada/sgd/sgd.py", RIGHT)))
    (room.submitted / "bo").symlink_to(room.submitted / "ada")
    (room.submitted / "gone").symlink_to(room.submitted / "nowhere")
    (room.submitted / ".DS_Store").write_text("x", "utf-8")
    os.mkfifo(room.submitted / "pipe")
    found = take_in(room, ["sgd"])
    assert found.handed_in == [("sgd", "ada")]
    assert {each.where: each.overlooked for each in found.remarks} == dict.fromkeys(
        ["all.zip", "bo", "gone", "pipe", "sgd.py"], True
    )


def test_a_name_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    room = ClassDirectory(new_class(tmp_path / "class"))
    try:
        stock(room.root, "m\udcfcller", {"sgd/sgd.py": RIGHT})
    except OSError:
        pytest.skip("this file system has no such names")
    stock(room.root, "ada", {"sgd/sgd.py": RIGHT, "sgd/\udcff.txt": "x"})
    found = take_in(room, ["sgd"])
    assert found.handed_in == [("sgd", "ada")]
    (remark,) = found.remarks
    assert remark.where == r"m\xfcller"
    assert "UTF-8" in remark.text.en


def special(kind: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        if kind == "pipe":
            os.mkfifo(path)
        elif kind == "socket":
            with socket.socket(socket.AF_UNIX) as one:
                here = os.open(path.parent, os.O_RDONLY)
                one.bind(f"/proc/self/fd/{here}/{path.name}")
                os.close(here)
        elif kind == "zero":
            path.symlink_to("/dev/zero")
        elif kind == "dangling":
            path.symlink_to("nowhere")
        elif kind == "loop":
            path.symlink_to(path)
        elif kind == "folder":
            path.mkdir()
        elif kind == "huge":
            path.touch()
            os.truncate(path, 2**40)

    return make


KINDS = {
    "pipe": "named pipe",
    "socket": "socket",
    "zero": "is a link",
    "dangling": "is a link",
    "loop": "is a link",
    "folder": "is a folder",
    "huge": "larger than",
}


@pytest.fixture(scope="module")
def strange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Taken]:
    """For each thing that is no file, and each file of a submission, a student with the one in place of the other."""
    root = new_class(tmp_path_factory.mktemp("strange") / "class")
    for kind in KINDS:
        for name in ("sgd.py", "sgd.ipynb", "timestamp.txt", "other.py", "notes"):
            folder = stock(root, f"{kind}-{name}", {"sgd/sgd.py": RIGHT, "sgd/sgd.ipynb": sheet()}) / "sgd"
            (folder / name).unlink(missing_ok=True)
            special(kind)(folder / name)
    stock(root, "right", {"sgd/sgd.py": RIGHT})
    many = stock(root, "many", {"sgd/sgd.py": RIGHT}) / "sgd"
    for number in range(1500):
        (many / f"a{number}").touch()
    found = take_in(ClassDirectory(root), ["sgd"])
    yield Taken(root, set(found.handed_in), found.remarks)
    for path in (root / "submitted").glob("*/*/*"):
        if path.is_file() and not path.is_symlink() and path.stat().st_size > 2**30:
            path.unlink()


@pytest.mark.skipif(sys.platform != "linux", reason="named pipes and /proc")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["sgd.py", "sgd.ipynb", "timestamp.txt", "other.py", "notes"])
def test_only_regular_files_of_bounded_size_are_opened(strange: Taken, kind: str, name: str) -> None:
    student = f"{kind}-{name}"
    assert ("sgd", student) in strange.handed_in
    copy = strange.root / ".intake" / student / "sgd"
    assert (copy / "sgd.py").is_file() is (name != "sgd.py")
    said = [each for each in strange.of(student) if each.where == f"{student}/sgd/{name}"]
    if (kind, name) in {("huge", "notes"), ("folder", "notes"), ("folder", "other.py"), ("huge", "other.py")}:
        assert not any(each.overlooked for each in said), "harmless"
        return
    (remark,) = said
    assert KINDS[kind] in remark.text.en
    assert remark.overlooked is (name in {"sgd.py", "sgd.ipynb"})
    assert not (copy / name).is_symlink()


def test_a_folder_of_thousands_does_not_hide_the_work_in_it(strange: Taken) -> None:
    assert (strange.root / ".intake/many/sgd/sgd.py").read_text("utf-8") == RIGHT
    assert any("more than 1000 files" in each.text.en for each in strange.of("many"))


@pytest.mark.parametrize(
    "content", [b"", b"last week", b"\xff\xfe\x00", b"2026-99-99 00:00", b"x" * 5000, b"9999-01-01 00:00:00 UTC"]
)
def test_a_damaged_timestamp_costs_nothing_but_the_time(tmp_path: Path, content: bytes) -> None:
    room = ClassDirectory(new_class(tmp_path / "class"))
    stock(room.root, "ada", {"sgd/sgd.py": RIGHT, "sgd/timestamp.txt": content})
    stock(room.root, "bo", {"sgd/sgd.py": RIGHT, "sgd/timestamp.txt": "2026-03-01 08:03:11.948203 +0800"})
    found = take_in(room, ["sgd"])
    assert found.handed_in == [("sgd", "ada"), ("sgd", "bo")]
    (remark,) = found.remarks
    assert remark.where == "ada/sgd/timestamp.txt"
    assert not remark.overlooked
    assert "own time counts" in remark.text.en
    assert "文件自身的时间" in remark.text.zh
    assert not (room.intake / "ada/sgd/timestamp.txt").exists()
    assert (room.intake / "bo/sgd/timestamp.txt").read_text("utf-8") == "2026-03-01 00:03:11.948203 UTC\n"


def test_a_file_swapped_for_a_pipe_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "sgd.py")
    monkeypatch.setattr(disk, "kind_problem", _blind_once(disk.kind_problem))
    with pytest.raises(disk.UnreadableError, match="named pipe"):
        disk.read(tmp_path, ("sgd.py",), 100)


def test_looking_ends_when_its_time_is_up(tmp_path: Path) -> None:
    root = new_class(tmp_path / "class")
    folder = stock(root, "ada", {"a/b.txt": "x", "sgd/sgd.py": RIGHT})
    (only,) = entries.walk(folder, entries.Look(seconds=-1.0))
    assert only.problem is entries.TOO_LONG


def test_what_was_not_looked_at_is_named_and_the_work_in_its_place_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = new_class(tmp_path / "class")
    stock(root, "ada", {"a/b.txt": "x", "sgd/sgd.py": RIGHT})
    monkeypatch.setattr(entries.Look, "over", True)
    found = take_in(ClassDirectory(root), ["sgd"])
    assert found.handed_in == [("sgd", "ada")]
    assert (root / ".intake/ada/sgd/sgd.py").read_text("utf-8") == RIGHT
    (remark,) = found.remarks
    assert remark.where == "ada"
    assert "took more than 20 seconds" in remark.text.en
    assert "超过 20 秒" in remark.text.zh


def test_a_hostile_class_of_archives_costs_seconds(tmp_path: Path) -> None:
    """Tables of contents of 300,000 files, a thousand archives, a thousand files that unpack to twenty gigabytes."""
    root = new_class(tmp_path / "class")
    table = zipped(*((f"{n}", "") for n in range(10)))
    start, size = table.index(b"PK\x01\x02"), table.rindex(b"PK\x05\x06") - table.index(b"PK\x01\x02")
    entry = table[start : start + size]
    wide = table[:start] + entry * 30_000
    end = b"PK\x05\x06\0\0\0\0\xff\xff\xff\xff" + (size * 30_000).to_bytes(4, "little") + start.to_bytes(4, "little")
    stock(root, "tables", {f"{n}.zip": wide + end + b"\0\0" for n in range(3)})
    one = zipped(*((f"{n}/sgd.py", RIGHT + f"# {n}\n") for n in range(100)))
    stock(root, "thousand", {f"{n}.zip": one for n in range(900)})
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        whole = bytes(20 * 2**20)
        archive.writestr("0/sgd.ipynb", whole)
    stock(root, "bombs", {f"{n}.zip": kept.getvalue() for n in range(200)})
    began = time.process_time()
    found = take_in(ClassDirectory(root), ["sgd"])
    assert time.process_time() - began < 30
    said = {each.where.partition("/")[0]: each.text.en for each in found.remarks}
    assert "more than 1000 files" in said["tables"]
    assert {"thousand", "bombs"} <= set(said) | {student for _, student in found.handed_in}


def _blind_once(see: Callable[[int], object]) -> Callable[[int], object]:
    seen = []

    def blind(mode: int) -> object:
        seen.append(mode)
        return None if len(seen) == 1 else see(mode)

    return blind


@pytest.mark.parametrize(
    ("name", "topic"),
    [
        ("momentum", "momentum"), ("Momentum", "momentum"), ("momentum (1)", "momentum"), ("adamw", "adamw"),
        ("MOMENTUM-final.v2.py", "momentum"), ("ｍｏｍｅｎｔｕｍ", "momentum"), ("momentum_ada.py", "momentum"),
        ("AdamW.py", "adamw"), ("adam+adamw", None), ("momentous", None), ("notes", None), ("my_adam2", "adam"),
        ("作业momentum", "momentum"),
    ],
)  # fmt: skip
def test_names_name_topics(name: str, topic: str | None) -> None:
    assert names.topic_of(name) == topic


def test_a_student_who_is_called_like_a_topic_is_not_it() -> None:
    assert names.topic_of("momentum_adam.py", "adam") == "momentum"
    assert names.topic_of("adam.py", "adam") == "adam"
    assert names.only_topic("momentum (1)")
    assert not names.only_topic("adam smith")


def test_a_class_that_only_hands_in_badly_gets_a_list(tmp_path: Path) -> None:
    root = new_class(tmp_path / "class")
    classroom.release(root, ["sgd"], progress=False)
    stock(root, "ada", {"sgd.tar.gz": tarred("sgd.py", RIGHT)})
    with pytest.raises(CourseError) as told:
        classroom.grade(root, progress=False)
    assert "ada/sgd.tar.gz: is an archive" in told.value.text.en
    assert "ada/sgd.tar.gz：是压缩包，但这种格式不会自动解开" in told.value.text.zh


class TestNamesOnTheDisk:
    """Hard links: a file belongs to who had it first, as far as the folders' clocks and owners tell."""

    @pytest.fixture
    def room(self, tmp_path: Path) -> ClassDirectory:
        room = ClassDirectory(new_class(tmp_path / "class"))
        stock(room.root, "ada", {"sgd/sgd.py": RIGHT, "sgd/sgd.ipynb": sheet()})
        time.sleep(0.05)
        return room

    @staticmethod
    def taken(room: ClassDirectory, student: str) -> bool:
        take_in(room, ["sgd"])
        return (room.intake / student / "sgd/sgd.py").is_file()

    def link(self, room: ClassDirectory, to: Path, student: str = "bo", name: str = "sgd/sgd.py") -> None:
        path = room.submitted / student / name
        path.parent.mkdir(parents=True, exist_ok=True)
        os.link(to, path)

    def test_anothers_file_stays_anothers(self, room: ClassDirectory) -> None:
        for student in ("bo", "chen"):
            self.link(room, room.submitted / "ada/sgd/sgd.py", student)
            time.sleep(0.02)
        assert [self.taken(room, each) for each in ("ada", "bo", "chen")] == [True, False, False]

    def test_it_is_seen_too_when_one_student_is_asked_for(self, room: ClassDirectory) -> None:
        self.link(room, room.submitted / "ada/sgd/sgd.py")
        found = take_in(room, ["sgd"], only={"bo"})
        (remark,) = found.remarks
        assert "a hard link" in remark.text.en
        assert remark.overlooked

    def test_a_name_in_place_of_ones_own_folder_counts(self, room: ClassDirectory) -> None:
        os.link(room.submitted / "ada/sgd/sgd.py", room.submitted / "bo")
        assert self.taken(room, "ada")

    def test_a_file_from_elsewhere_is_not_read(self, room: ClassDirectory, tmp_path: Path) -> None:
        secret = tmp_path / "secret.py"
        secret.write_text(RIGHT, "utf-8")
        for student in ("bo", "chen"):
            self.link(room, secret, student)
        assert not self.taken(room, "bo")
        assert not self.taken(room, "chen")

    def test_a_backup_of_links_takes_nobodys_work(self, room: ClassDirectory, tmp_path: Path) -> None:
        os.link(room.submitted / "ada/sgd/sgd.py", tmp_path / "backup.py")
        assert self.taken(room, "ada")

    def test_two_names_of_ones_own(self, room: ClassDirectory) -> None:
        self.link(room, room.submitted / "ada/sgd/sgd.py", "ada", "sgd/kept.py")
        assert self.taken(room, "ada")

    def test_the_owner_tells_more_than_the_clock(self, room: ClassDirectory) -> None:
        self.link(room, room.submitted / "ada/sgd/sgd.py")
        ada, bo = (entries.at(room.submitted / student, "sgd", "sgd.py") for student in ("ada", "bo"))
        assert ada is not None
        assert bo is not None
        assert ada.links is not None
        seen = ada.links
        known = Owners(room.submitted)
        known.__dict__["_names"] = {
            (seen.st_dev, seen.st_ino): [
                owners.Name("ada", changed=seen.st_ctime_ns + 9, owner=seen.st_uid),  # she has added something since
                owners.Name("bo", changed=seen.st_ctime_ns, owner=seen.st_uid + 1),
            ]
        }
        assert known.checked(ada).problem is None
        assert known.checked(bo).problem is owners.SECOND_NAME
