"""What every right rule of a topic has in common, asked of a wrong one: symmetries, scales, memory, independence.

No table says which rule has which property: the course's own solution is asked the same, and what holds of it must hold
of every right rule. The first property that fails, from the simplest to the subtlest, is told by what was seen.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading import case_set
from course.grading.facts import constant_ratio, figure
from course.grading.findings.asking import probe, right
from course.grading.findings.finding import Finding
from course.grading.findings.hyperparameters import number
from course.grading.findings.questions import MIDWAY, first_steps
from course.text import texts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from course.grading.case import Array, Case
    from course.grading.findings.questions import Interview
    from course.topic import Topic

    Path = Sequence[Array]
    """By parameter, (steps, *shape)."""

TEXTS = texts(__file__)

TIMES = 4.0
"""By how much gradients are scaled: a power of two, so that nothing is rounded."""

HUGE = 1e6
"""And by how much to see whether very large ones and very small ones are treated alike."""

TINY = 1e-13
"""A gradient, or a rate, that is next to nothing, and must do next to what nothing does."""

SHIFT = 0.5
"""By how much parameters are shifted."""

NOT_REPEATABLE = "not-repeatable"

HOLDS, FAILS = 1e-9, 1e-6
"""Shares of the distance moved within which two numbers are the same, and beyond which they are not."""


@dataclass(frozen=True)
class Property:
    """Something that holds of a rule or does not, seen on a few cases."""

    id: str
    cases: tuple[Case, ...]
    """What is asked."""
    compared: Callable[[Sequence[Path]], tuple[Path, Path, Path]]
    """Makes of the paths on these cases two that are to be the same, and the starting points of both."""
    facts: Mapping[str, Any]
    """What the sentence shows, and the claim holds."""

    def apart(self, paths: Sequence[Path]) -> float:
        """Return how far the two paths that are to be one lie apart, at most, in shares of the distance moved."""
        one, other, starts = self.compared(paths)
        worst = 0.0
        for a, b, start in zip(one, other, starts, strict=True):
            moved = np.maximum.accumulate(np.maximum(np.abs(a - start), np.abs(b - start)))
            size = 1e-13 * (np.abs(start) + np.abs(a))
            worst = max(worst, float((np.maximum(np.abs(a - b) - size, 0) / np.maximum(moved, 1e-300)).max(initial=0)))
        return worst


def properties(base: Case) -> tuple[Property, ...]:
    """Make the questions about properties, from the simplest property to the subtlest.

    Args:
        base: a question of two parameters in which no hyperparameter is at its default.

    Returns:
        Every property that a rule may have; which of them a right one has, the solution tells.

    """
    given = base.hyperparameters
    still = {"weight_decay": 0.0} if "weight_decay" in given else {}
    plain = probe(base, hyperparameters={**given, **still})
    first = probe(base, params=base.params[:1], grads=tuple(step[:1] for step in base.grads))
    wide = _with_shape(base, (4,))
    found = [
        _repeated(base),
        _still(plain),
        _beside(first),
        _elements(first),
        *(_shaped(wide, shape) for shape in ((2, 2), (4, 1), (1, 4))),
        _lonely(first),
        _turned(base),
        _shifted(plain),
        _scaled(plain, TIMES, 1),
    ]
    if still:
        found += [_decayed(base), *([_divided(base)] if "lr" in given else [])]
    if "lr" in given:
        found.append(_faster(plain))
    found += [_nothing(base), *([_nothing(plain)] if still else [])]
    if "lr" in given:
        found.append(_resting(base))
    found += [_scaled(plain, times, 1) for times in (HUGE, 1 / HUGE)]
    if "eps" in given:
        exact = probe(plain, hyperparameters={**plain.hyperparameters, "eps": 0.0})
        found.append(_scaled(exact, TIMES, 0))
        for times in (TIMES, HUGE, 1 / HUGE):
            found += [_scaled(plain, times, degree, power) for degree in (0, 1) for power in (1, 2)]
    return (*found, *_remembered(plain))


@dataclass(frozen=True)
class Required:
    """What is asked of every wrong file of a topic."""

    base: Case
    properties: tuple[tuple[Property, bool], ...]
    """In the order in which they are told, each with whether it holds of the right rule."""
    questions: tuple[Case, ...]
    """Every case that is asked about, each once; the one that is only to be repeated stands last."""


@functools.cache
def required(topic: Topic) -> Required:
    """Find out which properties the course's own solution has, and make the questions about those.

    Args:
        topic: which exercise.

    Returns:
        The properties that a right rule has, and those of its memory that it has not.

    """
    base = probe(first_steps(case_set.visible(topic)))
    known: dict[str, Path] = {}
    found = []
    for each in properties(base):
        ours = [known.setdefault(case.id, right(topic, case)) for case in each.cases]
        if all(np.isfinite(path).all() for paths in ours for path in paths) and not _idle(each, ours):
            apart = each.apart(ours)
            if apart <= HOLDS or (each.id == "memory" and apart > FAILS):
                found.append((each, apart <= HOLDS))
    cases = {case.id: case for each, _ in found for case in each.cases if case is not base}
    again = next(each.cases[1] for each, _ in found if each.id == NOT_REPEATABLE)
    return Required(base, tuple(found), tuple(sorted(cases.values(), key=lambda case: case is again)))


def _one(path: Path) -> Path:
    return path[:1]


def _repeated(base: Case) -> Property:
    """The same case, once more."""
    twice = (base, probe(base))
    return Property(NOT_REPEATABLE, twice, lambda paths: (paths[0], paths[1], base.params), {})


def _still(plain: Case) -> Property:
    """No gradient, no decay: nothing moves."""
    zero = _without_gradients(plain)

    def compared(paths: Sequence[Path]) -> tuple[Path, Path, Path]:
        starts = [np.broadcast_to(start, path.shape) for start, path in zip(plain.params, paths[0], strict=True)]
        return paths[0], starts, plain.params

    return Property("moves-without-gradient", (zero,), compared, {"decay": "weight_decay" in plain.hyperparameters})


def _beside(first: Case) -> Property:
    """The first parameter, alone and with another of its shape beside it."""
    other = probe(
        first,
        params=(first.params[0], first.params[0][::-1] + 1.0),
        grads=tuple((step[0], -2.0 * step[0][::-1]) for step in first.grads),
    )
    return Property(
        "depends-on-other-parameters",
        (first, other),
        lambda paths: (_one(paths[0]), _one(paths[1]), first.params),
        {},
    )


def _elements(first: Case) -> Property:
    """Other elements change, the first one stays as it was."""

    def others(array: Array) -> Array:
        new = 3.0 * array + 1.0
        new.flat[0] = array.flat[0]
        return new

    changed = probe(first, params=(others(first.params[0]),), grads=tuple((others(step[0]),) for step in first.grads))
    start = [first.params[0][:1]]
    return Property(
        "depends-on-other-elements",
        (first, changed),
        lambda paths: ([paths[0][0][:, :1]], [paths[1][0][:, :1]], start),
        {},
    )


def _with_shape(base: Case, shape: tuple[int, ...]) -> Case:
    """The second parameter alone, four numbers, in another shape."""
    return probe(
        base,
        params=(base.params[1].reshape(shape),),
        grads=tuple((step[1].reshape(shape),) for step in base.grads),
    )


def _shaped(wide: Case, shape: tuple[int, ...]) -> Property:
    """The same four numbers, in two shapes."""
    other = probe(wide, params=(wide.params[0].reshape(shape),), grads=_reshaped(wide, shape))
    return Property(
        "depends-on-shape",
        (wide, other),
        lambda paths: (list(paths[0]), [paths[1][0].reshape(paths[0][0].shape)], wide.params),
        {"one": (4,), "other": shape},
    )


def _reshaped(case: Case, shape: tuple[int, ...]) -> tuple[tuple[Array, ...], ...]:
    return tuple((step[0].reshape(shape),) for step in case.grads)


def _lonely(first: Case) -> Property:
    """One number, as an array of one element and as one of no dimension."""
    one = probe(first, params=(first.params[0][:1],), grads=tuple((step[0][:1],) for step in first.grads))
    none = probe(one, params=(one.params[0].reshape(()),), grads=_reshaped(one, ()))
    return Property(
        "depends-on-shape",
        (one, none),
        lambda paths: (list(paths[0]), [paths[1][0].reshape(paths[0][0].shape)], one.params),
        {"one": (1,), "other": ()},
    )


def _turned(base: Case) -> Property:
    """Every parameter and gradient of the opposite sign."""
    turned = probe(
        base,
        params=tuple(-param for param in base.params),
        grads=tuple(tuple(-grad for grad in step) for step in base.grads),
    )
    return Property(
        "depends-on-sign",
        (base, turned),
        lambda paths: (paths[0], [-path for path in paths[1]], base.params),
        {},
    )


def _shifted(plain: Case) -> Property:
    """Parameters somewhere else, no decay."""
    shifted = probe(plain, params=tuple(param + SHIFT for param in plain.params))
    return Property(
        "depends-on-parameter",
        (plain, shifted),
        lambda paths: (paths[0], [path - SHIFT for path in paths[1]], plain.params),
        {"shift": SHIFT, "decay": "weight_decay" in plain.hyperparameters},
    )


def _without_gradients(base: Case, **changes: Any) -> Case:
    return probe(base, grads=tuple(tuple(0 * grad for grad in step) for step in base.grads), **changes)


def _decayed(base: Case) -> Property:
    """Decay alone: every parameter fades by the same share, wherever it is."""
    large = tuple(TIMES * param for param in base.params)
    return Property(
        "decay-out-of-proportion",
        (_without_gradients(base), _without_gradients(base, params=large)),
        lambda paths: ([TIMES * path for path in paths[0]], paths[1], large),
        {},
    )


def _divided(base: Case) -> Property:
    """Decay alone: only the product of rate and decay matters."""
    given = base.hyperparameters
    divided = {**given, "lr": 2 * given["lr"], "weight_decay": given["weight_decay"] / 2}
    return Property(
        "decay-not-times-lr",
        (_without_gradients(base), _without_gradients(base, hyperparameters=divided)),
        lambda paths: (paths[0], paths[1], base.params),
        {},
    )


def _faster(plain: Case) -> Property:
    """Twice the learning rate."""
    fast = probe(plain, hyperparameters={**plain.hyperparameters, "lr": 2 * plain.hyperparameters["lr"]})
    return Property(
        "not-proportional-to-lr",
        (plain, fast),
        lambda paths: (_longer(paths[0], plain.params, 2.0), paths[1], plain.params),
        {"decay": "weight_decay" in plain.hyperparameters},
    )


def _nothing(base: Case) -> Property:
    """In one step no gradient, or next to none."""

    def with_gradient(size: float) -> Case:
        step = tuple(np.full_like(grad, size) for grad in base.grads[MIDWAY - 1])
        return probe(base, grads=(*base.grads[: MIDWAY - 1], step, *base.grads[MIDWAY:]))

    asked = (with_gradient(0.0), with_gradient(TINY))
    return Property(
        "zero-gradient",
        asked,
        lambda paths: (paths[0], paths[1], base.params),
        {"step": MIDWAY, "tiny": TINY, "decayed": bool(base.hyperparameters.get("weight_decay"))},
    )


def _resting(base: Case) -> Property:
    """For one step no rate, or next to none."""

    def with_rate(rate: float) -> Case:
        return probe(base, schedule={MIDWAY: {"lr": rate}, MIDWAY + 1: {"lr": base.hyperparameters["lr"]}})

    asked = (with_rate(0.0), with_rate(TINY))
    return Property("zero-rate", asked, lambda paths: (paths[0], paths[1], base.params), {"step": MIDWAY, "tiny": TINY})


def _scaled(case: Case, times: float, degree: int, power: int = 0) -> Property:
    """Every gradient so many times as large, and eps by the same factor or its square: steps grow by a known factor."""
    given = dict(case.hyperparameters)
    if power:
        given["eps"] *= times**power
    large = probe(case, hyperparameters=given, grads=tuple(tuple(times * grad for grad in step) for step in case.grads))
    name = "eps-out-of-scale" if power else "not-linear-in-grad" if degree else "depends-on-scale"
    if times != TIMES:
        name = "large-gradient" if times > 1 else "small-gradient"
    return Property(
        name,
        (case, large),
        lambda paths: (_longer(paths[0], case.params, times**degree), paths[1], case.params),
        {"times": times, "degree": degree, "power": power},
    )


def _longer(path: Path, starts: Sequence[Array], factor: float) -> Path:
    """Every step so many times as long."""
    return [start + factor * (each - start) for each, start in zip(path, starts, strict=True)]


def _remembered(plain: Case) -> tuple[Property, ...]:
    """Another gradient in the first step: from the second on, steps are as they were in a rule without a memory."""
    other = tuple(tuple(-0.5 * grad for grad in step) if at == 0 else step for at, step in enumerate(plain.grads))
    asked = (plain, probe(plain, grads=other))

    def at_step(step: int) -> Callable[[Sequence[Path]], tuple[Path, Path, Path]]:
        def compared(paths: Sequence[Path]) -> tuple[Path, Path, Path]:
            one, two = ([path[step : step + 1] - path[step - 1 : step] for path in each] for each in paths)
            return one, two, [np.zeros(start.shape) for start in plain.params]

        return compared

    return tuple(Property("memory", asked, at_step(step), {"step": step + 1}) for step in range(1, len(plain.grads)))


def broken(topic: Topic, interview: Interview) -> Finding | None:
    """Find the first property that every right rule has and the file has not.

    Args:
        topic: which exercise.
        interview: what the file answered.

    Returns:
        The finding; None if nothing is broken, or nothing was answered.

    """
    for each, holds in required(topic).properties:
        answered = [path for case in each.cases if (path := interview.path(case)) is not None]
        if len(answered) == len(each.cases):
            apart = each.apart(answered)
            if apart > FAILS if holds else apart <= HOLDS:
                return _finding(topic, each, answered, holds=holds)
    return None


def _idle(each: Property, ours: Sequence[Path]) -> bool:
    """Return whether the right rule stands still there, so that nothing can be seen; without a gradient it must."""
    return each.id != "moves-without-gradient" and all(
        (path == start).all()
        for case, paths in zip(each.cases, ours, strict=True)
        for path, start in zip(paths, case.params, strict=True)
    )


def _finding(topic: Topic, each: Property, answered: Sequence[Path], *, holds: bool) -> Finding:
    """Say which property fails, and what was seen."""
    name, facts = each.id, dict(each.facts)
    if name == "memory":
        name = "memory-too-long" if holds else "memory-too-short"
    key = name
    if facts.pop("decay", False):
        key = f"{name}-without-decay"
    elif facts.get("power"):
        key = f"{name}-with-eps" if facts["times"] != TIMES else f"{name}-squared" if facts["power"] == 2 else name
    elif "degree" in facts and (ratio := _ratio(each, answered)) is not None:
        key, facts["ratio"] = f"{name}-by-a-factor", ratio
    shown = {fact: number(value) if fact == "tiny" else figure(value) for fact, value in facts.items() if fact in SHOWN}
    shown |= {"times": figure(TIMES)} if "times" not in shown else {}
    text = TEXTS[key].format(topic=topic.title, **{**facts, **shown})
    return Finding("property", name, "", text, {"property": each.id, "holds": holds, **facts})


SHOWN = ("ratio", "times", "shift", "tiny")
"""Facts that are shown with few digits."""


def _ratio(each: Property, answered: Sequence[Path]) -> float | None:
    """Return by which factor the first step of the first parameter grows, if it is the same for every element."""
    start = each.cases[0].params[0]
    before, after = (path[0][0] - start for path in answered)
    return constant_ratio(after, before)
