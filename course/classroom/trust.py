"""Whether students' files may be run here: behind a full wall, or because the instructor trusts who handed them in.

A wall is the operating system's (see `course.grading.wall`). Without one, a file that is judged can do whatever the
person who grades can do, so a class is not graded there unless that person says so: for one run with
`course class grade --trust-students`, for good with `guard.install(trust_students=True)` in the class's settings.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from course.text import CourseError, Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from course.classroom.directory import ClassDirectory

_in_settings: set[Path] = set()
_in_this_run: ContextVar[frozenset[Path]] = ContextVar("_in_this_run", default=frozenset())
"""A thread's own: those that judge for a cluster begin and end each for itself."""


def say(root: Path, *, trusted: bool) -> None:
    """Note what a class's settings say; the last word counts."""
    (_in_settings.add if trusted else _in_settings.discard)(root.resolve())


@contextmanager
def this_run(room: ClassDirectory, *, trusted: bool) -> Iterator[None]:
    """Trust the class's students until the block ends, if `trusted`."""
    before = _in_this_run.get()
    token = _in_this_run.set(before | {room.root.resolve()} if trusted else before)
    try:
        yield
    finally:
        _in_this_run.reset(token)


def given(room: ClassDirectory) -> bool:
    """Whether the instructor has said that this class's students are trusted."""
    return room.root.resolve() in _in_settings | _in_this_run.get()


def walled() -> bool:
    """Whether files are run behind a full wall on this machine."""
    from course.grading import wall

    return wall.standing().full


def need(room: ClassDirectory) -> None:
    """Make sure that this class's files may be run here.

    Raises:
        CourseError: there is no full wall, and nobody has said that the students are trusted.

    """
    from course.grading import wall

    standing = wall.standing()
    if not standing.full and not given(room):
        raise CourseError(REFUSED.format(why=standing.why or standing.note))


REFUSED = Text(
    en="Nothing was judged. Judging runs the students' files, and this machine cannot isolate them. {why}\n"
    "A file that is not isolated can do whatever you can: read the class's secrets, write marks, read and delete your "
    "files. Mend that and run this again. Or, if you trust everyone whose work lies in submitted/, say so: "
    "`course class grade --trust-students` for one run, `guard.install(trust_students=True)` in nbgrader_config.py for "
    "good.",
    zh="没有评判任何作业。评判时要运行学生的文件，而这台机器无法隔离它们。{why}\n没有隔离，学生的文件就能做您能做的"
    "一切：读取班级的秘密、改写成绩、读取和删除您的文件。请先解决上述问题再运行一次。如果您信任 submitted/ 中的每一名"
    "学生，也可以明确说明：只此一次用 `course class grade --trust-students`，长期有效则在 nbgrader_config.py 中写 "
    "`guard.install(trust_students=True)`。",
)
