"""Phases of a topic: a test of the solution's, however it is written, and never one that the solution has not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from course.authoring import phases as checked
from course.grading.case_set import visible
from course.grading.findings.phases import phases
from course.topic import Topic, topics

pytestmark = pytest.mark.usefixtures("no_piece_helps")


TOPIC = next(topic for topic in topics() if topic.phases)
((NAME, (WHEN, WORDS)),) = TOPIC.phases.items()


def of(when: str) -> Topic:
    """The topic with another test."""
    return replace(TOPIC, phases={NAME: (when, WORDS)})


@pytest.mark.parametrize("topic", topics(), ids=lambda topic: topic.stem)
def test_every_phase_is_a_test_of_the_solution(topic: Topic) -> None:
    assert checked.problems(topic) == []


@pytest.mark.parametrize("when", [f"({WHEN})", WHEN.replace(" ", ""), f" {WHEN} "])
def test_a_test_may_be_written_otherwise(when: str) -> None:
    topic, cases = of(when), visible(TOPIC)[:2]
    assert checked.problems(topic) == []
    ((_, _, wanted),) = phases(TOPIC, cases)
    ((name, text, got),) = phases(topic, cases)
    assert (name, text) == (NAME, WORDS)
    assert all(np.array_equal(one, other) for one, other in zip(wanted, got, strict=True))
    assert any(column.any() and not column.all() for column in got)


@pytest.mark.parametrize("when", ["rho > 4", "rho >", "self.nothing", "", "rho > 5 if"])
def test_a_test_that_the_solution_has_not_is_refused(when: str) -> None:
    (problem,) = checked.problems(of(when))
    for text in (problem.en, problem.zh):
        assert f"[phases.{NAME}]" in text
        assert f"`if {when}:`" in text
    assert [column.any() for _, _, found in phases(of(when), visible(TOPIC)[:2]) for column in found] == [False, False]
