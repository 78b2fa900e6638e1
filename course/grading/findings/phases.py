"""The phases of a rule that its own steps do not tell by a hyperparameter: from when on a test in the solution holds.

`[phases]` in a `topic.toml` names such a test of the solution's, as `rho > 5`, and says it in words. The solution is
run on the cases with a witness around the test.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading.mistakes import catalogue
from course.grading.mistakes.catalogue import rule_of
from course.grading.mistakes.simulate import steps
from course.rule import Run, hyperparameters

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from course.grading.case import Case
    from course.grading.findings.leaving import Truths
    from course.text import Text
    from course.topic import Topic


class Witness(ast.NodeTransformer):
    """A transformer of syntax trees that puts a call around a test, by its text.

    Args:
        tests: the texts, as `written` returns them.

    """

    def __init__(self, tests: Collection[str]) -> None:
        self.tests = tests

    def visit_If(self, node: ast.If) -> ast.AST:
        """Put the call where such a statement's test is one of them."""
        self.generic_visit(node)
        text = ast.unparse(node.test)
        if text in self.tests:
            witness = ast.parse("_witness(0, 0)", mode="eval").body
            assert isinstance(witness, ast.Call)  # noqa: S101 - for the type checker
            witness.args = [ast.Constant(text), node.test]
            node.test = witness
        return node


def written(test: str) -> str:
    """Return a test as Python writes it, whatever blanks and parentheses it has; what is no Python as it is."""
    try:
        return ast.unparse(ast.parse(test.strip(), mode="eval"))
    except (SyntaxError, ValueError):
        return test


def unknown(topic: Topic) -> tuple[str, ...]:
    """Return the names of the phases whose `when` is no `if` test of the solution: none of them would ever set in."""
    if not topic.phases:
        return ()
    tests = {ast.unparse(node.test) for node in ast.walk(ast.parse(catalogue(topic).text)) if isinstance(node, ast.If)}
    return tuple(name for name, (when, _) in topic.phases.items() if written(when) not in tests)


def phases(topic: Topic, cases: Sequence[Case]) -> Iterator[tuple[str, Text, list[Truths]]]:
    """Yield the phases of a topic, and when each case is in them.

    Args:
        topic: which exercise.
        cases: its core cases.

    Yields:
        The name of the phase, what it is in words, and by case, one truth a step.

    """
    if not topic.phases:
        return
    held: dict[str, bool] = {}

    def witness(text: str, value: Any) -> Any:
        held[text] = bool(value)
        return value

    tests = {name: written(when) for name, (when, _) in topic.phases.items()}
    tree = ast.fix_missing_locations(Witness(tests.values()).visit(ast.parse(catalogue(topic).text)))
    rule_class = rule_of(topic, ast.unparse(tree), known={"_witness": witness})
    columns: dict[str, list[Truths]] = {name: [] for name in topic.phases}
    for case in cases:
        one = replace(case, params=case.params[:1], grads=tuple(grads[:1] for grads in case.grads))
        run, seen = Run(rule_class(**hyperparameters(one.hyperparameters)), one.params), []
        with np.errstate(all="ignore"):
            for _ in steps(run, one):
                seen.append(dict(held))
                held.clear()
        for name, test in tests.items():
            columns[name].append(np.array([each.get(test, False) for each in seen]))
    for name, (_, text) in topic.phases.items():
        yield name, text, columns[name]
