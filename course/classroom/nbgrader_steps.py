"""nbgrader's own steps, run in this process for one topic or one submission."""

from __future__ import annotations

import functools
import logging
import sys
import warnings
from typing import TYPE_CHECKING, Any

from traitlets.config.loader import PyFileConfigLoader

from course.classroom import tools
from course.text import CourseError, Text

try:
    from nbgrader.api import Gradebook
    from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback
    from nbgrader.converters.base import NbGraderException
    from nbgrader.coursedir import CourseDirectory
    from sqlalchemy.exc import SAWarning
except ImportError as missing:
    raise tools.missing() from missing

from course.classroom import gradebook, guard, verdicts
from course.classroom.at_grading import made_from
from course.classroom.audit import audit, notebook_changed
from course.classroom.directory import CONFIG, INTAKE
from course.classroom.trouble import said

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from course.classroom.directory import ClassDirectory
    from course.classroom.entered import Stranger
    from course.classroom.record import Record


class _Problem(logging.Handler):
    """The exception that nbgrader logs and then replaces by one that says nothing."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.caught: BaseException | None = None

    def emit(self, record: logging.LogRecord) -> None:  # noqa: ARG002
        """Look at what is being handled while nbgrader logs."""
        handled = sys.exc_info()[1]
        if handled is not None and not isinstance(handled, NbGraderException):
            self.caught = handled


@functools.cache
def settings_of(room: ClassDirectory) -> Any:
    """Load the class's `nbgrader_config.py`.

    Raises:
        CourseError: it cannot be read.

    """
    try:
        return PyFileConfigLoader(CONFIG, path=str(room.root)).load_config()
    except Exception as problem:
        raise CourseError(
            Text(
                en=f"{room.root / CONFIG} cannot be read ({problem}): mend it, or take a new one from "
                "`course class new DIR`, with another directory.",
                zh=f"无法读取 {room.root / CONFIG}（{problem}）。"
                "请改正，或用 `course class new DIR` 在别的目录里取一份新的。",
            )
        ) from problem


def _run(kind: Any, room: ClassDirectory, stem: str, student: str) -> None:
    """Run one converter, forced.

    Raises:
        CourseError: it failed; ours are passed on, others are named.

    """
    config = settings_of(room)
    problem = _Problem()
    # A logger of its own, outside the tree: nothing is printed over a progress bar.
    log = logging.Logger("nbgrader", logging.WARNING)  # noqa: LOG001
    log.addHandler(problem)
    coursedir = CourseDirectory(config=config, assignment_id=stem, student_id=guard.literal(student), log=log)
    coursedir.submitted_directory = INTAKE  # taken in already
    converter = kind(coursedir=coursedir, config=config, log=log)
    converter.force = True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)  # nbgrader's own queries, which say nothing to an instructor
            converter.start()
    except (NbGraderException, SystemExit) as failed:  # nbgrader exits where it logs that it failed
        if isinstance(problem.caught, CourseError):
            raise problem.caught from None
        raise CourseError(
            Text(
                en="nbgrader could not finish {step} of {stem}: {problem}",
                zh="nbgrader 未能完成 {stem} 的 {step}：{problem}",
            ).format(step=kind.__name__, stem=stem, problem=said(problem.caught or failed))
        ) from failed


def read_settings(room: ClassDirectory) -> None:
    """Read the class's `nbgrader_config.py`, which also says whether its students are trusted.

    Raises:
        CourseError: it cannot be read.

    """
    settings_of(room)


def need_gradebook(room: ClassDirectory) -> None:
    """Make sure that the gradebook can be opened.

    Raises:
        CourseError: it cannot.

    """
    coursedir = CourseDirectory(config=settings_of(room))
    gradebook.need(coursedir.db_url, coursedir.course_id)


def gradebook_elsewhere(room: ClassDirectory) -> tuple[str, str] | None:
    """Return the gradebook's address and the class's name in it; None if it is a file in the class's own folder.

    Args:
        room: the class.

    Raises:
        CourseError: the settings cannot be read, or the address is none.

    """
    coursedir = CourseDirectory(config=settings_of(room))
    file = gradebook.file_of(coursedir.db_url)
    if file is not None and file.resolve().parent == room.root:
        return None
    return coursedir.db_url, coursedir.course_id


def strangers(room: ClassDirectory, stems: Collection[str], *, mend: bool) -> list[Stranger]:
    """Open the gradebook, if there is one, and compare it with the signed records (see `audit`).

    Args:
        room: the class.
        stems: the topics.
        mend: whether to put right what differs; whoever asks for it holds the class's lock.

    Returns:
        What differs, or did; empty if there is no gradebook.

    Raises:
        CourseError: the gradebook cannot be opened.

    """
    coursedir = CourseDirectory(config=settings_of(room))
    if gradebook.is_there(coursedir.db_url):
        gradebook.need(coursedir.db_url, coursedir.course_id)
        return audit(room, coursedir, stems, mend=mend)
    return []


def notebook_written_by_another(room: ClassDirectory, stem: str, student: str, record: Record) -> bool:
    """Return True if there is an autograded notebook that is not the one that grading wrote.

    Args:
        room: the class.
        stem: the topic.
        student: whose submission.
        record: what is stored of it.

    Returns:
        True if there is one; False if grading has recorded none to compare with.

    """
    there = verdicts.autograded(room, stem, student).is_file()
    return bool(record.entered.notebook and there and notebook_changed(room, stem, student, record))


def generate_assignment(room: ClassDirectory, stem: str) -> None:
    """Write `release/STEM/` and enter the assignment in the gradebook.

    Args:
        room: the class.
        stem: the topic.

    """
    _run(GenerateAssignment, room, stem, ".")


def generate_feedback(room: ClassDirectory, stem: str, student: str) -> None:
    """Write `feedback/STUDENT/STEM/`.

    Args:
        room: the class.
        stem: the topic.
        student: whose feedback.

    """
    _run(GenerateFeedback, room, stem, student)


def write_feedback(
    room: ClassDirectory, graded: Sequence[tuple[str, str]]
) -> Iterator[tuple[tuple[str, str], Text | None]]:
    """Write the feedback on many submissions.

    Args:
        room: the class, whose lock is held.
        graded: each as (topic, student).

    Returns:
        The submission, as each is done, and what is wrong if there is no page, or None.

    """
    from course.classroom import pages

    def hash_of(place: tuple[str, str]) -> str:
        record = verdicts.load(room, *place)
        return record.entered.notebook if record else ""

    return pages.write_all(room, graded, hash_of)


def is_entered(room: ClassDirectory, stem: str, student: str, record: Record) -> bool:
    """Return True if a submission is in the gradebook, and its autograded notebook in its place, as they should be.

    Args:
        room: the class.
        stem: the topic.
        student: whose submission.
        record: the verdict, which is stored.

    Returns:
        False if something that they are made from has changed, or the notebook was.

    """
    made = record.entered.made_from == made_from(room, stem, student, record)
    return made and not notebook_changed(room, stem, student, record)


def autograde_by_nbgrader(room: ClassDirectory, stem: str, student: str) -> None:
    """Enter one submission in the gradebook by nbgrader's own steps, which store the record, too.

    Args:
        room: the class.
        stem: the topic.
        student: whose submission.

    """
    _run(Autograde, room, stem, student)


def gradebook_of(room: ClassDirectory) -> tuple[str, str]:
    """Return the address of the gradebook's database, and the class's name in it.

    Raises:
        CourseError: the settings cannot be read, or the gradebook cannot be opened.

    """
    need_gradebook(room)
    coursedir = CourseDirectory(config=settings_of(room))
    return coursedir.db_url, coursedir.course_id


def released(room: ClassDirectory) -> set[str]:
    """Return the names of the assignments that the gradebook knows."""
    coursedir = CourseDirectory(config=settings_of(room))
    with Gradebook(coursedir.db_url, coursedir.course_id) as book:
        return {each.name for each in book.assignments}
