"""Every chart of the course, drawn as its lesson draws it, from figures that cost nothing."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

import numpy as np

from course.lab.training.contest import Contest, Contestant, Runs
from course.lab.training.data import Baseline
from course.text import Text
from course.topic import topics
from course.topics.adadelta import lab as adadelta
from course.topics.adagrad import lab as adagrad
from course.topics.adamw import lab as adamw
from course.topics.choosing import lab as choosing
from course.topics.nesterov import lab as nesterov

gradient_descent = importlib.import_module("course.topics.gradient-descent.lab")

if TYPE_CHECKING:
    from collections.abc import Callable

    from course.lab.training.fair import Array, Name

YOURS = Text(en="your rule", zh="你的规则")
MANY = (1e-4, 1e-3, 1e-2, 1e-1, 1.0, 10.0, 100.0)
NAMES = {each.stem: each.class_name for each in topics("rule")}


def _falling(*shape: int, seed: int = 0) -> Array:
    """Losses that fall along the last axis, from that of an untrained network; faster in some places than in others."""
    draw = np.random.default_rng(seed)
    pace = draw.uniform(0.5, 3, (*shape[:-1], 1))
    return np.asarray(np.log(10) * np.exp(-pace * np.linspace(0, 1, shape[-1])) * draw.uniform(0.9, 1.1, shape))


def contest(names: tuple[Name, ...], lrs: tuple[float, ...]) -> Contest:
    """A contest that nobody ran; at the largest rate everyone diverges.

    Args:
        names: of the contestants.
        lrs: the learning rates tried.

    """
    entries = []
    for seed, name in enumerate(names):
        losses = _falling(len(lrs), 3, 60, seed=seed)
        losses[-1, :, 30:] = np.nan
        tried = Runs(losses, 0.9 + 0 * losses[:, :, 0], last=12)
        judged = Runs(_falling(6, 60, seed=seed), np.full(6, 0.9), last=12)
        entries.append(Contestant(name, lrs, tried, judged))
    return Contest(tuple(entries), (), Baseline(Text(en="no network", zh="不用网络"), 0.1))


def _decays() -> adamw.DecayContest:
    decays = 0, 0.01, 0.1, 1, 3
    grids = []
    names: tuple[Name, ...] = "AdamW", "Adam", YOURS
    for seed, name in enumerate(names):
        train, choose, test, accuracy = np.random.default_rng(seed).uniform(0.05, 0.5, (4, 2, len(decays), 8))
        first = np.zeros((2, len(decays), 10))
        grids.append(adamw.Grid(name, (0.01, 0.03), decays, train, choose, test, accuracy, first))
    return adamw.DecayContest(tuple(grids), ())


def _words() -> adagrad.WordSteps:
    draw = np.random.default_rng(0)
    count = draw.integers(1, 400, 300).astype(float)
    count[:50] = np.arange(50) % 5 + 1
    rate = draw.uniform(0.5, 1, (50, 300)) / np.arange(1, 51)[:, None] ** 0.5 / count**0.3
    length = {name: draw.uniform(0.001, 0.1, 300) for name in ("SGD", "AdaGrad")}
    return adagrad.WordSteps(count, length, rate, {"SGD": 30, "AdaGrad": 0.3})


def _batches() -> Any:
    lrs = 0.01, 0.1, 1.0
    runners = (
        gradient_descent.Runner(
            batch, lrs, _falling(3, 2, 13, seed=batch), _falling(6, 13, seed=batch), np.ones(12), steps=5391 // batch
        )
        for batch in (1, 32, 1797)
    )
    return gradient_descent.Race(tuple(runners), epochs=3)


def _heat() -> choosing.HeatMaps:
    draw = np.random.default_rng(0)
    losses = {stem: draw.uniform(0, 1.2, (choosing.SIDE, choosing.SIDE)) for stem in choosing.SECOND}
    return choosing.HeatMaps("iris", losses, steps=200, seconds=1.0)


CHARTS: dict[str, Callable[[], None]] = {
    "contest": lambda: contest(("SGD", "SGD+momentum", "SGD+nesterov", YOURS), (0.01, 0.03, 0.1, 0.3, 1, 3)).show(),
    "rates": lambda: adadelta.over_rates(
        contest(("SGD", "Adam", "Adadelta", YOURS), MANY),
        untrained=float(np.log(10)),
        defaults={"SGD": 1e-3, "Adam": 1e-3, "Adadelta": 1.0},
    ),
    "words": lambda: _words().show(),
    "decays": lambda: _decays().show(),
    "factors": gradient_descent.shrink_factors,
    "batches": lambda: _batches().show(),
    "pixels": nesterov.show_pixel_digits,
    "heat": lambda: _heat().show(),
    "standings": lambda: choosing.standings(contest(tuple(NAMES), MANY), NAMES),
}
"""By a short name, what shows the chart."""
