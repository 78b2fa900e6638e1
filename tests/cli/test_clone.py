"""In a clone one learns in `learn`, which git ignores: git is asked before a pull, after it and at the next start."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbclient
import nbformat
import pytest

from course.authoring.skeletons import LEFT, TODO, skeleton
from course.learner.spoken import in_language
from course.system.workspace import ROOT
from tests.browser.copies import copy_working_tree
from tests.users.newcomer import commit

SOLUTION = (ROOT / "solutions/sgd.py").read_text("utf-8")
STARTED = SOLUTION.replace("param - ", "param + ")
HANDED_OUT = skeleton(SOLUTION)
SKELETON = in_language(HANDED_OUT, "en")
OPTIM, LESSONS = "course/optim", "lessons/en"


class Clone:
    """A clone of the course and its learner, who types commands in it."""

    def __init__(self, published: Path, root: Path) -> None:
        self.published, self.root = published, root
        subprocess.run(["git", "clone", "--quiet", published, root], check=True)
        self.learn = self.root / "learn"

    def types(self, *arguments: str, at: str = ".", lang: str = "en") -> subprocess.CompletedProcess[str]:
        """Type `course …`, as this clone has it, in one of its folders."""
        kept = {name: value for name, value in os.environ.items() if name != "COURSE_LEARNER"}
        done = subprocess.run(
            [sys.executable, "-m", "course.cli", *arguments],
            cwd=self.root / at,
            env={**kept, "PYTHONPATH": str(self.root), "COURSE_LANG": lang},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert "Traceback" not in done.stderr
        return done

    @property
    def changes(self) -> str:
        """What `git status` tells."""
        command = ["git", "status", "--porcelain"]
        return subprocess.run(command, cwd=self.root, capture_output=True, encoding="utf-8", check=True).stdout

    def pull(self) -> None:
        subprocess.run(["git", "pull", "--quiet"], cwd=self.root, check=True)

    def publish(self, *names: str) -> None:
        """Commit newer lessons, and with every `solutions/…` the skeleton of it."""
        for name in names:
            path = self.published / name
            text = path.read_text("utf-8")
            if name.endswith(".py"):
                path.write_text(f"{text}# newer\n", "utf-8")
                (self.published / OPTIM / path.name).write_text(skeleton(f"{text}# newer\n"), "utf-8")
            else:
                path.write_text(text.replace('"source": [\n    "', '"source": [\n    "Newer. ', 1), "utf-8")
        commit(self.published)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clone") / "published"
    copy_working_tree(folder)
    commit(folder)
    return folder


@pytest.fixture
def clone(published: Path, tmp_path: Path) -> Clone:
    return Clone(published, tmp_path / "clone")


def run(notebook: Path) -> None:
    """Run a lesson's first cell and save, as a reader does."""
    book: Any = nbformat.reads(notebook.read_text("utf-8"), as_version=4)  # type: ignore[no-untyped-call]
    cells = book.cells
    code = next(number for number, cell in enumerate(cells) if cell.cell_type == "code")
    book.cells = cells[: code + 1]
    nbclient.NotebookClient(book, kernel_name="python3", resources={"metadata": {"path": notebook.parent}}).execute()
    book.cells += cells[code + 1 :]
    notebook.write_text(nbformat.writes(book), "utf-8")  # type: ignore[no-untyped-call]


def test_reading_writing_and_pulling_leave_the_clone_clean(published: Path, tmp_path: Path) -> None:
    authors = Clone(published, tmp_path / "published")  # newer lessons are for this test alone
    clone = Clone(authors.root, tmp_path / "clone")
    made = clone.types("init")
    assert made.returncode == 0, made.stderr
    assert f"exercises are in {clone.learn}" in made.stdout
    lesson, opened, exercise = (
        clone.learn / name for name in (f"{LESSONS}/index.ipynb", f"{LESSONS}/sgd.ipynb", f"{OPTIM}/sgd.py")
    )
    run(lesson)
    exercise.write_text(STARTED, "utf-8")
    (clone.learn / "notes.md").write_text("mine\n", "utf-8")
    ran = lesson.read_bytes()
    assert 'execution_count": 1' in lesson.read_text("utf-8")
    assert clone.changes == ""

    clone.publish(f"{LESSONS}/index.ipynb", f"{LESSONS}/sgd.ipynb", "solutions/sgd.py", "solutions/adam.py")
    clone.pull()
    assert clone.changes == ""
    said = clone.types("init", lang="zh")
    assert "lessons/en/index.ipynb" in said.stdout
    assert "course init --newer" in said.stdout
    assert "course reset sgd" in said.stdout
    assert (lesson.read_bytes(), exercise.read_text("utf-8")) == (ran, STARTED), "what somebody worked in stays"
    assert opened.read_bytes() == (clone.root / LESSONS / "sgd.ipynb").read_bytes()
    assert (clone.learn / OPTIM / "adam.py").read_text("utf-8").endswith("# newer\n")

    assert clone.types("init", "--newer", at="learn/lessons").returncode == 0
    assert lesson.read_bytes() == (clone.root / LESSONS / "index.ipynb").read_bytes()
    assert lesson.with_name("index.1.ipynb").read_bytes() == ran
    assert clone.changes == ""


@pytest.mark.needs("environment")  # of time
def test_every_command_finds_the_folder_from_the_clone_and_from_within(clone: Clone) -> None:
    first = clone.types("check", "sgd", "--json")
    assert (first.returncode, json.loads(first.stdout)["status"]) == (1, "not-implemented")
    assert str(clone.learn) in first.stderr, "it was made, and that is said beside the object"
    file = clone.learn / OPTIM / "sgd.py"
    for at in (".", "tests", "learn", f"learn/{LESSONS}"):
        file.write_text(SOLUTION, "utf-8")
        assert clone.types("check", "sgd", at=at).returncode == 0
        assert str(clone.learn / OPTIM / "momentum.py") in clone.types("status", at=at).stdout
        assert clone.types("solution", "sgd", at=at).returncode == 0
        assert clone.types("reset", "sgd", at=at).returncode == 0
        assert file.read_text("utf-8") == SKELETON
    assert clone.types("check", "sgd", "--submission", "solutions").returncode == 0
    assert clone.types("check", "sgd", "--submission", OPTIM).returncode == 1
    assert clone.changes == ""


def test_work_in_the_clone_itself_is_taken_over_once(clone: Clone) -> None:
    """As it was done before there was the folder: every byte is found in it, and the clone is as git knows it."""
    optim, lessons = clone.root / OPTIM, clone.root / LESSONS
    work = {
        f"{OPTIM}/sgd.py": STARTED,
        f"{OPTIM}/adam.py": SOLUTION.replace(f"{TODO}", "").replace(LEFT, ""),
        f"{OPTIM}/sgd.py.1.bak": "an earlier attempt\n",
        f"{OPTIM}/helper.py": "HALF = 0.5\n",
        f"{LESSONS}/mine.ipynb": '{"cells": []}',
    }
    for name, text in work.items():
        (clone.root / name).write_text(text, "utf-8")
    book = json.loads((lessons / "adam.ipynb").read_text("utf-8"))
    code = next(cell for cell in book["cells"] if cell["cell_type"] == "code")
    code |= {"execution_count": 1, "outputs": [{"output_type": "stream", "name": "stdout", "text": ["1\n"]}]}
    work[f"{LESSONS}/adam.ipynb"] = json.dumps(book)
    (lessons / "adam.ipynb").write_text(work[f"{LESSONS}/adam.ipynb"], "utf-8")
    authors = (lessons / "sgd.ipynb").read_text("utf-8").replace("Stochastic", "stochastic")
    (lessons / "sgd.ipynb").write_text(authors, "utf-8")
    (clone.root / ".trained").mkdir()
    (clone.root / ".trained/network").write_text("1", "utf-8")

    said = clone.types("status")
    assert "sgd.py" in said.stderr
    assert "git ignores" in said.stderr
    for name, text in work.items():
        assert (clone.learn / name).read_text("utf-8") == text
        assert name in said.stderr
    assert (optim / "sgd.py").read_text("utf-8") == HANDED_OUT
    assert (clone.learn / ".trained/network").is_file()
    assert (lessons / "sgd.ipynb").read_text("utf-8") == authors, "built by an author, run by nobody"
    (lessons / "sgd.ipynb").write_bytes((clone.published / LESSONS / "sgd.ipynb").read_bytes())
    assert clone.changes == ""

    (optim / "sgd.py").write_text(SOLUTION, "utf-8")
    assert "worked in" not in clone.types("init").stdout, "nothing is newer than what was taken over"
    assert (clone.learn / OPTIM / "sgd.py").read_text("utf-8") == STARTED


def test_without_git_work_is_taken_over_and_stays_where_it_was(clone: Clone) -> None:
    """A downloaded archive: nobody can say what it held, so nothing is put back."""
    (clone.root / ".git").rename(clone.root / "no-git")
    (clone.root / OPTIM / "sgd.py").write_text(STARTED, "utf-8")
    assert "sgd.py" in clone.types("init").stdout
    assert (clone.learn / OPTIM / "sgd.py").read_text("utf-8") == STARTED
    assert (clone.root / OPTIM / "sgd.py").read_text("utf-8") == STARTED


def test_an_interrupted_takeover_goes_on(clone: Clone) -> None:
    """Simulated: what the call before had copied is there already, and a file of another content under one name."""
    for name, text in {"sgd": STARTED, "adam": SOLUTION}.items():
        (clone.root / OPTIM / f"{name}.py").write_text(text, "utf-8")
    (clone.learn / OPTIM).mkdir(parents=True)
    (clone.learn / OPTIM / "sgd.py").write_text(STARTED, "utf-8")
    (clone.learn / OPTIM / "adam.py").write_text("another\n", "utf-8")
    assert clone.types("init").returncode == 0
    assert (clone.learn / OPTIM / "sgd.py").read_text("utf-8") == STARTED
    assert (clone.learn / OPTIM / "adam.py").read_text("utf-8") == "another\n"
    assert (clone.learn / OPTIM / "adam.py.1.bak").read_text("utf-8") == SOLUTION
    assert clone.changes == ""
