"""The rules of evidence: chosen on some seeds and judged on others, grids that widen, exact tests, baselines."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from course.lab.rules import reference
from course.lab.training import fair
from course.lab.training.choice import FIRST_TO_CHOOSE, tune
from course.lab.training.contest import contest
from course.lab.training.data import Data, baseline, digits
from course.lab.training.optimizer import as_torch
from course.lab.training.paired import paired
from course.lab.training.rates import Schedule, factor
from course.lab.training.training import small_cnn, train
from course.text import Text
from tests.lessons import shown

if TYPE_CHECKING:
    from collections.abc import Callable

HEAD = Text(en="{one} has", zh="{one} 为")


@pytest.mark.parametrize("seed", range(20))
def test_the_test_is_the_exact_sign_flip_test_and_the_interval_its_inversion(seed: int) -> None:
    draw = np.random.default_rng(seed)
    first, second = draw.normal(0.4 * (seed % 4), 1, 8), draw.normal(0, 1, 8)
    found = paired(first, second)
    sums = np.array([np.dot(signs, first - second) for signs in itertools.product((-1, 1), repeat=8)])
    by_hand = min(1.0, 2 * min((sums >= sums[-1] - 1e-12).mean(), (sums <= sums[-1] + 1e-12).mean()))
    assert found.p == pytest.approx(by_hand)
    assert found.significant == (not found.low <= 0 <= found.high)
    assert found.confidence == pytest.approx(0.953, abs=1e-3)
    assert found.low < found.mean < found.high
    turned = paired(second, first)
    assert (turned.p, turned.low, turned.high) == pytest.approx((found.p, -found.high, -found.low))


def test_a_difference_of_the_size_that_would_show_does_and_a_smaller_one_does_not() -> None:
    zero = np.zeros(6)
    scatter = np.array([0.1, -0.2, 0.3, 0.05, -0.1, -0.15], dtype=np.float64)
    size = paired(scatter, zero).would_show
    rest = scatter - scatter.mean()
    assert paired(rest - 1.01 * size, zero).significant or paired(rest + 1.01 * size, zero).significant
    assert not paired(rest - 0.9 * min(-rest.min(), rest.max()), zero).significant


def test_five_seeds_never_are_enough_and_chance_is_seen_as_rarely_as_told() -> None:
    assert not paired(np.zeros(5), np.full(5, 100.0)).significant
    assert np.isinf(paired(np.zeros(5), np.full(5, 100.0)).would_show)
    draw = np.random.default_rng(0)
    wrong = [paired(draw.normal(0, 1, 7), draw.normal(0, 1, 7)).significant for _ in range(1000)]
    assert np.mean(wrong) <= 0.06
    assert not paired(np.ones(6), np.ones(6)).significant


def test_seeds_that_diverged_are_the_worst_and_many_seeds_are_sampled() -> None:
    good, bad = np.linspace(0.1, 0.2, 6), np.full(6, np.inf)
    assert paired(good, bad).first_is_lower
    assert paired(bad, good).significant
    assert not paired(bad, good).first_is_lower
    assert not paired(bad, bad).significant
    some = np.array([0.1, 0.2, np.inf, 0.1, 0.2, 0.1])
    assert not paired(some, good).first_is_lower
    assert "diverged" in fair.lower(HEAD, "A", "B", some, good).en
    many = paired(np.random.default_rng(0).normal(0, 1, 64), np.full(64, 2.0))
    assert many.first_is_lower
    assert many.confidence == pytest.approx(0.95, abs=1e-3)


@pytest.mark.parametrize(
    ("ours", "theirs", "says"),
    [
        ([1, 1.1, 1.2, 1, 1, 1], [2, 2.1, 2, 2, 2, 2], "A ends lower"),
        ([2, 2.1, 2, 2, 2, 2], [1, 1.1, 1.2, 1, 1, 1], "A ends higher"),
        ([1, 2, 1, 2, 1, 2], [2, 1, 2, 1, 2, 1], "it would have taken a mean difference of 1."),
        ([1, 1, 1], [2, 2, 2], "Fewer than six seeds"),
    ],
)
def test_the_sentence_says_what_the_figures_allow(ours: list[float], theirs: list[float], says: str) -> None:
    text = fair.lower(HEAD, "A", "B", np.array(ours, dtype=float), np.array(theirs, dtype=float))
    assert says in text.en
    assert "p = " in text.en
    assert "p = " in text.zh


def bowl(best: float) -> Callable[[float, int], float]:
    """A loss over the rates with its lowest place at `best`; infinite above 100 times that."""
    return lambda lr, seed: np.log(lr / best) ** 2 + 1e-6 * seed if lr < 100 * best else np.inf


@pytest.mark.parametrize(
    ("best", "added", "inside"),
    [
        (1.0, (), True),
        (3.0, (9.0,), True),
        (9.0, (9.0, 27.0), True),
        (0.05, (0.037, 0.0123), True),
        (1e6, (9.0, 27.0, 81.0), False),
    ],
)
def test_a_grid_widens_until_its_best_rate_is_inside(best: float, added: tuple[float, ...], *, inside: bool) -> None:
    extra: list[int] = []
    found = tune(bowl(best), float, [0.111, 0.333, 1.0, 3.0], more=extra.append)
    assert found.added == pytest.approx(added, rel=0.01)
    assert sum(extra) == 2 * len(added)
    assert list(found.lrs) == sorted(found.lrs)
    lowest = int(np.argmin([np.mean(each) for each in found.tried]))
    assert (0 < lowest < len(found.lrs) - 1) == inside


def test_a_grid_whose_next_rate_diverges_stops_there() -> None:
    found = tune(lambda lr, _: 1 / lr if lr <= 1 else float("inf"), float, [0.1, 0.3, 1.0])
    assert found.added == (3.33,)


def test_no_seed_both_chooses_and_judges() -> None:
    asked: list[tuple[float, int]] = []

    def run(lr: float, seed: int) -> float:
        asked.append((lr, seed))
        return float((lr - 2) ** 2)

    tune(run, float, [1, 2, 3], choosing=3, judging=4)
    choosing = {seed for lr, seed in asked if lr != 2}
    assert choosing == set(range(FIRST_TO_CHOOSE, FIRST_TO_CHOOSE + 3))
    assert {seed for _, seed in asked} - choosing == set(range(4))
    assert len(asked) == 3 * 3 + 4


def test_luck_that_was_picked_is_gone_on_fresh_seeds() -> None:
    """Noise alone: the best of many is below the mean on its own seeds, not on others."""
    picked, fresh = [], []
    for each in range(40):

        def noise(lr: float, seed: int, each: int = each) -> float:
            return float(np.random.default_rng([each, seed, int(1000 * lr)]).normal())

        found = tune(noise, float, list(np.geomspace(0.01, 1, 9)))
        picked.append(min(np.mean(outcomes) for outcomes in found.tried))
        fresh.append(np.mean(found.judged))
    assert np.mean(picked) < -0.8
    assert abs(np.mean(fresh)) < 0.2


def test_baselines_are_counted_on_the_test_set() -> None:
    text = Data(
        torch.tensor([[0, 1], [2, 1], [2, 1], [1, 0]]),
        torch.tensor([2, 2, 0, 1]),
        torch.tensor([[0, 1], [0, 0]]),
        torch.tensor([2, 0]),
    )
    assert baseline(text).accuracy == 0.5  # after 1 comes 2, after 0 comes 1
    images = Data(torch.zeros(4, 1), torch.tensor([3, 3, 1, 0]), torch.zeros(4, 1), torch.tensor([3, 1, 3, 3]))
    assert baseline(images).accuracy == 0.75
    assert baseline(digits()).accuracy < 0.12
    assert str(baseline(text).title) != str(baseline(images).title)


@pytest.mark.parametrize("schedule", ["linear", "cosine", "warmup"])
def test_a_schedule_drives_torchs_rules_and_ones_own_alike(schedule: Schedule) -> None:
    def theirs(params: Any, lr: float) -> Any:
        return torch.optim.SGD(params, lr=lr, momentum=0.9)

    def ours(params: Any, lr: float) -> Any:
        return as_torch(reference("lookahead"))(
            params, inner=reference("momentum")(lr=lr, momentum=0.9), k=1, alpha=1.0
        )

    losses = [
        train(small_cnn, make, digits(), lr=0.1, seed=0, epochs=1, schedule=schedule).losses for make in (theirs, ours)
    ]
    np.testing.assert_allclose(losses[0], losses[1], rtol=1e-5)
    constant = train(small_cnn, theirs, digits(), lr=0.1, seed=0, epochs=1).losses
    assert not np.allclose(losses[0], constant, rtol=1e-5)


def test_schedules_are_torchs() -> None:
    torchs: dict[Schedule, Any] = {
        "linear": lambda opt: torch.optim.lr_scheduler.LinearLR(opt, 1.0, 0.0, 20),
        "cosine": lambda opt: torch.optim.lr_scheduler.CosineAnnealingLR(opt, 20),
        "warmup": lambda opt: torch.optim.lr_scheduler.LinearLR(opt, 0.5, 1.0, 1),
    }
    for name, make in torchs.items():
        optimizer = torch.optim.SGD([torch.nn.Parameter(torch.ones(1))], lr=1.0)
        scheduler = make(optimizer)
        for step in range(20):
            assert factor(name, step, 20) == pytest.approx(optimizer.param_groups[0]["lr"]), (name, step)
            optimizer.step()
            scheduler.step()


def test_a_contest_says_under_which_schedule_and_where_the_grid_ended() -> None:
    plain: dict[Any, Any] = {"SGD": lambda params, lr: torch.optim.SGD(params, lr=lr)}
    result = contest(plain, lrs=[0.001, 0.003], seeds=2, epochs=1, schedule="linear")
    assert len(result["SGD"].added) == 3
    assert result["SGD"].at_edge
    assert result.schedule == "linear"
    alone = contest(plain, lrs=[0.1], seeds=2, epochs=1)["SGD"]
    assert (alone.added, alone.at_edge) == ((), False)
    assert np.array_equal(alone.at(0.1), alone.judged.final)


ON_THE_SAME_SEEDS = re.compile(r"\.(?:final|losses|accuracy)\[[\w\[\]]*\.best\b")
"""What reads a result at the best rate from the very seeds that chose it."""


def test_no_lesson_judges_on_the_seeds_that_chose() -> None:
    for wrong in ("race[a].final[race[a].best].mean()", "entry.accuracy[entry.best]", "ours.losses[ours.best]"):
        assert ON_THE_SAME_SEEDS.search(wrong), wrong
    for right in ("race[a].judged.final.mean()", "grid.test[grid.best]", "race[a].final[0]", "race[a].at(0.1)"):
        assert not ON_THE_SAME_SEEDS.search(right), right
    for stem in shown.stems():
        for source in shown.sources_of(stem):
            assert not ON_THE_SAME_SEEDS.search(source), f"{stem}: take `.judged`, from other seeds\n{source}"
