"""Runs a tuner of ours on a sweep, in the judge's process: the solution, or a tuner with mistakes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from course.grading.tuner.sweep import usable
from course.grading.tuner.talk import Search, search
from course.rule import BudgetSpentError

if TYPE_CHECKING:
    from course.grading.tuner.sweep import Sweep


def searched(tuner: Any, case: Sweep) -> Search:
    """Let a tuner search, as the worker and the judge let one together.

    Args:
        tuner: one of ours, new.
        case: what it searches.

    Returns:
        Its search.

    """
    asked: list[float] = []
    losses: list[float] = []

    def loss(rate: float) -> float:
        granted = len(asked) < case.budget
        if granted:
            losses.append(case.task.run(rate, asked) if usable(rate) else float("nan"))
        if len(asked) <= case.budget:
            asked.append(float(rate))
        if not granted:
            raise BudgetSpentError(case.budget)
        return losses[-1]

    try:
        found = float(tuner.tune(loss))
    except (BudgetSpentError, ValueError, ArithmeticError, LookupError, TypeError):
        return search(case, asked, losses, None, problem={"kind": "stopped"})
    return search(case, asked, losses, found)
