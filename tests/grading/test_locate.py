"""The learner's own line is quoted where it is certain, and a wrong one never."""

from __future__ import annotations

import ast
import difflib
import re
import time

import pytest

from course.grading.locate import LARGEST, quote
from course.grading.mistakes import catalogue
from course.topic import Topic, topics
from tests.grading import trial
from tests.topics import corpus

STEMS = [topic.stem for topic in topics("rule")]


class Renamed(ast.NodeTransformer):
    """Gives every argument and local another name."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        given = (each.arg for each in node.args.args)
        self.names = dict(zip(given, ("self", "p", "g", "memory"), strict=False))
        for each in ast.walk(node):
            if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
                self.names.setdefault(each.id, f"my_{each.id}")
        for argument in node.args.args:
            argument.arg = self.names[argument.arg]
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.copy_location(ast.Name(self.names.get(node.id, node.id), node.ctx), node)


class Apart(ast.NodeTransformer):
    """Reads the hyperparameters under other names first, and gives what is returned names before it is."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.generic_visit(node)
        if node.name != "update":
            return node
        own = [each for each in ast.walk(node) if isinstance(each, ast.Attribute) and ast.unparse(each.value) == "self"]
        names = sorted({each.attr for each in own} - {"inner"})
        body = "\n".join(map(ast.unparse, node.body))
        for name in names:
            body = re.sub(rf"\bself\.{name}\b(?! =)", f"the_{name}", body)
        first = "".join(f"the_{name} = self.{name}\n" for name in names)
        node.body = ast.parse(first + body).body
        return node

    def visit_Return(self, node: ast.Return) -> list[ast.stmt]:
        if not (isinstance(node.value, ast.Tuple) and len(node.value.elts) == 2):
            return [node]
        moved, kept = map(ast.unparse, node.value.elts)
        made = ast.parse(f"def f():\n    moved = {moved}\n    kept = {kept}\n    return moved, kept").body[0]
        assert isinstance(made, ast.FunctionDef)
        return made.body


def written(text: str, *ways: ast.NodeTransformer) -> str:
    tree = ast.parse(text)
    for way in ways:
        tree = ast.fix_missing_locations(way.visit(tree))
    return ast.unparse(tree)


def changed(right: str, wrong: str) -> set[int]:
    """The lines of the wrong text, counted from 1, that are not in the right one."""
    matcher = difflib.SequenceMatcher(None, right.splitlines(), wrong.splitlines(), autojunk=False)
    return {n + 1 for tag, _, _, start, end in matcher.get_opcodes() if tag != "equal" for n in range(start, end)}


@pytest.mark.parametrize("ways", [(), (Apart,), (Apart, Renamed)], ids=["as ours", "in other steps", "in other words"])
@pytest.mark.parametrize("stem", STEMS)
def test_the_line_is_the_one_with_the_mistake(stem: str, ways: tuple[type[ast.NodeTransformer], ...]) -> None:
    """Of the catalogue's own mistakes at least half are found, however the file is written; none elsewhere."""
    topic = Topic.load(stem)
    book = catalogue(topic)
    right = written(book.text, *(way() for way in ways))
    found = all_of_them = 0
    for mistake in book.mistakes:
        if mistake.option or not mistake.edits:
            continue
        wrong = written(book.source([mistake]), *(way() for way in ways))
        quoted = quote(topic, [mistake.id], wrong.encode("utf-8"))
        all_of_them += 1
        if quoted:
            found += 1
            assert quoted.line in changed(right, wrong), (mistake.id, quoted)
            assert wrong.splitlines()[quoted.line - 1].strip().startswith(quoted.source.splitlines()[0].rstrip("…"))
    assert found >= 0.5 * all_of_them


@pytest.mark.parametrize("stem", STEMS)
def test_no_line_of_a_right_file_is_in_doubt_for_what_was_left_out(stem: str) -> None:
    """Weight decay that is nowhere has no line."""
    topic = Topic.load(stem)
    if "decay-forgotten" in catalogue(topic):
        for source in corpus(stem, "right").values():
            if "weight_decay *" not in source:
                assert quote(topic, ["decay-forgotten"], source.encode("utf-8")) is None


OWN = """class Momentum:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0, dampening=0.0, maximize=False):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay
        self.dampening, self.maximize = dampening, maximize

    def init(self, param):
        return {}

    def update(self, param, grad, state):
        if self.maximize:
            grad = -grad
        d_p = grad - self.weight_decay * param
        buf = state.get("momentum_buffer")
        if buf is None:
            buf = d_p
        else:
            buf = (self.momentum * buf
                   + (1 - self.dampening) * d_p)
        if not self.momentum:
            buf = d_p
        return param - self.lr * buf, {"momentum_buffer": buf}
"""


def test_through_the_judge() -> None:
    verdict = trial.judged("momentum", OWN)
    assert verdict.mistakes == ("decay-sign",)
    assert verdict.quote
    assert (verdict.quote.line, verdict.quote.source) == (12, "d_p = grad - self.weight_decay * param")
    assert type(verdict).from_json(verdict.to_json("zh")).quote == verdict.quote


def test_a_statement_of_several_lines_is_quoted_whole() -> None:
    wrong = OWN.replace("grad - self.weight_decay * param", "(grad\n            - self.weight_decay * param)")
    quoted = quote(Topic.load("momentum"), ["decay-sign"], wrong.encode("utf-8"))
    assert quoted
    assert quoted.source == "d_p = (grad\n    - self.weight_decay * param)"


def test_where_several_lines_may_be_meant_none_is_quoted() -> None:
    """The first buffer and all others are made in two lines; that the first is too small is in the other one."""
    wrong = OWN.replace("buf = d_p\n        else", "buf = (1 - self.momentum) * d_p\n        else")
    assert quote(Topic.load("momentum"), ["first-buffer-scaled"], wrong.encode("utf-8")) is None


def test_what_is_changed_in_place() -> None:
    topic = Topic.load("momentum")
    wrong = OWN.replace("d_p = grad - self.weight_decay * param", "grad += self.weight_decay * param; d_p = grad")
    quoted = quote(topic, ["grad-changed-in-place"], wrong.encode("utf-8"))
    assert quoted
    assert quoted.source.startswith("grad += ")
    twice = wrong.replace("grad = -grad", "grad *= -1")
    assert quote(topic, ["grad-changed-in-place"], twice.encode("utf-8")) is None, "which of the two?"
    assert quote(topic, ["param-changed-in-place"], wrong.encode("utf-8")) is None


@pytest.mark.parametrize(
    "source",
    [
        b"class Momentum:\n    x = " + b"(" * 5000,
        b"class Momentum:\n    def update(self, p, g, s):\n        return " + b"-" * 15000 + b"1",
        b"class Momentum:\n    def update(self, p, g, s):\n        return s" + b".b" * 7000,
        b"class Momentum:\n    def update(*a):\n        return a, 1",
        b"class Momentum:\n    update = 1",
        b"class Momentum:\n    def update(self):\n        'invalid \\escape'",
        b"\xff\xfe",
        b"",
        OWN.encode("utf-8") + b"#" * LARGEST,
    ],
)
def test_odd_files_are_not_quoted(source: bytes) -> None:
    assert quote(Topic.load("momentum"), ["decay-sign"], source) is None


def test_what_is_nested_or_long_beyond_reason_is_quoted_from_nowhere_and_soon() -> None:
    """A judge reads it: it may neither fail nor be kept busy."""
    topic = Topic.load("adam")
    source = topic.solution.read_text("utf-8")
    deep = source.replace("        return ", f"        denom = {'- ' * 450}(1.0)\n        return ", 2)
    long = source.replace("        return ", "        a = 0\n" + "        if 1: a += 1\n" * 600 + "        return ")
    assert deep != source != long
    for text in (deep, long):
        started = time.process_time()
        for mistake in catalogue(topic).mistakes:
            quote(topic, [mistake.id], text.encode())
        assert time.process_time() - started < 20
    assert quote(topic, ["no-bias-correction"], long.encode()) is None
