"""What grading wrote to the gradebook, kept in the signed record, and whether that is what the gradebook holds.

The gradebook is a file that anybody with the instructor's rights can write to, and so is the autograded notebook. A row
that differs from what was written was written by somebody else: it is put right and named. What a person gives in
formgrader has columns of its own (`manual_score`, `manual_comment`) and stays; so does an extra credit that was
changed, which is told once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import nbformat
from nbgrader import api

from course.classroom import names
from course.classroom.record import Entered, Row
from course.text import Text, texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from course.classroom.directory import ClassDirectory
    from course.classroom.seal import Place

TEXTS = texts(__file__)
NOTEBOOK = TEXTS["notebook"]
UNKNOWN = TEXTS["unknown"]


@dataclass(frozen=True)
class Stranger:
    """Something in the gradebook that grading has not written."""

    stem: str
    student: str
    text: Text
    kind: Literal["written", "gone", "by-hand", "unknown"] = "written"
    """Whether something was written that grading would not write, a row is gone, a person may have written it, or there
    is no verdict to compare with."""

    @property
    def suspect(self) -> bool:
        """Whether only tampering, or an old copy of the gradebook, explains it."""
        return self.kind in {"written", "gone"}

    def line(self) -> Text:
        """Say it with its place, on one line."""
        where = f"{names.shown(self.student)}/{self.stem}"
        return Text(en=f"{where}: {self.text.en}", zh=f"{where}：{self.text.zh}")


@dataclass
class Held:
    """The gradebook's row of one graded cell, as objects that can be written to."""

    grade: Any
    cell: Any
    comment: Any = None

    def row(self) -> Row:
        """Return what is there."""
        return Row(self.grade.auto_score, self.cell.max_score, self.comment.auto_comment if self.comment else None)


def rows(book: Any, stem: str, student: str | None = None) -> dict[str, dict[str, Held]]:
    """Read what the gradebook holds of a topic, by student and cell's name.

    Args:
        book: the gradebook, open.
        stem: the topic.
        student: the one student, if not all.

    Returns:
        The rows, by student, then by the cell's name.

    """

    def of(kind: Any, cell: Any) -> Any:
        found = (
            book.db.query(kind, cell, api.SubmittedAssignment.student_id)
            .join(cell, kind.cell_id == cell.id)
            .join(api.SubmittedNotebook, kind.notebook_id == api.SubmittedNotebook.id)
            .join(api.SubmittedAssignment, api.SubmittedNotebook.assignment_id == api.SubmittedAssignment.id)
            .join(api.Assignment, api.SubmittedAssignment.assignment_id == api.Assignment.id)
            .filter(api.Assignment.name == stem)
        )
        return found.filter(api.SubmittedAssignment.student_id == student) if student is not None else found

    held: dict[str, dict[str, Held]] = {}
    for grade, cell, whose in of(api.Grade, api.GradeCell):
        held.setdefault(whose, {})[cell.name] = Held(grade, cell)
    for comment, cell, whose in of(api.Comment, api.SolutionCell):
        if cell.name in held.get(whose, {}):
            held[whose][cell.name].comment = comment
    return held


def compare(
    held: Mapping[str, Held], worth: Mapping[str, float], place: Place, entered: Entered, *, mend: bool
) -> tuple[Entered, list[Stranger]]:
    """Hold what the gradebook has of one submission against what was written.

    Args:
        held: the gradebook's rows, by the cell's name.
        worth: the points that the worksheet gives now, by the cell's name.
        place: which submission.
        entered: what was written.
        mend: whether to write that again where it differs.

    Returns:
        What was written, with what the instructor is told of now; and what differs.

    """
    stem, student = place
    found: list[Stranger] = []
    for name, row in entered.rows.items():
        here = held.get(name)
        if here is None:
            found.append(Stranger(stem, student, TEXTS["gone"].format(cell=name), "gone"))
            continue
        for text, mended in _differing(name, row, here, worth):
            found.append(Stranger(stem, student, text))
            if mend:
                mended()
        extra = here.grade.extra_credit or None
        if name == stem and extra not in {None, entered.extra, entered.told}:
            found.append(Stranger(stem, student, TEXTS["extra"].format(extra=f"{extra:g}"), "by-hand"))
            entered = replace(entered, told=extra)
    return entered, found


def _differing(name: str, row: Row, held: Held, worth: Mapping[str, float]) -> Iterator[tuple[Text, Any]]:
    """What differs in one row, as a sentence and what puts it right."""
    now = held.row()
    if now.score != row.score:
        yield (
            TEXTS["score"].format(cell=name, held=_number(now.score), written=_number(row.score)),
            lambda: setattr(held.grade, "auto_score", row.score),
        )
    if now.most not in {row.most, worth.get(name)}:  # a new release may have given the cell other points
        yield (
            TEXTS["most"].format(cell=name, held=_number(now.most), written=_number(row.most)),
            lambda: setattr(held.cell, "max_score", row.most),
        )
    if held.comment is not None and (now.comment or None) != (row.comment or None):
        yield TEXTS["comment"].format(cell=name), lambda: setattr(held.comment, "auto_comment", row.comment)


def worth(room: ClassDirectory, stem: str) -> dict[str, float]:
    """Read the points that the instructor's worksheet gives its cells.

    Args:
        room: the class.
        stem: the topic.

    Returns:
        The points, by the cell's name; empty if the worksheet cannot be read.

    """
    read: Any = nbformat.read
    try:
        cells = read(room.source / stem / f"{stem}.ipynb", as_version=4).cells
    except (OSError, ValueError):
        return {}
    marks = [cell.metadata.get("nbgrader", {}) for cell in cells]
    return {each["grade_id"]: float(each["points"]) for each in marks if each.get("grade") and "points" in each}


def _number(value: float | None) -> Text:
    return Text(en="no score", zh="空") if value is None else Text(en=f"{value:g}", zh=f"{value:g}")


SCORE = Text(
    en="the gradebook held {held} for {cell} where grading had written {written}",
    zh="成绩册里 {cell} 的分数是 {held}，而评分时写入的是 {written}",
)
MOST = Text(
    en="the gradebook held {held} as the most that {cell} is worth, where grading had found {written}",
    zh="成绩册里 {cell} 的满分是 {held}，而评分时是 {written}",
)
COMMENT = Text(
    en="the gradebook held another comment on {cell} than grading had written",
    zh="成绩册里 {cell} 的评语与评分时写入的不同",
)
GONE = Text(en="the gradebook no longer has the row of {cell}", zh="成绩册里已经没有 {cell} 这一行")
EXTRA = Text(
    en="the extra credit was changed to {extra}, not by grading; if you did not give it, take it back in formgrader",
    zh="附加分被改成 {extra}，不是评分时写入的。如果不是你给的，请在 formgrader 里改回来",
)
NOTEBOOK = Text(
    en="the notebook in autograded/ is not the one that grading wrote",
    zh="autograded/ 中的笔记本不是评分时写出的那一份",
)
UNKNOWN = Text(
    en="the gradebook holds a score for {cell} without a signed verdict, and nothing is handed in to judge; if you did "
    "not give it, remove it",
    zh="成绩册里有 {cell} 的分数，却没有带签名的评判记录，也没有可评判的提交。如果不是你给的，请删除",
)
