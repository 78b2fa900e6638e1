"""Finds the mistake that a wrong trajectory was made by.

It is held against what is stored of every mistake and every pair, all at once. The one or two that are left are run
beside it, and what fits has gone the whole way: every core case, every step.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from course.grading.case_set import stretch_names
from course.grading.mistakes import PATH_RIGHT, catalogue, samples, search
from course.grading.mistakes.simulate import followed
from course.grading.mistakes.slips import PATH_WRONG, slip
from course.grading.trail import EXACT, FLOAT32, STEPS, Bounds, Trail, stopped_by_shapes
from course.rule import hyperparameters

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from course.grading.case import Array, Case
    from course.grading.compare import Tolerance
    from course.grading.mistakes import Explanation, Mistake
    from course.grading.wire import Answer
    from course.topic import Topic


SQUEEZED = (1e-9, 1e-6)
"""How far, in shares of its size or of the distance moved, float32 leads a number astray in one step."""


def explanations(
    topic: Topic, cases: Sequence[Case], answers: Mapping[str, Answer], right: Collection[str] = ()
) -> tuple[Explanation, ...]:
    """Return every single mistake that fits the answers to these cases; if none does, every pair; then three at once.

    Args:
        topic: which exercise.
        cases: the visible core cases, in the order in which they were run, each with an answer.
        answers: by case id.
        right: the ids of the cases whose numbers are right. In float32, too, they must come out right.

    Returns:
        The explanations; none if nothing fits.

    """
    with np.errstate(all="ignore"):
        trails = [Trail.of(case, answers[case.id], right=case.id in right) for case in cases]
        some = candidates(topic, {trail.case.id: trail for trail in trails})
        for count in (1, 2):
            found = tuple(
                each for each, styles in some.items() if len(each) == count and fits(topic, each, styles, trails)
            )
            if found:  # what fits to the last digit is more than what fits as float32 does
                return tuple(each for each in found if not _in_float32(each)) or found
        for threes in search.triples(topic, {trail.case.id: trail for trail in trails}):
            found = tuple(three for three, style in threes if fits(topic, three, (style,), trails))
            if found:
                return found
    return ()


def candidates(topic: Topic, trails: Mapping[str, Trail]) -> dict[Explanation, list[str]]:
    """Return what might fit by the stored samples, and in which styles.

    Args:
        topic: which exercise.
        trails: by case id.

    Returns:
        By explanation, the names of the styles in which it may fit.

    """
    stored, explained = samples.read(topic), tuple(catalogue(topic).rows.values())
    might = (Bounds.of(stored.places, trails).allow(stored.numbers) | ~stored.taken).all(axis=1)
    some: dict[Explanation, list[str]] = {}
    for row in np.flatnonzero(might):
        explanation, style = explained[row]
        some.setdefault(explanation, []).append(style)
    return some


def fits(topic: Topic, explanation: Explanation, styles: Iterable[str], trails: Sequence[Trail]) -> bool:
    """Return whether a rule with these mistakes answers every case as the learner's did, to the last step.

    Args:
        topic: which exercise.
        explanation: the mistakes.
        styles: the rule may be written in any of these.
        trails: of all that was run, in the same order.

    Returns:
        True if one of the styles fits.

    """
    if _in_float32(explanation):  # what float32 rounds, nobody can follow to the end
        first = [replace(trail.case, grads=trail.case.grads[:STEPS]) for trail in trails]
        squeezed = any(_follows(topic, explanation, style, first, trails, FLOAT32) for style in styles)
        return squeezed and _looks_squeezed(topic, explanation, trails)
    cases = [trail.case for trail in trails]
    return any(_follows(topic, explanation, style, cases, trails, EXACT) for style in styles)


def _follows(
    topic: Topic,
    explanation: Explanation,
    style: str,
    cases: Sequence[Case],
    trails: Sequence[Trail],
    tolerance: Tolerance,
) -> bool:
    paths = followed(topic, explanation, cases, style)
    for number, trail in enumerate(trails):
        path = paths.path(number)
        if not trail.follows(path, EXACT if trail.right else tolerance):
            return False
        if tolerance is EXACT and trail.case.steps > STEPS and not trail.follows_to_the_end(path):
            return False
    return True


def _in_float32(explanation: Explanation) -> bool:
    return any(mistake.wrap == "float32-inside" for mistake in explanation)


def _looks_squeezed(topic: Topic, explanation: Explanation, trails: Sequence[Trail]) -> bool:
    """Whether the first steps are off as float32 makes them: by its precision, and not all by one share."""
    rule_class = catalogue(topic).make([mistake for mistake in explanation if not _in_float32((mistake,))])
    columns: list[Array] = []
    for trail in trails:
        case = trail.case
        rule = rule_class(**hyperparameters(case.hyperparameters))
        for start, grad, got in zip(case.params, case.grads[0], trail.answer.params, strict=True):
            right = np.asarray(rule.update(start, grad, rule.init(start))[0])
            if len(got):
                columns.append(np.array([start, right, got[0]]).reshape(3, -1))
    start, right, got = np.concatenate(columns or [np.empty((3, 0))], axis=1)
    error, size = got - right, np.maximum(np.abs(right), np.abs(right - start))
    astray = (error != 0) & (size != 0) & np.isfinite(error)
    if not astray.any():
        return False
    if (got == got.astype(np.float32))[astray].all():
        return True
    worst = (np.abs(error) / size)[astray].max()
    shares = ((error / base)[astray] for base in (right, right - start, np.ones_like(right)))
    regular = any(np.ptp(each) <= 0.1 * abs(np.median(each)) for each in shares)
    return bool(SQUEEZED[0] < worst < SQUEEZED[1]) and not regular


def options(topic: Topic, case: Case, answer: Answer) -> tuple[Mistake, ...]:
    """Return the mistakes in stretch options that fit the answer to a stretch case.

    Args:
        topic: which exercise.
        case: the stretch case.
        answer: to it.

    Returns:
        Those that fit; none if nothing does.

    """
    with np.errstate(all="ignore"):
        trail = Trail.of(case, answer)
        some = candidates(topic, {case.id: trail})
        about = [each for each in catalogue(topic).options if each[0].option in case.hyperparameters]
        return tuple(each[0] for each in about if fits(topic, each, some.get(each, ()), [trail]))


def ignores_options(topic: Topic, case: Case, answer: Answer) -> bool:
    """Return whether the answer to a stretch case is the one without any stretch option.

    Args:
        topic: which exercise.
        case: the stretch case.
        answer: to it.

    Returns:
        True if it fits the right rule without the options.

    """
    plain = {name: value for name, value in case.hyperparameters.items() if name not in stretch_names(topic)}
    with np.errstate(all="ignore"):
        trail = Trail.of(replace(case, hyperparameters=plain), answer)
        return fits(topic, (), catalogue(topic).styles, [trail])


@dataclass(frozen=True)
class Diagnosis:
    """What was recognised in a file."""

    slips: tuple[str, ...] = ()
    """Ids of slips, and of mistakes that are seen by what becomes of the caller's arrays."""
    fits: tuple[Explanation, ...] = ()
    """Every explanation of the core's path; more than one where several mistakes make the same path."""
    beside: Explanation = ()
    """Mistakes that make the core's path together with what was found out besides (`findings`)."""
    options: dict[str, tuple[Mistake, ...]] = field(default_factory=dict)
    """By stretch case, what fits it."""
    ignored: tuple[str, ...] = ()
    """The stretch cases that are answered as if the option did not exist."""
    searched: bool = False
    """Whether the whole core was held against the catalogue."""
    threes: bool = True
    """And against three mistakes at once, for which the first steps of one case are needed (`mistakes.search`)."""
    numbers_right: bool = False
    """Whether every core case was run to its end with the right numbers."""
    stretch_right: bool = False
    """And every stretch case."""

    @property
    def mistakes(self) -> tuple[str, ...]:
        """The ids of all that is certain."""
        core = self.fits[0] if len(self.fits) == 1 else self.beside
        extra = (fitting[0] for fitting in self.options.values() if len(fitting) == 1)
        return tuple(dict.fromkeys([*self.slips, *(each.id for each in (*core, *extra))]))

    @property
    def alternatives(self) -> tuple[tuple[str, ...], ...]:
        """The ids of what is only one of several."""
        return tuple(tuple(each.id for each in fit) for fit in self.fits) if len(self.fits) > 1 else ()


def diagnose(
    topic: Topic,
    cases: Sequence[Case],
    answers: Mapping[str, Answer],
    failed: Collection[str],
    astray: Collection[str],
) -> Diagnosis:
    """Recognise what a file does wrong.

    Args:
        topic: which exercise.
        cases: the visible cases, in the order in which they were run. Nothing here may hang on hidden numbers.
        answers: by case id.
        failed: the ids of the cases that are not right.
        astray: the ids of those among them whose numbers are wrong.

    Returns:
        The mistakes that were recognised.

    """
    core = [case for case in cases if not case.stretch]
    if any(case.id in failed for case in core):
        stretch = [case for case in cases if case.stretch]
        found = _of_core(topic, core, answers, failed, astray)
        return replace(found, stretch_right=_all_right(stretch, answers, astray))
    fitting, ignored = {}, []
    for case in cases:
        if case.id not in failed or case.id not in answers or answers[case.id].problem:
            continue
        if ignores_options(topic, case, answers[case.id]):
            ignored.append(case.id)
        elif those := options(topic, case, answers[case.id]):
            fitting[case.id] = those
    return Diagnosis(options=fitting, ignored=tuple(ignored))


def _all_right(cases: Sequence[Case], answers: Mapping[str, Answer], astray: Collection[str]) -> bool:
    """Return whether every case was run to its end with the right numbers, whatever became of the caller's arrays."""
    return all(case.id in answers and case.id not in astray and answers[case.id].steps == case.steps for case in cases)


def _of_core(
    topic: Topic,
    core: Sequence[Case],
    answers: Mapping[str, Answer],
    failed: Collection[str],
    astray: Collection[str],
) -> Diagnosis:
    """Return what is wrong in the core; the arguments are those of `diagnose`."""
    stopped = [answers[case.id] for case in core if case.id in failed and case.id in answers]
    slips = tuple(dict.fromkeys(filter(None, (slip(answer.problem or {}) for answer in stopped))))
    complete = all(case.id in answers for case in core)
    wanted = any(case.id in astray for case in core) or any(map(stopped_by_shapes, stopped))
    # Who has not taken a single step has shown nothing.
    searched = wanted and complete and any(answers[case.id].steps for case in core)
    right = {case.id for case in core if case.id in answers and case.id not in astray}
    fitting = explanations(topic, core, answers, right) if searched else ()
    elsewhere = tuple(name for name in slips if name not in PATH_RIGHT)
    if elsewhere and not (fitting and PATH_WRONG.issuperset(elsewhere)):
        return Diagnosis(slips)
    handled = tuple(name for name in slips if name in PATH_RIGHT)
    threes, whole = any(case.id == samples.FIRST for case in core), _all_right(core, answers, astray)
    return Diagnosis(handled, fitting, searched=searched, threes=threes, numbers_right=whole)
