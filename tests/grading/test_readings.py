"""Two right readings of the contract never differ: each rule of `readings/` passes all cases, stretch ones included.

A reading is the solution with edits of the form that `wrong.py` describes. What it does with a hyperparameter that
changes on the way is as right as what the solution does: powers or running products, one memory or all gradients ever
seen, counting up or down.
"""

from __future__ import annotations

import functools
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from course.grading import case_set, sandbox
from course.grading.oracle import trajectory
from course.rule import load
from course.topic import Topic, topics
from tests import topics as corpora
from tests.grading import trial, wrong
from tests.topics import corpus

if TYPE_CHECKING:
    from course.grading.case import Case, Trajectory

STEMS = [topic.stem for topic in topics("rule")]
SEEDS = ("a class", "another class", "a third")
LONGEST = 200
"""As far as the long run is followed: nothing changes on the way there, and sums over everything take their time."""


def readings(stem: str) -> dict[str, str]:
    """Title → text of the file."""
    edits, none = wrong.edits(corpora.HERE / stem / "readings.txt")
    assert not none
    return {title: wrong.edited(wrong.solution(stem), edit) for title, edit in edits.items()}


@functools.cache
def known(stem: str) -> tuple[tuple[Case, Trajectory], ...]:
    """All visible cases, and all hidden ones of several seeds, with what torch makes of them."""
    every = [
        *case_set.visible(Topic.load(stem)),
        *(case for seed in SEEDS for case in case_set.hidden(Topic.load(stem), seed)),
    ]
    short = [replace(case, grads=case.grads[:LONGEST], record_state=False) for case in every]
    return tuple((case, trajectory(Topic.load(stem), case)) for case in short)


@pytest.mark.parametrize(
    ("stem", "title"),
    [pytest.param(stem, title, id=f"{stem}-{title}") for stem in STEMS for title in readings(stem)],
)
def test_a_reading_passes(stem: str, title: str, tmp_path: Path) -> None:
    file = tmp_path / f"{stem}.py"
    file.write_text(readings(stem)[title], "utf-8")
    rule_class = load(file, Topic.load(stem).class_name)
    found = [(case.id, trial.judgement(stem, rule_class, file, case, expected)) for case, expected in known(stem)]
    assert [(name, judgement.reason) for name, judgement in found if judgement.status != "passed"] == []


HISTORY = "whole history summed up again at every step"


@pytest.mark.parametrize("stem", [stem for stem in STEMS if HISTORY in corpus(stem, "right")])
def test_a_rule_that_sums_over_its_whole_history_is_in_time(stem: str) -> None:
    """Its time grows with the square of the steps; half of the computing time that a worker has must do."""
    most = sandbox.Limits().cpu
    verdict = trial.judged(
        stem, corpus(stem, "right")[HISTORY], SEEDS[0], sandbox.Limits(cpu=most // 2, wall=12.0 * most)
    )
    assert [(case.id, case.reason) for case in verdict.cases if not case.passed and not case.stretch] == []
    assert verdict.status == "passed"


def test_whole_histories_are_tried() -> None:
    assert sum(HISTORY in corpus(stem, "right") for stem in STEMS) >= 4


@pytest.mark.parametrize("stem", STEMS)
def test_there_are_two_readings_at_least(stem: str) -> None:
    assert len(readings(stem)) >= 2


def test_a_schedule_that_can_be_read_in_two_ways_is_noticed() -> None:
    """The readings themselves: where a memory is full when its momentum changes, they part."""
    case = next(case for case in case_set.visible(Topic.load("momentum")) if case.id == "two-parameters")
    case = replace(case, schedule={10: {"momentum": 0.3}}, record_state=False)
    reference = trajectory(Topic.load("momentum"), case)
    right_there = {}
    for title, source in readings("momentum").items():
        made: dict[str, Any] = {}
        exec(source, made)  # noqa: S102 - our own
        right_there[title] = (
            trial.judgement("momentum", made["Momentum"], Path("x.py"), case, reference).status == "passed"
        )
    assert right_there["a buffer that never rests"]
    assert not right_there["the whole history, powers of the present momentum"]
