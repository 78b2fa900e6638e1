"""In which ways the statements of a solution may be wrong: one is missing, too early, too late, or one too many."""

from __future__ import annotations

import ast
import itertools
from typing import TYPE_CHECKING

from course.authoring.learning.grammar import Grammar
from course.authoring.learning.places import Passage, Rewriting, SourceTree, binds, named

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

ADDED = (
    ("grad = -grad", "gradient-sign"),
    ("grad = np.sign(grad)", "sign-of-gradient"),
    ("grad = np.clip(grad, -1, 1)", "gradient-clipped"),
    ("grad = grad / np.sqrt(np.sum(grad**2))", "gradient-normalised"),
    ("grad = grad / grad.size", "gradient-over-size"),
    ("grad = np.mean(grad) + 0 * grad", "gradient-averaged"),
)
"""Statements that are written where the rule has none, and what to call that."""
WITH_RATE = (("grad = self.lr * grad", "rate-times-gradient"),)
WITH_DECAY = (
    ("grad = grad + self.weight_decay * param", "decay-of-gradient-here"),
    ("param = param - self.lr * self.weight_decay * param", "decay-of-parameter-here"),
    ("param = param - self.weight_decay * param", "decay-without-rate-here"),
)
AFTER_DECAY = (
    ("({}) * (1 - self.lr * self.weight_decay)", "decay-after-step"),
    ("{} - self.weight_decay * param", "decay-outside"),
    ("{} - self.lr * self.weight_decay * param", "decay-with-step"),
)
"""What is done to the new parameter."""


def rewrites(places: SourceTree, literals: Collection[str] = ()) -> list[Rewriting]:
    """Return every way in which a solution may be written wrong, the least far-fetched first, none twice.

    Args:
        places: the solution.
        literals: numbers that stand in the files, as they are written there.

    Returns:
        The rewrites, in one and the same order each time.

    """
    found: dict[str, Rewriting] = {}
    every = itertools.chain(Grammar(places, literals).rewrites(), _of_statements(places), _renamed(places, literals))
    for each in sorted(every, key=lambda one: one.cost):
        found.setdefault(each.of(places.text), each)
    found.pop(places.text, None)
    return list(found.values())


def _of_statements(places: SourceTree) -> Iterator[Rewriting]:
    for function in places.functions():
        for node in places.walk(function):
            for block in (getattr(node, "body", None), getattr(node, "orelse", None)):
                if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
                    yield from _of_block(places, block, whole=node is function)
        if function.name == "update":
            yield from _added(places, function)
            yield from _returned(places, function)


def _of_block(places: SourceTree, block: list[ast.stmt], *, whole: bool) -> Iterator[Rewriting]:
    """Ways to write a block: without one of its statements, with one elsewhere, without its condition."""
    for number, node in enumerate(block):
        name = places.target(node) or named(node)
        start, end = lines(places, node)
        if not isinstance(node, ast.Return):
            gone = "" if len(block) > 1 else f"{' ' * node.col_offset}pass\n"
            yield Rewriting(((start, end, gone),), 0.95, (name, "forgotten"))
        for other in range(len(block)):
            if other not in (number, number + 1) and not isinstance(node, ast.Return):
                before = lines(places, block[other])[0]
                cost = 1.1 if abs(other - number) <= 2 else 1.5
                late = "too-late" if other > number else "too-early"
                yield Rewriting(((start, end, ""), (before, before, places.text[start:end])), cost, (name, late))
        if isinstance(node, ast.If):
            yield from _of_condition(places, node, name)
        if isinstance(node, ast.Assign):
            yield from _of_assignment(places, node, name)
        if not whole and number == len(block) - 1 and not isinstance(node, ast.Return):
            outer = places.parents[node]
            if isinstance(outer, ast.If) and not outer.orelse and len(block) > 1:
                indent = " " * outer.col_offset
                text = indent + places.text[start:end].lstrip(" ")
                yield Rewriting(((start, end, text),), 1.5, (name, "unconditionally"))


def _of_condition(places: SourceTree, node: ast.If, name: str) -> Iterator[Rewriting]:
    """Ways to write a condition: never asked, asked the wrong way round."""
    test = places.piece(node.test)
    yield Rewriting((places.replaced(node.test, Passage(f"not ({test.text})")),), 1.3, (name, "condition-reversed"))
    start, end = lines(places, node)
    for block in filter(None, (node.body, node.orelse)):
        inside = places.text[lines(places, block[0])[0] : lines(places, block[-1])[1]].splitlines(keepends=True)
        shift = block[0].col_offset - node.col_offset
        bare = "".join(line[shift:] if line[:shift].isspace() else line for line in inside)
        yield Rewriting(((start, end, bare),), 1.2, (named(node.test), "not-asked"))


def _of_assignment(places: SourceTree, node: ast.Assign, name: str) -> Iterator[Rewriting]:
    """Ways to write an assignment: its targets swapped, its first value something else, its count kept elsewhere."""
    target, value = node.targets[0], places.piece(node.value)
    if isinstance(target, ast.Tuple) and len(target.elts) == 2:
        one, other = target.elts
        pieces = ((*places.span(one), places.piece(other).text), (*places.span(other), places.piece(one).text))
        yield Rewriting(pieces, 1.1, (named(one), "and", named(other), "swapped"))
    if 'state["' not in value.text or isinstance(target, ast.Tuple):
        return
    if 'state["step"] + 1' in value.text or value.text == 'state["step"]':
        start, end = lines(places, node)
        indent = " " * node.col_offset
        for keeper in ("self", "type(self)"):
            count = f'getattr({keeper}, "updates", 0)'
            first = f"{indent}{keeper}.updates = {count} + 1\n"
            text = f"{first}{indent}{name} = {keeper}.updates{'' if '+ 1' in value.text else ' - 1'}\n"
            yield Rewriting(
                ((start, end, text),), 1.6, (name, "once-a-parameter" if keeper == "self" else "never-reset")
            )
        return
    for first in ("grad", "grad**2", "param", "0 * grad"):
        if '"step"' in places.text:
            text = f'{first} if state["step"] == 0 else {value.within(1)}'
            yield Rewriting((places.replaced(node.value, Passage(text, 0)),), 1.6, (name, "begins-with", first))


def _added(places: SourceTree, function: ast.FunctionDef) -> Iterator[Rewriting]:
    """One statement too many, before any of the method's own, or in the place of one."""
    known = places.hyperparameters()
    some = [*ADDED, *(WITH_RATE if "lr" in known else ()), *(WITH_DECAY if "weight_decay" in known else ())]
    for node in places.walk(function):
        if not isinstance(node, ast.stmt) or node is function:
            continue
        start, end = lines(places, node)
        before = places.text[start : start + node.col_offset]
        for text, word in some:
            line = f"{before}{text}\n"
            if node in function.body:
                yield Rewriting(((start, start, line),), 1.6, (word,))
            if isinstance(node, ast.Assign) and "weight_decay" in places.text[start:end]:
                yield Rewriting(((start, end, line),), 1.3, (word,))


def _returned(places: SourceTree, function: ast.FunctionDef) -> Iterator[Rewriting]:
    """Something done to the new parameter on its way out; what decayed before may decay only there."""
    some = [*(AFTER_DECAY if "weight_decay" in places.hyperparameters() else ()), ("param - ({})", "step-returned")]
    some += [("{} + self.eps", "eps-added-to-parameter")] if "eps" in places.hyperparameters() else []
    returns = [each for each in places.walk(function) if isinstance(each, ast.Return)]
    decays = [
        lines(places, each)
        for each in places.walk(function)
        if isinstance(each, ast.Assign) and "weight_decay" in places.text[slice(*places.span(each))]
    ]
    for form, word in some:
        pieces = []
        for node in returns:
            if isinstance(node.value, ast.Tuple):
                first = node.value.elts[0]
                pieces.append((*places.span(first), form.format(places.piece(first).text)))
        yield Rewriting(tuple(pieces), 1.6, (word,))
        for start, end in decays[:1] if len(decays) == 1 and "decay" in word else ():
            yield Rewriting((*pieces, (start, end, "")), 1.5, (word,))


def _renamed(places: SourceTree, literals: Collection[str]) -> Iterator[Rewriting]:
    """One thing taken for another, or the same done to it, wherever it is read in a method or in one statement."""
    for function in places.functions():
        reads = _reads(places, function)
        statements = [node for node in places.walk(function) if isinstance(node, (ast.Assign, ast.Return))]
        for where, cost in [(function, 1.6), *((node, 1.4) for node in statements)]:
            for text, nodes in _reads(places, where).items():
                known = places.hyperparameters().get(text.removeprefix("self."))
                default = ast.unparse(known) if isinstance(known, ast.Constant) else "1"
                done = (f"1 - {text}", f"{text} + 1", f"{text} - 1", f"-{text}", f"{text}**2")
                for other in dict.fromkeys([*reads, *literals, default, "0", "1", *done]) if len(nodes) > 1 else ():
                    if other != text:
                        new = Passage(other, _binds(other))
                        words = (named(ast.parse(other)) or other, "for", named(nodes[0]))
                        yield Rewriting(tuple(places.replaced(node, new) for node in nodes), cost, words)


def _reads(places: SourceTree, where: ast.FunctionDef | ast.stmt) -> dict[str, list[ast.expr]]:
    """Return by name or attribute, where it is read."""
    found: dict[str, list[ast.expr]] = {}
    for node in places.walk(where):
        if isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Load):
            text, parent = places.piece(node).text, places.parents.get(node)
            if isinstance(parent, ast.Compare) and isinstance(parent.ops[0], (ast.Is, ast.IsNot)):
                continue
            if text not in {"self", "state", "np", "math", "self.inner"}:
                found.setdefault(text, []).append(node)
    return found


def _binds(text: str) -> int:
    return binds(ast.parse(text, mode="eval").body)


def lines(places: SourceTree, node: ast.stmt) -> tuple[int, int]:
    """Return where the lines of a statement begin and end.

    Args:
        places: the solution.
        node: the statement.

    Returns:
        The first character of its first line, and the first one after its last.

    """
    start, end = places.span(node)
    start = places.text.rfind("\n", 0, start) + 1
    after = places.text.find("\n", end)
    return start, len(places.text) if after < 0 else after + 1
