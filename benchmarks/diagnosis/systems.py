"""The systems that are run here: the course's own judge, and baselines that see what it sees."""

from __future__ import annotations

import functools
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.diagnosis.answers import Answer
from course.grading import case_set, compare, facts, judge, sandbox, stored
from course.grading.mistakes import catalogue, samples
from course.grading.trail import Trail
from course.topic import Topic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from benchmarks.diagnosis.corpus import Item
    from course.grading.case import Case
    from course.grading.verdict import Verdict
    from course.grading.wire import Answer as Path

FRESH = "benchmark"
"""The seed of the fresh case, the same for every file and every run."""

ROUND = 1e-6
"""A ratio of two steps is −1 if it is as near."""


class Seen:
    """One rule, judged as every check does, and run once more for the baselines that look at its path.

    Args:
        item: the rule.

    """

    def __init__(self, item: Item) -> None:
        self.item = item
        self.topic = Topic.load(item.stem)
        begin = time.perf_counter()
        self.verdict: Verdict = judge.judge_source(self.topic, item.source.encode(), fresh=FRESH)
        self.seconds = time.perf_counter() - begin

    @functools.cached_property
    def cases(self) -> list[Case]:
        """The visible core cases."""
        return [case for case in case_set.visible(self.topic) if not case.stretch]

    @functools.cached_property
    def paths(self) -> list[tuple[Case, Path]]:
        """Each core case that is answered, with its answer."""
        source, name = self.item.source.encode(), f"{self.topic.stem}.py"
        limits = sandbox.Limits()
        outcome = sandbox.run(name, source, self.topic.class_name, self.topic.state, self.cases, limits)
        return [(self.cases[i], answer) for i, answer in outcome.answers.items()]

    @property
    def wrong(self) -> bool:
        """Whether the core failed, or a stretch option computes something else; one that is not there is no mistake."""
        if not self.verdict.passed:
            return True
        stretch = {case.id for case in self.verdict.cases if case.stretch}
        for said in self.verdict.said:
            difference = said.claim.get("difference")
            if said.kind in {"option", "options"} or (difference is not None and difference.case in stretch):
                return True
        return False


def course(seen: Seen) -> Answer:
    """Return all that the course says: names and findings."""
    verdict = seen.verdict
    told = tuple((each.id, each.where) for each in verdict.findings if each.kind != "mistake")
    proven = any(each.kind == "edit" for each in verdict.findings)
    return Answer(seen.wrong, verdict.mistakes, verdict.alternatives, told, proven=proven)


def exact(seen: Seen) -> Answer:
    """Return the names alone, those of at most two mistakes at once."""
    names = seen.verdict.mistakes if len(seen.verdict.mistakes) <= MOST else ()
    few = tuple(each for each in seen.verdict.alternatives if len(each) <= MOST)
    return Answer(seen.wrong, names, few)


MOST = 2
"""Mistakes that are looked for at once where paths are matched alone."""


@np.errstate(all="ignore")
def first_difference(seen: Seen) -> Answer:
    """Return what the first wrong step shows by itself, such as that it goes in the opposite direction."""
    if seen.verdict.passed:
        return Answer(seen.wrong)
    expected = stored.read(seen.topic, case_set.visible(seen.topic))
    for case, path in seen.paths:
        difference = compare.first_difference(case, expected[case.id], path.params, path.state)
        if difference:
            told = facts.facts(case, difference, expected[case.id], path, seen.paths)
            return Answer(wrong=True, findings=tuple((_fact(each.kind, each.claim), "") for each in told))
    return Answer(wrong=True)


def _fact(kind: str, claim: Mapping[str, Any]) -> str:
    opposite = kind == "step-ratio" and abs(claim["ratio"] + 1) < ROUND
    return "opposite-step" if opposite else kind


def allclose(seen: Seen) -> Answer:
    """Return right or wrong, as a test with `assert allclose` does."""
    return Answer(seen.wrong)


@np.errstate(all="ignore")
def nearest(seen: Seen) -> Answer:
    """Return the mistake, or the pair, whose path is nearest, however far it is."""
    if seen.verdict.passed:
        return Answer(seen.wrong)
    trails = {case.id: Trail.of(case, path) for case, path in seen.paths}
    known = samples.read(seen.topic)
    distances, taken = [], []
    for k, place in enumerate(known.places):
        trail = trails.get(place.case)
        if trail is None or place.step >= trail.answer.steps:
            continue
        columns = trail.answer.params, trail.moved
        got, moved = (float(each[place.parameter][place.step].flat[place.element]) for each in columns)
        off = np.abs(known.numbers[:, k] - got)
        distances.append(np.nan_to_num(off / (off + abs(moved) + TINY), nan=1.0))
        taken.append(known.taken[:, k])
    if not distances:
        return Answer(wrong=True)
    explanations = [each for each, _ in catalogue(seen.topic).rows.values()]
    means = np.average(distances, axis=0, weights=taken)
    best = min((i for i, each in enumerate(explanations) if each and not each[0].option), key=lambda i: float(means[i]))
    return Answer(wrong=True, mistakes=tuple(mistake.id for mistake in explanations[best]))


TINY = 1e-30
"""Keeps a rule that has not moved from being infinitely far away."""

SYSTEMS: dict[str, Callable[[Seen], Answer]] = {
    "course": course,
    "exact match": exact,
    "nearest path": nearest,
    "first difference": first_difference,
    "assert allclose": allclose,
}
"""By name; all see one verdict and one path a file."""


def run(items: Sequence[Item], names: Sequence[str]) -> Iterator[tuple[Item, dict[str, Answer]]]:
    """Ask systems about rules, one after the other.

    Args:
        items: the rules.
        names: of systems in `SYSTEMS`.

    Yields:
        Each rule, with the answers by system; the course's with the seconds that its verdict took.

    """
    for stem in dict.fromkeys(item.stem for item in items):
        Seen(next(item for item in items if item.stem == stem))  # what is read once is read here
    for item in items:
        seen = Seen(item)
        found = {name: SYSTEMS[name](seen) for name in names}
        if "course" in found:
            found["course"] = replace(found["course"], seconds=seen.seconds)
        yield item, found
