"""The phases of a rule that its own steps do not tell by a hyperparameter: from when on a test in the solution holds.

`[phases]` in a `topic.toml` names such a test of the solution's, as `rho > 5`, and says it in words.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from course.grading.findings.witness import witnessed
from course.grading.mistakes import catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from course.grading.case import Case
    from course.grading.findings.leaving import Truths
    from course.text import Text
    from course.topic import Topic


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
    none = unknown(topic)
    tests = {name: "" if name in none else written(when) for name, (when, _) in topic.phases.items()}
    alone = [replace(case, params=case.params[:1], grads=tuple(grads[:1] for grads in case.grads)) for case in cases]
    by_case = list(witnessed(topic, tests, alone, bool))
    for name, (_, text) in topic.phases.items():
        yield name, text, [np.array(found[name][0], dtype=bool) for found in by_case]
