"""The gradebook's rows of one topic, read and written by statements that SQLAlchemy compiles once.

The tables are nbgrader's own; what is new for a student mirrors the assignment as `Gradebook.add_submission` does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nbgrader import api
from sqlalchemy import Boolean, Float, String, and_, bindparam, case, exists, or_, select

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime, timedelta

    from sqlalchemy.engine import Connection
    from sqlalchemy.sql import Executable

Values = dict[str, Any]
Statements = list[tuple[str, Values]]
"""The names of statements, each with its values."""

STUDENT, SUBMISSION, NOTEBOOK, GRADE, COMMENT = (
    kind.__table__ for kind in (api.Student, api.SubmittedAssignment, api.SubmittedNotebook, api.Grade, api.Comment)
)
_HELD = case(
    (
        or_(GRADE.c.extra_credit.is_(None), GRADE.c.extra_credit == bindparam("written", type_=Float)),
        bindparam("extra", type_=Float),
    ),
    else_=GRADE.c.extra_credit,
)
"""An extra credit that a person has given stays, even one given a moment ago."""
_WHO = bindparam("who", type_=String)
WRITES: Mapping[str, Executable] = {
    "student": STUDENT.insert().from_select(["id"], select(_WHO).where(~exists().where(STUDENT.c.id == _WHO))),
    "submission": SUBMISSION.insert(),
    "notebook": NOTEBOOK.insert(),
    "grade": GRADE.insert(),
    "comment": COMMENT.insert(),
    "timestamp": SUBMISSION.update().where(SUBMISSION.c.id == bindparam("row")).values(timestamp=bindparam("at")),
    "on time": NOTEBOOK.update().where(NOTEBOOK.c.id == bindparam("row")).values(late_submission_penalty=None),
    "score": GRADE.update()
    .where(GRADE.c.id == bindparam("row"))
    .values(
        auto_score=bindparam("score"),
        needs_manual_grade=or_(bindparam("waits", type_=Boolean), GRADE.c.manual_score.is_not(None)),
    ),
    "extra": GRADE.update().where(GRADE.c.id == bindparam("row")).values(extra_credit=_HELD),
    "words": COMMENT.update().where(COMMENT.c.id == bindparam("row")).values(auto_comment=bindparam("said")),
}
"""In the order in which they are run: what refers to a row comes after it."""
_SUBMITTED = (
    select(SUBMISSION.c.id, SUBMISSION.c.timestamp, SUBMISSION.c.extension, NOTEBOOK.c.id.label("notebook"))
    .select_from(
        SUBMISSION.outerjoin(
            NOTEBOOK,
            and_(NOTEBOOK.c.assignment_id == SUBMISSION.c.id, NOTEBOOK.c.notebook_id == bindparam("sheet")),
        )
    )
    .where(SUBMISSION.c.assignment_id == bindparam("assignment"), SUBMISSION.c.student_id == bindparam("student"))
)


def _of_notebook(table: Any, *columns: Any) -> Any:
    """Select rows of a submitted notebook; named by their cells, they are found by the table's own index."""
    return select(table.c.id, table.c.cell_id, *columns).where(
        table.c.cell_id.in_(bindparam("cells", expanding=True)), table.c.notebook_id == bindparam("notebook")
    )


_GRADES = _of_notebook(GRADE, GRADE.c.extra_credit)
_COMMENTS = _of_notebook(COMMENT)


class UnusualError(Exception):
    """Something that is left to nbgrader's own steps."""


@dataclass(frozen=True)
class Cells:
    """The graded cells of a topic's worksheet as the gradebook has them: by name, the cell's id."""

    assignment: str
    notebook: str
    duedate: datetime | None
    grades: Mapping[str, str]
    comments: Mapping[str, str]
    tasks: Mapping[str, str]
    worth: Mapping[str, float]
    """The points that the grade cells give."""
    worth_of_tasks: Mapping[str, float]

    @classmethod
    def of(cls, book: Any, stem: str) -> Cells:
        """Read them.

        Args:
            book: the gradebook, open.
            stem: the topic.

        Returns:
            The cells.

        Raises:
            UnusualError: the assignment is not there, or is not the one worksheet that the course has made.

        """
        try:
            assignment = book.find_assignment(stem)
        except api.MissingEntry:
            raise UnusualError from None
        if [each.name for each in assignment.notebooks] != [stem]:
            raise UnusualError
        (notebook,) = assignment.notebooks
        cells = cls(
            assignment=assignment.id,
            notebook=notebook.id,
            duedate=assignment.duedate,
            grades={each.name: each.id for each in notebook.grade_cells},
            comments={each.name: each.id for each in notebook.solution_cells},
            tasks={each.name: each.id for each in notebook.task_cells},
            worth={each.name: float(each.max_score) for each in notebook.grade_cells},
            worth_of_tasks={each.name: float(each.max_score) for each in notebook.task_cells},
        )
        book.db.rollback()
        return cells


@dataclass
class Found:
    """The rows of one submission; those of a new one have ids of their own already, and wait to be written."""

    submission: str
    notebook: str
    grades: dict[str, str]
    """The row's id, by the cell's name."""
    comments: dict[str, str]
    extra: dict[str, float | None] = field(default_factory=dict)
    timestamp: datetime | None = None
    extension: timedelta | None = None
    is_new: bool = False


def find(connection: Connection, cells: Cells, student: str) -> Found:
    """Look the rows of one submission up, or name those that it will have.

    Args:
        connection: to the gradebook.
        cells: the worksheet's.
        student: whose submission.

    Returns:
        The rows.

    Raises:
        UnusualError: some are there and some are not.

    """
    submitted = connection.execute(
        _SUBMITTED, {"sheet": cells.notebook, "assignment": cells.assignment, "student": student}
    ).one_or_none()
    if submitted is None:
        return Found(
            api.new_uuid(),
            api.new_uuid(),
            {name: api.new_uuid() for name in (*cells.grades, *cells.tasks)},
            {name: api.new_uuid() for name in (*cells.comments, *cells.tasks)},
            is_new=True,
        )
    if submitted.notebook is None:
        raise UnusualError
    graded, commented = {**cells.grades, **cells.tasks}, {**cells.comments, **cells.tasks}
    here = {"notebook": submitted.notebook}
    grades = {row.cell_id: row for row in connection.execute(_GRADES, {**here, "cells": list(graded.values())})}
    comments = {row.cell_id: row for row in connection.execute(_COMMENTS, {**here, "cells": list(commented.values())})}
    if len(grades) != len(graded) or len(comments) != len(commented):
        raise UnusualError
    return Found(
        submitted.id,
        submitted.notebook,
        {name: grades[cell].id for name, cell in graded.items()},
        {name: comments[cell].id for name, cell in commented.items()},
        extra={name: grades[cell].extra_credit for name, cell in graded.items()},
        timestamp=submitted.timestamp,
        extension=submitted.extension,
    )


@dataclass(frozen=True)
class SubmissionRows:
    """What is entered for one submission, by the cell's name."""

    scores: Mapping[str, tuple[float | None, bool]]
    """The score, and whether it waits for a person in any case."""
    comments: Mapping[str, str | None]
    extra: tuple[str, float | None, float | None] | None = None
    """The cell that may have an extra credit, the one that was written last, and the new one."""
    timestamp: datetime | None = None


def statements(cells: Cells, student: str, found: Found, entry: SubmissionRows) -> Statements:
    """List what has to be written.

    Args:
        cells: the worksheet's.
        student: whose submission.
        found: its rows.
        entry: what is entered.

    Returns:
        The statements, in an order in which they can be run.

    """
    if found.is_new:
        return list(_new(cells, student, found, entry))
    written: Statements = [("on time", {"row": found.notebook})]
    if entry.timestamp is not None:
        written.append(("timestamp", {"row": found.submission, "at": entry.timestamp}))
    for name, (score, waits) in entry.scores.items():
        written.append(("score", {"row": found.grades[name], "score": score, "waits": waits}))
    if entry.extra is not None:
        name, before, extra = entry.extra
        written.append(("extra", {"row": found.grades[name], "written": before, "extra": extra}))
    written += [("words", {"row": found.comments[name], "said": said}) for name, said in entry.comments.items()]
    return written


def _new(cells: Cells, student: str, found: Found, entry: SubmissionRows) -> Iterable[tuple[str, Values]]:
    yield "student", {"who": student}
    yield (
        "submission",
        {
            "id": found.submission,
            "assignment_id": cells.assignment,
            "student_id": student,
            "timestamp": entry.timestamp,
        },
    )
    yield "notebook", {"id": found.notebook, "notebook_id": cells.notebook, "assignment_id": found.submission}
    extra_of, _, extra = entry.extra or ("", None, None)
    for name, cell in {**cells.grades, **cells.tasks}.items():
        score, waits = entry.scores.get(name, (None, True))
        yield (
            "grade",
            {
                "id": found.grades[name],
                "cell_id": cell,
                "notebook_id": found.notebook,
                "auto_score": score,
                "extra_credit": extra if name == extra_of else None,
                "needs_manual_grade": waits,
            },
        )
    for name, cell in {**cells.comments, **cells.tasks}.items():
        yield (
            "comment",
            {
                "id": found.comments[name],
                "cell_id": cell,
                "notebook_id": found.notebook,
                "auto_comment": entry.comments.get(name),
            },
        )


def execute(connection: Connection, written: Iterable[tuple[str, Values]]) -> None:
    """Run statements in one transaction, those of a kind together.

    Args:
        connection: to the gradebook.
        written: the statements.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: one of them failed; none has had an effect.

    """
    by_kind: dict[str, list[Values]] = {}
    for kind, values in written:
        by_kind.setdefault(kind, []).append(values)
    connection.rollback()
    try:
        for kind, statement in WRITES.items():
            if kind in by_kind:
                connection.execute(statement, by_kind[kind])
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
