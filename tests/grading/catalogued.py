"""The catalogue put to the test: its rules run as a learner's would be, and how far their paths lie apart."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading import case_set, judge, stored, wire
from course.grading.case import Trajectory
from course.grading.findings.asking import Asker
from course.grading.mistakes import catalogue
from course.grading.mistakes.simulate import simulate
from course.grading.trail import EXACT
from course.grading.trail import STEPS as FOLLOWED
from course.grading.worker.describing import describe
from course.rule import load
from course.topic import Topic
from tests.grading import trial

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    from course.grading.case import Array, Case
    from course.grading.mistakes import Explanation
    from course.grading.verdict import Verdict
    from course.grading.wire import Answer

STEPS = 40
"""As far as paths are compared with one another, or until ten steps after the last change of a schedule."""


def answered(stem: str, rule_class: Any, cases: Sequence[Case], file: Path | None = None) -> dict[str, Answer]:
    """What the worker answers for a class on each case."""
    with np.errstate(all="ignore"):
        return {case.id: trial.answer(stem, rule_class, case, file) for case in cases}


def mistaken(stem: str, explanation: Explanation) -> Any:
    """A class that makes these mistakes; like any class it is one for all cases."""
    return catalogue(Topic.load(stem)).make(explanation, style(stem))


def style(stem: str) -> str:
    """The style in which a rule's mistakes show most: the last, where a buffer is never left alone."""
    return tuple(catalogue(Topic.load(stem)).styles)[-1]


@dataclass(frozen=True)
class Judged:
    """A verdict and all that it was made from."""

    topic: Topic
    verdict: Verdict
    cases: tuple[Case, ...]
    answers: dict[str, Answer]
    references: dict[str, Trajectory]
    rule_class: Any
    """The learner's."""
    source: bytes
    """The learner's file, if there is one."""
    rule: Callable[[bytes], Any]
    """Loads a source anew: the learner's, or what is left of it."""

    def again(self, cases: Sequence[Case], source: bytes | None = None) -> dict[str, Answer]:
        """What it answers to more cases."""
        return answered(self.topic.stem, self.rule(self.source if source is None else source), cases)


def asked(
    stem: str,
    rule: Callable[[bytes], Any],
    file: Path | None,
    source: bytes,
    cases: Sequence[Case],
    _seconds: float,
    names: list[str],
    meanwhile: Callable[[], object] | None,
) -> tuple[dict[str, Answer], wire.Described | None]:
    """What the worker answers to questions, and how it describes the class."""
    if meanwhile:
        meanwhile()
    rule_class = rule(source)
    answers = answered(stem, rule_class, cases, file)
    if not names:
        return answers, None
    told = json.dumps({"ready": True}) + "\n" + json.dumps({"problem": None, "class": describe(rule_class, names)})
    return answers, wire.described(f"{told}\n".encode())


def verdict(stem: str, rule_class: Any, file: Path | None = None) -> Verdict:
    """The judge's verdict on a class, on the visible cases, the long run as far as a diagnosis follows it at first."""
    return judged(stem, rule_class, file).verdict


def judged(stem: str, rule_class: Any, file: Path | None = None) -> Judged:
    """The same verdict, with what it was made from."""
    topic = Topic.load(stem)
    whole = case_set.visible(topic)
    cases = tuple(replace(case, grads=case.grads[:FOLLOWED]) for case in whole)
    references = {
        name: Trajectory(
            tuple(path[:FOLLOWED] for path in each.params),
            {entry: tuple(path[:FOLLOWED] for path in columns) for entry, columns in each.state.items()},
        )
        for name, each in stored.read(topic, whole).items()
    }
    answers = answered(stem, rule_class, cases, file)

    source = file.read_bytes() if file else b""

    def rule(given: bytes) -> Any:
        return load(file, topic.class_name, given) if file else rule_class

    asker = Asker(functools.partial(asked, stem, rule, file), source=source)
    found = judge.decide(topic, cases, answers, {}, references, "", asker)
    return Judged(topic, found, cases, answers, references, rule_class, source, rule)


@dataclass(frozen=True)
class Paths:
    """Many rules' paths as the rows of one table."""

    values: Array
    """(rules, numbers), zero where there is none."""
    there: Any
    """(rules, numbers), false where the path is not finite or has ended."""
    margin: Array
    """(rules, numbers): how far each element has moved, or might be off for the rounding of a large number."""

    def distance(self, i: int, others: Any, columns: slice = slice(None)) -> Array:
        """From rule `i` to each of the others: the largest difference, in shares of the distance moved."""
        values, there, margin = (table[:, columns] for table in (self.values, self.there, self.margin))
        off = np.abs(values[others] - values[i]) / np.maximum(margin[others], margin[i])
        off = np.where(there[i] & there[others], off, np.where(there[i] != there[others], np.inf, 0.0))
        return np.asarray(off.max(axis=1))

    def same(self, i: int) -> list[int]:
        """The other rules whose path is the same within a diagnosis's tolerance: at a few numbers most have left it."""
        others = np.delete(np.arange(len(self.values)), i)
        for looked_at in (6, 60, self.values.shape[1]):
            columns = slice(None, None, max(1, self.values.shape[1] // looked_at))
            if others.size:
                others = others[self.distance(i, others, columns) <= EXACT.relative]
        return [int(k) for k in others]


def paths(stem: str, explanations: Sequence[Explanation], ids: Collection[str] = ()) -> Paths:
    """The paths of rules with these mistakes on the core cases, or on those among them with these ids."""
    core = (case for case in case_set.visible(Topic.load(stem)) if not case.stretch and (not ids or case.id in ids))
    cases = [replace(case, grads=case.grads[: max(STEPS, *(step + 10 for step in case.schedule), 0)]) for case in core]
    values, there, margin = [], [], []
    for explanation in explanations:
        simulated = simulate(Topic.load(stem), explanation, cases, style(stem))
        rows = []
        for case in cases:
            for start, got in zip(case.params, simulated[case.id], strict=True):
                path = np.full((case.steps, start.size), np.nan)
                path[: len(got)] = got.reshape(len(got), start.size)
                first = start.reshape(1, -1)
                with np.errstate(all="ignore"):
                    moved = np.fmax.accumulate(np.abs(path - first))
                    size = np.fmax.accumulate(np.fmax(np.abs(path), np.abs(first)))
                    rows.append((path.ravel(), (moved + 1e-7 * size + 1e-300).ravel()))
        path, moved = (np.concatenate(column) for column in zip(*rows, strict=True))
        values.append(np.where(np.isfinite(path), path, 0.0))
        there.append(np.isfinite(path))
        margin.append(np.where(np.isfinite(moved), moved, 1.0))
    return Paths(np.array(values), np.array(there), np.array(margin))


@dataclass(frozen=True)
class Separation:
    """How far the mistakes of a topic lie apart."""

    singles: int
    from_right: float
    """The smallest distance of a single mistake from the right rule, in shares of the distance moved."""
    from_each_other: float
    """The smallest distance between two single mistakes."""
    nearest: tuple[str, str]
    pairs: int
    told_apart: int
    """Pairs whose path no other pair, no single mistake and not the right rule makes."""


def separation(stem: str, every: int = 1) -> Separation:
    """Run every single mistake and every pair of the topic, or one pair in so many, and measure."""
    book = catalogue(Topic.load(stem))
    count = len(book.singles)
    # Most pairs go their own way in the first cases already; only where they do not, all cases are run.
    pairs = book.pairs[::every]
    everything = [(), *book.singles, *pairs]
    telling = {"two-parameters", "schedule", "zeros-and-decay"} & set(trial.core(stem))
    first = paths(stem, everything, ids=telling)
    unclear = [i for i in range(len(everything)) if i <= count or first.same(i)]
    table = paths(stem, [everything[i] for i in unclear])
    singles = np.arange(1, count + 1)
    nearest, ids = np.inf, ("", "")
    for i in singles[:-1]:
        distances = table.distance(i, singles[i:])
        if distances.min() < nearest:
            nearest = distances.min()
            ids = (book.singles[i - 1][0].id, book.singles[i + int(distances.argmin())][0].id)
    lost = sum(bool(table.same(i)) for i in range(count + 1, len(unclear)))
    return Separation(
        singles=count,
        from_right=float(table.distance(0, singles).min()),
        from_each_other=float(nearest),
        nearest=ids,
        pairs=len(pairs),
        told_apart=len(pairs) - lost,
    )
