"""Tells how the learner's class is called and what its hyperparameters are by default: clues, which decide nothing."""

from __future__ import annotations

import inspect
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST = 40
"""Arguments that are told."""
LONGEST = 80
"""Characters of a name."""
LARGEST = 1e300
"""Numbers beyond are told as none."""
NUMBERS = 4
"""Numbers of a tuple."""

KINDS = {
    inspect.Parameter.POSITIONAL_ONLY: "positional",
    inspect.Parameter.POSITIONAL_OR_KEYWORD: "either",
    inspect.Parameter.KEYWORD_ONLY: "keyword",
    inspect.Parameter.VAR_POSITIONAL: "rest",
    inspect.Parameter.VAR_KEYWORD: "named-rest",
}


def describe(rule_class: Any, names: Sequence[str]) -> dict[str, Any]:
    """Describe a class without taking a step.

    Args:
        rule_class: the learner's.
        names: of the hyperparameters that it should have.

    Returns:
        `arguments`, each its name, its kind and whether it has a default, None if the class does not tell; `values`, by
        name, what it takes where a hyperparameter is not given, as far as that is a number or a few.

    """
    told: dict[str, Any] = {"arguments": None, "values": {}}
    with suppress(BaseException):  # whatever the learner's objects do when they are looked at
        arguments = list(inspect.signature(rule_class).parameters.values())[:MOST]
        told["arguments"] = [
            [str(each.name)[:LONGEST], KINDS[each.kind], each.default is not each.empty] for each in arguments
        ]
        for each in arguments:
            if each.name in names and (value := plain(each.default)) is not None:
                told["values"][str(each.name)] = value
    with suppress(BaseException):
        rule = rule_class()
        for name in names:
            with suppress(Exception):
                if name not in told["values"] and (value := plain(getattr(rule, name))) is not None:
                    told["values"][name] = value
    return told


def plain(value: Any) -> Any:
    """Return a number, a truth value, or a list of a few numbers, as JSON has them; None for anything else."""
    if type(value) in {bool, int, float}:
        return value if abs(value) < LARGEST else None
    if isinstance(value, (tuple, list)) and len(value) <= NUMBERS:
        numbers = [plain(each) for each in value]
        return numbers if all(type(each) in {int, float} for each in numbers) else None
    return float(value) if hasattr(value, "__float__") and not hasattr(value, "__len__") else None
