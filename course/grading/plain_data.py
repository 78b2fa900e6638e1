"""A file of plain data that looks like Python: read as a syntax tree, never run.

It assigns numbers, lists and one dictionary. A list may be lengthened with `+` and repeated with `*`.
"""

from __future__ import annotations

import ast
import math
from typing import TYPE_CHECKING, Any

from course.text import CourseError, quoted, texts

if TYPE_CHECKING:
    from collections.abc import Collection

TEXTS = texts(__file__)

DEEPEST = 3
"""Lists within lists; one within the other is all that is needed."""
LONGEST = 100
"""Entries of one list, and how often one is repeated at most."""


class DataError(CourseError):
    """The file holds something else than plain data; the sentence says what, and in which line."""


def read(content: bytes, names: Collection[str]) -> dict[str, Any]:
    """Read the data of a file.

    Args:
        content: what is in the file.
        names: what it assigns, each once.

    Returns:
        By name a float or an int, a list of them, a list of lists, or a dict from strings to these.

    Raises:
        DataError: there is something else in it, or a name is missing.

    """
    try:
        body = ast.parse(content).body
    except SyntaxError as error:
        said = TEXTS["no-python"].format(line=error.lineno or 1, why=quoted(str(error.msg)))
        raise DataError(said) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise DataError(TEXTS["unreadable"]) from error
    found: dict[str, Any] = {}
    for node in body:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            continue  # a docstring
        name = _assigned(node)
        if name not in names:
            raise _error("strange", node, names=_listed(names))
        if name in found:
            raise _error("twice", node, name=name)
        value = node.value  # type: ignore[attr-defined] # an assignment has one
        found[name] = _table(value) if isinstance(value, ast.Dict) else _value(value, 0)
    missing = [name for name in names if name not in found]
    if missing:
        raise DataError(TEXTS["missing"].format(names=_listed(missing)))
    return found


def _assigned(node: ast.stmt) -> str:
    """Return the one name that a statement assigns to; "" if it does something else."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    if len(targets) == 1 and isinstance(targets[0], ast.Name) and getattr(node, "value", None) is not None:
        return targets[0].id
    return ""


def _table(node: ast.Dict) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in zip(node.keys, node.values, strict=True):
        if not (isinstance(key, ast.Constant) and isinstance(key.value, str)):
            raise _error("no-key", node)
        if key.value in made:
            raise _error("twice", key, name=key.value)
        made[key.value] = _value(value, 1)
    return made


def _value(node: ast.expr, depth: int, operations: int = 0) -> Any:
    """Read a value that lies in so many lists and is a part of so many sums and products."""
    if isinstance(node, (ast.List, ast.Tuple)) and depth < DEEPEST:
        if len(node.elts) > LONGEST:
            raise _error("too-long", node, most=LONGEST)
        return [_value(each, depth + 1) for each in node.elts]
    if isinstance(node, ast.BinOp) and operations < DEEPEST:
        return _joined(node, depth, operations + 1)
    return _number(node)


def _joined(node: ast.BinOp, depth: int, operations: int) -> list[Any]:
    """Return several lists in one, or a list so many times over; a sum of many is read from the left, in a loop."""
    if isinstance(node.op, ast.Mult):
        one, other = (_value(each, depth, operations) for each in (node.left, node.right))
        times, made = (one, other) if isinstance(other, list) else (other, one)
        if not (isinstance(made, list) and type(times) is int and 0 <= times <= LONGEST):
            raise _error("not-repeated", node, most=LONGEST)
        return _bounded(made * times, node)
    parts: list[ast.expr] = []
    left: ast.expr = node
    while isinstance(left, ast.BinOp) and isinstance(left.op, ast.Add):
        parts.append(left.right)
        left = left.left
    if not parts:
        raise _error("no-number", node)
    joined: list[Any] = []
    for part in reversed([*parts, left]):
        value = _value(part, depth, operations)
        if not isinstance(value, list):
            raise _error("not-joined", node)
        joined = _bounded(joined + value, node)
    return joined


def _bounded(made: list[Any], node: ast.expr) -> list[Any]:
    if len(made) > LONGEST:
        raise _error("too-long", node, most=LONGEST)
    return made


def _number(node: ast.expr) -> float | int:
    sign, inner = 1, node
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        sign, inner = (-1 if isinstance(node.op, ast.USub) else 1), node.operand
    value = inner.value if isinstance(inner, ast.Constant) else None
    if type(value) not in {int, float}:
        raise _error("no-number", node)
    assert isinstance(value, (int, float))  # noqa: S101 - for the type checker
    try:
        finite = math.isfinite(value)
    except OverflowError:  # an int that no float can hold
        finite = False
    if not finite:
        raise _error("not-finite", node)
    return sign * value


def _error(what: str, node: ast.AST, **facts: object) -> DataError:
    said = {
        "strange": TEXTS["strange"],
        "twice": TEXTS["twice"],
        "no-key": TEXTS["no-key"],
        "too-long": TEXTS["too-long"],
        "not-repeated": TEXTS["not-repeated"],
        "not-joined": TEXTS["not-joined"],
        "no-number": TEXTS["no-number"],
        "not-finite": TEXTS["not-finite"],
    }[what]
    facts = {key: quoted(value) if key == "name" else value for key, value in facts.items()}  # type: ignore[arg-type]
    return DataError(TEXTS["line"].format(line=getattr(node, "lineno", 1), said=said.format(**facts)))


def _listed(names: Collection[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
