"""The phases of a rule that its own steps do not tell by a hyperparameter: from when on a test in the solution holds.

`[phases]` in a `topic.toml` names such a test of the solution's, as `rho > 5`, and says it in words. The solution is
run on the cases with a witness around the test.
"""

from __future__ import annotations

import ast
import copy
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading.mistakes import catalogue
from course.rule import assign, hyperparameters

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from course.grading.case import Case
    from course.grading.findings.leaving import Truths
    from course.text import Text
    from course.topic import Topic


class Witness(ast.NodeTransformer):
    """A transformer of syntax trees that puts a call around a test, by its text.

    Args:
        tests: the texts.

    """

    def __init__(self, tests: Sequence[str]) -> None:
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
    book, held = catalogue(topic), dict[str, bool]()

    def witness(text: str, value: Any) -> Any:
        held[text] = bool(value)
        return value

    tree = ast.fix_missing_locations(Witness([when for when, _ in topic.phases.values()]).visit(ast.parse(book.text)))
    module: dict[str, Any] = {"__name__": topic.stem, "np": np, "math": math, "copy": copy, "_witness": witness}
    exec(compile(tree, f"<{topic.stem} with witnesses>", "exec", dont_inherit=True), module)  # noqa: S102 - our own file
    columns: dict[str, list[Truths]] = {name: [] for name in topic.phases}
    for case in cases:
        rule = module[topic.class_name](**hyperparameters(case.hyperparameters))
        param = case.params[0]
        state, seen = rule.init(param), []
        for step, grads in enumerate(case.grads):
            assign(rule, case.schedule.get(step + 1, {}))
            with np.errstate(all="ignore"):
                param, state = rule.update(param, grads[0], state)
            seen.append(dict(held))
        for name, (when, _) in topic.phases.items():
            columns[name].append(np.array([each[when] for each in seen]))
    for name, (_, text) in topic.phases.items():
        yield name, text, columns[name]
