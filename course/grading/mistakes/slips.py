"""Slips: what a file does that makes no path at all. The worker tells them apart; `reasons.py` has the sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from course.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

SLIPS = {
    "returns-none": Text(en="`update` returns nothing", zh="`update` 没有返回值"),
    "not-a-pair": Text(en="`update` does not return two values", zh="`update` 返回的不是两个值"),
    "not-an-array": Text(en="the new parameter is not an array", zh="新的参数不是数组"),
    "shape-changed": Text(en="the parameter's shape is changed", zh="参数的形状变了"),
    "dtype-changed": Text(en="the parameter's type is changed", zh="参数的数值类型变了"),
    "state-forgotten": Text(en="the state is not returned", zh="没有返回状态"),
    "entry-forgotten": Text(en="an entry is missing from the state", zh="状态里缺少一项"),
    "hyperparameter-unknown": Text(en="a hyperparameter of the exercise is missing", zh="缺少练习规定的超参数"),
    "over-budget": Text(en="more runs are asked for than the budget has", zh="要求的训练次数超过了预算"),
}
"""By id, what was done. Arguments changed in place and float32 are in the topics' catalogues."""

PATH_WRONG = frozenset({"shape-changed", "over-budget"})
"""Slips that a mistake of a catalogue can lead to; where one fits, it says more."""


def slip(problem: Mapping[str, Any]) -> str | None:
    """Return the id of the slip that the worker's facts show, if it is one with a name."""
    kind, facts = problem.get("kind"), list(problem.get("facts") or [None])
    if kind == "changed":
        return "grad-changed-in-place" if problem.get("what") == "grad" else "param-changed-in-place"
    if kind == "not-a-pair" and facts[0] == "NoneType":
        return "returns-none"
    if kind == "dtype":
        return "float32-inside" if facts[0] in {"float32", "float16"} else "dtype-changed"
    if kind == "shape":
        return "shape-changed"
    return str(kind) if kind in SLIPS else None
