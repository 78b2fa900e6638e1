"""What the NAdam lesson says in words about its pictures, measured: if one changes, a sentence must too."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from course.lab.rules import reference
from course.lab.widget.landscapes import landscape
from course.lab.widget.walk import Walk, walk
from course.rule import Run
from course.text import LANGS, Lang, set_language
from course.topics.nadam.lab import LATEST, STOPS, ink, mu, scene, small_autoencoder, weights
from tests.topics.predictions import as_seen

Adam, NAdam = reference("adam"), reference("nadam")


def path(rule_class: Any, key: str, lr: float, **hyperparameters: float) -> Walk:
    ground = landscape(key)
    return walk(lambda: rule_class(lr=lr, **hyperparameters), ground, ground.start, 200)


def steps(seen: Walk) -> int:
    """Steps until the loss stays below a thousandth of what it was."""
    return int(np.flatnonzero(seen.losses > 1e-3 * seen.losses[0])[-1]) + 1


def test_the_shares() -> None:
    late, early = weights("nadam", 30_000), weights("nadam", 100)
    adam = weights("adam", 30_000)
    assert late[:2] == pytest.approx([0.19, 0.081], abs=0.005)
    assert adam[:2] == pytest.approx([0.1, 0.09], abs=5e-4)
    newest, theirs = late[0], adam[0]
    as_seen(
        "nadam", "newest-report", newest > 1.05 * theirs, np.isclose(newest, theirs, rtol=0.05), newest < 0.95 * theirs
    )
    assert late[1:] / adam[1:] == pytest.approx(np.full(LATEST - 1, 0.9), abs=0.01)
    assert early[0] == pytest.approx(0.59, abs=0.005)
    assert (1 - mu(100)) + mu(100) * (1 - 0.9**100) - early[0] == pytest.approx(0.41, abs=0.005)
    assert early[1:].sum() / (1 - 0.9 ** (LATEST - 1)) == pytest.approx(0.41, abs=0.01)
    assert [mu(1), mu(252)] == pytest.approx([0.45, 0.47], abs=0.005)
    assert mu(30_000) == pytest.approx(0.897, abs=5e-4)
    assert next(t for t in range(1, 99_999) if mu(t) >= 0.8) == 9212


@pytest.mark.parametrize("lang", LANGS)
def test_the_figure_says_what_it_shows(lang: Lang) -> None:
    set_language(lang)
    try:
        pictures = [scene(t) for t in STOPS]
    finally:
        set_language("en")
    assert len(set(pictures)) == len(STOPS)
    assert all(picture.startswith("<svg") and 'role="img"' in picture for picture in pictures)
    assert all(f"{weights('nadam', t)[0]:.2f}" in picture for t, picture in zip(STOPS, pictures, strict=True))


def test_the_steps_by_hand() -> None:
    assert [mu(t) for t in (1, 2, 3)] == pytest.approx([0.45007, 0.45015, 0.45022], abs=5e-6)
    run, places = Run(NAdam(lr=0.1), [np.array(1.0)]), [1.0]
    for _ in range(40):
        run.step([np.array(2.0)])
        places.append(float(run.params[0]))
    lengths = -np.diff(places) / 0.1
    assert lengths[:3] == pytest.approx([1.05645, 0.78368, 0.73222], abs=5e-6)
    assert lengths[20] == pytest.approx(0.95, abs=0.01)  # "for about the first twenty steps"
    whole = Run(NAdam(lr=0.1, momentum_decay=1000.0), [np.array(1.0)])
    whole.step([np.array(2.0)])
    assert (1 - float(whole.params[0])) / 0.1 == pytest.approx(1.474, abs=5e-4)


def test_experiment_a_braking() -> None:
    seen = [
        path(Adam, "bowl", 0.2),
        path(NAdam, "bowl", 0.2),
        path(NAdam, "bowl", 0.2, momentum_decay=1000.0),
    ]
    assert [steps(each) for each in seen] == [61, 28, 36]
    theirs, ours = (-float(each.points[:, 1].min()) for each in seen[:2])
    as_seen("nadam", "past-the-star", theirs > 1.1 * ours, ours > 1.1 * theirs, np.isclose(ours, theirs, rtol=0.1))
    assert theirs > 4 * ours
    assert [-float(each.points[:, 1].min()) for each in seen] == pytest.approx([0.48, 0.11, 0.36], abs=0.005)


def test_experiment_b_several_valleys() -> None:
    """NAdam is at the bottom sooner than Adam, and is thrown out of it again: to say that it never settles is wrong."""
    star, ground = np.array(landscape("several").minima[0]), landscape("several")
    ours, theirs = path(NAdam, "several", 0.2), path(Adam, "several", 0.2)
    assert steps(theirs) == 59
    far = np.flatnonzero(np.hypot(*(ours.points - star).T) > 0.05)
    assert (far[far < 100].max() + 1, far[far > 100].min()) == (14, 193)
    ours_rests, theirs_rests = (
        bool(np.hypot(*np.diff(each.points[-20:], axis=0).T).max() < 0.05) for each in (ours, theirs)
    )
    as_seen(
        "nadam",
        "who-settles",
        ours_rests and theirs_rests,
        theirs_rests and not ours_rests,
        ours_rests and not theirs_rests,
    )
    last = np.hypot(*np.diff(ours.points[-7:], axis=0).T)
    assert (last.min(), last.max()) == pytest.approx((0.4, 0.9), abs=0.03)
    longer = walk(lambda: NAdam(lr=0.2), ground, ground.start, 10_000).points
    assert np.hypot(*np.diff(longer[-20:], axis=0).T) == pytest.approx(0.06, abs=0.005)
    remembers = path(NAdam, "several", 0.2, momentum_decay=1.0)
    assert steps(remembers) == 19
    assert np.hypot(*(remembers.points[-1] - star)) < 1e-6


def test_why_it_leaves_the_bottom_again() -> None:
    """γ/√v̂ times the curvature passes 3.5 at about step 100; the limit is where a jump that turns round keeps its size.

    Gradients g, −g, g, … leave ±g·(1 − β₁)/(1 + β₁) in the average.
    """
    turned = 0.1 / 1.9
    assert 2 / (1 - 0.457 + 0.457 * turned) == pytest.approx(3.5, abs=0.05)
    assert 2 / turned == pytest.approx(38)
    assert mu(100) == pytest.approx(0.457, abs=5e-4)
    ground = landscape("several")
    star = np.array(ground.minima[0])
    curvature = np.array([(ground.grad(star + d, 0) - ground.grad(star - d, 0)) / 2e-5 for d in 1e-5 * np.eye(2)])
    run, crossed = Run(NAdam(lr=0.2), [np.array(ground.start)]), []
    for t in range(1, 200):
        run.step([ground.grad(run.params[0], t)])
        scale = (run.state[0]["exp_avg_sq"] / (1 - 0.999**t)) ** 0.5
        largest = np.abs(np.linalg.eigvals(np.diag(0.2 / scale) @ curvature)).max()
        if largest > 2 / (1 - mu(t) + mu(t) * turned):
            crossed.append(t)
    assert abs(crossed[0] - 100) < 10
    assert crossed == list(range(crossed[0], 200))[: len(crossed)]


@pytest.mark.parametrize(("rule", "limit"), [(NAdam, 3.5), (Adam, 38.0)])
@pytest.mark.parametrize(("share", "leaves"), [(0.9, False), (1.1, True)])
def test_the_limits_of_the_two(rule: Any, limit: float, share: float, *, leaves: bool) -> None:
    """On a bowl of curvature 1, with ε so large that nothing is rescaled; NAdam with μ = 0.45 for good."""
    large = 1e120
    few = {"momentum_decay": 0.0} if rule is NAdam else {}
    run = Run(rule(lr=share * limit * large, eps=large, **few), [np.ones(())])
    run.state[0]["step"] = 10_000  # past the corrections
    for _ in range(200):
        run.step([run.params[0]])
    assert (abs(run.params[0]) > 1) == leaves


def test_experiment_c_the_first_step() -> None:
    first = [
        float(np.hypot(*(seen.points[1] - seen.points[0])))
        for seen in (
            path(Adam, "bowl", 0.2),
            path(NAdam, "bowl", 0.2),
            path(NAdam, "bowl", 0.2, momentum_decay=1000.0),
        )
    ]
    assert first == pytest.approx([0.283, 0.299, 0.417], abs=5e-4)
    _, before, after = first
    as_seen("nadam", "first-step", after > 1.01 * before, np.isclose(after, before, rtol=0.01), after < 0.99 * before)


def test_where_mu_is_beta1_the_step_is_adams_next() -> None:
    rng = np.random.default_rng(0)
    run = Run(NAdam(lr=1.0, momentum_decay=1000.0), [np.zeros(20)])
    adam = Run(Adam(lr=1.0), [np.zeros(20)])
    for _ in range(300):
        before, grad = run.params[0], rng.standard_normal(20)
        run.step([grad])
        adam.step([grad])
    after = 0.9 * adam.state[0]["exp_avg"] + 0.1 * grad
    scale = (adam.state[0]["exp_avg_sq"] / (1 - 0.999**300)) ** 0.5
    np.testing.assert_allclose(before - run.params[0], after / scale, rtol=1e-6)


def test_the_first_steps_of_the_others() -> None:
    """By γ: torch and Keras, the paper, Optax; and everybody's second step, of which the question asks."""

    def walked(average: Any, memory: Any) -> list[float]:
        m, product, lengths = 0.0, 1.0, []
        for t in (1, 2):
            m, product = average(t) * m + 1 - average(t), product * memory(t)
            lengths.append(
                (1 - memory(t)) / (1 - product) + memory(t + 1) * m / (1 - product * memory(t + 1)),
            )
        return lengths

    constant: Any = lambda _t: 0.9  # noqa: E731 - the same shape as mu
    assert walked(constant, mu) == pytest.approx([1.06, 0.78], abs=0.005)
    assert walked(mu, mu) == pytest.approx([1.31, 1.08], abs=0.005)
    assert walked(constant, constant) == pytest.approx([1.47, 1.16], abs=0.005)


def test_the_task_takes_252_steps() -> None:
    data = ink()
    assert 12 * len(data.train_x.split(64)) == 252  # type: ignore[no-untyped-call]
    assert data.train_y.shape == (1344, 8, 8)
    assert set(data.train_y.flatten().tolist()) == {0, 1}
    network: Any = small_autoencoder()
    assert network(data.test_x[:3]).shape == (3, 2, 8, 8)
    assert network.squeeze[-1].out_features == 6
