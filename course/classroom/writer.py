"""Enters many submissions in the gradebook at a time: one open gradebook, one transaction a batch.

Rows and files are the same as those of `nbgrader autograde`, which goes on working beside it. Whatever is not as the
course has made it (settings, a worksheet that was changed after its release, a late submission that costs points, rows
that are missing) goes through nbgrader's own steps, one submission after the other.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import compute_checksum, find_all_files, is_grade, is_solution
from sqlalchemy.exc import DBAPIError, OperationalError, SAWarning, SQLAlchemyError

from course.classroom import history, intended, nbgrader_steps, rows, settings, verdicts
from course.classroom.at_grading import made_from, marked
from course.classroom.directory import digest, no_links_in, own_place
from course.classroom.filling import FilledWorksheet
from course.classroom.placing import Placement, Wanted, sync
from course.classroom.record import Entered, Row
from course.classroom.rows import Cells, SubmissionRows, UnusualError
from course.classroom.step import OURS, name_of

if TYPE_CHECKING:
    from types import TracebackType

    from course.classroom.directory import ClassDirectory
    from course.classroom.seal import Place


@dataclass(frozen=True)
class _Waiting:
    """One submission, worked out and not yet written."""

    entered: Entered
    notebook: bytes
    statements: rows.Statements


class Writer:
    """The one that enters submissions in the gradebook and writes their autograded notebooks.

    Used by whoever holds the class's lock. The order of things makes every interruption harmless: what is intended is
    stored first, then the files are written, then the rows, then (by the caller) the records, which say so.

    Args:
        room: the class.

    """

    def __init__(self, room: ClassDirectory) -> None:
        self.room = room
        self._config = nbgrader_steps.settings_of(room)
        self._coursedir = CourseDirectory(config=self._config)
        self._ours = settings.ours(self._config, settings.GRADING)
        self._topics: dict[str, tuple[FilledWorksheet, Cells] | None] = {}
        self._waiting: dict[Place, _Waiting] = {}
        self._failed: dict[Place, Entered] = {}
        """What was intended, and may be there in part."""

    def __enter__(self) -> Self:
        """Open the gradebook, and settle what a run that was killed has left."""
        self._book = Gradebook(self._coursedir.db_url, self._coursedir.course_id)
        self._book.check_course()  # nbgrader's own steps do the same, without the course's name
        intended.settle(self.room, self._book)
        self._connection = self._book.engine.connect()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the gradebook. What has not been committed is not written."""
        self._connection.close()
        self._book.close()
        if kind is None and not self._failed:
            intended.clear(self.room)
        elif kind is None:
            intended.note(self.room, self._failed)

    def write(self, stem: str, student: str, record: verdicts.Record) -> Entered:
        """Prepare what is entered for one submission, and keep it until `commit`.

        Args:
            stem: the topic, which has been released.
            student: whose submission; it has been taken in.
            record: the verdict on it, which is stored.

        Returns:
            What the caller stores in the record, after `commit`.

        Raises:
            Exception: this one cannot be entered; the others can.

        """
        try:
            waiting = self._worked_out(stem, student, record)
        except UnusualError:
            self._connection.rollback()
            nbgrader_steps.autograde_by_nbgrader(self.room, stem, student)
            now = verdicts.load(self.room, stem, student)
            return now.entered if now else record.entered
        self._waiting[stem, student] = waiting
        return waiting.entered

    def commit(self) -> dict[Place, Exception]:
        """Write what has been worked out since the last time: the files, then the rows of all in one transaction.

        The records of the submissions before have been stored by now.

        Returns:
            Those that could not be written, by topic and student, each with what went wrong.

        """
        waiting, self._waiting = self._waiting, {}
        failed: dict[Place, Exception] = {}
        if not waiting:
            return failed
        try:
            now = {place: each.entered for place, each in waiting.items()}
            intended.note(self.room, {**self._failed, **now})
        except OSError as problem:
            return dict.fromkeys(waiting, problem)
        self._write_files(waiting, failed)
        there = {place: each for place, each in waiting.items() if place not in failed}
        try:
            rows.execute(self._connection, [line for each in there.values() for line in each.statements])
        except OperationalError as problem:  # the database takes nothing now, and waiting once is enough
            failed.update(dict.fromkeys(there, problem))
        except SQLAlchemyError:
            failed |= self._one_by_one(there)
        self._failed.update({place: now[place] for place in failed})
        return failed

    def _one_by_one(self, waiting: dict[Place, _Waiting]) -> dict[Place, Exception]:
        """One row that a database does not take must not keep the others out."""
        failed: dict[Place, Exception] = {}
        for place, each in waiting.items():
            try:
                rows.execute(self._connection, each.statements)
            except SQLAlchemyError as problem:
                failed[place] = problem
        return failed

    def _topic(self, stem: str) -> tuple[FilledWorksheet, Cells]:
        if stem not in self._topics:
            self._topics[stem] = self._prepared(stem) if self._ours else None
        known = self._topics[stem]
        if known is None:
            raise UnusualError
        return known

    def _prepared(self, stem: str) -> tuple[FilledWorksheet, Cells] | None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)  # nbgrader's own queries
            try:
                return FilledWorksheet(self.room, self._config, stem), Cells.of(self._book, stem)
            except UnusualError:
                return None

    def _worked_out(self, stem: str, student: str, record: verdicts.Record) -> _Waiting:
        sheet, cells = self._topic(stem)
        folder = self.room.submission(stem, student)
        own_place(self.room.intake, student, stem)
        no_links_in(folder)
        if [path.name for path in folder.glob("[!.]*.ipynb")] != [f"{stem}.ipynb"]:
            raise UnusualError
        notebook, content = sheet.fill(folder / f"{stem}.ipynb", record.verdict)
        found = self._found(cells, student)
        told = history.told_by(folder / history.TIMESTAMP)
        timestamp = told.replace(tzinfo=None) if told else None
        self._on_time(cells, found, timestamp)
        entry, extra = _entry(notebook, cells, found, stem, record)
        now = Entered(
            made_from=made_from(self.room, stem, student, record),
            rows={
                name: Row(entry.scores[name][0], worth, entry.comments.get(name)) for name, worth in cells.worth.items()
            },
            extra=extra,
            told=record.entered.told,
            notebook=digest(content),
        )
        entry = replace(entry, timestamp=timestamp)
        return _Waiting(now, content, rows.statements(cells, student, found, entry))

    def _found(self, cells: Cells, student: str) -> rows.Found:
        """The rows; a connection that was lost is opened again, once, for this submission and those after it."""
        try:
            return rows.find(self._connection, cells, student)
        except SQLAlchemyError as problem:
            self._connection.rollback()
            if not (isinstance(problem, DBAPIError) and problem.connection_invalidated):
                raise
            return rows.find(self._connection, cells, student)

    def _on_time(self, cells: Cells, found: rows.Found, timestamp: Any) -> None:
        """Leave to nbgrader what may cost points for being late."""
        if cells.duedate is None and found.extension is None:
            return
        at = timestamp or found.timestamp
        due = None if cells.duedate is None else cells.duedate + (found.extension or cells.duedate - cells.duedate)
        method = self._config.get("LateSubmissionPlugin", {}).get("penalty_method", "none")
        if due is None or (at is not None and at > due and method != "none"):
            raise UnusualError

    def _write_files(self, waiting: dict[Place, _Waiting], failed: dict[Place, Exception]) -> None:
        """Write the files of a batch, and wait for the disk once."""
        folders: dict[Place, Placement] = {}
        for place, each in waiting.items():
            try:
                folder = self._folder(*place, each.notebook)
                folder.write()
                folders[place] = folder
            except OSError as problem:
                failed[place] = problem
        try:
            sync(part for folder in folders.values() for part in folder.parts.values())
            for folder in folders.values():
                folder.finish()
            sync({path for folder in folders.values() for path in folder.folders(self.room.root)})
        except OSError as problem:  # a disk that does not take one file takes none
            failed.update(dict.fromkeys(folders, problem))

    def _folder(self, stem: str, student: str, notebook: bytes) -> Placement:
        """The autograded folder: what was handed in, the instructor's files over it, the notebook."""
        sheet, _ = self._topic(stem)
        folder, handed_in = self.room.autograded / student / stem, self.room.submission(stem, student)
        own_place(self.room.autograded, student, stem)
        no_links_in(folder)
        wanted: Wanted = {
            Path(each).relative_to(handed_in): Path(each) for each in find_all_files(str(handed_in), sheet.ignored)
        }
        return Placement(folder, {**wanted, **sheet.beside, Path(f"{stem}.ipynb"): notebook}, sheet.permissions)


def _entry(
    notebook: Any, cells: Cells, found: rows.Found, stem: str, record: verdicts.Record
) -> tuple[SubmissionRows, float | None]:
    """What `SaveAutoGrades` and `RecordVerdict` would enter, and the extra credit that was written last."""
    scores: dict[str, tuple[float | None, bool]] = {}
    comments: dict[str, str | None] = {}
    written, extra = record.entered.extra, None
    worksheet = notebook.metadata[OURS]["worksheet"]
    for cell in notebook.cells:
        name = name_of(cell)
        solution, task = is_solution(cell), cell.metadata.get("nbgrader", {}).get("task", False)
        if solution or task:
            untouched = not task and cell.metadata.nbgrader.get("checksum") == compute_checksum(cell)
            comments[name] = "No response." if untouched else None
        if not is_grade(cell):
            continue
        mark = marked(cell, stem, record.verdict, worksheet, cells.worth[name])
        scores[name] = (mark.score, mark.waits) if mark else (None, True)
        if mark and mark.comment is not None:
            comments[name] = mark.comment
        if mark and name == stem:
            extra = name, written, mark.extra
            if found.extra.get(name) in {None, written}:
                written = mark.extra
    if set(scores) != set(cells.grades) or set(comments) - set(found.comments):
        raise UnusualError
    return SubmissionRows(scores, comments, extra), written
