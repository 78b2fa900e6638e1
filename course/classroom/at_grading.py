"""How the judge's verdict becomes a mark in `nbgrader autograde`.

The student's notebook is never run. Running it would put the mark within reach of the student's code (the kernel can
read and write the gradebook), lose every mark when the kernel dies, and cost seconds; and there is nothing in it to
run: what is graded by machine is TOPIC.py, and the judge runs that in a process of its own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import nbformat
from nbgrader.api import Gradebook
from nbgrader.utils import compute_checksum, is_grade, is_solution

from course.classroom import entered, intended, verdicts
from course.classroom.directory import ClassDirectory, digest, digest_of
from course.classroom.feedback_page import comment, fragment, public
from course.classroom.step import OURS, Step, name_of
from course.text import Text
from course.topic import topics

if TYPE_CHECKING:
    from course.grading.verdict import Verdict

v4: Any = nbformat.v4  # its functions have no annotations


def _has_verdict(assignment: str, notebook: str) -> bool:
    """Return whether the judge marks this notebook; a class may have assignments of its own beside ours."""
    return assignment == notebook and any(topic.stem == assignment for topic in topics())


class PutVerdict(Step):
    """The step before `SaveAutoGrades`: asks for the verdict and shows it as the output of the graded cell.

    If there is no verdict to be had (no seed, no torch), this fails before the gradebook is touched.
    """

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Return the notebook with the report in it.

        Args:
            nb: the notebook, as nbformat reads it.
            resources: nbgrader's, by name.

        Returns:
            The notebook, and the resources with the record of the verdict.

        """
        assignment, notebook, student = self.names(resources)
        if _has_verdict(assignment, notebook):
            record = verdicts.fresh(self.room(), assignment, student)
            resources[OURS] = record
            show_report(nb, assignment, record.verdict)
        return nb, resources


def show_report(nb: Any, stem: str, verdict: Verdict) -> None:
    """Make the verdict's report the output of the graded cell.

    Args:
        nb: the notebook.
        stem: the topic, whose name the graded cell has.
        verdict: the judge's.

    """
    for cell in nb.cells:
        if name_of(cell) == stem:
            shown = f"{verdict.score:g} / {verdict.max_score:g}"
            data = {"text/html": fragment(public(verdict)), "text/plain": shown}
            cell.outputs = [v4.new_output("display_data", data)]


class RecordVerdict(Step):
    """The step after `SaveAutoGrades`: writes the judge's score, extra credit and comments to the gradebook.

    A mark or a comment given by hand stays: nbgrader keeps those in fields of their own, which win, and asks the grader
    for another look.
    """

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Return the notebook unchanged.

        Args:
            nb: the notebook.
            resources: nbgrader's, by name, with the record that `PutVerdict` put there.

        Returns:
            The notebook and the resources, both unchanged.

        """
        assignment, notebook, student = self.names(resources)
        record = resources.get(OURS)
        room, where = self.room(), (notebook, assignment, student)
        verdict = record.verdict if record is not None else None
        worksheet = nb.metadata.get(OURS, {}).get("worksheet")
        extra = record.entered.extra if record is not None else None
        with Gradebook(resources["nbgrader"]["db_url"]) as book:
            for cell in filter(is_grade, nb.cells):
                grade = book.find_grade(name_of(cell), *where)
                mark = marked(cell, assignment, verdict, worksheet, float(grade.max_score))
                if mark is None:
                    continue
                grade.auto_score, grade.needs_manual_grade = mark.score, mark.waits or grade.manual_score is not None
                if verdict is not None and name_of(cell) == assignment and grade.extra_credit in {None, extra}:
                    grade.extra_credit = extra = mark.extra
                if mark.comment is not None:
                    book.find_comment(name_of(cell), *where).auto_comment = mark.comment
            if record is not None:
                held = entered.rows(book, assignment, student).get(student, {})
                made = made_from(room, assignment, student, record)
                rows = {name: each.row() for name, each in held.items()}
                done = replace(record.entered, made_from=made, rows=rows, extra=extra)
                intended.note(room, {(assignment, student): done})
            book.db.commit()
        if record is not None:
            verdicts.save(room, assignment, student, replace(record, entered=done))
        return nb, resources


@dataclass(frozen=True)
class CellMark:
    """What our steps enter in the gradebook for one graded cell."""

    score: float | None
    waits: bool
    """For a person, even if none has given a mark yet."""
    comment: str | None
    """None if what is there stays."""
    extra: float | None = None


def marked(cell: Any, stem: str, verdict: Verdict | None, worksheet: str | None, worth: float) -> CellMark | None:
    """Mark a graded cell.

    Args:
        cell: the cell, with the student's answer.
        stem: the topic, whose name the cell of the code has.
        verdict: the judge's; None in an assignment of the instructor's own.
        worksheet: "added" or "unreadable" if the worksheet was handed in in such a state.
        worth: the points that the cell gives.

    Returns:
        The mark; None if nbgrader's own stands: a written answer is graded by hand.

    """
    if verdict is not None and name_of(cell) == stem:
        score, extra = scaled(verdict, worth)
        return CellMark(score, waits=False, comment=comment(public(verdict), score, worth, extra), extra=extra or None)
    if not is_solution(cell):
        # An instructor's own test cell. It was not run, and nbgrader takes silence for full marks.
        return CellMark(None, waits=True, comment=None)
    if cell.metadata.nbgrader.get("checksum") != compute_checksum(cell):
        return None
    if worksheet == "added":
        # The answer may be in a cell of the student's own, or the marks were lost in another editor.
        return CellMark(None, waits=True, comment=_lines(ELSEWHERE))
    return CellMark(0.0, waits=False, comment=_lines(UNREADABLE if worksheet == "unreadable" else UNANSWERED))


def _lines(text: Text) -> str:
    return text.both().replace("\n", "\n\n")


def scaled(verdict: Verdict, worth: float) -> tuple[float, float]:
    """Scale the verdict's score and extra credit to a cell that is worth `worth` points.

    The instructor may have given the cell other points than the syllabus has.

    Args:
        verdict: the judge's.
        worth: the points that the cell gives.

    Returns:
        The score and the extra credit, in points, both finite and within bounds.

    """
    factor = worth / verdict.max_score if verdict.max_score else 0.0
    score, extra = verdict.score * factor, verdict.stretch_score * factor
    if not (math.isfinite(score) and math.isfinite(extra)):
        return 0.0, 0.0
    return round(min(max(score, 0.0), worth), 4), round(min(max(extra, 0.0), verdict.stretch_max * factor), 4)


def made_from(room: ClassDirectory, stem: str, student: str, record: verdicts.Record) -> str:
    """Hash all that the gradebook's entry and the autograded notebook were made from.

    Args:
        room: the class.
        stem: the topic.
        student: the student's name.
        record: the stored verdict.

    Returns:
        The hash.

    """
    worksheet = f"{stem}.ipynb"
    sheet = digest_of(room.submission(stem, student) / worksheet)
    return digest(record.key.encode(), sheet.encode(), digest_of(room.source / stem / worksheet).encode())


UNANSWERED = Text(en="There is no answer here.", zh="这里没有作答。")
UNREADABLE = Text(
    en="The worksheet was missing or could not be read, so there is no written answer. The code was graded as it is.",
    zh="作业笔记本缺失或无法读取，因此没有书面回答。代码部分照常评分。",
)
ELSEWHERE = Text(
    en="This cell is as it was handed out; the cells that the student added come last.",
    zh="这个单元格没有改动。学生自己添加的单元格列在最后。",
)
