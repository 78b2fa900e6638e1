"""What the Adam lesson says in words about its pictures, measured: if a landscape changes, a sentence must too."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from course.lab.rules import reference
from course.lab.widget.landscapes import landscape
from course.lab.widget.walk import Walk, walk
from course.text import LANGS, set_language
from course.topics.adam.lab import CONTEXT, passages, scene, small_transformer, start
from tests.topics.predictions import as_seen

Adam = reference("adam")


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
    assert moved.max() < 1.5 * 0.3


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
