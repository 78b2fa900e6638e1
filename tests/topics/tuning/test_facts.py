"""What the lesson on tuning says in words about its pictures, measured: if one changes, a sentence must too."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import course.lab
from course.grading.case_set import visible
from course.grading.tuner.case import BAR
from course.lab.rules import reference
from course.text import set_language
from course.topic import Topic
from course.topics.tuning.lab import Sweep, misses, scene, searched, sweep
from tests.topics.cells import concluded
from tests.topics.predictions import as_seen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import torch


@functools.cache
def of(rule: Any, low: float, high: float) -> Sweep:
    return sweep(np.geomspace(low, high, 10).tolist(), rule=rule)


def test_equal_steps_and_equal_ratios() -> None:
    steps, ratios = np.linspace(1e-4, 1, 12), np.geomspace(1e-4, 1, 12) * (1 + 1e-12)
    below = int((steps < 0.1).sum())
    as_seen("tuning", "equal-steps", below == 9, below == 2, below == 6)
    assert steps[1] == pytest.approx(0.091, abs=5e-4)
    assert int((ratios < 0.1).sum()) == 9
    edges = [1e-4, 1e-3, 1e-2, 1e-1, 1.01]
    assert np.histogram(ratios, edges)[0].tolist() == [3, 3, 3, 3]
    assert np.histogram(steps, edges)[0].tolist() == [1, 0, 1, 10]


def test_a_step_by_hand() -> None:
    asked: list[tuple[float, float]] = []

    def loss(rate: float) -> float:
        asked.append((rate, 0.3 + (np.log10(rate) + 1.3) ** 2 if rate < 1 - 1e-9 else np.inf))
        return asked[-1][1]

    found = reference("tuning")(low=0.001, high=1.0, budget=8).tune(loss)
    told = [(0.001, 3.19), (0.01, 0.79), (0.1, 0.39), (1, np.inf), (0.316, 0.94), (0.0316, 0.34), (0.0562, 0.3025)]
    told.append((0.0750, 0.3306))
    for (rate, seen), (by_hand, value) in zip(asked, told, strict=True):
        assert rate == pytest.approx(by_hand, rel=2e-3)
        assert seen == pytest.approx(value, abs=5e-3)
    assert found == pytest.approx(0.0562, abs=5e-5)
    assert pytest.approx(0.0501, abs=5e-5) == 10**-1.3
    assert pytest.approx(0.008, abs=5e-4) == 0.3025 / 0.3 - 1


def test_the_tasks_are_as_the_exercise_says() -> None:
    cases = visible(Topic.load("tuning"))
    bars = [each.bar for each in cases]  # type: ignore[attr-defined]
    assert (len(bars), bars.count(BAR), sorted(set(bars))) == (10, 9, [0.1, 0.35])
    asked: list[float] = []
    valley: Any = cases[0]

    def loss(rate: float) -> float:
        asked.append(rate)
        return float(valley.task.run(rate, asked[:-1]))

    reference("tuning")(**valley.hyperparameters).tune(loss)
    assert np.allclose(np.diff(np.log(asked[:6]), n=2), 0)  # the first six runs are the grid


def test_experiment_a_three_valleys() -> None:
    sgd, momentum, adam = of("sgd", 0.01, 10), of("momentum", 0.001, 1), of("adam", 0.0002, 0.2)
    assert sgd.rate == pytest.approx(1.0)
    at = {round(rate, 2): loss for rate, loss in momentum.mean.items()}
    assert (at[1.0], at[0.1], at[0.22], at[0.01]) == pytest.approx((5.9, 0.15, 0.14, 1.1), abs=0.06)
    as_seen("tuning", "with-momentum", momentum.rate > 0.5, 0.1 <= momentum.rate <= 0.3, momentum.rate < 0.05)
    assert momentum.rate / sgd.rate == pytest.approx(1 / 5, abs=0.03)
    assert 0.015 < adam.rate < 0.05


def test_experiment_b_reading_curves() -> None:
    five = sweep([0.003, 0.03, 0.12, 0.5, 2.0], [0], rule="momentum")
    curves = dict(zip(five.rates, five.train[:, 0], strict=True))
    early = {rate: losses[np.argmin(np.abs(five.steps - 10))] for rate, losses in curves.items()}
    late = {rate: losses[-1] for rate, losses in curves.items()}
    best = min(early, key=lambda rate: early[rate]), min(late, key=lambda rate: late[rate])
    as_seen("tuning", "early-and-late", best == (0.12, 0.12), best == (0.5, 0.12), best == (0.5, 0.5))
    assert (early[0.12], early[0.5]) == pytest.approx((1.95, 0.82), abs=0.01)
    assert (late[0.12], late[0.5]) == pytest.approx((0.13, 0.28), abs=0.006)
    assert 1.8 < late[0.5] / late[0.12] < 2.5  # "twice as bad"
    assert late[2.0] > 10 * curves[2.0][0]
    assert curves[0.003][-1] < curves[0.003][-2] < curves[0.003][-6]
    few = sweep([0.1], [0], rule="momentum", examples=100, steps=480)
    train, test = few.train[0, 0], few.test[0, 0]
    assert train[-1] < 0.3 * train[8]
    assert test[-1] > 0.97 * test[8]


def test_experiment_c_update_beside_weights() -> None:
    lengths, whole = {}, {}
    for steps in (60, 120, 240, 480):
        done = sweep(np.geomspace(0.02, 0.6, 8).tolist(), [0, 1], rule="momentum", steps=steps)
        lengths[steps] = float(done.ratio[done.best].mean())
        whole[steps] = float(done.distance[done.best].mean())
    assert (whole[60], whole[480]) == pytest.approx((3.4, 6.5), abs=0.06)  # "laid end to end"
    assert (lengths[60], lengths[120], lengths[480]) == pytest.approx((0.030, 0.016, 0.006), abs=6e-4)
    ratio = lengths[480] / lengths[120]
    as_seen("tuning", "step-beside-weights", 0.8 < ratio < 1.25, ratio < 0.8, ratio > 1.25)
    products = [steps * each for steps, each in lengths.items()]
    assert (min(products), max(products)) == pytest.approx((1.8, 2.7), abs=0.06)


def judge(claim: str, **given: Any) -> Any:
    names = {name: getattr(course.lab, name) for name in ("conclude", "misses", "sweep")}
    cards, found = concluded("tuning", f'"{claim}",', np=np, **names, **given)
    return cards[claim], found


@pytest.mark.parametrize(
    ("claim", "outcome"),
    [
        ("tune-1", "does not hold"),
        ("tune-2", "holds when"),
        ("tune-4", "holds when"),
        ("tune-5", "holds when"),
        ("tune-6", "not decided"),
    ],
)
def test_the_claims_come_out_as_the_lesson_goes_on(claim: str, outcome: str) -> None:
    card, _ = judge(claim)
    assert card.outcome == outcome


def test_the_lowest_loss_is_lucky_and_its_rate_too_large() -> None:
    card, found = judge("tune-1")
    assert found["once"].rate > found["spread"].rate
    assert found["again"].mean() > 1.3 * found["spread"].mean[found["spread"].rate]
    assert "0.113" in card.text.en


def test_epsilon_of_one_is_larger_than_the_root_of_the_second_moment() -> None:
    """It is an average of squared gradients, and no entry of a gradient is as large as a fourth."""
    import torch

    from course.lab.training.data import digits
    from course.rule import Run
    from course.topics.tuning.lab import _loss, _made, _weights

    data = digits()
    x, y = data.train_x.reshape(-1, 64), data.train_y
    made = _made("adam", 1.0, 0.999)
    made.lr = 2.34
    run = Run(made, [each[None, None] for each in _weights(0)])
    for at in torch.as_tensor(np.random.default_rng([0, 1]).integers(0, len(y), (120, 32))):
        before = [each.detach().requires_grad_() for each in run.params]
        grads = torch.autograd.grad(_loss(before, x[at], y[at]).sum(), before)
        assert max(float(each.abs().max()) for each in grads) < 0.25
        with torch.no_grad():
            run.step(grads)


CAUGHT = "try: loss(0.1)\n            except Exception: pass"


def test_a_tuner_that_cannot_search_is_told_so_and_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def loss(rate: float) -> float:
        return float((np.log10(rate) + 1) ** 2 + 0.1)

    own = searched(reference("tuning"), loss, 0.001, 1.0, 12)
    assert capsys.readouterr().out == ""
    head = "class Tuner:\n    def __init__(self, **told):\n        pass\n    def tune(self, loss):\n        "
    for body, said in {
        "for _ in range(13): loss(0.1)": "more runs than its budget has (12)",
        "loss(0.1)": "no learning rate",
        f"for _ in range(13):\n            {CAUGHT}\n        return 0.3": "more runs than its budget has (12)",
        "return (((": "In line 5 of tuning.py",
        "return '0.1'": "no learning rate",
        "return -0.1": "no learning rate",
        "return 1 / 0": "In line 5 of tuning.py, `return 1 / 0`",
        "raise NotImplementedError": "",
    }.items():
        (tmp_path / "tuning.py").write_text(f"{head}{body}\n", "utf-8")
        assert searched(course.lab.learner("tuning", tmp_path), loss, 0.001, 1.0, 12) == own
        out = capsys.readouterr().out
        assert said in out
        assert bool(out) == bool(said)
        assert out.count("\n") == 2 * bool(said)
    (tmp_path / "tuning.py").write_text(f"{head}return 0.5\n", "utf-8")
    assert searched(course.lab.learner("tuning", tmp_path), loss, 0.001, 1.0, 12) == 0.5


def test_a_thousandth_is_too_little_here() -> None:
    measured = {60: 0.030, 120: 0.016, 240: 0.010, 480: 0.006}
    card, _ = judge("tune-3", lengths=measured)
    assert card.outcome == "does not hold"
    assert "2000 steps" in card.text.en
    assert np.mean([steps * ratio for steps, ratio in measured.items()]) / 0.001 == pytest.approx(2000, rel=0.2)
    assert judge("tune-3", lengths={60: 0.03, 480: 0.001})[0].outcome == "holds when"


def test_a_sweep_is_many_runs_apart() -> None:
    """One network trained alone, step by step with torch's own optimizers, comes to the same loss."""
    import torch
    from torch.nn import functional

    from course.lab.training.data import digits
    from course.topics.tuning.lab import _weights

    data = digits()
    x, y = data.train_x.reshape(-1, 64), data.train_y
    kinds: dict[Any, Any] = {
        "sgd": lambda params: torch.optim.SGD(params, lr=0.2),
        "momentum": lambda params: torch.optim.SGD(params, lr=0.05, momentum=0.9),
        "rmsprop": lambda params: torch.optim.RMSprop(params, lr=0.003, alpha=0.99),
        "adam": lambda params: torch.optim.Adam(params, lr=0.01, betas=(0.9, 0.99), eps=1e-3),
    }
    rates = {"sgd": 0.2, "momentum": 0.05, "rmsprop": 0.003, "adam": 0.01}
    for rule, make in kinds.items():
        options: dict[str, Any] = {"rmsprop": {"beta2": 0.99}, "adam": {"beta2": 0.99, "eps": 1e-3}}.get(rule, {})
        many = sweep([0.0001, rates[rule]], [4, 7], rule=rule, steps=20, **options)
        params = [each.clone().requires_grad_() for each in _weights(7)]
        optimizer = make(params)
        drawn = np.random.default_rng([7, 1]).integers(0, len(y), (20, 32))

        def scores(inputs: torch.Tensor, params: Sequence[torch.Tensor] = params) -> torch.Tensor:
            return torch.tanh(inputs @ params[0] + params[1]) @ params[2] + params[3]

        for at in drawn:
            optimizer.zero_grad()
            functional.cross_entropy(scores(x[at]), y[at]).backward()  # type: ignore[no-untyped-call]
            optimizer.step()
        alone = float(functional.cross_entropy(scores(x), y).detach())
        assert many.final[1, 1] == pytest.approx(alone, rel=2e-3), rule


def test_random_search_where_one_matters() -> None:
    assert misses(4, 0.0)["grid"] > 2 * misses(4, 0.0)["random"]
    assert misses(4, 1.0)["random"] > 2 * misses(4, 1.0)["grid"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_figure_is_drawn(lang: str) -> None:
    set_language(lang)
    try:
        pictures = {side: scene(side) for side in (2, 4, 6)}
    finally:
        set_language("en")
    assert len(set(pictures.values())) == len(pictures)
    assert all(picture.startswith("<svg") and "nan" not in picture for picture in pictures.values())
