"""What the lesson on schedules says in words about its pictures, measured: if one changes, a sentence must too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from course.grading import oracle
from course.grading.case import Case
from course.lab.rules import reference
from course.lab.training.training import mine
from course.lab.widget.landscapes import landscape
from course.lab.widget.walk import Walk, walk
from course.rule import Run
from course.text import CourseError, Text, set_language
from course.topic import Topic
from course.topics.schedules.lab import BROKEN, STEPS, Shape, distances, scene, share, spiked, with_schedule
from tests.topics.predictions import as_seen

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Schedule, SGD, Momentum = reference("schedules"), reference("sgd"), reference("momentum")


def rates(steps: int, **options: Any) -> list[float]:
    """The learning rate of each step, as the solution notes it in its state."""
    run = Run(Schedule(inner=SGD(lr=7.0), **options), [np.array(1.0)])
    found = []
    for _ in range(steps):
        run.step([np.array(1.0)])
        found.append(float(run.state[0]["lr"]))
    return found


def of_torch(steps: int, told: Mapping[str, Any]) -> list[float]:
    """The same from `SequentialLR`, put together and stepped as its documentation does it."""
    import torch
    from torch.optim import lr_scheduler

    weight = torch.nn.Parameter(torch.zeros(1))
    weight.grad = torch.zeros(1)
    optimizer = torch.optim.SGD([weight], lr=told["lr"])
    parts: list[Any] = [
        lr_scheduler.LinearLR(optimizer, start_factor=told["start_factor"], total_iters=told["total_iters"]),
        lr_scheduler.CosineAnnealingLR(optimizer, T_max=told["T_max"], eta_min=told["eta_min"]),
    ]
    scheduler = lr_scheduler.SequentialLR(optimizer, parts, milestones=[told["total_iters"]])
    found = []
    for _ in range(steps):
        found.append(float(optimizer.param_groups[0]["lr"]))
        optimizer.step()
        scheduler.step()
    return found


@pytest.mark.parametrize("total_iters", [1, 2, 5, 20])
@pytest.mark.parametrize("decay", [1, 4, 30])
def test_the_rates_are_those_of_sequential_lr(total_iters: int, decay: int) -> None:
    told: dict[str, Any] = {
        "lr": 0.13,
        "start_factor": 0.25,
        "total_iters": total_iters,
        "T_max": decay,
        "eta_min": 0.01,
    }
    steps = total_iters + decay + 1  # up to the floor, where torch turns
    np.testing.assert_allclose(np.array(rates(steps, **told)), np.array(of_torch(steps, told)), rtol=1e-9)
    assert rates(steps + 9, **told)[steps:] == [0.01] * 9


def test_torch_turns_at_the_end_and_the_course_does_not() -> None:
    told: dict[str, Any] = {"lr": 0.1, "start_factor": 1.0, "total_iters": 1, "T_max": 100, "eta_min": 0.0}
    assert of_torch(152, told)[151] == pytest.approx(0.05)
    assert rates(152, **told)[151] == 0.0


def answered(
    inner: Mapping[str, Any], schedule: dict[int, dict[str, Any]] | None = None, **told: Any
) -> np.ndarray[Any, Any]:
    grads = tuple((np.array(1.0),) for _ in range(6))
    given = {"inner": inner, **told}
    case = Case("one", Text(en="one", zh="一"), given, (np.array(1.0),), grads, schedule or {})
    return np.asarray(oracle.trajectory(Topic.load("schedules"), case).params[0])


PLAIN = {"rule": "momentum", "lr": 0.3, "momentum": 0.0}


def test_the_reference_reads_the_peak_at_every_step() -> None:
    told: dict[str, Any] = {"lr": 0.1, "total_iters": 0, "T_max": 2, "eta_min": 0.02}
    np.testing.assert_allclose(np.diff(answered(PLAIN, **told), prepend=1.0), np.array([-0.1, -0.06, *[-0.02] * 4]))
    later = answered(PLAIN, {2: {"lr": 0.2}, 4: {"eta_min": 0.03}}, **told)
    np.testing.assert_allclose(np.diff(later, prepend=1.0), np.array([-0.1, -0.11, -0.02, *[-0.03] * 3]))
    for wrong in ({"gamma": 0.9}, {"inner.betas": (0.9, 0.9)}):
        with pytest.raises(CourseError):
            answered(PLAIN, {1: wrong})
    with pytest.raises(CourseError):
        answered(PLAIN, milestones=[5])


def test_a_step_by_hand() -> None:
    found = rates(9, lr=0.1, start_factor=0.5, total_iters=2, T_max=4, eta_min=0.02)
    assert found == pytest.approx([0.05, 0.075, 0.1, 0.08828, 0.06, 0.03172, 0.02, 0.02, 0.02], abs=5e-6)


def test_the_noise_floor() -> None:
    constant, decay = distances([0.3] * STEPS), distances([0.3 * share("cosine", t, STEPS) for t in range(STEPS)])
    assert (constant[-1], decay[-1]) == pytest.approx((0.42, 0.12), abs=0.005)
    assert constant[-1] == pytest.approx((0.3 / 1.7) ** 0.5)
    assert np.abs(constant[20:] - 0.42).max() < 0.005
    assert constant[30] == pytest.approx(decay[30], rel=0.1)
    near, far = decay[-1] < 0.9 * constant[-1], constant[-1] < 0.9 * decay[-1]
    as_seen("schedules", "nearer-after-200", near, far, not (near or far))
    floors = [(rate / (2 - rate)) ** 0.5 for rate in (0.03, 0.3)]
    assert floors[0] / floors[1] == pytest.approx(1 / 3, abs=0.05)  # "about a third"
    there = [
        int(np.argmax(distances([rate] * 1000) < 2 * floor)) for rate, floor in zip((0.03, 0.3), floors, strict=True)
    ]
    assert there == [127, 8]
    low = distances([0.03] * STEPS)[-1], distances([0.03 * share("cosine", t, STEPS) for t in range(STEPS)])[-1]
    assert low == pytest.approx((0.125, 0.48), abs=0.001)


def test_the_distances_are_those_of_many_walks() -> None:
    """The formula against what it is said to be the mean of: SGD with drawn noise."""
    random, theta = np.random.default_rng(0), np.full(20_000, 10.0)
    run = Run(SGD(lr=0.3), [theta])
    for _ in range(40):
        run.step([run.params[0] + random.standard_normal(theta.shape)])
    assert np.sqrt(np.mean(run.params[0] ** 2)) == pytest.approx(distances([0.3] * 40)[-1], rel=0.02)


def path(key: str, lr: float, total_iters: int | None, decay: int = 400) -> Walk:
    """Momentum 0.9, driven unless `total_iters` is None."""
    ground = landscape(key)

    def make() -> Any:
        inner = Momentum(lr=lr, momentum=0.9)
        start = 0.01 if total_iters else 1.0
        driven = {"lr": lr, "start_factor": start, "total_iters": total_iters, "T_max": decay}
        return inner if total_iters is None else Schedule(inner=inner, **driven)

    return walk(make, ground, ground.start, 200)


def test_experiment_a_when_to_stop() -> None:
    def away(seen: Walk) -> float:
        return float(np.hypot(*seen.points[-20:].T).mean())

    found = {decay: away(path("noisy", 0.05, 0, decay)) for decay in (50, 200, 400)}
    assert list(found.values()) == pytest.approx([0.55, 0.27, 0.73], abs=0.006)
    assert away(path("noisy", 0.05, None)) == pytest.approx(1.21, abs=0.006)
    best = min(found, key=lambda decay: found[decay])
    as_seen("schedules", "which-length", best == 50, best == 200, best == 400)


def test_experiment_b_a_steep_beginning() -> None:
    assert path("ravine", 0.2, None).diverged
    assert path("ravine", 0.2, 20).diverged
    warm = path("ravine", 0.2, 50)
    as_seen("schedules", "steep-start", warm.diverged, warm.losses[-1] < 1e-6, warm.losses[-1] >= 1e-6)


def test_experiment_c_a_broken_mini_batch() -> None:
    none, value, norm = (spiked(clip) for clip in ("none", "value", "norm"))
    assert none[BROKEN - 1] == pytest.approx(0.23, abs=0.01)
    assert none.max() == pytest.approx(42, abs=1)
    assert none[-1] > 1.5
    assert value[BROKEN:].max() == pytest.approx(9.0, abs=0.1)
    assert norm[BROKEN:].max() < 0.25
    by_value, by_norm = value[BROKEN:].max(), norm[BROKEN:].max()
    as_seen(
        "schedules", "broken-batch", by_value < by_norm, by_norm < by_value, min(by_norm, by_value) > none.max() / 2
    )


def test_schedule_5_in_other_units() -> None:
    """Not clipped, the units change nothing; clipped at 1, nearly everything."""
    plain, summed = (spiked("none", factor=1.0, units=units) for units in (1.0, 64.0))
    np.testing.assert_allclose(plain, summed, rtol=1e-2)
    kept, slow = (spiked("norm", factor=1.0, units=units) for units in (1.0, 64.0))
    assert kept[-1] < 1.1 * plain[-1]
    assert slow[-1] > 10 * plain[-1]


def test_ma_and_yarats_rule() -> None:
    assert round(2 / (1 - 0.999)) == 2000
    run, random, lengths = Run(reference("adam")(lr=1.0), [np.zeros(5000)]), np.random.default_rng(0), []
    for _ in range(100):
        before = run.params[0]
        run.step([random.standard_normal(5000)])
        lengths.append(np.sqrt(np.mean((run.params[0] - before) ** 2)))
    assert (lengths[0], lengths[-1]) == pytest.approx((1.0, 0.23), abs=0.01)


@pytest.mark.parametrize("shape", ["constant", "linear", "cosine", "step"])
def test_shares(shape: Shape) -> None:
    found = [share(shape, t, 40) for t in range(60)]
    assert found[0] == 1
    assert found == sorted(found, reverse=True)
    assert found[29:31] == [1, 0.1] or shape != "step"
    assert found[40:] == pytest.approx([{"constant": 1.0, "step": 0.1}.get(shape, 0.0)] * 20)


def test_both_schedules_of_the_contest_are_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The learner's, which drives a rule, and the other one, which drives a torch optimizer: the same path."""
    import torch

    monkeypatch.setenv("COURSE_LEARNER", str(tmp_path))
    (tmp_path / "schedules.py").write_bytes(Topic.load("schedules").solution.read_bytes())
    inner = Momentum(lr=5.0, momentum=0.9)
    ours = mine("schedules", inner=inner, start_factor=1.0, total_iters=0, T_max=8).make
    assert ours is not None
    places = []
    for make in (ours, with_schedule(lambda params, lr: torch.optim.SGD(params, lr=lr, momentum=0.9), steps=8)):
        param = torch.nn.Parameter(torch.tensor([1.0, -2.0], dtype=torch.float64))
        optimizer = make([param], 0.1)
        for _ in range(12):
            param.grad = 2 * param.detach()
            optimizer.step()
        places.append(param.detach().numpy().copy())
    np.testing.assert_allclose(places[0], places[1], rtol=1e-10)
    assert inner.lr == 5.0  # the lesson's own object is left as it was


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_figure_is_drawn(lang: str) -> None:
    set_language(lang)
    try:
        pictures = {(lr, decay): scene(lr, decay) for lr in (0.01, 0.3, 1.0) for decay in (10, 200, 400)}
    finally:
        set_language("en")
    assert len(set(pictures.values())) == len(pictures)
    for picture in pictures.values():
        assert picture.startswith("<svg")
        assert "nan" not in picture
