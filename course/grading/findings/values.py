"""What the hyperparameters of a topic are: in a case, step by step, and which of them count steps."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading.case_set import stretch_names
from course.grading.findings.asking import made

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from course.grading.case import Array, Case
    from course.topic import Topic


def by_step(topic: Topic, case: Case) -> dict[str, Array]:
    """Return the core hyperparameters of a case, step by step, as the schedule leaves them.

    Args:
        topic: which exercise.
        case: one of its cases.

    Returns:
        By name, one number a step; each of a pair by itself, as in `betas[0]`; of an inner rule, as in `inner.lr`.

    """
    values: dict[str, Any] = {}
    for field in dataclasses.fields(made(topic)):
        if field.name not in stretch_names(topic):
            values[field.name] = case.hyperparameters.get(field.name, field.default)
    parts: list[dict[str, float]] = []
    begins: list[int] = []
    for step in sorted({1, *(step for step in case.schedule if 1 <= step <= case.steps)}):
        for name, value in case.schedule.get(step, {}).items():
            if "." in name:
                outer, _, own = name.partition(".")
                values[outer] = {**values[outer], own: value}
            else:
                values[name] = value
        parts.append(dict(_flat(values)))
        begins.append(step)
    lengths = np.diff([*begins, case.steps + 1])
    return {name: np.repeat([part[name] for part in parts], lengths) for name in parts[0]}


def _flat(values: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    for name, value in values.items():
        if isinstance(value, dict):
            yield from ((f"{name}.{own}", float(each)) for own, each in value.items() if own != "rule")
        elif isinstance(value, (list, tuple)):
            yield from ((f"{name}[{k}]", float(each)) for k, each in enumerate(value))
        else:
            yield name, float(value)


def whole_numbers(topic: Topic) -> Iterator[str]:
    """Yield the hyperparameters that are whole numbers: they count steps.

    Args:
        topic: which exercise.

    Yields:
        Their names, in the solution's order.

    """
    for field in dataclasses.fields(made(topic)):
        if type(field.default) is int and field.name not in stretch_names(topic):
            yield field.name
