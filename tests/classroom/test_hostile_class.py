"""Graded from end to end: odd names, odd files, two runs at once, a full disk, a class that may not be written to."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from course import classroom
from course.classroom.directory import ClassDirectory
from course.classroom.lock import only_writer
from course.classroom.trouble import said
from course.classroom.writer import Writer
from course.system.workspace import ROOT
from course.text import CourseError
from tests.classroom.room import SOLUTION, copy_class, hand_in, mark, nbgrader, new_class
from tests.classroom.test_intake import OTHER, RIGHT, sheet, state_of, stock, zipped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from course.classroom.record import Entered, Record

GRADED: dict[str, dict[str, str | bytes]] = {
    "right": {"sgd/sgd.py": RIGHT, "sgd/sgd.ipynb": sheet()},
    "brackets[1]": {"sgd/sgd.py": RIGHT, "sgd/sgd.ipynb": sheet()},
    " blank* {}%s ": {"sgd/sgd.py": RIGHT, "sgd/sgd.ipynb": sheet()},
    "王小明 \U0001f469": {"sgd.zip": zipped(("sgd/sgd.py", RIGHT), ("sgd/sgd.ipynb", sheet()))},
    "Misnamed": {"SGD (1)/sgd (1).py": RIGHT, "SGD (1)/sgd (1).ipynb": sheet()},
    "late": {"sgd/sgd.py": RIGHT, "sgd/sgd.ipynb": sheet(), "sgd/timestamp.txt": "no time"},
}
"""Students who get full marks, and whose answer waits for a person."""


@pytest.fixture(scope="module")
def badly(released: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, CourseError]:
    """A class in which much is wrong, graded once, its `submitted/` as it was before."""
    root = tmp_path_factory.mktemp("hostile") / "class [2026]"
    copy_class(released, root)
    for student, files in GRADED.items():
        stock(root, student, files)
    os.mkfifo(stock(root, "pipe", {"sgd/notes": "x"}) / "sgd" / "sgd.py")
    os.mkfifo(stock(root, "pipe-beside", {"sgd/sgd.py": RIGHT}) / "sgd" / "sgd.ipynb")
    stock(root, "two", {"sgd/SGD.py": RIGHT, "sgd/sgd (1).py": OTHER})
    stock(root, "nowhere", {"sgd.rar": "Rar!"})
    stock(root, "early", {"momentum/momentum.py": SOLUTION["momentum"]})
    before = state_of(root / "submitted")
    with pytest.raises(CourseError) as told:
        classroom.grade(root, jobs=2, progress=False)
    assert state_of(root / "submitted") == before
    return root, told.value


@pytest.mark.parametrize("student", GRADED)
def test_everyone_gets_the_mark_and_keeps_the_answer(badly: tuple[Path, CourseError], student: str) -> None:
    root, _ = badly
    assert mark(root, student, "sgd").auto == 10.0
    assert mark(root, student, "sgd", "sgd-answer").by_hand


def test_what_was_not_graded_is_listed_in_both_languages(badly: tuple[Path, CourseError]) -> None:
    root, told = badly
    for place, english, chinese in (
        ("pipe/sgd/sgd.py", "is a named pipe", "是命名管道"),
        ("pipe-beside/sgd/sgd.ipynb", "is a named pipe", "是命名管道"),
        ("two/sgd/SGD.py", "several files could be sgd.py", "几个文件都可能是 sgd.py"),
        ("nowhere/sgd.rar", "unpack it", "手工解压"),
        ("early/momentum", "has not been released", "还没有发布"),
        ("Misnamed/SGD (1)/sgd (1).py", "was read as sgd.py", "当作 sgd 的 sgd.py 读取"),
        ("late/sgd/timestamp.txt", "no time", "没有可以读取的时间"),
    ):
        assert any(line.startswith(f"  {place}") and english in line for line in told.text.en.splitlines()), place
        assert any(line.startswith(f"  {place}") and chinese in line for line in told.text.zh.splitlines()), place
    assert "Traceback" not in told.text.en
    assert "1 of 10 submissions could not be graded" in told.text.en
    assert mark(root, "pipe-beside", "sgd").auto == 10.0
    assert mark(root, "pipe", "sgd").auto == 0.0
    assert "sgd.py is a named pipe" in mark(root, "pipe", "sgd").comment
    assert "sgd.py 是命名管道" in mark(root, "pipe", "sgd").comment
    assert "SGD.py, sgd (1).py" in mark(root, "two", "sgd").comment


def test_feedback_reaches_peculiar_names_too(badly: tuple[Path, CourseError]) -> None:
    root, _ = badly
    classroom.feedback(root, ["sgd"], progress=False)
    for student in GRADED:
        assert (root / "feedback" / student / "sgd" / "sgd.html").is_file()


def test_plain_nbgrader_and_formgrader_do_the_same(badly: tuple[Path, CourseError]) -> None:
    """Formgrader calls nbgrader's interface with a name, and looks at the timestamps in `submitted/` itself."""
    root, _ = badly
    before = state_of(root / "submitted")
    done = nbgrader(root, "autograde", "sgd", "--force")
    assert done.returncode == 0, done.stderr[-2000:]
    assert "pipe/sgd/sgd.py: is a named pipe" in done.stderr
    script = (
        "from nbgrader.apps import NbGraderAPI\n"
        "from traitlets.config.loader import PyFileConfigLoader\n"
        "config = PyFileConfigLoader('nbgrader_config.py', path='.').load_config()\n"
        "api = NbGraderAPI(config=config)\n"
        "assert 'late' in api.get_autograded_students('sgd')\n"
        "for student in ('brackets[1]', ' blank* {}%s ', 'pipe', 'late'):\n"
        "    for done in (api.autograde('sgd', student), api.generate_feedback('sgd', student)):\n"
        "        assert done['success'], done\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, encoding="utf-8", check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert mark(root, "brackets[1]", "sgd").auto == 10.0
    assert state_of(root / "submitted") == before


def test_a_class_made_before_needs_no_new_configuration(room: Path) -> None:
    """Its `nbgrader_config.py` does not ask for the guard; our steps, which it names, bring it."""
    config = room / "nbgrader_config.py"
    old = config.read_text("utf-8").replace("from course.classroom import guard\n", "").replace("guard.install()\n", "")
    assert "import guard" not in old
    config.write_text(old, "utf-8")
    os.mkfifo(stock(room, "ada", {"sgd/sgd.py": RIGHT, "sgd/sgd.ipynb": sheet()}) / "sgd" / "notes")
    done = nbgrader(room, "autograde", "sgd")
    assert done.returncode == 0, done.stderr[-2000:]
    assert mark(room, "ada", "sgd").auto == 10.0


@pytest.mark.parametrize(
    "problem",
    [
        PermissionError(errno.EACCES, "Permission denied", "sgd.py"),
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"),
        RuntimeError("database is locked"),
        RecursionError("too deep"),
        KeyError("x"),
        MemoryError(),
    ],
)
def test_nothing_in_one_submission_stops_another(
    room: Path, monkeypatch: pytest.MonkeyPatch, problem: Exception
) -> None:
    hand_in(room, "ada", "sgd", SOLUTION["sgd"])
    hand_in(room, "bo", "sgd", SOLUTION["sgd"])
    write = Writer.write

    def failing(writer: Writer, stem: str, student: str, record: Record) -> Entered:
        if student == "ada":
            raise problem
        return write(writer, stem, student, record)

    monkeypatch.setattr(Writer, "write", failing)
    with pytest.raises(CourseError, match="1 of 2 submissions") as told:
        classroom.grade(room, jobs=1, progress=False)
    assert f"ada/sgd: {said(problem).en}" in told.value.text.en
    assert "Traceback" not in told.value.text.en
    assert "ada/sgd" in told.value.text.zh
    assert mark(room, "bo", "sgd").auto == 10.0


def test_a_full_disk_is_said_once_for_each_and_nothing_is_lost(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hand_in(room, "ada", "sgd", SOLUTION["sgd"])
    classroom.grade(room, jobs=1, progress=False)

    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("course.system.atomic._beside", full)
        hand_in(room, "ada", "sgd")
        with pytest.raises(CourseError, match="No space left on device"):
            classroom.grade(room, jobs=1, progress=False)
    assert mark(room, "ada", "sgd").auto == 10.0
    classroom.grade(room, jobs=1, progress=False)
    assert mark(room, "ada", "sgd").auto == 0.0


HOLDER = (
    "import sys, time\nfrom pathlib import Path\nfrom course.classroom.directory import ClassDirectory\n"
    "from course.classroom.lock import only_writer\n"
    "with only_writer(ClassDirectory(Path(sys.argv[1]))):\n    print('held', flush=True)\n    time.sleep(100)\n"
)


def test_two_at_once_the_second_is_told_who_holds_the_lock(room: Path) -> None:
    hand_in(room, "ada", "sgd", SOLUTION["sgd"])
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(room)], stdout=subprocess.PIPE, cwd=ROOT) as holder:
        try:
            assert holder.stdout is not None
            assert holder.stdout.readline() == b"held\n"
            for step in (classroom.grade, classroom.release):
                with pytest.raises(CourseError, match=f"Process {holder.pid}, since ") as told:
                    step(room, ["sgd"], progress=False)
                assert f"进程 {holder.pid}" in told.value.text.zh
            plain = nbgrader(room, "autograde", "sgd")
            assert plain.returncode == 1
            assert f"Process {holder.pid}, since" in plain.stderr
            assert "Traceback" not in plain.stderr
        finally:
            holder.kill()
    classroom.grade(room, jobs=1, progress=False)  # the lock has died with its process
    assert mark(room, "ada", "sgd").auto == 10.0


def test_two_threads_exclude_each_other_and_one_may_come_in_again(room: Path) -> None:
    found = ClassDirectory(room)
    told: list[str] = []

    def second() -> None:
        try:
            with only_writer(found):
                told.append("in")
        except CourseError as problem:
            told.append(problem.text.en)

    with only_writer(found), only_writer(found):
        other = threading.Thread(target=second)
        other.start()
        other.join()
    assert len(told) == 1
    assert f"Process {os.getpid()}" in told[0]
    second()
    assert told[1] == "in"


def test_many_runs_at_once_lose_nobody(room: Path) -> None:
    students = ["ada", "bo"]
    for student in students:
        hand_in(room, student, "sgd", SOLUTION["sgd"])
    command = [sys.executable, "-m", "course.cli", "class", "grade", "--dir", str(room), "--jobs", "1"]
    runs = [
        subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8") for _ in range(2)
    ]
    ends = [(each.communicate(timeout=300), each.returncode) for each in runs]
    assert any(code == 0 for _, code in ends)
    for (_, error), code in ends:
        assert "Traceback" not in error
        assert code == 0 or "is writing to this class's gradebook" in error
    for student in students:
        assert mark(room, student, "sgd").auto == 10.0


LINUX = pytest.mark.skipif(sys.platform != "linux", reason="capabilities")


def as_somebody(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command as somebody whom permission bits bind; root they do, without the right to override them."""

    def bound() -> None:
        for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
            assert ctypes.CDLL(None).prctl(24, capability, 0, 0, 0) == 0  # PR_CAPBSET_DROP

    return subprocess.run(
        [sys.executable, "-m", "course.cli", "class", *arguments, "--dir", str(root)],
        capture_output=True,
        encoding="utf-8",
        check=False,
        cwd=ROOT,
        timeout=200,
        preexec_fn=bound if os.geteuid() == 0 else None,
    )


@pytest.fixture
def owned(room: Path) -> Iterator[Path]:
    """A class whose permissions are given back at the end, so that it can be removed."""
    yield room
    subprocess.run(["chmod", "-R", "u+rwX", str(room)], check=True)


@LINUX
def test_read_only_submissions_and_unreadable_ones(owned: Path) -> None:
    stock(owned, "ada", {"sgd/sgd.py": RIGHT})
    stock(owned, "bo", {"sgd/sgd.py": RIGHT})
    stock(owned, "chen", {"sgd/sgd.py": RIGHT})
    (owned / "submitted/bo/sgd/sgd.py").chmod(0)
    (owned / "submitted/chen").chmod(0)
    for path in (owned / "submitted/ada/sgd", owned / "submitted/ada", owned / "submitted"):
        path.chmod(0o555)
    before = state_of(owned / "submitted")
    done = as_somebody(owned, "grade", "sgd", "--jobs", "1")
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert "bo/sgd/sgd.py: cannot be read (Permission denied)" in done.stderr
    assert "chen: cannot be read (Permission denied)" in done.stderr
    assert state_of(owned / "submitted") == before
    assert mark(owned, "ada", "sgd").auto == 10.0


@LINUX
def test_a_class_that_may_not_be_written_to_is_said(owned: Path) -> None:
    stock(owned, "ada", {"sgd/sgd.py": RIGHT})
    shutil.rmtree(owned / ".intake")
    owned.chmod(0o555)
    for step in (["release", "sgd"], ["grade"]):
        done = as_somebody(owned, *step)
        assert done.returncode == 2
        assert "cannot be written to (Permission denied)" in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize("step", [classroom.release, classroom.grade, classroom.feedback])
def test_a_missing_source_is_said(room: Path, step: Any) -> None:
    shutil.rmtree(room / "source")
    with pytest.raises(CourseError, match="source is missing") as told:
        step(room, progress=False)
    assert "备份" in told.value.text.zh


@pytest.mark.sqlite("the file is damaged; a server looks after its own")
def test_a_damaged_gradebook_is_said(room: Path) -> None:
    hand_in(room, "ada", "sgd", SOLUTION["sgd"])
    (room / "gradebook.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(CourseError, match=r"cannot be opened .*backup"):
        classroom.grade(room, progress=False)


def test_taking_in_a_large_class_is_quick(room: Path) -> None:
    for number in range(300):
        stock(room, f"s{number}", {"sgd/sgd.py": RIGHT, "sgd/sgd.ipynb": sheet()})
    from course.classroom.intake import take_in

    began = time.process_time()
    assert len(take_in(ClassDirectory(room), ["sgd"]).handed_in) == 300
    assert time.process_time() - began < 10


def test_a_class_on_a_full_disk_is_not_made_by_halves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("course.classroom.making.shutil.copyfile", full)
    with pytest.raises(CourseError, match="the disk is full") as told:
        new_class(tmp_path / "class")
    assert "磁盘已满" in told.value.text.zh
    assert not (tmp_path / "class/nbgrader_config.py").exists()


def test_submitted_that_is_no_folder_is_said(room: Path) -> None:
    (room / "submitted").rmdir()
    (room / "submitted").write_text("x", "utf-8")
    with pytest.raises(CourseError, match="cannot be listed"):
        classroom.grade(room, progress=False)
