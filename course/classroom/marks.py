"""The marks of a class as its gradebook holds them: of code and written answers, with what was given by hand."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from nbgrader.api import (
    Assignment,
    Comment,
    Grade,
    Gradebook,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.api import Student as Known

from course.exports.spreadsheets import Mark, Sheet, Student

if TYPE_CHECKING:
    from collections.abc import Sequence


def sheet(address: str, course: str, stems: Sequence[str], *, so_far: bool) -> tuple[Sheet, int]:
    """Read the marks of the topics.

    Args:
        address: the gradebook's database.
        course: the class's name in it.
        stems: the topics; one that the gradebook does not know has no column.
        so_far: whether a submission that waits for a mark by hand counts with the points that it has.

    Returns:
        The marks, and how many submissions wait for a mark by hand.

    """
    with Gradebook(address, course) as book:
        students = [
            Student(each.id, each.first_name or "", each.last_name or "", each.email or "", each.lms_user_id or "")
            for each in book.db.query(Known).order_by(Known.id)
        ]
        worth = {each.name: float(each.max_score) for each in book.db.query(Assignment) if each.name in stems}
        marks: dict[tuple[str, str], Mark] = {}
        waiting = 0
        for stem in worth:
            points, open_still = _points(book.db, stem)
            told = _feedback(book.db, stem)
            waiting += len(open_still)
            for student, earned in points.items():
                counts = so_far or student not in open_still
                marks[student, stem] = Mark(earned if counts else None, told.get(student, ""))
    ordered = {stem: worth[stem] for stem in stems if stem in worth}
    return Sheet(students, ordered, marks), waiting


def _points(db: Any, stem: str) -> tuple[dict[str, float], set[str]]:
    """The points by student, without what coming late costs, and who waits for a mark by hand."""
    earned: dict[str, float] = {}
    waiting = set()
    rows = _of_assignment(db.query(SubmittedAssignment.student_id, Grade.score, Grade.needs_manual_grade), Grade, stem)
    for student, score, open_still in rows:
        earned[student] = earned.get(student, 0.0) + float(score or 0.0)
        if open_still:
            waiting.add(student)
    late = db.query(SubmittedAssignment.student_id, SubmittedNotebook.late_submission_penalty)
    late = late.join(SubmittedNotebook.assignment).join(SubmittedAssignment.assignment).filter(Assignment.name == stem)
    for student, penalty in late:
        if student in earned:
            earned[student] = max(0.0, earned[student] - float(penalty or 0.0))
    return earned, waiting


def _feedback(db: Any, stem: str) -> dict[str, str]:
    """What the student is told, by student: what was written by hand in place of what grading wrote."""
    texts = defaultdict(list)
    columns = (SubmittedAssignment.student_id, Comment.auto_comment, Comment.manual_comment)
    for student, automatic, manual in _of_assignment(db.query(*columns), Comment, stem):
        if text := (manual or automatic or "").strip():
            texts[student].append(text)
    return {student: "\n\n".join(each) for student, each in texts.items()}


def _of_assignment(query: Any, kind: Any, stem: str) -> Any:
    """The rows of one assignment, in the order of its cells' names: `adam` before `adam-answer`."""
    joined = query.select_from(kind).join(kind.notebook).join(SubmittedNotebook.assignment)
    joined = joined.join(SubmittedAssignment.assignment).join(kind.cell)
    cell = kind.cell.property.mapper.class_
    return joined.filter(Assignment.name == stem).order_by(SubmittedAssignment.student_id, cell.name)
