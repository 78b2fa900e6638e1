"""What a right rule computes on its way, place by place: a wrong one may cut it off, drop it or end it somewhere.

`[quantities]` in a `topic.toml` names numbers of the solution, as expressions in what its `update` holds when it
returns, such as `beta1**step`, and says them in words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading.case_set import visible
from course.grading.findings.witness import witnessed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from course.grading.case import Array, Case
    from course.grading.findings.leaving import Level
    from course.text import Text
    from course.topic import Topic


def unknown(topic: Topic) -> tuple[str, ...]:
    """Return the names of the quantities that cannot be computed in the first case: none of them would ever be told."""
    if not topic.quantities:
        return ()
    told = {name for name, _, _, rows in quantities(topic, visible(topic)[:1]) if any(row.any() for row in rows[0])}
    return tuple(name for name in topic.quantities if name not in told)


def quantities(topic: Topic, cases: Sequence[Case]) -> Iterator[tuple[str, Level, Text, list[list[Array]]]]:
    """Yield the quantities of a topic, and how large each is at every place.

    Args:
        topic: which exercise.
        cases: its core cases.

    Yields:
        Its name; whether it is one number for a whole case or one an element; what it is in words; and by case and
        parameter, its size (steps, *shape), 0 where there is none.

    """
    if not topic.quantities:
        return
    of = {name: expression for name, (expression, _) in topic.quantities.items()}
    rows: dict[str, list[list[Array]]] = {name: [] for name in of}
    number = dict.fromkeys(of, True)
    for case, found in zip(cases, witnessed(topic, of, cases, abs), strict=True):
        for name, columns in found.items():
            number[name] &= all(np.ndim(value) == 0 for column in columns for value in column)
            rows[name].append([_column(*each) for each in zip(columns, case.params, strict=True)])
    for name, (_, text) in topic.quantities.items():
        yield name, "case" if number[name] else "element", text, rows[name]


def _column(values: list[Any], param: Array) -> Array:
    """Return the sizes of one parameter, step by step, (steps, *shape): a number counts for every element."""
    sizes = [0.0 if value is None else value for value in values]
    shapes = {getattr(size, "shape", ()) for size in sizes}
    if shapes == {param.shape} and param.ndim:
        return np.array(sizes)
    if shapes != {()}:
        return np.array([np.broadcast_to(size, param.shape) for size in sizes])
    numbers = np.array(sizes, dtype=float).reshape(-1, *[1] * param.ndim)
    return np.broadcast_to(numbers, (len(sizes), *param.shape))
