"""Gradescope's `results.json`, which otter's autograders write too.

Hidden cases and whatever follows from them (points, the total, the message that says so) are shown once the grades are
published; what a student sees at once is what a check at home shows. Otherwise each of many attempts would tell a bit
of every hidden case.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from course.exports import words
from course.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from course.exports.graded import Graded
    from course.grading.verdict import CaseResult, Verdict

AT_ONCE, LATER = "visible", "after_published"
SUMMARY = Text(en="what counts in the end, with hidden cases", zh="最终计分（含隐藏用例）")


def result(graded: Graded) -> str:
    """Return the text of the file for a submission that was judged."""
    verdict = graded.verdict
    shown = graded.at_once
    tests = [*_tests(shown, AT_ONCE, counted=False), *_last(verdict)] if shown else list(_tests(verdict, AT_ONCE))
    return _file(round(verdict.score + verdict.stretch_score, 6), (shown or verdict).message, tests)


def refusal(why: Text) -> str:
    """Return the text of the file for a submission that could not be judged: no points, and the reason."""
    return _file(0.0, why, [])


def _file(score: float, output: Text, tests: list[dict[str, Any]]) -> str:
    stored = {
        "score": score,
        "output": words.both(output),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": AT_ONCE,
        "stdout_visibility": "hidden",
        "tests": tests,
    }
    return json.dumps(stored, ensure_ascii=False, indent=1) + "\n"


def _tests(verdict: Verdict, visibility: str, *, counted: bool = True) -> Iterator[dict[str, Any]]:
    for row in verdict.cases:
        test = _test(words.one_line(row.title), words.reason(row), visibility, passed=row.passed)
        yield test | _points(row) if counted else test


def _last(verdict: Verdict) -> Iterator[dict[str, Any]]:
    yield _test(words.one_line(SUMMARY), words.both(verdict.message), LATER, passed=verdict.passed)
    yield from _tests(verdict, LATER)


def _test(name: str, output: str, visibility: str, *, passed: bool) -> dict[str, Any]:
    return {
        "name": name,
        "status": "passed" if passed else "failed",
        "output": output,
        "visibility": visibility,
    }


def _points(row: CaseResult) -> dict[str, float]:
    return {"score": row.points, "max_score": row.max_points}
