"""What the contract says beyond the numbers: whose arrays are whose, and when hyperparameters are read."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from course.rule import Run
from tests.rules.runs import BUSY, STEMS, draw_case, first_difference, make, run
from tests.rules.test_backends import arrays
from tests.topics import contract

each_rule = pytest.mark.parametrize("stem", STEMS)


@each_rule
def test_parameters_and_gradients_are_never_changed(stem: str) -> None:
    """Neither at once nor steps later: every array ever passed in is compared at the end."""
    case = draw_case(BUSY[stem])
    running = Run(make(stem, BUSY[stem]), [param.copy() for param in case.params])
    passed: list[tuple[Any, Any]] = []
    for grads in case.grads:
        mine = [grad.copy() for grad in grads]
        passed += [(array, np.array(array)) for array in [*running.params, *mine]]
        running.step(mine)
    for array, before in passed:
        np.testing.assert_array_equal(array, before)


@each_rule
def test_the_caller_may_reuse_its_arrays(stem: str) -> None:
    """A training loop writes the new value into the old array, and zeroes the gradient: the state must not notice."""
    case = draw_case(BUSY[stem], shapes=((3, 2), (4,)))
    rule = make(stem, BUSY[stem])
    params = [param.copy() for param in case.params]
    state = [rule.init(param) for param in params]
    grads = [np.empty_like(param) for param in params]
    expected = run(stem, case)
    for t, step in enumerate(case.grads):
        for i, param in enumerate(params):
            grads[i][...] = step[i]
            new, state[i] = rule.update(param, grads[i], state[i])
            param[...] = new
            new[...] = np.nan
            grads[i][...] = np.nan
            np.testing.assert_array_equal(param, expected.params[i][t])


@each_rule
def test_parameters_share_no_state(stem: str) -> None:
    """One rule object, many parameters: each walks as if it were alone, and no two states hold the same memory."""
    case = draw_case(BUSY[stem], shapes=((3,), (3,), ()))
    together = run(stem, case)
    for i in range(3):
        alone = dataclasses.replace(
            case, params=(case.params[i],), grads=tuple((grads[i],) for grads in case.grads), id="alone"
        )
        np.testing.assert_array_equal(run(stem, alone).params[0], together.params[i])
    running = Run(make(stem, BUSY[stem]), list(case.params))
    for grads in [None, *case.grads[:4]]:
        if grads is not None:
            running.step(grads)
        first, second = (
            [array for array in arrays(state) if isinstance(array, np.ndarray)] for state in running.state[:2]
        )
        assert not any(np.shares_memory(one, other) for one in first for other in second)


def changed(value: Any) -> Any:
    """Return another valid value of the same hyperparameter."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, tuple):
        return tuple(0.9 * each for each in value)
    return value + 1 if isinstance(value, int) else value * 0.5


@each_rule
def test_every_hyperparameter_is_read_at_every_update(stem: str) -> None:
    case = draw_case(BUSY[stem])
    before = run(stem, case)
    names = set(BUSY[stem]) - {"inner", "initial_accumulator_value"}  # the latter is read once, before the first step
    schedules = {name: {name: changed(BUSY[stem][name])} for name in names}
    if "inner" in BUSY[stem] and "lr" not in BUSY[stem]:  # one that has its own sets the inner rule's
        schedules["inner.lr"] = {"inner.lr": 0.01}
    assert schedules
    for name, change in schedules.items():
        at = contract(stem).get("changed_at", {}).get(name, 31)
        after = run(stem, dataclasses.replace(case, schedule={at: change}))
        report = first_difference(after, before)
        assert report is not None, name
        step = int(report.split()[4].rstrip(","))
        assert at <= step < at + 8, (name, report)  # Lookahead reads k and alpha at the next multiple of k


def test_lookahead_uses_the_very_object_passed_in() -> None:
    sgd = make("sgd", {})
    assert make_lookahead(sgd).inner is sgd


def make_lookahead(inner: Any) -> Any:
    kind = type(make("lookahead", BUSY["lookahead"]))
    return kind(inner=inner)


def test_lookaheads_inner_state_is_opaque() -> None:
    """The inner rule may keep anything as its state; it gets back what it returned."""

    class Odd:
        def init(self, param: Any) -> Any:  # noqa: ARG002
            return ("tokens", 0)

        def update(self, param: Any, grad: Any, state: Any) -> Any:
            word, count = state
            assert word == "tokens"
            return param - grad, (word, count + 1)

    running = Run(make_lookahead(Odd()), [np.ones(2)])
    for _ in range(12):
        running.step([np.ones(2)])
    assert running.state[0]["inner"] == ("tokens", 12)
    # Two rounds of five: 1 → −4, halfway back to −1.5; −1.5 → −6.5, halfway to −4; then two inner steps more.
    np.testing.assert_allclose(running.params[0], [-6.0, -6.0])
