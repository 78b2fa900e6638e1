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
import inspect
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbgrader import utils
from nbgrader.apps.api import NbGraderAPI
from nbgrader.converters import Autograde, GenerateFeedback
from nbgrader.converters.base import BaseConverter, NbGraderException
from nbgrader.coursedir import CourseDirectory

from course.classroom import at_formgrader, gradebook, history, intended, names, trust, upkeep, verdicts
from course.classroom.audit import audit, notebook_changed
from course.classroom.directory import CONFIG, INTAKE, ClassDirectory, no_links_in, own_place
from course.classroom.intake import take_in
from course.classroom.lock import only_writer
from course.text import CourseError, Text
from course.topic import topics

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from course.classroom.intake import Intake


def install(*, trust_students: bool = False) -> None:
    """Wrap nbgrader's methods; a second time changes nothing but whom the class trusts.

    Args:
        trust_students: in a class's settings: grade even if students' files cannot be isolated.

    """
    caller = inspect.currentframe()
    settings = Path(str(caller.f_back.f_globals.get("__file__", ""))) if caller and caller.f_back else Path()
    if settings.name == CONFIG:
        trust.say(settings.resolve().parent, trusted=trust_students)
    at_formgrader.install()
    gradebook.survive_power_loss()
    if getattr(BaseConverter.start, "__wrapped__", None):
        return
    BaseConverter.start = _guarded(BaseConverter.start)
    BaseConverter.init_destination = _own_destination(BaseConverter.init_destination)
    utils.is_ignored = _ignored
    BaseConverter.init_notebooks = _literally(BaseConverter.init_notebooks)
    CourseDirectory.get_existing_timestamp = _timestamp
    Autograde.convert_single_notebook = _sealed(Autograde.convert_single_notebook)
    NbGraderAPI.get_submitted_timestamp = _submitted_timestamp


def literal(student: str) -> str:
    """Return the pattern that matches this name alone; nbgrader strips blanks at its ends, which brackets keep."""
    escaped = glob.escape(student)
    return re.sub(r"^\s|\s$", lambda blank: f"[{blank.group()}]", escaped)


def _guarded(start: Any) -> Any:
    @functools.wraps(start)
    def guarded(self: Any) -> None:
        room = ClassDirectory(Path(self.coursedir.root))
        if not _is_class(room.root):
            start(self)
            return
        changed = {"student_id": self.coursedir.student_id, "submitted_directory": self.coursedir.submitted_directory}
        try:
            with only_writer(room):
                if isinstance(self, Autograde) and _stems(self):
                    trust.need(room)
                _keep_store(self, room)
                _prepare(self, room)
                start(self)
                _say_changed(self)
        except CourseError as problem:
            self.log.error(problem.text.both())  # noqa: TRY400 - a sentence, no traceback
            raise NbGraderException(problem.text.en) from problem
        finally:
            for name, value in changed.items():
                setattr(self.coursedir, name, value)

    return guarded


def _own_destination(init_destination: Any) -> Any:
    """Let nbgrader read, write and remove nothing through a link that lies in the class's own folders."""

    @functools.wraps(init_destination)
    def init(self: Any, assignment_id: str, student_id: str) -> bool:
        root = Path(self.coursedir.root)
        ours = {self._output_directory} if isinstance(self, (Autograde, GenerateFeedback)) else set()
        if isinstance(self, GenerateFeedback) or self._input_directory == INTAKE:
            ours.add(self._input_directory)
        if _is_class(root):
            for folder in ours:
                own_place(root / folder, student_id, assignment_id)
                no_links_in(root / folder / student_id / assignment_id)
        return bool(init_destination(self, assignment_id, student_id))

    return init


def _ignored(filename: str, ignore_globs: list[str] | None = None) -> bool:
    """Ignore what nbgrader ignores, but allow names of folders that mean something in a pattern.

    Without this, the autograded notebook, rubric and all, is copied into the feedback of whoever is called `[1]`.
    """
    return any(fnmatch.fnmatch(Path(filename).name, each) for each in ignore_globs or ())


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
        elif isinstance(self, GenerateFeedback) and _is_class(Path(coursedir.root)):
            _leave_out_changed(self)

    return find


def _sealed(convert: Any) -> Any:
    """Note that it is about to be written, and what the autograded notebook is when it has been."""

    @functools.wraps(convert)
    def sealed(self: Any, notebook_filename: str) -> None:
        room, folder = ClassDirectory(Path(self.coursedir.root)), Path(notebook_filename).parent
        if not _is_class(room.root):
            convert(self, notebook_filename)
            return
        stem, student = folder.name, folder.parent.name
        if record := verdicts.load(room, stem, student):
            intended.note(room, {(stem, student): record.entered})
        convert(self, notebook_filename)
        verdicts.note_notebook(room, stem, student)
        intended.clear(room)

    return sealed


def _is_class(root: Path) -> bool:
    """Return whether `course class new` has made this course directory."""
    return (root / CONFIG).is_file() and (root / "source").is_dir()


def _leave_out_changed(converter: Any) -> None:
    """Make no feedback of a notebook that grading did not write; `_guarded` says of which."""
    room = ClassDirectory(Path(converter.coursedir.root))
    changed = converter.__dict__.setdefault(CHANGED, [])
    for folder in map(Path, sorted(converter.assignments)):
        stem, student = folder.name, folder.parent.name
        if any(topic.stem == stem for topic in topics()) and notebook_changed(
            room, stem, student, verdicts.load(room, stem, student)
        ):
            del converter.assignments[str(folder)]
            changed.append(NO_FEEDBACK.format(stem=stem, student=names.shown(student)))


def _say_changed(converter: Any) -> None:
    changed = converter.__dict__.pop(CHANGED, [])
    if changed:
        raise CourseError(Text.joined(changed, en="\n", zh="\n"))


CHANGED = "_downhill_changed"
NO_FEEDBACK = Text(
    en="No feedback on {student}/{stem}: autograded/{student}/{stem}/{stem}.ipynb is not the notebook that grading "
    "wrote. `course class grade {stem}` writes it again.",
    zh="没有为 {student}/{stem} 写出反馈，因为 autograded/{student}/{stem}/{stem}.ipynb 不是评分时写出的笔记本。请运行 "
    "`course class grade {stem}` 重新写出。",
)


def _prepare(converter: Any, room: ClassDirectory) -> None:
    """Take in what a grading step will read, and make the students' names literal."""
    coursedir = converter.coursedir
    student = _named(room, coursedir)
    if isinstance(converter, Autograde) and coursedir.submitted_directory != INTAKE:
        stems = _stems(converter)
        if stems:
            found = take_in(room, stems, only=None if student is None else {student})
            for remark in found.remarks:
                converter.log.warning("%s", remark.line().both())
            if student is not None and not found.handed_in:
                raise CourseError(_nothing_of(student, stems, found))
            _audit(converter, room, stems)
            coursedir.submitted_directory = INTAKE
    elif isinstance(converter, GenerateFeedback) and coursedir.submitted_directory != INTAKE:
        _audit(converter, room, _stems(converter))
    if student is not None:
        coursedir.student_id = literal(student)


def _keep_store(converter: Any, room: ClassDirectory) -> None:
    """Let the store be whole and of today's form, and say what was set aside for it."""
    if isinstance(converter, (Autograde, GenerateFeedback)) and converter.coursedir.submitted_directory != INTAKE:
        for line in upkeep.ready(room):
            converter.log.warning("%s", line.both())


def _audit(converter: Any, room: ClassDirectory, stems: Collection[str]) -> None:
    """Put right what somebody else wrote to the gradebook, and say so."""
    for each in audit(room, converter.coursedir, stems, mend=True):
        if each.kind != "unknown":
            converter.log.warning("%s", each.line().both())


def _nothing_of(student: str, stems: Sequence[str], found: Intake) -> Text:
    """Return why there is nothing to grade of the one student who was asked for."""
    told = NOTHING_OF.format(student=names.shown(student), stems=" ".join(stems))
    return Text.joined([told, *(each.line() for each in found.remarks)], en="\n", zh="\n")


NOTHING_OF = Text(
    en="{student} has handed in nothing for {stems} that can be graded.",
    zh="{student} 没有上交可以评分的 {stems} 作业。",
)


def _stems(converter: Any) -> list[str]:
    """Return the topics of ours that nbgrader was asked for."""
    return [topic.stem for topic in topics() if fnmatch.fnmatch(topic.stem, converter.coursedir.assignment_id)]


def _named(room: ClassDirectory, coursedir: Any) -> str | None:
    """Return the one student that nbgrader was asked for; None if it is a pattern, or no student at all."""
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
    """Return when something was handed in, in nbgrader's form: UTC without saying so. None if no file tells."""
    return _read(Path(folder))


def _submitted_timestamp(self: Any, assignment_id: str, student_id: str) -> datetime | None:
    """Return the same for formgrader's lists, which look into `submitted/` themselves."""
    place = self.coursedir.format_path(self.coursedir.submitted_directory, student_id, assignment_id)
    return _read(Path(place))


def _read(folder: Path) -> datetime | None:
    found = history.told_by(folder / history.TIMESTAMP)
    return found.replace(tzinfo=None) if found else None
