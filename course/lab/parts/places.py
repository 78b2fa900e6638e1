"""What a report in a notebook leads to: the section to reread, and after passing the solution and the next lesson."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.grading import render
from course.grading.sections import cells
from course.lab.look import address
from course.learner import onward
from course.text import CourseError, language
from course.topic import lessons

if TYPE_CHECKING:
    from course.grading.verdict import Verdict


def places(verdict: Verdict) -> render.Places:
    """Return what the report of a verdict leads to: the sections of the lesson, our solution, and the next lesson.

    Args:
        verdict: of one of the learner's files.

    Returns:
        Addresses as a notebook beside the lesson has them; without a workspace there are none.

    """
    lang, stem = language(), verdict.topic
    try:
        own = next(lesson.notebook(lang) for lesson in lessons() if lesson.stem == stem)
        found = {title: f"{address(own)}#cell-id={name}" for title, name in cells(own).items()}
        after = onward.following(stem)
        following = address(after.notebook(lang)) if after else ""
    except CourseError:
        found, following = {}, ""
    return render.Places(found, onward.fragment(stem, lang, following) if verdict.passed else "")
