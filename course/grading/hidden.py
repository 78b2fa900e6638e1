"""Torch's answers to a class's hidden cases, worked out here or handed over by another process of ours."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from course.grading import case_set, kinds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from course.grading.case import Trajectory
    from course.topic import Topic

    Answers = Mapping[str, Trajectory]

_handed_over: dict[tuple[str, str], Answers] = {}
"""By topic and seed, the last `MOST`."""

MOST = 32


def answers(topic: Topic, seed: str) -> Answers:
    """Return torch's trajectory on each hidden case; a whole class is held against the same ones.

    Args:
        topic: which exercise.
        seed: the class's secret seed.

    Returns:
        By case id, the trajectory.

    """
    found = _handed_over.get((topic.stem, seed))
    return _worked_out(topic, seed) if found is None else found


@functools.lru_cache(maxsize=MOST)
def _worked_out(topic: Topic, seed: str) -> Answers:
    return {case.id: kinds.of(topic).answer(topic, case) for case in case_set.hidden(topic, seed)}


def known(stem: str, seed: str) -> bool:
    """Return whether another process has handed over the answers.

    Args:
        stem: the topic.
        seed: the class's secret seed.

    Returns:
        True if `answers` need not ask torch.

    """
    return (stem, seed) in _handed_over


def know(seed: str, handed_over: Mapping[str, Answers]) -> None:
    """Take answers over, so that this process need not import torch.

    Args:
        seed: the class's secret seed.
        handed_over: by topic, what `answers` has returned in another process of ours.

    """
    for stem, each in handed_over.items():
        _handed_over[stem, seed] = each
    for old in list(_handed_over)[:-MOST]:
        del _handed_over[old]


def all_known(seed: str) -> dict[str, Answers]:
    """Return what has been handed over for a seed, by topic."""
    return {stem: each for (stem, of), each in _handed_over.items() if of == seed}
