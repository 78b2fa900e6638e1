"""Whether a rule kept to the contract: what it returned, and what became of the arrays that belong to the caller.

Decided here, in the judge, from what the worker saw (`worker.engine`): from data alone, held against what was sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from course.grading.case import Array, Case


@dataclass(frozen=True)
class Kind:
    """What one call of `update` returned."""

    count: int | None
    """How many values; None if it was neither a tuple nor a list."""
    name: str
    """The type's name, if it is the wrong one: of what was returned, or of its first value."""
    family: str
    """Of the first value: "array", "scalar", "float", or "" for anything else."""
    dtype: str
    """As numpy writes it, "<f8" for float64."""
    shape: tuple[int, ...]

    def problem(self, shape: tuple[int, ...]) -> dict[str, Any] | None:
        """Say why this is not a parameter's new value and a state, as a problem's facts.

        Args:
            shape: the parameter's.

        Returns:
            `kind` and `facts`; None if nothing is wrong.

        """
        if self.count != 2:
            return {"kind": "not-a-pair", "facts": [self.name, self.count]}
        if not self.family or (self.family == "float" and shape != ()):
            return {"kind": "not-an-array", "facts": [self.name or self.family]}
        if self.shape != shape:
            return {"kind": "shape", "facts": [list(self.shape), list(shape)]}
        return None if self.dtype == "<f8" else {"kind": "dtype", "facts": [_spelt(self.dtype)]}


def _spelt(dtype: str) -> str:
    """Return the dtype's name as a reader knows it, if numpy has one for it."""
    try:
        native = np.dtype(dtype)
    except (TypeError, ValueError):
        return dtype
    return native.name if native.isnative else dtype


def returned(case: Case, kinds: Sequence[Kind], codes: bytes) -> dict[str, Any] | None:
    """Find the first return value that breaks the contract.

    Args:
        case: what was run.
        kinds: what was returned, each kind once.
        codes: for each call of `update`, in order, the number of its kind.

    Returns:
        A problem's facts; None if there is none.

    """
    shapes = [param.shape for param in case.params]
    problems = [[kind.problem(shape) for kind in kinds] for shape in shapes]
    bad = np.array([[problem is not None for problem in row] for row in problems], dtype=bool)
    if not bad.any():
        return None
    numbers = np.frombuffer(codes, dtype=np.uint8)
    which = np.arange(len(numbers)) % len(shapes)
    found = np.flatnonzero(bad[which, numbers])
    return problems[which[found[0]]][numbers[found[0]]] if len(found) else None


def changed(
    case: Case, params: Sequence[Array], grads: Sequence[Array], handed: Sequence[Array]
) -> dict[str, Any] | None:
    """Find the first array of the caller's that did not stay as it was.

    Args:
        case: what was run.
        params: by parameter, (steps, *shape): its value after each step, as it was then.
        grads: by parameter, the gradients of the whole case as they are at the end.
        handed: by parameter, (steps + 1, *shape): the arrays that were handed in, as they are at the end.

    Returns:
        A problem's facts; None if there is none.

    """
    for i, now in enumerate(grads):
        if (now == case.columns[i]).all():
            continue
        rows = (now != case.columns[i]).reshape(len(now), -1).any(axis=1)
        if rows.any():
            return {"kind": "changed", "what": "grad", "parameter": i, "step": int(rows.argmax()) + 1}
    for i, now in enumerate(handed):
        if (now[0] == case.params[i]).all() and (now[1:] == params[i]).all():
            continue
        before = np.concatenate([case.params[i][None], params[i]])
        rows = ((now != before) & ~(np.isnan(now) & np.isnan(before))).reshape(len(now), -1).any(axis=1)
        if rows.any():
            return {"kind": "changed", "what": "param", "parameter": i, "step": int(rows.argmax()) + 1}
    return None
