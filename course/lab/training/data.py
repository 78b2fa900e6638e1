"""What the real tasks train on: data that scikit-learn ships, as tensors. torch is imported when it is needed."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from course.text import Text, texts

if TYPE_CHECKING:
    import torch


TEXTS = texts(__file__)


@dataclass(frozen=True)
class Data:
    """A training set and a test set: inputs float32, targets int64."""

    train_x: torch.Tensor
    train_y: torch.Tensor
    test_x: torch.Tensor
    test_y: torch.Tensor


@dataclass(frozen=True)
class Baseline:
    """What a guess is right at that needs no network."""

    title: Text
    accuracy: float
    """On the test set, from 0 to 1."""


def baseline(data: Data) -> Baseline:
    """Count how often the trivial guess is right on the test set.

    For text it is the most frequent successor of the last character, for everything else the most frequent class; both
    as they are in the training set. A network that is not clearly better has learned nothing worth comparing.

    Args:
        data: inputs of integers are text; targets of any shape.

    Returns:
        The guess and its accuracy.

    Examples:
        >>> from course.lab import letters
        >>> round(baseline(letters()).accuracy, 2)
        0.22

    """
    import torch

    classes = 1 + int(max(data.train_y.max(), data.test_y.max()))
    if data.train_x.is_floating_point():
        guess = data.train_y.flatten().bincount(minlength=classes).argmax()
        return Baseline(TEXTS["majority"], float((data.test_y == guess).double().mean()))
    size = 1 + int(max(data.train_x.max(), data.test_x.max()))
    last, after, seen = data.train_x, data.test_x, data.train_y
    if data.train_y.dim() == 1:
        last, after = last[:, -1], after[:, -1]
    pairs = (last * classes + seen).flatten().bincount(minlength=size * classes).reshape(size, classes)
    guess = torch.where(pairs.sum(1) > 0, pairs.argmax(1), seen.flatten().bincount(minlength=classes).argmax())
    return Baseline(TEXTS["bigram"], float((guess[after] == data.test_y).double().mean()))


@functools.cache
def digits(device: str = "cpu") -> Data:
    """Load 1797 handwritten digits of 8 × 8 pixels (UCI, 1998, shipped with scikit-learn).

    1344 are to train on, 453 to test.

    Inputs have shape (n, 1, 8, 8), values from 0 to 1. The split is the same every time. 1344 is 21 batches of 64: a
    last batch of three images would take as long a step as the others, on a far noisier gradient.

    Args:
        device: where the tensors lie, by torch's name.

    Returns:
        Inputs of shape (n, 1, 8, 8), values from 0 to 1; targets of shape (n,).

    Examples:
        >>> from course.lab import digits
        >>> digits().train_x.shape
        torch.Size([1344, 1, 8, 8])

    """
    import torch
    from sklearn.datasets import load_digits

    images, targets = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(targets))
    x = torch.tensor(images[order], dtype=torch.float32, device=device).reshape(-1, 1, 8, 8) / 16
    y = torch.tensor(targets[order], dtype=torch.int64, device=device)
    return Data(x[:1344], y[:1344], x[1344:], y[1344:])


@functools.cache
def letters(device: str = "cpu") -> Data:
    """Cut English into windows of 12 characters, each with the character that follows.

    2048 windows are to train on, 512 to test.

    The text is scikit-learn's description of its own data sets. Inputs have shape (n, 12), indices into the text's
    alphabet, int64. Training and test windows come from different parts of the text.

    Args:
        device: where the tensors lie, by torch's name.

    Returns:
        Inputs of shape (n, 12); targets of shape (n,).

    Examples:
        >>> from course.lab import letters
        >>> letters().train_x.shape
        torch.Size([2048, 12])

    """
    import torch
    from sklearn import datasets

    sets = (datasets.load_iris, datasets.load_wine, datasets.load_breast_cancer, datasets.load_diabetes)
    text = " ".join(" ".join(load().DESCR.lower().split()) for load in sets)
    alphabet = {letter: index for index, letter in enumerate(sorted(set(text)))}
    codes = torch.tensor([alphabet[letter] for letter in text], device=device)
    windows = codes.unfold(0, 13, 2)
    train, test = windows[:2048], windows[2048 + 8 : 2048 + 8 + 512]  # 8 windows on, none overlaps the last
    return Data(train[:, :12], train[:, 12], test[:, :12], test[:, 12])
