"""Whether students' files may be run here: behind a full wall, or because the instructor trusts who handed them in.

A wall is the operating system's (see `course.grading.wall`). Without one, a file that is judged can do whatever the
person who grades can do, so a class is not graded there unless that person says so: for one run with
`course class grade --trust-students`, for good with `guard.install(trust_students=True)` in the class's settings.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from course.text import CourseError, texts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from course.classroom.directory import ClassDirectory

TEXTS = texts(__file__)

_in_settings: set[Path] = set()
_in_this_run: ContextVar[frozenset[Path]] = ContextVar("_in_this_run", default=frozenset())
"""A thread's own: those that judge for a cluster begin and end each for itself."""


def say(root: Path, *, trusted: bool) -> None:
    """Note what a class's settings say; the last word counts.

    Args:
        root: the class's directory.
        trusted: whether the settings say that its students are trusted.

    """
    (_in_settings.add if trusted else _in_settings.discard)(root.resolve())


@contextmanager
def this_run(room: ClassDirectory, *, trusted: bool) -> Iterator[None]:
    """Trust the class's students until the block ends, if `trusted`.

    Args:
        room: the class.
        trusted: whether to trust its students; False changes nothing.

    Yields:
        Nothing, once.

    """
    before = _in_this_run.get()
    token = _in_this_run.set(before | {room.root.resolve()} if trusted else before)
    try:
        yield
    finally:
        _in_this_run.reset(token)


def given(room: ClassDirectory) -> bool:
    """Return whether the instructor has said that this class's students are trusted."""
    return room.root.resolve() in _in_settings | _in_this_run.get()


def walled() -> bool:
    """Return whether files are run behind a full wall on this machine."""
    from course.grading import wall

    return wall.standing().full


def need(room: ClassDirectory) -> None:
    """Make sure that this class's files may be run here.

    Raises:
        CourseError: there is no full wall, and nobody has said that the students are trusted.

    """
    need_wall(trusted=given(room))


def need_wall(*, trusted: bool) -> None:
    """Make sure that there is a full wall on this machine, unless the students are trusted.

    Args:
        trusted: whether they are.

    Raises:
        CourseError: there is none.

    """
    from course.grading import wall

    standing = wall.standing()
    if not standing.full and not trusted:
        raise CourseError(TEXTS["refused"].format(why=standing.why or standing.note))
