"""Every rule that passes also trains: in float32, on a network, as torch's own optimizer does.

The rules are those of `tests/grading/right.py`; whatever numpy function they use, a CPU runs it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from course.grading import oracle
from course.lab.rules import RuleError, reference
from course.lab.training.operators import rewrites
from course.lab.training.optimizer import as_torch
from course.lab.training.training import one_thread
from course.rule import load
from course.topic import Topic, topics
from tests.grading import right
from tests.topics import contract, corpus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from course.text import Text

STEMS = [topic.stem for topic in topics("rule")]
STEPS = 12
LATER = {"lr": 0.002}
"""What a schedule sets after half of the steps."""
PLAIN = {"lr": 0.05}
GIVEN: dict[str, dict[str, Any]] = {
    topic.stem: {"k": 3} if topic.inner else {"lr": 0.02, "weight_decay": 0.1, "eps": 1e-3} for topic in topics("rule")
}
GIVEN |= {stem: PLAIN for stem in STEMS if not {"eps", "k"} & contract(stem)["core"].keys()}
INNER = {"lr": 0.05, "momentum": 0.8}


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    with one_thread():
        yield


class Small(torch.nn.Module):
    """A network with parameters of four kinds of shape, one of them 0-d and one not contiguous."""

    def __init__(self) -> None:
        super().__init__()
        draw = torch.Generator().manual_seed(0)
        self.weight = torch.nn.Parameter(torch.randn(4, 3, generator=draw).t())
        self.bias = torch.nn.Parameter(torch.randn(4, generator=draw))
        self.scale = torch.nn.Parameter(torch.tensor(1.5))
        self.kernel = torch.nn.Parameter(torch.randn(2, 1, 2, generator=draw))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        hidden = torch.tanh(x @ self.weight + self.bias) * self.scale
        return torch.nn.functional.conv1d(hidden[:, None], self.kernel).flatten(1)


def trained(step: Any, network: Small, later: Any) -> list[Any]:
    """The parameters after each step."""
    draw = torch.Generator().manual_seed(1)
    x, y = torch.randn(8, 3, generator=draw), torch.randn(8, 6, generator=draw)
    path = []
    for t in range(STEPS):
        if t == STEPS // 2:
            later()
        network.zero_grad(set_to_none=t % 2 == 0)  # in place at every other step: memory that a rule may hold
        torch.nn.functional.mse_loss(network(x), y).backward()  # type: ignore[no-untyped-call]
        step()
        path.append([param.detach().clone().numpy() for param in network.parameters()])
    return path


def expected(stem: str) -> list[Any]:
    """Torch's own path in float32."""
    network = Small()
    given = dict(GIVEN[stem], inner={"rule": "momentum", **INNER}) if Topic.load(stem).inner else GIVEN[stem]
    later = {"inner.lr": LATER["lr"]} if Topic.load(stem).inner and "lr" not in GIVEN[stem] else LATER
    theirs = oracle._reference(Topic.load(stem), list(network.parameters()), given)

    def step() -> None:
        with torch.no_grad():
            theirs.step()

    return trained(step, network, lambda: theirs.assign(later))


EXPECTED: dict[str, list[Any]] = {}


@pytest.mark.parametrize(
    ("stem", "style"),
    [pytest.param(stem, style, id=f"{stem}-{style}") for stem in STEMS for style in right.rules(stem)],
)
@pytest.mark.filterwarnings("ignore:take care")
def test_a_right_rule_trains_as_torch_does(stem: str, style: str, tmp_path: Path) -> None:
    trains_as_torch_does(stem, right.rules(stem)[style], tmp_path)


def trains_as_torch_does(stem: str, source: str, tmp_path: Path) -> None:
    file = tmp_path / f"{stem}.py"
    file.write_text(source, "utf-8")
    rule_class = load(file, Topic.load(stem).class_name)
    network = Small()
    given = dict(GIVEN[stem], inner=reference("momentum")(**INNER)) if Topic.load(stem).inner else GIVEN[stem]
    ours = as_torch(rule_class)(network.parameters(), **given)

    def later() -> None:
        ours.param_groups[0].update(LATER)

    path = trained(ours.step, network, later)
    if stem not in EXPECTED:
        EXPECTED[stem] = expected(stem)
    for t, (got, wanted) in enumerate(zip(path, EXPECTED[stem], strict=True), 1):
        for a, b in zip(got, wanted, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-4, atol=2e-5, err_msg=f"step {t}")
            assert a.dtype == np.float32
    assert max(np.abs(a - b).max() for a, b in zip(path[0], path[-1], strict=True)) > 1e-3


@pytest.mark.parametrize("stem", STEMS)
@pytest.mark.filterwarnings("ignore")
def test_on_a_gpu_a_right_rule_runs_or_is_told_what_to_write(stem: str, tmp_path: Path) -> None:
    """On the device "meta", whose tensors refuse to become arrays with the very words of CUDA's."""
    file = tmp_path / f"{stem}.py"
    ran: list[str] = []
    told: list[str] = []
    for style, source in right.rules(stem).items():
        file.write_text(source, "utf-8")
        text = on_meta(stem, file)
        (ran if text is None else told).append(style)
        if text is not None:
            numbers = [int(found) for found in re.findall(r"^line (\d+): ", text.en, flags=re.MULTILINE)]
            assert numbers, text.en
            assert numbers == [int(found) for found in re.findall(r"第 (\d+) 行", text.zh)]
            lines = source.splitlines()
            assert all("np." in lines[n - 1] or re.search(r"\.(copy|flat|size)\b", lines[n - 1]) for n in numbers)
    assert "the solution" in ran
    assert len(told) >= 4


def on_meta(stem: str, file: Path) -> Text | None:
    """Take two steps; return what the rule was told, or None if it ran."""
    params = [torch.nn.Parameter(torch.ones(shape, device="meta")) for shape in ((2, 3), (), (4,))]
    for param in params:
        param.grad = torch.ones_like(param)
    given = {"inner": reference("momentum")(lr=0.1)} if Topic.load(stem).inner else {"lr": 0.1}
    optimizer = as_torch(load(file, Topic.load(stem).class_name))(params, **given)
    try:
        optimizer.step()
        optimizer.step()
    except RuleError as error:
        return error.text
    return None


@pytest.mark.parametrize("stem", STEMS)
def test_what_it_is_told_to_write_is_right(stem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule in which every place has an operator form: rewritten, it runs on a GPU and trains on tensors as torch."""
    monkeypatch.setattr("course.lab.training.optimizer._numpy_can", lambda _param: False)
    file = tmp_path / f"{stem}.py"
    tried = 0
    for source in corpus(stem, "right").values():
        places = rewrites(source)
        rewritten = source
        for place in places:
            rewritten = rewritten.replace(place.old, f"({place.new})") if place.old in rewritten else rewritten
        if not places or any(place.new is None for place in places) or rewrites(rewritten):
            continue
        file.write_text(rewritten, "utf-8")
        assert on_meta(stem, file) is None, rewritten
        trains_as_torch_does(stem, rewritten, tmp_path)
        tried += 1
    assert tried >= 1
