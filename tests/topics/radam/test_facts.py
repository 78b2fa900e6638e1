"""What the RAdam lesson says in words about its pictures, measured: if one changes, a sentence must too."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from course.lab.rules import reference
from course.lab.widget.landscapes import landscape
from course.lab.widget.walk import Walk, walk
from course.rule import Run
from course.text import set_language
from course.topics.radam.lab import (
    CARS,
    STOPS,
    gears,
    hundred_steps,
    late_norm_transformer,
    rectification,
    rho,
    scene,
    scheduled,
)
from tests.topics.predictions import as_seen

RAdam, Adam = reference("radam"), reference("adam")


def path(rule_class: Any, key: str, lr: float, beta2: float = 0.999) -> Walk:
    ground = landscape(key)
    return walk(lambda: rule_class(lr=lr, betas=(0.9, beta2)), ground, ground.start, 200)


def steps(seen: Walk) -> int:
    """Steps until the loss stays below a thousandth of what it was."""
    above = np.flatnonzero(seen.losses > 1e-3 * seen.losses[0])
    return int(above[-1]) + 1


def first(seen: Walk) -> float:
    """How long the first step is."""
    return float(np.hypot(*(seen.points[1] - seen.points[0])))


def rest(seen: Walk) -> float:
    """The mean distance from the star over the last 100 steps."""
    return float(np.hypot(*seen.points[-100:].T).mean())


def test_the_gearboxes() -> None:
    seen = gears(0)
    assert seen[1].shape == (CARS,)
    assert (seen[1].min(), seen[10].min()) == pytest.approx((0.4, 0.5), abs=0.05)
    assert seen[1].max() > 200
    assert seen[10].max() == pytest.approx(1.8, abs=0.05)
    apart = seen[1].max() / seen[1].min()
    as_seen("radam", "how-far-apart", np.all(np.abs(seen[1] - 1) <= 0.1), 1.5 < apart < 3, apart > 100)
    assert seen[10].max() > 3 * seen[10].min()
    assert 0.94 <= seen[1000].min() < seen[1000].max() <= 1.06
    assert [rectification(t) is None for t in range(1, 8)] == [True] * 5 + [False] * 2
    assert rectification(6) == pytest.approx(0.026, abs=5e-4)


def test_the_figure_is_drawn_with_the_rule_that_is_taught() -> None:
    run = Run(RAdam(lr=1.0), [np.zeros(3)])
    for t in range(1, 31):
        before = run.params[0]
        run.step([np.array([2.0, 0.5, 30.0])])
        move = before - run.params[0]
        expected = rectification(t)
        np.testing.assert_allclose(move, [2.0, 0.5, 30.0] if expected is None else [expected] * 3, rtol=1e-6)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_figure_says_what_it_shows(lang: str) -> None:
    set_language(lang)
    try:
        pictures = [scene(t, seed=1) for t in STOPS]
    finally:
        set_language("en")
    assert len(set(pictures)) == len(STOPS)
    assert all(picture.startswith("<svg") and 'role="img"' in picture for picture in pictures)
    fixed = {"en": "fixed gear", "zh": "固定挡"}[lang]
    assert [fixed in picture for picture in pictures] == [t <= 5 for t in STOPS]
    assert all(
        picture.count("<circle") == CARS * (1 if t <= 5 else 2) + 1 for t, picture in zip(STOPS, pictures, strict=True)
    )


def test_rho_is_the_length_of_a_plain_average_of_the_same_age() -> None:
    for t in (1, 2, 6, 50, 3000):
        weights = 0.999 ** np.arange(t)
        age = float((weights * np.arange(t)).sum() / weights.sum())
        assert rho(t) == pytest.approx(1 + 2 * age)
    assert [rho(5), rho(6)] == pytest.approx([4.996, 5.994], abs=5e-4)
    assert rho(200_000) == pytest.approx(1999)


def test_the_variance_holds_for_gradients_with_mean_zero() -> None:
    """Of the scale that rests on 20 gradients, against the paper's formula; an average that is not 0 changes it."""
    count, rng = 20, np.random.default_rng(0)
    formula = count / (2 * (count - 2) * (count - 4))
    for mean, fits in ((0.0, True), (0.9, False)):
        grads = mean + (1 - mean**2) ** 0.5 * rng.standard_normal((200_000, count))  # the root mean square is 1
        variance = float(((grads**2).mean(axis=1) ** -0.5).var())
        assert (abs(variance / formula - 1) < 0.2) == fits


def test_the_spread_that_the_conclusion_calls_level() -> None:
    """Up to step 1000 RAdam's scales are spread alike, and each by as large a share of its mean as Adam's."""
    rng = np.random.default_rng(0)
    run = Run(RAdam(), [np.zeros(5000)])
    spread, share = {}, {}
    for t in range(1, 1001):
        run.step([rng.standard_normal(5000)])
        if t in (6, 30, 1000):
            gear = ((1 - 0.999**t) / run.state[0]["exp_avg_sq"]) ** 0.5
            held = (rectification(t) or 0) * gear
            spread[t], share[t] = float(held.std()), float(held.std() / held.mean())
            assert share[t] == pytest.approx(float(gear.std() / gear.mean()))
    assert max(spread.values()) < 3 * min(spread.values())
    assert max(share.values()) > 3 * min(share.values())


def test_the_fifth_of_step_lengths_by_hand() -> None:
    run = Run(RAdam(lr=0.1), [np.array(1.0)])
    places = [1.0]
    for _ in range(6):
        run.step([np.array(2.0)])
        places.append(float(run.params[0]))
    lengths = -np.diff(places)
    np.testing.assert_allclose(lengths[:5], 0.2)
    assert 0.1 / lengths[5] == pytest.approx(39, abs=0.5)


def test_experiment_a_among_noise() -> None:
    calm, wild, slow = path(RAdam, "noisy", 0.2), path(Adam, "noisy", 0.2), path(Adam, "noisy", 0.05)
    assert [rest(each) for each in (calm, wild, slow)] == pytest.approx([0.29, 0.53, 0.28], abs=0.005)
    assert rectification(200) == pytest.approx(0.31, abs=0.005)
    ours, theirs = rest(calm), rest(wild)
    as_seen("radam", "closer-in-noise", ours < theirs, theirs < ours, np.isclose(ours, theirs, rtol=0.1))


def test_experiment_b_a_steep_start() -> None:
    assert [first(path(rule, "ravine", 0.1)) for rule in (Adam, RAdam)] == pytest.approx([0.14, 1.5], abs=0.005)
    theirs, ours = (first(path(rule, "ravine", 0.1)) for rule in (Adam, RAdam))
    as_seen(
        "radam", "first-step-on-the-wall", theirs > 1.1 * ours, ours > 1.1 * theirs, np.isclose(ours, theirs, rtol=0.1)
    )
    assert path(RAdam, "ravine", 0.1).losses[-1] < 0.01
    leap = path(RAdam, "ravine", 0.3)
    assert leap.diverged
    assert leap.steps == 4
    star = np.array(landscape("ravine").minima[0])
    assert np.hypot(*(path(Adam, "ravine", 0.3).points[-1] - star)) < 0.05


def test_experiment_c_on_the_saddle() -> None:
    assert [steps(path(rule, "saddle", 0.1)) for rule in (RAdam, Adam)] == [144, 60]
    assert steps(path(RAdam, "saddle", 0.1, beta2=0.99)) == 65
    share = steps(path(RAdam, "saddle", 0.1, beta2=0.99)) / steps(path(RAdam, "saddle", 0.1))
    as_seen("radam", "shorter-memory", share < 0.5, 0.8 < share < 1.25, share > 1.25)
    never, further = path(RAdam, "saddle", 0.1, beta2=0.66), path(RAdam, "saddle", 0.1, beta2=0.3)
    np.testing.assert_array_equal(never.points, further.points)
    assert not np.array_equal(never.points, path(RAdam, "saddle", 0.1, beta2=0.7).points)


def test_the_answers_to_the_questions() -> None:
    half = [next(t for t in range(6, 9999) if (rectification(t, beta2) or 0) >= 0.5) for beta2 in (0.999, 0.9999)]
    assert half == pytest.approx([560, 5600], rel=0.02)
    assert rectification(100) == pytest.approx(0.215, abs=5e-4)
    assert pytest.approx(2000) == 2 / (1 - 0.999)  # the warmup of Ma and Yarats
    assert (rectification(6) or 0) * 1e-3 < 1e-3 * 0.1  # the written question: step 6 against step 5


def test_the_task_takes_a_hundred_steps() -> None:
    data = hundred_steps()
    assert data.train_x.shape == (1600, 8)
    assert 4 * len(data.train_x.split(64)) == 100  # type: ignore[no-untyped-call]
    network = late_norm_transformer()
    assert network(data.test_x[:3]).shape == (
        3,
        1 + int(max(data.train_x.max(), data.test_x.max(), data.train_y.max(), data.test_y.max())),
    )


def test_a_scheduled_adam_steps_as_its_factor_says() -> None:
    import torch

    param = torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))
    optimizer = scheduled(lambda t: {1: 0.0, 2: 0.5}.get(t, 2.0))([param], 0.1)
    places = [0.0]
    for _ in range(4):
        param.grad = torch.ones(1, dtype=torch.float64)
        optimizer.step()
        places.append(float(param.detach()))
    np.testing.assert_allclose(-np.diff(places), [0.0, 0.05, 0.2, 0.2], atol=1e-7)
