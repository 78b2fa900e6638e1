"""The mistakes are told apart: by far more than the tolerance, and nearly all pairs too."""

from __future__ import annotations

import functools

import pytest

from course.grading.trail import EXACT
from course.topic import topics
from tests.grading import catalogued
from tests.shares import shares

pytestmark = pytest.mark.split("stem")

STEMS = [topic.stem for topic in topics()]

FAR = 1000 * EXACT.relative
"""Far more than the tolerance: what any two mistakes are at least apart."""


@functools.cache
def separation(stem: str, every: int) -> catalogued.Separation:
    return catalogued.separation(stem, every)


@pytest.mark.parametrize("every", shares(10))
@pytest.mark.parametrize("stem", STEMS)
def test_mistakes_are_far_from_right_and_from_each_other(stem: str, every: int) -> None:
    found = separation(stem, every)
    assert found.from_right > FAR
    assert found.from_each_other > FAR, found.nearest


@pytest.mark.parametrize("every", shares(10))
@pytest.mark.parametrize("stem", STEMS)
def test_pairs_are_told_apart(stem: str, every: int) -> None:
    """From one another, from each mistake and from the right rule: one pair in so many, or all."""
    found = separation(stem, every)
    assert found.told_apart >= 0.95 * found.pairs
