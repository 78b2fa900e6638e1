"""Where a rule is right by the size of something: what is cut off where it is large, or dropped where it is small."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from course.grading.facts import figure
from course.grading.findings.asking import with_values, wrong_step
from course.grading.findings.finding import Finding
from course.grading.findings.fitting import defaults
from course.grading.findings.leaving import EACH, NEVER
from course.grading.findings.values import by_step
from course.text import Text, texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from course.grading.case import Array
    from course.grading.findings.evidence import Evidence
    from course.grading.findings.leaving import Elements, Level, Truths, Whole
    from course.grading.findings.traits import TraitTable

TEXTS = texts(__file__)

FEW = 2
"""So many must go wrong."""
ENOUGH = 20
"""So many right places must lie on the other side of a size."""
STEPS = 20
"""Of a case that is asked about once more."""
SAME = 1e-9
"""Two numbers of a file are one where they differ by no greater share."""


def _norm(at: Elements, level: Level, values: Array) -> Array:
    return np.sqrt(at.total(level, values**2))


Size = tuple[str, "Level", Text, "Callable[[Elements], Array]"]
"""Something that is measured: id, level, name, its size at each place."""

SIZES: tuple[Size, ...] = (
    ("gradient", "element", TEXTS["gradient"], lambda at: np.abs(at.grad)),
    ("norm", "parameter", TEXTS["norm"], lambda at: _norm(at, "parameter", at.grad)),
    ("norm-of-all", "case", TEXTS["norm-of-all"], lambda at: _norm(at, "case", at.grad)),
    ("parameter", "element", TEXTS["parameter"], lambda at: np.abs(at.param)),
)
"""What any rule may cut off where it is large, or drop where it is small, before it computes anything."""
OF_RESULTS: tuple[Size, ...] = (
    ("step", "element", TEXTS["step"], lambda at: np.abs(at.result - at.param)),
    ("result", "element", TEXTS["result"], lambda at: np.abs(at.result)),
    ("step-norm", "parameter", TEXTS["step-norm"], lambda at: _norm(at, "parameter", at.result - at.param)),
    ("result-norm", "parameter", TEXTS["result-norm"], lambda at: _norm(at, "parameter", at.result)),
)
"""The same of what comes out in the end."""
OF_ALL = frozenset(name for name, *_ in (*SIZES, *OF_RESULTS))
"""Those that have nothing to do with a topic."""

DROPPED = ("gradient", "step", "result")
"""What a rule drops where it is small, beside what its topic names."""
SEEN = 1e-12
"""A number of a whole case that is smaller is next to nothing beside 1: nobody's path shows what becomes of it."""


def computed(found: TraitTable, level: Level) -> list[Size]:
    """Return what the topic's own rule computes on its way, as sizes.

    Args:
        found: the places.
        level: what has one number.

    Returns:
        The sizes.

    """
    return [(name, of, text, _constant(row)) for name, of, text, row in found.quantities if of == level]


def _constant(row: Array) -> Callable[[Elements], Array]:
    return lambda _: row


def of_size(evidence: Evidence, at: Elements, left: Whole, sizes: Iterable[Size]) -> Finding | None:
    """Find a size from which on, or up to which, everything leaves at once, and nothing on the other side of it.

    Args:
        evidence: what is known of the file.
        at: the places.
        left: by element, the step in which it leaves the right path.
        sizes: what is measured, in this order.

    Returns:
        The finding; None if no size tells all places apart.

    """
    for name, level, what, of in sizes:
        found = at.by(level, left)
        first, size = at.at_each(level, found), of(at)
        before = (at.step < first) & (size > 0)
        leaving, staying, seen = size[at.step == first], size[before], size[before & at.moving]
        few = 1 if level == "case" and found.min() > FEW else FEW
        if (found < NEVER).sum() < few or len(seen) < ENOUGH:
            continue
        own = name not in OF_ALL
        if (own or name in DROPPED) and 0 < leaving.min() <= leaving.max() < seen.min():
            if own and level == "case" and (seen.min() < SEEN or not _whole_leaves(at, left, first)):
                continue
            kind, text, low, high = "small", TEXTS["small"], leaving.max(), seen.min()
        elif staying.max() < leaving.min() and _whole_leaves(at, left, first):
            kind, text, low, high = "large", TEXTS["large"], staying.max(), leaving.min()
        else:
            continue
        if not np.isfinite([low, high]).all():
            continue
        shown = {"low": rounded(low, math.floor), "high": rounded(high, math.ceil)}
        claim = {"size": name, "level": level, "low": float(low), "high": float(high)}
        said = text.format(each=EACH[level], what=what, **shown)
        there = _there(evidence, at, left, name)
        if there is not None:
            beside = TEXTS["there-step"] if name == "step" else TEXTS["there-parameter"]
            said = Text.joined([said, beside.format(value=figure(there))], en=" ", zh="")
            claim["there"] = there
        return Finding("pattern", f"{kind}-{name}", "", said, claim)
    return None


def _there(evidence: Evidence, at: Elements, left: Whole, name: str) -> float | None:
    """Return the size that all have where they leave, if it is one: of the parameter, or of its step."""
    if name not in {"parameter", "result", "step"}:
        return None
    sizes = []
    for number, i, k, step in zip(at.case, at.parameter, at.element, left, strict=True):
        if step < NEVER:
            case = at.cases[number]
            got = float(evidence.answers[case.id].params[i][step - 1].flat[k])
            right = at.expected[number].params[i][step - 2] if step > 1 else case.params[i]
            sizes.append(abs(got - float(right.flat[k])) if name == "step" else abs(got))
    found = np.array(sizes)
    return float(found.max()) if np.ptp(found) <= SAME * found.max() else None  # which a NaN is not


def of_hyperparameter(evidence: Evidence, at: Elements, left: Whole) -> Finding | None:
    """Find a hyperparameter that tells, by its size alone, which cases leave, and when.

    Args:
        evidence: what is known of the file.
        at: the places.
        left: by element, the step in which it leaves the right path.

    Returns:
        The finding; None if none does, or if several do, so that nobody knows which it is.

    """
    found = at.by("case", left)
    if (found < NEVER).sum() < FEW:
        return None
    columns = [by_step(evidence.topic, case) for case in at.cases]
    fits = []
    for name in columns[0]:
        values = [column[name] for column in columns]
        for at_once in (True, False):
            told = _apart(values, at.moves, found, at_once=at_once)
            if told:
                fits.append((name, at_once, *told))
                break
    if len(fits) != 1:
        return None
    ((name, at_once, large, low, high),) = fits
    if not _confirmed(evidence, name, low if large else high, high if large else low):
        return None
    text = TEXTS["large-hyperparameter"] if large else TEXTS["small-hyperparameter"]
    when, kind = TEXTS["at-once"] if at_once else TEXTS["as-it-moves"], "large" if large else "small"
    shown = {"low": rounded(low, math.floor) if low else "0", "high": rounded(high, math.ceil)}
    claim = {"size": "hyperparameter", "name": name, "at_once": at_once, "low": float(low), "high": float(high)}
    return Finding("pattern", f"{kind}-hyperparameter", name, text.format(name=name, when=when, **shown), claim)


def _confirmed(evidence: Evidence, name: str, spared: float, hit: float) -> bool:
    """Return whether a wrong case comes out right with the spared value, and a right case goes wrong with `hit`.

    Few cases differ in many things: that a size tells them apart may be chance.
    """
    if evidence.asker is None or "." in name:
        return False
    asked = []
    for value, astray in ((spared, True), (hit, False)):
        case = next((each for each in evidence.core if (each.id in evidence.astray) == astray), None)
        if case is None:
            return False
        asked.append(with_values(case, {name: value}, defaults(evidence.topic), schedule={}, grads=case.grads[:STEPS]))
    answers = evidence.asker.ask(asked)
    wrong = []
    for case in asked:
        if case.id not in answers:
            return False
        wrong.append(wrong_step(evidence.topic, case, answers[case.id].params) > 0)
    return wrong == [False, True]


def _apart(
    values: Sequence[Array], moves: Sequence[Truths], found: Whole, *, at_once: bool
) -> tuple[bool, float, float] | None:
    """Return whether cases leave where a hyperparameter is large, and up to and from where; None if that is not so."""
    leaving, staying = [], [np.empty(0)]
    for own, moving, step in zip(values, moves, found, strict=True):
        until = min(int(step), len(own) + 1) - 1
        staying.append(own[:until] if at_once else own[:until][moving[:until]])
        if step < NEVER:
            if not (at_once or moving[step - 1]):
                return None
            leaving.append(own[step - 1])
    kept = np.concatenate(staying)
    if len({*kept}) < FEW:
        return None
    if kept.max() < min(leaving):
        return True, float(kept.max()), float(min(leaving))
    if max(leaving) < kept.min():
        return False, float(max(leaving)), float(kept.min())
    return None


def _whole_leaves(at: Elements, left: Whole, first: Whole) -> bool:
    """Return whether all that belongs together leaves in the same step, as what is made smaller as a whole does."""
    return not (at.moving & (at.step == first) & (at.at_each("element", left) != first)).any()


def rounded(size: float, to: Callable[[float], int]) -> str:
    """Format a size with three digits, towards the side on which a sentence stays true.

    Args:
        size: above 0.
        to: `math.floor` or `math.ceil`.

    Returns:
        For instance "0.0123".

    """
    unit = 10.0 ** (math.floor(math.log10(size)) - 2)
    return f"{to(size / unit) * unit:.3g}"
