"""A rule as a torch optimizer, and contests between optimizers."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from course.lab import fonts, rules
from course.lab.training import training
from course.lab.training.contest import Contestant, Runs, _alt, _chart, _table, contest
from course.lab.training.data import digits, letters
from course.lab.training.optimizer import as_torch
from course.lab.training.training import mine, small_cnn, small_rnn
from course.rule import Run
from course.text import Text
from course.topic import Topic, topics

if TYPE_CHECKING:
    from pathlib import Path

Momentum = rules.reference("momentum")


def network() -> Any:
    torch.manual_seed(0)
    return torch.nn.Sequential(torch.nn.Linear(4, 5), torch.nn.Tanh(), torch.nn.Linear(5, 2)).double()


def losses(optimizer: Any, net: Any, steps: int = 30, schedule: Any = None) -> list[float]:
    x, y = torch.randn(16, 4, generator=torch.Generator().manual_seed(1)).double(), torch.arange(16) % 2
    seen = []
    for _ in range(steps):
        loss = torch.nn.functional.cross_entropy(net(x), y)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        if schedule is not None:
            schedule.step()
        seen.append(float(loss.detach()))
    return seen


def test_the_wrapped_rule_is_torchs_sgd_under_a_schedule() -> None:
    options: dict[str, Any] = {"lr": 0.3, "momentum": 0.9, "weight_decay": 0.01}
    ours, theirs = network(), network()
    a, b = as_torch(Momentum)(ours.parameters(), **options), torch.optim.SGD(theirs.parameters(), **options)
    step = torch.optim.lr_scheduler.StepLR
    one = losses(a, ours, schedule=step(a, step_size=7, gamma=0.5))
    other = losses(b, theirs, schedule=step(b, step_size=7, gamma=0.5))
    np.testing.assert_allclose(one, other, rtol=1e-12)
    for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(p, q, rtol=1e-12, atol=0)
    assert a.rule.lr == pytest.approx(0.3 * 0.5**4)
    assert one[-1] < 0.9 * one[0]


def test_groups_have_their_own_hyperparameters() -> None:
    ours, theirs = network(), network()

    def groups(net: Any) -> list[dict[str, Any]]:
        return [{"params": net[0].parameters(), "lr": 0.05}, {"params": net[2].parameters(), "momentum": 0.5}]

    one = losses(as_torch(Momentum)(groups(ours), lr=0.2), ours)
    other = losses(torch.optim.SGD(groups(theirs), lr=0.2, momentum=0.9), theirs)
    np.testing.assert_allclose(one, other, rtol=1e-12)


def test_a_parameter_without_a_gradient_stays() -> None:
    used, unused = torch.nn.Parameter(torch.ones(2)), torch.nn.Parameter(torch.ones(2))
    optimizer = as_torch(Momentum)([used, unused], lr=0.1, weight_decay=0.5)
    used.grad = torch.ones(2)
    optimizer.step()
    assert torch.equal(unused, torch.ones(2))
    assert unused not in optimizer.state
    assert not torch.equal(used, torch.ones(2))


def test_a_rule_may_keep_what_it_is_given() -> None:
    class Keeper:
        """Keeps the gradient itself as its buffer, which is right, and would break if torch reused that memory."""

        def __init__(self, lr: float = 0.1) -> None:
            self.lr = lr

        def init(self, param: Any) -> Any:
            return {"start": param, "buffer": None}

        def update(self, param: Any, grad: Any, state: Any) -> Any:
            buffer = grad if state["buffer"] is None else 0.9 * state["buffer"] + grad
            return param - self.lr * buffer, {"start": state["start"], "buffer": buffer}

    ours, theirs = network(), network()
    optimizer = as_torch(Keeper)(ours.parameters(), lr=0.1)
    first = [p.detach().clone() for p in ours.parameters()]
    x, y = torch.ones(3, 4).double(), torch.tensor([0, 1, 1])
    reference = torch.optim.SGD(theirs.parameters(), lr=0.1, momentum=0.9)
    for _ in range(5):
        for net, each in ((ours, optimizer), (theirs, reference)):
            each.zero_grad(set_to_none=False)  # zeroed in place: memory that the rule may hold
            torch.nn.functional.cross_entropy(net(x), y).backward()  # type: ignore[no-untyped-call]
            each.step()
    for p, q, start in zip(ours.parameters(), theirs.parameters(), first, strict=True):
        torch.testing.assert_close(p, q, rtol=1e-12, atol=0)
        np.testing.assert_array_equal(optimizer.state[p]["rule"]["start"], start)


@pytest.mark.parametrize("stem", [each.stem for each in topics("rule")])
def test_every_solution_trains_as_it_walks(stem: str) -> None:
    """The wrapper's path on one parameter is the path of `Run`, the contract that the grader uses."""
    rule_class = rules.reference(stem)
    options: dict[str, Any] = {"inner": Momentum(lr=0.1)} if Topic.load(stem).inner else {"lr": 0.05}
    start = np.array([[1.0, -2.0], [0.5, 3.0]])
    param = torch.nn.Parameter(torch.tensor(start))
    optimizer = as_torch(rule_class)([param], **options)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, step_size=4, gamma=0.1)
    rule = rule_class(**copy.deepcopy(options))
    run = Run(rule, [start])
    for t in range(1, 13):
        param.grad = torch.tensor(np.sin(start + t))
        optimizer.step()
        run.step([np.sin(start + t)])
        np.testing.assert_allclose(param.detach().numpy(), run.params[0], rtol=1e-12)
        schedule.step()
        if t % 4 == 0:
            holder = rule if hasattr(rule, "lr") else rule.inner
            holder.lr *= 0.1
    assert not np.allclose(run.params[0], start)


def test_state_dict_carries_the_buffers() -> None:
    whole, halted = network(), network()
    expected = losses(as_torch(Momentum)(whole.parameters(), lr=0.1), whole, steps=20)
    first = as_torch(Momentum)(halted.parameters(), lr=0.1)
    losses(first, halted, steps=10)
    second = as_torch(Momentum)(halted.parameters(), lr=99.0)
    second.load_state_dict(first.state_dict())
    np.testing.assert_allclose(losses(second, halted, steps=10), expected[10:], rtol=1e-12)


@pytest.fixture
def learners_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COURSE_LEARNER", str(tmp_path))
    return tmp_path / "momentum.py"


HEAD = "class Momentum:\n    def __init__(self, lr=1, momentum=0): self.lr = lr\n    def init(self, param): "


@pytest.mark.parametrize(
    ("source", "says"),
    [
        (f"{HEAD}raise NotImplementedError\n", "not written yet"),
        (f"{HEAD}return 1 / 0\n", "ZeroDivisionError"),
        ("class Momentum\n", "ine 1 of momentum.py"),
        ("import sys\nsys.exit(3)\n", "SystemExit"),
    ],
)
def test_an_unfinished_file_is_a_calm_sentence(learners_file: Path, source: str, says: str) -> None:
    learners_file.write_text(source, "utf-8")
    entry = mine("momentum", momentum=0.9)
    assert entry.make is None
    assert entry.why_not is not None
    assert says in entry.why_not.en
    plain: dict[Any, Any] = {"SGD": lambda params, lr: torch.optim.SGD(params, lr=lr), "mine": entry}
    result = contest(plain, lrs=[0.1], seeds=1, epochs=1)
    assert [each.name for each in result.entries] == ["SGD"]
    assert result.absent == (entry.why_not,)
    assert "mine" not in result
    contest({"mine": entry}, lrs=[0.1]).show()  # nobody ran: the reason is said, and nothing is drawn


def test_a_contest_is_fair_and_says_what_it_saw(learners_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    learners_file.write_bytes((Topic.load("momentum").solution).read_bytes())
    contestants: dict[Any, Any] = {
        "SGD": lambda params, lr: torch.optim.SGD(params, lr=lr),
        "heavy": lambda params, lr: torch.optim.SGD(params, lr=lr, momentum=0.9),
        "mine": mine("momentum", momentum=0.9),
    }
    result = contest(contestants, lrs=[0.03, 0.1, 0.3], seeds=6, epochs=2)
    shapes = {each.judged.losses.shape for each in result.entries}
    assert shapes == {(6, 42)}
    heavy = result["heavy"]
    assert heavy.losses.shape == (len(heavy.lrs), 2, 42)
    assert heavy.lrs == (*(0.03, 0.1, 0.3), *heavy.added)
    assert result["SGD"].added  # so small are the grid's rates for it
    firsts = [each.losses[:, :, 0] for each in result.entries if each.name != "SGD"]
    assert np.allclose(firsts[0], firsts[1])  # same weights, same first batch
    assert np.allclose(firsts[0][0], firsts[0][1])  # at every rate
    assert "the same rule" in result.same("mine", "heavy").en
    assert "not the same rule" in result.same("SGD", "heavy").en
    assert not heavy.at_edge
    # With so few steps the larger speed wins: the sentence comes from the figures, so turning it round turns it.
    assert result.clearly_better("heavy", "SGD")
    assert "p = 0.031" in result.compare("heavy", "SGD").en
    assert "heavy ends lower" in result.compare("heavy", "SGD").en
    assert "SGD ends higher" in result.compare("SGD", "heavy").en
    assert "not significant" in result.compare("heavy", "mine").en
    assert result.would_show("heavy", "mine") < 0.01
    table = _table(result)
    assert "always the most frequent class" in table
    drawing = fonts.svg(_chart(result.entries), _alt(result.entries))
    assert drawing.startswith("<svg role=")
    assert "<text" in drawing
    capsys.readouterr()


def test_divergence_is_infinite_not_nan() -> None:
    tried = Runs(np.array([[[1.0, 0.5]], [[1.0, np.nan]]]), np.zeros((2, 1)), last=1)
    entry = Contestant("x", (0.1, 9.0), tried, judged=Runs(tried.losses[0], tried.accuracy[0], last=1))
    assert entry.final[:, 0].tolist() == [0.5, np.inf]
    assert entry.lr == 0.1


def test_the_data_are_what_their_docstrings_say() -> None:
    images, text = digits(), letters()
    assert images.train_x.shape == (1344, 1, 8, 8)
    assert images.test_x.shape == (453, 1, 8, 8)
    assert (float(images.train_x.min()), float(images.train_x.max())) == (0.0, 1.0)
    assert text.train_x.shape == (2048, 12)
    assert text.test_x.shape == (512, 12)
    assert torch.equal(text.train_x[1:, :10], text.train_x[:-1, 2:])  # windows of one running text, …
    assert torch.equal(text.train_x[1:, 10], text.train_y[:-1])  # … and what is asked for is the next letter
    assert small_cnn()(images.train_x[:3]).shape == (3, 10)
    assert small_rnn()(text.test_x).shape[0] == 512


def test_no_gpu_is_said_plainly(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert training.gpu() is False
    assert str(Text(en="Skipped", zh="跳过")) in capsys.readouterr().out


@pytest.mark.gpu
def test_a_rule_trains_on_a_gpu() -> None:
    pair: dict[Any, Any] = {
        "ours": lambda params, lr: as_torch(Momentum)(params, lr=lr, momentum=0.9),
        "torch": lambda params, lr: torch.optim.SGD(params, lr=lr, momentum=0.9),
    }
    result = contest(pair, lrs=[0.1], seeds=1, epochs=2, data=digits("cuda"))
    assert "the same rule" in result.same("ours", "torch").en
