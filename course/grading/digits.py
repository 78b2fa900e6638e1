"""Writes two numbers so that they can be compared, and a hyperparameter as Python has it."""

from __future__ import annotations

import math
from typing import Any

LEAST, MOST = 6, 17
"""Digits of a number that is shown beside another, at least and at most."""


def pair(right: float, got: float, near: float = 0.0) -> tuple[str, str]:
    """Format two numbers with as many digits as it takes to see that they differ, if they do.

    Args:
        right: what it should be.
        got: what it is.
        near: by what share they may differ and be alike.

    Returns:
        Both.

    """
    alike = right == got or (math.isfinite(got) and abs(got - right) <= near * max(abs(right), abs(got)))
    digits = LEAST
    while not alike and f"{right:.{digits}g}" == f"{got:.{digits}g}" and digits < MOST:
        digits += 1
    one = f"{right:.{digits}g}"
    return one, one if alike else f"{got:.{digits}g}"


def literal(value: Any) -> str:
    """Format a hyperparameter as it is written in Python.

    Args:
        value: as a case holds it: a list for a tuple, a dict for the inner rule.

    Returns:
        For instance "(0.9, 0.99)" or "Inner(lr=0.1, momentum=0.7)".

    """
    if isinstance(value, dict):
        return f"Inner({', '.join(f'{key}={each!r}' for key, each in value.items() if key != 'rule')})"
    return repr(tuple(value)) if isinstance(value, list) else repr(value)
