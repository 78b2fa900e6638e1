"""The oracle: torch's facts, as `torch.optim` is read in the course, by hand-computed numbers."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
import torch

from course.grading.case import Case
from course.grading.oracle import trajectory
from course.text import CourseError, Text
from course.topic import Topic
from tests.rules.runs import BUSY, INNER, STEMS, draw_case


def one(stem: str, hyperparameters: dict[str, Any], grads: list[float], **options: Any) -> Any:
    """Run torch on one 0-d parameter that starts at 1."""
    case = Case(
        id="one",
        title=Text(en="one", zh="一"),
        hyperparameters=hyperparameters,
        params=(np.array(1.0),),
        grads=tuple((np.array(grad),) for grad in grads),
        **options,
    )
    return trajectory(Topic.load(stem), case)


@pytest.mark.parametrize("stem", STEMS)
def test_shapes_and_state_names(stem: str) -> None:
    case = draw_case(BUSY[stem], steps=7)
    made = trajectory(Topic.load(stem), case)
    assert [path.shape for path in made.params] == [(7, *start.shape) for start in case.params]
    assert set(made.state) == set(Topic.load(stem).state)
    for name, values in made.state.items():
        assert [value.shape for value in values] == [
            (7,) if Topic.load(stem).state[name] == "number" else path.shape for path in made.params
        ]
        assert all(value.dtype == np.float64 for value in values)
    if "step" in made.state:
        np.testing.assert_array_equal(made.state["step"][0], np.arange(1.0, 8.0))


def test_entries_that_torch_does_not_have_are_left_out() -> None:
    assert set(one("adam", {}, [1.0]).state) == {"step", "exp_avg", "exp_avg_sq"}
    assert set(one("rmsprop", {}, [1.0]).state) == {"step", "square_avg"}
    assert set(one("momentum", {"momentum": 0.0}, [1.0]).state) == set()
    resumed = one("momentum", {"momentum": 0.0}, [1.0, 1.0], schedule={2: {"momentum": 0.9}})
    assert set(resumed.state) == set()  # torch has the buffer at the second step only


def test_state_is_recorded_on_request_only() -> None:
    assert one("adam", {}, [1.0, 2.0], record_state=False).state == {}


def test_the_case_is_not_changed() -> None:
    case = draw_case(BUSY["adam"], steps=5)
    before = [array.copy() for array in [*case.params, *(grad for grads in case.grads for grad in grads)]]
    trajectory(Topic.load("adam"), case)
    after = [*case.params, *(grad for grads in case.grads for grad in grads)]
    for array, copy in zip(after, before, strict=True):
        np.testing.assert_array_equal(array, copy)


def test_the_first_buffer_is_the_gradient_and_dampening_starts_at_step_2() -> None:
    made = one("momentum", {"momentum": 0.9, "dampening": 0.5}, [1.0, 1.0])
    np.testing.assert_allclose(made.state["momentum_buffer"][0], [1.0, 1.4], rtol=1e-15)


def test_momentum_and_nesterov_default_to_0_9() -> None:
    np.testing.assert_allclose(one("momentum", {"lr": 1.0}, [1.0, 0.0]).params[0], [0.0, -0.9], atol=1e-15)
    np.testing.assert_allclose(one("nesterov", {"lr": 0.1}, [1.0]).params[0], [1 - 0.19], rtol=1e-15)


def test_nesterov_without_momentum_is_refused_by_torch() -> None:
    with pytest.raises(ValueError, match="Nesterov"):
        one("nesterov", {"momentum": 0.0}, [1.0])


def test_adamw_decays_before_the_step() -> None:
    np.testing.assert_allclose(one("adamw", {"lr": 0.1, "weight_decay": 0.5}, [0.0]).params[0], [0.95], rtol=1e-15)


def test_a_schedule_acts_just_before_its_step() -> None:
    made = one("sgd", {"lr": 1.0}, [1.0, 1.0, 1.0], schedule={2: {"lr": 0.5}, 3: {"weight_decay": 1.0}})
    np.testing.assert_allclose(made.params[0], [0.0, -0.5, -0.75], rtol=1e-15)


def test_betas_may_be_a_list() -> None:
    as_list = one("adam", {"betas": [0.5, 0.6]}, [1.0, 2.0, 3.0], schedule={2: {"betas": [0.7, 0.8]}})
    as_tuple = one("adam", {"betas": (0.5, 0.6)}, [1.0, 2.0, 3.0], schedule={2: {"betas": (0.7, 0.8)}})
    np.testing.assert_array_equal(as_list.params[0], as_tuple.params[0])


def test_lookahead_by_hand() -> None:
    """SGD with lr 1 inside, k = 2, α = ¼: two steps of −1, then a quarter of the way; later lr is 2 and α is 1."""
    given = {"inner": {"rule": "sgd", "lr": 1.0}, "k": 2, "alpha": 0.25}
    made = one("lookahead", given, [1.0] * 6, schedule={3: {"inner.lr": 2.0}, 5: {"alpha": 1.0}})
    np.testing.assert_allclose(made.params[0], [0.0, 0.5, -1.5, -0.5, -2.5, -4.5], rtol=1e-15)
    np.testing.assert_allclose(made.state["slow_param"][0], [1.0, 0.5, 0.5, -0.5, -0.5, -4.5], rtol=1e-15)


def test_no_schedule_changes_k() -> None:
    """A right rule may have drawn the next meeting ahead, or count down: such a case would fail it."""
    with pytest.raises(CourseError) as caught:
        one("lookahead", {"inner": INNER, "k": 2}, [1.0] * 4, schedule={3: {"k": 1}})
    assert "k must not change" in caught.value.text.en
    assert "k 不得中途改变" in caught.value.text.zh


@pytest.mark.parametrize(
    ("stem", "given", "schedule", "unknown"),
    [
        ("adam", {"momentum": 0.9}, {}, "momentum"),
        ("adam", {}, {1: {"rho": 0.9}}, "rho"),
        ("lookahead", {"inner": INNER, "beta": 0.9}, {}, "beta"),
        ("lookahead", {"inner": {**INNER, "alpha": 0.9}}, {}, "alpha"),
        ("lookahead", {"inner": INNER}, {1: {"gamma": 0.9}}, "gamma"),
        ("lookahead", {"inner": INNER}, {1: {"inner.betas": (0.9, 0.9)}}, "betas"),
    ],
)
def test_an_unknown_hyperparameter_is_named(
    stem: str, given: dict[str, Any], schedule: dict[int, Any], unknown: str
) -> None:
    with pytest.raises(CourseError) as caught:
        one(stem, given, [1.0], schedule=schedule)
    assert unknown in caught.value.text.en
    assert unknown in caught.value.text.zh


def test_threads_are_left_alone_and_torch_comes_late() -> None:
    threads = torch.get_num_threads()
    one("adam", {}, [1.0])
    assert torch.get_num_threads() == threads
    code = "import sys, course.grading.oracle; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
