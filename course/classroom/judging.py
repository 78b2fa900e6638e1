"""One file judged, as a pool's unit of work: plain arguments in, JSON text out, on this machine or on any other.

Nothing here knows a class's directory. Whatever machine does it needs the course alone, and the same one: it is told
the fingerprint of the course that asks, and judges nothing if its own is another.
"""

from __future__ import annotations

import functools
import importlib.metadata
import json
import platform
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course.classroom import trust
from course.classroom.directory import digest
from course.grading import hidden, rows_beside, saved
from course.grading.judge import judge_source
from course.grading.sandbox import Limits
from course.text import CourseError, texts
from course.topic import Topic, topics

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from course.grading.hidden import Answers

TEXTS = texts(__file__)


def judge_file(
    stem: str,
    source: bytes | None,
    seed: str,
    limits: Mapping[str, Any],
    course: str,
    *,
    trusted: bool = False,
    beside: Mapping[str, bytes] | None = None,
) -> str:
    """Judge one file, and what was handed in beside it.

    Args:
        stem: the topic.
        source: what is in the file; None if it was not handed in.
        seed: the class's secret, from which the hidden cases are drawn.
        limits: what the workers may use, as `dataclasses.asdict` makes of a `Limits`.
        course: of the course that asks, what `fingerprint()` returns there.
        trusted: whether the instructor trusts the students; this machine may be without a wall then.
        beside: by kind of exercise, what is in the files for extra points that were handed in.

    Returns:
        JSON: `verdict`, the verdict, and `walled`, whether this machine has a full wall.

    Raises:
        CourseError: the course here is another one, or there is no wall and there has to be.

    """
    if course != fingerprint():
        raise CourseError(TEXTS["another-course"].format(machine=platform.node() or "?"))
    topic, beside = Topic.load(stem), beside or {}
    runs = source is not None or "mend" in beside
    if runs:
        trust.need_wall(trusted=trusted)
    how: dict[str, Any] = {"seed": seed, "limits": Limits(**limits), "full_wall": runs and not trusted}
    verdict = judge_source(topic, saved.checked(f"{stem}.py", source), **how)
    if beside:
        verdict = rows_beside.added(topic, verdict, beside, **how)
    return json.dumps({"verdict": verdict.to_json("en"), "walled": trust.walled()})


def answers(stems: Sequence[str], seed: str) -> dict[str, Answers]:
    """Have torch answer the hidden cases.

    Args:
        stems: the topics.
        seed: the class's secret.

    Returns:
        By topic, what `hidden.know` takes in another process.

    """
    return {stem: hidden.answers(Topic.load(stem), seed) for stem in stems}


@functools.cache
def fingerprint() -> str:
    """Hash the course's grading code and the versions that answer for it: a mended case is worth a new verdict."""
    package = Path(__file__).resolve().parents[1]
    written = sorted((package / "topics").glob("*/*.toml"))
    families = sorted((package / "grading/mistakes/families").glob("*.toml"))
    solutions = [topic.solution for topic in topics() if topic.solution.is_file()]
    files = [*sorted((package / "grading").rglob("*.py")), package / "rule.py", *written, *families, *solutions]
    return digest(*(path.read_bytes() for path in files), *(_version(name).encode() for name in ("torch", "numpy")))


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""
