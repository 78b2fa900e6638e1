"""How a mistaken rule moves the parameters of the cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading.mistakes.catalogue import catalogue
from course.rule import Run, assign, hyperparameters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from course.grading.case import Array, Case
    from course.grading.mistakes.catalogue import Explanation
    from course.topic import Topic


def simulate(
    topic: Topic, explanation: Explanation, cases: Sequence[Case], style: str = ""
) -> dict[str, tuple[Array, ...]]:
    """Return how a rule with these mistakes moves the parameters of the cases, run in this order.

    Args:
        topic: which exercise.
        explanation: the mistakes.
        cases: what it is run on; one class for all, as a learner's file is.
        style: how the rule is written.

    Returns:
        By case id and parameter, (steps, *shape); fewer steps than the case has if the rule stops by itself.

    """
    return {case.id: path for case, path in simulate_each(topic, explanation, cases, style)}


def simulate_each(
    topic: Topic, explanation: Explanation, cases: Iterable[Case], style: str = ""
) -> Iterator[tuple[Case, tuple[Array, ...]]]:
    """Simulate one case after the other, each when it is asked for.

    Args:
        topic: which exercise.
        explanation: the mistakes.
        cases: what it is run on, in this order.
        style: how the rule is written.

    Yields:
        Each case, and its path by parameter, (steps, *shape).

    """
    rule_class = catalogue(topic).make(explanation, style)
    for case in cases:
        with np.errstate(all="ignore"):
            path = taken(rule_class(**hyperparameters(case.hyperparameters)), case)
        yield case, path


def taken(rule: Any, case: Case) -> tuple[Array, ...]:
    """Return the path that a rule takes in a case, as far as it goes.

    Args:
        rule: a rule of ours, new.
        case: parameters, gradients and schedule.

    Returns:
        By parameter, (steps, *shape), float64; fewer steps than the case has if the rule stops by itself.

    """
    run = Run(rule, case.params)
    path: list[list[Any]] = []
    for step, grads in enumerate(case.grads):
        assign(rule, case.schedule.get(step + 1, {}))
        try:
            run.step(grads)
        except ValueError:  # shapes that do not go together
            break
        if any(np.shape(new) != param.shape for new, param in zip(run.params, case.params, strict=True)):
            break
        path.append(list(run.params))
    columns = zip(*path, strict=True) if path else ([] for _ in case.params)
    return tuple(
        np.asarray(column, dtype=np.float64).reshape(len(path), *param.shape)
        for column, param in zip(columns, case.params, strict=True)
    )
