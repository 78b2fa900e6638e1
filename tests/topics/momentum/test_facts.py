"""What the momentum lesson says in words about its pictures, measured: if a landscape changes, a sentence must too."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from course.lab.rules import reference
from course.lab.training.training import small_cnn
from course.lab.widget.landscapes import landscape
from course.lab.widget.walk import Walk, walk
from course.topics.momentum.lab import PUSHES, ride
from tests.topics.predictions import as_seen

Momentum = reference("momentum")


def path(key: str, mu: float, lr: float) -> Walk:
    ground = landscape(key)
    return walk(lambda: Momentum(lr=lr, momentum=mu), ground, ground.start, 200)


def steps(seen: Walk) -> int:
    """Steps until the loss stays below a thousandth of what it was."""
    above = np.flatnonzero(seen.losses > 1e-3 * seen.losses[0])
    return int(above[-1]) + 1


def test_the_pushed_box() -> None:
    box = ride(0.9)
    assert box.turn == 22
    assert np.all(np.diff(box.speed[17:22]) < 0)
    assert box.where.argmax() == 21
    hand_alone = ride(0.0)
    assert hand_alone.turn == 19
    assert box.where.max() - box.where[30] > hand_alone.where.max() - hand_alone.where[30]
    turns = [ride(mu).turn or 99 for mu in (0.0, 0.5, 0.9, 0.95)]
    assert turns == sorted(turns)
    assert turns[1] < turns[2] < turns[3]
    as_seen(
        "momentum", "turns-round", box.turn == hand_alone.turn, hand_alone.turn < (box.turn or 0) < 25, not box.turn
    )
    assert np.count_nonzero(PUSHES < 0) == 12
    assert np.all(np.diff(box.where[30:]) < 0), "and it never turns again"


def test_experiment_a_on_the_ravine() -> None:
    star = np.array(landscape("ravine").minima[0])
    creeping, further, arrived, lost = (path("ravine", mu, 0.06) for mu in (0.0, 0.5, 0.9, 0.99))
    gaps = [float(np.hypot(*(each.points[-1] - star))) for each in (creeping, further, arrived)]
    assert gaps[0] > 0.5 > gaps[1] > 0.1
    assert gaps[2] < 0.01
    assert lost.diverged
    entry, end = (along(creeping.points[step][0]) for step in (2, -1))
    assert (end - entry) / (along(1.0) - entry) == pytest.approx(2 / 3, abs=0.04)
    as_seen("momentum", "to-the-star", gaps[0] < 0.01, gaps[2] < 0.01, not lost.diverged)


def along(x: float) -> float:
    """How long the bed of the ravine, y = x², is from the origin to x."""
    return float(x / 2 * np.sqrt(1 + 4 * x * x) + np.arcsinh(2 * x) / 4)


def test_experiment_b_in_the_bowl() -> None:
    heavy, plain, lighter = (steps(path("bowl", mu, 0.06)) for mu in (0.9, 0.0, 0.5))
    assert [heavy, plain, lighter] == [65, 39, 18]
    as_seen("momentum", "settles-sooner", plain < heavy, heavy < plain, max(heavy, plain) < 1.5 * min(heavy, plain))
    assert steps(path("bowl", 0.9, 0.02)) == 64  # a smaller rate does not help


@pytest.mark.parametrize("lr", [0.005, 0.02, 0.05, 0.1, 0.2])
def test_experiment_c_plain_sgd_stays_in_the_first_hollow(lr: float) -> None:
    ground = landscape("wavy")
    assert np.hypot(*(path("wavy", 0.0, lr).points[-1] - np.array(ground.start))) < 1.0


def test_experiment_c_with_momentum() -> None:
    deepest, neighbour = path("wavy", 0.9, 0.02), path("wavy", 0.9, 0.1)
    assert np.hypot(*deepest.points[-1]) < 0.01
    assert 1.0 < np.hypot(*neighbour.points[-1]) < 1.2
    heavy, plain = (np.hypot(*path("wavy", mu, 0.02).points[-1]) < 0.1 for mu in (0.9, 0.0))
    as_seen("momentum", "deepest-hollow", heavy and plain, not (heavy or plain), heavy and not plain)


def test_buffers_in_the_long_run() -> None:
    buffer: dict[str, Any] = {"same": 0.0, "flipping": 0.0}
    for t in range(500):
        buffer = {"same": 0.9 * buffer["same"] + 1, "flipping": 0.9 * buffer["flipping"] + (-1) ** t}
    assert buffer["same"] == pytest.approx(10)
    assert abs(buffer["flipping"]) == pytest.approx(1 / 1.9)


def test_the_sizes_of_the_networks() -> None:
    small, wide = small_cnn(), small_cnn(width=128)
    assert 1800 < sum(param.numel() for param in small.parameters()) < 2200
    second = [next(iter(list(net.children())[2].parameters())).numel() for net in (small, wide)]
    assert second[1] == 256 * second[0]
