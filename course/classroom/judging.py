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
from course.grading import hidden, saved
from course.grading.judge import judge_source
from course.grading.sandbox import Limits
from course.text import CourseError, texts
from course.topic import Topic

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
) -> str:
    """Judge one file.

    Args:
        stem: the topic.
        source: what is in the file; None if it was not handed in.
        seed: the class's secret, from which the hidden cases are drawn.
        limits: what the workers may use, as `dataclasses.asdict` makes of a `Limits`.
        course: of the course that asks, what `fingerprint()` returns there.
        trusted: whether the instructor trusts the students; this machine may be without a wall then.

    Returns:
        JSON: `verdict`, the verdict, and `walled`, whether this machine has a full wall.

    Raises:
        CourseError: the course here is another one, or there is no wall and there has to be.

    """
    if course != fingerprint():
        raise CourseError(TEXTS["another-course"].format(machine=platform.node() or "?"))
    if source is not None:
        trust.need_wall(trusted=trusted)
    verdict = judge_source(
        Topic.load(stem),
        saved.checked(f"{stem}.py", source),
        seed=seed,
        limits=Limits(**limits),
        full_wall=source is not None and not trusted,
    )
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
    topics = sorted((package / "topics").glob("*/*.toml"))
    files = [*sorted((package / "grading").rglob("*.py")), package / "rule.py", *topics]
    return digest(*(path.read_bytes() for path in files), *(_version(name).encode() for name in ("torch", "numpy")))


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""
