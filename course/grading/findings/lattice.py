"""Small inputs of a topic, from the smallest up: on which of them does a wrong rule first go wrong?

One parameter with one element first, then few steps, then few hyperparameters away from their defaults, and numbers
that are easily computed by hand. Nothing of it depends on the file that is judged.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from course.grading import case_set, fresh, stored
from course.grading.case import Case
from course.grading.findings.asking import PROBE, TITLE, made
from course.grading.findings.showing import MOST_NUMBERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from course.grading.case import Array, Trajectory
    from course.topic import Topic

Given = dict[str, Any]
"""Hyperparameters by name."""
Input = tuple[tuple["Array", ...], list[tuple["Array", ...]]]
"""Parameters, and their gradients step by step."""


def rounded(value: Any) -> Any:
    """Take for each range of a `topic.toml` a number with one digit from its middle.

    Args:
        value: what `topic.toml` gives a hyperparameter in its cases.

    Returns:
        The same with numbers only.

    """
    if isinstance(value, dict) and "between" in value:
        low, high = value["between"]
        return float(f"{(low + high) / 2:.1g}")
    if isinstance(value, dict):
        return {name: rounded(each) for name, each in value.items()}
    return [rounded(each) for each in value] if isinstance(value, list) else value


def _given(topic: Topic) -> list[Given]:
    """Return the hyperparameters to try: the rate alone, none, one more each, and all."""
    needed = rounded(topic.cases.get("required", {}))
    values = {name: each for name, each in rounded(topic.cases["values"]).items() if name not in needed}
    rate = {"lr": values["lr"]} if "lr" in values else {}
    ends = {name: each for name, each in topic.cases["edges"].items() if rounded(each) == each and name != "lr"}
    one_more = [*values.items(), *ends.items()]
    found = [rate, {}, *(rate | {name: each} for name, each in one_more), values]
    different = [each for number, each in enumerate(found) if each not in found[:number]]
    return [needed | each for each in different]


def _one(start: float, *grads: float) -> Input:
    """Return one parameter of one element."""
    return (np.array([float(start)]),), [(np.array([float(grad)]),) for grad in grads]


def _inputs() -> Iterator[tuple[Input, bool]]:
    """Yield the inputs, and whether all hyperparameters are tried with them."""
    yield _one(1, 2), True
    yield _one(1, 0), True
    yield from ((_one(*each), False) for each in ((1, -2), (-1, 2), (0, 2), (1, 0.5), (0, 1e-8), (0, 1e6)))
    yield ((np.array(1.0),), [(np.array(2.0),)]), False
    yield _one(1, 2, -1), True
    yield from ((_one(1, *grads), False) for grads in ((2, 0), (0, 2)))
    yield _one(1, 2, -1, 0.5), True
    yield _one(1, *[2, -1] * 60), False  # it is cut where it first goes wrong
    two, other = np.array([1.0, -1.0]), np.array([2.0, 0.5])
    yield ((two,), [(other,)]), False
    yield ((two,), [(np.array([2.0, 0.0]),), (other,)]), False
    yield ((np.array([1.0]), np.array([-1.0])), [(np.array([2.0]), np.array([0.5]))] * 2), False
    square = np.array([[1.0, -1.0], [2.0, 0.5]])
    yield ((square,), [(square[::-1],), (square,)]), False


def _changes(given: list[Given]) -> Iterator[tuple[Given, dict[str, float]]]:
    """Yield what a schedule may change before any step, whatever the rule, and beside which hyperparameters."""
    rate = "lr" if "lr" in given[-1] else "inner.lr"
    for values, new in ((given[0], 0.05), (given[-1], 0.05), (given[0], 0.0)):
        yield values, {rate: new}
    for name in ("weight_decay", "eps", "eta_min"):
        if name in given[-1]:
            yield given[-1], {name: given[-1][name] * 10}


def size(case: Case) -> tuple[int, ...]:
    """Return how large an input is: elements, parameters, steps, and what is given besides the rate.

    Args:
        case: the input.

    Returns:
        What is compared, the weightiest first; a change on the way counts as a hyperparameter.

    """
    elements = sum(param.size for param in case.params)
    given = case.hyperparameters.keys() - {"lr"}
    return elements, len(case.params), case.steps, len(given) + len(case.schedule)


@functools.cache
def lattice(topic: Topic) -> tuple[Case, ...]:
    """Return the small inputs of a topic, the smallest first.

    Args:
        topic: which exercise.

    Returns:
        The inputs, as cases.

    """
    given = _given(topic)
    some = [given[0], given[-1]]
    found: list[tuple[Given, tuple[Array, ...], list[tuple[Array, ...]], dict[int, dict[str, float]]]]
    found = [(each, params, grads, {}) for (params, grads), full in _inputs() for each in (given if full else some)]
    params, grads = _one(1, 2, -1)
    found += [(values, params, grads, {2: told}) for values, told in _changes(given)]
    cases = [
        Case(f"{PROBE}small-{number}", TITLE, values, params, tuple(grads), schedule)
        for number, (values, params, grads, schedule) in enumerate(found)
    ]
    return tuple(sorted(cases, key=size))  # stable: what was told first is the simpler


@functools.lru_cache(maxsize=4096)
def answered(topic: Topic, number: int) -> Trajectory:
    """Return what is right on one of the small inputs, run when it is first asked for.

    Args:
        topic: which exercise.
        number: of the input, in the lattice.

    Returns:
        What `right` does.

    """
    return right(topic, lattice(topic)[number])


def right(topic: Topic, case: Case) -> Trajectory:
    """Run the course's own solution on an input.

    Args:
        topic: which exercise.
        case: the input.

    Returns:
        Its parameters, and the state entries that torch has, after every step.

    """
    return fresh.trajectory(made(topic), case, _kinds(topic))


@functools.cache
def _kinds(topic: Topic) -> dict[str, str]:
    case = next(case for case in case_set.visible(topic) if case.id == "defaults")
    known = stored.read(topic, [case])[case.id].state
    return {name: topic.state[name] for name in topic.state if name in known}


Kept = Literal["element", "parameter", "case"]
"""What a case is made smaller to."""


def reduced(case: Case, steps: int, parameter: int, element: int) -> list[tuple[Kept, Case]]:
    """Make a case smaller around the place where a rule first goes wrong in it.

    Args:
        case: the case.
        steps: how far to go in it.
        parameter: which one is wrong.
        element: which of its elements, flat.

    Returns:
        The smaller ones, the smallest first: one element, one parameter, or all of them; where there are few numbers,
        with one digit each before they are as they were.

    """

    def one(array: Array) -> Array:
        return array.reshape(-1)[element : element + 1]

    def short(array: Array) -> Array:
        return np.reshape([float(f"{each:.1g}") for each in array.flat], array.shape)

    case = case.until(steps)
    param, grads = case.params[parameter], [step[parameter] for step in case.grads]
    kept: dict[Kept, Input] = {
        "element": ((one(param),), [(one(grad),) for grad in grads]),
        "parameter": ((param,), [(grad,) for grad in grads]),
        "case": (case.params, list(case.grads)),
    }
    found: list[tuple[Kept, Case]] = []
    for what, (starts, pulls) in kept.items():
        forms = [(starts, pulls)]
        if len(pulls) * sum(start.size for start in starts) <= MOST_NUMBERS:
            forms.insert(0, (tuple(map(short, starts)), [tuple(map(short, step)) for step in pulls]))
        for params, columns in forms:
            name = f"{PROBE}reduced-{len(found)}"
            found.append((what, Case(name, case.title, case.hyperparameters, params, tuple(columns), case.schedule)))
    return found
