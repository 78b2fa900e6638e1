"""What every right rule of a topic has in common, and how the first property that fails is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from course.grading.findings.properties import required
from course.topic import Topic, topics
from tests.grading.findings.files import edited, judged, sgd

if TYPE_CHECKING:
    from pathlib import Path

STEMS = [topic.stem for topic in topics("rule")]

BROKEN = [
    ("moves-without-gradient", sgd(new="param * 0.999 - self.lr * (grad + self.weight_decay * param)")),
    ("depends-on-other-elements", sgd(new="param - self.lr * (grad / np.abs(grad).max(initial=1e-9))")),
    ("depends-on-shape", sgd(new="param - self.lr * (grad * (1 + (param.ndim > 1)) + self.weight_decay * param)")),
    ("depends-on-sign", sgd(new="param - self.lr * (np.maximum(grad, 0.1 * grad) + self.weight_decay * param)")),
    ("depends-on-parameter", sgd(new="param - self.lr * (grad * (1 + param**2) + self.weight_decay * param)")),
    ("not-linear-in-grad", sgd(new="param - self.lr * (grad**3 + self.weight_decay * param)")),
    ("decay-out-of-proportion", sgd(new="param - self.lr * (grad + self.weight_decay * np.tanh(param))")),
    ("decay-not-times-lr", sgd(new="param - self.lr * grad - self.weight_decay * (0.1 + self.lr) * param")),
    ("not-proportional-to-lr", sgd(new="param - self.lr / (1 + self.lr) * grad - self.lr * self.weight_decay * param")),
    ("zero-gradient", sgd(new="np.where(grad == 0, param, param - self.lr * (grad + self.weight_decay * param))")),
    ("not-proportional-to-lr", sgd(new="param - min(self.lr, 1.0) * (grad + self.weight_decay * param)")),
    ("zero-rate", sgd(new="param - (self.lr or 0.05) * (grad + self.weight_decay * param)")),
    ("large-gradient", sgd(new="param - self.lr * (np.clip(grad, -1e3, 1e3) + self.weight_decay * param)")),
    ("small-gradient", sgd(new="param - self.lr * (grad * (np.abs(grad) > 1e-5) + self.weight_decay * param)")),
]  # fmt: skip
"""Property → a rule that breaks it and none before it."""


@pytest.mark.parametrize(("name", "source"), BROKEN, ids=[f"{k}-{row[0]}" for k, row in enumerate(BROKEN)])
def test_the_first_property_that_fails_is_told(name: str, source: str, tmp_path: Path) -> None:
    found = judged("sgd", source, tmp_path).verdict
    assert found.status == "wrong"
    assert [each.id for each in found.findings if each.kind == "property"] == [name]


@pytest.mark.parametrize(
    ("stem", "changes", "name", "words"),
    [
        ("rmsprop", [("grad**2", "abs(grad) ** 1.5")], "depends-on-scale", "make the first step 1.414 times"),
        ("rmsprop", [("+ self.eps)", "+ self.eps**0.9)")], "eps-out-of-scale", "To what is `eps` added?"),
        ("adadelta", [("+ self.eps)", "+ self.eps**0.9)")], "eps-out-of-scale", "measured like a squared gradient"),
        ("adadelta", [("+ self.eps)", "+ min(self.eps, 0.5))")], "large-gradient", "with `eps` 1e+12 times as large"),
        ("sgd", [("return param - self.lr * grad, state",
                  "return param - self.lr * (grad + 0.1 * state.get('old', 0 * grad)), {'old': grad}")],
         "memory-too-long", "the length of step 2"),
        ("momentum", [("- self.lr * buf", "- self.lr * buf / (1 + abs(buf))")], "not-linear-in-grad", "4 times"),
        ("adam", [("= self.betas", "= self.betas[0] or 0.9, self.betas[1]")], "zero-hyperparameter", "`betas[0]`"),
        ("adam", [("exp_avg_sq = beta2 *", "exp_avg_sq = (beta2 if step < 4 else 0.0) *"),
                  ("exp_avg = beta1 *", "exp_avg = (beta1 if step < 4 else 0.0) *")], "memory-too-short", "step 4"),
        ("adam", [("** 0.5 + self.eps", "** 0.5 + min(self.eps, 0.5)")],
         "large-gradient", "1e+06 times as large, with `eps` 1e+06 times as large"),
    ],
)  # fmt: skip
def test_what_a_property_is_depends_on_the_rule(
    stem: str, changes: list[tuple[str, str]], name: str, words: str, tmp_path: Path
) -> None:
    found = judged(stem, edited(stem, *changes), tmp_path).verdict
    assert [each.id for each in found.findings if each.kind == "property"] == [name]
    assert words in found.message.en


def test_what_outlives_a_run_is_told_with_where_to_look(tmp_path: Path) -> None:
    leaks = sgd(
        ", lr=1e-3, weight_decay=0.0, seen=[]",
        "self.lr, self.seen = lr, seen",
        "param - (self.seen.append(1) or 1 + 1e-3 * len(self.seen)) * self.lr * np.tanh(grad)",
    )
    found = judged("sgd", leaks, tmp_path).verdict
    assert [each.id for each in found.findings] == ["not-repeatable", "first-wrong-step"]


def test_a_rule_that_throws_dice_is_not_told_that_it_keeps_anything(tmp_path: Path) -> None:
    found = judged("sgd", sgd(new="param - (1 + 0.1 * np.random.rand()) * self.lr * grad"), tmp_path).verdict
    assert [each.id for each in found.findings] == ["not-repeatable", "first-wrong-step"]
    assert "or is anything random?" in found.message.en
    assert "或者用了随机数？" in found.message.zh


@pytest.mark.parametrize(
    ("new", "begins"),
    [
        ("param - self.lr * np.tanh(grad + self.weight_decay * param)", "Without weight decay: Gradients 4 times"),
        ("param - self.lr * (grad + self.weight_decay * np.tanh(param))", "With zero gradients only decay is left"),
    ],
)
def test_what_holds_without_weight_decay_alone_is_told_so(new: str, begins: str, tmp_path: Path) -> None:
    """With decay, the right rule's steps do not grow with the gradient either."""
    found = judged("sgd", sgd(new=new), tmp_path).verdict
    (text,) = (each.text for each in found.findings if each.kind == "property")
    assert text.en.startswith(begins)
    assert text.zh.startswith("没有权重衰减时，") == begins.startswith("Without")


@pytest.mark.parametrize("stem", STEMS)
def test_of_every_rule_enough_is_required(stem: str) -> None:
    """The solution has the properties that no update rule of this course can lack, and a memory that is as it is."""
    names = [each.id for each, holds in required(Topic.load(stem)).properties if holds]
    assert {"not-repeatable", "moves-without-gradient", "depends-on-shape", "depends-on-other-parameters"} <= set(names)
    assert len([each for each, _ in required(Topic.load(stem)).properties if each.id == "memory"]) == 9
