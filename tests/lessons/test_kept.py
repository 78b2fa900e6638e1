"""Trainings that are kept: an interrupted contest goes on, and nothing that could differ is mistaken for the same."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from torch import nn

from course.lab.rules import reference
from course.lab.training import kept, training
from course.lab.training.contest import contest
from course.lab.training.data import Data, digits
from course.lab.training.optimizer import as_torch
from course.lab.training.training import small_cnn, train

if TYPE_CHECKING:
    from pathlib import Path

    from course.lab.training.training import Factory


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep nothing outside the test."""
    monkeypatch.setenv("COURSE_TRAINED", str(tmp_path / "trained"))
    return tmp_path / "trained"


def plain(params: Any, lr: float) -> torch.optim.Optimizer:
    return torch.optim.SGD(params, lr=lr)


def once(optimizer: Factory = plain, model: Any = small_cnn, **how: Any) -> training.Trained:
    return train(model, optimizer, digits(), **{"lr": 0.1, "seed": 0, "epochs": 1} | how)


def test_an_interrupted_contest_goes_on(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = contest({"SGD": plain}, lrs=[0.1, 0.3], seeds=2, epochs=1)
    for file in folder.iterdir():
        file.unlink()

    real, asked = training.train, []

    def impatient(*given: Any, **how: Any) -> training.Trained:
        asked.append(real(*given, **how))
        if len(asked) == 3:
            raise KeyboardInterrupt
        return asked[-1]

    monkeypatch.setattr(sys.modules[contest.__module__], "train", impatient)
    with pytest.raises(KeyboardInterrupt):
        contest({"SGD": plain}, lrs=[0.1, 0.3], seeds=2, epochs=1)
    again = contest({"SGD": plain}, lrs=[0.1, 0.3], seeds=2, epochs=1)
    assert [each.earlier for each in asked] == [False] * 3 + [True] * 3 + [False] * (len(asked) - 6)
    for ours, theirs in ((again["SGD"].tried, whole["SGD"].tried), (again["SGD"].judged, whole["SGD"].judged)):
        assert np.array_equal(ours.losses, theirs.losses)
        assert np.array_equal(ours.accuracy, theirs.accuracy)


@pytest.mark.parametrize(
    "change",
    [
        {"lr": 0.2},
        {"seed": 1},
        {"epochs": 2},
        {"batch": 32},
        {"schedule": "linear"},
        {"model": lambda: small_cnn(width=4)},
        {"optimizer": lambda params, lr: torch.optim.SGD(params, lr=lr, momentum=0.9)},
        {"optimizer": lambda params, lr: torch.optim.Adam(params, lr=lr)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_another_training_is_another(change: dict[str, Any]) -> None:
    once()
    assert once().earlier
    assert not once(**change).earlier
    assert once(**change).earlier


def test_other_data_and_other_code_are_others(monkeypatch: pytest.MonkeyPatch) -> None:
    once()
    data = digits()
    fewer = Data(data.train_x[:64], data.train_y[:64], data.test_x, data.test_y)
    assert not train(small_cnn, plain, fewer, lr=0.1, seed=0, epochs=1).earlier
    monkeypatch.setattr(kept, "_course", lambda: "edited")
    assert not once().earlier


def hooked(params: Any, lr: float) -> torch.optim.Optimizer:
    optimizer = torch.optim.SGD(params, lr=lr)
    optimizer.register_step_post_hook(lambda *_: None)
    return optimizer


class Own(nn.Linear):
    """A network from a cell."""

    def forward(self, x: Any) -> Any:
        return super().forward(x.flatten(1))


@pytest.mark.parametrize(
    "unknown",
    [
        {"optimizer": lambda params, lr: as_torch(reference("sgd"))(params, lr=lr)},
        {"optimizer": hooked},
        {"model": lambda: Own(64, 10)},
    ],
    ids=["a rule of one's own", "a hook", "a network of one's own"],
)
def test_what_cannot_be_known_whole_is_not_kept(folder: Path, unknown: dict[str, Any]) -> None:
    once(**unknown)
    assert not once(**unknown).earlier
    assert not folder.exists()


def test_a_broken_file_or_folder_only_costs_time(folder: Path) -> None:
    first = once()
    for broken in ("", "[", "[[1.0], 0.5, 3]", "7"):
        next(folder.iterdir()).write_text(broken, "utf-8")
        assert once() == first
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    folder.write_text("a file where the folder should be", "utf-8")
    assert once() == first
    assert once() == first
