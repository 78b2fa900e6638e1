"""How the judge's verdict becomes a mark in `nbgrader autograde`.

The student's notebook is never run. Running it would put the mark within reach of the student's code (the kernel can
read and write the gradebook), lose every mark when the kernel dies, and cost seconds; and there is nothing in it to
run: what is graded by machine is TOPIC.py, and the judge runs that in a process of its own.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import nbformat
from nbgrader.api import Gradebook
from nbgrader.utils import compute_checksum, is_grade, is_solution

from course.classroom import entered, verdicts
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
            for cell in nb.cells:
                if name_of(cell) == assignment:
                    shown = f"{record.verdict.score:g} / {record.verdict.max_score:g}"
                    data = {"text/html": fragment(public(record.verdict)), "text/plain": shown}
                    cell.outputs = [v4.new_output("display_data", data)]
        return nb, resources


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
        where = (notebook, assignment, student)
        extra = record.entered.extra if record is not None else None
        with Gradebook(resources["nbgrader"]["db_url"]) as book:
            for cell in nb.cells:
                if not is_grade(cell):
                    continue
                if record is not None and name_of(cell) == assignment:
                    extra = self._record(book, cell, where, record)
                elif is_solution(cell):
                    self._unanswered(book, cell, where, nb.metadata.get(OURS, {}).get("worksheet"))
                else:
                    # An instructor's own test cell. It was not run, and nbgrader takes silence for full marks.
                    grade = book.find_grade(name_of(cell), *where)
                    grade.auto_score, grade.needs_manual_grade = None, True
            book.db.commit()
            rows = {name: held.row() for name, held in entered.rows(book, assignment, student).get(student, {}).items()}
        if record is not None:
            room = self.room()
            done = replace(
                record.entered, made_from=made_from(room, assignment, student, record), rows=rows, extra=extra
            )
            verdicts.save(room, assignment, student, replace(record, entered=done))
        return nb, resources

    @staticmethod
    def _record(book: Any, cell: Any, where: tuple[str, str, str], record: verdicts.Record) -> float | None:
        """Write the mark of the code; return the extra credit that was written last, now or earlier."""
        verdict, written = record.verdict, record.entered.extra
        grade = book.find_grade(name_of(cell), *where)
        score, extra = scaled(verdict, float(grade.max_score))
        grade.auto_score, grade.needs_manual_grade = score, grade.manual_score is not None
        if grade.extra_credit is None or grade.extra_credit == written:
            grade.extra_credit = written = extra or None
        note = book.find_comment(name_of(cell), *where)
        note.auto_comment = comment(public(verdict), score, float(grade.max_score), extra)
        return written

    @staticmethod
    def _unanswered(book: Any, cell: Any, where: tuple[str, str, str], worksheet: str | None) -> None:
        """Grade a written answer by hand if there is one, and with 0 and a reason if not."""
        grade, note = book.find_grade(name_of(cell), *where), book.find_comment(name_of(cell), *where)
        if cell.metadata.nbgrader.get("checksum") != compute_checksum(cell):
            return
        if worksheet == "added":
            # The answer may stand in a cell of the student's own, or the marks were lost in another editor.
            grade.auto_score, grade.needs_manual_grade = None, True
            note.auto_comment = ELSEWHERE.both().replace("\n", "\n\n")
        else:
            reason = UNREADABLE if worksheet == "unreadable" else UNANSWERED
            note.auto_comment = reason.both().replace("\n", "\n\n")


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
    en="This cell is as it was handed out; the cells that the student added stand at the end.",
    zh="这个单元格没有改动；学生自己添加的单元格列在最后。",
)
