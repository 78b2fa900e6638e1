"""What the momentum lesson says in words about its pictures, measured: if a landscape changes, a sentence must too."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from course.lab.rules import reference
from course.lab.training.training import small_cnn
from course.lab.widget.landscapes import landscape
from course.lab.widget.walk import Walk, walk
from course.lesson.words import question
from course.rule import Run
from course.topics.momentum.lab import PUSHES, ride
from tests.topics.lesson_code import defined
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


def best_mu(kappa: float) -> float:
    return float(((np.sqrt(kappa) - 1) / (np.sqrt(kappa) + 1)) ** 2)


def steps_needed(mu: float, kappa: float, most: int = 4000) -> int:
    found = defined("momentum", "steps_needed", np=np, Run=Run, Momentum=Momentum)
    return int(found(mu, kappa, most))


def test_why_the_rate_does_not_matter_in_experiment_b() -> None:
    """In the window a step leaves the share μ of the loss, so 65 steps leave a thousandth; outside it leaves more."""
    assert pytest.approx(1e-3, rel=0.07) == 0.9**65
    low, high = ((1 + sign * np.sqrt(0.9)) ** 2 for sign in (-1, 1))
    for curvature in (1, 25):
        assert all(low < rate * curvature < high for rate in (0.02, 0.06))
    assert {steps(path("bowl", 0.9, lr)) for lr in (0.02, 0.03, 0.04, 0.06)} <= set(range(58, 70))
    assert best_mu(25) == pytest.approx(0.44, abs=0.01)


@pytest.mark.parametrize("mu", [0.3, 0.67, 0.9])
def test_every_mode_in_the_window_shrinks_alike(mu: float) -> None:
    """By √μ a step, whatever its curvature; one outside shrinks more slowly, and beyond 2(1 + μ) it grows."""

    def share(curvature: float) -> float:
        """How much of the error a step leaves in the long run, measured."""
        run, seen = Run(Momentum(lr=1.0, momentum=mu), [np.array(1.0)]), []
        for _ in range(200):
            seen.append(abs(float(run.params[0])))
            run.step([curvature * run.params[0]])
        return float((max(seen[160:]) / max(seen[60:100])) ** (1 / 100))

    low, high = ((1 + sign * np.sqrt(mu)) ** 2 for sign in (-1, 1))
    inside = [share(each) for each in np.linspace(low + 0.1 * (high - low), low + 0.9 * (high - low), 9)]
    assert inside == pytest.approx([np.sqrt(mu)] * 9, rel=0.02)
    for outside in (low / 4, (high + 3 * 2 * (1 + mu)) / 4):
        assert share(outside) > 1.02 * max(inside)
    assert share(2 * (1 + mu) * 1.01) > 1 > share(2 * (1 + mu) * 0.99)


def test_the_best_momentum_is_that_of_the_law() -> None:
    """No other pair of μ and rate leaves less of the worst mode: theory, over a grid finer than the lesson's."""
    kappa = 100.0
    mus, rates = np.meshgrid(np.linspace(0, 0.99, 100), np.linspace(0.0002, 0.04, 200))
    worst = np.zeros(mus.shape)
    for curvature in (1.0, kappa):
        middle = (1 + mus - rates * curvature) / 2
        roots = middle + np.sqrt((middle**2 - mus).astype(complex)), middle - np.sqrt((middle**2 - mus).astype(complex))
        worst = np.maximum(worst, np.max(np.abs(roots), axis=0))
    at = np.unravel_index(worst.argmin(), worst.shape)
    assert mus[at] == pytest.approx(best_mu(kappa), abs=0.02)
    assert rates[at] == pytest.approx((2 / 11) ** 2, rel=0.03)
    assert np.sqrt(best_mu(kappa)) <= worst.min() < np.sqrt(best_mu(kappa)) * 1.02
    assert np.log(np.sqrt(best_mu(kappa))) / np.log(99 / 101) == pytest.approx(10, abs=0.05)


def test_ten_times_kappa_costs_root_ten_times_the_steps() -> None:
    """What the lesson says of its search; a law in which steps grow with κ itself, or not at all, is refused."""
    fewest = {}
    for kappa in (10, 100, 1000):
        row = {mu: steps_needed(mu, kappa, 200) for mu in np.arange(0.1, 0.98, 0.04).round(2)}
        fewest[kappa] = min(row.values())
        assert min(row, key=row.get) == pytest.approx(best_mu(kappa), abs=0.07)  # type: ignore[arg-type]
    assert fewest[100] / fewest[10] == pytest.approx(np.sqrt(10), rel=0.15)
    assert fewest[1000] / fewest[100] == pytest.approx(np.sqrt(10), rel=0.15)
    assert steps_needed(0, 100) / steps_needed(0, 10) == pytest.approx(10, rel=0.05)
    assert "about 10 times" in question("momentum", "hundredfold").right.text.en


def test_no_best_rate_of_the_bowls_lies_at_the_edge() -> None:
    """Wider and finer rates find nothing faster: 60 rates from 0.02/κ to 4/κ are enough for each μ that is used."""
    for mu, kappa in ((0, 10), (0.5, 100), (0.9, 10), (0.9, 1000)):
        wide = np.geomspace(0.002, 6, 300)[:, None] / kappa
        curvature = np.array([1.0, kappa])
        run, above = Run(Momentum(lr=wide, momentum=mu), [np.ones((300, 2))]), np.zeros(300, dtype=int)
        with np.errstate(over="ignore", invalid="ignore"):
            for t in range(1, 401):
                run.step([curvature * run.params[0]])
                above[~(np.abs(run.params[0]).max(axis=1) < 1e-3)] = t
        best = int(above.argmin())
        assert 0.02 < float(wide[best, 0]) * kappa < 4
        assert steps_needed(mu, kappa, 400) <= 1.1 * (above.min() + 1) + 2


def test_noise_is_smoothed_but_not_kept_nearer_to_the_bottom() -> None:
    crossing = defined("momentum", "crossing", np=np, Run=Run, Momentum=Momentum, landscape=landscape, traces={})
    moves, strays = np.transpose(
        [[crossing("noisy", mu, lr, draw) for draw in range(10)] for mu, lr in ((0.0, 0.06), (0.9, 0.006))], (2, 0, 1)
    )
    assert (moves[1] < moves[0]).all()
    assert strays[1].mean() / strays[0].mean() == pytest.approx(1, abs=0.2)
    assert crossing("bowl", 0.9, 0.006)[0] > crossing("bowl", 0.0, 0.06)[0]


def test_where_nine_tenths_is_a_good_guess() -> None:
    ratios = {}
    for kappa, most in ((300, 200), (1000, 200), (3000, 500)):
        row = {mu: steps_needed(mu, kappa, most) for mu in (0.78, 0.82, 0.86, 0.88, 0.9, 0.92, 0.94, 0.96)}
        ratios[kappa] = row[0.9] / min(row.values())
    assert ratios[1000] < 1.2 < min(ratios[300], ratios[3000])


def test_the_step_after_the_schedule() -> None:
    buffer = sum(0.9**age for age in range(11))
    assert (0.9 * sum(0.9**age for age in range(10)) + 0.1) / (0.1 * buffer) == pytest.approx(8.7, abs=0.05)
