"""What the tests of the rules share: make a rule from its solution, draw inputs, run, compare whole trajectories."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading.case import Case, Trajectory
from course.rule import Run, load
from course.text import Text
from course.topic import Topic, topics
from tests.topics import contract

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

STEMS = tuple(each.stem for each in topics("rule"))
STEPS = 60
RELATIVE = 1e-12

INNER = {"rule": "momentum", "lr": 0.07, "momentum": 0.8}
BUSY: dict[str, dict[str, Any]] = {
    each.stem: ({"inner": INNER} if each.inner else {}) | contract(each.stem)["busy"] for each in topics("rule")
}
"""Every option of every rule switched on, nothing at its default."""


def make(stem: str, hyperparameters: Mapping[str, Any]) -> Any:
    """Make the rule of the solution; Lookahead's inner rule is made from its mapping."""
    given = dict(hyperparameters)
    if "inner" in given:
        inner = dict(given["inner"])
        given["inner"] = make(inner.pop("rule"), inner)
    return load(Topic.load(stem).solution, Topic.load(stem).class_name)(**given)


def assign(rule: Any, changes: Mapping[str, Any]) -> None:
    """Do what a schedule does between two steps."""
    for name, value in changes.items():
        owner, _, attribute = name.rpartition(".")
        setattr(getattr(rule, owner) if owner else rule, attribute, value)


def draw_case(
    hyperparameters: Mapping[str, Any],
    *,
    seed: int = 0,
    steps: int = STEPS,
    shapes: tuple[tuple[int, ...], ...] = ((3, 2), (), (4,)),
    schedule: Mapping[int, Mapping[str, Any]] | None = None,
    start: float = 1.0,
    scale: float = 0.3,
) -> Case:
    """Draw normal parameters and gradients; every fifth element of a gradient is zero."""
    random = np.random.default_rng(seed)
    params = tuple(np.asarray(start * random.normal(size=shape)) for shape in shapes)
    grads = tuple(
        tuple(np.asarray(scale * random.normal(size=shape) * (random.random(shape) > 0.2)) for shape in shapes)
        for _ in range(steps)
    )
    return Case(
        id="drawn",
        title=Text(en="drawn", zh="抽取"),
        hyperparameters=dict(hyperparameters),
        params=params,
        grads=grads,
        schedule={step: dict(changes) for step, changes in (schedule or {}).items()},
    )


def run(stem: str, case: Case, to: Callable[[Any], Any] = np.asarray) -> Trajectory:
    """Run the solution on the case.

    Args:
        stem: which solution.
        case: on what.
        to: makes the backend's array of a numpy array.

    """
    rule = make(stem, case.hyperparameters)
    running = Run(rule, [to(param) for param in case.params])
    params: list[list[Any]] = [[] for _ in case.params]
    state: dict[str, list[list[Any]]] = {name: [[] for _ in case.params] for name in Topic.load(stem).state}
    for t, grads in enumerate(case.grads, 1):
        assign(rule, case.schedule.get(t, {}))
        running.step([to(grad) for grad in grads])
        for i, param in enumerate(running.params):
            params[i].append(plain(param))
            for name, recorded in state.items():
                if running.state[i][name] is not None:  # momentum's buffer, while μ = 0
                    recorded[i].append(plain(running.state[i][name]))
    return Trajectory(
        params=tuple(np.stack(each) for each in params),
        state={
            name: tuple(np.stack(each) for each in recorded)
            for name, recorded in state.items()
            if all(len(each) == case.steps for each in recorded)
        },
    )


def plain(array: Any) -> Any:
    """Copy to numpy float64, from whatever backend."""
    on_cpu = array.cpu().numpy() if hasattr(array, "cpu") else array
    return np.array(on_cpu, dtype=np.float64)


def first_difference(got: Trajectory, expected: Trajectory, relative: float = RELATIVE) -> str | None:
    """Say where two trajectories part, or return None.

    Differences are measured against the largest value of that quantity in the whole run, so that an element on its way
    through zero is not held to a precision that no float64 arithmetic has. State is compared where `expected` has it.
    """
    found: list[tuple[int, str]] = []
    pairs = {"param": (got.params, expected.params)}
    pairs |= {name: (got.state[name], values) for name, values in expected.state.items()}
    for quantity, (ours, theirs) in pairs.items():
        for i, (our, their) in enumerate(zip(ours, theirs, strict=True)):
            if our.shape != their.shape:
                found.append((0, f"parameter {i}, {quantity}: shape {our.shape}, expected {their.shape}"))
                continue
            off = ~(np.abs(our - their) <= relative * np.abs(their).max())  # so that NaN counts as off
            steps = np.flatnonzero(off.reshape(len(off), -1).any(axis=1))
            if steps.size:
                t = int(steps[0])
                found.append((t + 1, f"parameter {i}, {quantity}: {our[t]}, expected {their[t]}"))
    if not found:
        return None
    step, what = min(found)
    return f"first difference at step {step}, {what}"
