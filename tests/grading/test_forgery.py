"""A file that replaces what the worker might use hides nothing by it: what counts, the judge decides from data."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from course.grading import fresh
from course.grading.case_set import visible
from course.grading.sandbox import Limits
from course.topic import Topic
from tests.grading import trial, wrong

SOLUTION = Topic.load("momentum").solution.read_text("utf-8")

BREAKS = {
    "changes grad": "grad -= 0.0 * grad; grad *= 1 + 1e-6; grad = grad / (1 + 1e-6); ",
    "changes param": "new, state = super().update(param.copy(), grad, state); param += 1; return new, state",
    "returns a list": "new, state = super().update(param, grad, state); return np.asarray(new).tolist(), state",
    "returns float32": "new, state = super().update(param, grad, state); return np.float32(new), state",
    "returns three": "return (*super().update(param, grad, state), None)",
    "returns another shape": "new, state = super().update(param, grad, state); return new[None], state",
    "returns an object that says it is an array": (
        "new, state = super().update(param, grad, state); return Claims(new), state"
    ),
    "returns a generator": "return (each for each in super().update(param, grad, state))",
    "changes what it returned before": (
        "new, state = super().update(param, grad, state); KEPT[-1:] = [each.fill(0) for each in KEPT[-1:]];"
        " new = np.array(new); KEPT.append(new); return new, state"
    ),
}
"""What breaks the contract, and would have the right numbers (or nearly) but for that → the lines of `update`."""

CLAIMS = """
import numpy as np
KEPT = []

class Claims:
    __class__ = np.ndarray

    def __init__(self, value):
        self.value = value
        self.shape, self.dtype, self.nbytes, self.ndim = value.shape, value.dtype, value.nbytes, value.ndim

    def __array__(self, *_, **__):
        return self.value

    def __getattr__(self, name):
        return getattr(self.value, name)

    def __mul__(self, other):
        return self.value * other

    __rmul__ = __mul__

    def __rsub__(self, other):
        return other - self.value

    def __sub__(self, other):
        return self.value - other
"""

MAIN = "import sys\nM = sys.modules['__main__']\n"
PATCHES = {
    "nothing": "",
    "numpy: comparisons": (
        "for name in 'isnan isfinite equal not_equal array_equal allclose any all'.split():\n"
        "    setattr(np, name, lambda *a, **k: np.ones(np.shape(a[0]), bool))"
    ),
    "numpy: shapes and conversions": (
        "real = np.asarray\nfor name in 'shape ndim size array asarray ascontiguousarray copy'.split():\n"
        "    setattr(np, name, lambda a, *x, **k: getattr(real(a), 'shape', ()))"
    ),
    "numpy: its types": "real = np.ndarray\nnp.ndarray = np.generic = object\nnp.float64 = np.float32",
    "Python: isinstance and its like": (
        "import builtins\nreal = builtins.isinstance\n"
        "builtins.isinstance = lambda *a: True\nbuiltins.issubclass = lambda *a: True"
    ),
    "Python: type and len": (
        "import builtins\nreal_type, real_len = type, len\n"
        "builtins.len = lambda a: 2 if real_type(a) in (tuple, list) else real_len(a)"
    ),
    "Python: any, all, sorted, list": "import builtins\nbuiltins.any = lambda a: False\nbuiltins.all = lambda a: True",
    "the worker: every function and class": (
        MAIN + "for name in [n for n in vars(M) if n not in ('__builtins__', 'main', 'sys', 'os', 'json')]:\n"
        "    if callable(getattr(M, name)) and getattr(getattr(M, name), '__module__', '') == '__main__':\n"
        "        try: setattr(M, name, lambda *a, **k: ({}, []))\n"
        "        except TypeError: pass"
    ),
    "the worker: what makes the engine": MAIN + "M.engine = M.looker = M.run_case = lambda *a: None",
    "the worker: its entries": MAIN + "M.Entries.record = lambda *a: None\nM.Entries.blocks = lambda *a: []",
    "the worker: its numpy": MAIN + "M.np = None\nM.struct = None\nM.math = None",
    "the contract: Run": (
        "import copy\nfrom course import rule\n"
        "rule.Run.__init__ = lambda s, r, p: s.__dict__.update(rule=r, params=p, state=[r.init(x) for x in p])\n"
        "rule.Run.step = lambda s, g: None\nrule.returned = lambda a, *x: a"
    ),
    "the stack's names": (
        "f = sys._getframe()\nwhile f:\n"
        "    if 'looker' in f.f_globals: f.f_globals.update(engine=None, Entries=None, assign=None)\n"
        "    f = f.f_back"
    ),
}
"""What a file replaces before its class."""

UPDATE = """
    def update(self, param, grad, state):
        {lines}
        return super().update(param, grad, state)
"""


@pytest.mark.parametrize("patch", PATCHES)
@pytest.mark.parametrize("what", BREAKS)
def test_what_breaks_the_contract_never_passes(what: str, patch: str) -> None:
    lines = BREAKS[what] if "return " in BREAKS[what] else f"{BREAKS[what]}pass"
    before = f"import sys\n{CLAIMS}\n{PATCHES[patch]}"
    found = trial.judged("momentum", wrong.wrapped("momentum", UPDATE.format(lines=lines), before))
    assert found.status in {"wrong", "error", "rejected"}, found.status
    assert found.score == 0
    if patch == "nothing":
        assert found.status == "wrong"
        assert EXPECTED[what] in found.message.en


EXPECTED = {
    "changes grad": "`grad` of step 1 was changed in place",
    "changes param": "`param` of step 1 was changed in place",
    "returns a list": "is a list, not an array",
    "returns float32": "returned float32",
    "returns three": "returned 3 values",
    "returns another shape": "returned the shape (1, 3)",
    "returns an object that says it is an array": "is a Claims, not an array",
    "returns a generator": "returned one generator",
    "changes what it returned before": "`param` of step 2 was changed in place",
}


SPOILS = {"Python: isinstance and its like", "the worker: every function and class", "the worker: its entries",
    "the worker: its numpy"}  # fmt: skip
"""What leaves the worker no way to answer; all others must leave it as it is."""


@pytest.mark.parametrize("patch", [patch for patch in PATCHES if patch not in SPOILS])
def test_a_right_rule_passes_whatever_it_replaces(patch: str) -> None:
    """It hides nothing, and it spoils nothing either: what the worker uses is not what is replaced."""
    source = f"import sys\nimport numpy as np\n{SOLUTION}\n{PATCHES[patch]}\n"
    found = trial.judged("momentum", source)
    assert (found.status, found.score) == ("passed", found.max_score), found.message.en


SUBCLASSES = {
    "a namedtuple": ("import collections\nPair = collections.namedtuple('Pair', 'param state')", "Pair(new, state)"),
    "a list": ("", "[new, state]"),
    "a list of its own class": ("class Own(list): pass", "Own([new, state])"),
    "an array of its own class": ("class Own(np.ndarray): pass", "(np.asarray(new).view(Own), state)"),
    "a tuple that lies about its length": (
        "class Own(tuple):\n    __len__ = lambda s: 7\n    __iter__ = lambda s: iter('abc')", "Own((new, state))",
    ),
    "a number of its own class": (
        "class Own(float): pass", "(Own(new) if np.ndim(param) == 0 else new, state)",
    ),
    "Fortran order": ("", "(np.asfortranarray(new) if param.ndim else new, state)"),
    "a view with strides": ("", "(np.repeat(new, 2, axis=0)[::2] if param.ndim else new, state)"),
}  # fmt: skip
"""Right returns of other classes → what stands before, and what is returned."""


@pytest.mark.parametrize("what", SUBCLASSES)
def test_what_is_a_pair_and_an_array_is_one_whatever_its_class(what: str) -> None:
    before, returned = SUBCLASSES[what]
    lines = f"new, state = super().update(param, grad, state); return {returned}"
    source = wrong.wrapped("momentum", UPDATE.format(lines=lines), f"import numpy as np\n{before}")
    found = trial.judged("momentum", source)
    assert (found.status, found.score) == ("passed", found.max_score), found.message.en


LYING = {
    "says that its shape is right": "shape = property(lambda s: (3,))",
    "says that its dtype is right": "dtype = property(lambda s: np.dtype('f8'))",
    "says that its bytes are others": "tobytes = lambda s, *a: bytes(24)",
    "says that it is equal to all": (
        "__eq__ = lambda s, o: np.ones(np.shape(o), bool)\n    __ne__ = lambda s, o: np.zeros(np.shape(o), bool)"
    ),
    "says that nothing becomes of it": "__array_ufunc__ = lambda s, *a, **k: np.float64(0)",
}


@pytest.mark.parametrize("what", LYING)
def test_an_array_that_lies_about_itself_is_believed_nothing(what: str) -> None:
    before = f"import numpy as np\nclass Own(np.ndarray):\n    {LYING[what]}\n"
    lines = "return np.zeros(np.shape(param), np.float32 if 'dtype' in WHAT else float).view(Own), state"
    source = wrong.wrapped("momentum", UPDATE.format(lines=lines), f"{before}\nWHAT = {what!r}")
    found = trial.judged("momentum", source, limits=Limits(cpu=5, wall=10.0))
    assert (found.status, found.score) in {("wrong", 0.0), ("error", 0.0)}


def test_an_array_of_another_size_by_the_end_is_one_that_was_changed() -> None:
    before = "import numpy as np\nKEPT = []"
    body = """
    def update(self, param, grad, state):
        new, state = super().update(param, grad, state)
        if np.ndim(param) == 1:
            new = np.array(new)
            KEPT.append(new)
            if len(KEPT) > 3:  # that of some steps before, which nobody computes with any more
                KEPT.pop(0).resize((9,), refcheck=False)
        return new, state
"""
    found = trial.judged("momentum", wrong.wrapped("momentum", body, before))
    assert found.status == "wrong"
    assert found.score == 0


def test_the_loop_that_is_written_out_is_that_of_the_contract() -> None:
    """The same calls in the same order, with the same arguments and hyperparameters, as `course.rule.Run` makes."""
    calls: list[tuple[object, ...]] = []

    class Logged:
        def __init__(self, **hyperparameters: float) -> None:
            self.lr = 0.0
            self.__dict__.update(hyperparameters)
            calls.append(("made", *sorted(hyperparameters.items())))

        def init(self, param: Any) -> list[int]:
            calls.append(("init", param.tolist()))
            return [param.size]

        def update(self, param: Any, grad: Any, state: list[int]) -> tuple[Any, list[int]]:
            calls.append(("update", self.lr, np.asarray(param).tolist(), grad.tolist(), list(state)))
            return param - self.lr * grad, [*state[-1:], state[-1] + 1]

    for case in visible(Topic.load("sgd")):
        logs = []
        for run in (lambda: fresh.trajectory(Logged, case, {}), lambda: trial.answer("sgd", Logged, case)):  # noqa: B023
            run()
            logs.append(calls.copy())
            calls.clear()
        assert logs[0] == logs[1]
        assert len(logs[0]) == 1 + len(case.params) * (1 + case.steps)
