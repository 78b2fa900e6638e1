"""Searches for three mistakes at once, where no single one and no two make a path: a literal paste has that many.

All threes would be a hundred thousand. But in most cases one of three has no part: without weight decay nothing shows of
its mistakes, with a tiny ε nothing of ε's, before a schedule sets in nothing of what is read once. So two of the three
go some way with the learner, and leave the path where the third, by itself, leaves the right one. The stored samples of
pairs and singles tell for which twos and thirds that is so; the best of these are walked.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading.mistakes import samples
from course.grading.mistakes.catalogue import catalogue, name
from course.grading.mistakes.simulate import simulate
from course.grading.trail import Bounds
from course.text import CourseError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from course.grading.case import Array
    from course.grading.mistakes.catalogue import Explanation
    from course.grading.mistakes.samples import Place, Samples
    from course.grading.trail import Trail
    from course.topic import Topic

TRIES = 100
"""Threes that are walked, a few steps each: a number and not a time, so that a verdict is the same again."""
FIRST = "two-parameters"
"""The case that is run first, so that nothing that outlives a rule has been counted before it."""


def triples(topic: Topic, trails: Mapping[str, Trail]) -> Iterator[tuple[Explanation, str]]:
    """Yield threes that take the learner's first steps, the likeliest first, each with the style in which they do.

    Args:
        topic: which exercise.
        trails: by case id, of all core cases; no single mistake and no two fit them.

    Yields:
        Three mistakes in the order in which to mend them, and a style.

    """
    stored, trail = samples.read(topic), trails[FIRST]
    for triple, style, steps in _likely(topic, stored, trails):
        case = replace(trail.case, grads=trail.case.grads[:steps])
        try:
            path = simulate(topic, triple, [case], style)[FIRST]
        except CourseError:  # the edits of three change the same words
            continue
        if trail.begins(path):
            yield _in_order(stored, triple, style), style


def _likely(topic: Topic, stored: Samples, trails: Mapping[str, Trail]) -> list[tuple[Explanation, str, int]]:
    """Return the likeliest threes, each with a style and how many steps of the first case decide about it."""
    book, few = catalogue(topic), np.flatnonzero(samples.few(stored.places))
    places = [stored.places[k] for k in few]
    cases = [
        [k for k, place in enumerate(places) if place.case == name] for name in dict.fromkeys(p.case for p in places)
    ]
    bounds, numbers = Bounds.of(places, trails), stored.numbers[:, few]
    agree = _leading(bounds.allow(numbers) & np.isfinite(bounds.got), cases)
    first = [place.step + 1 for place in places if place.case == FIRST]
    found: dict[tuple[frozenset[str], str], tuple[Explanation, str, int]] = {}
    ranked: list[tuple[int, Explanation, str, int]] = []
    for style in book.styles:
        right = numbers[stored.row[name((), style)]]
        thirds = [each for (each,) in book.singles if each.wrap != "float32-inside"]
        pairs = [pair for pair in book.pairs if not any(each.wrap == "float32-inside" for each in pair)]
        rows = agree[[stored.row[name(pair, style)] for pair in pairs]]
        alone = numbers[[stored.row[name((third,), style)] for third in thirds]]
        parts = _leading(bounds.allow(alone, right), cases)
        score = sum(np.where(rows[:, c, None] == parts[None, :, c], 1 + rows[:, c, None], 0) for c in range(len(cases)))
        score = score.ravel() * score.size - np.arange(score.size)  # no two are the same, so the choice is no chance
        best = np.argpartition(-score, min(20 * TRIES, score.size - 1))[: 20 * TRIES]
        for i, k in zip(*np.unravel_index(best, (len(pairs), len(thirds))), strict=True):
            if all(thirds[k].beside(each) for each in pairs[i]):
                until = first[min(rows[i, 0], len(first) - 1)]
                ranked.append((int(score[i * len(thirds) + k]), (*pairs[i], thirds[k]), style, until))
    for _, triple, style, steps in sorted(ranked, key=lambda each: -each[0]):
        found.setdefault((frozenset(each.id for each in triple), style), (triple, style, steps))
    return list(itertools.islice(found.values(), TRIES))


def _leading(agree: Array, cases: Sequence[Sequence[int]]) -> Array:
    """Count, by case, the samples up to the first that is not the same.

    Args:
        agree: (rules, places), booleans.
        cases: which of the places are in each case.

    Returns:
        (rules, cases).

    """
    return np.stack([np.logical_and.accumulate(agree[:, case], axis=1).sum(axis=1) for case in cases], axis=1)


def _in_order(stored: Samples, triple: Explanation, style: str) -> Explanation:
    """Put first, of what is left each time, the mistake without which most samples are right."""
    few = samples.few(stored.places)
    right = stored.numbers[stored.row[name((), style)], few]
    ordered: list[Any] = []
    left = sorted(triple, key=lambda each: stored.row[name((each,), style)])
    while len(left) > 1:

        def mended(mistake: Any) -> int:
            rest = tuple(each for each in left if each is not mistake)
            row = stored.numbers[stored.row[name(rest, style)], few]
            return int(np.isclose(row, right, rtol=1e-4, atol=1e-6, equal_nan=True).sum())

        best = max(left, key=mended)
        ordered.append(best)
        left.remove(best)
    return (*ordered, *left)
