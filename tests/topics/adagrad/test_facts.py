"""What the AdaGrad lesson says in words about its pictures, measured: if a landscape changes, a sentence must too."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from course.lab.rules import reference
from course.lab.training.choice import judged
from course.lab.widget.landscapes import landscape
from course.lab.widget.walk import Walk, walk
from course.rule import Run
from course.topics.adagrad.lab import (
    docstrings,
    factorize,
    pairs,
    turned_bowl,
    vocabulary,
    word_weights,
)
from course.topics.adagrad.ledgers import EVERY, SIZES, ledgers, scene
from tests.topics.cells import concluded
from tests.topics.predictions import as_seen

AdaGrad, SGD = reference("adagrad"), reference("sgd")


def path(key: str, rule: Any, lr: float, start: tuple[float, float] | None = None) -> Walk:
    ground = landscape(key)
    return walk(lambda: rule(lr=lr), ground, start or ground.start, 200)


def steps(seen: Walk) -> int:
    """Steps until the loss stays below a thousandth of what it was."""
    above = np.flatnonzero(seen.losses > 1e-3 * seen.losses[0])
    return int(above[-1]) + 1


def gaps(seen: Walk) -> Any:
    return np.hypot(*(seen.points - np.array(landscape("noisy").minima[0])).T)


def test_the_two_ledgers() -> None:
    seen = ledgers(20, 1.0)
    assert seen.moved["sgd"].tolist() == [100, 5]
    assert seen.moved["adagrad"] == pytest.approx([18.6, 3.23], abs=0.02)
    assert seen.moved["adagrad"][0] / seen.moved["adagrad"][1] == pytest.approx(5.8, abs=0.05)
    ratio = seen.moved["adagrad"][0] / seen.moved["adagrad"][1]
    as_seen("adagrad", "two-ledgers", ratio > 19.9, 5.5 < ratio < 6.5, ratio < 1.1)
    assert seen.rate[0, 0] == 1
    assert seen.rate[-1] == pytest.approx([0.1, 0.45], abs=0.005)
    for size in SIZES:  # only the pattern counts, not the size
        assert ledgers(20, size).moved["adagrad"] == pytest.approx(seen.moved["adagrad"])
        assert ledgers(1, size).moved["adagrad"] == pytest.approx([18.6, 18.6], abs=0.02)
    assert ledgers(20, 0.01).moved["sgd"][1] == pytest.approx(0.05)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("every", EVERY)
def test_the_two_ledgers_are_drawn_whole(every: int, size: float) -> None:
    drawing = scene(every, size)
    assert "nan" not in drawing
    assert "inf" not in drawing
    assert ledgers(every, size).moved["adagrad"][1] == pytest.approx(ledgers(every, 1.0).moved["adagrad"][1])


def test_the_rate_falls_as_one_over_the_root_of_t() -> None:
    run, places = Run(AdaGrad(lr=1.0), [np.array(0.0)]), [0.0]
    for _ in range(10_000):
        run.step([np.array(-7.0)])
        places.append(float(run.params[0]))
    lengths = np.diff(places)
    assert lengths[[0, 99, 9_999]] == pytest.approx([1, 0.1, 0.01])
    assert places[-1] == pytest.approx(2 * np.sqrt(10_000), rel=0.01)


def test_experiment_a_in_the_bowl() -> None:
    seen = path("bowl", AdaGrad, 0.5)
    assert np.abs(seen.points[1] - seen.points[0]) == pytest.approx([0.5, 0.5])
    across, along = np.abs(seen.points[1] - seen.points[0])[[1, 0]]
    as_seen("adagrad", "sets-out", across > 2 * along, along > 2 * across, np.isclose(across, along))
    steepest = np.abs(path("bowl", SGD, 0.06).points[1] - seen.points[0])
    assert steepest[1] > 10 * steepest[0]
    assert [steps(seen), steps(path("bowl", SGD, 0.06))] == [21, 39]
    assert not np.any(np.diff(np.sign(seen.points[:, 1])))  # nothing swings
    assert steps(path("bowl", AdaGrad, 0.1)) > 200
    steeper = Run(AdaGrad(lr=0.5), [np.array(landscape("bowl").start)])
    for there in seen.points[1:]:
        steeper.step([steeper.params[0] * [1, 25_000]])
        assert steeper.params[0] == pytest.approx(there, abs=1e-6)
    leap = path("bowl", AdaGrad, 2.0)
    assert leap.points[0, 1] * leap.points[1, 1] < 0
    assert steps(leap) < 21


def test_the_turned_bowl() -> None:
    needed = {angle: int(turned_bowl(AdaGrad(lr=0.5), angle)[0]) for angle in (0, 10, 45)}
    assert list(needed.values()) == [21, 57, 146]
    plain = [int(turned_bowl(SGD(lr=0.06), angle)[0]) for angle in (0, 5, 10, 20, 30, 45)]
    assert plain == [39] * 6
    as_seen("adagrad", "turned", needed[45] == needed[0], abs(needed[45] - 40) < 5, needed[45] > 100)
    assert needed[45] > 3 * plain[0]
    rates = np.geomspace(0.001, 10, 81)[:, None]
    best = {
        rule: [int(turned_bowl(rule(lr=rates), angle, runs=81).min()) for angle in (0, 45)] for rule in (AdaGrad, SGD)
    }
    assert best == {AdaGrad: [3, 45], SGD: [33, 33]}


def test_the_turned_bowl_counts_as_the_map_does() -> None:
    straight = walk(lambda: AdaGrad(lr=0.5), landscape("bowl"), landscape("bowl").start, 200)
    assert turned_bowl(AdaGrad(lr=0.5), 0)[0] == np.argmax(straight.losses < 1e-3 * straight.losses[0])
    assert turned_bowl(AdaGrad(lr=0.5), 90)[0] == 21  # the axes change places
    assert turned_bowl(SGD(lr=0.0), 30, steps=50)[0] == 50


def test_a_rate_is_not_chosen_by_those_who_judge_it() -> None:
    errors = np.array([[1.0, 1.0, 9.0, 8.0], [2.0, 2.0, 0.0, 0.0]])
    assert judged(errors).tolist() == [9, 8]
    assert judged(errors[:, ::-1]).tolist() == [2, 2]


def test_experiment_b_on_the_ravine() -> None:
    star = np.array(landscape("ravine").minima[0])
    end = {lr: float(np.hypot(*(path("ravine", AdaGrad, lr).points[-1] - star))) for lr in (0.5, 2.0, 3.0)}
    assert end[0.5] == pytest.approx(1.1, abs=0.05)
    assert float(np.hypot(*(path("ravine", SGD, 0.06).points[-1] - star))) == pytest.approx(0.8, abs=0.05)
    ours, plain = end[0.5], float(np.hypot(*(path("ravine", SGD, 0.06).points[-1] - star)))
    as_seen("adagrad", "steep-start", plain < ours, ours < plain, max(ours, plain) < 0.1)
    assert end[2.0] < 0.02
    assert end[3.0] > 0.5
    moved = np.abs(np.diff(path("ravine", AdaGrad, 0.5).points, axis=0)).max(axis=1)
    assert moved[50] == pytest.approx(moved[0] / 50, rel=0.05)
    assert moved[-1] < moved[0] / 100


def test_experiment_c_with_noise() -> None:
    ours, slow, quick = path("noisy", AdaGrad, 1.0), path("noisy", SGD, 0.05), path("noisy", SGD, 0.2)
    assert ours.points[1, 0] < landscape("noisy").extent[0] < ours.points[0, 0]  # off the map
    assert [int(np.argmax(gaps(each) < 0.5)) for each in (ours, slow, quick)] == [7, 25, 6]
    first, second = (int(np.argmax(gaps(each) < 0.5)) for each in (ours, slow))
    as_seen("adagrad", "first-in-noise", first < second, second < first, max(first, second) < 1.5 * min(first, second))
    assert second > 3 * first
    assert gaps(ours)[100:].mean() == pytest.approx(0.42, abs=0.01)
    assert gaps(slow)[100:].mean() == pytest.approx(0.44, abs=0.01)
    assert gaps(quick)[100:].mean() == pytest.approx(0.71, abs=0.01)
    rate = 1 / np.sqrt(ours.state["sum"][:, 0])
    assert rate[[9, -1]] == pytest.approx([0.12, 0.033], rel=0.02)


def test_in_other_noise_too_it_is_as_quick_as_a_high_rate_and_calmer() -> None:
    ground, noise = landscape("noisy"), np.random.default_rng(1)
    quick: dict[Any, float] = {}
    calm: dict[Any, float] = {}
    draws = ground.noise * noise.standard_normal((200, 200, 2))
    for name, rule in (("AdaGrad", AdaGrad(lr=1.0)), ("slow", SGD(lr=0.05)), ("fast", SGD(lr=0.2))):
        run, far = Run(rule, [np.tile(np.array(ground.start), (200, 1))]), []
        for drawn in draws:
            run.step([np.stack(ground.slope(*run.params[0].T), axis=-1) + drawn])
            far.append(np.hypot(*run.params[0].T))
        near = np.array(far) < 0.5
        quick[name], calm[name] = float(np.median(near.argmax(axis=0) + 1)), float(np.mean(far[100:]))
    assert quick["AdaGrad"] <= quick["fast"] < quick["slow"] / 3
    assert calm["AdaGrad"] <= calm["slow"] < calm["fast"] / 2


def test_the_verdicts() -> None:
    cards, names = concluded(
        "adagrad",
        "import numpy as np",
        "by_hand =",
        '"ada-0"',
        '"adagrad-1"',
        "def error_on_the_way",
        '"adagrad-3"',
        words=SimpleNamespace(rate=np.ones((2, 1))),
        torch=pytest.importorskip("torch"),
    )
    assert {claim: card.outcome for claim, card in cards.items()} == {
        "ada-0": "holds when",
        "adagrad-1": "holds",
        "adagrad-2 · 2/2": "holds when",
        "adagrad-3": "holds when",
    }
    assert names["lower"]["uneven"] >= 18
    assert names["lower"]["even"] <= 2
    assert cards["adagrad-2 · 2/2"].head.en == "holds when some features are far more frequent than others"


def test_the_ledger_that_starts_at_a_tenth() -> None:
    for after, times in ((1_000, 1.4), (3_000, 1.15)):
        full = after * 0.01**2
        assert np.sqrt((full + 0.1) / full) == pytest.approx(times, abs=0.02)


def test_the_docstrings() -> None:
    data = docstrings()
    assert data.train_x.shape[1] == len(vocabulary())
    assert [tuple(param.shape) for param in word_weights().parameters()] == [(8, len(vocabulary())), (8,)]
    assert np.unique(data.train_x.numpy()).tolist() == [0, 1]
    assert float(data.train_x.mean()) < 0.02
    assert np.unique(data.train_y.numpy()).tolist() == list(range(8))
    assert len(data.train_y) % 64 == 0
    assert len(data.test_y) > 300


def test_the_table_of_pairs_can_be_learned() -> None:
    table = pairs()
    assert len(table.value) == 20_000
    assert abs(table.value.mean()) < 1e-12
    assert factorize(SGD(lr=0.0), seed=0) == pytest.approx(1, abs=0.05)
    assert factorize(SGD(lr=0.03), seed=0, epochs=2) < 0.9
    assert factorize(SGD(lr=1e3), seed=0, epochs=1) == float("inf")
