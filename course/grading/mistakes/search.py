"""Searches for three mistakes at once, where no single one and no two make a path: a literal paste has that many.

All threes would be a hundred thousand. But in most cases one of three has no part: without weight decay nothing shows
of its mistakes, with a tiny ε nothing of ε's, before a schedule sets in nothing of what is read once. So two of the
three go some way with the learner, and leave the path where the third, by itself, leaves the right one. The stored
samples of pairs and singles tell for which twos and thirds that is so; the best of these are walked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading.compare import Tolerance
from course.grading.mistakes import samples
from course.grading.mistakes.catalogue import catalogue, name
from course.grading.mistakes.simulate import simulate
from course.grading.trail import EXACT, Bounds
from course.text import CourseError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from course.grading.case import Array
    from course.grading.mistakes.catalogue import Explanation
    from course.grading.mistakes.mistake import Mistake
    from course.grading.mistakes.samples import Samples
    from course.grading.trail import Trail
    from course.topic import Topic

TRIES = 140
"""Threes that are walked, a few steps each: a number and not a time, so that a verdict is the same again."""
RANKED = 15 * TRIES
"""Twos with a third that are looked at before: each three has three of these, and some cannot be made."""
SAMPLED = Tolerance(1e-6, 2e-7)
"""How near a learner's number is to a sample of the very same rule, which has been rounded to float32."""


@dataclass(frozen=True)
class Likely:
    """Three mistakes that may be the learner's."""

    score: int
    """How much speaks for them."""
    mistakes: Explanation
    style: str
    steps: int
    """How many steps of the first case decide."""


def triples(topic: Topic, trails: Mapping[str, Trail]) -> Iterator[list[tuple[Explanation, str]]]:
    """Yield threes that take the learner's first steps, the likeliest first, together with those that are like them.

    Args:
        topic: which exercise.
        trails: by case id, of all core cases; no single mistake and no two fit them.

    Yields:
        Several times three mistakes in the order in which to mend them, each with a style.

    """
    if samples.FIRST not in trails:  # what takes no steps, or stretch cases alone
        return
    stored = samples.read(topic)
    for likely in _likely(topic, stored, trails):
        if not _begins(topic, likely.mistakes, likely.style, trails[samples.FIRST], likely.steps):
            continue
        alike = {frozenset(each.id for each in three): three for three in _alike(topic, stored, likely)}
        begin = [
            three
            for three in alike.values()
            if _begins(topic, three, likely.style, trails[samples.FIRST], likely.steps)
        ]
        yield [(_in_order(stored, three, likely.style), likely.style) for three in (likely.mistakes, *begin)]


def _begins(topic: Topic, mistakes: Explanation, style: str, trail: Trail, steps: int) -> bool:
    case = replace(trail.case, grads=trail.case.grads[:steps])
    try:
        return trail.begins(simulate(topic, mistakes, [case], style)[case.id], EXACT)
    except CourseError:  # the edits of three change the same words
        return False


def _likely(topic: Topic, stored: Samples, trails: Mapping[str, Trail]) -> list[Likely]:
    """Return the likeliest threes, the best first."""
    book, few = catalogue(topic), np.flatnonzero(samples.few(stored.places))
    places = [stored.places[k] for k in few]
    of_case: dict[str, list[int]] = {}
    for k, place in enumerate(places):
        of_case.setdefault(place.case, []).append(k)
    cases, bounds, numbers = list(of_case.values()), Bounds.of(places, trails, SAMPLED), stored.numbers[:, few]
    agree = _leading(bounds.allow(numbers) & np.isfinite(bounds.got), cases)
    singles = [each for (each,) in book.singles if each.wrap != "float32-inside"]
    index = {each.id: i for i, each in enumerate(singles)}
    pairs = [pair for pair in book.pairs if all(each.id in index for each in pair)]
    one, other = np.array([[index[each.id] for each in pair] for pair in pairs]).T
    beside = np.zeros((len(singles), len(singles)), bool)
    beside[one, other] = beside[other, one] = True
    ends = [places[k].step + 1 for k in of_case[samples.FIRST]]
    first, found = list(of_case).index(samples.FIRST), []
    for style in book.styles:
        right = numbers[stored.row[name((), style)]]
        alone = numbers[[stored.row[name((each,), style)] for each in singles]]
        twos = [stored.row[name(pair, style)] for pair in pairs]
        # by two mistakes and case: after how many samples the second is first seen, beside the first
        seen = np.zeros((len(singles), len(singles), len(cases)), np.int8)
        seen[one, other] = _leading(bounds.allow(numbers[twos], alone[one]), cases)
        seen[other, one] = _leading(bounds.allow(numbers[twos], alone[other]), cases)
        by_itself = _leading(bounds.allow(alone, right), cases)
        goes: Any = agree[twos].any(axis=1)  # with the learner; else nothing speaks for them
        score = np.where(beside[one] & beside[other] & goes[:, None], 0, -99).astype(np.int8)
        for c in range(len(cases)):
            left = agree[twos, c][:, None]
            shows = np.maximum(np.maximum(seen[one, :, c], seen[other, :, c]), by_itself[:, c])
            # the two leave the learner where the third is seen; later is against it, earlier it may be hidden
            score += np.where(left == shows, 1 + left, np.where(left < shows, np.int8(-4), np.int8(0)))
        ranks = score.ravel().astype(np.int64) * score.size - np.arange(score.size)  # no two are the same
        for best in np.argpartition(-ranks, min(RANKED, ranks.size - 1))[:RANKED]:
            i, k = divmod(int(best), len(singles))
            steps = ends[min(int(agree[twos[i], first]), len(ends) - 1)]
            if goes[i] and beside[one[i], k] and beside[other[i], k]:
                found.append(Likely(int(ranks[best]), (*pairs[i], singles[k]), style, steps))
    once: dict[tuple[frozenset[str], str], Likely] = {}
    for each in sorted(found, key=lambda each: -each.score):
        once.setdefault((frozenset(mistake.id for mistake in each.mistakes), each.style), each)
    return list(once.values())[:TRIES]


def _leading(agree: Any, cases: Sequence[Sequence[int]]) -> Array:
    """Count, by case, the samples up to the first that is not the same.

    Args:
        agree: (rules, places), booleans.
        cases: which of the places are in each case.

    Returns:
        (rules, cases).

    """
    return np.stack(
        [np.logical_and.accumulate(agree[:, case], axis=1).sum(axis=1, dtype=np.int8) for case in cases], axis=1
    )


def _alike(topic: Topic, stored: Samples, likely: Likely) -> Iterator[Explanation]:
    """Yield threes with another mistake in the place of one, that has the same path beside one of the two others."""
    few = samples.few(stored.places)

    def row(*mistakes: Mistake) -> Any:
        ordered = sorted(mistakes, key=lambda each: stored.row[name((each,), likely.style)])
        return stored.numbers[stored.row[name(tuple(ordered), likely.style)], few]

    for mistake in likely.mistakes:
        others = [each for each in likely.mistakes if each is not mistake]
        for (new,) in catalogue(topic).singles:
            if new in likely.mistakes or not all(new.beside(each) for each in others):
                continue
            if any(_same(row(new, each), row(mistake, each)).all() for each in others):
                yield (*others, new)


def _same(one: Any, other: Any) -> Any:
    """Return, place by place, whether samples may be those of one and the same path."""
    return np.isclose(one, other, rtol=1e-4, atol=1e-6, equal_nan=True)


def _in_order(stored: Samples, mistakes: Explanation, style: str) -> Explanation:
    """Put first, of what is left each time, the mistake without which most samples are right."""
    few = samples.few(stored.places)
    right = stored.numbers[stored.row[name((), style)], few]
    left = sorted(mistakes, key=lambda each: stored.row[name((each,), style)])
    ordered: list[Mistake] = []
    while len(left) > 1:
        mended = []
        for mistake in left:
            rest = tuple(each for each in left if each is not mistake)
            row = stored.numbers[stored.row[name(rest, style)], few]
            mended.append(int(_same(row, right).sum()))
        ordered.append(left.pop(int(np.argmax(mended))))
    return (*ordered, *left)
