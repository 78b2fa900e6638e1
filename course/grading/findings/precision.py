"""Right but for the last digits: all numbers of a file, in every case, are as near as rounding leaves them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from course.grading.findings.finding import Finding
from course.text import texts

if TYPE_CHECKING:
    from course.grading.findings.evidence import Evidence

TEXTS = texts(__file__)

FEWEST = 5
"""Digits that must be right everywhere."""


def precision(evidence: Evidence) -> Finding | None:
    """Find how many digits of a file's numbers are right, where it is so many that only rounding can be wrong.

    Args:
        evidence: what is known of the file.

    Returns:
        The digits; None if any number is farther off, if most cases are right, or if one was not run to its end.

    """
    if 2 * len(evidence.astray) <= len(evidence.core):
        return None
    worst = 0.0
    for case in evidence.core:
        answer = evidence.answers.get(case.id)
        if answer is None or answer.steps < case.steps:
            return None
        for start, right, got in zip(case.params, evidence.expected[case.id].params, answer.params, strict=True):
            size = np.maximum.accumulate(np.maximum(np.abs(right - start), np.abs(right)))
            apart = np.abs(got - right)
            share = np.divide(apart, size, out=np.where(apart == 0, 0.0, np.inf), where=size > 0)
            farthest = float(share.max(initial=0.0))
            if not farthest < 10.0**-FEWEST:  # or it is no number
                return None
            worst = max(worst, farthest)
    digits = math.floor(-math.log10(worst))
    return Finding("pattern", "right-but-rounded", "", TEXTS["digits"].format(digits=digits), {"digits": digits})
