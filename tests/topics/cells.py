"""The code cells of a lesson, run by a test for what they conclude."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from course.lesson.source import code, read
from course.topic import FOLDER

if TYPE_CHECKING:
    from course.lab.parts.claims import Card

CHARTS = {"bar_chart", "line_chart", "show_table"}
CHOOSES = "lang = set_language("


def concluded(stem: str, *marks: str, **given: Any) -> tuple[dict[str, Card], dict[str, Any]]:
    """Run some cells of a lesson in one namespace, without their charts and without choosing a language.

    Args:
        stem: the lesson.
        marks: texts; each picks the one cell that contains it, and cells run in this order.
        **given: what cells that are left out would have defined.

    Returns:
        By claim, the cards that the cells end with; and the namespace.

    """
    sources = [cell.spoken("en") for cell in code(stem, read(FOLDER / stem / "lesson.md"))]
    names: dict[str, Any] = dict(given)
    cards: dict[str, Card] = {}
    for mark in marks:
        (source,) = (each for each in sources if mark in each)
        tree = ast.parse(source)
        tree.body = [each for each in tree.body if not _draws(each) and not ast.unparse(each).startswith(CHOOSES)]
        last = tree.body[-1]
        concludes = isinstance(last, ast.Expr) and ast.unparse(last).startswith("conclude(")
        if concludes:
            tree.body[-1] = ast.parse(f"card = {ast.unparse(last)}").body[0]
        exec(compile(tree, f"{stem}: {mark}", "exec"), names)  # noqa: S102 - our own lesson
        if concludes:
            cards[names["card"].claim] = names["card"]
    return cards, names


def _draws(node: ast.stmt) -> bool:
    """Whether a statement does nothing but draw: a chart, or a loop that ends in one."""
    if isinstance(node, ast.For):
        return _draws(node.body[-1])
    call = node.value if isinstance(node, ast.Expr) else None
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in CHARTS
