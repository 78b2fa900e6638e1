"""Every label of the benchmark is true: right rules pass, wrong ones do not, and each is wrong in the way it says."""

from __future__ import annotations

import functools
import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from benchmarks.diagnosis.corpus import HERE, SPLITS, items
from benchmarks.diagnosis.vocabulary import twin, unknown, value_of, with_defaults
from course.grading import case_set
from course.grading.mistakes import PATH_RIGHT
from course.grading.mistakes.simulate import taken
from course.grading.mistakes.slips import slip
from course.grading.trail import EXACT, FLOAT32, STEPS, Trail
from course.rule import hyperparameters, load
from course.topic import Topic
from tests.grading import trial
from tests.shares import share, shares
from tests.topics import contract

if TYPE_CHECKING:
    from benchmarks.diagnosis.corpus import Item

SEED = "the benchmark's labels"
COUNTS = {"single": 1, "double": 2, "triple": 3}
ONE_SETTING = {"default", "constant"}
STEMS = list(dict.fromkeys(item.stem for item in items()))
pytestmark = [pytest.mark.split("stem"), pytest.mark.parametrize("stem", STEMS)]


@functools.cache
def rule(item: Item) -> Any:
    """The class in a file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return load(item.file, Topic.load(item.stem).class_name)


def failed(item: Item, *, seed: str | None = None, stretch: bool = False) -> set[str]:
    """The cases, visible or of a seed, that a rule does not pass; the long run only if it passes the others."""
    topic = Topic.load(item.stem)
    known = case_set.visible(topic) if seed is None else case_set.hidden(topic, seed)
    wrong: set[str] = set()
    for case in sorted(known, key=lambda case: case.steps):
        if case.stretch is stretch and not (wrong and case.steps > STEPS):
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                found = trial.judgement(item.stem, rule(item), item.file, *trial.expected(item.stem, seed, case.id))
            wrong |= {case.id} if found.status != "passed" else set()
    return wrong


def test_the_labels_and_the_files_go_together(stem: str) -> None:
    for split in SPLITS:
        numbers = {item.number for item in items(split, stem)}
        assert {file.stem for file in (HERE / split / stem).glob("*.py")} == numbers
    everything = items(stem=stem)
    assert len({item.number for item in everything}) == len(everything)
    assert len({item.source for item in everything}) == len(everything)
    for item in everything:
        assert unknown(item) == [], item.id
        assert len(set(item.mistakes)) == len(item.mistakes) >= COUNTS.get(item.kind, 0), item.id
        assert item.kind not in COUNTS or len(item.mistakes) == COUNTS[item.kind], item.id
        assert set(item.values) <= {value_of(word) for word in item.mistakes}, item.id


def test_right_rules_pass(stem: str) -> None:
    for item in items(stem=stem):
        if item.right:
            assert failed(item) == set(), item.id
            assert failed(item, seed=SEED) == set(), item.id
            assert own_defaults(item) == {}, item.id


@pytest.mark.parametrize("every", shares(4))
def test_wrong_rules_do_not_pass(stem: str, every: int) -> None:
    for item in share(items(stem=stem), every, stem):
        if not item.right:
            stretch = item.part == "stretch"
            assert failed(item, stretch=stretch) or failed(item, seed=SEED, stretch=stretch), item.id
            assert not stretch or not failed(item), item.id
            assert item.kind == "handling" or slips(item) <= {*item.mistakes}, item.id


def own_defaults(item: Item) -> dict[str, Any]:
    """By name, the defaults of a file that are not those of the contract."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        own = with_defaults(item.stem, rule(item))
    said = {name: getattr(own, name, value) for name, value in contract(item.stem)["core"].items()}
    return {name: value for name, value in said.items() if value != contract(item.stem)["core"][name]}


def slips(item: Item) -> set[str]:
    """What a file does beside its numbers: the ids of slips, and "" for every other way not to answer."""
    found = set()
    for case in case_set.visible(Topic.load(item.stem)):
        if not case.stretch and case.steps <= STEPS:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                problem = trial.answer(item.stem, rule(item), case, item.file).problem
            found |= {slip(problem) or ""} if problem else set()
    return found


def leaves(item: Item, label: Item | None = None) -> str | None:
    """The first case in which a file does something else than its label, or another one, says; None if none."""
    meant = twin(label or item)
    topic = Topic.load(item.stem)
    stretch = item.part == "stretch"
    tolerance = FLOAT32 if "float32-inside" in item.mistakes else EXACT
    for case in case_set.visible(topic):
        if case.stretch is not stretch:
            continue
        case = replace(case, grads=case.grads[:STEPS])  # noqa: PLW2901 - the beginning of the same case
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            trail = Trail.of(case, trial.answer(item.stem, rule(item), case, item.file))
            path = taken(meant(**hyperparameters(case.hyperparameters)), case)
            if not trail.follows(path, tolerance):
                return case.id
    return None


@pytest.mark.parametrize("every", shares(4))
def test_wrong_rules_do_what_their_labels_say(stem: str, every: int) -> None:
    """The course's solution with these mistakes in it takes the same path."""
    for item in share(items(stem=stem), every, stem):
        if item.right or (item.kind in {"handling", "sneaky"} and twin(item) is None):
            continue
        assert twin(item) is not None, f"{item.id}: no edit makes {item.mistakes}"
        assert leaves(item) is None, item.id
        assert slips(item) & PATH_RIGHT == PATH_RIGHT & {*item.mistakes}, item.id
        defaults = {f"default-{name.replace('_', '-')}" for name in own_defaults(item)}
        assert defaults <= {*item.mistakes}, item.id


@pytest.mark.parametrize("every", shares(4))
def test_every_mistake_of_a_label_is_seen(stem: str, every: int) -> None:
    """With one of them less, the solution takes another path; else the label would say more than the file shows."""
    for item in share(items(stem=stem), every, stem):
        for word in {*item.mistakes} - PATH_RIGHT if len(item.mistakes) > 1 and not item.edits else ():
            rest = tuple(other for other in item.mistakes if other != word)
            values = {name: value for name, value in item.values.items() if name in map(value_of, rest)}
            less = replace(item, mistakes=rest, values=values)
            assert twin(item) is None or leaves(item, less) is not None, f"{item.id}: {word}"
