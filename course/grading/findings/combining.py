"""Looks for all that is wrong at once: other defaults, constants and functions of hyperparameters, and known mistakes.

What is found has gone the whole way: a right rule with exactly these changes and mistakes answers every visible core
case as the learner's did, to the last step.
"""

from __future__ import annotations

import functools
import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading.diagnosis import candidates
from course.grading.findings.change import OF_VALUE, Change, changed, pick, put, split
from course.grading.findings.finding import Findings
from course.grading.findings.fitting import Variant, defaults, numbers
from course.grading.findings.hyperparameters import of_change
from course.grading.mistakes import catalogue
from course.grading.mistakes.simulate import taken
from course.grading.trail import EXACT, Trail
from course.grading.wire import Answer
from course.rule import hyperparameters

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from course.grading.case import Case
    from course.grading.findings.fitting import Fitter
    from course.grading.mistakes import Explanation, Mistake
    from course.grading.wire import Described
    from course.topic import Topic

Changes = tuple[Change, ...]

MOST = 4
"""Things at once that a message can tell of; more of them, and nobody is helped by the list."""

FIXED = 12
"""Combinations of constants that are tried for hyperparameters that make no difference, all but one of them."""


def whole(fitter: Fitter, described: Described | None, ignored: Sequence[str]) -> Findings:
    """Explain the whole path, if that can be done.

    Args:
        fitter: holds rules against the learner's path.
        described: how the class takes its hyperparameters, if it has told.
        ignored: the hyperparameters that make no difference in the file.

    Returns:
        What is wrong; nothing if no explanation fits.

    """
    topic = fitter.topic
    book = catalogue(topic)
    if fitter.still():
        return Findings()
    read = other_defaults(topic, described)
    for changes in dict.fromkeys([read, ()]):
        if changes and fitter.reproduces(Variant((), changes)):
            return told(fitter, changes, ())
        if changes and (fit := _beside(fitter, changes)):
            return told(fitter, changes, fit)
        if found := _fitted(fitter, Variant((), changes), ignored):
            return told(fitter, found, ())
    for changes in dict.fromkeys([read, ()]) if ignored else ():
        found_by: dict[Explanation, Changes] = {}
        for explanation in book.singles:
            if _of_one_number(explanation[0], ignored):
                continue
            if found := _fitted(fitter, Variant(explanation, changes), ignored):
                found_by[explanation] = found
        if len(found_by) == 1:
            ((explanation, found),) = found_by.items()
            return told(fitter, found, explanation)
    return Findings()


def other_defaults(topic: Topic, described: Described | None) -> Changes:
    """Return the defaults that the class tells and that are not the right rule's.

    Args:
        topic: which exercise.
        described: what the class tells; None if nothing.

    Returns:
        The changes; nothing has shown yet that the rule does take these.

    """
    found = []
    for name, value in described.values.items() if described else ():
        wanted = defaults(topic).get(name)
        alike = isinstance(value, tuple) == isinstance(wanted, tuple) and value != wanted
        if wanted is not None and alike and (not isinstance(wanted, tuple) or len(value) == len(wanted)):
            found.append(Change("default", name, value))
    return tuple(found)


def _beside(fitter: Fitter, changes: Changes) -> Explanation:
    """Return the mistake, or the two, that are made beside other defaults; none if several fit, or nothing does."""
    untouched = [trail for trail in fitter.trails if changed(trail.case, changes, fitter.defaults) is trail.case]
    if all(trail.right for trail in untouched):
        return ()
    book = catalogue(fitter.topic)
    some = candidates(fitter.topic, {trail.case.id: trail for trail in untouched})
    for group in (book.singles, book.pairs):
        fits = [
            explanation
            for explanation in group
            if any(fitter.reproduces(Variant(explanation, changes, style)) for style in some.get(explanation, ()))
        ]
        if fits:
            return fits[0] if len(fits) == 1 else ()
    return ()


def _of_one_number(mistake: Mistake, ignored: Sequence[str]) -> bool:
    """Return whether a mistake is about a hyperparameter that a constant is looked for anyway."""
    return mistake.of in {split(name)[0] for name in ignored}


def _fitted(fitter: Fitter, variant: Variant, ignored: Sequence[str]) -> Changes:
    """Return what has to be changed besides for a rule to take the learner's path; nothing if that cannot be found."""
    for fixed, name in _plans(fitter, ignored, alone=not variant.explanation):
        start = Variant(variant.explanation, (*variant.changes, *fixed), variant.style)
        for value in fitter.values(start, name):
            for change in _readings(fitter, name, value, constant=bool(ignored)):
                changes = (*start.changes, change)
                if fitter.reproduces(Variant(variant.explanation, changes, variant.style)):
                    return changes
    return ()


def _plans(
    fitter: Fitter, ignored: Sequence[str], *, alone: bool
) -> Iterator[tuple[Changes, str]]:
    """Yield what is taken for granted, and the hyperparameter that is then fitted."""
    if not ignored:
        yield from (((), name) for name in numbers(fitter.topic) if alone)
        return
    free = min(ignored, key=lambda name: (name != "eps", name in {"weight_decay", "lr"}))
    others = [name for name in ignored if name != free][: MOST - 1]
    values = [_likely(fitter, name) for name in others]
    for chosen in itertools.islice(itertools.product(*values), FIXED if alone else 2):
        fixed = tuple(Change("constant", name, value) for name, value in zip(others, chosen, strict=True))
        yield fixed, free


def _likely(fitter: Fitter, name: str) -> list[Any]:
    """Return what may be computed with in a hyperparameter's place, the likeliest first."""
    default = pick(fitter.defaults, name)
    if isinstance(default, int):
        return [default, *(int(each) for each in fitter.literals if each == int(each) and 0 < each < 1000)]
    return list(dict.fromkeys([0.0 if name == "weight_decay" else default, *fitter.literals, default, 0.0]))


def _readings(fitter: Fitter, name: str, value: float, *, constant: bool) -> Iterator[Change]:
    """Yield what a fitted number may mean: the constant itself, a default, or a function of what is given."""
    base, element = split(name)
    if not constant:
        given = fitter.given(name)
        if given is not None:
            for how, function in OF_VALUE.items():
                if abs(function(given) - value) <= 1e-6 * abs(value):
                    yield Change(how, name)  # type: ignore[arg-type]
        default = value if element is None else put(defaults(fitter.topic), name, value)[base]
        yield Change("default", base, default)
    yield Change("constant", name, value)
    yield Change("start", name, value)
    if not constant and given:
        factor = value / given
        short = float(f"{factor:.6g}")
        yield Change("times", name, short if abs(short - factor) <= 1e-6 * abs(factor) else factor)


def told(fitter: Fitter, changes: Changes, fit: Explanation) -> Findings:
    """Tell what explains the whole path; a change that the catalogue has under a name of its own is called by that.

    Args:
        fitter: holds rules against the learner's path.
        changes: what is other than in the right rule.
        fit: the mistakes that are made besides.

    Returns:
        The findings; nothing if they are too many, or if one of them is not needed.

    """
    topic = fitter.topic
    fewer = [(fit, tuple(each for each in changes if each is not left)) for left in changes]
    fewer += [(tuple(each for each in fit if each is not left), changes) for left in fit]
    if any(fitter.reproduces(Variant(*each)) for each in fewer):
        return Findings()
    changes = merged(topic, changes)
    if len(changes) + len(fit) > MOST:
        return Findings()
    alone = len(changes) == 1 and not fit
    left, mistakes = list(changes), list(fit)
    for change in () if alone else changes:
        named = twin(topic, change)
        if named and all(named.beside(other) for other in mistakes):
            left.remove(change)
            mistakes.append(named)
    return Findings(tuple(of_change(topic, each, alone=alone) for each in left), tuple(mistakes), whole=True)


def merged(topic: Topic, changes: Changes) -> Changes:
    """Put constants for all elements of one hyperparameter together.

    Args:
        topic: which exercise.
        changes: one an element.

    Returns:
        One for a hyperparameter that is constant as a whole.

    """
    left = list(changes)
    for base, default in defaults(topic).items():
        own = [each for each in left if each.how == "constant" and each.base == base and each.name != base]
        if isinstance(default, tuple) and len(own) == len(default):
            value = tuple(each.value for each in sorted(own, key=lambda each: each.name))
            left = [Change("constant", base, value), *(each for each in left if each not in own)]
    return tuple(left)


@functools.lru_cache(512)
def twin(topic: Topic, change: Change) -> Mistake | None:
    """Return the catalogued mistake that makes the same path as a change; None if there is none.

    Args:
        topic: which exercise.
        change: of one hyperparameter.

    """
    from course.grading.case_set import visible

    book = catalogue(topic)
    cases = [case for case in visible(topic) if not case.stretch and case.steps < 100]
    with np.errstate(all="ignore"):
        paths = {case.id: _trail(book.make(()), case, changed(case, (change,), defaults(topic))) for case in cases}
        for (mistake,) in book.singles:
            rule_class = book.make((mistake,))
            if all(
                paths[case.id].follows(taken(rule_class(**hyperparameters(case.hyperparameters)), case), EXACT)
                for case in cases
            ):
                return mistake
    return None


def _trail(rule_class: Any, case: Case, instead: Case) -> Trail:
    path = taken(rule_class(**hyperparameters(instead.hyperparameters)), instead)
    return Trail.of(case, Answer(case.steps, path, {}, None))
