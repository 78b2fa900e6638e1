"""Feedback for a class: what the gradebook says is read for many at a time, the pages are made by several processes.

The pages are those of `nbgrader generate_feedback`, byte for byte. A page that is there as it should be is not written
again, so a run that was interrupted goes on where it ended.
"""

from __future__ import annotations

import itertools
import os
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from nbgrader import api
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import find_all_files, is_grade, is_solution, is_task
from sqlalchemy import bindparam, func, select

from course.classroom import judges, nbgrader_steps, settings
from course.classroom.at_feedback import prepare
from course.classroom.directory import ClassDirectory, digest, no_links_in, own_place
from course.classroom.filling import LOG
from course.classroom.placing import Placement, Wanted
from course.classroom.rows import NOTEBOOK, SUBMISSION, Cells, UnusualError
from course.classroom.step import OURS, name_of
from course.classroom.trouble import said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from course.classroom.seal import Place
    from course.text import Text

CHUNK = 40
"""Pages that a process makes before it says so."""
FEW = 120
"""Pages up to which this process makes them itself: another one takes a second to start."""


@dataclass(frozen=True)
class Marks:
    """What the gradebook says of one submission, as `GetGrades` puts it into a notebook; by the cell's name."""

    score: float
    most: float
    penalty: float
    scores: Mapping[str, tuple[float, float]]
    """The points reached, and those that can be."""
    comments: Mapping[str, tuple[str | None, str | None]]
    """What is said, and what a person has said."""


@dataclass(frozen=True)
class Page:
    """One page that is to be made; plain data, for another process."""

    stem: str
    student: str
    notebook: str
    """The hash of the notebook that grading wrote."""
    marks: Marks


def write_all(
    room: ClassDirectory, graded: Sequence[Place], hash_of: Callable[[Place], str], *, jobs: int | None = None
) -> Iterator[tuple[Place, Text | None]]:
    """Write the feedback on these submissions.

    Args:
        room: the class, whose lock is held.
        graded: topic and student of each.
        hash_of: gives the hash of the notebook that grading wrote; "" if that is not known.
        jobs: how many processes make pages; as many as there are processors, if None.

    Yields:
        Topic and student, as each is done, and what is wrong if there is no page; else None.

    """
    config = nbgrader_steps.settings_of(room)
    if not settings.ours(config, settings.RETURNING):
        for place in graded:
            yield place, _by_nbgrader(room, place)
        return
    workers = min(jobs or os.cpu_count() or 1, -(-len(graded) // CHUNK))
    chunks = _chunks(config, graded, hash_of)
    for done in _here(room, chunks) if workers < 2 or len(graded) <= FEW else _pooled(room, chunks, workers):
        for place, problem in done:
            yield place, _by_nbgrader(room, place) if isinstance(problem, str) else problem


UNUSUAL = "unusual"
"""In the place of what is wrong: nbgrader's own steps make the page, or say why there is none."""
Done = list[tuple["Place", "Text | str | None"]]


def _by_nbgrader(room: ClassDirectory, place: Place) -> Text | None:
    try:
        nbgrader_steps.generate_feedback(room, *place)
    except Exception as problem:  # noqa: BLE001 - one submission never stops the others
        return said(problem)
    return None


def _chunks(config: Any, graded: Sequence[Place], hash_of: Callable[[Place], str]) -> Iterator[tuple[list[Page], Done]]:
    """Read the gradebook for a few at a time; what it does not know is left to nbgrader."""
    coursedir = CourseDirectory(config=config)
    with api.Gradebook(coursedir.db_url, coursedir.course_id) as book:
        for stem, places in itertools.groupby(graded, lambda place: place[0]):
            cells = _cells(book, stem)
            while chunk := list(itertools.islice(places, CHUNK)):
                known = marks(book, cells, [student for _, student in chunk]) if cells else {}
                hashes = {place: hash_of(place) for place in chunk if place[1] in known}
                pages = [Page(*place, hashed, known[place[1]]) for place, hashed in hashes.items() if hashed]
                yield pages, [(place, UNUSUAL) for place in chunk if not hashes.get(place)]


def _cells(book: Any, stem: str) -> Cells | None:
    try:
        return Cells.of(book, stem)
    except UnusualError:
        return None


_SUBMITTED = (
    select(SUBMISSION.c.student_id, NOTEBOOK.c.id, NOTEBOOK.c.late_submission_penalty)
    .join_from(SUBMISSION, NOTEBOOK, NOTEBOOK.c.assignment_id == SUBMISSION.c.id)
    .where(
        SUBMISSION.c.assignment_id == bindparam("assignment"),
        NOTEBOOK.c.notebook_id == bindparam("sheet"),
        SUBMISSION.c.student_id.in_(bindparam("students", expanding=True)),
    )
)


def _of(kind: Any, *columns: Any) -> Any:
    """Select rows of submitted notebooks; named by their cells, they are found by the table's own index."""
    return select(kind.notebook_id, *columns).where(
        kind.cell_id.in_(bindparam("cells", expanding=True)), kind.notebook_id.in_(bindparam("sheets", expanding=True))
    )


_SCORES = _of(api.Grade, api.Grade.cell_id, api.Grade.score)
_COMMENTS = _of(api.Comment, api.Comment.cell_id, api.Comment.comment, api.Comment.manual_comment)
_TOTALS = _of(api.Grade, func.coalesce(func.sum(api.Grade.score), 0.0)).group_by(api.Grade.notebook_id)
_MOST = select(api.Notebook.max_score).where(api.Notebook.id == bindparam("sheet"))


def marks(book: Any, cells: Cells, students: Sequence[str]) -> dict[str, Marks]:
    """Read what the gradebook says of these students' submissions.

    Args:
        book: the gradebook, open.
        cells: the graded cells of the topic.
        students: their names.

    Returns:
        The marks, by the student's name; without those who have none.

    """
    sheet = {"assignment": cells.assignment, "sheet": cells.notebook}
    submitted = book.db.execute(_SUBMITTED, {**sheet, "students": list(students)}).all()
    graded = {cell: name for name, cell in (*cells.grades.items(), *cells.tasks.items())}
    commented = {cell: name for name, cell in (*cells.comments.items(), *cells.tasks.items())}
    worth = {**cells.worth, **cells.worth_of_tasks}
    sheets = [notebook for _, notebook, _ in submitted]
    most = book.db.execute(_MOST, sheet).scalar()
    asked = {"cells": list(graded), "sheets": sheets}
    totals = {notebook: total for notebook, total in book.db.execute(_TOTALS, asked)}  # noqa: C416 - no mapping
    scores: dict[str, dict[str, tuple[float, float]]] = {}
    for notebook, cell, score in book.db.execute(_SCORES, asked):
        scores.setdefault(notebook, {})[graded[cell]] = score, worth[graded[cell]]
    comments: dict[str, dict[str, tuple[str | None, str | None]]] = {}
    for notebook, cell, told, by_hand in book.db.execute(_COMMENTS, {**asked, "cells": list(commented)}):
        comments.setdefault(notebook, {})[commented[cell]] = told, by_hand
    book.db.rollback()
    return {
        student: Marks(
            score=totals[notebook] - (penalty or 0),
            most=most,
            penalty=penalty or 0,
            scores=scores[notebook],
            comments=comments.get(notebook, {}),
        )
        for student, notebook, penalty in submitted
        if notebook in totals
    }


def _here(room: ClassDirectory, chunks: Iterable[tuple[list[Page], Done]]) -> Iterator[Done]:
    for pages, left in chunks:
        yield left
        for each in pages:
            yield write_pages(str(room.root), [each])


def _pooled(room: ClassDirectory, chunks: Iterator[tuple[list[Page], Done]], workers: int) -> Iterator[Done]:
    """Have pages made by other processes, no more of them waiting than keeps these busy."""
    pool = judges.Judges(workers)
    root = str(room.root)
    asked: dict[Future[Done], list[Page]] = {}
    try:
        while True:
            for pages, left in itertools.islice(chunks, 2 * workers - len(asked)):
                yield left
                asked[pool.submit(write_pages, root, pages)] = pages
            if not asked:
                return
            for future in wait(asked, return_when=FIRST_COMPLETED).done:
                pages = asked.pop(future)
                killed = isinstance(future.exception(), BrokenExecutor)  # every time: they are made here
                yield write_pages(root, pages) if killed else future.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def write_pages(root: str, pages: Sequence[Page]) -> Done:
    """Make some pages: a pool's unit of work.

    Args:
        root: the class's directory.
        pages: what is to be made.

    Returns:
        Topic and student of each, and what is wrong, or `UNUSUAL`, or None.

    """
    maker = _maker(root)
    done: Done = []
    for each in pages:
        try:
            maker.write(each)
            done.append(((each.stem, each.student), None))
        except LookupError:
            done.append(((each.stem, each.student), UNUSUAL))
        except Exception as problem:  # noqa: BLE001 - one submission never stops the others
            done.append(((each.stem, each.student), said(problem)))
    return done


class _Maker:
    """Makes pages with one exporter, whose template is compiled once."""

    def __init__(self, room: ClassDirectory) -> None:
        self.room = room
        config = nbgrader_steps.settings_of(room)
        coursedir = CourseDirectory(config=config, log=LOG)
        converter = GenerateFeedback(coursedir=coursedir, config=config, log=LOG)
        self.exporter = converter.exporter_class(parent=converter, config=converter.config, log=LOG)
        self.ignored = [*coursedir.ignore, "*.ipynb"]
        self.permissions = int(str(converter.permissions), 8)

    def write(self, page: Page) -> None:
        """Write one page, and the files beside it.

        Args:
            page: what is to be made.

        Raises:
            LookupError: it is left to nbgrader's own steps: the notebook is not the one that grading wrote, or the
                gradebook lacks a row.
            OSError: something cannot be written.

        """
        room, stem, student = self.room, page.stem, page.student
        graded, folder = (place / student / stem for place in (room.autograded, room.feedback))
        for place in (room.autograded, room.feedback):
            own_place(place, student, stem)
        no_links_in(graded)
        no_links_in(folder)
        content = (graded / f"{stem}.ipynb").read_bytes()
        if digest(content) != page.notebook or [each.name for each in graded.glob("[!.]*.ipynb")] != [f"{stem}.ipynb"]:
            raise LookupError
        wanted: Wanted = {
            Path(each).relative_to(graded): Path(each) for each in find_all_files(str(graded), self.ignored)
        }
        wanted[Path(f"{stem}.html")] = self.made(page, content.decode("utf-8")).encode("utf-8")
        made = Placement(folder, wanted, self.permissions)  # a page that the power took with it is made again
        made.write()
        made.finish()

    def made(self, page: Page, notebook: str) -> str:
        """Return one page.

        Args:
            page: what the gradebook says.
            notebook: the text of the autograded notebook.

        Returns:
            The HTML.

        Raises:
            LookupError: the gradebook lacks a row.

        """
        parse: Any = nbformat.reads
        read, marks = parse(notebook, as_version=4), page.marks
        for cell in read.cells:
            if is_solution(cell) or is_task(cell):
                cell.metadata.nbgrader["comment"] = marks.comments[name_of(cell)][0]
            if is_grade(cell) or is_task(cell):
                cell.metadata.nbgrader["score"], cell.metadata.nbgrader["points"] = marks.scores[name_of(cell)]
        ours = prepare(read, page.stem, page.student, {name: by_hand for name, (_, by_hand) in marks.comments.items()})
        told = {"score": marks.score, "max_score": marks.most, "late_penalty": marks.penalty}
        html: str = self.exporter.page(read, {"nbgrader": told, OURS: ours})
        return html


@cache
def _maker(root: str) -> _Maker:
    return _Maker(ClassDirectory(Path(root)))
