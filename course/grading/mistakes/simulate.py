"""How a mistaken rule moves the parameters of the cases."""

from __future__ import annotations

import functools
import threading
from collections import OrderedDict
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading import kinds
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
    rule_class = catalogue(topic).make(explanation, style, bare=True)
    for case in cases:
        with np.errstate(all="ignore"):
            path = kinds.of(topic).path(rule_class(**hyperparameters(case.hyperparameters)), case)
        yield case, path


class Followed:
    """The paths of one rule with mistakes, each simulated when it is first asked for and kept for the next file.

    Args:
        topic: which exercise.
        explanation: the mistakes.
        cases: what it is run on, in this order.
        style: how the rule is written.

    """

    def __init__(self, topic: Topic, explanation: Explanation, cases: Sequence[Case], style: str) -> None:
        self._of = catalogue(topic), explanation, tuple(cases)  # kept, so that nothing else gets their numbers
        self._begin = functools.partial(simulate_each, topic, explanation, self._of[2], style)
        self._left = self._begin()
        self._paths: list[tuple[Array, ...]] = []
        self._lock = threading.Lock()

    def path(self, number: int) -> tuple[Array, ...]:
        """Return the path in the case of this number, by parameter, (steps, *shape)."""
        with self._lock:
            try:
                while len(self._paths) <= number:
                    self._paths.append(next(self._left)[1])
            except BaseException:  # interrupted, or a catalogue that is damaged: what is left would be missing
                self._left, self._paths = self._begin(), []
                raise
            return self._paths[number]


MOST = 200
"""Rules whose paths are kept, the last that were asked for: a class makes the same mistakes."""
_followed: OrderedDict[tuple[Any, ...], Followed] = OrderedDict()
_one_at_a_time = threading.Lock()


def followed(topic: Topic, explanation: Explanation, cases: Sequence[Case], style: str) -> Followed:
    """Return the paths of a rule with these mistakes; nothing of them depends on the file that is judged.

    Args:
        topic: which exercise.
        explanation: the mistakes.
        cases: what it is run on, in this order; the very same objects find what was simulated before.
        style: how the rule is written.

    Returns:
        The paths.

    """
    what = (id(catalogue(topic)), style, len(explanation), *map(id, explanation), *map(id, cases))
    with _one_at_a_time:
        found = _followed.pop(what) if what in _followed else Followed(topic, explanation, cases, style)
        _followed[what] = found
        while len(_followed) > MOST:
            _followed.popitem(last=False)
    return found


def steps(run: Run, case: Case) -> Iterator[Sequence[Any]]:
    """Let a rule walk through a case, a step whenever one is asked for.

    Args:
        run: of a rule of ours, at the case's parameters.
        case: gradients and schedule.

    Yields:
        The parameters after each step; the list is the run's own, and changes with the next one.

    Raises:
        ValueError: the rule returns something else than a parameter.
        Exception: whatever the rule raises.

    """
    for step, grads in enumerate(case.grads):
        assign(run.rule, case.schedule.get(step + 1, {}))
        run.step(grads)
        for new, param in zip(run.params, case.params, strict=True):
            if np.shape(new) != param.shape:
                raise ValueError(np.shape(new))
        yield run.params


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
    with suppress(ValueError, ArithmeticError):  # shapes that do not go together, or two mistakes that divide by zero
        for params in steps(run, case):
            path.append(list(params))  # noqa: PERF401 - what was walked before the rule stops is kept
    columns = zip(*path, strict=True) if path else ([] for _ in case.params)
    return tuple(
        np.asarray(column, dtype=np.float64).reshape(len(path), *param.shape)
        for column, param in zip(columns, case.params, strict=True)
    )
