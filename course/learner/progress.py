"""How far a learner has come: every topic judged. `course status` and the table in the first lesson show the same."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from course.grading.judge import checked
from course.topic import lessons, topics

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from course.grading.verdict import Verdict
    from course.topic import Lesson


def verdicts(folder: Path) -> Iterator[Verdict]:
    """Yield the verdict on each topic's file, in teaching order, each as soon as it is known; judged side by side.

    Args:
        folder: the learner's folder.

    Raises:
        CourseError: there is no such folder.

    """
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        yield from pool.map(lambda each: checked(each, folder), topics())


def mark(verdict: Verdict) -> str:
    """Return one character: passed, not begun, or not right yet."""
    return "✓" if verdict.passed else ("·" if verdict.status == "not-implemented" else "✗")


def bar(seen: list[Verdict]) -> str:
    """Return the whole course as a bar and a count."""
    done = sum(verdict.passed for verdict in seen)
    return f"[{'█' * done}{'░' * (len(seen) - done)}] {done}/{len(seen)}"


def following(seen: Sequence[Verdict]) -> Lesson | None:
    """Return the lesson to open now: the first one that is not done; None when all is done.

    Nobody can see whether a lesson without an exercise has been read: one at the beginning counts as done once any file
    has been begun, the one at the end never.

    Args:
        seen: the verdicts on all topics.

    """
    by_topic = {verdict.topic: verdict for verdict in seen}
    begun = any(verdict.status != "not-implemented" for verdict in seen)
    for lesson in lessons()[1:]:
        done = by_topic[lesson.stem].passed if lesson.topic else begun and lesson is not lessons()[-1]
        if not done:
            return lesson
    return None
