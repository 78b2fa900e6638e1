"""The path of a rule with known mistakes is simulated once, and is what a new simulation gives."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from course.grading import case_set
from course.grading.mistakes import catalogue
from course.grading.mistakes import simulate as module
from course.grading.mistakes.simulate import Followed, followed, simulate
from course.topic import Topic

if TYPE_CHECKING:
    from collections.abc import Iterator

TOPIC = Topic.load("momentum")
CORE = [case for case in case_set.visible(TOPIC) if not case.stretch and case.steps < 1000]


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_followed", type(module._followed)())


def test_a_path_is_what_a_new_simulation_gives_and_is_kept() -> None:
    one, other = catalogue(TOPIC).singles[:2]
    for explanation in (one, other, (*one, *other)[:1]):
        new = simulate(TOPIC, explanation, CORE)
        for number in (3, 0, 5):
            kept = followed(TOPIC, explanation, CORE, "").path(number)
            assert all(map(np.array_equal, kept, new[CORE[number].id]))
    assert followed(TOPIC, one, CORE, "") is followed(TOPIC, one, list(CORE), "")
    assert len(module._followed) == 2


def test_a_case_with_other_numbers_is_another_case() -> None:
    (explanation, *_) = catalogue(TOPIC).singles
    before = followed(TOPIC, explanation, CORE[:1], "").path(0)
    changed = [replace(CORE[0], params=tuple(param + 1 for param in CORE[0].params))]
    assert not np.array_equal(followed(TOPIC, explanation, changed, "").path(0)[0], before[0])


def test_only_the_last_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 2)
    three = catalogue(TOPIC).singles[:3]
    first = followed(TOPIC, three[0], CORE, "")
    followed(TOPIC, three[1], CORE, "")
    assert followed(TOPIC, three[0], CORE, "") is first
    followed(TOPIC, three[2], CORE, "")
    assert followed(TOPIC, three[0], CORE, "") is first
    assert len(module._followed) == 2


def test_a_simulation_that_was_interrupted_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    (explanation, *_) = catalogue(TOPIC).singles
    right, times = module.simulate_each, []

    def interrupted(*asked: Any) -> Iterator[Any]:
        times.append(1)
        for number, each in enumerate(right(*asked)):
            if number == 1 and len(times) == 1:
                raise KeyboardInterrupt
            yield each

    monkeypatch.setattr(module, "simulate_each", interrupted)
    rule = Followed(TOPIC, explanation, CORE, "")
    with pytest.raises(KeyboardInterrupt):
        rule.path(2)
    new = simulate(TOPIC, explanation, CORE)
    assert all(map(np.array_equal, rule.path(2), new[CORE[2].id]))
    assert all(map(np.array_equal, rule.path(0), new[CORE[0].id]))
