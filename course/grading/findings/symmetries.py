"""Questions about what rules have in common: the same case changed in a way under which a path must stay as it was.

Each question is made of a few cases, and of what has to agree between the paths on them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading.findings.asking import probe, with_values
from course.grading.findings.questions import MIDWAY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from course.grading.case import Array, Case

    Path = Sequence[Array]
    """By parameter, (steps, *shape)."""

TIMES = 4.0
"""By how much gradients are scaled: a power of two, so that nothing is rounded."""

SHIFT = 0.5
"""By how much parameters are shifted."""

HUGE = 1e6
"""And by how much to see whether very large ones and very small ones are treated alike."""

FAST = 32.0
"""By how much a rate is, to see whether a large one is cut off."""

TINY = 1e-13
"""A gradient, or a rate, that is next to nothing, and must do next to what nothing does."""

NOT_REPEATABLE = "not-repeatable"


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
        return distance(*self.compared(paths))


def distance(one: Path, other: Path, starts: Path) -> float:
    """Return how far two paths lie apart, at most, in shares of the distance moved.

    Args:
        one: by parameter, (steps, *shape).
        other: another such path.
        starts: where both begin.

    Returns:
        The largest share.

    """
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
    plain = with_values(base, still)
    first = probe(base, params=base.params[:1], grads=tuple(step[:1] for step in base.grads))
    wide = _with_shape(base, (4,))
    found = [
        _repeated(base),
        _beside(first),
        _elements(first),
        *(_shaped(wide, shape) for shape in ((2, 2), (4, 1), (1, 4))),
        _lonely(first),
        _still(plain),
        _turned(base),
        _shifted(plain),
        _scaled(plain, TIMES, 1),
    ]
    if still:
        found += [_decayed(base), *([_divided(base)] if "lr" in given else [])]
    if "lr" in given:
        found += [_faster(plain, times) for times in (2.0, FAST)]
    for step in (MIDWAY, len(base.grads) - 1):
        found += [_nothing(base, step), *([_nothing(plain, step)] if still else [])]
    if "lr" in given:
        found.append(_resting(base))
    found += [_at_zero(base, name) for name in _floats(given)]
    found += [_scaled(plain, times, 1) for times in (HUGE, 1 / HUGE)]
    if "eps" in given:
        exact = with_values(plain, {"eps": 0.0})
        found.append(_scaled(exact, TIMES, 0))
        for times in (TIMES, HUGE, 1 / HUGE):
            found += [_scaled(plain, times, degree, power) for degree in (0, 1) for power in (1, 2)]
    return (*found, *_remembered(plain))


def _one(path: Path) -> Path:
    return path[:1]


def _decay_off(case: Case) -> bool:
    """Return whether weight decay is there and is set to 0, which the sentence has to say: with it, all may differ."""
    return bool(case.hyperparameters.get("weight_decay") == 0)


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

    return Property("moves-without-gradient", (zero,), compared, {"decay": _decay_off(plain)})


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
        {"shift": SHIFT, "decay": _decay_off(plain)},
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
    divided = {"lr": 2 * given["lr"], "weight_decay": given["weight_decay"] / 2}
    return Property(
        "decay-not-times-lr",
        (_without_gradients(base), _without_gradients(with_values(base, divided))),
        lambda paths: (paths[0], paths[1], base.params),
        {},
    )


def _faster(plain: Case, times: float) -> Property:
    """A learning rate so many times as large."""
    fast = with_values(plain, {"lr": times * plain.hyperparameters["lr"]})
    return Property(
        "not-proportional-to-lr",
        (plain, fast),
        lambda paths: (_longer(paths[0], plain.params, times), paths[1], plain.params),
        {"times": times, "decay": _decay_off(plain)},
    )


def _floats(given: Mapping[str, Any]) -> list[str]:
    """Return the hyperparameters that may be 0, or nearly; the rate is asked about in a single step."""
    found = []
    for name, value in given.items():
        if isinstance(value, (list, tuple)):
            found += [f"{name}[{k}]" for k in range(len(value))]
        elif isinstance(value, float) and name != "lr":
            found.append(name)
    return found


def _at_zero(base: Case, name: str) -> Property:
    """A hyperparameter that is 0, or next to it."""
    asked = tuple(with_values(base, {name: value}) for value in (0.0, TINY))
    return Property(
        "zero-hyperparameter",
        asked,
        lambda paths: (paths[0], paths[1], base.params),
        {"name": name, "tiny": TINY},
    )


def _nothing(base: Case, step: int) -> Property:
    """In one step no gradient, or next to none."""

    def with_gradient(size: float) -> Case:
        grads = tuple(np.full_like(grad, size) for grad in base.grads[step - 1])
        return probe(base, grads=(*base.grads[: step - 1], grads, *base.grads[step:]))

    asked = (with_gradient(0.0), with_gradient(TINY))
    return Property(
        "zero-gradient",
        asked,
        lambda paths: (paths[0], paths[1], base.params),
        {"step": step, "tiny": TINY, "decay": _decay_off(base)},
    )


def _resting(base: Case) -> Property:
    """For one step no rate, or next to none."""

    def with_rate(rate: float) -> Case:
        return probe(base, schedule={MIDWAY: {"lr": rate}, MIDWAY + 1: {"lr": base.hyperparameters["lr"]}})

    asked = (with_rate(0.0), with_rate(TINY))
    return Property("zero-rate", asked, lambda paths: (paths[0], paths[1], base.params), {"step": MIDWAY, "tiny": TINY})


def _scaled(case: Case, times: float, degree: int, power: int = 0) -> Property:
    """Every gradient so many times as large, and eps by the same factor or its square: steps grow by a known factor."""
    eps = {"eps": times**power * case.hyperparameters["eps"]} if power else {}
    large = with_values(case, eps, grads=tuple(tuple(times * grad for grad in step) for step in case.grads))
    name = "eps-out-of-scale" if power else "not-linear-in-grad" if degree else "depends-on-scale"
    if times != TIMES:
        name = "large-gradient" if times > 1 else "small-gradient"
    return Property(
        name,
        (case, large),
        lambda paths: (_longer(paths[0], case.params, times**degree), paths[1], case.params),
        {"times": times, "degree": degree, "power": power, "decay": _decay_off(case)},
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

    decay = _decay_off(plain)
    return tuple(
        Property("memory", asked, at_step(step), {"step": step + 1, "decay": decay})
        for step in range(1, len(plain.grads))
    )
