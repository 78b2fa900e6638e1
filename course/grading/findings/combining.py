"""Looks for all that is wrong at once: other defaults, constants and functions of hyperparameters, and known mistakes.

What is found has gone the whole way: a right rule with exactly these changes and mistakes answers every visible core
case as the learner's did, to the last step.
"""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading.case_set import visible
from course.grading.diagnosis import candidates
from course.grading.findings.asking import made
from course.grading.findings.change import OF_VALUE, Substitution, changed, pick, put, split
from course.grading.findings.finding import Findings
from course.grading.findings.fitting import Variant, defaults, varied_names
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

Changes = tuple[Substitution, ...]

MOST = 4
"""Things at once that a message can tell of; more of them, and nobody is helped by the list."""

FIXED = 16
"""Combinations of constants that are tried for hyperparameters that make no difference, all but one of them."""


@dataclass(frozen=True)
class Seen:
    """What is known of a file's hyperparameters when an explanation is looked for."""

    fitter: Fitter
    described: Described | None
    """How the class takes them, if it has told."""
    ignored: Sequence[str]
    """Those that make no difference."""
    kept: Sequence[str]
    """Those that make none when they are changed between two steps."""

    @property
    def starts(self) -> tuple[Changes, ...]:
        """What is taken for granted, one after the other: what the class tells and what was seen, or that alone."""
        once = tuple(Substitution("once", name) for name in self.kept)
        return tuple(dict.fromkeys([(*other_defaults(self.fitter.topic, self.described), *once), once]))


def whole(seen: Seen) -> Findings:
    """Find out all that is wrong, if that can be done.

    Args:
        seen: what is known of the file.

    Returns:
        What is wrong; nothing if no explanation fits.

    """
    if seen.fitter.still():
        return Findings()
    for look in (_hyperparameters, _constants_and_mistakes, _fitted_and_mistake):
        if found := look(seen):
            return told(seen.fitter, *found)
    return Findings()


def _hyperparameters(seen: Seen) -> tuple[Changes, Explanation] | None:
    """Look for changes of hyperparameters alone, or with mistakes beside those that the class itself tells."""
    fitter = seen.fitter
    for changes in seen.starts:
        if changes and fitter.reproduces(Variant((), changes)):
            return changes, ()
        if changes and (fit := _beside(fitter, changes)):
            return changes, fit
        if found := _fitted(fitter, Variant((), changes), seen.ignored, seen.ignored or varied_names(fitter.topic)):
            return found, ()
    return None


def _constants_and_mistakes(seen: Seen) -> tuple[Changes, Explanation] | None:
    """Look for the likeliest constants, and mistakes beside them."""
    for changes in seen.starts if seen.ignored else ():
        for constants in _constants(seen.fitter, seen.ignored):
            if fit := _beside(seen.fitter, (*changes, *constants)):
                return (*changes, *constants), fit
    return None


def _fitted_and_mistake(seen: Seen) -> tuple[Changes, Explanation] | None:
    """Look for a constant that has to be fitted beside one mistake."""
    topic = seen.fitter.topic
    for changes in seen.starts:
        found_by: dict[Explanation, Changes] = {}
        for explanation in catalogue(topic).singles:
            names = seen.ignored or _about(topic, explanation[0])
            if names and not _of_one_number(explanation[0], seen.ignored):
                fitted = _fitted(seen.fitter, Variant(explanation, changes), seen.ignored, names)
                if fitted:
                    found_by[explanation] = fitted
        if len(found_by) > 1:  # ε inside the root, or its square: the number that is written in the file decides
            written = seen.fitter.literals
            found_by = {each: fitted for each, fitted in found_by.items() if fitted[-1].value in written}
        if len(found_by) == 1:
            ((explanation, fitted),) = found_by.items()
            return fitted, explanation
    return None


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
            found.append(Substitution("default", name, value))
    return tuple(found)


def _beside(fitter: Fitter, changes: Changes) -> Explanation:
    """Return the mistake, or the two, that are made beside other defaults; none if several fit, or nothing does."""
    untouched = [trail for trail in fitter.trails if not _touched(trail.case, changes, fitter.defaults)]
    if all(trail.right for trail in untouched):
        return ()
    book = catalogue(fitter.topic)
    some = candidates(fitter.topic, {trail.case.id: trail for trail in untouched})
    blind = sum(len(each) == 2 for each in some) == len(book.pairs)  # no pair has a sample there: all would be walked
    for group in (book.singles,) if blind else (book.singles, book.pairs):
        fits = [
            explanation
            for explanation in group
            if any(fitter.reproduces(Variant(explanation, changes, style)) for style in some.get(explanation, ()))
        ]
        if fits:
            return fits[0] if len(fits) == 1 else ()
    return ()


def _touched(case: Case, changes: Changes, defaults: Mapping[str, Any]) -> bool:
    """Return whether a case is another one after these changes."""
    other = changed(case, changes, defaults)
    before, after = ({**defaults, **each.hyperparameters} for each in (case, other))
    unlike = any(_plain(value) != _plain(after[name]) for name, value in before.items())
    return unlike or case.schedule != other.schedule


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _constants(fitter: Fitter, ignored: Sequence[str]) -> Iterator[Changes]:
    """Yield the likeliest constants in the place of all hyperparameters that make no difference."""
    values = [_likely(fitter, name) for name in ignored[: MOST - 1]]
    for chosen in itertools.islice(_best_first(values), FIXED // 2):
        yield tuple(Substitution("constant", name, value) for name, value in zip(ignored, chosen, strict=False))


def _of_one_number(mistake: Mistake, ignored: Sequence[str]) -> bool:
    """Return whether a mistake is about a hyperparameter that a constant is looked for anyway."""
    return mistake.of in {split(name)[0] for name in ignored}


def _about(topic: Topic, mistake: Mistake) -> tuple[str, ...]:
    """Return `eps` for a mistake about where that is added: what is put there may be another number, too."""
    return tuple(name for name in varied_names(topic) if name == "eps" and name in mistake.id and not mistake.of)


def _fitted(fitter: Fitter, variant: Variant, ignored: Sequence[str], names: Sequence[str]) -> Changes:
    """Return what has to be changed besides for a rule to take the learner's path; nothing if that cannot be found."""
    for fixed, name in _plans(fitter, ignored, names, alone=not variant.explanation):
        start = Variant(variant.explanation, (*variant.changes, *fixed), variant.style)
        for value in fitter.values(start, name):
            for change in _readings(fitter, name, value, constant=bool(ignored)):
                changes = (*start.changes, change)
                if fitter.reproduces(Variant(variant.explanation, changes, variant.style)):
                    return changes
    return ()


def _plans(
    fitter: Fitter, ignored: Sequence[str], names: Sequence[str], *, alone: bool
) -> Iterator[tuple[Changes, str]]:
    """Yield what is taken for granted, and the hyperparameter that is then fitted."""
    if not ignored:
        yield from (((), name) for name in names)
        return
    free = min(ignored, key=lambda name: (name != "eps", name in {"weight_decay", "lr"}))
    others = [name for name in ignored if name != free][: MOST - 1]
    values = [_likely(fitter, name) for name in others]
    for chosen in itertools.islice(_best_first(values), FIXED if alone else 2):
        fixed = tuple(Substitution("constant", name, value) for name, value in zip(others, chosen, strict=True))
        yield fixed, free


def _best_first(values: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """Combine one of each list; what stands further in front goes first."""
    places = itertools.product(*(range(len(each)) for each in values))
    return [
        tuple(each[place] for each, place in zip(values, chosen, strict=True)) for chosen in sorted(places, key=sum)
    ]


def _likely(fitter: Fitter, name: str) -> list[Any]:
    """Return what may be computed with in a hyperparameter's place, the likeliest first."""
    default = pick(fitter.defaults, name)
    if isinstance(default, int):
        return [default, *(int(each) for each in fitter.literals if each == int(each) and 0 < each < 1000)]
    if name == "weight_decay":
        return list(dict.fromkeys([0.0, default]))
    literals = [each for each in fitter.literals if each > 0 and (name in {"lr", "eps"} or each < 1)]
    return list(dict.fromkeys([default, *literals, 0.0]))


def _readings(fitter: Fitter, name: str, value: float, *, constant: bool) -> Iterator[Substitution]:
    """Yield what a fitted number may mean: the constant itself, a default, or a function of what is given."""
    base, element = split(name)
    if not constant:
        given = fitter.given(name)
        if given is not None:
            for how, function in OF_VALUE.items():
                if abs(function(given) - value) <= 1e-6 * abs(value):
                    yield Substitution(how, name)  # type: ignore[arg-type]
        default = value if element is None else put(defaults(fitter.topic), name, value)[base]
        yield Substitution("default", base, default)
    if value >= 0:  # below zero it is a constant and a sign, and the sign has a name of its own
        yield Substitution("constant", name, value)
        yield Substitution("start", name, value)
    if not constant and given:
        factor = value / given
        short = float(f"{factor:.6g}")
        yield Substitution("times", name, short if abs(short - factor) <= 1e-6 * abs(factor) else factor)


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
            left = [Substitution("constant", base, value), *(each for each in left if each not in own)]
    return tuple(left)


@functools.lru_cache(512)
def twin(topic: Topic, change: Substitution) -> Mistake | None:
    """Return the catalogued mistake that makes the same path as a change; None if there is none.

    Args:
        topic: which exercise.
        change: of one hyperparameter.

    Returns:
        The mistake.

    """
    book = catalogue(topic)
    cases = [case for case in visible(topic) if not case.stretch and case.steps < 100]
    with np.errstate(all="ignore"):
        paths = {case.id: _trail(made(topic), case, changed(case, (change,), defaults(topic))) for case in cases}
        for (mistake,) in book.singles:
            rule_class = made(topic, (mistake,))
            if all(
                paths[case.id].follows(taken(rule_class(**hyperparameters(case.hyperparameters)), case), EXACT)
                for case in cases
            ):
                return mistake
    return None


def _trail(rule_class: Any, case: Case, instead: Case) -> Trail:
    path = taken(rule_class(**hyperparameters(instead.hyperparameters)), instead)
    return Trail.of(case, Answer(case.steps, path, {}, None))
