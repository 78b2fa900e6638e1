"""Lookahead against a published implementation, the `pytorch-optimizer` package's (in the author's extra)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from course.grading.case import Case, Trajectory
from course.grading.oracle import trajectory
from course.topic import Topic
from tests.rules.runs import draw_case, first_difference, run

INNERS: list[tuple[dict[str, Any], type[torch.optim.Optimizer], dict[str, Any]]] = [
    ({"rule": "sgd", "lr": 0.1}, torch.optim.SGD, {"lr": 0.1}),
    ({"rule": "momentum", "lr": 0.1, "momentum": 0.8}, torch.optim.SGD, {"lr": 0.1, "momentum": 0.8}),
    ({"rule": "adam", "lr": 0.1, "betas": (0.7, 0.9)}, torch.optim.Adam, {"lr": 0.1, "betas": (0.7, 0.9)}),
    ({"rule": "adamw", "lr": 0.1}, torch.optim.AdamW, {"lr": 0.1}),
]


def published(case: Case, inner: type[torch.optim.Optimizer], own: dict[str, Any]) -> Trajectory:
    """Run the published one on the case; its `pullback_momentum` stays at 'none', as in the paper's pseudocode."""
    from pytorch_optimizer import Lookahead  # not by every process that looks for tests: it takes a second

    params = [torch.nn.Parameter(torch.tensor(start)) for start in case.params]
    outer = {name: value for name, value in case.hyperparameters.items() if name != "inner"}
    optimizer = Lookahead(inner(params, **own), **outer)
    paths: list[list[Any]] = [[] for _ in params]
    for t, grads in enumerate(case.grads, 1):
        for group in optimizer.param_groups:
            group.update({name.removeprefix("inner."): value for name, value in case.schedule.get(t, {}).items()})
        for param, grad in zip(params, grads, strict=True):
            param.grad = torch.tensor(grad)
        optimizer.step()
        for path, param in zip(paths, params, strict=True):
            path.append(param.detach().numpy().copy())
    return Trajectory(params=tuple(np.stack(path) for path in paths), state={})


@pytest.mark.parametrize("outer", [{}, {"k": 1}, {"k": 3, "alpha": 0.8}, {"k": 7, "alpha": 0.25}], ids=str)
@pytest.mark.parametrize(("given", "inner", "own"), INNERS, ids=[row[0]["rule"] for row in INNERS])
def test_oracle_and_solution_agree_with_it(
    given: dict[str, Any], inner: type[torch.optim.Optimizer], own: dict[str, Any], outer: dict[str, Any]
) -> None:
    case = draw_case({"inner": given, **outer}, schedule={20: {"inner.lr": 0.02}})
    expected = published(case, inner, own)
    for made in (trajectory(Topic.load("lookahead"), case), run("lookahead", case)):
        difference = first_difference(made, expected)
        assert difference is None, difference
