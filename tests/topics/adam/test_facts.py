"""What the Adam lesson says in words about its pictures, measured: if a landscape changes, a sentence must too."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from course.lab.rules import reference
from course.lab.widget.landscapes import landscape
from course.lab.widget.walk import Walk, walk
from course.rule import Run
from course.text import LANGS, set_language
from course.topics.adam.lab import CONTEXT, passages, scene, small_transformer, start
from course.topics.adam.why import block_steps, class_losses, class_sizes
from tests.topics.predictions import as_seen

Adam, Momentum = reference("adam"), reference("momentum")


def path(key: str, **hyperparameters: Any) -> Walk:
    ground = landscape(key)
    return walk(lambda: Adam(**hyperparameters), ground, ground.start, 200)


def steps(seen: Walk) -> int:
    """Steps until the loss stays below a thousandth of what it was."""
    above = np.flatnonzero(seen.losses > 1e-3 * seen.losses[0])
    return int(above[-1]) + 1


def test_the_gauges() -> None:
    usual = start(0.9, 0.999)
    assert (usual.first[0], usual.root[0]) == pytest.approx((0.1, 0.0316), rel=1e-3)
    assert (usual.plain[0], usual.plain[9]) == pytest.approx((3.16, 6.53), abs=0.005)
    first = usual.plain[0] / usual.fair[0]
    as_seen("adam", "needles-too-low", first < 0.99, abs(first - 1) < 0.01, first > 1.01)
    assert usual.fair == pytest.approx(1.0, abs=1e-6)
    assert start(0.0, 0.999).plain[0] == pytest.approx(31.6, abs=0.05)
    lucky = start(0.9, 0.99).plain
    assert lucky[0] == pytest.approx(1.0)
    assert np.all(np.abs(lucky[1:] - 1) > 0.1)


@pytest.mark.parametrize("lang", LANGS)
def test_the_drawing_says_the_figures(lang: Any) -> None:
    set_language(lang)
    drawn = scene(10, 0.9, 0.999)
    assert "6.53 lr" in drawn
    assert "65.1 %" in drawn
    assert "÷ 0.651 = 1" in drawn


def test_the_rate_is_no_bound_of_a_step() -> None:
    """A gradient of 1 after 10,000 of nearly zero: one step of 3.16 rates, and 31.8 until it has coasted out."""
    run = Run(Adam(lr=1.0), [np.zeros(())])
    draw = np.random.default_rng(0)
    for _ in range(10_000):
        run.step([np.asarray(1e-9 * draw.standard_normal())])
    before = run.params[0]
    run.step([np.ones(())])
    assert before - run.params[0] == pytest.approx(3.16, abs=0.005)
    assert run.state[0]["exp_avg_sq"] ** 0.5 == pytest.approx(0.0316, abs=5e-5)
    for _ in range(300):
        run.step([np.zeros(())])
    assert before - run.params[0] == pytest.approx(31.8, abs=0.05)
    bound = (1 - 0.9) / (1 - 0.999) ** 0.5
    assert bound == pytest.approx(3.16, abs=0.005)


def test_sign_descent_does_not_settle() -> None:
    seen = path("bowl", lr=0.1, betas=(0.0, 0.0))
    assert np.abs(np.diff(seen.points[-100:], axis=0)).ravel() == pytest.approx(np.full(198, 0.1), abs=1e-5)
    assert sorted(seen.losses[-2:]) == pytest.approx([0.007, 0.076], abs=5e-4)
    assert np.ptp(seen.losses[-40::2]) < 1e-5
    assert path("bowl", lr=0.1).losses[-1] < 1e-3


def turned_bowl(rule: Any, degrees: float) -> int:
    """Steps on the map's bowl, turned, until the loss stays below a thousandth of what it was."""
    angle = np.deg2rad(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    hessian = turn @ np.diag([1.0, 25.0]) @ turn.T
    run = Run(rule, [turn @ np.array(landscape("bowl").start)])
    losses = []
    for _ in range(400):
        losses.append(run.params[0] @ hessian @ run.params[0])
        run.step([hessian @ run.params[0]])
    return int(np.flatnonzero(np.array(losses) > 1e-3 * losses[0])[-1]) + 1


def test_the_axes_of_the_bowl_flatter_adam() -> None:
    assert [turned_bowl(Adam(lr=0.1), angle) for angle in (0, 45)] == [58, 138]
    assert [turned_bowl(Momentum(lr=0.02), angle) for angle in (0, 45)] == [64, 64]


def test_the_lead_is_with_the_rare_classes() -> None:
    """At the rates that `tail_race` finds best; drawn anew, it is the same."""
    sizes = class_sizes()
    assert (len(sizes), sizes[0], sizes[-1], sizes.sum()) == (255, 128, 1, 1024)
    heavy, ours = class_losses(Momentum(lr=1.0)), class_losses(Adam(lr=0.3))
    assert (heavy[0], ours[0], heavy[-1]) == pytest.approx((1.88, 1.35, 2.66), abs=0.01)
    assert ours[-1] < 0.01
    frequent, rare = heavy[0] - ours[0], heavy[-1] - ours[-1]
    assert (frequent, rare) == pytest.approx((0.53, 2.66), abs=0.015)
    as_seen("adam", "rare-classes", frequent > 1.1 * rare, rare > 1.1 * frequent, np.isclose(frequent, rare, rtol=0.1))
    again = class_losses(Momentum(lr=1.0), seed=1) - class_losses(Adam(lr=0.3), seed=1)
    assert again[-1] > 2
    assert again[0] < 1
    assert np.all(np.diff(class_losses(Adam(lr=0.01, betas=(0.0, 0.0)))[3:]) < 0)  # sign descent: the rarer, the lower
    even = class_losses(Momentum(lr=27.0), even=True), class_losses(Adam(lr=0.3), even=True)
    assert max(each.max() for each in even) < 0.05


def test_a_rate_that_is_too_high_ends_in_infinity() -> None:
    assert np.isinf(class_losses(Momentum(lr=1e38), steps=5)).all()


def test_blocks_of_different_curvature() -> None:
    taken = {
        blocks: (
            block_steps(lambda lr: Momentum(lr=lr), 2e-4, blocks),
            block_steps(lambda lr: Adam(lr=lr), 0.3, blocks),
        )
        for blocks in ("apart", "mixed")
    }
    assert taken["apart"][1] < 0.7 * taken["apart"][0]
    assert taken["mixed"][1] > 1.5 * taken["mixed"][0]


def test_experiment_a_in_the_bowl() -> None:
    first = np.diff(path("bowl", lr=0.1).points[:2], axis=0)[0]
    assert first == pytest.approx([0.1, -0.1])
    right, down = first[0], -first[1]
    as_seen("adam", "first-step", np.isclose(down, right), down > 2 * right, right > 2 * down)
    x, y = landscape("bowl").start
    assert round(25 * y / -x) == 13
    assert [steps(path("bowl", lr=lr)) for lr in (0.03, 0.1, 0.3, 1.0)] == [119, 58, 59, 61]
    plain = path("bowl", lr=0.1, betas=(0.0, 0.999))
    assert np.all(np.diff(np.abs(plain.points[:, 1])) <= 0)  # no swing to the other side


def test_experiment_b_on_the_ravine() -> None:
    star = np.array(landscape("ravine").minima[0])
    slow, forgetful, faster = path("ravine", lr=0.1), path("ravine", lr=0.1, betas=(0.9, 0.9)), path("ravine", lr=0.3)
    assert slow.points[-1] == pytest.approx([0.6, 0.34], abs=0.01)
    assert all(np.hypot(*(each.points[-1] - star)) < 0.05 for each in (forgetful, faster))
    ground = landscape("ravine")
    heavy = walk(lambda: reference("momentum")(lr=0.3 * ground.lr), ground, ground.start, 200)
    assert np.hypot(*(heavy.points[-1] - star)) < 0.15
    there, inside = np.hypot(*(slow.points[-1] - star)) < 0.15, bool(np.all(np.abs(slow.points) < 3))
    as_seen("adam", "arrives-in-200", there, inside and not there, not inside)
    assert np.abs(np.diff(slow.points, axis=0)).max() < 0.11


def test_experiment_c_in_the_noise() -> None:
    ends = [path("noisy", lr=lr).losses[-1] for lr in (0.03, 0.1, 0.3, 1.0)]
    assert ends == pytest.approx([0.008, 0.03, 0.4, 2.7], rel=0.1)
    moved = np.abs(np.diff(path("noisy", lr=0.3).points, axis=0))
    rest, wild = moved[-50:].mean() < 0.003, moved[-50:].mean() > 2 * moved[:50].mean()
    as_seen("adam", "steps-at-the-bottom", rest, wild, 0.03 < moved[-50:].mean() < 0.3 and not wild)
    assert moved.max() <= 0.3 + 1e-9


def test_a_clock_that_is_wound_by_every_parameter() -> None:
    quotient = (0.1 / (1 - 0.9**10)) / (0.001 / (1 - 0.999**10)) ** 0.5
    assert quotient == pytest.approx(0.48, abs=0.005)


def test_the_transformer_sees_the_past_alone() -> None:
    import torch

    data, model = passages(), small_transformer()
    assert (len(data.train_x), len(data.test_x), data.train_x.shape[1]) == (2560, 512, CONTEXT)
    assert torch.equal(data.train_x[:, 1:], data.train_y[:, :-1])
    assert 16_000 < sum(param.numel() for param in model.parameters()) < 18_000
    changed = data.train_x[:1].clone()
    changed[0, 5] = (changed[0, 5] + 1) % 10
    with torch.no_grad():
        before, after = model(data.train_x[:1]), model(changed)
    assert before.shape == (1, before.shape[1], CONTEXT)
    assert torch.allclose(before[..., :5], after[..., :5], atol=1e-6)
    assert not torch.allclose(before[..., 5:], after[..., 5:], atol=1e-3)
