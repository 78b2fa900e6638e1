"""What every right rule of a topic has in common, asked of a wrong one: symmetries, scales, memory, independence.

No table says which rule has which property: the course's own solution is asked the same, and what holds of it must hold
of every right rule. The first property that fails, from the simplest to the subtlest, is told by what was seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading.facts import constant_ratio, figure
from course.grading.findings.asking import probe, right
from course.grading.findings.finding import Finding
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

SHIFT = 0.5
"""By how much parameters are shifted."""

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
    still = {"weight_decay": 0.0} if "weight_decay" in base.hyperparameters else {}
    plain = probe(base, hyperparameters={**base.hyperparameters, **still})
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
        _scaled(plain, 1),
    ]
    if still:
        found += [_decayed(base), *([_divided(base)] if "lr" in base.hyperparameters else [])]
    if "lr" in base.hyperparameters:
        found.append(_faster(plain))
    if "eps" in base.hyperparameters:
        exact = probe(plain, hyperparameters={**plain.hyperparameters, "eps": 0.0})
        found += [_scaled(exact, 0), *(_scaled(plain, degree, power) for degree in (0, 1) for power in (1, 2))]
    return (*found, *_remembered(plain))


def _one(path: Path) -> Path:
    return path[:1]


def _repeated(base: Case) -> Property:
    """The same case, once more."""
    twice = (base, probe(base))
    return Property("not-repeatable", twice, lambda paths: (paths[0], paths[1], base.params), {})


def _still(plain: Case) -> Property:
    """No gradient, no decay: nothing moves."""
    zero = _without_gradients(plain)

    def compared(paths: Sequence[Path]) -> tuple[Path, Path, Path]:
        starts = [np.broadcast_to(start, path.shape) for start, path in zip(plain.params, paths[0], strict=True)]
        return paths[0], starts, plain.params

    return Property("zero-gradient", (zero,), compared, {"decay": "weight_decay" in plain.hyperparameters})


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


def _scaled(case: Case, degree: int, power: int = 0) -> Property:
    """Every gradient four times as large, and eps by the same factor or its square: steps grow by a known factor."""
    given = dict(case.hyperparameters)
    if power:
        given["eps"] *= TIMES**power
    large = probe(case, hyperparameters=given, grads=tuple(tuple(TIMES * grad for grad in step) for step in case.grads))
    name = "eps-out-of-scale" if power else "not-linear-in-grad" if degree else "depends-on-scale"
    return Property(
        name,
        (case, large),
        lambda paths: (_longer(paths[0], case.params, TIMES**degree), paths[1], case.params),
        {"degree": degree, "power": power, "without": given.get("eps") == 0.0},
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


def questions(asked: Sequence[Property]) -> list[Case]:
    """Return every case that is asked about, each once; the one that is only to be repeated stands last."""
    cases = {case.id: case for each in asked for case in each.cases}
    return sorted(cases.values(), key=lambda case: case is asked[0].cases[1])


def broken(topic: Topic, asked: Sequence[Property], interview: Interview) -> Finding | None:
    """Find the first property that every right rule has and the file has not.

    Args:
        topic: which exercise.
        asked: what `properties` has made.
        interview: what the file answered.

    Returns:
        The finding; None if nothing is broken, or nothing was answered.

    """
    known: dict[str, Path] = {}

    def solution(case: Case) -> Path:
        if case.id not in known:
            known[case.id] = right(topic, case)
        return known[case.id]

    for each in asked:
        answered = [interview.path(case) for case in each.cases]
        if any(path is None for path in answered):
            continue
        seen = each.apart([path for path in answered if path is not None])
        if (each.id == "memory" or seen > FAILS) and (finding := _held(topic, each, seen, solution, answered)):
            return finding
    return None


def _held(
    topic: Topic, each: Property, seen: float, solution: Callable[[Case], Path], answered: Sequence[Any]
) -> Finding | None:
    """Hold the right rule beside it."""
    ours = [solution(case) for case in each.cases]
    if not all(np.isfinite(path).all() for paths in ours for path in paths) or _idle(each, ours):
        return None
    wanted = each.apart(ours)
    if wanted <= HOLDS and seen > FAILS:
        return _finding(topic, each, answered, holds=True)
    if each.id == "memory" and seen <= HOLDS and wanted > FAILS:
        return _finding(topic, each, answered, holds=False)
    return None


def _idle(each: Property, ours: Sequence[Path]) -> bool:
    """Return whether the right rule stands still there, so that nothing can be seen; without a gradient it must."""
    return each.id != "zero-gradient" and all(
        (path == start).all()
        for case, paths in zip(each.cases, ours, strict=True)
        for path, start in zip(paths, case.params, strict=True)
    )


def _finding(topic: Topic, each: Property, answered: Sequence[Path], *, holds: bool) -> Finding:
    name, facts = each.id, dict(each.facts)
    if name == "memory":
        name = "memory-too-long" if holds else "memory-too-short"
    key = name
    if facts.pop("decay", False):
        key = f"{name}-without-decay"
    if "degree" in facts:
        ratio = _ratio(each, answered) if not facts["power"] else None
        if ratio is not None:
            facts["ratio"] = ratio
            key = f"{name}-by-a-factor"
        if facts["power"] == 2:
            key = "eps-out-of-scale-squared"
    shown = {key: figure(value) if isinstance(value, float) else value for key, value in facts.items()}
    text = TEXTS[key].format(topic=topic.title, times=f"{TIMES:g}", **shown)
    return Finding("property", name, "", text, {"property": each.id, "holds": holds, **facts})


def _ratio(each: Property, answered: Sequence[Path]) -> float | None:
    """Return by which factor the first step of the first parameter grows, if it is the same for every element."""
    start = each.cases[0].params[0]
    before, after = (path[0][0] - start for path in answered)
    return constant_ratio(after, before)
