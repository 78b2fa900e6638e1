"""What a lesson's cells define, for tests that hold its sentences against what those cells compute."""

from __future__ import annotations

import ast
from typing import Any

from tests.lessons.shown import sources_of


def defined(stem: str, name: str, **known: Any) -> Any:
    """Return a function as a lesson's cell defines it.

    Args:
        stem: the lesson, for instance "momentum".
        name: the function's.
        **known: what the function finds by name.

    Returns:
        The function.

    """
    for source in sources_of(stem):
        for node in ast.parse(source).body:
            if isinstance(node, ast.FunctionDef) and node.name == name:
                exec(ast.unparse(node), known)  # noqa: S102 - our own lesson
                return known[name]
    raise AssertionError(f"no cell of {stem} defines {name}")
