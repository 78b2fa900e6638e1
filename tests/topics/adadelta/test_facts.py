"""What the Adadelta lesson says in words about its pictures, measured: if a landscape changes, a sentence must too."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

import numpy as np
import pytest

from course import text
from course.lab import turned_bowl
from course.lab.rules import reference
from course.lab.training.tables import fit, tables
from course.lab.widget.landscapes import landscape
from course.lab.widget.walk import Walk, walk
from course.text import LANGS, Lang
from course.topic import Topic
from course.topics.adadelta import lab as figures_adadelta
from course.topics.adadelta.lab import journey
from tests.topics.cells import concluded
from tests.topics.predictions import as_seen

Adadelta = reference("adadelta")


def path(steps: int = 600, **hyperparameters: float) -> Walk:
    ground = landscape("bowl")
    return walk(lambda: Adadelta(**hyperparameters), ground, ground.start, steps)


def below(seen: Walk) -> int:
    """The first step after which the loss is below 1 % of what it was."""
    return int(np.flatnonzero(seen.losses < 0.01 * seen.losses[0])[0])


def test_the_road() -> None:
    seen = journey()
    assert seen.usual_slope[30] == pytest.approx(1.57, abs=0.005)
    assert seen.step[[29, 30, 45]] == pytest.approx([0.0038, 0.0096, 0.00065], abs=5e-5)
    longer = seen.step[30] / seen.step[29]
    as_seen("adadelta", "steeper-at-31", longer < 1, np.isclose(longer, 4, rtol=0.05), 1 < longer < 3.8)
    assert longer == pytest.approx(2.5, abs=0.1)
    assert np.all(np.diff(seen.usual_step[30:45]) > 0)
    assert np.all(np.diff(seen.usual_step[46:]) < 0)
    assert np.all(np.diff(seen.usual_slope[45:]) < 0)
    assert journey(scale=1000).step == pytest.approx(seen.step, rel=1e-3)
    assert journey(scale=0.01).step != pytest.approx(seen.step, rel=0.05)
    assert journey(scale=0.1).step == pytest.approx(seen.step, rel=0.05)
    assert journey(eps=1e-4).step == pytest.approx(10 * seen.step, rel=1e-2)


@pytest.mark.parametrize("lang", LANGS)
def test_the_picture_follows_its_sliders(lang: Lang, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "_chosen", lang)
    for arguments in ((1, 1.0, 1e-6), (31, 1e4, 1e-2), (60, 1e-4, 1e-8)):
        drawing = ET.fromstring(figures_adadelta.scene(*arguments))  # noqa: S314 - our own drawing
        assert drawing.get("role") == "img"
    row, picture = figures_adadelta.strides().children
    step, scale, eps = row.children
    seen = {picture.value}
    for slider, value in ((step, 46), (scale, 1e-3), (eps, 1e-4)):
        slider.value = value
        seen.add(picture.value)
    assert len(seen) == 4


def test_the_step_grows_like_a_root() -> None:
    rule = Adadelta()
    theta, state = np.array(0.0), rule.init(np.array(0.0))
    before = theta
    for _ in range(1001):
        before, (theta, state) = theta, rule.update(theta, np.array(1.0), state)
    assert before - theta == pytest.approx(0.01, abs=1e-3)


def test_experiment_a() -> None:
    seen, star = path(), np.zeros(2)
    gaps = np.hypot(*(seen.points - star).T)
    assert gaps[0] == pytest.approx(3, abs=0.1)
    assert gaps[200] > gaps[0] / 2
    assert below(seen) == 448
    assert np.hypot(*np.diff(seen.points[:2] * [1, 0], axis=0)[0]) == pytest.approx(0.0032, abs=5e-5)
    crossed = np.any(np.diff(np.sign(seen.points[:200, 1])) != 0)
    as_seen("adadelta", "out-of-the-box", crossed, gaps[200] < 0.1, gaps[200] > gaps[0] / 2)
    assert gaps[600] < 0.3
    assert np.all(seen.points[:500, 1] > -0.05)  # no bouncing on the way
    assert below(path(lr=10.0)) == 77
    assert [int(turned_bowl(Adadelta(), angle, to=0.01)[0]) for angle in (0, 45)] == [448, 691]


@pytest.mark.parametrize("lr", [10.0, 30.0, 100.0])
def test_experiment_b(lr: float) -> None:
    seen = path(lr=lr)
    assert not seen.diverged
    far = np.hypot(*path(2400, lr=lr).points.T)
    assert far[:601].max() < 3.2
    assert far[300:600].max() < far[900:1200].max() < far[2100:].max()  # the dance grows


def test_in_the_long_run_the_dance_leaves_the_map() -> None:
    far = np.abs(path(10_000, lr=100.0).points).max(axis=1)
    assert far[:600].max() < 3.2
    assert far[5_000:].max() == pytest.approx(5, abs=0.1)
    assert far[5_000:].max() > landscape("bowl").extent[1]
    assert far[8_000:].max() / far[1_500:2_000].max() == pytest.approx(np.sqrt(5), rel=0.05)  # like the root of t


def test_at_no_rate_it_runs_away_or_rests() -> None:
    seen = [path(lr=lr) for lr in (10.0, 30.0, 100.0)]
    away = any(each.diverged or np.abs(each.points).max() > 10 for each in seen)
    rests = any(np.hypot(*np.diff(each.points[-100:], axis=0).T).max() < 0.01 for each in seen)
    as_seen("adadelta", "make-it-explode", away, rests, not (away or rests))


def test_sgd_explodes_and_the_fraction_is_bounded() -> None:
    ground = landscape("bowl")
    assert walk(lambda: reference("sgd")(lr=0.09), ground, ground.start, 600).diverged
    assert not walk(lambda: reference("sgd")(lr=0.08), ground, ground.start, 600).diverged
    assert 1 / np.sqrt(1 - 0.9) == pytest.approx(3.2, abs=0.05)


def test_experiment_c_two_sliders_one_knob() -> None:
    assert np.abs(path(200, eps=1e-4).points - path(200, lr=10.0).points).max() < 0.01
    gaps = {times: np.abs(path(200, eps=times * 1e-6).points - path(200, lr=10.0).points).max() for times in (10, 100)}
    as_seen("adadelta", "two-sliders", gaps[10] < 0.01, gaps[100] < 0.01, min(gaps.values()) > 0.01)


def test_the_rubric() -> None:
    def first(gradient: float, eps: float = 1e-6) -> float:
        rule = Adadelta(eps=eps)
        return -float(rule.update(np.array(0.0), np.array(gradient), rule.init(np.array(0.0)))[0])

    assert [first(1.0), first(1000.0)] == pytest.approx([3.16e-3] * 2, rel=2e-3)
    assert first(1.0, 1e-4) == pytest.approx(3.16e-2, rel=2e-3)
    rubric = Topic.load("adadelta").rubric
    assert rubric is not None
    for said in ("3.16e-3", "3.16e-2", "10", "100"):
        assert said in rubric.en
        assert said in rubric.zh
    assert "好相处" not in rubric.zh  # a judgement that nothing here supports
    assert "better-behaved" not in rubric.en


def test_the_defaults_keep_their_order_with_more_steps() -> None:
    defaults = {"rmsprop": 1e-2, "adadelta": 1.0, "adam": 1e-3, "sgd": 1e-3}
    for table in tables().values():
        for steps in (200, 1000):
            finals = [float(fit(reference(stem)(lr=lr), table, steps=steps)[0]) for stem, lr in defaults.items()]
            assert finals == sorted(finals), (table.title.en, steps)


def test_the_verdicts() -> None:
    given = {"torch": pytest.importorskip("torch")}
    cards, _ = concluded(
        "adadelta",
        "import numpy as np",
        "Adadelta = reference",
        '"delta-1 · 1/3"',
        '"delta-1 · 2/3"',
        '"delta-1 · 3/3"',
        '"delta-2 · 2/2"',
        **given,
    )
    assert {claim: card.outcome for claim, card in cards.items()} == {
        "delta-1 · 1/3": "holds when",
        "delta-1 · 2/3": "holds when",
        "delta-1 · 3/3": "does not hold",
        "delta-2 · 2/2": "does not hold",
    }
    assert cards["delta-1 · 1/3"].head.en == "holds when the gradients are far larger than √ε = 0.001"


def test_the_rate_inside_the_average() -> None:
    def last(*, inside: bool) -> float:
        u = v = 0.0
        step = 0.0
        for _ in range(1000):
            v = 0.9 * v + 0.1
            step = ((u + 1e-6) / (v + 1e-6)) ** 0.5
            u = 0.9 * u + 0.1 * (0.1 * step if inside else step) ** 2
        return 0.1 * step

    assert last(inside=True) == pytest.approx(last(inside=False) / 10, rel=0.1)


def test_the_tables_are_what_their_docstring_says() -> None:
    sizes: dict[str, Any] = {key: len(table.x) for key, table in tables().items()}
    assert sizes == {"iris": 150, "wine": 178, "cancer": 569, "digits": 1797}
    for table in tables().values():
        assert np.allclose(table.x[:, :-1].mean(axis=0), 0)
        assert np.all(table.y.sum(axis=1) == 1)


def test_copies_side_by_side_are_trained_as_one_alone() -> None:
    table, rates = tables()["iris"], np.array([0.01, 1.0, 1e6])
    together = fit(Adadelta(lr=rates[:, None, None]), table, runs=3, steps=50)
    alone = [float(fit(Adadelta(lr=float(lr)), table, steps=50)[0]) for lr in rates]
    assert together == pytest.approx(alone)
    assert fit(Adadelta(), table, steps=0)[0] == pytest.approx(table.untrained)
