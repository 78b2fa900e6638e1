"""No automatic mutant of a solution passes, unless it is the solution in other words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from course.grading.case_set import stretch_names
from course.topic import Topic, topics
from tests.grading import equality, mutants
from tests.shares import shares

pytestmark = pytest.mark.split("stem")

STEMS = [topic.stem for topic in topics("rule")]


@pytest.mark.parametrize("every", shares(4))
@pytest.mark.parametrize("stem", STEMS)
def test_no_mutant_gets_through(stem: str, every: int) -> None:
    found = mutants.fates(stem, every)
    print(stem, mutants.counts(stem, every))
    assert sum(mutants.counts(stem, every)[fate] for fate in mutants.FATES) == len(found)
    assert [mutant.change for mutant, fate in found.items() if fate == "hole"] == []
    # What only a secret seed's numbers catch, a learner at home is told is right.
    assert [mutant.change for mutant, fate in found.items() if fate == "hidden"] == []


@pytest.mark.parametrize("every", shares(4))
@pytest.mark.parametrize("stem", [stem for stem in STEMS if stretch_names(Topic.load(stem))])
def test_no_two_slips_in_the_stretch_get_through(stem: str, every: int) -> None:
    """A sample of pairs, the first slip of which the core cases do not see."""
    made = mutants.pairs(stem, first=12 if every == 1 else 4, second=12, every=every)
    assert len(made) >= 20
    fates = {mutant.change: mutants.fate(stem, mutant) for mutant in made}
    assert [change for change, fate in fates.items() if fate in {"hidden", "hole"}] == []
    assert every > 1 or "stretch" in fates.values()  # in four dozen pairs there need be none


@pytest.mark.parametrize("stem", STEMS)
def test_mutants_are_many_and_of_all_kinds(stem: str) -> None:
    """A change that the mutator fails to make is a question that is never asked."""
    made = mutants.mutants(stem)
    assert len({mutant.source for mutant in made}) == len(made) >= 70
    kinds = {mutant.change.partition(":")[0] for mutant in made}
    always = {"constant", "name", "hyperparameter", "operator", "sign", "root", "term or factor removed"}
    options = {"statement guarded", "early return"} if stretch_names(Topic.load(stem)) else set()
    assert kinds >= always | options | {"condition", "statement dropped"}, kinds


def test_only_the_right_rule_is_equal() -> None:
    """The long random runs tell apart what differs in the smallest way, late, or at the ends of the ranges alone."""
    adam: Any = equality.solution("adam")
    assert equality.same("adam", adam)

    class Late(adam):  # type: ignore[misc]
        def update(self, param: Any, grad: Any, state: Any) -> Any:
            new, after = super().update(param, grad, state)
            return (new * (1 + 1e-7) if state["step"] == 2000 else new), after

    class AtTheEnd(adam):  # type: ignore[misc]
        def update(self, param: Any, grad: Any, state: Any) -> Any:
            new, after = super().update(param, grad, state)
            return (new + 1e-3 if self.betas[1] == 0 else new), after

    assert not equality.same("adam", Late)
    assert not equality.same("adam", AtTheEnd)


@pytest.mark.parametrize("stem", STEMS)
def test_equality_tries_every_option_with_every_other(stem: str) -> None:
    """Each on and off beside each other one, on and off, several times; and every core hyperparameter at its ends."""
    given = [equality.Input(stem, number).hyperparameters for number in range(len(equality.ROUNDS))]
    options = sorted(stretch_names(Topic.load(stem)))
    for one in options:
        for other in options:
            met = [(bool(values.get(one)), bool(values.get(other))) for values in given]
            assert all(
                met.count((on, on if one == other else off)) >= 5 for on in (True, False) for off in (True, False)
            )
    for name in ("lr", "weight_decay"):
        assert Topic.load(stem).inner or {0.0, 1.0} <= {float(values[name]) for values in given if name in values}
    kinds = {type(value) for values in given for value in values.values()} - {bool, tuple}
    assert kinds >= {int, float, np.float64}
