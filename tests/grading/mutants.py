"""Automatic mutants of the solutions: each is a solution with one thing in its syntax tree changed.

They ask what no list of remembered mistakes can: is there a one-character slip that the cases let through? Every mutant
is run through the judge's pieces on the visible cases; what survives, on the hidden ones; what survives those must be
another way of writing the solution, or it is a hole in the cases.
"""

from __future__ import annotations

import ast
import copy
import functools
import math
import warnings
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading import case_set
from course.grading.case import HIDDEN
from course.topic import Topic
from tests.grading import equality, trial
from tests.shares import STEMS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from course.grading.case import Case, Trajectory

ARITHMETIC: tuple[type[ast.operator], ...] = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow)
COMPARISONS: tuple[type[ast.cmpop], ...] = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)
SEED = "mutants"
"""Whose hidden cases the survivors are run on."""

FATES = ("core", "stretch", "hidden", "equal", "hole")
"""What caught a mutant first: a visible core case, a visible stretch case, a hidden case; `equal` is no mistake."""


@dataclass(frozen=True)
class Mutant:
    """One changed solution."""

    change: str
    """The kind of change, and the line in which it was made, before and after."""
    source: str


@dataclass(frozen=True)
class Names:
    """What a name, an attribute or a key may be mistaken for."""

    local: frozenset[str]
    hyperparameters: frozenset[str]
    keys: frozenset[str]
    options: frozenset[str]
    """The hyperparameters that switch something on."""


@functools.cache
def mutants(stem: str, every: int = 1) -> tuple[Mutant, ...]:
    """Every mutant of a topic's solution, no two of the same text; or of one change in so many, a topic's own share."""
    return _mutants_of(stem, Topic.load(stem).solution.read_text("utf-8"), every, STEMS.index(stem))


def pairs(stem: str, first: int, second: int, every: int = 1, start: int = 0) -> tuple[Mutant, ...]:
    """Mutants of mutants that are right in the core: two slips in what belongs to the stretch.

    Args:
        stem: the topic.
        first: of how many mutants.
        second: how many mutants of each, evenly spread over all there are.
        every: the first slip is among one mutant in so many.
        start: where the spreading begins.

    """
    known = {each.source for each in mutants(stem)}
    right_in_the_core = [mutant for mutant, each in fates(stem, every).items() if each == "stretch"]
    made: dict[str, Mutant] = {}
    for i in range(min(first, len(right_in_the_core))):
        one = right_in_the_core[(start + i * len(right_in_the_core) // first) % len(right_in_the_core)]
        for two in _mutants_of(stem, one.source, len(known) // second, start + i):
            made[two.source] = Mutant(f"{one.change}; then {two.change}", two.source)
    return tuple(mutant for source, mutant in made.items() if source not in known)


def _mutants_of(stem: str, text: str, every: int = 1, start: int = 0) -> tuple[Mutant, ...]:
    """Every mutant of a rule, or only every so many-th."""
    tree = _without_docstrings(ast.parse(text))
    rule = next(node for node in tree.body if isinstance(node, ast.ClassDef))
    original = ast.unparse(tree)
    made: dict[str, Mutant] = {}
    for number, kind in enumerate(_changes(stem, rule)):
        if (number - start) % every:
            continue
        source = ast.unparse(tree)
        if source != original and source not in made:
            made[source] = Mutant(f"{kind}: {_differing_line(original, source)}", source)
    assert ast.unparse(tree) == original, "a change was not taken back"
    return tuple(made.values())


def _without_docstrings(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            del node.body[0]
    return tree


def _differing_line(original: str, source: str) -> str:
    before, after = set(original.splitlines()), set(source.splitlines())
    gone, come = ([line.strip() for line in text.splitlines() if line not in other] for text, other in
                  ((original, after), (source, before)))  # fmt: skip
    return f"{' '.join(gone)}  →  {' '.join(come) or 'nothing'}"


def _changes(stem: str, rule: ast.ClassDef) -> Iterator[str]:
    """Make each change in the tree, name its kind, and take it back on return."""
    fields = {ast.unparse(node.target): node for node in rule.body if isinstance(node, ast.AnnAssign)}
    functions = [node for node in rule.body if isinstance(node, ast.FunctionDef)]
    keys = frozenset(
        str(key.value)
        for function in functions
        for node in ast.walk(function)
        if isinstance(node, ast.Dict)
        for key in node.keys
        if isinstance(key, ast.Constant)
    )
    for field in fields.values():
        if field.value is not None:
            yield from _in_tree(field, Names(frozenset(), frozenset(), frozenset(), frozenset()), only="value")
    for function in functions:
        local = {arg.arg for arg in function.args.args} | {
            node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }
        names = Names(
            frozenset(local - {"self"}),
            frozenset(fields),
            keys,
            frozenset(fields) & case_set.stretch_names(Topic.load(stem)),
        )
        yield from _in_tree(function, names, only="body")


def _in_tree(root: ast.AST, names: Names, only: str) -> Iterator[str]:
    """Every change of every node below `root`'s field `only`, in its place in the tree."""
    parents = [(root, only)]
    while parents:
        parent, field = parents.pop()
        value = getattr(parent, field)
        places: list[tuple[Any, Any]] = [(value, i) for i in range(len(value))] if isinstance(value, list) else []
        for holder, at in places or [(parent, field)]:
            node = holder[at] if places else value
            if not isinstance(node, ast.AST):
                continue
            for kind, other in _instead(node, names):
                _put(holder, at, other)
                yield kind
                _put(holder, at, node)
            for kind in _shortened(node):
                yield kind
            parents += [(node, name) for name, _ in ast.iter_fields(node)]


def _put(holder: Any, at: Any, node: Any) -> None:
    if isinstance(holder, list):
        holder[at] = node
    else:
        setattr(holder, at, node)


def _instead(node: ast.AST, names: Names) -> Iterator[tuple[str, ast.AST]]:
    """What may stand in the node's place: the kind of change, and the other node."""
    yield from _other_leaves(node, names)
    yield from _other_tests(node, names)
    if isinstance(node, ast.BinOp):
        yield from _other_operations(node)
    elif isinstance(node, ast.UnaryOp):
        yield "sign", node.operand
    elif isinstance(node, ast.stmt):
        yield "statement dropped", ast.Pass()
        yield from _guarded(node, names)


def _other_leaves(node: ast.AST, names: Names) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.Constant):
        yield from (("constant", ast.Constant(value)) for value in _other_values(node.value, names))
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in names.local:
        yield from (("name", ast.Name(other, ast.Load())) for other in sorted(names.local - {node.id}))
    elif isinstance(node, ast.Attribute) and node.attr in names.hyperparameters:
        others = sorted(names.hyperparameters - {node.attr})
        yield from (("hyperparameter", ast.Attribute(node.value, other, node.ctx)) for other in others)


def _other_tests(node: ast.AST, names: Names) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.Compare):
        for operator in (ast.Is, ast.IsNot) if isinstance(node.ops[0], ast.Is | ast.IsNot) else COMPARISONS:
            yield "comparison", ast.Compare(node.left, [operator()], node.comparators)
    elif isinstance(node, ast.If | ast.IfExp):
        tests: tuple[ast.expr, ...] = (ast.UnaryOp(ast.Not(), node.test), ast.Constant(True), ast.Constant(False))  # noqa: FBT003 - conditions
        for test in (*tests, *_near(node.test), *_joined(node.test, names)):
            other = copy.copy(node)
            other.test = test
            yield "condition", other


def _expression(source: str) -> ast.expr:
    return ast.parse(source, mode="eval").body


def _near(test: ast.expr) -> Iterator[ast.expr]:
    """What is mistaken for asking whether a number is set."""
    if isinstance(test, ast.Attribute) and test.attr not in equality.FLAGS:
        for question in ("is not None", "!= 0", "> 0", ">= 0", "< 1", "<= 1", "== 1", "> 0.5"):
            yield _expression(f"{ast.unparse(test)} {question}")


def _joined(test: ast.expr, names: Names) -> Iterator[ast.expr]:
    """The condition together with every option: interplay that is right while one of the two is off."""
    for name in sorted(names.options - {getattr(test, "attr", "")}):
        for form in ("{} and self.{}", "{} and not self.{}", "{} or self.{}", "{} or not self.{}"):
            yield _expression(form.format(f"({ast.unparse(test)})", name))


def _guarded(node: ast.stmt, names: Names) -> Iterator[tuple[str, ast.AST]]:
    """The statement where an option is on, or off, alone; and every way out before its time."""
    if isinstance(node, ast.Return):
        return
    for name in sorted(names.options):
        for test in (f"self.{name}", f"not self.{name}"):
            yield "statement guarded", ast.If(_expression(test), [node], [])
    if {"param", "state"} <= names.local:
        for name in sorted(names.options):
            way_out = ast.parse(f"if self.{name}: return (param * 1, state)").body[0]
            yield "early return", ast.If(ast.Constant(True), [way_out, node], [])  # noqa: FBT003 - a block of two


def _other_values(value: Any, names: Names) -> list[Any]:
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, str):
        return [*sorted(names.keys - {value})] if value in names.keys else []
    if isinstance(value, int | float):
        near = (0, 1, -value, value + 1, value - 1, value * 2, value / 2, value * 10, value / 10)
        return [other for i, other in enumerate(near) if not math.isclose(other, value) and other not in near[:i]]
    return [0, 1]  # None


def _other_operations(node: ast.BinOp) -> Iterator[tuple[str, ast.AST]]:
    for operator in ARITHMETIC:
        yield "operator", ast.BinOp(node.left, operator(), node.right)
    if not isinstance(node.op, ast.Add | ast.Mult):
        yield "order", ast.BinOp(node.right, node.op, node.left)
    yield "term or factor removed", node.left
    yield "term or factor removed", node.right
    yield "sign", ast.UnaryOp(ast.USub(), node)
    yield "root", ast.BinOp(node, ast.Pow(), ast.Constant(0.5))  # no square: a count squared at each step has no end


def _shortened(node: ast.AST) -> Iterator[str]:
    """Neighbours swapped in calls, tuples and assignments; entries of a dict left out."""
    neighbours = node.args if isinstance(node, ast.Call) else node.elts if isinstance(node, ast.Tuple) else []
    for i in range(len(neighbours) - 1):
        neighbours[i : i + 2] = reversed(neighbours[i : i + 2])
        yield "order"
        neighbours[i : i + 2] = reversed(neighbours[i : i + 2])
    if isinstance(node, ast.Dict):
        for i in range(len(node.keys)):
            key, value = node.keys.pop(i), node.values.pop(i)
            yield "entry dropped"
            node.keys.insert(i, key)
            node.values.insert(i, value)


def fate(stem: str, mutant: Mutant) -> str:
    """One of `FATES`. Cases come cheapest first and the first that catches the mutant decides: most need only one."""
    file = Path(f"{stem}.py")  # never written: making files takes longer than running most mutants
    made: dict[str, Any] = {"__name__": "mutant"}
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            exec(compile(mutant.source, str(file), "exec", dont_inherit=True), made)  # noqa: S102 - our own solution
        except (ValueError, TypeError, ZeroDivisionError):  # a dataclass may refuse a default, or there is none
            return "core"
        rule_class = made[Topic.load(stem).class_name]
        for case, reference in in_order(stem, None):
            if trial.judgement(stem, rule_class, file, case, reference).status != "passed":
                return "stretch" if case.stretch else "core"
        if equality.same(stem, rule_class):
            return "equal"
        hidden = in_order(stem, SEED)
        caught = any(trial.judgement(stem, rule_class, file, *each).status != "passed" for each in hidden)
        return "hidden" if caught else "hole"


@functools.cache
def in_order(stem: str, seed: str | None) -> tuple[tuple[Case, Trajectory], ...]:
    """The visible or the hidden cases, the cheap ones first: a long run takes longer than all others together.

    The state is not recorded: it makes a reason clearer, and here nobody reads reasons.
    """
    order = sorted(
        case_set.visible(Topic.load(stem)), key=lambda case: (case.id == "long-run", case.stretch, case.steps)
    )
    prefix = "" if seed is None else HIDDEN
    found = [trial.expected(stem, seed, prefix + case.id) for case in order]
    return tuple((replace(case, record_state=False), reference) for case, reference in found)


@functools.cache
def fates(stem: str, every: int = 1) -> dict[Mutant, str]:
    """What became of every mutant of the topic, or of one in so many."""
    return {mutant: fate(stem, mutant) for mutant in mutants(stem, every)}


def counts(stem: str, every: int = 1) -> dict[str, int]:
    """How many mutants the topic has, and how many met each fate."""
    found = Counter(fates(stem, every).values())
    return {"mutants": found.total(), **{name: found[name] for name in FATES}}
