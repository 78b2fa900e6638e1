"""Common slips have a name and a sentence of their own, in both languages, with the learner's line if there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from course.grading import advice
from course.grading.mistakes.slips import SLIPS
from course.topic import Topic
from tests.grading import trial

if TYPE_CHECKING:
    from course.grading.verdict import Status

SOLUTION = Topic.load("momentum").solution.read_text("utf-8")
RETURN = 'return param - self.lr * buf, {"momentum_buffer": buf}'

SLIPPED: dict[str, tuple[str, str, Status, str, str]] = {
    "returns-none": (RETURN, "pass", "wrong", "returned None", "返回了 None"),
    "not-a-pair": (RETURN, "return param - self.lr * buf", "wrong", "must return two", "应当返回两个值"),
    "not-an-array": (
        RETURN,
        'return (param - self.lr * buf).tolist(), {"momentum_buffer": buf}',
        "wrong",
        "not an array",
        "不是数组",
    ),
    "shape-changed": (
        RETURN,
        'return (param - self.lr * buf).sum(keepdims=True)[None], {"momentum_buffer": buf}',
        "wrong",
        "returned the shape",
        "返回的形状",
    ),
    "dtype-changed": (
        RETURN,
        'return (param - self.lr * buf) + 0j, {"momentum_buffer": buf}',
        "wrong",
        "complex128",
        "complex128",
    ),
    "state-forgotten": (RETURN, "return param - self.lr * buf, None", "error", "`update` before", "上一次 `update`"),
    "entry-forgotten": (RETURN, "return param - self.lr * buf, {}", "error", "momentum_buffer", "momentum_buffer"),
    "hyperparameter-unknown": (
        "    momentum: float = 0.9\n",
        "    mu: float = 0.9\n    momentum = 0.9\n",
        "error",
        "takes no `momentum`",
        "不接受 `momentum`",
    ),
    "float32-inside": (
        RETURN,
        'return (param - self.lr * buf).astype("float32"), {"momentum_buffer": buf}',
        "wrong",
        "float32",
        "float32",
    ),
    "param-changed-in-place": (
        RETURN,
        'param -= self.lr * buf; return param, {"momentum_buffer": buf}',
        "wrong",
        "changed in place",
        "原地修改",
    ),
    "grad-changed-in-place": (
        "grad = grad + self.weight_decay * param",
        "grad += self.weight_decay * param",
        "wrong",
        "changed in place",
        "原地修改",
    ),
}
"""By id: what of the solution is replaced, by what, the status, and a few words of each sentence."""


def test_every_slip_is_tried() -> None:
    of_tuners = {"over-budget"}  # in test_tuners.py
    assert set(SLIPS) - of_tuners <= set(SLIPPED)


@pytest.mark.parametrize("name", SLIPPED)
def test_a_slip_is_named(name: str) -> None:
    old, new, status, english, chinese = SLIPPED[name]
    assert old in SOLUTION
    verdict = trial.judged("momentum", SOLUTION.replace(old, new))
    assert verdict.status == status
    assert verdict.mistakes == (name,)
    assert english in verdict.message.en
    assert chinese in verdict.message.zh
    if status == "error" and name != "hyperparameter-unknown":
        assert "In line" in verdict.message.en
        assert 'state["momentum_buffer"]' in verdict.message.en


def test_an_exception_of_ones_own_is_no_slip() -> None:
    verdict = trial.judged("momentum", SOLUTION.replace(RETURN, 'raise KeyError("mine")'))
    assert verdict.status == "error"
    assert verdict.mistakes == ()
    assert "KeyError" in verdict.message.en


def test_a_slip_does_not_hide_a_mistake() -> None:
    wrong = SOLUTION.replace("grad = grad + self.weight_decay * param", "grad -= self.weight_decay * param")
    verdict = trial.judged("momentum", wrong)
    assert verdict.mistakes == ("grad-changed-in-place", "decay-sign")


def test_a_division_by_zero_asks_for_the_first_step() -> None:
    solution = Topic.load("radam").solution.read_text("utf-8")
    verdict = trial.judged("radam", solution.replace('step = state["step"] + 1', 'step = state["step"]'))
    assert verdict.status == "error"
    assert verdict.mistakes == ()
    assert advice.TEXTS["divisor"].en in verdict.message.en
    assert advice.TEXTS["divisor"].zh in verdict.message.zh


def test_a_complex_number_asks_for_the_root() -> None:
    solution = Topic.load("radam").solution.read_text("utf-8")
    verdict = trial.judged("radam", solution.replace("if rho > 5:", "if True:"))
    assert verdict.status == "wrong"
    assert verdict.mistakes == ("dtype-changed",)
    assert "number below zero" in verdict.message.en
    assert "负数" in verdict.message.zh


def test_a_state_entry_that_no_array_can_hold_is_the_learners_own_affair() -> None:
    own = SOLUTION.replace('return param - self.lr * buf, {"momentum_buffer": buf}', "NEW")
    own = own.replace("NEW", 'return param - self.lr * buf, {"momentum_buffer": 10**400, "mine": buf}')
    own = own.replace('buf = state["momentum_buffer"]', 'buf = state.get("mine")')
    assert trial.judged("momentum", own).passed
