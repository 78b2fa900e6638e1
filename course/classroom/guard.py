"""What stands between `submitted/` and nbgrader: it reads the clean copy, holds the lock, takes names literally.

nbgrader has no place for this in its configuration: which class reads a submission is fixed, it copies whatever lies in
a folder before any of our steps runs, and takes a student's name for a pattern. So a few of its methods are wrapped,
for courses that `course class new` made and for no others. The class's `nbgrader_config.py` asks for it, and so plain
`nbgrader`, formgrader and `course class` all do the same.
"""

from __future__ import annotations

import fnmatch
import functools
import glob
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbgrader.apps.api import NbGraderAPI
from nbgrader.converters import Autograde
from nbgrader.converters.base import BaseConverter, NbGraderException
from nbgrader.coursedir import CourseDirectory

from course.classroom import at_formgrader, history
from course.classroom.directory import CONFIG, INTAKE, ClassDirectory
from course.classroom.intake import take_in
from course.classroom.lock import only_writer
from course.syllabus import topics
from course.text import CourseError

if TYPE_CHECKING:
    from datetime import datetime


def install() -> None:
    """Wrap nbgrader's methods; a second time changes nothing."""
    at_formgrader.install()
    if getattr(BaseConverter.start, "__wrapped__", None):
        return
    BaseConverter.start = _guarded(BaseConverter.start)
    BaseConverter.init_notebooks = _literally(BaseConverter.init_notebooks)
    CourseDirectory.get_existing_timestamp = _timestamp
    NbGraderAPI.get_submitted_timestamp = _submitted_timestamp


def literal(student: str) -> str:
    """The pattern that matches this name alone; nbgrader strips blanks at its ends, which brackets keep."""
    escaped = glob.escape(student)
    return re.sub(r"^\s|\s$", lambda blank: f"[{blank.group()}]", escaped)


def _guarded(start: Any) -> Any:
    @functools.wraps(start)
    def guarded(self: Any) -> None:
        root = Path(self.coursedir.root)
        if not (root / CONFIG).is_file() or not (root / "source").is_dir():
            start(self)
            return
        room = ClassDirectory(root)
        changed = {"student_id": self.coursedir.student_id, "submitted_directory": self.coursedir.submitted_directory}
        try:
            with only_writer(room):
                _prepare(self, room)
                start(self)
        except CourseError as problem:
            self.log.error(problem.text.both())  # noqa: TRY400 - a sentence, no traceback
            raise NbGraderException(problem.text.en) from problem
        finally:
            for name, value in changed.items():
                setattr(self.coursedir, name, value)

    return guarded


def _literally(init_notebooks: Any) -> Any:
    """Find the notebooks as nbgrader does, but in folders whose names may hold what means something in a pattern."""

    @functools.wraps(init_notebooks)
    def find(self: Any) -> None:
        coursedir = self.coursedir
        wanted = self._format_source(coursedir.assignment_id, coursedir.student_id)
        if wanted.startswith(coursedir.root):
            wanted = glob.escape(coursedir.root) + wanted[len(coursedir.root) :]
        self.assignments, self.notebooks = {}, []
        for folder in glob.glob(wanted):  # noqa: PTH207 - nbgrader's paths are texts
            found = glob.glob(f"{glob.escape(folder)}/{coursedir.notebook_id}.ipynb")  # noqa: PTH207
            if found:
                self.assignments[folder] = found
        if not self.assignments:
            init_notebooks(self)  # says so

    return find


def _prepare(converter: Any, room: ClassDirectory) -> None:
    """Take in what a grading step will read, and make the students' names literal."""
    coursedir = converter.coursedir
    student = _named(room, coursedir)
    if isinstance(converter, Autograde) and coursedir.submitted_directory != INTAKE:
        stems = [topic.stem for topic in topics() if fnmatch.fnmatch(topic.stem, coursedir.assignment_id)]
        if stems:
            for remark in take_in(room, stems, only=student).remarks:
                converter.log.warning("%s", remark.line().both())
            coursedir.submitted_directory = INTAKE
    if student is not None:
        coursedir.student_id = literal(student)


def _named(room: ClassDirectory, coursedir: Any) -> str | None:
    """The one student that nbgrader was asked for; None if it is a pattern, or no student at all."""
    asked = coursedir.student_id
    if asked in {"", ".", "*"}:
        return None
    places = [room.root / step for step in (coursedir.submitted_directory, coursedir.autograded_directory)]
    if any((place / asked).is_dir() for place in places):
        return str(asked)
    # nbgrader has stripped the blanks at the ends of what it was asked for.
    known = {each.name for place in places if place.is_dir() for each in place.iterdir() if each.name.strip() == asked}
    return known.pop() if len(known) == 1 else None


def _timestamp(self: Any, folder: str) -> datetime | None:  # noqa: ARG001 - the signature is nbgrader's
    """When something was handed in, in nbgrader's form: UTC without saying so. None if no file tells."""
    return _read(Path(folder))


def _submitted_timestamp(self: Any, assignment_id: str, student_id: str) -> datetime | None:
    """The same for formgrader's lists, which look into `submitted/` themselves."""
    place = self.coursedir.format_path(self.coursedir.submitted_directory, student_id, assignment_id)
    return _read(Path(place))


def _read(folder: Path) -> datetime | None:
    found = history.told_by(folder / history.TIMESTAMP)
    return found.replace(tzinfo=None) if found else None
