"""What a file's own path shows: a hyperparameter that is another by the step, weights of gradients, lost digits."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from course.grading.findings.asking import made
from course.grading.findings.evidence import Evidence
from course.grading.findings.following import astray
from course.grading.findings.precision import precision
from course.grading.findings.properties import required
from course.grading.findings.questions import Interview
from course.grading.findings.rates import rates
from course.grading.findings.stepwise import stepwise
from course.grading.findings.weights import weights
from course.topic import Topic, topics
from tests.grading.findings.files import edited, judged, sgd, told
from tests.grading.findings.gathered import gathered
from tests.topics import corpus

if TYPE_CHECKING:
    from pathlib import Path

MODULE = sys.modules[stepwise.__module__]
pytestmark = pytest.mark.usefixtures("no_piece_helps")

STEMS = [topic.stem for topic in topics("rule")]

WARM = [
    ('{"momentum_buffer": None}', '{"momentum_buffer": None, "t": 0}'),
    ("mu = self.momentum", "mu = min(self.momentum, state['t'] / 10)"),
    ('{"momentum_buffer": buf}', '{"momentum_buffer": buf, "t": state["t"] + 1}'),
]


@pytest.mark.parametrize(
    ("stem", "changes", "name", "english", "chinese"),
    [
        ("momentum", WARM, "by-step-momentum",
         "as if `momentum` were 0.1 in step 2, 0.2 in step 3, 0.3 in step 4",
         "让 `momentum` 在第 2 步取 0.1，在第 3 步取 0.2，在第 4 步取 0.3"),
        ("sgd", [("self.lr * grad", "min(self.lr, 1.0) * grad")], "by-step-lr",
         "as if `lr` were 1.0 in the steps 17, 18, 19, 20, and up to step 20 nothing else is wrong",
         "在第 17、18、19、20 步把 `lr` 当作 1.0，到第 20 步为止别的都对"),
        ("rmsprop", [("self.alpha", "min(max(self.alpha, 0.5), 1)")], "by-step-alpha",
         "as if `alpha` were 0.5", "把 `alpha` 当作 0.5"),
        ("adadelta", [("self.rho", "(self.rho or 0.95)")], "by-step-rho",
         "as if `rho` were 0.95", "把 `rho` 当作 0.95"),
        ("adagrad", [("self.weight_decay * param", "min(self.weight_decay, 1 / self.lr if self.lr else 1) * param")],
         "by-step-weight-decay", "as if `weight_decay` were ", "把 `weight_decay` 当作 "),
    ],
)  # fmt: skip
def test_a_hyperparameter_that_is_another_by_the_step(
    stem: str, changes: list[tuple[str, str]], name: str, english: str, chinese: str, tmp_path: Path
) -> None:
    found = judged(stem, edited(stem, *changes), tmp_path).verdict
    assert name in [each.id for each in found.findings]
    assert english in found.message.en
    assert chinese in found.message.zh


LATE = ('step = state["step"] + 1', 'step = state["step"] + 1\n        grad = grad if step < {step} else 1.01 * grad')


def test_a_long_run_is_walked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many hyperparameters are fitted where the file leaves it."""
    right, counted = made(Topic.load("adam")), []

    class Counted(right):  # type: ignore[misc, valid-type]
        def update(self, *each: Any) -> Any:
            counted.append(1)
            return super().update(*each)

    monkeypatch.setattr(MODULE, "made", lambda _: Counted)
    seen = []
    for step in (60, 150):
        _, evidence = gathered("adam", edited("adam", (LATE[0], LATE[1].format(step=step))), tmp_path)
        (long,) = (case for case in evidence.core if case.id == "long-run")
        counted.clear()
        assert stepwise(replace(evidence, astray={long.id})) is None
        seen.append(len(counted) / len(long.params))
    assert 150 - 60 == seen[1] - seen[0] < seen[0]


MIXED = [("mu * buf + (1", "mu * buf + 0.3 * (1"), ("param - self.lr * buf", "param - self.lr * (0.7 * grad + buf)")]
OLD_AHEAD = [("mu = self.momentum", "mu, last = self.momentum, state['momentum_buffer']"),
             ("ahead = grad + mu * buf", "ahead = (1 + mu) * grad + (0 if last is None else mu * last)")]  # fmt: skip


@pytest.mark.parametrize(
    ("stem", "changes", "english"),
    [
        ("momentum", MIXED,
         "step 3 of your rule subtracts from the parameter is `lr * (1 * g3 + 0.27 * g2 + 0.81 * g1)`"),
        ("nesterov", OLD_AHEAD,
         "`lr * (1.9 * g3 + 0.9 * g2 + 0.81 * g1)`; right is `lr * (1.9 * g3 + 0.81 * g2 + 0.729 * g1)`."),
    ],
)  # fmt: skip
def test_the_weights_of_a_step_that_is_a_sum(
    stem: str, changes: list[tuple[str, str]], english: str, tmp_path: Path
) -> None:
    found = judged(stem, edited(stem, *changes), tmp_path).verdict
    assert "weights-of-gradients" in [each.id for each in found.findings]
    assert english in found.message.en


def test_a_step_that_is_no_sum_has_no_weights(tmp_path: Path) -> None:
    assert "weights-of-gradients" not in told("sgd", sgd(new="param - self.lr * np.tanh(grad)"), tmp_path)
    assert "weights-of-gradients" not in told("adagrad", edited("adagrad", ("grad**2", "grad**4")), tmp_path)


FROZEN = """
class Nesterov:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay
        self.both = lr * momentum
    def init(self, param):
        return 0 * param
    def update(self, param, grad, buf):
        g = grad + self.weight_decay * param
        buf = self.momentum * buf + g
        return param - {rate} * buf - self.lr * g, buf
"""


def test_a_change_that_only_part_of_a_rule_follows(tmp_path: Path) -> None:
    found = judged("nesterov", FROZEN.format(rate="self.both"), tmp_path).verdict
    assert next((each.id, each.where) for each in found.findings) == ("hyperparameter-changed", "lr")
    assert "if only `lr` is changed from 0.16 to 0.08 before step 4, it goes wrong in that step" in found.message.en
    assert "只要在第 4 步之前把 `lr` 从 0.16 改成 0.08，它就在那一步出错" in found.message.zh
    assert told("nesterov", FROZEN.format(rate="self.lr * self.momentum"), tmp_path) == ()


NARROW = """
import numpy as np
class SGD:
    def __init__(self, lr=1e-3, weight_decay=0.0):
        self.lr, self.weight_decay = lr, weight_decay
    def init(self, param):
        return None
    def update(self, param, grad, state):
        step = np.asarray(grad, {kind}) + self.weight_decay * np.asarray(param, {kind})
        return param - self.lr * np.asarray(step, float), state
"""


def test_lost_digits(tmp_path: Path) -> None:
    assert "right-but-rounded" in told("sgd", NARROW.format(kind="np.float32"), tmp_path)
    assert told("sgd", NARROW.format(kind="np.float64"), tmp_path) == ()
    assert "right-but-rounded" not in told("sgd", NARROW.format(kind="np.float16"), tmp_path)
    once = NARROW.replace(
        "return param", "step = step if self.lr == 0.035 else grad + self.weight_decay * param\n        return param"
    )
    assert "right-but-rounded" not in told("sgd", once.format(kind="np.float32"), tmp_path)  # it is right elsewhere


@pytest.mark.split("stem")
@pytest.mark.parametrize("stem", STEMS)
def test_of_a_right_rule_none_of_it_is_found(stem: str, tmp_path: Path) -> None:
    topic = Topic.load(stem)
    for name, source in corpus(stem, "right").items():
        _, evidence = gathered(stem, source, tmp_path)
        every = Evidence(**{**vars(evidence), "astray": {case.id for case in evidence.core}})  # as if all were wrong
        with np.errstate(all="ignore"):
            assert [find(every) for find in (stepwise, weights, rates)] == [None] * 3, name
            assert precision(evidence) is None, name
            interview = Interview.hold(evidence, required(topic).base, ())
            assert interview.answers, name
            assert astray(topic, interview) == [], name
