"""What the gradient-descent lesson says in words about its pictures and data, measured; and its own figures."""

from __future__ import annotations

import importlib
import re
import xml.etree.ElementTree as ET
from typing import Any

import numpy as np
import pytest

from course import text
from course.lab.rules import reference
from course.lab.widget.landscapes import landscape
from course.lab.widget.walk import Walk, walk
from course.text import LANGS, Lang
from tests.topics.predictions import as_seen

SGD = reference("sgd")
FOLDER = "course.topics.gradient-descent"
figure, task = importlib.import_module(f"{FOLDER}.line"), importlib.import_module(f"{FOLDER}.lab")
HIGHEST, LOWEST, fit_a_line = figure.HIGHEST, figure.LOWEST, figure.fit_a_line
loss, scene, slope, walked = figure.loss, figure.scene, figure.slope, figure.walked
MARKS, Runner, batch_race, batch_seconds = task.MARKS, task.Runner, task.batch_race, task.batch_seconds


def path(key: str, lr: float, start: tuple[float, float] | None = None) -> Walk:
    ground = landscape(key)
    return walk(lambda: SGD(lr=lr), ground, start or ground.start, 200)


def steps(seen: Walk) -> int:
    """Steps until the loss stays below a thousandth of what it was."""
    return int(np.flatnonzero(seen.losses > 1e-3 * seen.losses[0])[-1]) + 1


# Part 1 ---------------------------------------------------------------------------------------------------------------


def line(lr: float, count: int = 12) -> np.ndarray[Any, np.dtype[np.float64]]:
    """The distances from the bottom on the way from 0."""
    thetas = [0.0]
    for _ in range(count):
        thetas = walked(thetas, lr)
    return np.array(thetas) - 2


def test_the_line_through_two_points() -> None:
    assert slope(2.0) == pytest.approx(0)
    assert loss(2.0) == pytest.approx(0.625)
    thetas = np.linspace(LOWEST, HIGHEST, 50)
    assert all(loss(theta) >= 0.625 for theta in thetas)
    assert np.allclose([slope(theta) for theta in thetas], 5 * thetas - 10)


def test_what_the_rates_do_to_it() -> None:
    assert np.allclose(line(0.1)[:4], [-2, -1, -0.5, -0.25])
    assert np.allclose(line(0.2)[1:], 0)
    assert np.all(np.diff(np.sign(line(0.3))) != 0)
    assert np.all(np.diff(np.abs(line(0.3))) < 0)
    assert np.allclose(np.abs(line(0.4)), 2)
    assert np.all(np.diff(np.abs(line(0.42))) > 0)
    lengths = np.abs(np.diff(line(0.1)))
    longer, shorter = np.all(np.diff(lengths) > 0), np.all(np.diff(lengths) < 0)
    as_seen("gradient-descent", "steps-in-fog", np.allclose(lengths, lengths[0]), shorter, longer)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("fog", ["fog", ""])
@pytest.mark.parametrize("thetas", [[0.0], [0.0, 1.0, 1.5], [0.0, 4.2], [0.0, 4.6, -0.9]])
def test_the_drawing_is_whole(lang: Lang, fog: str, thetas: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "_chosen", lang)
    drawn = scene(thetas, 0.1, fog=bool(fog))
    root = ET.fromstring(f"<div>{drawn}</div>")  # noqa: S314 - our own drawing
    (svg,) = root.findall("{http://www.w3.org/2000/svg}svg")
    (said,) = root.findall("p")
    assert svg.get("aria-label") == said.text
    assert "nan" not in drawn
    outlines = re.findall(r'<polyline points="([^"]*)" fill="none" stroke="[^"]*#666666\)"', drawn)
    assert len(outlines) == (0 if fog else 1)  # fog hides the loss, but for where we stand


def test_buttons_walk_and_restart() -> None:
    box = fit_a_line(lr=0.1)
    (step, again, fog), (rate, place) = (row.children for row in box.children[:2])
    picture = box.children[2]
    step.click()
    step.click()
    assert "θ = 1.50" in picture.value
    fog.value = False
    assert "θ = 1.50" in picture.value
    rate.value = 0.2
    step.click()
    assert "θ = 2.00" in picture.value
    place.value = 1.0
    assert "θ = 1.00" in picture.value
    step.click()
    again.click()
    assert "θ = 1.00" in picture.value
    rate.value = 0.5
    for _ in range(60):  # further and further out, and never an overflow
        step.click()
    assert len(picture.value) < 20_000


# Part 2 ---------------------------------------------------------------------------------------------------------------


def test_experiment_a_in_the_bowl() -> None:
    crossings = [int((np.diff(np.sign(path("bowl", lr).points[:20, 1])) != 0).sum()) for lr in (0.0398, 0.0417)]
    assert crossings[0] == 0 < crossings[1]
    stops = [10 ** (-2 + 0.02 * k) for k in range(46)]
    counted = {f"{lr:.4f}": steps(path("bowl", lr)) for lr in stops if not path("bowl", lr).diverged}
    assert list(counted)[-1] == "0.0794"
    assert counted["0.0191"] == 125
    assert {counted["0.0692"], counted["0.0759"]} <= {34, 35}
    assert counted["0.0794"] > max(counted["0.0692"], counted["0.0759"])
    falling = [counted[f"{lr:.4f}"] for lr in stops if 0.012 < lr < 0.07]
    assert falling == sorted(falling, reverse=True)
    stops = [10 ** (-2 + 0.02 * k) for k in range(60)]
    walks = {lr: path("bowl", lr) for lr in stops}
    faster = next(lr for lr in stops if steps(walks[lr]) < steps(walks[stops[0]]))
    swings = next(lr for lr in stops if np.any(np.diff(np.sign(walks[lr].points[:20, 1])) != 0))
    away = next(lr for lr in stops if walks[lr].diverged)
    first = min(faster, swings, away)
    assert faster < 0.04 < swings < away
    assert away / stops[0] == pytest.approx(8, abs=0.5)
    as_seen("gradient-descent", "faster-or-wilder", first == faster, first == swings, first == away)


def where(lr: float, start: tuple[float, float]) -> int | None:
    """The number of the hollow in which the walk ends."""
    gaps = np.hypot(*(np.array(landscape("several").minima) - path("several", lr, start).points[-1]).T)
    return int(gaps.argmin()) if gaps.min() < 0.05 else None


def test_experiment_b_several_valleys() -> None:
    x, y = landscape("several").start
    right, upper_left = where(0.05, (x, y)), where(0.05, (x - 0.2, y))
    assert right == 0
    assert upper_left == 1
    shifts = [shift for shift in np.arange(0.05, 3.0, 0.05) if where(0.05, (x - shift, y)) not in {right, None}]
    nearest = min(shifts, default=0.0)
    as_seen("gradient-descent", "watershed", 0 < nearest <= 0.2, 0.5 < nearest < 1.5, not shifts)
    for corner in ((-2.5, 1.7), (-2.8, 1.6), (-2.6, 1.2)):
        assert where(0.05, corner) == upper_left
        assert where(0.792, corner) == right
    for corner in ((-2.5, -1.7), (-2.3, -1.5)):
        assert where(0.5, corner) == 2
        assert where(0.792, corner) is None


def test_experiment_c_at_the_pass() -> None:
    near = np.flatnonzero(np.hypot(*path("saddle", 0.05).points.T) < 0.3)
    assert near[0] == 42
    assert 45 <= len(near) < 50
    assert np.all(np.diff(near) == 1)
    assert path("saddle", 0.05).losses[-1] < 1e-6
    stuck = path("saddle", 0.05).losses[-1] > 0.01
    as_seen("gradient-descent", "at-the-pass", stuck, not stuck and len(near) > 24, len(near) < 10)


# Part 3 ---------------------------------------------------------------------------------------------------------------


def test_the_best_compromise() -> None:
    def factors(gamma: float) -> Any:
        return np.abs(path("bowl", gamma).points[1] / landscape("bowl").start)

    assert f"{factors(0.08)[0]:.2f}" == "0.92"
    best = min(np.linspace(0.01, 0.08, 701), key=lambda gamma: factors(gamma).max())
    assert f"{best:.3f}" == "0.077"
    assert f"{factors(2 / 26).max():.2f}" == "0.92"


def test_the_real_valley() -> None:
    from sklearn.datasets import load_diabetes

    raw, _ = load_diabetes(return_X_y=True, scaled=False)
    assert raw.shape == (442, 10)
    x = np.hstack([np.ones((442, 1)), raw])
    curvatures = np.linalg.eigvalsh(2 * x.T @ x / len(x))
    assert 4.5e7 < curvatures[-1] / curvatures[0] < 5.5e7
    assert np.any(raw.mean(axis=0) > 100)
    assert np.any(raw.mean(axis=0) < 5)


# Part 4 ---------------------------------------------------------------------------------------------------------------


def test_the_cloud() -> None:
    heights = [path("noisy", lr).losses[100:].mean() for lr in (0.2, 0.05, 0.02)]
    assert np.allclose(heights, [0.6, 0.2, 0.05], rtol=0.2)
    seen = path("noisy", 0.05)
    moved = np.hypot(*np.diff(seen.points[100:], axis=0).T)
    as_seen(
        "gradient-descent",
        "rest-in-noise",
        moved.max() < 0.01,
        seen.diverged,
        not seen.diverged and moved.mean() > 0.05,
    )


def toy(batches: list[int]) -> Any:
    """A race on the loss mean((p − d)²) / 2 over 32 numbers d."""
    numbers = np.random.default_rng(0).normal(1.0, 1.0, 32)
    return batch_race(
        lambda p, rows: p - numbers[rows].mean(),
        lambda p: float(np.mean((p - numbers) ** 2) / 2),
        np.array(3.0),
        32,
        batches=batches,
        lrs=[0.01, 0.1, 1.0, 30.0],
        seeds=2,
        epochs=2,
    )


def test_a_race_is_fair() -> None:
    race = toy([1, 8, 32])
    assert [each.steps for each in race.runners] == [64, 8, 2]
    for each in race.runners:
        assert each.losses.shape == (4, 2, 2 * MARKS + 1)
        assert np.all(each.losses[:, :, 0] == each.losses[0, 0, 0])
        assert each.seconds > 0
    whole = race[32]
    assert not race.clearly_better(8, 8)
    assert whole.lr == 1.0  # curvature 1: one step and there
    assert np.all(whole.losses[2, :, 1:MARKS] == whole.losses[2, 0, 0])  # no step before its batch is complete
    assert np.all(whole.losses[2, :, MARKS] < whole.losses[2, :, 0])
    assert np.array_equal(race[8].losses, toy([8])[8].losses)
    drawing = race._alt()
    assert "Batch 32" in drawing.en
    assert "批量 32" in drawing.zh


def test_divergence_is_infinite() -> None:
    losses = np.array([[[1.0, 0.5]], [[1.0, np.nan]]])
    runner = Runner(1, (0.1, 9.0), losses, losses[0], np.ones(3), 1)
    assert runner.final[:, 0].tolist() == [0.5, np.inf]
    assert runner.lr == 0.1


def test_batches_are_timed() -> None:
    taken = batch_seconds((1, 4), repeat=3)
    assert set(taken) == {1, 4}
    assert all(0 < seconds < 60 for seconds in taken.values())
