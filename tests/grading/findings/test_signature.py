"""The class is read: names, order and defaults of hyperparameters, in every way of writing one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.grading.findings.files import edited, judged, sgd, told

if TYPE_CHECKING:
    from pathlib import Path

KWARGS = "self.lr, self.weight_decay = given.get('lr', {lr}), given.get('weight_decay', 0.0)"
SENTINEL = "self.lr, self.weight_decay = {lr} if lr is None else lr, weight_decay or 0.0"
DATACLASS = """
from dataclasses import make_dataclass
def update(self, param, grad, state):
    return param - self.lr * (grad + self.weight_decay * param), state
own = {{"init": lambda self, param: (), "update": update}}
SGD = make_dataclass("SGD", [("lr", float, {lr}), ("weight_decay", float, 0.0)], namespace=own)
"""
INHERITED = """
class Base:
    lr, weight_decay = {lr}, 0.0
    def __init__(self, **given):
        vars(self).update(given)
class SGD(Base):
    def init(self, param):
        return ()
    def update(self, param, grad, state):
        return param - self.lr * (grad + self.weight_decay * param), state
"""

WAYS = {
    "a plain class": lambda lr: sgd(f", lr={lr}, weight_decay=0.0"),
    "keywords alone": lambda lr: sgd(f", *, weight_decay=0.0, lr={lr}"),
    "any keywords": lambda lr: sgd(", **given", KWARGS.format(lr=lr)),
    "None for the default": lambda lr: sgd(", lr=None, weight_decay=None", SENTINEL.format(lr=lr)),
    "a dataclass that is made": lambda lr: DATACLASS.format(lr=lr),
    "attributes of a class above": lambda lr: INHERITED.format(lr=lr),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_default_is_named_however_the_class_is_written(way: str, tmp_path: Path) -> None:
    assert told("sgd", WAYS[way]("0.02"), tmp_path) == ("default-lr",)
    assert told("sgd", WAYS[way]("1e-3"), tmp_path) == ()


def test_the_sentence_has_both_defaults_and_who_sets_the_right_one(tmp_path: Path) -> None:
    found = judged("adadelta", edited("adadelta", ("lr: float = 1.0", "lr: float = 0.001")), tmp_path)
    first, *_ = found.verdict.message.en.splitlines()
    assert first.startswith("Where no `lr` is given, your rule takes 0.001; in the exercise its default is 1.0.")
    assert found.verdict.message.zh.startswith("不给出 `lr` 时，你的规则用的是 0.001，而练习规定的默认值是 1.0。")


@pytest.mark.parametrize(
    ("stem", "changes", "ids"),
    [
        ("adam", [("(0.9, 0.999)", "(0.9, 0.99)")], ("default-betas",)),
        ("adam", [("betas: tuple[float, float] = (0.9, 0.999)", "betas: tuple[float, float] = None"),
                  ("= self.betas", "= self.betas or [0.9, 0.999]")], ()),  # a list of the same is as good
        ("adam", [("eps: float = 1e-8", "eps: float = 1e-7")], ("default-eps",)),
        ("adam", [("lr: float = 1e-3", "lr: float = 1e-2"), ("- self.lr", "+ self.lr")],
         ("adds-the-step", "default-lr")),
        ("lookahead", [("k: int = 5", "k: int = 6"), ("alpha: float = 0.5", "alpha: float = 0.8")],
         ("default-alpha", "default-k")),
        ("nadam", [("momentum_decay: float = 4e-3", "momentum_decay: float = 4e-2")], ("default-momentum-decay",)),
        ("adam", [("amsgrad: bool = False", "amsgrad: bool = True")], ("amsgrad-always",)),
    ],
)  # fmt: skip
def test_defaults_of_every_kind(
    stem: str, changes: list[tuple[str, str]], ids: tuple[str, ...], tmp_path: Path
) -> None:
    assert told(stem, edited(stem, *changes), tmp_path) == ids


def test_a_default_that_has_no_effect_is_not_blamed(tmp_path: Path) -> None:
    """The class says 0.5 and computes with the right default: the file is right."""
    lies = sgd(", lr=0.5, weight_decay=0.0", "self.lr, self.weight_decay = 1e-3 if lr == 0.5 else lr, weight_decay")
    assert told("sgd", lies, tmp_path) == ()
    wrong = lies.replace("self.weight_decay * param)", "self.weight_decay * np.tanh(param))")
    assert "default-lr" not in told("sgd", wrong, tmp_path)


def test_a_default_is_told_beside_what_nobody_knows(tmp_path: Path) -> None:
    unknown = sgd(", lr=0.5, weight_decay=0.0", new="param - self.lr * np.tanh(grad + self.weight_decay * param)")
    assert told("sgd", unknown, tmp_path) == ("default-lr", "not-linear-in-grad")


@pytest.mark.parametrize(
    ("arguments", "kept", "ids", "words"),
    [
        (", learning_rate=1e-3, weight_decay=0.0", "self.lr, self.weight_decay = learning_rate, weight_decay",
         ("hyperparameter-unknown", "misspelt-lr"), "it takes `learning_rate`"),
        (", lr=1e-3, weight_deacy=0.0", "self.lr, self.weight_decay = lr, weight_deacy",
         ("hyperparameter-unknown", "misspelt-weight-decay"), "it takes `weight_deacy`"),
        (", lr=1e-3", "self.lr, self.weight_decay = lr, 0.0", ("hyperparameter-unknown",), "takes no `weight_decay`"),
        (", lr=1e-3, weight_decay=0.0, /", "self.lr, self.weight_decay = lr, weight_decay",
         ("positional-lr", "positional-weight-decay"), "only be given by position"),
        (", lr, weight_decay=0.0", "self.lr, self.weight_decay = lr, weight_decay",
         ("no-default-lr",), "`SGD()` cannot be made; the default is 0.001"),
        (", params, lr=1e-3, weight_decay=0.0", "self.lr, self.weight_decay = lr, weight_decay",
         ("required-params",), "argument `params`"),
        (", lr=1e-3, **rest", "self.lr, self.weight_decay = lr, 0.0", ("constant-weight-decay",), "begins with 0.0"),
        (", *rest, lr=1e-3, weight_decay=0.0, name=''", "self.lr, self.weight_decay = lr, weight_decay", (), "Right"),
    ],
)  # fmt: skip
def test_what_the_class_takes(arguments: str, kept: str, ids: tuple[str, ...], words: str, tmp_path: Path) -> None:
    found = judged("sgd", sgd(arguments, kept), tmp_path)
    assert tuple(sorted(each.id for each in found.verdict.findings)) == ids
    assert words in found.verdict.message.en
