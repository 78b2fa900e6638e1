"""No automatic mutant of a solution passes, unless it is the solution in other words."""

from __future__ import annotations

from typing import Any

import pytest

from course.syllabus import topics
from tests.grading import equality, mutants

pytestmark = pytest.mark.split("stem")

STEMS = [topic.stem for topic in topics()]


@pytest.mark.parametrize("stem", STEMS)
def test_no_mutant_gets_through(stem: str) -> None:
    found = mutants.fates(stem)
    print(stem, mutants.counts(stem))
    assert [mutant.change for mutant, fate in found.items() if fate == "hole"] == []
    # What only a secret seed's numbers catch, a learner at home is told is right.
    assert [mutant.change for mutant, fate in found.items() if fate == "hidden"] == []


@pytest.mark.parametrize("stem", STEMS)
def test_mutants_are_many_and_of_all_kinds(stem: str) -> None:
    """A change that the mutator fails to make is a question that is never asked."""
    made = mutants.mutants(stem)
    assert len({mutant.source for mutant in made}) == len(made) >= 70
    kinds = {mutant.change.partition(":")[0] for mutant in made}
    always = {"constant", "name", "hyperparameter", "operator", "sign", "root", "term or factor removed"}
    assert kinds >= always | {"condition", "statement dropped"}, kinds
    assert sum(mutants.counts(stem)[fate] for fate in mutants.FATES) == len(made)


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
