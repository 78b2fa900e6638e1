"""One hyperparameter at a time: which of them make no difference, and what is computed with in their place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from course.topic import topics
from tests.grading.findings.files import edited, judged, sgd, told
from tests.topics import corpus

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("no_piece_helps")

STEMS = [topic.stem for topic in topics("rule")]


@pytest.mark.parametrize(
    ("stem", "changes", "ids"),
    [
        ("adam", [("** 0.5 + self.eps", "** 0.5 + 1e-7")], ("eps-always-1e-7",)),
        ("adam", [("** 0.5 + self.eps", "** 0.5 + 3.7e-5")], ("constant-eps",)),  # nobody's constant
        ("adam", [("** 0.5 + self.eps", "** 0.5 + max(self.eps, 0)")], ()),
        ("adadelta", [("+ self.eps)", "+ 1e-9)")], ("constant-eps",)),
        ("rmsprop", [("self.alpha", "0.93")], ("constant-alpha",)),
        ("rmsprop", [("self.alpha", "(1 - self.alpha)")], ("weights-swapped",)),
        ("rmsprop", [("self.alpha", "self.alpha**2")], ("square-alpha",)),
        ("momentum", [("- self.lr *", "- 0.5 * self.lr *")], ("times-lr",)),
        ("adagrad", [("self.weight_decay * param", "self.weight_decay**0.5 * param")], ("root-weight-decay",)),
        ("nesterov", [("self.momentum", "0.95")], ("constant-momentum",)),
        ("lookahead", [("self.k", "3")], ("constant-k",)),
        ("schedules", [("self.T_max", "50")], ("constant-T-max",)),
        ("nadam", [("self.momentum_decay", "0.004")], ("momentum-decay-hard-coded",)),
    ],
)  # fmt: skip
def test_what_stands_in_the_place_of_a_hyperparameter(
    stem: str, changes: list[tuple[str, str]], ids: tuple[str, ...], tmp_path: Path
) -> None:
    found = told(stem, edited(stem, *changes), tmp_path)
    assert found == ids


def test_the_constant_is_told_as_it_is_written(tmp_path: Path) -> None:
    found = judged("adam", edited("adam", ("** 0.5 + self.eps", "** 0.5 + 3e-7")), tmp_path)
    assert "as if it were 3e-7:" in found.verdict.message.en
    assert "相当于用 3e-7 来算" in found.verdict.message.zh
    assert [each.where for each in found.verdict.findings] == ["eps"]


NO_DECAY = ("grad = grad + self.weight_decay * param", "pass")
OTHER_EPS = ("** 0.5 + self.eps", "** 0.5 + 3e-5")
CORRECTED = "(second / bias_correction2) ** 0.5 + self.eps"


@pytest.mark.parametrize(
    ("stem", "changes", "ids"),
    [
        ("rmsprop", [NO_DECAY, ("variance**0.5 + self.eps", "variance**0.5 + 3e-5"), ("self.alpha", "0.93")],
         {"constant-alpha", "constant-eps", "decay-forgotten"}),
        ("adam", [NO_DECAY, OTHER_EPS], {"constant-eps", "decay-forgotten"}),
        # two mistakes make these paths, each with a number of its own: the one that is written in the file decides
        ("adam", [NO_DECAY, (CORRECTED, "(second / bias_correction2 + 3e-5) ** 0.5")],
         {"constant-eps", "decay-forgotten", "eps-inside-root"}),
        ("adam", [(CORRECTED, "(second / bias_correction2 + 0.007**2) ** 0.5")],
         {"constant-eps", "eps-squared-inside-root"}),
        ("adagrad", [("self.eps", "3e-6"), ("lr: float = 1e-2", "lr: float = 0.1")], {"constant-eps", "default-lr"}),
    ],
)  # fmt: skip
def test_constants_go_with_mistakes_that_are_known(
    stem: str, changes: list[tuple[str, str]], ids: set[str], tmp_path: Path
) -> None:
    found = judged(stem, edited(stem, *changes), tmp_path)
    assert {each.id for each in found.verdict.findings} == ids
    assert "together they lead to exactly your numbers" in found.verdict.message.en
    assert "合在一起，得到的正是你的这些数" in found.verdict.message.zh


def test_one_that_makes_no_difference_is_told_where_nothing_else_is_known(tmp_path: Path) -> None:
    source = sgd(new="param - self.lr * np.tanh(grad)")
    found = judged("sgd", source, tmp_path)
    assert [each.id for each in found.verdict.findings][:2] == ["ignores-weight-decay", "not-linear-in-grad"]
    assert "Changing `weight_decay` from 0.22 to 0.11 changes nothing in your rule" in found.verdict.message.en
    reads = sgd(new="param - self.lr * np.tanh(grad + self.weight_decay * param)")
    assert told("sgd", reads, tmp_path) == ("large-step", "not-linear-in-grad")


def test_one_that_is_read_once_is_told_where_nothing_else_is_known(tmp_path: Path) -> None:
    once = sgd(kept="self.rate, self.weight_decay = lr, weight_decay", new="param - self.rate * np.tanh(grad)")
    assert "lr-read-once" in told("sgd", once, tmp_path)
    assert "lr-read-once" not in told("sgd", sgd(new="param - self.lr * np.tanh(grad)"), tmp_path)


def test_where_nothing_moves_no_constant_is_fitted(tmp_path: Path) -> None:
    found = judged("sgd", sgd(new="param * 1"), tmp_path)
    assert not any(each.id.startswith("constant-") for each in found.verdict.findings)


@pytest.mark.split("stem")
@pytest.mark.parametrize("stem", STEMS)
def test_of_a_right_rule_nothing_is_found(stem: str, tmp_path: Path) -> None:
    for name, source in corpus(stem, "right").items():
        assert told(stem, source, tmp_path) == (), name
