"""A piece without which a file is right is told of files that are right without it, and of no other."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, get_args

import numpy as np
import pytest

from course.grading.findings.left_out import left_out
from course.grading.findings.pieces import LARGEST, How, outlives, pieces, switched
from course.topic import Topic, topics
from tests.grading.findings import claims
from tests.grading.findings.files import edited, judged, sgd
from tests.grading.findings.gathered import gathered
from tests.topics import corpus

if TYPE_CHECKING:
    from pathlib import Path

    from course.grading.findings.finding import Finding

STEMS = [topic.stem for topic in topics("rule")]
RIGHT = "param - self.lr * (grad + self.weight_decay * param)"
BODY = """
import numpy as np
class SGD:
    def __init__(self, lr=1e-3, weight_decay=0.0):
        self.lr, self.weight_decay = lr, weight_decay
    def init(self, param):
        return {state}
    def update(self, param, grad, state):
{body}
"""


def body(*lines: str, state: str = "None") -> str:
    """A rule of SGD's with these lines in `update`, the first of which is line 9."""
    return BODY.format(body="\n".join(f"        {line}" for line in lines), state=state)


def found(stem: str, source: str, folder: Path) -> Finding | None:
    """What is told, held against the file."""
    truth, evidence = gathered(stem, source, folder)
    with np.errstate(all="ignore"):
        told = left_out(evidence, lambda: None)
    if told:
        claims.edit(truth, told.said())
    return told


TOLD = [
    (sgd(new="param - self.lr * np.clip(grad + self.weight_decay * param, -10, 10)"), "without", "of `np.clip("),
    (sgd(new="param - 2 * self.lr * (grad + self.weight_decay * param)"), "without", "`self.lr` in place of `2 * s"),
    (sgd(new="(param - self.lr * (grad + self.weight_decay * param)).round(6)"), "without", ".round(6)` in line 9"),
    (sgd(new="param - min(self.lr, 0.5) * (grad + self.weight_decay * param)"), "without", "`self.lr` in place of"),
    (sgd(new="param - self.lr * (grad + self.weight_decay * param).astype(np.float32)"), "without", "`float` in"),
    (sgd(new="param - self.lr * np.array(grad + self.weight_decay * param, np.float32)"), "without", "np.float32"),
    (sgd(new="param - self.lr * (grad + 0.26 * param * bool(self.weight_decay))"), "read", "in place of `0.26`"),
    (sgd(new="param - self.lr * (grad + self.weight_decay * param * (grad != 0))"), "always", "`grad != 0` in line 9"),
    (body("if not grad.any():", "    return param, state", f"return {RIGHT}, state"), "never", "`not grad.any()`"),
    (body("rate = self.weight_decay if param.ndim > 1 else 0", "return param - self.lr * (grad + rate * param), state"),
     "always", "`param.ndim > 1` in line 9"),
    (body("if np.ndim(param) < 0:", "    return param, state", f"return {RIGHT}, state").replace("< 0", "<= 0"),
     "never", "`np.ndim(param) <= 0`"),
    (body("grad = grad / max(1, np.linalg.norm(grad))", f"return {RIGHT}, state"), "dropped", "without `grad = grad /"),
    (body("grad = np.where(", "    np.abs(grad) < 1e-3,", "    0,", "    grad,", ")", f"return {RIGHT}, state"),
     "dropped", "without `grad = np.where( np.abs(grad) < 1e-3, 0, grad, )` in line 9"),
    (body("size = abs(grad)", f"return param + ({RIGHT} - param) * (size > 1e-2), state"), "always", "`size > 1e-2`"),
    (body(f"return param + ({RIGHT} - param) * (np.size(param) > 1), state"), "always", "`np.size(param) > 1`"),
    (body("new = param", "new -= self.lr * grad", "return new - self.lr * self.weight_decay * param, state"),
     "fresh", "`new = new - self.lr * grad` in place of `new -= self.lr * grad` in line 10"),
]  # fmt: skip
"""A file, how the piece is left out, and words of what is told."""


@pytest.mark.parametrize(("source", "how", "words"), TOLD, ids=[f"{n}-{row[1]}" for n, row in enumerate(TOLD)])
def test_the_piece_is_told(source: str, how: str, words: str, tmp_path: Path) -> None:
    told = found("sgd", source, tmp_path)
    assert told
    assert (told.id, words in told.text.en) == (f"right-if-{how}", True), told.text.en


def test_a_limit_on_the_wrong_side_is_told(tmp_path: Path) -> None:
    told = found("lookahead", edited("lookahead", ("% self.k == 0", "% self.k <= 1")), tmp_path)
    assert told
    assert told.id == "right-if-compared"
    assert "`step % self.k < 1` in place of `step % self.k <= 1`" in told.text.en


def test_two_pieces_are_told_where_each_alone_is_not_enough(tmp_path: Path) -> None:
    source = body("if not np.ndim(param):", "    return param, state",
                  "grad = np.clip(grad, -100, 100)", f"return {RIGHT}, state")  # fmt: skip
    told = found("sgd", source, tmp_path)
    assert told
    assert len(told.claim["edits"]) == 2
    assert {"line 9", "line 11"} == {*told.where.split(", ")}
    assert "line 9" in told.text.en
    assert "第 11 行" in told.text.zh


@pytest.mark.parametrize(
    "source",
    [
        sgd(new="param - self.lr * np.tanh(grad + self.weight_decay * param)[...] ** 3"),
        body("while True:", "    grad = grad * 1.5", "    break", f"return {RIGHT}, state"),
        sgd(new="param + self.lr"),
        body("grad += self.weight_decay * param", "return param - self.lr * np.clip(grad, -10, 10), state"),
    ],
    ids=[
        "no piece is enough",
        "never a piece of a loop that might not end",
        "everything is missing",
        "the gradient is changed, too",
    ],
)
def test_where_no_piece_is_enough_nothing_is_told(source: str, tmp_path: Path) -> None:
    assert found("sgd", source, tmp_path) is None


def test_a_right_file_with_the_same_pieces_passes(tmp_path: Path) -> None:
    """What would be told of a wrong one is no fault by itself."""
    source = body("if grad.any() or self.weight_decay:", "    step = np.clip(grad, -np.inf, np.inf) * self.lr",
                  "    return param - (step + self.lr * (self.weight_decay * param)), state",
                  "return param, state")  # fmt: skip
    truth, evidence = gathered("sgd", source, tmp_path)
    assert all(map(truth.numbers_right, truth.core))
    assert not evidence.astray


def test_a_state_that_is_kept_for_all_is_not_blamed_on_a_line(tmp_path: Path) -> None:
    """The file that can do without any piece counts how often its class is made; one that makes itself miscounts."""
    again = "    def update(self, *given):\n        return type(self)().go(*given)\n\n    def go("
    assert found("momentum", edited("momentum", ("    def update(", again)), tmp_path) is None


@pytest.mark.parametrize("stem", STEMS)
def test_each_file_can_be_cut_and_stays_python(stem: str) -> None:
    topic = Topic.load(stem)
    sources = [topic.solution.read_text("utf-8"), *corpus(stem, "right").values(), *corpus(stem, "named").values()]
    seen: set[str] = set()
    for source in map(str.encode, sources):
        cut = pieces(source, ("lr", "eps"))
        seen |= {each.how for each in cut}
        for each in cut:
            rest = each.left_out(source)
            ast.parse(rest)
            assert rest.count(b"\n") == source.count(b"\n")
        ast.parse(switched(source, topic.class_name, cut))
    assert seen >= {*get_args(How)} - {"fresh", "compared", "read"}


@pytest.mark.parametrize(
    "source",
    [
        b"def f(:",
        b"x = 1\n" * LARGEST,
        b"\0",
        b"f" + b"(" * 5000,
        b"def f():\n    return '\xff' * 2",
        b"def f(x):\n    return " + b"x + " * 3000 + b"x",
    ],
    ids=["broken", "long", "null", "deep", "bytes", "a long sum"],
)
def test_a_file_that_cannot_be_read_has_no_pieces(source: bytes) -> None:
    assert pieces(source) == []


@pytest.mark.parametrize(
    "text",
    [
        "def f(x):\r\n    x = (x +\r\n         1)\r\n    return x * 2\r\n",
        "def f(x):\n    '''第 1 课'''; y = x * 2\n    if x: y += 1\n    return f'{x * 2}' + \"é\" * 2",
        "from __future__ import annotations\n@property\ndef f(x=1 * 2): return [y * 2 for y in x if y > 0]",
        "class A:\n    def f(self, *x):\n        return {**{1: x * 2}}, x[1 + 1:2 * 3], lambda y: -y",
        "def f(x):\n    match x:\n        case -1 | [2, *_] if x > 0: return 1 + 2\n    x[0 + 1] -= 1\n    x.y = 3",
        "def f(x):\n    with x * 2 as y, y * 3: pass\n    try: x += 1\n    except (x or y): y = x\n    del x[1 * 2]",
        "def f(x):\n    if x: \\\n        y = 1 * 2\n    a = 1; \\\n    b = 2\n    return x",
        "def f(x):\n    return (yield x * 2) or (x := 1 * 2) or (x if not x else (x, *(x * 2,)))",
    ],
    ids=["windows", "text", "decorated", "class", "match", "blocks", "continued", "expressions"],
)
def test_pieces_are_cut_out_of_any_code(text: str) -> None:
    source = text.encode()
    cut = pieces(source)
    assert cut
    for each in cut:
        ast.parse(each.left_out(source))
    ast.parse(switched(source, "f", cut))


@pytest.mark.parametrize("stem", STEMS)
def test_a_solution_has_nothing_that_outlives_it(stem: str) -> None:
    assert not outlives(Topic.load(stem).solution.read_bytes())


@pytest.mark.parametrize(
    "text",
    [
        "TABLE = {}",
        "class A:\n    seen = []",
        "class A:\n    def f(self, x, kept={}): pass",
        "class A:\n    def f(self): A.t = 1",
        "class A:\n    def f(self): type(self).t += 1",
        "class A:\n    def f(self): self.__class__.t = 1",
        "t = 0\ndef f():\n    global t\n    t += 1",
        "import functools\n@functools.lru_cache\ndef f(x): return x",
    ],
)
def test_what_outlives_an_object_is_seen(text: str) -> None:
    assert outlives(text.encode())


CACHED = """
import numpy as np
class SGD:
    first = {}
    def __init__(self, lr=1e-3, weight_decay=0.0):
        self.lr, self.weight_decay = lr, weight_decay
    def init(self, param):
        return None
    def update(self, param, grad, state):
        rate = self.first.setdefault("lr", self.lr)
        return param - rate * (grad + self.weight_decay * param), state
"""


def test_an_input_is_not_told_for_wrong_that_is_right_by_itself(tmp_path: Path) -> None:
    """The rate of the first object is kept for all: alone each input comes out right."""
    found = judged("sgd", CACHED, tmp_path).verdict.findings
    assert found
    assert "smallest-input" not in [each.id for each in found]
