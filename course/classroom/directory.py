"""A class on disk: one nbgrader course directory, as `course class new` makes it."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from course.classroom.seal import Seal
from course.system import atomic
from course.text import CourseError, Text, texts
from course.topic import topics

TEXTS = texts(__file__)

CONFIG = "nbgrader_config.py"
SEED = "secret-seed"
KEY = "secret-key"
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
        """What the judge said: the class's store, and what was set aside or is of an older form."""
        return self.root / "verdicts"

    @classmethod
    def find(cls, directory: Path) -> ClassDirectory:
        """Find the class in `directory`.

        Raises:
            CourseError: there is none.

        """
        root = directory.resolve()
        if (root / CONFIG).is_file() and not (root / "source").is_dir():
            raise CourseError(
                Text(
                    en=f"{root / 'source'} is missing, and without the assignments nothing can be released or graded: "
                    "restore it from your backup.",
                    zh=f"缺少 {root / 'source'}，没有作业就无法发布和评分。请从备份恢复。",
                )
            )
        if not (root / CONFIG).is_file() or not (root / "source").is_dir():
            raise CourseError(
                Text(
                    en=f"{root} is not a class: go to the directory that `course class new DIR` made, or name it "
                    "with --dir DIR.",
                    zh=f"{root} 不是班级目录。请进入 `course class new DIR` 建立的目录，或用 --dir DIR 指明它。",
                )
            )
        return cls(root)

    def seed(self) -> str:
        """Return the secret that the hidden cases are drawn from.

        Raises:
            CourseError: it is missing or damaged. Grading stops then: another seed would mean other hidden cases.

        """
        seed = _secret(self.root / SEED)
        if seed is None:
            raise CourseError(
                Text(
                    en=f"The class's secret seed {self.root / SEED} is missing or damaged: restore it from your "
                    "backup, so that everyone is graded on the same hidden cases.",
                    zh=f"班级的秘密种子 {self.root / SEED} 缺失或已损坏。"
                    "请从备份恢复，这样所有人才会用相同的隐藏用例评分。",
                )
            )
        return seed

    def seal(self) -> Seal:
        """Return the seal that stored verdicts are signed with.

        Raises:
            CourseError: the key is damaged, or cannot be made.

        """
        return Seal(bytes.fromhex(self.key()))

    def key(self) -> str:
        """Return the key of the seal; a class that has none yet gets one.

        Raises:
            CourseError: the key is damaged, or cannot be made.

        """
        path = self.root / KEY
        try:
            if not os.path.lexists(path):
                with suppress(FileExistsError):  # by another process, meanwhile
                    make_secret(path)
        except OSError as problem:
            raise CourseError(TEXTS["no-key"].format(path=path, reason=problem.strerror)) from problem
        key = _secret(path)
        if key is None:
            raise CourseError(TEXTS["damaged-key"].format(path=path))
        return key

    def released(self, wanted: list[str]) -> list[str]:
        """Return the topics named, or all that have a folder in `source/`, in teaching order.

        Raises:
            CourseError: a topic named has no folder there.

        """
        there = [topic.stem for topic in topics() if (self.source / topic.stem).is_dir()]
        for stem in wanted:
            if stem not in there:
                raise CourseError(
                    Text(
                        en=f"This class has no assignment {stem!r}; it has: {' '.join(there)}",
                        zh=f"这个班级没有名为 {stem!r} 的作业，已有的是 {' '.join(there)}",
                    )
                )
        return wanted or there

    def submission(self, stem: str, student: str) -> Path:
        """Return the folder of what was taken in of one student for one topic.

        Args:
            stem: the topic.
            student: the student's name.

        Returns:
            The folder: regular files only, under their right names.

        """
        return self.intake / student / stem


def own_place(base: Path, *parts: str) -> None:
    """Remove links on the way to a place of ours: nothing is written, read or removed through them.

    Only what lies below `base` is looked at. An instructor may keep `feedback/` on another disk; a link to a student's
    folder in it is nobody's but an attacker's.

    Args:
        base: one of the class's folders.
        parts: the names on the way from there.

    Raises:
        OSError: a link cannot be removed.

    """
    here = base
    for part in parts:
        here = here / part
        if here.is_symlink():
            here.unlink()


def no_links_in(folder: Path) -> None:
    """Remove every link in a folder of ours, at any depth.

    Raises:
        OSError: a link cannot be removed.

    """
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            own_place(Path(place), name)


def make_secret(path: Path) -> None:
    """Write a new secret that its owner alone can read, and that survives a loss of power from now on.

    Raises:
        FileExistsError: there is one.
        OSError: it cannot be written.

    """
    with atomic.making(path) as opened:
        opened.write(secrets.token_hex(32).encode("ascii") + b"\n")


def _secret(path: Path) -> str | None:
    """Return the secret in a file, None if there is none."""
    try:
        found = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return found if re.fullmatch(r"[0-9a-f]{64}", found) else None


def digest(*parts: bytes) -> str:
    """Hash several byte strings, whose borders count."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8, "big") + part)
    return whole.hexdigest()


def digest_of(path: Path) -> str:
    """Hash a file; "" where there is none."""
    try:
        return digest(path.read_bytes())
    except OSError:
        return ""
