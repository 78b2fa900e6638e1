"""What a step is made of, where every right rule's is a sum: how much of each gradient so far, and of the parameter.

Of how many numbers a step is a weighted sum is asked of the path itself, by least squares over all elements of a case,
of the solution's as of the file's. Where neither leaves a rest, the weights are told side by side. Nothing is run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from course.grading.findings.finding import Finding
from course.grading.findings.fitting import defaults
from course.text import texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from course.grading.case import Array, Case
    from course.grading.findings.evidence import Evidence

TEXTS = texts(__file__)

FEWEST, MOST = 3, 4
"""The step that is taken apart: where the file goes wrong first, but not before the first and not beyond the second."""
BEYOND = 2
"""So many more elements than weights there must be."""
REST = 1e-9
"""What share of the largest step may be left over."""
ALIKE, NONE = 1e-6, 1e-9
"""Weights that differ by less are the same, and smaller ones are none at all."""


RATE = "lr"
"""What weights are given in units of, where a rule has it."""


def weights(evidence: Evidence) -> Finding | None:
    """Find what a step of the file is made of, where it is a sum and only its weights are wrong.

    Args:
        evidence: what is known of the file.

    Returns:
        The weights in one wrong case, one without weight decay if there is one; None if a step is no such sum.

    """
    rate = defaults(evidence.topic).get(RATE)
    for decays in (False, True):
        for case in evidence.core:
            if case.id not in evidence.astray or case.id not in evidence.answers or case.schedule:
                continue
            if bool(case.hyperparameters.get("weight_decay", 0.0)) != decays:
                continue
            unit = case.hyperparameters.get(RATE, rate) if rate else 1.0
            if not unit:
                continue
            paths = evidence.expected[case.id].params, evidence.answers[case.id].params
            for step in range(FEWEST, min(MOST, *(len(path[0]) for path in paths)) + 1):
                right, own = (_weights(case, path, step, decays=decays) for path in paths)
                if right is None or own is None:
                    break
                if np.abs(right - own).max() > ALIKE * np.abs(right).max():
                    return _told(case, step, right / unit, own / unit, rated=bool(rate))
    return None


def _weights(case: Case, path: Sequence[Array], step: int, *, decays: bool) -> Array | None:
    """Return the weights of the last gradient, those before, and of the first parameter, in θ before minus θ after.

    None if there are too few elements to tell them apart, or if anything is left that they do not explain.
    """

    def flat(arrays: Iterable[Array]) -> Array:
        return np.concatenate([np.ravel(each) for each in arrays])

    columns = [*map(flat, case.grads[:step][::-1]), *([flat(case.params)] if decays else [])]
    before = [column[step - 2] for column in path]
    moved = flat(before) - flat(column[step - 1] for column in path)
    matrix = np.stack(columns, axis=1)
    if len(moved) < len(columns) + BEYOND or not np.isfinite(moved).all():
        return None
    found, _, rank, _ = np.linalg.lstsq(matrix, moved)
    if rank < len(columns) or np.abs(matrix @ found - moved).max() > REST * np.abs(moved).max():
        return None
    return np.asarray(found)


def _told(case: Case, step: int, right: Array, own: Array, *, rated: bool) -> Finding:
    known, seen = (formula(each, step, rated=rated) for each in (right, own))
    decays = len(right) > step
    text = (TEXTS["with-start"] if decays else TEXTS["weights"]).format(
        title=case.title, step=step, right=known, own=seen
    )
    claim = {"case": case.id, "step": step, "right": right.tolist(), "own": own.tolist(), "rated": rated}
    return Finding("pattern", "weights-of-gradients", case.id, text, claim)


def formula(found: Array, step: int, *, rated: bool) -> str:
    """Write a weighted sum as Python does.

    Args:
        found: the weights of the last gradient, of those before, and perhaps of the parameter at the start.
        step: the number of the last gradient.
        rated: whether all of it is multiplied by the learning rate.

    Returns:
        For instance "lr * (1 * g3 + 0.9 * g2 + 0.81 * g1)".

    """
    names = [*(f"g{number}" for number in range(step, 0, -1)), "p0"]
    terms = [
        (weight, name) for weight, name in zip(found, names, strict=False) if abs(weight) > NONE * np.abs(found).max()
    ]
    written = "".join(f" {'-' if weight < 0 else '+'} {abs(weight):.6g} * {name}" for weight, name in terms)
    written = f"-{written[3:]}" if written.startswith(" -") else written[3:]
    return f"{RATE} * ({written or '0'})" if rated else written or "0"
