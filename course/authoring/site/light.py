"""Cells that show a widget and compute nothing else: the builder evaluates them, so that no page waits for a run.

A cell is light if every name that it uses is imported from elsewhere than the course, or makes a widget, or was made
by a light cell before it.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import inspect
import sys
from typing import Any

import ipywidgets as widgets

import course.lab
from course.authoring.site import capture

PLAIN = {"display", "landscape", "learner", "Text", "language", "set_language"}
"""What a light cell may call besides what makes a widget."""
ELSEWHERE = {"ipywidgets", "IPython", "pathlib"}
"""Modules that light cells import from."""


class Light:
    """The light cells of one lesson, in its order."""

    def __init__(self) -> None:
        self._imported: dict[str, tuple[str, str]] = {}
        self._made: dict[str, Any] = {"display": self._display}
        self._shown: list[dict[str, Any]] = []

    def show(self, source: str) -> list[dict[str, Any]] | None:
        """Evaluate a cell if it is light.

        Args:
            source: the cell, in one language; those before it in its lesson have been shown.

        Returns:
            What it shows, as a notebook keeps it; None for a cell that is not light or makes no widget.

        """
        tree = ast.parse(source)
        body = [each for each in tree.body if not self._imports(each)]
        last = body[-1] if body else None
        names = _asked(body)
        if not (isinstance(last, ast.Expr) and isinstance(last.value, ast.Call) and all(map(self._may, names))):
            return None
        space = {name: self._value(name) for name in names if not hasattr(builtins, name) or name in self._made}
        if not any(_makes(space.get(name)) for name in names):
            return None
        self._shown = []
        exec(compile(ast.Module(body[:-1], []), "<cell>", "exec"), space)  # noqa: S102 - the course's own lesson
        self._display(eval(compile(ast.Expression(last.value), "<cell>", "eval"), space))  # noqa: S307 - as above
        self._made |= {each.name: space[each.name] for each in body if isinstance(each, ast.FunctionDef)}
        return self._shown

    def _display(self, *shown: Any) -> None:
        """Keep what is displayed, as the kernel of a notebook would that describes it."""
        for each in shown:
            if each is not None:
                data = each._repr_mimebundle_() if hasattr(each, "_repr_mimebundle_") else {"text/plain": str(each)}
                described = capture.describe(each)
                if described is not None:
                    data[capture.MIME] = described
                self._shown.append({"output_type": "display_data", "data": data})

    def _imports(self, node: ast.stmt) -> bool:
        if isinstance(node, ast.ImportFrom):
            for each in node.names:
                self._imported[each.asname or each.name] = (str(node.module), each.name)
        elif isinstance(node, ast.Import):
            for each in node.names:
                self._imported[each.asname or each.name] = (each.name, "")
        return isinstance(node, (ast.Import, ast.ImportFrom))

    def _may(self, name: str) -> bool:
        if name in self._made:
            return True
        if name not in self._imported:
            return hasattr(builtins, name)
        module, attribute = self._imported[name]
        if module == "course.lab":
            return attribute in PLAIN or _makes(getattr(course.lab, attribute))
        return module.partition(".")[0] in ELSEWHERE

    def _value(self, name: str) -> Any:
        if name in self._made:
            return self._made[name]
        module, attribute = self._imported[name]
        if (module, attribute) == ("course.lab", "predict"):
            return capture.experiment
        found = importlib.import_module(module)
        return getattr(found, attribute) if attribute else found


def _asked(body: list[ast.stmt]) -> list[str]:
    """Return the names that a cell uses and does not bind itself, attributes of arguments of its own left out."""
    bound, used = set(), {}
    for node in ast.walk(ast.Module(body, [])):
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Load):
                used[node.id] = True
            else:
                bound.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            bound.add(node.name)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
    return [name for name in used if name not in bound]


def _makes(function: Any) -> bool:
    """Return whether a function promises a widget."""
    if not inspect.isfunction(function):
        return False
    if function is capture.experiment:
        return True
    promised = str(inspect.signature(function).return_annotation)
    if promised.startswith("widgets."):
        return True
    found = vars(sys.modules[function.__module__]).get(promised)
    return inspect.isclass(found) and issubclass(found, widgets.DOMWidget)
