"""What the AdamW lesson says in words about its pictures, measured: if a landscape changes, a sentence must too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from course.lab.rules import reference
from course.lab.widget.landscapes import landscape
from course.lab.widget.walk import Walk, walk
from course.rule import Run
from course.text import LANGS, set_language
from course.topic import FOLDER
from course.topics.adamw.lab import crowd, decay_contest, tumours
from course.topics.adamw.turning import turning
from course.topics.adamw.wheel import fade, scene
from tests.topics.predictions import as_seen


def path(stem: str, key: str, lr: float, decay: float) -> Walk:
    ground = landscape(key)
    return walk(lambda: reference(stem)(lr=lr, weight_decay=decay), ground, ground.start, 200)


def test_two_hands_on_one_wheel() -> None:
    assert fade("adam", 0.5, 100.0)[-1] == pytest.approx([0.76, 0.02], abs=0.005)
    assert fade("adamw", 0.5, 100.0)[-1] == pytest.approx([0.29, 0.29], abs=0.005)
    assert fade("adam", 0.0, 100.0)[-1] == pytest.approx([0.84, 0.84], abs=0.005)
    strong, gentle = fade("adam", 0.5, 100.0)[-1]
    as_seen("adamw", "two-hands", strong < gentle, gentle < strong, np.isclose(strong, gentle, rtol=0.1))
    alike = fade("adam", 0.5, 1.0)
    assert alike[:, 0] == pytest.approx(alike[:, 1])


@pytest.mark.parametrize("lang", LANGS)
def test_the_drawing_says_the_figures(lang: Any) -> None:
    set_language(lang)
    drawn = scene(0.5, 100.0)
    for figure in ("0.76", "0.02", "0.29"):
        assert figure in drawn


def test_experiment_a_in_the_bowl() -> None:
    free, pulled = (path("adamw", "bowl", 0.03, decay).points[100] for decay in (0.0, 0.3))
    assert (free[0], pulled[0]) == pytest.approx((-0.40, -0.07), abs=0.005)
    still = [path("adam", "bowl", 0.03, decay).points for decay in (0.0, 0.3, 1.0)]
    for each in still[1:]:
        assert each == pytest.approx(still[0], abs=1e-6)
    changes = {}
    for stem in ("adamw", "adam"):
        first, *others = (path(stem, "bowl", 0.03, decay).points for decay in (0.0, 0.3, 1.0))
        changes[stem] = all(np.abs(each - first).max() > 1e-3 for each in others)
    ours, theirs = changes.values()
    as_seen("adamw", "whose-path-changes", ours and theirs, theirs and not ours, ours and not theirs)


def test_experiment_b_off_the_middle() -> None:
    assert path("adam", "several", 0.1, 0.3).points[-1] == pytest.approx([1.26, 0.69], abs=0.005)
    assert path("adamw", "several", 0.1, 0.3).points[-1] == pytest.approx([1.47, 0.98], abs=0.005)
    assert path("adam", "several", 0.1, 1.0).points[-1] == pytest.approx([0.46, 0.34], abs=0.005)
    assert path("adamw", "several", 0.1, 1.0).points[-1] == pytest.approx([0.99, 0.91], abs=0.005)
    star = np.array(landscape("several").minima[0])
    ours, theirs = (np.hypot(*(path(stem, "several", 0.1, 0.3).points[-1] - star)) for stem in ("adamw", "adam"))
    as_seen("adamw", "rests-nearer", ours < theirs, theirs < ours, max(ours, theirs) < 0.01)
    assert star == pytest.approx([1.5, 1.0])
    ground, rest = landscape("several"), path("adam", "several", 0.1, 0.3).points[-1]
    assert ground.grad(rest, 0) + 0.3 * rest == pytest.approx([0, 0], abs=1e-3)  # the bottom of loss + λ/2·θ²


def test_the_tumours() -> None:
    import torch

    choose, test = tumours(100)
    assert [len(each) for each in (choose.train_x, choose.test_x, test.test_x)] == [100, 120, 200]
    assert torch.equal(choose.train_y, test.train_y)
    rows = {tuple(row) for row in choose.test_x.tolist()} & {tuple(row) for row in test.test_x.tolist()}
    assert not rows
    networks = crowd(3)
    assert 1000 < sum(param[0].numel() for param in networks.parameters()) < 1100
    assert networks(test.test_x).shape == (3, 200, 2)
    alone = crowd(1)(test.test_x)
    assert torch.allclose(networks(test.test_x)[:1], alone, atol=1e-5)


def test_before_and_after_the_step() -> None:
    before, after = 1 * 0.95 - 0.1, (1 - 0.1) * 0.95
    assert np.isclose((after - before) / 0.1, 1 / 20)


def pull(stem: str, lr: float, size: float) -> float:
    """How far a decay of 0.01 alone moves a weight at 1 in a step, after 5000 steps of noise of this size."""
    moved = []
    for decay in (0.0, 0.01):
        run = Run(reference(stem)(lr=lr, betas=(0.0, 0.999), weight_decay=decay), [np.ones(())])
        draw = np.random.default_rng(0)
        for _ in range(5000):
            run.params[0] = np.ones(())
            run.step([np.asarray(size * draw.choice([-1.0, 1.0]))])
        moved.append(run.params[0])
    return float(moved[0] - moved[1])


def test_only_the_division_differs() -> None:
    """Part 5: in both rules the decay is multiplied by the rate; Adam divides it by the size of the gradients, too."""
    for lr in (0.001, 0.002):
        assert pull("adamw", lr, 10.0) == pytest.approx(lr * 0.01)
        assert pull("adam", lr, 10.0) == pytest.approx(lr * 0.01 / 10, rel=0.05)
        assert pull("adam", lr, 0.1) == pytest.approx(lr * 0.01 / 0.1, rel=0.05)
    for lang, said in (
        ("en", "In both rules the decay is multiplied by the learning rate."),
        ("zh", "衰减都要乘以学习率"),
    ):
        assert said in Path(FOLDER, "..", "..", "lessons", lang, "adamw.ipynb").read_text("utf-8")


def test_a_decay_has_a_timescale() -> None:
    for lr, decay, scale in ((0.001, 0.01, 100_000), (0.01, 1.0, 100), (0.001, 0.1, 10_000), (0.002, 0.1, 5000)):
        assert 1 / (lr * decay) == pytest.approx(scale)
        assert (1 - lr * decay) ** scale == pytest.approx(0.37, abs=0.005)
    assert (1 - 0.001 * 0.01) ** 1000 > 0.98  # in 1000 steps PyTorch's defaults hardly show
    run, steps = Run(reference("adamw")(lr=0.01, weight_decay=1.0), [np.ones(())]), 0
    while run.params[0] > np.exp(-1):
        run.step([np.zeros(())])
        steps += 1
    assert steps == 100


def test_experiment_c_behind_a_normalisation() -> None:
    (short, _), (long, _) = turning(1, 1.0), turning(30, 1.0)
    assert (short[-1], long[-1]) == pytest.approx((1.86, 1.86), abs=0.01)
    as_seen(
        "adamw",
        "normalised-layer",
        long[-1] < 0.95 * short[-1],
        short[-1] < 0.95 * long[-1],
        np.isclose(long[-1], short[-1], rtol=0.05),
    )
    assert long[0] < short[0]
    balance = np.degrees(np.sqrt(2 * 0.01 * 1.0 * (1 - 0.9) / (1 + 0.9)))
    assert short[-1] == pytest.approx(balance, rel=0.01)
    free, length = turning(1, 0.0)
    assert np.all(np.diff(free) < 0.01)
    assert free[-1] < 0.6 * free[5]
    assert length > 10


def test_where_few_steps_do_not_over_fit_no_decay_is_chosen() -> None:
    """What section 6 says of the rate 0.003; at 0.01, the lowest of the contest, a decay is chosen, and it helps."""
    import torch

    def with_decay(decay: float) -> Any:
        return lambda params, lr: torch.optim.AdamW(params, lr=lr, weight_decay=decay)

    found = {}
    for lr in (0.003, 0.01):
        grid = decay_contest({"AdamW": with_decay}, {"AdamW": [0, 0.3, 1, 3]}, lrs=[lr])["AdamW"]
        found[lr] = grid.decays[grid.best[1]], float(grid.test[grid.best].mean()), float(grid.test[0, 0].mean())
    (gentle, low, _), (strong, decayed, bare) = found.values()
    assert (gentle, strong) == (0, 1)
    assert low < decayed < 0.7 * bare
