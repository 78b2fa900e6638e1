"""The task of the RMSprop lesson: an LSTM that reads sixteen letters of English and guesses the next."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from course.lab.training.data import Data

if TYPE_CHECKING:
    import torch

WINDOW = 16


@functools.cache
def _text() -> str:
    """scikit-learn's descriptions of its own data sets, in small letters."""
    from sklearn import datasets

    sets = (datasets.load_iris, datasets.load_wine, datasets.load_breast_cancer, datasets.load_diabetes)
    return " ".join(" ".join(load().DESCR.lower().split()) for load in sets)


@functools.cache
def alphabet() -> str:
    """Every character of the text, once, in order."""
    return "".join(sorted(set(_text())))


@functools.cache
def long_letters(device: str = "cpu", training: int = 640) -> Data:
    """Windows of 16 characters, and the character that follows each; 400 windows to test on.

    Inputs have shape (n, 16), indices into `alphabet`, int64. Training and test windows come from different parts of
    the text.

    Args:
        device: where the tensors lie.
        training: how many windows to train on, one every three characters; at most 3000.

    """
    import torch

    codes = torch.tensor([alphabet().index(letter) for letter in _text()], device=device)
    windows = codes.unfold(0, WINDOW + 1, 3)
    first = training + WINDOW // 3 + 1  # so far on, no window of the test overlaps one of the training
    train, test = windows[:training], windows[first : first + 400]
    return Data(train[:, :WINDOW], train[:, WINDOW], test[:, :WINDOW], test[:, WINDOW])


def small_lstm(width: int = 32) -> torch.nn.Module:
    """A long short-term memory for `long_letters`: it reads a window letter by letter and guesses the one that follows.

    Args:
        width: the length of its hidden state.

    """
    from torch import nn

    class Reader(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embed = nn.Embedding(len(alphabet()), 16)
            self.read = nn.LSTM(16, width, batch_first=True)
            self.guess = nn.Linear(width, len(alphabet()))

        def forward(self, x: torch.Tensor) -> Any:
            return self.guess(self.read(self.embed(x))[0][:, -1])

    return Reader()
