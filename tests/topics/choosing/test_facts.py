"""What the last lesson says in words, measured; and the guide: every path ends, every link leads somewhere."""

from __future__ import annotations

import functools
import math
import re
from functools import partial
from pathlib import Path
from typing import Any

import ipywidgets
import numpy as np
import pytest

from course import text
from course.lab import docstrings
from course.lab.rules import reference
from course.lab.training.tables import Table, fit, tables
from course.lab.widget.landscapes import landscape
from course.lab.widget.walk import walk
from course.text import LANGS, Lang, Text
from course.topic import lessons, topics
from course.topics.choosing import lab as choosing
from course.topics.choosing.guide import TREE, Fork, Leaf, guide, leaf
from course.topics.choosing.lab import RATES, SECOND, SIDE, heat_maps, search_spaces
from course.topics.choosing.tasks import TASKS, default_rate, final_loss, make, on_the_way, ten_tasks
from course.topics.radam.lab import rectification
from tests.lessons.test_run import claims
from tests.topics.predictions import as_seen

STEMS = [each.stem for each in topics() if each.choosing]


def test_all_are_there() -> None:
    assert list(SECOND) == STEMS
    for stem, (name, values) in SECOND.items():
        assert values.shape == (SIDE,), name
        make(stem, 0.1, **{name: float(values[3])})


@pytest.mark.parametrize("stem", STEMS)
def test_many_settings_at_once_are_each_of_them_alone(stem: str) -> None:
    name, values = SECOND[stem]
    ground = landscape("ravine")
    maps = heat_maps("ravine", steps=30) if stem == STEMS[0] else None
    for row, column in ((0, 3), (7, 10), (19, 19)):
        value, lr = float(values[row]), float(RATES[column])
        seen = walk(partial(make, stem, lr, **{name: value}), ground, ground.start, 30)
        if seen.diverged:
            continue
        alone = seen.losses[-1] / seen.losses[0]
        options: dict[str, Any] = {name: value if stem in choosing.ONE_BY_ONE else np.full(2, value)}
        assert final_loss("ravine", stem, np.array([lr, lr]), 30, **options) == pytest.approx(alone, rel=1e-9)
        if maps is not None:
            assert maps.losses[stem][row, column] == pytest.approx(alone, rel=1e-9)


@pytest.mark.parametrize("stem", STEMS)
def test_on_a_table_too(stem: str) -> None:
    name, values = SECOND[stem]
    table, value = tables()["iris"], float(values[5])
    options: dict[str, Any] = {name: value if stem in choosing.ONE_BY_ONE else np.full(3, value)}
    many = final_loss("iris", stem, np.array([0.01, 0.1, 0.5]), 20, **options)
    alone = [float(fit(make(stem, lr, **{name: value}), table, steps=20)[0]) for lr in (0.01, 0.1, 0.5)]
    assert many * table.untrained == pytest.approx(alone)


def test_torchs_default_rates() -> None:
    for stem in STEMS:
        if stem != "lookahead":
            assert reference(stem)().lr == default_rate(stem)


def test_the_two_cars() -> None:
    """SGD arrives over far less than a power of ten, Adam over more than one; Adam never leaves the map."""
    ground = landscape("ravine")
    near: dict[str, list[float]] = {"sgd": [], "adam": []}
    for stem, rates in near.items():
        for lr in np.geomspace(1e-3, 3, 36):
            seen = walk(partial(reference(stem), lr=float(lr)), ground, ground.start, 200)
            if np.hypot(*(seen.points[-1] - np.array(ground.minima[0]))) < 0.3:
                rates.append(float(lr))
            assert stem == "sgd" or not seen.diverged
    assert max(near["adam"]) / min(near["adam"]) > 10 > 3 * max(near["sgd"]) / min(near["sgd"])
    adam, sgd = (max(near[stem]) / min(near[stem]) for stem in ("adam", "sgd"))
    as_seen("choosing", "how-wide", adam > 10 > 2 * sgd, sgd > 10 > 2 * adam, 0.5 < adam / sgd < 2)


def test_the_dark_areas() -> None:
    seen = heat_maps("ravine")
    for share in (1e-2, 1e-3):  # green, and the darkest
        sgd, adam = (float((seen.losses[stem] <= share).mean()) for stem in ("sgd", "adam"))
        as_seen("choosing", "dark-area", sgd > adam, 0.67 < adam / sgd < 1.5, adam > 2 * sgd)
    assert seen.losses["adam"].size == 400


@functools.cache
def ten() -> Any:
    return ten_tasks()


def test_a_car_is_judged_by_one_measure_and_the_same_car_on_both_axes() -> None:
    """The guide's sentences on SGD and momentum, too; a second hyperparameter's range has no say in it."""
    rates, tasks = ({stem: count(stem) for stem in STEMS} for count in (ten().rates, ten().count))
    assert rates["sgd"] < rates["momentum"] <= 0.9 * rates["adam"]
    assert tasks["momentum"] == tasks["adam"] > tasks["sgd"]
    assert all(len(left) == 24 for each in ten().by_rate.values() for left in each.values())
    assert len(TASKS) == 10
    for stem in STEMS:
        assert tasks[stem] == sum(ten().tuned[task][stem] <= ten().enough(task) for task in TASKS)


def test_adams_default_rate_leads_hardly_further_than_two_tenths() -> None:
    ground = landscape("ravine")
    seen = walk(reference("adam"), ground, ground.start, 200)
    far = np.abs(seen.points[-1] - seen.points[0]).max()
    assert far == pytest.approx(0.2, abs=0.03)


def test_untuned_rmsprop_and_adadelta_learn_most() -> None:
    left = {stem: np.median([ten().untuned[task][stem] for task in TASKS]) for stem in STEMS}
    assert sorted(left, key=lambda stem: left[stem])[:2] == ["rmsprop", "adadelta"]


def test_what_is_tuned_decides_who_leads() -> None:
    flowers = heat_maps("iris", steps=100)
    untuned, rate, both = search_spaces(flowers)
    order = [sorted(each, key=lambda stem, by=each: by[stem]) for each in (untuned, rate, both)]  # type: ignore[misc]
    assert order[0][0] == "rmsprop"
    place = order[1].index("rmsprop") + 1
    as_seen("choosing", "search-space", place <= 3, 3 < place <= len(STEMS) - 3, place > len(STEMS) - 3)
    middle = order[1][len(STEMS) // 2 : len(STEMS) // 2 + 2]
    assert middle == ["adamw", "adagrad"]
    assert [round(rate["rmsprop"], 3), round(both["rmsprop"], 3)] == [0.062, 0.038]
    name, values = SECOND["rmsprop"]
    assert name == "alpha"
    assert values[np.unravel_index(flowers.losses["rmsprop"].argmin(), (SIDE, SIDE))[0]] == pytest.approx(0.5, abs=0.05)
    assert both["rmsprop"] < 1.05 * min(both.values())
    half = order[2][: len(STEMS) // 2]
    assert both[half[-1]] < 1.1 * both[half[0]]
    fine = {stem: final_loss("iris", stem, np.geomspace(1e-4, 1e2, 50), 100).min() for stem in STEMS}
    assert sorted(fine, key=lambda stem: fine[stem]).index("rmsprop") >= len(STEMS) - 3  # and a finer grid says so, too


def test_who_leads_early_need_not_lead_in_the_end() -> None:
    early, late = on_the_way("digits", early=20)
    flips = sum((early[a] - early[b]) * (late[a] - late[b]) < 0 for i, a in enumerate(STEMS) for b in STEMS[:i])
    assert flips > len(STEMS)
    winner = min(late, key=lambda stem: late[stem])
    assert sorted(early, key=lambda stem: early[stem]).index(winner) >= len(STEMS) - 3


def test_sparse_data_decide_against_momentum_and_not_against_adam() -> None:
    """At one rate for all orders; the lesson's cell chooses it on others."""
    told = docstrings()
    x = told.train_x.double().numpy()
    assert x.sum(axis=1).mean() == pytest.approx(20, abs=1)
    words = Table(Text(en="words", zh="词"), x, np.eye(int(told.train_y.max()) + 1)[told.train_y])
    lost = {
        stem: np.array([fit(make(stem, lr), words, steps=60, seed=seed)[0] for seed in range(2)])
        for stem, lr in (("adagrad", 1.0), ("rmsprop", 0.1), ("adam", 0.16), ("momentum", 1.6))
    }
    for stem in ("adagrad", "rmsprop"):
        assert np.all(lost[stem] < 0.6 * lost["momentum"])
        assert lost["adam"].mean() < 1.3 * lost[stem].mean()  # while Adam is close
    assert (
        sum(math.comb(16, k) for k in range(13, 17)) / 2**15
        < 1 / 20
        < sum(math.comb(16, k) for k in range(12, 17)) / 2**15
    )


def test_the_guides_rates() -> None:
    """RAdam is not at Adam's own rate where training is short; and what decay does in how many steps."""
    assert rectification(350) == pytest.approx(0.4, abs=0.005)
    assert (rectification(10_000) or 0) > 0.99
    for each in TREE.values():
        if isinstance(each, Leaf):
            assert "meant for large networks" not in each.why.en
    start_up = TREE["start-up"]
    assert isinstance(start_up, Leaf)
    assert start_up.first.en != "Adam's own rate."
    assert pytest.approx(0.37, abs=0.005) == (1 - 0.001 * 0.01) ** 100_000


def test_muons_formula_is_torchs() -> None:
    """In the lesson B is not averaged as in torch's code; for a direction that makes no difference."""
    import torch

    gamma, decay, mu, rng = 0.1, 0.1, 0.95, np.random.default_rng(0)
    weight = torch.nn.Parameter(torch.tensor(rng.standard_normal((6, 3)), dtype=torch.float32))
    muon = torch.optim.Muon([weight], lr=gamma, weight_decay=decay, momentum=mu)
    ours, buffer = weight.detach().numpy().astype(float), np.zeros((6, 3))
    for _ in range(3):
        grad = rng.standard_normal((6, 3))
        weight.grad = torch.tensor(grad, dtype=torch.float32)
        before = weight.detach().clone()
        muon.step()  # type: ignore[no-untyped-call]
        buffer = mu * buffer + grad
        u, _, v = np.linalg.svd(grad + mu * buffer, full_matrices=False)
        step = ((1 - gamma * decay) * before - weight.detach()).numpy() / gamma / math.sqrt(6 / 3)
        values = np.diag(u.T @ step @ v.T)  # its singular values, along those of what it orthogonalises
        assert np.all((values > 0.6) & (values < 1.3))
        np.testing.assert_allclose(step, u @ np.diag(values) @ v, atol=0.03)  # torch computes it in bfloat16
    assert ours.shape == weight.shape


def test_lions_steps_are_all_equally_long() -> None:
    theta, average, rng = np.zeros(50), np.zeros(50), np.random.default_rng(0)
    for _ in range(5):
        grad = rng.standard_normal(50)
        step = -0.01 * np.sign(0.9 * average + 0.1 * grad)
        average = 0.99 * average + 0.01 * grad
        theta += step
        assert np.allclose(np.abs(step), 0.01)


def test_schedule_frees_x_is_the_plain_average_of_z() -> None:
    z, x, seen = 1.0, 1.0, []
    for t in range(1, 30):
        z -= 0.3 * 2 * (0.1 * z + 0.9 * x)  # the gradient of θ² at y
        x = (1 - 1 / t) * x + z / t
        seen.append(z)
        assert x == pytest.approx(np.mean(seen))


def test_soaps_scales_do_not_depend_on_how_the_axes_lie() -> None:
    """One step from the first gradient: turned axes give the turned step, which they do not for Adam."""
    rng = np.random.default_rng(0)
    grad, (turn, _) = rng.standard_normal((3, 3)), np.linalg.qr(rng.standard_normal((3, 3)))

    def step(g: Any) -> Any:
        left, right = np.linalg.eigh(g @ g.T)[1], np.linalg.eigh(g.T @ g)[1]
        inside = left.T @ g @ right
        return left @ (inside / np.sqrt(inside**2 + 1e-12)) @ right.T

    np.testing.assert_allclose(step(turn @ grad), turn @ step(grad), atol=1e-3)
    assert not np.allclose(np.sign(turn @ grad), turn @ np.sign(grad), atol=0.1)


def test_the_tree_is_a_tree() -> None:
    targets = [name for each in TREE.values() if isinstance(each, Fork) for _, name in each.answers]
    assert sorted([*targets, "start"]) == sorted(TREE)
    for each in TREE.values():
        if isinstance(each, Leaf):
            for stem, claim in each.evidence:
                assert claim in claims(stem), (stem, claim)


@pytest.mark.parametrize("lang", LANGS)
def test_every_path_ends_at_links_that_lead_somewhere(lang: Lang, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "_chosen", lang)
    monkeypatch.chdir(lessons()[0].notebook(lang).parent)
    stems = {lesson.stem for lesson in lessons()}
    for name, entry in TREE.items():
        if isinstance(entry, Leaf):
            links = re.findall(r'href="([^"]+)\.ipynb"', leaf(name))
            assert links
            assert set(links) <= stems
            assert not any(Path(link).is_absolute() for link in links)


def test_an_earlier_answer_can_be_changed() -> None:
    box = guide()
    assert len(box.children) == 2
    box.children[1].index = 1  # not sparse
    box.children[3].index = 2  # memory enough
    box.children[5].index = 0  # one training
    assert isinstance(box.children[-1], ipywidgets.Output)
    assert "RMSprop" in box.children[-1].outputs[0]["data"]["text/html"]
    box.children[1].index = 0
    assert len(box.children) == 3
    assert "AdaGrad" in box.children[-1].outputs[0]["data"]["text/html"]
