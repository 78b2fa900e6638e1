"""Holds answers against the labels: how each rule fared, and the shares, each with its interval."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from fnmatch import fnmatchcase
from statistics import median
from typing import TYPE_CHECKING, Any, Literal

from benchmarks.diagnosis.vocabulary import shown_by, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from benchmarks.diagnosis.answers import Answer
    from benchmarks.diagnosis.corpus import Item

Fate = Literal["named", "explained", "partly", "unnamed", "misnamed", "missed", "right", "blamed"]
"""Of a wrong rule: all that is wrong with it is named; or it is told by findings; or some of it is named, or nothing,
or something that it does not do, which outweighs all else; or it is taken for a right one. Of a right rule: it is taken
for one, or not."""

Z = 1.959964
"""Of the normal distribution, for intervals of 95 %."""


def fate(item: Item, answer: Answer) -> Fate:
    """Judge one answer.

    Args:
        item: the rule and its label.
        answer: what a system says of it.

    Returns:
        How it fared.

    """
    if item.right:
        return "blamed" if answer.wrong else "right"
    if not answer.wrong:
        return "missed"
    told = [_fate_of(item, names, answer.findings) for names in answer.alternatives or (answer.mistakes,)]
    order: tuple[Fate, ...] = ("named", "explained", "partly", "unnamed", "misnamed")
    best = min(told, key=order.index)
    return "explained" if answer.proven and best in {"partly", "unnamed"} else best


def _among(word: str, patterns: Iterable[str]) -> bool:
    """Return whether a word is one of these; a * in them stands for any letters."""
    return any(fnmatchcase(word, pattern) for pattern in patterns)


def _fate_of(item: Item, names: Sequence[str], findings: Sequence[tuple[str, str]]) -> Fate:
    true = {*item.mistakes, *(word for each in item.accepts for word in each)}
    true |= {other for name in true for other in table("same").get(name, ())}
    if not all(_among(name, true) for name in names):
        return "misnamed"
    tokens = [token for name, where in findings for token in (name, f"{name}@{where}")]
    said = {*names, *tokens}

    def named(mistake: str) -> bool:
        return any(_among(word, (mistake, *table("same").get(mistake, ()))) for word in said)

    def shown(mistake: str) -> bool:
        return any(fnmatchcase(token, finding) for finding in shown_by(item.stem, mistake) for token in tokens)

    def accepted(each: Iterable[str]) -> bool:
        return all(named(word) or any(fnmatchcase(token, word) for token in tokens) for word in each)

    if all(map(named, item.mistakes)) or any({*each} <= {*names} for each in item.accepts):
        return "named"
    if all(named(mistake) or shown(mistake) for mistake in item.mistakes) or any(map(accepted, item.accepts)):
        return "explained"
    return "partly" if any(named(mistake) or shown(mistake) for mistake in item.mistakes) else "unnamed"


@dataclass(frozen=True)
class Share:
    """A share with its 95 % interval by Wilson's formula, and the number of rules that it is of."""

    value: float
    low: float
    high: float
    of: float

    def to_json(self) -> dict[str, float]:
        """Return the form in which it is stored."""
        return {"value": self.value, "low": self.low, "high": self.high, "of": self.of}


def wilson(hits: float, of: float) -> Share:
    """Return a share and its interval.

    Args:
        hits: how many.
        of: out of how many; fractions come of weights.

    Returns:
        The share; of nothing, 0 within the whole range.

    """
    if of <= 0:
        return Share(0.0, 0.0, 1.0, 0.0)
    share, spread = hits / of, Z * Z / of
    middle = (share + spread / 2) / (1 + spread)
    half = Z * math.sqrt(share * (1 - share) / of + spread / (4 * of)) / (1 + spread)
    return Share(share, max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half)), of)


def _of_wrong(fate: Fate, _: Answer) -> bool:
    return fate not in {"right", "blamed"}


def _of_right(fate: Fate, _: Answer) -> bool:
    return fate in {"right", "blamed"}


def _of_named(fate: Fate, answer: Answer) -> bool:
    return _of_wrong(fate, answer) and bool(answer.mistakes or answer.alternatives)


RATES: dict[str, tuple[set[Fate], Callable[[Fate, Answer], bool]]] = {
    "named": ({"named"}, _of_wrong),
    "explained": ({"explained"}, _of_wrong),
    "named or explained": ({"named", "explained"}, _of_wrong),
    "named in part": ({"partly"}, _of_wrong),
    "named wrongly": ({"misnamed"}, _of_wrong),
    "precision of names": ({"named", "explained", "partly"}, _of_named),
    "wrong code passed": ({"missed"}, _of_wrong),
    "right code failed": ({"blamed"}, _of_right),
}
"""By name: which fates count, and out of which rules. "named" is the recall."""


@dataclass(frozen=True)
class Score:
    """How one system did on some of the rules."""

    counts: dict[str, int]
    rates: dict[str, Share]
    weighted: dict[str, Share]
    """The same, each rule by how often its behaviour was seen in public; of right rules, and of others, nothing."""
    seconds: float | None
    """The median of a file."""

    def to_json(self) -> dict[str, Any]:
        """Return the form in which it is stored."""
        return {
            "counts": self.counts,
            "rates": {name: share.to_json() for name, share in self.rates.items()},
            "weighted": {name: share.to_json() for name, share in self.weighted.items()},
            "seconds": self.seconds,
        }


def score(items: Sequence[Item], answers: Mapping[str, Answer]) -> Score:
    """Score a system.

    Args:
        items: the rules to count.
        answers: by id, one for each of them.

    Returns:
        The shares.

    Raises:
        KeyError: there is no answer to one of the rules.

    """
    fates = {item.id: fate(item, answers[item.id]) for item in items}
    rates, weighted = {}, {}
    for name, (counts, among) in RATES.items():
        there = [item for item in items if among(fates[item.id], answers[item.id])]
        rates[name] = wilson(sum(fates[item.id] in counts for item in there), len(there))
        weights = [item.weight for item in there]
        if any(weights):
            mass = sum(weight for item, weight in zip(there, weights, strict=True) if fates[item.id] in counts)
            of = sum(weights) ** 2 / sum(weight**2 for weight in weights)  # as many rules of equal weight are as sure
            weighted[name] = wilson(mass / sum(weights) * of, of)
    taken = [answers[item.id].seconds for item in items]
    seconds = [each for each in taken if each is not None]
    return Score(dict(Counter(fates.values())), rates, weighted, median(seconds) if seconds else None)
