"""The formats of one submission, and the command that grades one and writes it in one of them."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from course.exports import classroom50, github, gradescope, junit, prairielearn
from course.exports.graded import chosen, graded, seed_in
from course.grading import render
from course.system import atomic, refusal
from course.text import CourseError, Text, texts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from course.exports.graded import Graded
    from course.topic import Topic

TEXTS = texts(__file__)


@dataclass(frozen=True)
class Format:
    """How one platform is told."""

    result: Callable[[Graded], str]
    refusal: Callable[[Text], str] | None
    """What is written where nothing could be judged; None if the platform wants no file then."""
    fails: bool
    """Whether the exit status says if the submission passed; a platform that reads a file takes that for a crash."""
    later: bool = False
    """Whether hidden cases are shown later than the others."""
    beside: Callable[[Graded], None] | None = None
    """What else is to be done."""


FORMATS = {
    "gradescope": Format(gradescope.result, gradescope.refusal, fails=False, later=True),
    "prairielearn": Format(prairielearn.result, prairielearn.refusal, fails=False),
    "classroom50": Format(classroom50.result, None, fails=False),
    "github": Format(github.result, github.refusal, fails=True, beside=github.add_summary),
    "junit": Format(junit.result, junit.refusal, fails=True),
}


def grade(
    topics: Sequence[Topic],
    folder: Path,
    form: str,
    *,
    output: Path | None = None,
    seed: Path | None = None,
    trusted: bool = False,
) -> bool:
    """Grade one submission and write the result as a platform reads it.

    Where nothing can be judged (no seed, no wall, a fault of the course's own), a result with no points and the reason
    is written if the platform wants one, and the error is raised all the same.

    Args:
        topics: what may have been handed in; one at least.
        folder: what was handed in.
        form: a name in `FORMATS`.
        output: the file to write; standard output if None.
        seed: the file with the class's secret seed; hidden cases count then.
        trusted: whether to run the file even where the operating system does not shut it in.

    Returns:
        False if the platform wants the exit status to say that the submission has not passed.

    Raises:
        CourseError: nothing was judged, or the result cannot be written.

    """
    its = FORMATS[form]
    try:
        try:
            secret, topic = seed_in(seed) if seed else None, chosen(topics, folder)
            done = graded(topic, folder, seed=secret, trusted=trusted, later=its.later)
            text = its.result(done)
        except CourseError:
            raise
        except Exception as fault:
            raise CourseError(TEXTS["fault"].format(kind=type(fault).__name__, place=_place(fault))) from fault
    except CourseError as problem:
        if its.refusal:
            _write(its.refusal(problem.text), output)
        raise
    _write(text, output)
    if its.beside:
        its.beside(done)
    if output:
        told = [f"{done.topic.stem}: {render.points(done.verdict)} → {output}", *map(str, done.verdict.notes)]
        print("\n".join(told))
    return done.verdict.passed or not its.fails


def _place(fault: Exception) -> str:
    """Where in our code it happened; its own words might hold a hidden number, and students read this."""
    frame = traceback.extract_tb(fault.__traceback__)[-1]
    return f"{Path(frame.filename).name}:{frame.lineno}"


def _write(text: str, output: Path | None) -> None:
    """Write the whole result, or nothing of it."""
    if output is None:
        print(text, end="", flush=True)
        return
    try:
        atomic.write(output, text)
    except OSError as problem:
        raise CourseError(TEXTS["not-written"].format(file=output, why=refusal.sentence(problem))) from problem
