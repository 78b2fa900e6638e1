"""What is uploaded to a platform: what is in it, and that its scripts do what the platform expects of them.

The scripts run in a root of their own, with everything that they would install replaced by what is here: `apt-get` and
`pip` write down what they are asked for. That it installs in earnest, `test_setup_installs` shows.
"""

from __future__ import annotations

import io
import json
import os
import re
import stat
import subprocess
import sys
import zipfile
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from course.exports import kits
from course.exports.wheel import wheel
from course.system import workspace
from course.system.workspace import ROOT
from course.text import CourseError
from course.topic import topics
from tests.exports import readers
from tests.exports.conftest import SEED, SKELETON, hand_in
from tests.house.test_wheel_files import BUILD, packed, tracked
from tests.oldest import borrow
from tests.users.newcomer import INSTALL_SECONDS, NETWORK, _pip

if TYPE_CHECKING:
    from collections.abc import Mapping

BIN = Path(sys.executable).parent
NO_TORCH = 'case "$*" in *find_spec*) exit 1;; *"import course"*) exit 0;; esac\n'
SKELETONS = {topic.stem: SKELETON for topic in topics()}


def unpack(content: bytes, folder: Path) -> Path:
    """Unpack a kit as the platforms do, with its modes."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(folder)
        for info in archive.infolist():
            (folder / info.filename).chmod(info.external_attr >> 16)
    return folder


def script(path: Path, lines: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{lines}\n", "utf-8")
    path.chmod(0o755)


def environment(folder: Path, asked: Path, *, torch: bool = True) -> None:
    """An environment in which pip writes down what it is asked for, and the course is the one that is tested."""
    pip = f'case "$*" in *"-m pip install"*) echo "pip $*" >> {asked}; exit 0;; esac\n'
    script(folder / "bin/python", ("" if torch else NO_TORCH) + f'{pip}exec {sys.executable} "$@"')
    script(folder / "bin/course", f'exec {BIN / "course"} "$@"')


def run(program: Path, variables: Mapping[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(program)],
        cwd=folder,
        env={"PATH": f"{folder / 'shims'}:/usr/bin:/bin", "HOME": str(folder), "COURSE_LANG": "en", **variables},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=INSTALL_SECONDS,
    )


# --- The course as a wheel -----------------------------------------------------------------------------------------


def test_the_wheel_is_what_the_builder_would_make() -> None:
    name, content = wheel()
    assert re.fullmatch(r"downhill_course-[\d.]+-py3-none-any\.whl", name)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        inside = set(archive.namelist())
        record = archive.read(next(each for each in inside if each.endswith("/RECORD"))).decode()
        entry = archive.read(next(each for each in inside if each.endswith("entry_points.txt"))).decode()
    told = {each for each in inside if ".dist-info/" in each}
    assert inside - told >= set(packed(tracked(), BUILD).values())
    assert not [each for each in inside if "__pycache__" in each or each.startswith("course/optim/")]
    assert {each.rpartition("/")[2] for each in told} >= {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "LICENSE"}
    assert "course = course.cli:main" in entry
    assert {line.split(",")[0] for line in record.splitlines()} == inside
    assert wheel()[1] == content


def test_an_installed_course_packs_itself_as_a_clone_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From pip's own list of what it has installed, here a wheel that is only unpacked."""
    name, content = wheel()
    unpack(content, tmp_path)
    (told,) = tmp_path.glob("*.dist-info")
    record = (told / "RECORD").read_text("utf-8")
    (told / "INSTALLER").write_text("pip", "utf-8")
    extra = f"{told.name}/INSTALLER,,\n../../../bin/course,,\ncourse/__pycache__/cli.cpython-311.pyc,,\n"
    (told / "RECORD").write_text(record + extra, "utf-8")
    monkeypatch.setattr(workspace, "checkout", lambda: None)
    monkeypatch.setattr(metadata, "distribution", lambda _: metadata.PathDistribution(told))
    again, packed_again = wheel()
    assert again == name
    with zipfile.ZipFile(io.BytesIO(content)) as one, zipfile.ZipFile(io.BytesIO(packed_again)) as other:
        assert set(one.namelist()) == set(other.namelist())
        assert all(one.read(each) == other.read(each) for each in one.namelist() if not each.endswith("/RECORD"))
    (tmp_path / "course/cli.py").unlink()
    with pytest.raises(CourseError, match=r"cli\.py"):
        wheel()


# --- Gradescope ----------------------------------------------------------------------------------------------------


@pytest.fixture
def autograder(tmp_path: Path) -> Path:
    """`/autograder` as Gradescope makes it, with the environment already there."""
    unpack(kits.gradescope(["sgd", "momentum"], SKELETONS, seed=SEED, trusted=True), tmp_path / "source")
    environment(tmp_path / "venv", tmp_path / "asked")
    script(tmp_path / "shims/apt-get", f'echo "apt-get $*" >> {tmp_path / "asked"}')
    return tmp_path


def grade(autograder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return run(autograder / "source/run_autograder", {"AUTOGRADER_ROOT": str(autograder), **variables}, autograder)


def results(autograder: Path) -> object:
    return readers.held("gradescope", (autograder / "results/results.json").read_text("utf-8"))


def test_gradescopes_zip_has_its_files_at_the_root() -> None:
    with zipfile.ZipFile(io.BytesIO(kits.gradescope(["sgd"], SKELETONS, seed=SEED, trusted=False))) as archive:
        modes = {info.filename: stat.filemode(info.external_attr >> 16) for info in archive.infolist()}
        assert modes["setup.sh"] == modes["run_autograder"] == "-rwxr-xr-x"
        assert modes["secret-seed"] == "-rw-------"
        assert archive.read("secret-seed").decode().strip() == SEED
        assert archive.read("topics") == b"sgd\n"
        assert re.fullmatch(rb"torch==[\d.]+\n", archive.read("constraints.txt"))
        assert "trust-students" not in modes
        assert sum(name.endswith(".whl") for name in modes) == 1


def test_gradescopes_setup_asks_for_the_wall_and_the_course(autograder: Path) -> None:
    done = run(autograder / "source/setup.sh", {"AUTOGRADER_ROOT": str(autograder)}, autograder)
    assert done.returncode == 0, done.stderr
    asked = (autograder / "asked").read_text("utf-8").splitlines()
    assert asked[0] == "apt-get update"
    assert asked[1].endswith("bubblewrap")
    assert re.search(r"--constraint \S+/constraints\.txt .*\.whl$", asked[2])
    assert len(asked) == 3
    environment(autograder / "venv", autograder / "asked", torch=False)
    done = run(autograder / "source/setup.sh", {"AUTOGRADER_ROOT": str(autograder)}, autograder)
    assert done.returncode == 0, done.stderr
    again = (autograder / "asked").read_text("utf-8").splitlines()[len(asked) :]
    assert again[2].endswith("--index-url https://download.pytorch.org/whl/cpu torch")
    assert again[3].endswith(".whl")


def test_gradescopes_setup_says_that_there_is_no_python(autograder: Path) -> None:
    (autograder / "venv/bin/python").unlink()
    for name in ("python3", *(f"python3.{minor}" for minor in range(11, 15))):
        script(autograder / "shims" / name, "exit 1")
    script(autograder / "shims/apt-get", f'echo "$*" >> {autograder / "asked"}; case "$*" in *python3*) exit 1;; esac')
    done = run(autograder / "source/setup.sh", {"AUTOGRADER_ROOT": str(autograder)}, autograder)
    assert done.returncode == 1
    assert "No Python 3.11 or newer" in done.stderr
    assert "python3.12-venv" in (autograder / "asked").read_text("utf-8")


def test_gradescope_grades_what_was_handed_in(autograder: Path) -> None:
    hand_in(autograder / "submission", "wrong")
    (autograder / "submission/course.py").write_text("raise SystemExit('shadowed')", "utf-8")
    done = grade(autograder)
    assert done.returncode == 0, done.stderr
    stored = json.dumps(results(autograder), ensure_ascii=False)
    assert "weight decay is left out" in stored
    assert "漏掉了权重衰减" in stored
    assert SEED not in stored + done.stdout + done.stderr


@pytest.mark.parametrize(
    ("break_it", "says"),
    [
        (lambda root: (root / "source/secret-seed").write_text("0", "utf-8"), "秘密种子"),
        (lambda root: (root / "submission/momentum.py").unlink(), "sgd.py, momentum.py"),
        (lambda root: (root / "submission/sgd.py").write_text("", "utf-8"), "同时上交了 sgd.py, momentum.py"),
        (lambda root: (root / "source/topics").write_text("nothing\n", "utf-8"), ""),
        (lambda root: (root / "source/trust-students").unlink(), "无法隔离学生的文件"),
    ],
    ids=["no seed", "no file", "two files", "no topic", "no wall"],
)
def test_gradescope_fails_closed(autograder: Path, break_it: object, says: str) -> None:
    hand_in(autograder / "submission", "right")
    (autograder / "results").mkdir()
    (autograder / "results/results.json").write_text('{"score": 10, "tests": []}', "utf-8")  # of an earlier run
    break_it(autograder)  # type: ignore[operator]
    done = grade(autograder, COURSE_WALL="none")
    if not says:  # a kit that is itself wrong: Gradescope says that the autograder failed
        assert done.returncode == 2
        assert not (autograder / "results/results.json").exists()
        return
    assert done.returncode == 0
    stored = results(autograder)
    assert isinstance(stored, dict)
    assert stored["score"] == 0
    assert says in stored["output"]
    assert "Traceback" not in done.stderr


@pytest.mark.full  # of each kit's script there is a test without what it installs
@pytest.mark.needs("environment")
def test_setup_installs(tmp_path: Path) -> None:
    """In earnest, but for torch, which is linked: an environment is made, and the course grades from its wheel."""
    unpack(kits.gradescope(["momentum"], SKELETONS, seed=SEED, trusted=True), tmp_path / "source")
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    borrow("torch", next((tmp_path / "venv/lib").glob("python*/site-packages")))
    script(tmp_path / "shims/apt-get", "exit 0")
    kept = _pip() | {name: value for name, value in os.environ.items() if NETWORK.match(name)}
    done = run(tmp_path / "source/setup.sh", {"AUTOGRADER_ROOT": str(tmp_path), **kept}, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    hand_in(tmp_path / "submission", "right")
    done = grade(tmp_path)
    assert done.returncode == 0, done.stderr
    stored = results(tmp_path)
    assert isinstance(stored, dict)
    assert stored["score"] == pytest.approx(12)


# --- PrairieLearn --------------------------------------------------------------------------------------------------


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    stems = [topic.stem for topic in topics()]
    return unpack(kits.prairielearn(stems, SKELETONS, seed=SEED, trusted=True), tmp_path)


def test_prairielearns_questions_are_whole(questions: Path) -> None:
    uuids = set()
    for topic in topics():
        folder = questions / f"questions/downhill-{topic.stem}"
        info = readers.held("prairielearn-info", (folder / "info.json").read_text("utf-8"))
        uuids.add(info["uuid"])
        page = (folder / "question.html").read_text("utf-8")
        assert page.count(f'file-name="{topic.stem}.py"') == 2
        assert (folder / f"{topic.stem}.py").read_text("utf-8") == SKELETON
        assert "<pl-external-grader-results>" in page
        assert "{{" not in page
        assert topic.summary.zh.split("`")[0] in page
        assert (folder / "tests/run.sh").stat().st_mode & 0o111
        assert (folder / "tests/secret-seed").stat().st_mode & 0o077 == 0
    assert len(uuids) == len(topics())
    (grader,) = (questions / "grader").glob("*.whl")
    dockerfile = (questions / "grader/Dockerfile").read_text("utf-8")
    assert "COPY constraints.txt *.whl" in dockerfile
    assert kits.IMAGE in dockerfile
    assert (questions / "README.md").read_text("utf-8").count(kits.IMAGE) == 2
    assert grader.stat().st_size > 10**6


@pytest.mark.parametrize(("kind", "score"), [("wrong", 0.3), ("missing", None)])
def test_prairielearns_script_grades(questions: Path, tmp_path: Path, kind: str, score: float | None) -> None:
    grade_root = tmp_path / "grade"
    (questions / "questions/downhill-momentum/tests").rename(tmp_path / "tests")
    grade_root.mkdir()
    (tmp_path / "tests").rename(grade_root / "tests")
    hand_in(grade_root / "student", kind)
    script(tmp_path / "shims/course", f'exec {BIN / "course"} "$@"')
    done = run(grade_root / "tests/run.sh", {"GRADE_ROOT": str(grade_root)}, tmp_path)
    assert done.returncode == 0, done.stderr
    stored = readers.held("prairielearn", (grade_root / "results/results.json").read_text("utf-8"))
    assert stored.get("score") == score
    assert stored["gradable"] is (score is not None)


# --- Classroom 50 --------------------------------------------------------------------------------------------------


def test_a_question_asks_for_what_is_judged() -> None:
    for topic in topics():
        asked = kits._question(topic)
        rule = topic.kind == "rule"
        assert ("takes the steps of" in asked) is ("走出同样的每一步" in asked) is rule
        assert not rule or asked.count(topic.reference) == 2


def test_classroom50s_bundle_is_public_and_has_no_secret(tmp_path: Path) -> None:
    content = kits.classroom50(["momentum"], SKELETONS, seed=SEED, trusted=True)
    folder = unpack(content, tmp_path / "bundle")
    assert {each.name for each in folder.iterdir() if each.suffix != ".whl"} == {
        "autograder.py",
        "constraints.txt",
        "topics",
    }
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not [name for name in archive.namelist() if SEED.encode() in archive.read(name)]


def test_classroom50s_script_grades_in_the_students_checkout(tmp_path: Path) -> None:
    """Files of the student's that are called like modules of the course's or of Python's take no part in it."""
    folder = unpack(kits.classroom50(["momentum"], SKELETONS, seed=SEED, trusted=False), tmp_path / "bundle")
    environment(folder / "venv", tmp_path / "asked")
    checkout = hand_in(tmp_path / "checkout", "right")
    for name in ("course.py", "json.py", "numpy.py", "sitecustomize.py"):
        (checkout / name).write_text("raise SystemExit('shadowed')", "utf-8")
    told = {
        "CLASSROOM": "c",
        "ASSIGNMENT": "a",
        "OWNER": "ada",
        "SUBMISSION_TAG": "submit/1",
        "COMMIT_URL": "https://example.org/c",
        "RELEASE_URL": "https://example.org/r",
    }
    ran = subprocess.run(
        [sys.executable, str(folder / "autograder.py")],
        cwd=checkout,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), **told},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if "operating system" in ran.stderr:  # no wall here: nothing is graded, and its runner is told so
        assert ran.returncode == 2
        assert not (checkout / "result.json").exists()
        return
    assert ran.returncode == 0, ran.stderr
    assert readers.held("classroom50", (checkout / "result.json").read_text("utf-8"))["score"] == 10


def test_the_scripts_are_text_that_a_unix_shell_reads() -> None:
    for path in (ROOT / "course/exports/platforms").rglob("*"):
        if path.is_file() and path.suffix in {".sh", ""} and path.name != "Dockerfile":
            assert b"\r" not in path.read_bytes()
            assert path.read_bytes().startswith(b"#!/usr/bin/env bash\n")
            assert subprocess.run(["bash", "-n", str(path)], check=False).returncode == 0
