"""From numpy's functions to operators: which lines of a rule a GPU cannot run, and how to write them.

`0 * param` and `v ** 0.5` run on numpy arrays and on torch tensors alike, `np.zeros_like(param)` and `np.sqrt(v)` on
numpy's alone. A rule that has these is right; for a GPU this module finds them and says what to write.
"""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass

import numpy as np

ZEROS, ONES, COPY = "0 * {0}", "0 * {0} + 1", "1 * {0}"

WRITTEN = {
    "zeros_like": ZEROS,
    "empty_like": ZEROS,
    "ones_like": ONES,
    "full_like": "0 * {0} + {1}",
    "copy": COPY,
    "array": COPY,
    "asarray": COPY,
    "ascontiguousarray": COPY,
    "float64": "{0}",
    "float32": "{0}",
    "sqrt": "{0} ** 0.5",
    "square": "{0} ** 2",
    "power": "{0} ** {1}",
    "float_power": "{0} ** {1}",
    "reciprocal": "1 / {0}",
    "negative": "-{0}",
    "abs": "abs({0})",
    "absolute": "abs({0})",
    "fabs": "abs({0})",
    "add": "{0} + {1}",
    "subtract": "{0} - {1}",
    "multiply": "{0} * {1}",
    "divide": "{0} / {1}",
    "true_divide": "{0} / {1}",
    "maximum": "{0} * ({0} >= {1}) + {1} * ({0} < {1})",
    "fmax": "{0} * ({0} >= {1}) + {1} * ({0} < {1})",
    "minimum": "{0} * ({0} <= {1}) + {1} * ({0} > {1})",
    "fmin": "{0} * ({0} <= {1}) + {1} * ({0} > {1})",
    "sign": "1 * ({0} > 0) - 1 * ({0} < 0)",
}
"""A function of numpy's → the same with operators; {0} and {1} are its arguments."""

BY_SHAPE = {"zeros": ZEROS, "empty": ZEROS, "ones": ONES, "full": "0 * {0} + {1}"}
"""The same for functions that take a shape: {0} is the array whose `.shape` is given."""

METHODS = {"copy": COPY, "astype": "{0}", "flatten": None, "fill": None}
"""Methods of an array that a tensor lacks, or has with another meaning."""

ATTRIBUTES = {"flat", "size", "nbytes", "itemsize"}
"""The same for attributes."""

SIMPLE = (ast.Name, ast.Attribute, ast.Subscript, ast.Call, ast.Constant)
"""Expressions that stand in a larger one without brackets."""


@dataclass(frozen=True)
class Rewrite:
    """One place in a rule that only numpy can run."""

    line: int
    """Counted from 1."""
    last: int
    """The last line of the statement that it is in."""
    old: str
    new: str | None
    """The same with operators; None where there is no such short form."""


def rewrites(source: str) -> list[Rewrite]:
    r"""Find what only numpy can run.

    Args:
        source: the text of a rule's file.

    Returns:
        The places in the order of their lines, each outermost: the new text of `np.sqrt(np.square(g))` has neither.
        Nothing for a text that Python cannot read.

    Examples:
        >>> [place.new for place in rewrites("import numpy as np\\nv = np.sqrt(np.square(g) + 1)")]
        ['(g ** 2 + 1) ** 0.5']

    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return []
    finder = _Finder(tree)
    finder.visit(tree)
    return sorted(finder.found, key=lambda place: place.line)


class _Finder(ast.NodeVisitor):
    """The collector of the outermost places, statement by statement."""

    def __init__(self, tree: ast.Module) -> None:
        self.found: list[Rewrite] = []
        self.modules, self.functions = _names(tree)
        self.last = 0

    def visit(self, node: ast.AST) -> None:
        """Look at a node and, where it is none of the places, at what is in it."""
        if isinstance(node, ast.stmt):
            simple = not hasattr(node, "body")
            self.last = (node.end_lineno if simple else node.lineno) or node.lineno
        if isinstance(node, (ast.Import, ast.ImportFrom, ast.arg)):
            return
        if isinstance(node, ast.AnnAssign):  # annotations do not run, or run on numpy's names alone
            if node.value is not None:
                self.visit(node.value)
            return
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for each in node.body:
                self.visit(each)
            return
        if isinstance(node, (ast.Call, ast.Attribute)) and self._numpys(node):
            new = self._operators(node)
            text = None if new is None or self._left(new) else ast.unparse(new)
            self.found.append(Rewrite(node.lineno, max(self.last, node.lineno), ast.unparse(node), text))
            return
        super().generic_visit(node)

    def _function(self, node: ast.expr) -> str | None:
        """Return the name of numpy's function that this is, or None."""
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in self.modules:
            return node.attr
        if isinstance(node, ast.Name):
            return self.functions.get(node.id)
        return None

    def _numpys(self, node: ast.AST) -> bool:
        """Return whether a tensor on a GPU cannot do this."""
        if isinstance(node, ast.Attribute):
            name = self._function(node)
            if name:  # handed on, as in `reduce(np.add, …)`; np.pi and np.float64 do no harm
                return callable(found := getattr(np, name, None)) and not isinstance(found, type)
            return node.attr in ATTRIBUTES
        if not isinstance(node, ast.Call):
            return False
        if self._function(node.func):
            return True
        root = node.func
        while isinstance(root, ast.Attribute):
            if isinstance(root.value, ast.Name) and root.value.id in self.modules:
                return True  # np.linalg.norm, np.add.reduce
            root = root.value
        return (
            isinstance(node.func, ast.Attribute)
            and node.func.attr in METHODS
            and not isinstance(node.func.value, (ast.Dict, ast.List))
            and not (isinstance(node.func.value, ast.Name) and node.func.value.id in {"copy", "state", "self"})
        )

    def _left(self, node: ast.AST) -> bool:
        """Return whether something of numpy's is left in it."""
        return any(self._numpys(each) for each in ast.walk(node))

    def _operators(self, node: ast.expr) -> ast.expr | None:
        """Return the expression with operators in place of numpy's functions, or None."""
        if not isinstance(node, ast.Call):
            return None
        form, args = self._form(node, self._function(node.func))
        if form is None or "{0}" not in form or len(args) != 1 + ("{1}" in form):
            return None
        listed = isinstance(args[0], (ast.List, ast.Tuple, ast.ListComp, ast.GeneratorExp, ast.Starred))
        if listed or any(each.arg in {"out", "where"} for each in node.keywords):
            return None
        texts = [ast.unparse(each) if isinstance(each, SIMPLE) else f"({ast.unparse(each)})" for each in args]
        return ast.parse(form.format(*texts), mode="eval").body

    def _form(self, node: ast.Call, name: str | None) -> tuple[str | None, list[ast.expr]]:
        """Return the form in which this call is written with operators, if there is one, and what it is filled with."""
        args = [self._inner(each) for each in node.args]
        if name is None:
            owner = node.func
            return (
                (METHODS.get(owner.attr), [self._inner(owner.value)])
                if isinstance(owner, ast.Attribute)
                else (None, [])
            )
        if name in BY_SHAPE:
            shape = args[0] if args else None
            if not (isinstance(shape, ast.Attribute) and shape.attr == "shape"):
                return None, []
            return BY_SHAPE[name], [shape.value, *args[1:]]
        return WRITTEN.get(name), args

    def _inner(self, node: ast.expr) -> ast.expr:
        """Return an argument, its own calls of numpy's functions replaced where they can be."""
        return _Replacer(self).visit(copy.deepcopy(node))  # type: ignore[no-any-return]


class _Replacer(ast.NodeTransformer):
    def __init__(self, finder: _Finder) -> None:
        self.finder = finder

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """Replace a call of numpy's, else look into it."""
        new = self.finder._operators(node) if self.finder._numpys(node) else None  # noqa: SLF001 - two halves of one
        return new or super().generic_visit(node)  # type: ignore[return-value]


def _names(tree: ast.Module) -> tuple[set[str], dict[str, str]]:
    """Find what the file calls numpy, and what it calls numpy's functions."""
    modules: set[str] = set()
    functions: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules |= {each.asname or each.name for each in node.names if each.name.split(".")[0] == "numpy"}
        elif isinstance(node, ast.ImportFrom) and node.module == "numpy":
            functions |= {each.asname or each.name: each.name for each in node.names}
    return modules, functions
