"""A class on disk: one nbgrader course directory, as `course class new` makes it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from course.syllabus import topics
from course.text import CourseError, Text

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = "nbgrader_config.py"
SEED = "secret-seed"
INTAKE = ".intake"


@dataclass(frozen=True, slots=True)
class ClassDirectory:
    """The places in a class's directory; the names of the folders are nbgrader's."""

    root: Path

    @property
    def source(self) -> Path:
        """The instructor's version of each assignment, rubrics included."""
        return self.root / "source"

    @property
    def release(self) -> Path:
        """What students get."""
        return self.root / "release"

    @property
    def submitted(self) -> Path:
        """What students handed in: `submitted/STUDENT/TOPIC/`."""
        return self.root / "submitted"

    @property
    def intake(self) -> Path:
        """The clean copy of what was handed in, `.intake/STUDENT/TOPIC/`; see `intake`."""
        return self.root / INTAKE

    @property
    def autograded(self) -> Path:
        """What was graded, with the judge's report in it."""
        return self.root / "autograded"

    @property
    def feedback(self) -> Path:
        """What goes back to students."""
        return self.root / "feedback"

    @property
    def verdicts(self) -> Path:
        """What the judge said: `verdicts/TOPIC/STUDENT.json`."""
        return self.root / "verdicts"

    @classmethod
    def find(cls, directory: Path) -> ClassDirectory:
        """The class in `directory`.

        Raises:
            CourseError: there is none.

        """
        root = directory.resolve()
        if (root / CONFIG).is_file() and not (root / "source").is_dir():
            raise CourseError(
                Text(
                    en=f"{root / 'source'} is missing, and without the assignments nothing can be released or graded: "
                    "restore it from your backup.",
                    zh=f"缺少 {root / 'source'}，没有作业就无法发布和评分：请从备份恢复。",
                )
            )
        if not (root / CONFIG).is_file() or not (root / "source").is_dir():
            raise CourseError(
                Text(
                    en=f"{root} is not a class: go to the directory that `course class new DIR` made, or name it "
                    "with --dir DIR.",
                    zh=f"{root} 不是班级目录：请进入 `course class new DIR` 建立的目录，或用 --dir DIR 指明它。",
                )
            )
        return cls(root)

    def seed(self) -> str:
        """The secret that the hidden cases are drawn from.

        Raises:
            CourseError: it is missing or damaged. Grading stops then: another seed would mean other hidden cases.

        """
        try:
            seed = (self.root / SEED).read_text("ascii").strip()
        except (OSError, UnicodeDecodeError):
            seed = ""
        if not re.fullmatch(r"[0-9a-f]{64}", seed):
            raise CourseError(
                Text(
                    en=f"The class's secret seed {self.root / SEED} is missing or damaged: restore it from your "
                    "backup, so that everyone is graded on the same hidden cases.",
                    zh=f"班级的秘密种子 {self.root / SEED} 缺失或已损坏："
                    "请从备份恢复，这样所有人才会用相同的隐藏用例评分。",
                )
            )
        return seed

    def released(self, wanted: list[str]) -> list[str]:
        """The topics named, or all that have a folder in `source/`, in teaching order.

        Raises:
            CourseError: a topic named has no folder there.

        """
        there = [topic.stem for topic in topics() if (self.source / topic.stem).is_dir()]
        for stem in wanted:
            if stem not in there:
                raise CourseError(
                    Text(
                        en=f"This class has no assignment {stem!r}; it has: {' '.join(there)}",
                        zh=f"这个班级没有名为 {stem!r} 的作业；已有：{' '.join(there)}",
                    )
                )
        return wanted or there

    def submission(self, stem: str, student: str) -> Path:
        """What was taken in of one student for one topic: regular files only, under their right names."""
        return self.intake / student / stem


def digest(*parts: bytes) -> str:
    """One hash of several byte strings, whose borders count."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8, "big") + part)
    return whole.hexdigest()


def digest_of(path: Path) -> str:
    """The hash of a file, or "" where there is none."""
    try:
        return digest(path.read_bytes())
    except OSError:
        return ""
