"""What the classroom's tests do again and again: a class, submissions, plain nbgrader, the gradebook."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nbgrader.api import Gradebook

from course import classroom
from course.authoring.skeletons import skeleton
from course.classroom import nbgrader_steps, trust
from course.system.workspace import ROOT
from course.topic import topics
from tests.classroom import postgres

if TYPE_CHECKING:
    from pathlib import Path

SOLUTION = {topic.stem: topic.solution.read_text("utf-8") for topic in topics()}
SKELETON = {stem: skeleton(text) for stem, text in SOLUTION.items()}


def new_class(root: Path) -> Path:
    """Make a class in `root`, which trusts its students where this machine cannot shut them in.

    Its gradebook is the file that a class has, or a database of its own on the server of this run (tests/database.py).
    """
    classroom.new(root, SKELETON)
    if not trust.walled():
        trusting(root)
    if postgres.in_use():
        keep_in(root, postgres.copied())
    return root


def copy_class(source: Path, root: Path) -> Path:
    """Copy a class to `root`, the gradebook included, wherever that is kept."""
    shutil.copytree(source, root, symlinks=True)
    if (address := database(source)).startswith("postgresql:"):
        keep_in(root, postgres.copied(address))
    return root


def keep_in(root: Path, address: str) -> None:
    """Write into the class's settings where its gradebook is kept, as its README says."""
    config = root / "nbgrader_config.py"
    lines = [line for line in config.read_text("utf-8").splitlines() if not ADDRESS.match(line)]
    config.write_text("\n".join([*lines, f"c.CourseDirectory.db_url = {address!r}", ""]), "utf-8")
    nbgrader_steps.settings_of.cache_clear()


ADDRESS = re.compile(r"^c\.CourseDirectory\.db_url = (.*)", re.MULTILINE)


def database(root: Path) -> str:
    """Return the address of a class's gradebook: what its settings say, or nbgrader's own choice."""
    told = ADDRESS.findall((root / "nbgrader_config.py").read_text("utf-8"))
    return str(ast.literal_eval(told[-1])) if told else f"sqlite:///{root / 'gradebook.db'}"


def gradebook(root: Path) -> Gradebook:
    """Open a class's gradebook."""
    return Gradebook(database(root), "downhill")


def trusting(root: Path) -> None:
    """Let the class's settings say that its students are trusted."""
    config = root / "nbgrader_config.py"
    text = config.read_text("utf-8")
    config.write_text(text.replace("guard.install()\n", "guard.install(trust_students=True)\n"), "utf-8")


KEPT = ("HOME", "LANG", "TMPDIR", "COURSE_SECONDS", "COURSE_WALL")


def nbgrader(root: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a plain nbgrader command in the class, from an environment that has not been activated."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ} | variables
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=root,
        env={"PATH": "/usr/bin:/bin", **kept},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def hand_in(
    root: Path, student: str, stem: str, code: str | None = None, *, answer: str | None = None, **others: str
) -> Path:
    """Hand in what was released, with this code and answer and other files by name (`numpy_py="…"` is numpy.py)."""
    folder = root / "submitted" / student / stem
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(root / "release" / stem, folder)
    if code is not None:
        (folder / f"{stem}.py").write_text(code, "utf-8")
    if answer is not None:
        change_worksheet(folder, stem, lambda cells: cells[-1].update(source=answer))
    for name, text in others.items():
        stub, _, ending = name.rpartition("_")
        (folder / f"{stub}.{ending}").write_text(text, "utf-8")
    return folder


def change_worksheet(folder: Path, stem: str, change: Any) -> None:
    """Let `change` work on the cells of a notebook that was handed in."""
    path = folder / f"{stem}.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    change(notebook["cells"])
    path.write_text(json.dumps(notebook, ensure_ascii=False), "utf-8")


@dataclass(frozen=True)
class Mark:
    """What the gradebook holds of one graded cell."""

    auto: float | None
    manual: float | None
    extra: float | None
    score: float
    most: float
    by_hand: bool
    comment: str


def mark(root: Path, student: str, stem: str, cell: str | None = None) -> Mark:
    """Look a mark up, of the code unless `cell` names another."""
    where = (cell or stem, stem, stem, student)
    with gradebook(root) as book:
        grade, comment = book.find_grade(*where), book.find_comment(*where)
        return Mark(
            auto=grade.auto_score,
            manual=grade.manual_score,
            extra=grade.extra_credit,
            score=grade.score,
            most=grade.max_score,
            by_hand=grade.needs_manual_grade,
            comment=comment.comment or "",
        )


def set_by_hand(root: Path, student: str, stem: str, **fields: Any) -> None:
    """Give a mark as formgrader does: manual_score, extra_credit, or manual_comment."""
    where = (stem, stem, stem, student)
    with gradebook(root) as book:
        grade, comment = book.find_grade(*where), book.find_comment(*where)
        for name, value in fields.items():
            setattr(comment if name == "manual_comment" else grade, name, value)
        book.db.commit()


__all__ = [
    "ROOT",
    "SKELETON",
    "SOLUTION",
    "Mark",
    "change_worksheet",
    "copy_class",
    "database",
    "gradebook",
    "hand_in",
    "keep_in",
    "mark",
    "nbgrader",
    "new_class",
    "trusting",
]
