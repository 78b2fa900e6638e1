"""One class, many hostile submissions, graded once by plain nbgrader and once by ours: nobody touches anybody else's.

Whatever can lie in the place of a file, of a topic's folder and of a student's folder lies there for one student each.
Beside them is one who has done nothing wrong, and whose marks and answer the others would like to have.
"""

from __future__ import annotations

import io
import os
import shutil
import socket
import stat
import subprocess
import sys
import threading
import time
import zipfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from nbgrader.api import MissingEntry

from course import classroom
from course.classroom import names
from course.text import CourseError
from tests.classroom import whole
from tests.classroom.room import ROOT, SOLUTION, Mark, copy_class, database, gradebook, mark, nbgrader
from tests.classroom.test_intake import sheet, state_of, stock, zipped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="links, pipes and modes"),
    pytest.mark.needs("bubblewrap"),  # graded behind all that a wall can have; it takes half a minute
]

VICTIM = "victim"
ANSWER = "The answer that VICTIM-7c1f alone has written."
CANARY = "CANARY-52b8 = 'a line of a file outside the class'\n"
MINE = "My own words."
RIGHT = SOLUTION["sgd"]


@dataclass(frozen=True)
class Expected:
    """What becomes of a submission."""

    auto: float | None
    """The mark of the code; None if there is no submission."""
    answered: bool = False
    """Whether the written answer waits for a person."""
    said: tuple[str, str] | None = None
    """What is said of it, in each language; None if nothing must be."""


def bind(path: Path) -> None:
    """Make a socket, whose path may be longer than sockets' paths can be."""
    with socket.socket(socket.AF_UNIX) as one:
        here = os.open(path.parent, os.O_RDONLY)
        one.bind(f"/proc/self/fd/{here}/{path.name}")
        os.close(here)


def anothers(path: Path, root: Path) -> Path:
    """What the victim has in the place of this path."""
    there = root / "submitted" / VICTIM
    parts = path.relative_to(root / "submitted").parts[1:]
    return there.joinpath(*parts) if there.joinpath(*parts).exists() else there / "sgd/sgd.py"


def sparse(path: Path) -> None:
    """Make a file of 3 GiB that takes no room."""
    path.touch()
    os.truncate(path, 3 * 2**30)


SWAP: dict[str, Callable[[Path, Path], object]] = {
    "link-to-a-secret": lambda path, root: path.symlink_to(root.parent / "outside/secret.py"),
    "link-to-the-seed": lambda path, root: path.symlink_to(root / "secret-seed"),
    "link-to-the-solution": lambda path, _: path.symlink_to(ROOT / "solutions/sgd.py"),
    "link-to-anothers": lambda path, root: path.symlink_to(os.path.relpath(anothers(path, root), path.parent)),
    "link-into-nothing": lambda path, root: path.symlink_to(root.parent / "outside/made-by-a-link"),
    "link-to-itself": lambda path, _: path.symlink_to(path),
    "link-to-zero": lambda path, _: path.symlink_to("/dev/zero"),
    "link-to-memory": lambda path, _: path.symlink_to("/proc/self/mem"),
    "hard-link-to-anothers": lambda path, root: os.link(
        each if (each := anothers(path, root)).is_file() else root / "submitted" / VICTIM / "sgd/sgd.py", path
    ),
    "hard-link-to-a-secret": lambda path, root: os.link(root.parent / "outside/secret.py", path),
    "pipe": lambda path, _: os.mkfifo(path),
    "socket": lambda path, _: bind(path),
    "folder": lambda path, _: (path / "inner").mkdir(parents=True),
    "sparse": lambda path, _: sparse(path),
    "undecodable": lambda path, _: path.write_bytes(b"\xff\xfe\x00\xd8 \x80\x81" * 50),
}
"""What puts a thing of this kind at a path; it is also told the class's directory."""
if sys.platform == "linux" and os.geteuid() == 0:
    SWAP["device"] = lambda path, _: os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 5))

SAID = {
    "link": ("is a link", "链接"),
    "hard": ("a hard link", "硬链接"),
    "pipe": ("named pipe", "命名管道"),
    "socket": ("is a socket", "套接字"),
    "folder": ("is a folder", "文件夹"),
    "device": ("is a device", "设备"),
    "sparse": ("larger than", "超过"),
    "undecodable": ("", ""),
}
ALIKE = {
    "link-to-the-seed",
    "link-to-the-solution",
    "link-to-itself",
    "link-to-zero",
    "link-to-memory",
    "socket",
    "device",
}
"""What is tried in place of the code alone, and of folders: every file is opened by the same lines."""
FILES = {"py": "sgd/sgd.py", "ipynb": "sgd/sgd.ipynb", "time": "sgd/timestamp.txt", "topic": "sgd", "student": ""}


def expected(kind: str, place: str) -> Expected | None:
    """What becomes of a student with this in that place; None if that is no case."""
    folders = {"folder", "link-to-memory"}
    if (kind in ALIKE and place in {"ipynb", "time"}) or (kind in folders and place in {"topic", "student"}):
        return None
    english, chinese = SAID[kind.partition("-")[0]]
    said = (english, chinese) if english else None
    if place == "py":
        return Expected(0.0, answered=True, said=said)
    if place == "ipynb":
        return Expected(10.0, said=said)
    if place == "time":
        return Expected(10.0, answered=True, said=said or ("no time", "时间"))
    odd = kind.startswith("link") or kind in {"pipe", "socket", "device"}
    if place == "topic":
        return Expected(None, said=said if odd else None)
    return Expected(None, said=said if odd else ("is a file where a student", "这里应当是学生的文件夹"))


CASES: dict[str, Expected] = {
    f"{place}-{kind}": row for place in FILES for kind in SWAP if (row := expected(kind, place)) is not None
}


def plant(root: Path, student: str) -> None:
    """Make the submission of one case."""
    place, _, kind = student.partition("-")
    if place == "student":
        SWAP[kind](root / "submitted" / student, root)
        return
    files: dict[str, str | bytes] = {"sgd/sgd.py": RIGHT, "sgd/sgd.ipynb": sheet(MINE)}
    if place == "topic":
        files = {"notes.txt": "x"}
    folder = stock(root, student, files)
    path = folder / FILES[place]
    path.unlink(missing_ok=True)
    SWAP[kind](path, root)


def bomb() -> bytes:
    """A small archive of what would be a gigabyte."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(50):
            with archive.open(f"{number}/sgd.ipynb", "w") as opened:
                for _ in range(21):
                    opened.write(bytes(2**20))
    return kept.getvalue()


def twice() -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        archive.writestr("sgd.py", RIGHT)
        archive.writestr("sgd.pq", "raise SystemExit")
    return kept.getvalue().replace(b"sgd.pq", b"sgd.py")


def deep(folder: Path) -> None:
    """3,000 folders in each other, whose path no call can hold."""
    here = os.open(folder, os.O_RDONLY)
    for _ in range(3000):
        os.mkdir("a", dir_fd=here)
        deeper = os.open("a", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = deeper
    os.close(here)


def immutable(folder: Path, change: str) -> None:
    """Let nobody change or remove what is in a folder, where the file system and our rights allow that."""
    with suppress(FileNotFoundError):
        subprocess.run(["chattr", "-R", change, str(folder)], check=False, capture_output=True)


def remove(folder: Path) -> None:
    """`shutil.rmtree` would come to the end of its stack."""
    immutable(folder / "immutable", "-i")
    subprocess.run(["rm", "-rf", str(folder)], check=True)


ODD_NAMES = (
    "a\u202eb", "a\u200bb", "a\x1b[31mb", "a\rb", "a\u2028b", "back\\slash", "-rf", "--help", "..a", "...", "n" * 255,
    "Victim", "VICTIM", "vi\u0301ctim", "a\udcffb", "a*b", "[1]", "{0}", "%s%n", "$(id)", "~root",
)  # fmt: skip
REFUSED = {
    "a\u202eb": ("invisible", "看不见"), "a\u200bb": ("invisible", "看不见"), "a\x1b[31mb": ("control", "控制字符"),
    "a\rb": ("control", "控制字符"), "a\u2028b": ("control", "控制字符"), "back\\slash": ("backslash", "反斜杠"),
    "..a": ("begins with a dot", "以点开头"), "...": ("begins with a dot", "以点开头"),
    "n" * 255: ("more than 200 bytes", "超过 200 字节"), "a\udcffb": ("UTF-8", "UTF-8"),
}  # fmt: skip
for _name in ODD_NAMES:
    CASES[_name] = Expected(None, said=REFUSED[_name]) if _name in REFUSED else Expected(10.0, answered=True)

ARCHIVES: dict[str, tuple[Callable[[], bytes], Expected]] = {
    "zip-bomb": (bomb, Expected(None, said=("larger than", "超过"))),
    "zip-twice": (twice, Expected(None, said=("more than once", "不止一次"))),
    "zip-link": (
        lambda: zipped(("sgd.py", "../../victim/sgd/sgd.py"), mode=stat.S_IFLNK | 0o777),
        Expected(None, said=("is a link", "链接")),
    ),
    "zip-pipe": (
        lambda: zipped(("sgd.py", RIGHT), mode=stat.S_IFIFO | 0o666),
        Expected(None, said=("named pipe", "命名管道")),
    ),
    "zip-up": (lambda: zipped(("../../victim/sgd/sgd.py", "x")), Expected(None, said=("outside", "之外"))),
    "zip-root": (lambda: zipped(("/tmp/sgd.py", RIGHT)), Expected(None, said=("outside", "之外"))),  # noqa: S108
    "zip-drive": (lambda: zipped(("C:\\sgd.py", RIGHT)), Expected(None, said=("outside", "之外"))),
    "zip-names": (lambda: zipped(("a\x1b[31m\u202e\n/sgd.py", RIGHT)), Expected(10.0)),
}
TIMES: dict[str, tuple[str | bytes, bool]] = {
    "time-zone": ("2026-03-01 08:03:11.948203 +0800", True),
    "time-future": ("9999-12-31 23:59:59 UTC", False),
    "time-early": ("0001-01-01 00:00:00 UTC", False),
    "time-huge": ("9" * 900, False),
    "time-long": ("2026-03-01 08:03:11 UTC" + " " * 5000, False),
    "time-escapes": ("\x1b]0;owned\x07", False),
    "time-nul": (b"\0" * 30, False),
}
CASES |= {name: row for name, (_, row) in ARCHIVES.items()}
CASES |= {
    name: Expected(10.0, answered=True, said=None if sound else ("time", "时间")) for name, (_, sound) in TIMES.items()
}
CASES |= {
    "deep": Expected(10.0, answered=True),
    "many": Expected(10.0, answered=True, said=("more than 1000 files", "超过 1000")),
    "many-beside": Expected(10.0, answered=True, said=("more than 1000 files", "超过 1000")),
    "old": Expected(10.0, answered=True),
    "planted": Expected(10.0, answered=True),
    "extras": Expected(10.0, answered=True),
    "time-behind-a-link": Expected(10.0, said=("was read as sgd.py", "读取")),
    "changing": Expected(None),
    "immutable": Expected(10.0, answered=True),
}


def others(root: Path) -> None:
    """The cases that are no swap."""
    whole: dict[str, str | bytes] = {"sgd/sgd.py": RIGHT, "sgd/sgd.ipynb": sheet(MINE)}
    for name in ODD_NAMES:
        with suppress(OSError):
            stock(root, name, whole)
    for name, (make, _) in ARCHIVES.items():
        stock(root, name, {"sgd.zip": make()})
    for name, (text, _) in TIMES.items():
        stock(root, name, {**whole, "sgd/timestamp.txt": text})
    deep(stock(root, "deep", whole) / "sgd")
    for name, place, count in (("many", "sgd", 50_000), ("many-beside", "", 3_000)):
        folder = stock(root, name, whole) / place
        for number in range(count):
            os.close(os.open(folder / f"a{number}", os.O_CREAT | os.O_WRONLY))
    stock(root, "old", whole)
    for number, path in enumerate(sorted((root / "submitted/old/sgd").iterdir())):
        os.utime(path, ns=((2**33 * 10**9, -(2**31) * 10**9)[number],) * 2)
    stock(root, "planted", whole)
    folder = stock(root, "extras", {**whole, "sgd/deep/er/notes.txt": "mine"}) / "sgd"
    (folder / "deep/theirs.txt").symlink_to(root / "submitted" / VICTIM / "sgd/sgd.ipynb")
    (folder / "deep/secret.txt").symlink_to(root.parent / "outside/secret.py")
    (folder / "deep/er/seed.txt").symlink_to(root / "secret-seed")
    (folder / "all").symlink_to(root / "submitted" / VICTIM)
    os.link(root.parent / "outside/secret.py", folder / "deep/hard.txt")
    (stock(root, "time-behind-a-link", {"SGD (1)/sgd.py": RIGHT}) / "sgd").symlink_to(
        root / "submitted" / VICTIM / "sgd"
    )
    stock(root, "changing", whole)
    immutable(stock(root, "immutable", whole), "+i")


def in_our_folders(root: Path) -> None:
    """Links in the class's own folders, which some archive that was unpacked there may have held."""
    outside = root.parent / "outside"
    for folder, place, target in (
        (".intake", "planted", outside / "folder"),
        ("autograded", "planted", outside / "folder"),
        ("feedback", "planted/sgd", outside / "made-by-a-link"),
        ("verdicts", "store.db-journal", outside / "made-by-a-link"),
        ("verdicts", "sgd/planted.json", outside / "made-by-a-link"),
        (".intake", ".gitignore", outside / "made-by-a-link"),
    ):
        path = root / folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)
        path.symlink_to(target)


@contextmanager
def changing(folder: Path, target: Path) -> Iterator[None]:
    """Let a file be now itself, now a link to a secret, a pipe or nothing, as fast as can be."""
    stop = threading.Event()

    def turn() -> None:
        path, other = folder / "sgd.py", folder / "other"
        while not stop.is_set():
            for make in (
                lambda: other.symlink_to(target),
                lambda: os.mkfifo(other),
                lambda: other.write_text(RIGHT, "utf-8"),
            ):
                make()
                other.replace(path)
                time.sleep(0.001)

    thread = threading.Thread(target=turn)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@dataclass(frozen=True)
class Graded:
    root: Path
    plain: subprocess.CompletedProcess[str]
    again: CourseError


@pytest.fixture(scope="module")
def graded(released: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graded]:
    """Grade the class by plain nbgrader, then by ours, and write all feedback."""
    place = tmp_path_factory.mktemp("hostile-class")
    try:
        yield made(place, released)
    finally:
        remove(place / "class [1]/submitted")


def made(place: Path, released: Path) -> Graded:
    """Make and grade it."""
    root = place / "class [1]"
    copy_class(released, root)
    (place / "outside/folder").mkdir(parents=True)
    (place / "outside/secret.py").write_text(CANARY, "utf-8")
    (place / "outside/folder/kept.txt").write_text("kept", "utf-8")
    theirs = {"sgd/sgd.py": RIGHT + "# VICTIM-7c1f\n", "sgd/sgd.ipynb": sheet(ANSWER)}
    stock(root, VICTIM, {**theirs, "sgd/timestamp.txt": "2026-02-03 04:05:06 UTC"})
    time.sleep(0.05)  # a hard link is told from the file that it names by the clock of the file system
    for student in CASES:
        if student.partition("-")[0] in FILES and student not in {*TIMES, "time-behind-a-link"}:
            plant(root, student)
    others(root)
    in_our_folders(root)
    still = [
        path for path in (root / "submitted").iterdir() if path.name not in {"changing", "deep", "many-beside", "many"}
    ]
    before = {path: state_of(path) for path in still}
    outside = state_of(place / "outside")
    with changing(root / "submitted/changing/sgd", place / "outside/secret.py"):
        plain = nbgrader(root, "autograde", "sgd")
        in_our_folders(root)
        with pytest.raises(CourseError) as told:
            classroom.grade(root, ["sgd"], jobs=2, progress=False)
    with suppress(CourseError):
        classroom.feedback(root, ["sgd"], progress=False)
    assert {path: state_of(path) for path in still} == before, "nothing is written to submitted/"
    assert state_of(place / "outside") == outside, "nothing is written outside the class"
    return Graded(root, plain, told.value)


def found(graded: Graded, student: str, cell: str = "sgd") -> Mark | None:
    try:
        return mark(graded.root, student, "sgd", cell)
    except (MissingEntry, UnicodeEncodeError):
        return None


def test_grading_goes_through(graded: Graded) -> None:
    assert graded.plain.returncode == 0, graded.plain.stderr[-3000:]
    for said in (graded.plain.stderr, graded.again.text.en, graded.again.text.zh):
        assert "Traceback" not in said
    assert "could not be graded" not in graded.again.text.en


@pytest.mark.parametrize("student", CASES)
def test_each_case(graded: Graded, student: str) -> None:
    case = CASES[student]
    if student != "changing":
        got = found(graded, student)
        assert (None if got is None else got.auto) == case.auto
        if case.auto is not None:
            answer = found(graded, student, "sgd-answer")
            assert answer is not None
            assert answer.by_hand is case.answered
    if case.said:
        shown = names.shown(student)
        lines = [line for line in graded.plain.stderr.splitlines() if shown in line]
        assert any(case.said[0] in line for line in lines), lines
        assert any(case.said[1] in line for line in lines), lines


def test_nobody_has_what_is_the_victims(graded: Graded) -> None:
    own = found(graded, VICTIM)
    assert own is not None
    assert own.auto == 10.0
    answer = found(graded, VICTIM, "sgd-answer")
    assert answer is not None
    assert answer.by_hand
    assert ANSWER in (graded.root / "feedback" / VICTIM / "sgd/sgd.html").read_text("utf-8")
    for folder in (".intake", "autograded", "feedback"):
        for path in (graded.root / folder).rglob("*"):
            assert not path.is_symlink(), path
            if path.is_file() and path.relative_to(graded.root / folder).parts[0] != VICTIM:
                assert b"VICTIM-7c1f" not in path.read_bytes(), path


def test_no_line_of_a_secret_is_anywhere(graded: Graded) -> None:
    seed = (graded.root / "secret-seed").read_text("ascii").strip()
    for said in (graded.plain.stderr, graded.again.text.en, graded.again.text.zh):
        assert "CANARY-52b8" not in said
        assert seed not in said
    for folder in (".intake", "autograded", "feedback", "verdicts"):
        for path in (graded.root / folder).rglob("*"):
            if path.is_file():
                assert b"CANARY-52b8" not in path.read_bytes(), path
                assert seed.encode() not in path.read_bytes(), path
    held = str(whole.rows(database(graded.root)))
    assert VICTIM in held
    assert "CANARY-52b8" not in held
    assert seed not in held


def test_another_students_time_is_not_taken(graded: Graded) -> None:
    with gradebook(graded.root) as book:
        assert str(book.find_submission("sgd", VICTIM).timestamp).startswith("2026-02-03 04:05:06")
        assert book.find_submission("sgd", "time-behind-a-link").timestamp is None
    script = (
        "from nbgrader.apps import NbGraderAPI\n"
        "from traitlets.config.loader import PyFileConfigLoader\n"
        "api = NbGraderAPI(config=PyFileConfigLoader('nbgrader_config.py', path='.').load_config())\n"
        "assert api.get_submitted_timestamp('sgd', 'victim')\n"
        "for student in ('time-behind-a-link', 'topic-link-to-anothers', 'student-link-to-anothers'):\n"
        "    assert api.get_submitted_timestamp('sgd', student) is None, student\n"
        "done = api.autograde('sgd', 'topic-link-to-anothers')\n"
        "assert not done['success'] and 'handed in nothing for sgd' in done['log'], done\n"
        "assert '没有上交' in done['log'] and 'Traceback' not in done['log'], done\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=graded.root, capture_output=True, encoding="utf-8", check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr[-3000:]


def test_the_rubric_is_in_no_feedback(graded: Graded) -> None:
    """Nbgrader takes a notebook's folder for a pattern, and would copy the notebook where the name has brackets."""
    assert not list((graded.root / "feedback").rglob("*.ipynb"))
    assert list((graded.root / "autograded").rglob("*.ipynb"))


def test_nothing_prints_a_control_character(graded: Graded) -> None:
    for said in (graded.plain.stderr, graded.again.text.en, graded.again.text.zh):
        assert not [each for each in said if not each.isprintable() and each != "\n"]


def test_what_is_gone_is_not_graded_from_an_old_copy(graded: Graded) -> None:
    """One student alone, who has put a link where the work was."""
    folder = graded.root / "submitted/extras/sgd"
    kept = graded.root.parent / "kept"
    folder.rename(kept)
    folder.symlink_to(graded.root / "submitted" / VICTIM / "sgd")
    try:
        done = nbgrader(graded.root, "autograde", "sgd", "--student", "extras", "--force")
        assert done.returncode == 1
        assert "extras has handed in nothing for sgd" in done.stderr
        assert not (graded.root / ".intake/extras/sgd").exists()
    finally:
        folder.unlink()
        kept.rename(folder)
