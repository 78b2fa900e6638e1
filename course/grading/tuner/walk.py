"""Runs a tuner in this process, as the worker and the judge run one together: one of ours, or the learner's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from course.grading.tuner.runs import Search, SearchRuns
from course.rule import BudgetSpentError, number

if TYPE_CHECKING:
    from course.grading.tuner.case import TunerCase

read = number()


def searched(tuner: Any, case: TunerCase) -> Search:
    """Let a tuner search.

    Args:
        tuner: a new one.
        case: what it searches.

    Returns:
        Its search.

    Raises:
        Exception: whatever the tuner raises, but for what ends a search that asks for too much.

    """
    return _searched(tuner, SearchRuns(case))


def attempted(tuner: Any, case: TunerCase) -> Search:
    """Let a tuner search to the end, or to where a mistake in it stops it.

    Args:
        tuner: a new one.
        case: what it searches.

    Returns:
        Its search.

    """
    runs = SearchRuns(case)
    try:
        return _searched(tuner, runs)
    except (ValueError, ArithmeticError, LookupError, TypeError):
        return runs.ended(None, {"kind": "stopped"})


def _searched(tuner: Any, runs: SearchRuns) -> Search:
    strange: list[str] = []

    def loss(rate: Any) -> float:
        asked = read(rate)
        if asked is None:
            strange.append(type(rate).__name__)
            raise TypeError(f"a learning rate is a number, not {type(rate).__name__}")
        told = runs.run(asked)
        if told is None:
            raise BudgetSpentError(runs.case.budget)
        return told

    try:
        returned = tuner.tune(loss)
    except BudgetSpentError:
        return runs.ended(None)
    found, problem = read(returned), None
    if strange:  # and the tuner has caught that
        problem = {"kind": "asked-no-number", "facts": strange[:1]}
    elif found is None:
        problem = {"kind": "found-no-number", "facts": [type(returned).__name__]}
    return runs.ended(found, problem)
