"""Finds the mistake that a wrong trajectory was made by: runs the catalogue's rules beside it and sees which one fits.

A rule that takes another path is given up at the first number that differs, most often the first of all, so that some
hundreds of them are tried in a few milliseconds. What fits has gone the whole way: every core case, every step.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading.cases import stretch_names, visible
from course.grading.compare import ROUNDING
from course.grading.mistakes import PATH_RIGHT, catalogue
from course.grading.mistakes.slips import slip
from course.rule import Run, assign, hyperparameters

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from course.grading.case import Array, Case
    from course.grading.mistakes import Catalogue, Mistake
    from course.grading.mistakes.switched import Switched
    from course.grading.wire import Answer


@dataclass(frozen=True)
class Tolerance:
    """How near two paths of one and the same mistake are, in shares of the distance moved and of the largest number."""

    relative: float
    rounding: float


EXACT = Tolerance(1e-7, ROUNDING)
"""However the mistake is written; two different mistakes are far more apart."""

FLOAT32 = Tolerance(1e-4, 1e-6)
"""If the mistake is to compute in float32: where that rounds depends on how it is written."""

STEPS = 160
"""How far a case is followed at first. What fits so far is followed to the end before it is named."""

BEYOND = 1e150
"""Numbers from here on are not compared: whether a square of theirs overflows depends on how a rule is written."""

SQUEEZED = (1e-9, 1e-6)
"""How far, in shares of its size or of the distance moved, float32 leads a number astray in one step."""

Explanation = tuple["Mistake", ...]
"""One mistake, or two made at once."""


@dataclass(frozen=True)
class Trail:
    """What one case's answer allows a candidate: the learner's numbers and how near one must be, step by step."""

    case: Case
    answer: Answer
    moved: tuple[Array, ...]
    """By parameter, (steps, *shape): the largest distance from the start so far."""
    size: tuple[Array, ...]
    """By parameter, (steps, *shape): the largest number so far, grown by the root of the steps as rounding grows."""

    right: bool = False
    """Whether all its numbers are right."""

    @classmethod
    def of(cls, case: Case, answer: Answer, steps: int = STEPS, *, right: bool = False) -> Trail:
        """The trail of an answer, or of its first steps."""
        moved, size = [], []
        for start, got in zip(case.params, answer.params, strict=True):
            until = got[:steps]
            numbers = np.arange(1, len(until) + 1).reshape(-1, *[1] * start.ndim)
            with np.errstate(invalid="ignore", over="ignore"):
                moved.append(np.maximum.accumulate(np.abs(until - start)))
                largest = np.maximum.accumulate(np.maximum(np.abs(until), np.abs(start)))
            size.append(np.sqrt(numbers) * largest)
        return cls(case, answer, tuple(moved), tuple(size), right)

    def near(self, step: int, i: int, new: Array, tolerance: Tolerance) -> bool:
        """Whether parameter `i` after `step` (from 0) is where the learner's is."""
        return bool(self.all_near(step, i, new[None], tolerance)[0])

    def all_near(self, step: int | slice, i: int, new: Array, tolerance: Tolerance) -> Any:
        """The same for many of them at once: `new` is (rules, *shape), or (steps, *shape) where `step` is a slice.

        Returns:
            One boolean a rule, or a step.

        """
        got = self.answer.params[i][step]
        margin = tolerance.relative * self.moved[i][step] + tolerance.rounding * self.size[i][step]
        axes = tuple(range(1, new.ndim))
        close = np.abs(new - got) <= margin
        if close.all():
            return close.all(axis=axes)
        both_huge = (np.abs(new) >= BEYOND) & (np.abs(got) >= BEYOND)
        return (close | (new == got) | both_huge | (np.isnan(new) & np.isnan(got))).all(axis=axes)

    def followed_by(self, rule: Switched, tolerance: Tolerance) -> bool:
        """Whether the rule takes the same steps and, if the learner's stopped, stops there too."""
        params: list[Any] = list(self.case.params)
        states = [rule.init(param) for param in params]
        for step, grads in enumerate(self.case.grads[:STEPS]):
            if step + 1 in self.case.schedule:
                assign(rule, self.case.schedule[step + 1])
            for i, grad in enumerate(grads):
                before = params[i]
                try:
                    params[i], states[i] = rule.update(before, grad, states[i])
                except ValueError:  # numpy's, for shapes that do not go together
                    return step == self.answer.steps and _stopped_by_shapes(self.answer)
                if np.shape(params[i]) != before.shape:  # or they do, and that is wrong too
                    return step == self.answer.steps and _stopped_by_shapes(self.answer)
                if step < self.answer.steps and not self.near(step, i, params[i], tolerance):
                    return False
            if step >= self.answer.steps:
                return False
        return True


def _stopped_by_shapes(answer: Answer) -> bool:
    problem = answer.problem or {}
    return problem.get("type") == "ValueError" or problem.get("kind") == "shape"


def fits(book: Catalogue, explanation: Explanation, trails: Sequence[Trail]) -> bool:
    """Whether a rule with these mistakes, in any style, answers every case as the learner's did, in the same order."""
    return any(_fits(book, explanation, trails, style) for style in book.rule.styles)


def _fits(book: Catalogue, explanation: Explanation, trails: Sequence[Trail], style: str) -> bool:
    outliving: dict[str, Any] = {}
    squeezed = _in_float32(explanation)
    for trail in trails:
        rule = book.make(explanation, outliving, hyperparameters(trail.case.hyperparameters), style)
        if not trail.followed_by(rule, FLOAT32 if squeezed and not trail.right else EXACT):
            return False
    return True


def _in_float32(explanation: Explanation) -> bool:
    return any(mistake.id == "float32-inside" for mistake in explanation)


def explanations(
    stem: str, cases: Sequence[Case], answers: Mapping[str, Answer], right: Collection[str] = ()
) -> tuple[Explanation, ...]:
    """Every single mistake that fits the answers to these cases, all of them; if none does, every pair.

    Args:
        stem: the topic.
        cases: the core cases, in the order in which they were run, each with an answer. The visible ones are searched;
            what fits them must fit the hidden ones too.
        answers: by case id.
        right: the ids of the cases whose numbers are right. In float32, too, they must come out right.

    """
    book = catalogue(stem)
    visible, hidden = ([case for case in cases if case.hidden is kind] for kind in (False, True))
    with np.errstate(all="ignore"):
        trails = [Trail.of(case, answers[case.id], right=case.id in right) for case in visible]
        for some in (book.singles, book.pairs):
            fitting = (each for each in _opening(stem, some, trails[0]) if fits(book, each, trails))
            found = tuple(each for each in fitting if _fits_to_the_end(book, each, (visible, hidden), answers))
            if found:
                return found
    return ()


def _fits_to_the_end(
    book: Catalogue, explanation: Explanation, workers: Sequence[Sequence[Case]], answers: Mapping[str, Answer]
) -> bool:
    """Whether it fits all that each worker ran, to the last step; what float32 rounds, nobody can follow so far."""
    if _in_float32(explanation):
        return _looks_squeezed(book, explanation, workers[0], answers)
    longer = [cases for cases in workers if any(case.hidden or case.steps > STEPS for case in cases)]
    return all(
        any(_fits_whole(book, explanation, cases, answers, style) for style in book.rule.styles) for cases in longer
    )


def _fits_whole(
    book: Catalogue, explanation: Explanation, cases: Sequence[Case], answers: Mapping[str, Answer], style: str
) -> bool:
    walked = walk(book.stem, explanation, cases, style)
    for case in cases:
        trail = Trail.of(case, answers[case.id], case.steps)
        for i, path in enumerate(walked[case.id]):
            if len(path) != trail.answer.steps:
                return False
            both_huge = np.minimum(np.abs(path), np.abs(trail.answer.params[i])) >= BEYOND
            until = int(np.argwhere(both_huge)[0][0]) if both_huge.any() else len(path)
            if not trail.all_near(slice(until), i, path[:until], EXACT).all():
                return False
    return True


def _looks_squeezed(
    book: Catalogue, explanation: Explanation, cases: Sequence[Case], answers: Mapping[str, Answer]
) -> bool:
    """Whether the first steps are off as float32 makes them: by its precision, and not all by one share."""
    others = [mistake for mistake in explanation if not _in_float32((mistake,))]
    columns: list[Array] = []
    for case in cases:
        rule = book.make(others, {}, hyperparameters(case.hyperparameters))
        for start, grad, got in zip(case.params, case.grads[0], answers[case.id].params, strict=True):
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


def _opening(stem: str, some: Sequence[Explanation], trail: Trail) -> Sequence[Explanation]:
    """Those that might fit by the first numbers of all: most rules differ there, and theirs are known beforehand."""
    if not trail.answer.steps:
        return some
    first = _first_numbers(stem)
    new = np.array([first[each] for each in some])
    return [each for each, near in zip(some, trail.all_near(0, 0, new, FLOAT32), strict=True) if near]


@functools.cache
def _first_numbers(stem: str) -> dict[Explanation, Array]:
    """By explanation, what its rule makes of the first parameter of the first case in the first step."""
    book, case = catalogue(stem), visible(stem)[0]
    param, grad = case.params[0], case.grads[0][0]
    first = {}
    for each in (*book.singles, *book.pairs):
        rule = book.make(each, {}, hyperparameters(case.hyperparameters))
        states = [rule.init(param) for param in case.params]
        try:
            first[each] = np.asarray(rule.update(param, grad, states[0])[0], dtype=np.float64)
        except ValueError:  # shapes that do not go together
            first[each] = np.full(param.shape, np.nan)
    return first


def walk(stem: str, explanation: Explanation, cases: Sequence[Case], style: str = "") -> dict[str, tuple[Array, ...]]:
    """How a rule with these mistakes, in this style, moves the parameters of the cases, run in this order.

    Returns:
        By case id and parameter, (steps, *shape); fewer steps than the case has if the rule stops by itself.

    """
    book, outliving = catalogue(stem), dict[str, Any]()
    with np.errstate(all="ignore"):
        return {
            case.id: _path(book.make(explanation, outliving, hyperparameters(case.hyperparameters), style), case)
            for case in cases
        }


def _path(rule: Switched, case: Case) -> tuple[Array, ...]:
    run = Run(rule, case.params)
    path: list[list[Any]] = []
    for step, grads in enumerate(case.grads):
        assign(rule, case.schedule.get(step + 1, {}))
        try:
            run.step(grads)
        except ValueError:  # shapes that do not go together
            break
        if any(np.shape(new) != param.shape for new, param in zip(run.params, case.params, strict=True)):
            break
        path.append(list(run.params))
    columns = zip(*path, strict=True) if path else ([] for _ in case.params)
    return tuple(
        np.asarray(column, dtype=np.float64).reshape(len(path), *param.shape)
        for column, param in zip(columns, case.params, strict=True)
    )


def options(stem: str, case: Case, answer: Answer) -> tuple[Mistake, ...]:
    """The mistakes in stretch options that fit the answer to this stretch case."""
    book = catalogue(stem)
    with np.errstate(all="ignore"):
        trail = Trail.of(case, answer)
        switched_on = [each for each in book.mistakes if each.option in case.hyperparameters]
        return tuple(each for each in switched_on if each.option and fits(book, (each,), [trail]))


def ignores_options(stem: str, case: Case, answer: Answer) -> bool:
    """Whether the answer to this stretch case is the one without any stretch option."""
    book = catalogue(stem)
    plain = {name: value for name, value in case.hyperparameters.items() if name not in stretch_names(stem)}
    with np.errstate(all="ignore"):
        return fits(book, (), [Trail.of(replace(case, hyperparameters=plain), answer)])


@dataclass(frozen=True)
class Diagnosis:
    """What was recognised in a file."""

    slips: tuple[str, ...] = ()
    """Ids of slips, and of mistakes that are seen by what becomes of the caller's arrays."""
    fits: tuple[Explanation, ...] = ()
    """Every explanation of the core's path; more than one where several mistakes make the same path."""
    options: dict[str, tuple[Mistake, ...]] = field(default_factory=dict)
    """By stretch case, what fits it."""
    ignored: tuple[str, ...] = ()
    """The stretch cases that are answered as if the option did not exist."""
    searched: bool = False
    """Whether the whole core was held against the catalogue."""
    numbers_right: bool = False
    """Whether every core case was run to its end with the right numbers."""
    stretch_right: bool = False
    """And every stretch case."""

    @property
    def mistakes(self) -> tuple[str, ...]:
        """The ids of all that is certain."""
        core = self.fits[0] if len(self.fits) == 1 else ()
        extra = (fitting[0] for fitting in self.options.values() if len(fitting) == 1)
        return tuple(dict.fromkeys([*self.slips, *(each.id for each in (*core, *extra))]))

    @property
    def alternatives(self) -> tuple[tuple[str, ...], ...]:
        """The ids of what is only one of several."""
        return tuple(tuple(each.id for each in fit) for fit in self.fits) if len(self.fits) > 1 else ()


def diagnose(
    stem: str,
    cases: Sequence[Case],
    answers: Mapping[str, Answer],
    failed: Collection[str],
    astray: Collection[str],
) -> Diagnosis:
    """Recognise what a file does wrong.

    Args:
        stem: the topic.
        cases: the visible and the hidden cases, in the order in which they were run.
        answers: by case id.
        failed: the ids of the cases that are not right.
        astray: the ids of those among them whose numbers are wrong.

    """
    core = [case for case in cases if not case.stretch]
    if any(case.id in failed for case in core):
        stretch = [case for case in cases if case.stretch]
        found = _of_core(stem, core, answers, failed, astray)
        return replace(found, stretch_right=_all_right(stretch, answers, astray))
    fitting, ignored = {}, []
    for case in cases:
        if case.hidden or case.id not in failed or case.id not in answers or answers[case.id].problem:
            continue
        if ignores_options(stem, case, answers[case.id]):
            ignored.append(case.id)
        elif those := options(stem, case, answers[case.id]):
            fitting[case.id] = those
    return Diagnosis(options=fitting, ignored=tuple(ignored))


def _all_right(cases: Sequence[Case], answers: Mapping[str, Answer], astray: Collection[str]) -> bool:
    """Whether every case was run to its end with the right numbers, whatever became of the caller's arrays."""
    return all(case.id in answers and case.id not in astray and answers[case.id].steps == case.steps for case in cases)


def _of_core(
    stem: str,
    core: Sequence[Case],
    answers: Mapping[str, Answer],
    failed: Collection[str],
    astray: Collection[str],
) -> Diagnosis:
    """What is wrong in the core; the arguments are those of `diagnose`."""
    stopped = [answers[case.id] for case in core if case.id in failed and case.id in answers and not case.hidden]
    slips = tuple(dict.fromkeys(filter(None, (slip(answer.problem or {}) for answer in stopped))))
    complete = all(case.id in answers for case in core)
    wanted = any(case.id in astray and not case.hidden for case in core) or any(map(_stopped_by_shapes, stopped))
    # Who has not taken a single step has shown nothing.
    searched = wanted and complete and any(answers[case.id].steps for case in core if not case.hidden)
    right = {case.id for case in core if case.id in answers and case.id not in astray}
    fitting = explanations(stem, core, answers, right) if searched else ()
    elsewhere = tuple(name for name in slips if name not in PATH_RIGHT)
    if elsewhere and not (elsewhere == ("shape-changed",) and fitting):
        return Diagnosis(slips)
    handled = tuple(name for name in slips if name in PATH_RIGHT)
    return Diagnosis(handled, fitting, searched=searched, numbers_right=_all_right(core, answers, astray))
