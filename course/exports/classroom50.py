"""`classroom50/result/v1`, what an autograder of Classroom 50, GitHub Classroom's successor, hands in."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING, Any

from course.exports import words
from course.grading.case import HIDDEN
from course.text import CourseError, Text, texts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from course.exports.graded import Graded
    from course.grading.verdict import CaseResult

TEXTS = texts(__file__)

SCHEMA = "classroom50/result/v1"
REQUIRED = ("CLASSROOM", "ASSIGNMENT", "SUBMISSION_TAG", "COMMIT_URL", "RELEASE_URL")
"""What its runner tells in the environment."""


def result(graded: Graded) -> str:
    """Return the text of the file for a submission that was judged.

    Raises:
        CourseError: this does not run under Classroom 50's runner.

    """
    stored = {**_whose(os.environ), **_scores(graded.verdict.cases)}
    return json.dumps(stored, ensure_ascii=False, indent=1) + "\n"


def _whose(told: Mapping[str, str]) -> dict[str, Any]:
    owner = told.get("OWNER") or told.get("USERNAME")
    missing = [name for name in REQUIRED if not told.get(name)] + ([] if owner else ["OWNER"])
    if missing:
        names = Text(en=", ".join(missing), zh="、".join(missing))
        raise CourseError(TEXTS["not-its-runner"].format(names=names))
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    whose: dict[str, Any] = {
        "schema": SCHEMA,
        "classroom": told["CLASSROOM"],
        "assignment": told["ASSIGNMENT"],
        "assignment_type": told.get("ASSIGNMENT_TYPE") or "individual",
        "owner": owner,
        "submission": told["SUBMISSION_TAG"],
        "commit": told["COMMIT_URL"],
        "release": told["RELEASE_URL"],
        "review": told.get("REVIEW_URL") or told["COMMIT_URL"],
        "datetime": now,
        "graded_at": now,
    }
    if told.get("GITHUB_ACTOR"):
        number = told.get("GITHUB_ACTOR_ID", "")
        whose["submitted_by"] = {"username": told["GITHUB_ACTOR"], "id": int(number) if number.isdecimal() else None}
    return whose


def _scores(cases: Sequence[CaseResult]) -> dict[str, Any]:
    """Whole points: a case and its hidden twin, which stand and fall together, are one test.

    Where a topic's points are no whole numbers all the same, all are multiplied until they are. The stretch cases are
    told and count nothing, since a score may not be above its maximum.
    """
    groups: dict[str, list[CaseResult]] = {}
    for row in cases:
        if not row.fresh:
            groups.setdefault(row.id.removeprefix(HIDDEN), []).append(row)
    worth = {
        name: Fraction(0) if rows[0].stretch else Fraction(sum(row.max_points for row in rows)).limit_denominator(1000)
        for name, rows in groups.items()
    }
    factor = lcm(*(each.denominator for each in worth.values()))
    tests = [_test(rows, int(worth[name] * factor)) for name, rows in groups.items()]
    fresh = [row for row in cases if row.fresh]
    tests += [_test([row], 0) for row in fresh]
    return {
        "score": sum(each["score"] for each in tests),
        "max-score": sum(each["max-score"] for each in tests),
        "tests": tests,
    }


def _test(rows: Sequence[CaseResult], worth: int) -> dict[str, Any]:
    passed = all(row.passed for row in rows)
    why = [words.reason(row) for row in rows if not row.passed]
    test = {
        "test-name": words.one_line(rows[0].title),
        "passed": passed,
        "score": worth if passed else 0,
        "max-score": worth,
    }
    return test | ({"message": why[0]} if why else {})
