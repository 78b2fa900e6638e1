"""A solution as the search sees it: its syntax tree, and of every part where it is written and how tightly it binds."""

from __future__ import annotations

import ast
import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

OPERATORS: dict[type[ast.operator], tuple[str, int, int, int]] = {
    ast.Add: ("+", 5, 5, 6),
    ast.Sub: ("-", 5, 5, 6),
    ast.Mult: ("*", 6, 6, 7),
    ast.Div: ("/", 6, 6, 7),
    ast.Mod: ("%", 6, 6, 7),
    ast.Pow: ("**", 8, 9, 7),
}
"""By operator: its sign, how tightly it binds, and how tightly what is on its left and right has to."""
ATOM, UNARY, COMPARED, LOOSE = 9, 7, 4, 0


@dataclass(frozen=True, slots=True)
class Passage:
    """Text that stands for an expression, and how tightly it binds."""

    text: str
    binds: int = ATOM

    def within(self, needed: int) -> str:
        """Return the text, in parentheses where it binds less tightly than needed."""
        return self.text if self.binds >= needed else f"({self.text})"


@dataclass(frozen=True, slots=True)
class Rewriting:
    """Other text in one or several places of a solution: one way in which it may be written wrong."""

    pieces: tuple[tuple[int, int, str], ...]
    """Start, end and new text of each, none within another."""
    cost: float
    """How far-fetched it is; 1 is a slip that everybody makes."""
    words: tuple[str, ...]
    """What an entry may be called that makes it."""

    def of(self, text: str) -> str:
        """Return the rewritten text."""
        for start, end, new in sorted(self.pieces, reverse=True):
            text = text[:start] + new + text[end:]
        return text


@dataclass(frozen=True)
class SourceTree:
    """The text of a solution, as edits see it, and its syntax tree."""

    text: str
    tree: ast.Module = field(repr=False)
    options: frozenset[str] = frozenset()
    """The stretch options: what is done for their sake alone has no part in the core."""

    @classmethod
    def of(cls, text: str, options: frozenset[str] = frozenset()) -> SourceTree:
        """Parse a solution.

        Args:
            text: of the solution, as edits see it.
            options: the topic's stretch options.

        Returns:
            Its places.

        Raises:
            SyntaxError: it is no Python.

        """
        return cls(text, ast.parse(text), options)

    @functools.cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """By node, the node that it is part of."""
        return {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}

    @functools.cached_property
    def _lines(self) -> tuple[list[int], list[bytes]]:
        """Where each line begins, in characters, and its bytes: the tree counts columns in those."""
        lines = self.text.splitlines(keepends=True)
        begins = [0]
        for line in lines:
            begins.append(begins[-1] + len(line))
        return begins, [line.encode() for line in lines]

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        """Return where a node's text begins and ends."""
        begins, lines = self._lines
        assert node.end_lineno is not None and node.end_col_offset is not None  # noqa: S101, PT018 - parsed from text
        ends = ((node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset))
        start, end = (begins[line - 1] + len(lines[line - 1][:column].decode()) for line, column in ends)
        return start, end

    def piece(self, node: ast.expr) -> Passage:
        """Return the text of an expression."""
        start, end = self.span(node)
        return Passage(self.text[start:end], binds(node))

    def replaced(self, node: ast.expr, new: Passage) -> tuple[int, int, str]:
        """Return the place of an expression with other text, in parentheses where it needs them and only there.

        Args:
            node: the expression.
            new: what is written in its place.

        Returns:
            Start, end, and the text.

        """
        start, end = self.span(node)
        needed = self.needed(node)
        enclosed = start > 0 and self.text[start - 1 : start] == "(" and self.text[end : end + 1] == ")"
        if enclosed and isinstance(self.parents.get(node), (ast.BinOp, ast.UnaryOp, ast.Compare)):
            return (start - 1, end + 1, new.text) if new.binds >= needed else (start, end, new.text)
        return start, end, new.within(needed)

    def needed(self, node: ast.expr) -> int:
        """Return how tightly something has to bind that stands in this expression's place."""
        parent = self.parents.get(node)
        if isinstance(parent, ast.BinOp):
            _, _, left, right = OPERATORS[type(parent.op)]
            return left if node is parent.left else right
        if isinstance(parent, ast.UnaryOp):
            return UNARY
        if isinstance(parent, ast.Compare):
            return COMPARED
        if isinstance(parent, ast.IfExp):
            return LOOSE + 1
        return ATOM if isinstance(parent, (ast.Attribute, ast.Subscript)) else LOOSE

    def functions(self) -> Iterator[ast.FunctionDef]:
        """Yield the methods that a learner writes."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef) and node.name in {"init", "update"}:
                yield node

    def walk(self, function: ast.FunctionDef | ast.stmt) -> Iterator[ast.AST]:
        """Yield what is in a method or a statement, but for what is done where a stretch option is on."""
        todo: list[ast.AST] = [function]
        while todo:
            node = todo.pop(0)
            yield node
            if isinstance(node, ast.If) and isinstance(node.test, ast.Attribute) and node.test.attr in self.options:
                todo += node.orelse
            else:
                todo += ast.iter_child_nodes(node)

    def hyperparameters(self) -> dict[str, ast.expr]:
        """Return the hyperparameters of the core and their defaults, but for those that have none."""
        return {
            node.target.id: node.value
            for node in ast.walk(self.tree)
            if isinstance(node, ast.AnnAssign)
            and isinstance(node.target, ast.Name)
            and node.value is not None
            and node.target.id not in self.options
        }

    def target(self, node: ast.AST) -> str:
        """Return what the statement assigns to that this node is in; "" if it assigns nothing."""
        while node in self.parents and not isinstance(node, ast.stmt):
            node = self.parents[node]
        if isinstance(node, ast.Assign):
            return named(node.targets[0])
        if isinstance(node, ast.AnnAssign):
            return named(node.target)
        if isinstance(node, (ast.If, ast.Expr)):
            return named(node.test if isinstance(node, ast.If) else node.value)
        return "returned" if isinstance(node, ast.Return) else ""


def binds(node: ast.expr) -> int:
    """Return how tightly an expression binds."""
    if isinstance(node, ast.BinOp):
        return OPERATORS[type(node.op)][1] if type(node.op) in OPERATORS else LOOSE
    if isinstance(node, ast.UnaryOp):
        return UNARY if not isinstance(node.op, ast.Not) else 2
    if isinstance(node, ast.Compare):
        return COMPARED - 1
    return LOOSE if isinstance(node, (ast.IfExp, ast.BoolOp, ast.Lambda, ast.Tuple)) else ATOM


def named(node: ast.AST) -> str:
    """Return the first name in an expression that says something: an attribute, an entry of the state, a variable."""
    for each in ast.walk(node):
        if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name) and each.value.id == "self":
            return each.attr
        if isinstance(each, ast.Subscript) and isinstance(each.slice, ast.Constant):
            return str(each.slice.value)
        if isinstance(each, ast.Name) and each.id not in {"self", "np", "math", "state"}:
            return each.id
    return ""
