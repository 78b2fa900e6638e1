"""Small real tables and the smallest real model, trained by a rule at many settings at once.

The model is softmax regression: one weight for every feature and class. Many copies of it stand side by side in one
array, and a rule whose hyperparameters are arrays trains each copy at a setting of its own.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course.rule import Run
from course.text import Text

if TYPE_CHECKING:
    from course.rule import Rule

    Array = np.ndarray[Any, np.dtype[np.float64]]

BATCH = 32


@dataclass(frozen=True)
class Table:
    """A data set with one row a sample."""

    title: Text
    x: Array
    """Shape (n, features): every column with mean 0 and standard deviation 1, and a column of ones at the end."""
    y: Array
    """Shape (n, classes): a 1 in the column of the sample's class, else 0."""

    @property
    def untrained(self) -> float:
        """The loss of the model before its first step, when all classes are equally likely to it."""
        return float(np.log(self.y.shape[1]))


@functools.cache
def tables() -> dict[str, Table]:
    """Load the four tables of scikit-learn's: iris (150 rows), wine (178), breast cancer (569), digits (1797).

    Returns:
        By name.

    Examples:
        >>> from course.lab import tables
        >>> tables()["iris"].x.shape
        (150, 5)

    """
    from sklearn import datasets

    found = {}
    for key, load, title in (
        ("iris", datasets.load_iris, Text(en="iris", zh="鸢尾花")),
        ("wine", datasets.load_wine, Text(en="wine", zh="葡萄酒")),
        ("cancer", datasets.load_breast_cancer, Text(en="breast cancer", zh="乳腺癌")),
        ("digits", datasets.load_digits, Text(en="digits", zh="数字")),
    ):
        x, y = load(return_X_y=True)
        spread = x.std(axis=0)
        x = (x - x.mean(axis=0)) / np.where(spread > 0, spread, 1)
        found[key] = Table(title, np.column_stack([x, np.ones(len(x))]), np.eye(y.max() + 1)[y])
    return found


def fit(rule: Rule, table: Table, *, runs: int = 1, steps: int = 200, seed: int = 0) -> Array:
    """Train `runs` copies of the model, all from weights of 0 and on the same mini-batches of 32.

    Args:
        rule: its hyperparameters are numbers, or arrays of shape (runs, 1, 1): one setting for each copy.
        table: the data.
        runs: how many copies.
        steps: how many steps each takes.
        seed: of the order of the rows.

    Returns:
        The mean loss over the whole table after the last step, shape (runs,); infinite where the training diverged.

    Examples:
        >>> from course.lab import fit, reference, tables
        >>> fit(reference("sgd")(lr=0.5), tables()["iris"], steps=50).round(2)
        array([0.24])

    """
    order = np.random.default_rng(seed)
    rows: Any = []
    run = Run(rule, [np.zeros((runs, table.x.shape[1], table.y.shape[1]))])
    with np.errstate(all="ignore"):  # a copy whose rate is too large runs away, and says so by its loss
        for _ in range(steps):
            if len(rows) < BATCH:
                rows = order.permutation(len(table.x))
            chosen, rows = rows[:BATCH], rows[BATCH:]
            x, y = table.x[chosen], table.y[chosen]
            wrong = np.exp(_log_shares(x, run.params[0])) - y[:, None]
            slopes = (x.T @ wrong.reshape(len(x), -1)).reshape(x.shape[1], runs, -1)
            run.step([slopes.transpose(1, 0, 2) / BATCH])
        loss = -(_log_shares(table.x, run.params[0]) * table.y[:, None]).sum(axis=2).mean(axis=0)
    return np.where(np.isfinite(loss), loss, np.inf)


def _log_shares(x: Array, weights: Array) -> Array:
    """Return the logarithm of each class's probability, shape (rows, runs, classes), for all copies at once."""
    runs, features, classes = weights.shape
    scores = (x @ weights.transpose(1, 0, 2).reshape(features, -1)).reshape(len(x), runs, classes)
    scores = scores - scores.max(axis=2, keepdims=True)
    return np.asarray(scores - np.log(np.exp(scores).sum(axis=2, keepdims=True)))
