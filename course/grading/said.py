"""One sentence of a verdict together with what it claims, as data that can be held against the numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from course.text import Text

Kind = Literal[
    "verdict",
    "reason",
    "problem",
    "difference",
    "twin",
    "handling",
    "path",
    "finding",
    "together",
    "exactly",
    "several",
    "item",
    "explanation",
    "numbers-right",
    "numbers-wrong",
    "unknown",
    "reread",
    "option",
    "options",
    "unused",
    "still",
    "still-here",
    "parameter-still",
    "moves-here",
    "nan",
    "infinite",
    "step-ratio",
    "entry-ratio",
    "saw-a-better",
    "best-at-the-end",
    "all-diverged",
    "asked-again",
    "budget-left",
]


@dataclass(frozen=True)
class Said:
    """A sentence, or a few that belong together, and the facts that make it true.

    `claim` holds plain values: the id of a case, a step counted from 1, the index of a parameter, ids of mistakes.
    """

    kind: Kind
    text: Text
    claim: Mapping[str, Any]
