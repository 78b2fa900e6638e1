"""PrairieLearn's `results.json` of an external grader."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from course.exports import words

if TYPE_CHECKING:
    from course.exports.graded import Graded
    from course.text import Text

_NO_TAGS = str.maketrans("<>", "‹›")
"""PrairieLearn's page takes messages as they are: whether something before it escapes them is not ours to trust."""


def result(graded: Graded) -> str:
    """Return the text of the file for a submission that was judged; a missing file costs no attempt.

    The score is of the core alone, from 0 to 1: there is no place for more than all of it. What the stretch options
    would have added is in the tests.
    """
    verdict = graded.verdict
    if not graded.readable:
        return refusal(verdict.message)
    tests = [
        {
            "name": words.one_line(row.title).translate(_NO_TAGS),
            "points": row.points,
            "max_points": row.max_points,
            "message": words.reason(row).translate(_NO_TAGS),
        }
        for row in verdict.cases
    ]
    score = verdict.score / verdict.max_score if verdict.max_score else 0.0
    return _file(
        {
            "gradable": True,
            "score": round(min(max(score, 0.0), 1.0), 6),
            "message": words.both(verdict.message).translate(_NO_TAGS),
            "tests": tests,
        }
    )


def refusal(why: Text) -> str:
    """Return the text of the file for a submission that could not be judged: no points, no attempt lost."""
    return _file(
        {"gradable": False, "format_errors": [words.plain(each).translate(_NO_TAGS) for each in (why.en, why.zh)]}
    )


def _file(stored: dict[str, Any]) -> str:
    return json.dumps(stored, ensure_ascii=False, indent=1) + "\n"
