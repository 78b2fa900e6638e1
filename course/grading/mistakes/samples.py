"""What is stored of every mistake's path: some numbers of each visible case, by which nearly all are told apart.

Whole paths would fill tens of megabytes. A learner's path is held against the samples of all mistakes and pairs at
once; the one or two that are left are run. Of a pair, of which there are thousands, a few numbers are enough.
"""

from __future__ import annotations

import functools
import zipfile
import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from course.grading.case_set import visible
from course.grading.mistakes.catalogue import catalogue, name
from course.grading.mistakes.simulate import simulate
from course.system.workspace import remedy
from course.text import CourseError, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from course.grading.case import Array, Case
    from course.grading.mistakes.catalogue import Explanation
    from course.topic import Topic

STEPS = (2, 7, 20, 60)
"""After these steps a sample is taken: early enough that rounding has not grown on any machine."""

FIRST = "two-parameters"
"""The case of a rule that is run first, so that nothing that outlives a rule has been counted before it."""
BRIEF = frozenset({FIRST, "defaults", "schedule", "zeros", "zeros-and-decay", "magnitudes"})
"""The cases in which pairs are sampled: short ones of two parameters, of which they take turns. Where there are none
such, because nothing takes steps, pairs are sampled wherever single mistakes are."""

MISSING = Text(en="The stored mistakes {name} are missing. ", zh="缺少已知错误的数据 {name}。")
DAMAGED = Text(en="The stored mistakes {name} are damaged. ", zh="已知错误的数据 {name} 已损坏。")
OUTDATED = Text(en="The stored mistakes {name} are out of date. ", zh="已知错误的数据 {name} 已过时。")


class Place(NamedTuple):
    """Where a sample is taken."""

    case: str
    parameter: int
    step: int
    """From 0."""
    element: int
    """In the flattened parameter."""


@dataclass(frozen=True)
class Samples:
    """The numbers of all mistakes of a topic, or of some."""

    topic: Topic
    names: tuple[str, ...]
    """A row's name: its mistakes and its style."""
    places: tuple[Place, ...]
    numbers: Any
    """(names, places), float32; NaN where a rule has stopped or was not run, and for a pair where none is stored."""
    fingerprint: str = ""
    """What the builder recognises texts and numbers by."""

    @functools.cached_property
    def row(self) -> dict[str, int]:
        """By name, which row."""
        return {name: i for i, name in enumerate(self.names)}

    @functools.cached_property
    def taken(self) -> Any:
        """(names, places), booleans: where there is a sample; of a pair there are few."""
        pairs = np.array(["+" in name for name in self.names])
        return ~pairs[:, np.newaxis] | few(self.places)


def path(topic: Topic) -> Path:
    """Return where the samples of a topic are stored."""
    return topic.folder / "mistakes.npz"


def places(cases: Iterable[Case]) -> tuple[Place, ...]:
    """Return where samples are taken in these cases: of each parameter, another element after each of the steps."""
    return tuple(
        Place(case.id, i, step - 1, (7 * step + i) % param.size)
        for case in cases
        for i, param in enumerate(case.params)
        for step in STEPS
        if step <= case.steps
    )


def few(some: Sequence[Place]) -> Any:
    """Return at which of these places pairs are sampled.

    Args:
        some: all places.

    Returns:
        Shape (places,), booleans.

    """
    if all(each.case != FIRST for each in some):
        return np.ones(len(some), bool)
    return np.array([each.case in BRIEF and each.parameter == STEPS.index(each.step + 1) % 2 for each in some])


def sampled(some: Sequence[Place], simulated: Mapping[str, tuple[Array, ...]]) -> Array:
    """Return the numbers of a path at these places, NaN where there is none.

    Args:
        some: the places.
        simulated: by case id and parameter, (steps, *shape).

    Returns:
        Shape (places,), float64.

    """
    found = np.full(len(some), np.nan)
    for k, place in enumerate(some):
        column = simulated.get(place.case, ())
        if column and place.step < len(column[place.parameter]):
            found[k] = column[place.parameter][place.step].flat[place.element]
    return found


def take(topic: Topic, explained: Sequence[tuple[Explanation, str]] = ()) -> Samples:
    """Walk mistakes and pairs of the topic, as far as samples are taken.

    Args:
        topic: which exercise.
        explained: which, and in which style; everything that has a row if nothing is said.

    Returns:
        The samples, one row an explanation and style.

    Raises:
        CourseError: a mistake's edits do not go with the solution.

    """
    book, cases = catalogue(topic), visible(topic)
    core, some, rows = _core(cases), places(cases), []
    brief = core[: 1 + max(i for i, case in enumerate(core) if case.id in BRIEF)] if core[0].id == FIRST else core
    explained = explained or list(book.rows.values())
    for explanation, style in explained:
        option, pair = explanation[0].option if explanation else "", len(explanation) > 1
        its = [[case] for case in cases if case.stretch and option in case.hyperparameters] if option else [core]
        its = [brief] if pair else its
        simulated = {case: path for one in its for case, path in simulate(topic, explanation, one, style).items()}
        with np.errstate(over="ignore"):
            row = sampled(some, simulated).astype(np.float32)
        rows.append(np.where(few(some), row, np.float32("nan")) if pair else row)
    return Samples(topic, tuple(name(*each) for each in explained), some, np.array(rows))


def _core(cases: Iterable[Case]) -> list[Case]:
    """Return the core cases, the last and long one cut to what is sampled: a count that outlives a rule sees others."""
    *others, last = (case for case in cases if not case.stretch)
    return [*others, replace(last, grads=last.grads[: max(STEPS)])]


def save(file: Path, samples: Samples) -> None:
    """Store the samples.

    Args:
        file: the `.npz` file to write.
        samples: what is stored in it.

    """
    some = [np.array(column) for column in zip(*samples.places, strict=True)]
    np.savez_compressed(
        file,
        allow_pickle=False,
        names=np.array(samples.names),
        numbers=samples.numbers,
        fingerprint=np.array(samples.fingerprint),
        **dict(zip(Place._fields, some, strict=True)),
    )


@functools.lru_cache(maxsize=16)
def _load(topic: Topic, file: Path, _changed: int) -> Samples:
    """What is stored; read once as long as the file stays as it is."""
    with file.open("rb") as opened, np.load(opened, allow_pickle=False) as stored:
        columns = (stored[field].tolist() for field in Place._fields)
        some = tuple(map(Place._make, zip(*columns, strict=True)))
        names, fingerprint = tuple(stored["names"].tolist()), str(stored["fingerprint"])
        found = Samples(topic, names, some, stored["numbers"], fingerprint)
    if found.numbers.shape != (len(found.names), len(found.places)):
        raise ValueError(found.numbers.shape)
    return found


def read(topic: Topic) -> Samples:
    """Return the stored samples of a topic.

    Raises:
        CourseError: the file is missing, damaged, or not made of the mistakes and cases of today.

    """
    file = f"{topic.stem}/mistakes.npz"
    try:
        found = _load(topic, path(topic), path(topic).stat().st_mtime_ns)
    except FileNotFoundError as error:
        raise CourseError(MISSING.format(name=file) + remedy(file)) from error
    except (OSError, ValueError, TypeError, EOFError, KeyError, zipfile.BadZipFile, zlib.error) as error:
        raise CourseError(DAMAGED.format(name=file) + remedy(file)) from error
    if found.names != tuple(catalogue(topic).rows) or found.places != places(visible(topic)):
        raise CourseError(OUTDATED.format(name=file) + remedy(file))
    return found
