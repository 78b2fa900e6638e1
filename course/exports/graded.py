"""One submission judged for a platform: for a mark, so with hidden cases and behind a full wall, or not at all."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from course.grading import fresh, reasons, saved, wall
from course.grading.judge import judge
from course.text import CourseError, Text, quoted, texts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from course.grading.verdict import CaseResult, Verdict
    from course.topic import Topic

TEXTS = texts(__file__)


@dataclass(frozen=True)
class Graded:
    """A verdict, and what a platform may need beside it."""

    topic: Topic
    verdict: Verdict
    at_once: Verdict | None = None
    """The verdict without hidden cases, for a platform that shows those later; None where there are none."""
    file: str = ""
    """Where the student's file lies, as the platform's reader knows it."""
    source: str = ""
    """What is in it; "" if it cannot be read."""

    @property
    def readable(self) -> bool:
        """Whether there was a file to judge."""
        return bool(self.source)

    def line(self, row: CaseResult | None = None) -> int:
        """Return the line that a row, or the first one that failed, speaks of; that of `update` if it speaks of none.

        Args:
            row: one of the verdict's cases.

        Returns:
            The line, counted from 1.

        """
        rows = [row] if row else [each for each in self.verdict.cases if not each.passed]
        lines = (reasons.line_of(each.reason, self.topic) for each in rows if each.reason)
        found = next(filter(None, lines), None)
        if found is None:
            before, method, _ = self.source.partition("def update")
            found = before.count("\n") + 1 if method else 1
        return found


def chosen(topics: Sequence[Topic], folder: Path) -> Topic:
    """Return the topic that was handed in, of those that may be.

    Args:
        topics: the topics, one at least.
        folder: what was handed in.

    Returns:
        The only topic, or the only one whose file lies in the folder.

    Raises:
        CourseError: no file of theirs is there, or more than one.

    """
    if len(topics) == 1:
        return topics[0]
    there = [each for each in topics if (folder / f"{each.stem}.py").is_file()]
    if len(there) == 1:
        return there[0]
    names = ", ".join(f"{each.stem}.py" for each in there or topics)
    raise CourseError((TEXTS["several-files"] if there else TEXTS["no-file"]).format(names=names))


def seed_in(file: Path) -> str:
    """Return the secret seed in a file.

    Raises:
        CourseError: there is none. Without it only the visible cases would count, and their answers are public.

    """
    try:
        found = file.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        found = ""
    if not re.fullmatch(r"[0-9a-f]{64}", found):
        raise CourseError(TEXTS["no-seed"].format(file=file))
    return found


def graded(topic: Topic, folder: Path, *, seed: str | None, trusted: bool, later: bool = False) -> Graded:
    """Judge one submission.

    Args:
        topic: which exercise.
        folder: where the student's file lies.
        seed: of the hidden cases; without one, a fresh case is drawn, as in a check.
        trusted: whether to run the file even where the operating system does not shut it in.
        later: whether hidden cases are shown later than the others, so that it takes a verdict without them, too.

    Returns:
        The verdict, and what goes with it.

    Raises:
        CourseError: there is no full wall, and nobody has said that the students are trusted; or as in `judge`.

    """
    if not trusted and (why := wall.standing().why):
        raise CourseError(TEXTS["no-wall"].format(why=why))
    drawn = fresh.draw(topic) if seed is None else None
    verdict = _told(judge(topic, folder, seed=seed, fresh=drawn, full_wall=not trusted), folder)
    at_once = _told(judge(topic, folder, full_wall=not trusted), folder) if seed is not None and later else None
    source = saved.source(folder.resolve() / f"{topic.stem}.py")
    text = "" if isinstance(source, reasons.Reason) else source.decode("utf-8", "replace")
    return Graded(topic, verdict, at_once, str(folder / f"{topic.stem}.py"), text)


def _told(verdict: Verdict, folder: Path) -> Verdict:
    """The same verdict; of a missing file, the judge's sentence is a learner's at home, and a student needs another."""
    name = f"{verdict.topic}.py"
    if (folder / name).exists() or (folder / name).is_symlink():
        return verdict
    others = [quoted(each.name) for each in sorted(folder.glob("*.py"))[:5]]
    text = TEXTS["not-handed-in"].format(name=name)
    if others:
        text = TEXTS["other-files"].format(name=name, others=Text(en=", ".join(others), zh="、".join(others)))
    return replace(verdict, message=text, cases=tuple(replace(each, reason=text) for each in verdict.cases))
