"""What the solution computes on its way: it is run on cases, and a witness sees what its `update` holds in the end.

`[phases]` and `[quantities]` of a `topic.toml` are expressions in those names. The parameter as it was handed over is
`given`.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading.mistakes import catalogue
from course.grading.mistakes.catalogue import rule_of
from course.grading.mistakes.simulate import steps
from course.rule import Run, hyperparameters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from types import CodeType

    from course.grading.case import Case
    from course.topic import Topic


class NamesWitness(ast.NodeTransformer):
    """A transformer of syntax trees that shows a witness what `update` holds when it returns."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Keep what `update` is handed; go into no other function."""
        if node.name == "update":
            self.generic_visit(node)
            node.body.insert(0, *ast.parse(f"given = {node.args.args[1].arg}").body)
        return node

    def visit_Return(self, node: ast.Return) -> list[ast.stmt]:
        """Put the call before it."""
        return [*ast.parse("_witness(locals())").body, node]


def witnessed(
    topic: Topic, of: Mapping[str, str], cases: Sequence[Case], to: Callable[[Any], Any]
) -> Iterator[dict[str, list[list[Any]]]]:
    """Yield for each case what expressions come to at every step.

    Args:
        topic: which exercise.
        of: the expressions, by a name for each.
        cases: what the solution is run on.
        to: what is made of each value, such as its size.

    Yields:
        By name and parameter, one value a step; None where the step does not compute it.

    """
    seen: list[dict[str, Any]] = []
    tree = ast.fix_missing_locations(NamesWitness().visit(ast.parse(catalogue(topic).text)))
    rule_class = rule_of(topic, ast.unparse(tree), known={"_witness": seen.append})
    code = {name: _compiled(expression) for name, expression in of.items()}
    for case in cases:
        found: dict[str, list[list[Any]]] = {name: [[] for _ in case.params] for name in of}
        run = Run(rule_class(**hyperparameters(case.hyperparameters)), case.params)
        with np.errstate(all="ignore"):
            for _ in steps(run, case):
                for name, columns in found.items():
                    for column, held in zip(columns, seen, strict=True):
                        column.append(_value(code[name], held, to))
                seen.clear()
        yield found


def _compiled(expression: str) -> CodeType | None:
    """Return an expression as code; None if it is none."""
    try:
        return compile(expression, "<topic.toml>", "eval")
    except (SyntaxError, ValueError):
        return None


def _value(code: CodeType | None, held: dict[str, Any], to: Callable[[Any], Any]) -> Any:
    """Return what an expression comes to in what `update` holds; None in a step that does not compute it."""
    try:
        return to(eval(code, {}, held)) if code else None  # noqa: S307 - of the topic's own file
    except (NameError, AttributeError, ArithmeticError, TypeError, ValueError, LookupError):
        return None
