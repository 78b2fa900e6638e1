"""The rows of a verdict for what is handed in beside the rule: extra points, and none lost without it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from course.grading import exposing, kinds, mending, saved, tickets
from course.grading.verdict import CaseResult
from course.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from course.grading.reply import Reply
    from course.grading.sandbox import Limits
    from course.grading.tickets import Kind
    from course.grading.verdict import Verdict
    from course.topic import Topic

TITLES: dict[Kind, Text] = {
    "mend": Text(en="extra: a rule with one mistake, mended", zh="附加题：改正一处错误"),
    "expose": Text(en="extra: a case that exposes a wrong rule", zh="附加题：让错误的规则露出破绽"),
}


def added(
    topic: Topic,
    verdict: Verdict,
    files: Mapping[str, bytes],
    *,
    seed: str | None = None,
    limits: Limits | None = None,
    full_wall: bool = False,
) -> Verdict:
    """Judge what was handed in beside the rule, and add a row for each.

    Args:
        topic: which topic.
        verdict: on the rule itself, whose status stays as it is.
        files: by kind of exercise, what is in its file.
        seed: as in `judge.judge`.
        limits: as in `judge.judge`; for each file anew.
        full_wall: as in `judge.judge`.

    Returns:
        The verdict with these rows.

    Raises:
        CourseError: as in `judge.judge_source`.

    """

    def reply(kind: Kind) -> Reply:
        source = saved.checked(tickets.file_name(topic, kind), files[kind])
        if kind == "expose":
            return exposing.check(topic, source)
        return mending.check(topic, source, seed=seed, limits=limits, full_wall=full_wall)

    replies = {kind: reply(kind) for kind in tickets.KINDS if kind in files and kinds.of(topic).BESIDE}
    rows = tuple(
        CaseResult(
            id=kind,
            title=TITLES[kind],
            passed=each.passed,
            points=tickets.POINTS if each.passed else 0.0,
            max_points=tickets.POINTS,
            stretch=True,
            reason=None if each.passed else Text.joined(each.paragraphs, en=" ", zh=""),
        )
        for kind, each in replies.items()
    )
    return replace(
        verdict,
        cases=(*verdict.cases, *rows),
        stretch_score=round(verdict.stretch_score + sum(row.points for row in rows), 6),
        stretch_max=verdict.stretch_max + sum(row.max_points for row in rows),
    )
