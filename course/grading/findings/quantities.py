"""What a right rule computes on its way, place by place: a wrong one may cut it off, drop it or end it somewhere.

`[quantities]` in a `topic.toml` names numbers of the solution, as expressions in what its `update` holds when it
returns, such as `beta1**step`, and says them in words. The solution is run on the cases with a witness at its end;
the parameter as it was handed over is `given`.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading.case_set import visible
from course.grading.mistakes import catalogue
from course.grading.mistakes.catalogue import rule_of
from course.grading.mistakes.simulate import steps
from course.rule import Run, hyperparameters

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import CodeType

    from course.grading.case import Array, Case
    from course.grading.findings.leaving import Level
    from course.text import Text
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


def unknown(topic: Topic) -> tuple[str, ...]:
    """Return the names of the quantities that cannot be computed in the first case: none of them would ever be told."""
    if not topic.quantities:
        return ()
    told = {name for name, _, _, rows in quantities(topic, visible(topic)[:1]) if any(row.any() for row in rows[0])}
    return tuple(name for name in topic.quantities if name not in told)


def quantities(topic: Topic, cases: Sequence[Case]) -> Iterator[tuple[str, Level, Text, list[list[Array]]]]:
    """Yield the quantities of a topic, and how large each is at every place.

    Args:
        topic: which exercise.
        cases: its core cases.

    Yields:
        Its name; whether it is one number for a whole case or one an element; what it is in words; and by case and
        parameter, its size (steps, *shape), 0 where there is none.

    """
    if not topic.quantities:
        return
    seen: list[dict[str, Any]] = []
    tree = ast.fix_missing_locations(NamesWitness().visit(ast.parse(catalogue(topic).text)))
    rule_class = rule_of(topic, ast.unparse(tree), known={"_witness": seen.append})
    code = {name: _compiled(of) for name, (of, _) in topic.quantities.items()}
    rows: dict[str, list[list[Array]]] = {name: [] for name in code}
    number = dict.fromkeys(code, True)
    for case in cases:
        shapes = [param.shape for param in case.params]
        run = Run(rule_class(**hyperparameters(case.hyperparameters)), case.params)
        found: dict[str, list[Any]] = {name: [] for name in code}
        with np.errstate(all="ignore"):
            for _ in steps(run, case):
                for name, expression in code.items():
                    found[name] += [_value(expression, held) for held in seen]
                seen.clear()
        for name, values in found.items():
            number[name] &= all(np.ndim(value) == 0 for value in values)
            rows[name].append([_column(values[i :: len(shapes)], shape) for i, shape in enumerate(shapes)])
    for name, (_, text) in topic.quantities.items():
        yield name, "case" if number[name] else "element", text, rows[name]


def _column(values: list[Any], shape: tuple[int, ...]) -> Array:
    """Return the sizes of one parameter, step by step, (steps, *shape): a number counts for every element."""
    if any(map(np.ndim, values)):
        return np.array([np.broadcast_to(value, shape) for value in values])
    numbers = np.array(values, dtype=float).reshape(-1, *[1] * len(shape))
    return np.broadcast_to(numbers, (len(values), *shape))


def _value(expression: CodeType | None, held: dict[str, Any]) -> Any:
    """Return how large an expression is in what `update` holds; 0 in a step that does not compute it."""
    try:
        return abs(eval(expression, {}, held)) if expression else 0.0  # noqa: S307 - of the topic's own file
    except (NameError, AttributeError, ArithmeticError, TypeError, ValueError, LookupError):
        return 0.0


def _compiled(of: str) -> CodeType | None:
    """Return an expression as code; None if it is none."""
    try:
        return compile(of, "<quantity>", "eval")
    except (SyntaxError, ValueError):
        return None
