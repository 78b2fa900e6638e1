"""A rule as a torch optimizer: what it is handed, what it may return, and what is saved."""

from __future__ import annotations

import copy
import io
from collections import deque
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from course.lab import rules
from course.lab.rules import RuleError, reference
from course.lab.training import optimizer as module
from course.lab.training.contest import contest
from course.lab.training.optimizer import as_torch
from course.lab.training.training import mine
from course.system import workspace
from course.topic import Topic, topics
from course.topics.adamw.lab import decay_contest
from course.topics.sgd.lab import _numbers

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

STEMS = [each.stem for each in topics("rule")]
Adam = reference("adam")


def parameter(value: Any, grad: Any = None, dtype: torch.dtype = torch.float32) -> torch.nn.Parameter:
    """A parameter with a gradient, of ones where none is given."""
    param = torch.nn.Parameter(torch.as_tensor(value).to(dtype))
    param.grad = torch.ones_like(param) if grad is None else torch.as_tensor(grad).to(dtype)
    return param


def rule(move: Callable[[Any, Any, Any], Any], begin: Callable[[Any], Any] = lambda _param: {}) -> Any:
    """A class of rules with this `update` and this `init`, which are not given `self`."""

    class Made:
        def __init__(self, lr: float = 0.5) -> None:
            self.lr = lr

        init = staticmethod(begin)
        update = staticmethod(move)

    return Made


@pytest.mark.parametrize(
    ("dtype", "handed"),
    [
        (torch.float32, np.float32),
        (torch.float64, np.float64),
        (torch.float16, np.float16),
        (torch.complex64, np.complex64),
    ],
)
@pytest.mark.parametrize("shape", [(2, 3), (), (0,), (1, 2, 1)])
def test_on_a_cpu_a_rule_is_handed_arrays_of_the_networks_dtype(
    dtype: torch.dtype, handed: Any, shape: tuple[int, ...]
) -> None:
    seen: list[Any] = []
    param = parameter(torch.ones(shape), dtype=dtype)

    def look(p: Any, g: Any, s: Any) -> Any:
        seen.extend([p, g])
        return p - 0.5 * g, s

    as_torch(rule(look))([param], lr=0.1).step()
    assert [type(each) for each in seen] == [np.ndarray, np.ndarray]
    assert {(each.dtype.type, each.shape) for each in seen} == {(handed, shape)}
    assert all(each.flags.c_contiguous and each.flags.writeable for each in seen)
    assert torch.equal(param, torch.full(shape, 0.5, dtype=dtype))


@pytest.mark.parametrize(
    "answer",
    [
        lambda p: p.astype(np.float64),
        lambda p: np.broadcast_to(p[:1, :1], p.shape),  # read only, and without a stride
        np.asfortranarray,
        lambda p: p[::-1, ::-1],
        lambda p: p.astype(">f4"),
        torch.as_tensor,
    ],
)
@pytest.mark.filterwarnings("error")
def test_any_array_will_do_as_an_answer(answer: Callable[[Any], Any]) -> None:
    param = parameter([[1.0, 1.0], [1.0, 1.0]])
    as_torch(rule(lambda p, _g, s: (answer(2 * p), s)))([param]).step()
    assert torch.equal(param, torch.full((2, 2), 2.0))


@pytest.mark.parametrize("answer", [float, np.float32, np.float64, np.array])
def test_numbers_will_do_for_a_0_d_parameter(answer: Callable[[Any], Any]) -> None:
    param = parameter(3.0)
    as_torch(rule(lambda p, _g, s: (answer(p + 1), s)))([param]).step()
    assert (param.item(), param.shape) == (4.0, ())


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda _p, _g, _s: None, "returned None"),
        (lambda p, _g, _s: p, "must return two"),
        (lambda p, _g, s: (p.tolist(), s), "not an array"),
        (lambda p, _g, s: (p.sum(), s), "returned the shape ()"),
        (lambda p, _g, s: (p[:1], s), "returned the shape (1,)"),
        (lambda p, _g, s: (p.astype(object), s), "The parameter is float32, but `update` returned object"),
        (lambda p, _g, s: (p + 0j, s), "The parameter is float32, but `update` returned complex64"),
    ],
)
def test_a_wrong_answer_is_told_in_the_judges_words(answer: Any, says: str) -> None:
    param = parameter([1.0, 2.0])
    with pytest.raises(RuleError, match="update") as error:
        as_torch(rule(answer))([param]).step()
    assert says in error.value.text.en
    assert torch.equal(param, torch.tensor([1.0, 2.0])), "a wrong answer moves nothing"


def test_a_rule_may_change_what_it_is_handed_and_what_it_keeps() -> None:
    """Parameters that share memory move one after the other; nothing that torch holds is written to but by the step."""
    memory = torch.ones(3)
    first, second = torch.nn.Parameter(memory[:2]), torch.nn.Parameter(memory[1:])
    first.grad, second.grad = torch.ones(2), torch.ones(2)

    def rude(p: Any, g: Any, s: Any) -> Any:
        g *= 2
        p -= g
        return p, s

    as_torch(rule(rude))([first, second]).step()
    assert memory.tolist() == [-1.0, -3.0, -1.0]
    assert first.grad.tolist() == second.grad.tolist() == [1.0, 1.0]


def test_init_of_all_comes_before_the_first_update_of_any() -> None:
    calls: list[str] = []

    def move(p: Any, _g: Any, s: Any) -> Any:
        calls.append("update")
        return p, s

    made = rule(move, lambda _p: calls.append("init"))
    groups = [{"params": [parameter([1.0])]}, {"params": [parameter([2.0])]}]
    as_torch(made)(groups, lr=0.1).step()
    assert calls == ["init", "init", "update", "update"]


def test_sparse_gradients_and_odd_strides() -> None:
    dense, sparse = torch.nn.Embedding(5, 3), torch.nn.Embedding(5, 3, sparse=True)
    sparse.load_state_dict(dense.state_dict())
    for each in (dense, sparse):
        each(torch.tensor([1, 1, 4])).sum().backward()
        as_torch(Adam)(each.parameters(), lr=0.1).step()
    assert torch.equal(dense.weight, sparse.weight)
    turned = torch.nn.Parameter(torch.arange(6.0).reshape(2, 3).t())
    turned.grad = torch.arange(6.0).reshape(3, 2).flip(0)
    wanted = turned.detach() - 0.5 * turned.grad
    as_torch(reference("sgd"))([turned], lr=0.5).step()
    assert torch.equal(turned, wanted)


def test_rates_as_tensors_closures_and_options_of_every_kind() -> None:
    class Loose:
        def __init__(self, **options: Any) -> None:
            self.lr = 0.25
            self.params = "its own"
            vars(self).update(options)

        def init(self, _param: Any) -> None: ...

        def update(self, param: Any, grad: Any, state: Any) -> Any:
            assert type(self.lr) is float
            return param - self.lr * grad, state

    param = parameter([1.0])
    optimizer = as_torch(Loose)([param])
    assert optimizer.param_groups[0]["lr"] == 0.25
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.5)
    optimizer.step()
    schedule.step()
    assert optimizer.param_groups[0]["lr"] == 0.125
    optimizer.param_groups[0]["lr"] = torch.tensor(0.5)

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        value = (2 * param).sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    with torch.no_grad():
        assert float(optimizer.step(loss)) == 1.5
    assert param.item() == 0.75 - 0.5 * 2
    assert optimizer.rule.params == "its own"


def stepped(optimizer: Any, param: torch.nn.Parameter, steps: int) -> None:
    for t in range(steps):
        param.grad = torch.sin(param.detach() + t)
        optimizer.step()


@pytest.mark.parametrize("stem", STEMS)
@pytest.mark.parametrize("through", ["file", "deepcopy"])
def test_a_saved_state_goes_on_as_it_was(stem: str, through: str) -> None:
    """`torch.load` reads it back without being told to trust it; the two that go on from there share nothing."""
    given: dict[str, Any] = {"inner": reference("momentum")(lr=0.1)} if Topic.load(stem).inner else {"lr": 0.1}
    param, other = parameter([[1.0, -2.0], [0.5, 3.0]]), parameter([[0.0, 0.0], [0.0, 0.0]])
    optimizer = as_torch(reference(stem))([param], **given)
    stepped(optimizer, param, 3)
    if through == "file":
        file = io.BytesIO()
        torch.save(optimizer.state_dict(), file)
        file.seek(0)
        second = as_torch(reference(stem))([other], **copy.deepcopy(given))
        second.load_state_dict(torch.load(file))
        other.data.copy_(param.data)
    else:
        second = copy.deepcopy(optimizer)
        (other,) = second.param_groups[0]["params"]
    stepped(second, other, 4)
    stepped(optimizer, param, 4)
    assert torch.equal(param, other)
    assert type(next(iter(second.state.values()))["rule"]) is type(next(iter(optimizer.state.values()))["rule"])


class Kept:
    """A state that torch would not know how to build again."""

    def __init__(self, param: Any) -> None:
        self.seen = deque([np.zeros_like(param)], maxlen=2)


@pytest.mark.parametrize("made", [Kept, lambda p: deque([0 * p], maxlen=2), lambda p: (p.copy(), "text", {3: None})])
def test_a_state_of_ones_own_is_saved_and_loaded(made: Any) -> None:
    param = parameter([1.0, 2.0])
    first = as_torch(rule(lambda p, _g, s: (p, s), made))([param])
    first.step()
    second = as_torch(rule(lambda p, _g, s: (p, s), made))([param])
    file = io.BytesIO()
    torch.save(first.state_dict(), file)
    file.seek(0)
    second.load_state_dict(torch.load(file, weights_only=False))
    before, after = first.state[param]["rule"], second.state[param]["rule"]
    assert type(before) is type(after)
    assert before is not after
    assert getattr(after, "maxlen", None) == getattr(before, "maxlen", None)
    second.step()


def test_a_state_moves_to_where_its_parameter_is() -> None:
    """Saved on a CPU as arrays, it is tensors for a parameter that numpy cannot compute with; and back."""
    param, half = parameter([1.0, 2.0]), parameter([1.0, 2.0], dtype=torch.bfloat16)
    ours, theirs = as_torch(Adam)([param], lr=0.1), as_torch(Adam)([half], lr=0.1)
    ours.step()
    theirs.load_state_dict(ours.state_dict())
    assert isinstance(ours.state[param]["rule"]["exp_avg"], np.ndarray)
    assert isinstance(theirs.state[half]["rule"]["exp_avg"], torch.Tensor)
    theirs.step()
    ours.load_state_dict(theirs.state_dict())
    assert isinstance(ours.state[param]["rule"]["exp_avg"], np.ndarray)
    ours.step()


def test_numbers_are_counted_in_any_state() -> None:
    class Slots:
        __slots__ = ("a", "b")

    slots = Slots()
    slots.a, slots.b = np.ones(3), [torch.ones(2, 2), 5]  # type: ignore[attr-defined]
    assert _numbers(slots) == 8
    assert _numbers({"x": np.float32(1), "y": None, "z": (deque([1.0, np.zeros(2)]), True, "text")}) == 4
    assert _numbers(Kept(np.ones(4))) == 4


NUMPYS = """import numpy as np

class {name}:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0, betas=None, eps=0):
        self.lr = lr

    def init(self, param):
        return {{"v": np.zeros_like(param)}}

    def update(self, param, grad, state):
        v = np.sqrt(state["v"] + np.square(grad))
        return param - self.lr * grad / (v + 1), {{"v": v}}
"""

TOLD_EN = """numpy cannot compute on a GPU (meta). Operators run there, and on a CPU as well. In momentum.py, write:
line 8: `0 * param` in place of `np.zeros_like(param)`
line 11: `(state['v'] + grad ** 2) ** 0.5` in place of `np.sqrt(state['v'] + np.square(grad))`"""
TOLD_ZH = """numpy 不能在 GPU（meta）上计算。运算符在 GPU 和 CPU 上都能用。请在 momentum.py 里这样改：
第 8 行：把 `np.zeros_like(param)` 改成 `0 * param`
第 11 行：把 `np.sqrt(state['v'] + np.square(grad))` 改成 `(state['v'] + grad ** 2) ** 0.5`"""


def test_on_a_gpu_the_lines_to_rewrite_are_told(tmp_path: Path) -> None:
    file = rules.learner("momentum", tmp_path)
    file.path.write_text(NUMPYS.format(name="Momentum"), "utf-8")
    param = torch.nn.Parameter(torch.ones(2, device="meta"))
    param.grad = torch.ones_like(param)
    with pytest.raises(RuleError) as error:
        as_torch(file.load())([param], lr=0.1).step()
    assert (error.value.text.en, error.value.text.zh) == (TOLD_EN, TOLD_ZH)
    half = parameter([1.0], dtype=torch.bfloat16)
    with pytest.raises(RuleError, match="numpy has no type bfloat16") as error:
        as_torch(file.load())([half], lr=0.1).step()
    assert "numpy 没有 bfloat16 这种类型" in error.value.text.zh


def test_an_error_that_is_not_numpys_stays_what_it_is_on_a_gpu(tmp_path: Path) -> None:
    file = rules.learner("momentum", tmp_path)
    for slip, kind in (
        ("1 / 0", ZeroDivisionError),
        ("grad.nonsense", AttributeError),
        ("raise NotImplementedError", NotImplementedError),
    ):
        source = NUMPYS.format(name="Momentum").replace("np.zeros_like(param)", "0 * param")
        file.path.write_text(source.replace("        v = np.sqrt", f"        {slip}\n        v = np.sqrt"), "utf-8")
        param = torch.nn.Parameter(torch.ones(2, device="meta"))
        param.grad = torch.ones_like(param)
        with pytest.raises(kind):
            as_torch(rules.learner("momentum", tmp_path).load())([param]).step()


def test_the_learners_own_file_counts_as_the_rules() -> None:
    assert not module._library(str(workspace.learner() / "adam.py"))
    assert not module._library("<ipython-input-3-0123>")
    for ours in (module.__file__, np.__file__, torch.__file__, "<frozen importlib>"):
        assert module._library(str(ours))


def test_a_contest_goes_on_without_a_rule_that_fails_on_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A rule that the first step cannot show to be wrong: on a GPU, or at a later step."""
    monkeypatch.setenv("COURSE_LEARNER", str(tmp_path))
    torchs: dict[Any, Any] = {"SGD": lambda params, lr: torch.optim.SGD(params, lr=lr)}
    late = 'if np.ravel(state["v"])[0] > 1: raise ValueError("late")'
    source = NUMPYS.replace("        v = np", f"        {late}\n        v = np").replace("square", "ones_like")
    for stem, name in (("momentum", "Momentum"), ("adamw", "AdamW")):
        (tmp_path / f"{stem}.py").write_text(source.format(name=name), "utf-8")
        entry = mine(stem)
        assert entry.why_not is None
        entries: Any
        if stem == "momentum":
            first = contest(torchs | {"mine": entry}, lrs=[0.1], seeds=1, epochs=1)
            entries, absent = first.entries, first.absent
        else:
            makes: dict[Any, Any] = {"SGD": lambda _decay: torchs["SGD"], "mine": lambda _decay, own=entry: own}
            second = decay_contest(makes, {"SGD": [0.1], "mine": [0.1]}, lrs=[0.1], seeds=1, steps=12)
            entries, absent = second.grids, second.absent
        assert [each.name for each in entries] == ["SGD"]
        (why,) = absent
        assert "ValueError: late" in why.en
        assert "ValueError: late" in why.zh
        assert "line 11" in why.en.lower()
    capsys.readouterr()


def test_a_contest_on_a_gpu_says_what_to_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_LEARNER", str(tmp_path))
    source = NUMPYS.format(name="Momentum").replace("np.zeros_like(param)", "param.copy()")
    (tmp_path / "momentum.py").write_text(source, "utf-8")
    entry = mine("momentum")
    assert entry.why_not is None, "on the CPU it is right"
    monkeypatch.setattr(module, "_numpy_can", lambda _param: False)  # from here on as on a GPU
    contestants: dict[Any, Any] = {"SGD": lambda params, lr: torch.optim.SGD(params, lr=lr), "mine": entry}
    result = contest(contestants, lrs=[0.1], seeds=1, epochs=1)
    assert [each.name for each in result.entries] == ["SGD"]
    assert "line 8: `1 * param` in place of `param.copy()`" in result.absent[0].en


@pytest.mark.filterwarnings("error")
def test_a_step_that_diverges_warns_as_little_as_torchs(capfd: pytest.CaptureFixture[str]) -> None:
    param = parameter([1e30, 1.0])
    optimizer = as_torch(Adam)([param], lr=1e30)
    for _ in range(3):
        param.grad = param.detach() * 1e30
        optimizer.step()
    assert not torch.isfinite(param).all()
    assert capfd.readouterr() == ("", "")


def test_what_a_learners_rule_prints_and_asks_does_not_flood_a_contest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COURSE_LEARNER", str(tmp_path))
    source = NUMPYS.format(name="Momentum")
    noisy = "import warnings; print(param); warnings.warn('again')"
    (tmp_path / "momentum.py").write_text(source.replace("        v = ", f"        {noisy}\n        v = "), "utf-8")
    result = contest({"mine": mine("momentum")}, lrs=[0.1], seeds=1, epochs=1)
    assert result.absent == ()
    assert capsys.readouterr().out == ""
    asks = source.replace("        v = ", "        input('?')\n        v = ")
    (tmp_path / "momentum.py").write_text(asks, "utf-8")
    why_not = mine("momentum").why_not
    assert why_not is not None
    assert "Nobody can type" in why_not.en
