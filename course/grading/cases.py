"""The cases of every topic: together they cover the whole of valid input.

A rule that passes them all has been seen on parameters of many shapes at once; on gradients that are zero, partly zero,
tiny and huge; away from the defaults and with no argument at all; with hyperparameters changed on the way; over many
steps. The visible cases are the same for everybody and their references are stored; the hidden ones are drawn by the
same recipes from a class's secret seed. Inputs come from numpy's legacy generator, whose numbers are frozen for good,
so they need not be stored.

A schedule changes nothing that two right rules may read in two ways (`course.rule` says what that is): all readings of
one rule pass, and `tests/grading/readings/` has them.
"""

from __future__ import annotations

import functools
import hashlib
import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading.case import FRESH, HIDDEN, Case
from course.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from course.grading.case import Array

LONG = 1500
"""Steps of the long run: enough for a memory of a thousand gradients to fill and for whatever stops after a thousand
steps; no more, because a right rule that sums over its whole history needs time in proportion to the square."""

LONG_HIDDEN = 500
"""Steps of the hidden one, which need not show again what only many steps show."""

VISIBLE = "visible"


class Draw:
    """Everything random about one case, from one key."""

    def __init__(self, key: str) -> None:
        self.hidden = not key.startswith(VISIBLE)
        digest = hashlib.sha256(key.encode()).digest()
        self.random = np.random.RandomState(np.frombuffer(digest, dtype=np.uint32))  # frozen for good

    def normal(self, *shape: int, scale: float = 1.0) -> Array:
        """Normal numbers; their last bits are cut, so that storing them as text or float32 would still be exact."""
        return np.asarray(np.round(self.random.standard_normal(shape) * 2**16) / 2**16 * scale)

    def between(self, low: float, high: float) -> float:
        """A number with two significant digits in that range, never a round default."""
        return float(f"{self.random.uniform(low, high):.2g}")


def core_values(stem: str, draw: Draw) -> dict[str, Any]:
    """Core hyperparameters away from their defaults, every one large enough to be seen."""
    between = draw.between
    lr, decay = between(0.06, 0.19), between(0.12, 0.38)
    betas = [between(0.61, 0.79), between(0.86, 0.94)]
    eps = between(0.011, 0.029)
    recipes: dict[str, dict[str, Any]] = {
        "sgd": {"lr": lr, "weight_decay": decay},
        "momentum": {"lr": lr, "momentum": between(0.61, 0.86), "weight_decay": decay},
        "nesterov": {"lr": lr, "momentum": between(0.61, 0.86), "weight_decay": decay},
        "adagrad": {"lr": lr, "eps": eps, "weight_decay": decay},
        "rmsprop": {"lr": lr, "alpha": between(0.71, 0.94), "eps": eps, "weight_decay": decay},
        "lookahead": {"inner": inner(draw), "k": 4, "alpha": between(0.61, 0.84)},
        "adadelta": {"lr": between(0.55, 0.95), "rho": between(0.71, 0.88), "eps": eps, "weight_decay": decay},
    }
    return recipes.get(stem) or {"lr": lr, "betas": betas, "eps": eps, "weight_decay": decay}


def inner(draw: Draw) -> dict[str, Any]:
    """The inner rule of Lookahead."""
    return {"rule": "momentum", "lr": draw.between(0.06, 0.19), "momentum": draw.between(0.61, 0.86)}


def edge_values(stem: str, draw: Draw) -> dict[str, Any]:
    """Hyperparameters at the ends of their ranges."""
    lr = draw.between(0.06, 0.19)
    recipes: dict[str, dict[str, Any]] = {
        "sgd": {"lr": 1.0, "weight_decay": 1.0},
        "momentum": {"lr": lr, "momentum": 0.0},
        "nesterov": {"lr": lr, "momentum": 1.0},
        "adagrad": {"lr": 1.0, "eps": 1.0},
        "rmsprop": {"lr": lr, "alpha": 0.0, "eps": 1.0},
        "adam": {"lr": lr, "betas": [0.5, 0.8], "eps": 1.0},
        "adamw": {"lr": lr, "betas": [0.5, 0.8], "eps": 1.0, "weight_decay": 0.0},
        "radam": {"lr": lr, "betas": [0.5, 0.8], "eps": 1.0},
        "lookahead": {"inner": inner(draw), "k": 1, "alpha": draw.between(0.21, 0.44)},
        "adadelta": {"lr": 1.0, "rho": 0.0, "eps": 1.0},
    }
    return recipes[stem]


def fading(values: dict[str, Any]) -> list[str]:
    """The names of what a memory without bias correction fades by; Lookahead's alpha is no such thing."""
    return [] if "inner" in values else [name for name in ("momentum", "alpha", "rho") if name in values]


def changes(stem: str, draw: Draw, first: dict[str, Any]) -> dict[int, dict[str, Any]]:
    """A schedule: the rate drops, rests at zero, returns; later every other hyperparameter becomes half of what it was.

    Epsilon grows tenfold instead: beside a sum of squares that has grown for fifteen steps, half of it is not seen.
    What a memory fades by changes at step 3, before there is anything in it: from then on it makes no difference
    whether a rule takes powers of the new value or goes on from the old memory. Betas change in `edges`. Lookahead's k
    never changes, and its alpha where a new round begins.
    """
    rate = "inner.lr" if stem == "lookahead" else "lr"
    lr = draw.between(0.06, 0.19)
    others = [name for name in first if name not in {"lr", "betas", "inner", "k", *fading(first)}]
    later = {name: first[name] * 10 if name == "eps" else first[name] / 2 for name in others}
    early = {name: first[name] / 2 for name in fading(first)}
    last = 17 if stem == "lookahead" else 16
    plan = {5: {rate: lr / 4}, 9: {rate: 0.0}, 11: {rate: lr}, 13: {rate: lr / 2}, last: later}
    return {3: early | {"weight_decay": first["weight_decay"]}, **plan} if early else plan


def gradients(draw: Draw, params: tuple[Array, ...], steps: int, scale: float = 0.5) -> list[list[Array]]:
    """Normal gradients for every step and parameter."""
    return [[draw.normal(*param.shape, scale=scale) for param in params] for _ in range(steps)]


def freeze(grads: list[list[Array]]) -> tuple[tuple[Array, ...], ...]:
    """The form in which a case keeps them."""
    return tuple(tuple(step) for step in grads)


def with_defaults(stem: str, draw: Draw, **values: Any) -> dict[str, Any]:
    """No argument but the given ones; Lookahead cannot do without its inner rule."""
    return {"inner": inner(draw), **values} if stem == "lookahead" else values


# Each recipe makes one core case of a topic. Ask of every set: what could a rule get wrong that these do not see?


def defaults(stem: str, draw: Draw) -> dict[str, Any]:
    """No arguments: the defaults are part of the contract. RAdam's threshold lies at step 6.

    The shapes are equal, so that a state shared by mistake is seen in the numbers: unequal ones make numpy stop.
    """
    params = (draw.normal(3), draw.normal(3))
    return {
        "hyperparameters": with_defaults(stem, draw),
        "params": params,
        "grads": freeze(gradients(draw, params, 24)),
    }


def two_parameters(stem: str, draw: Draw) -> dict[str, Any]:
    """Two parameters of different shapes, everything away from the defaults."""
    params = (draw.normal(3), draw.normal(2, 2))
    return {
        "hyperparameters": core_values(stem, draw),
        "params": params,
        "grads": freeze(gradients(draw, params, 20)),
    }


def shapes(stem: str, draw: Draw) -> dict[str, Any]:
    """0-d, one element, equal shapes with equal values, two, three and four dimensions."""
    twin = draw.normal(3)
    flat = (draw.normal(), draw.normal(1), twin, twin.copy(), draw.normal())
    params = (*flat, draw.normal(2, 3), draw.normal(2, 3, 2), draw.normal(2, 1, 2, 2))
    return {
        "hyperparameters": core_values(stem, draw),
        "params": params,
        "grads": freeze(gradients(draw, params, 10)),
    }


def schedule(stem: str, draw: Draw) -> dict[str, Any]:
    """Hyperparameters are read at every update; equal shapes, as in `defaults`.

    Where a memory fades, nothing pulls in the first two steps, so that it is empty when the schedule sets in.
    """
    params = (draw.normal(3), draw.normal(3))
    values = core_values(stem, draw)
    grads = gradients(draw, params, 20)
    plan = changes(stem, draw, values)
    if fading(values):
        values = values | {"weight_decay": 0.0}
        grads[:2] = [[0.0 * grad for grad in step] for step in grads[:2]]
    return {"hyperparameters": values, "params": params, "grads": freeze(grads), "schedule": plan}


def _with_zeros(draw: Draw, params: tuple[Array, ...]) -> tuple[tuple[Array, ...], ...]:
    """Three steps of nothing, then partly zero, a pause in the middle; one element never gets a gradient at all."""
    grads = gradients(draw, params, 20)
    for step, each in enumerate(grads):
        for i, grad in enumerate(each):
            grad.flat[0] = 0.0
            if step < 3 or 9 <= step < 12:
                grad[...] = 0.0
            else:
                grad.flat[1 + (step + i) % (grad.size - 1)] = 0.0
    return freeze(grads)


def zeros(stem: str, draw: Draw) -> dict[str, Any]:
    """Zero gradients without weight decay: nothing may be divided by zero, time goes on all the same."""
    params = (draw.normal(4), draw.normal(2, 2))
    params[0].flat[2] = 0.0
    values = core_values(stem, draw) | ({} if stem == "lookahead" else {"weight_decay": 0.0})
    values.pop("eps", None)  # the default eps is the tiny one
    return {"hyperparameters": values, "params": params, "grads": _with_zeros(draw, params)}


def zeros_and_decay(stem: str, draw: Draw) -> dict[str, Any]:
    """Zero gradients with weight decay (for Lookahead: with the slow weights still pulling)."""
    params = (draw.normal(4), draw.normal(2, 2))
    return {"hyperparameters": core_values(stem, draw), "params": params, "grads": _with_zeros(draw, params)}


def magnitudes(stem: str, draw: Draw) -> dict[str, Any]:
    """Gradients from 1e-8 to 1e6: one size an element, and all sizes one after the other.

    The parameters start at 0, so that the smallest step is seen as exactly as the largest.
    """
    sizes = 10.0 ** np.arange(-8, 7, 2)
    params = (np.zeros(8), np.zeros(3))
    grads = []
    for _ in range(20):
        mixed = 10.0 ** np.round(draw.random.uniform(-8, 6, 3), 1)
        grads.append([draw.normal(8) * sizes, draw.normal(3) * mixed])
    values = with_defaults(stem, draw) | ({"weight_decay": 0.0} if stem == "adamw" else {})
    return {"hyperparameters": values, "params": params, "grads": freeze(grads)}


def long_run(stem: str, draw: Draw) -> dict[str, Any]:
    """Many steps away from the defaults, but for beta2: its memory must be the longest there is."""
    params = (draw.normal(2),)
    values = core_values(stem, draw)
    if "betas" in values:
        values["betas"] = [values["betas"][0], 0.999]
    return {
        "hyperparameters": values,
        "params": params,
        "grads": freeze(gradients(draw, params, LONG_HIDDEN if draw.hidden else LONG)),
        "record_state": False,
    }


def edges(stem: str, draw: Draw) -> dict[str, Any]:
    """Hyperparameters at the ends of their ranges; parameters that are large.

    Betas change after a long pause in which every gradient is zero. All memory has faded when it ends, and 0.8 to the
    power 140 is nothing: powers and running products, sums over all gradients and averages of averages agree.
    """
    params = (draw.normal(3), draw.normal(2) * np.array([300.0, -10000.0]))
    plan: dict[int, dict[str, Any]] = {}
    steps = 20
    values = edge_values(stem, draw)
    if "betas" in values:  # at beta2 = 0.55 RAdam never rectifies
        plan, steps = {141: {"betas": [0.0, 0.55]}}, 160
    if stem == "lookahead":
        plan = {9: {"alpha": 1.0}, 15: {"alpha": 0.0}}
    grads = gradients(draw, params, steps)
    grads[20:140] = [[0.0 * grad for grad in step] for step in grads[20:140]]
    return {"hyperparameters": values, "params": params, "grads": freeze(grads), "schedule": plan}


CORE: tuple[tuple[str, int, Text, Callable[[str, Draw], dict[str, Any]]], ...] = (
    (
        "two-parameters",
        2,
        Text(en="two parameters, nothing at its default", zh="两个参数，超参数都不取默认值"),
        two_parameters,
    ),
    ("defaults", 1, Text(en="no arguments: the defaults", zh="不给参数：默认超参数"), defaults),
    ("shapes", 1, Text(en="many shapes, 0-d and equal ones", zh="多种形状，含 0 维与相同形状"), shapes),
    ("schedule", 1, Text(en="hyperparameters change on the way", zh="超参数中途改变"), schedule),
    ("zeros", 1, Text(en="gradients that are zero", zh="为零的梯度"), zeros),
    (
        "zeros-and-decay",
        1,
        Text(en="zero gradients, longer memory at work", zh="梯度为零，其余项仍起作用"),
        zeros_and_decay,
    ),
    ("magnitudes", 1, Text(en="gradients from 1e-8 to 1e6", zh="从 1e-8 到 1e6 的梯度"), magnitudes),
    ("edges", 1, Text(en="hyperparameters at their limits", zh="超参数取极端值"), edges),
    ("long-run", 1, Text(en="{steps} steps", zh="{steps} 步"), long_run),
)
"""The core cases: id, weight, title, recipe."""

TELLING = tuple(each for each in CORE if each[0] not in {"magnitudes", "edges"})
"""What fresh cases are drawn from: what begins at 0 whatever the seed is might be recognised by that, and at the ends
of their ranges hyperparameters forgive much."""


STRETCH: dict[str, dict[str, dict[str, Any]]] = {
    "sgd": {"maximize": {"maximize": True}},
    "momentum": {"dampening": {"dampening": 0.4}, "maximize": {"maximize": True}},
    "nesterov": {"maximize": {"maximize": True}},
    "adagrad": {
        "lr-decay": {"lr_decay": 0.13},
        "initial-accumulator-value": {"initial_accumulator_value": 0.3},
        "maximize": {"maximize": True},
    },
    # Not called "momentum": `pytest -k momentum` means the topic of that name.
    "rmsprop": {"buffer": {"momentum": 0.7}, "centered": {"centered": True}, "maximize": {"maximize": True}},
    "adam": {"amsgrad": {"amsgrad": True}, "maximize": {"maximize": True}},
    "adamw": {"amsgrad": {"amsgrad": True}, "maximize": {"maximize": True}},
    "radam": {
        "decoupled-weight-decay": {"decoupled_weight_decay": True},
        "maximize": {"maximize": True},
    },
    "lookahead": {},
    "adadelta": {"maximize": {"maximize": True}},
}
"""The options of the stretch cases, by the id of the case in which they are alone."""

TOGETHER = {"dampening": 0.2, "momentum": 0.3, "lr_decay": 1.7, "initial_accumulator_value": 2.4}
"""The numbers that stand for all options together: on the other side of a half, or of one."""


def stretch_options(stem: str) -> dict[str, dict[str, Any]]:
    """By case id, the options that the case switches on: each alone, where there are three any two, and all."""
    single = STRETCH[stem]
    if len(single) < 2:
        return single
    made = dict(single)
    for one, other in itertools.combinations(single, 2) if len(single) > 2 else ():
        made[f"{one}-and-{other}"] = single[one] | single[other]
    together = {name: TOGETHER.get(name, value) for options in single.values() for name, value in options.items()}
    return {**made, "options-together": together}


@functools.cache
def stretch_names(stem: str) -> frozenset[str]:
    """The names of the topic's stretch options."""
    return frozenset(name for options in STRETCH[stem].values() for name in options)


def stretch_case(stem: str, draw: Draw, options: dict[str, Any]) -> dict[str, Any]:
    """Core values and the options; the gradients fade and return, so that a maximum taken over time is seen."""
    params = (draw.normal(3), draw.normal())
    params[0][0] = 0.0
    grads = gradients(draw, params, 24)
    fade = [1.0] * 6 + [0.2] * 12 + [1.5] * 6
    faded = [[grad * size for grad in step] for step, size in zip(grads, fade, strict=True)]
    lr = draw.between(0.06, 0.19)
    values = core_values(stem, draw) | options
    plan = {9: {"lr": lr / 2}, **rests(values, lr / 2), **ends(stem, values)}
    if "amsgrad" in options:  # without any memory and with steady gradients, the largest square meets its equal
        plan[21] = {"betas": [values["betas"][0], 0.0], "weight_decay": 0.0}
        faded[20:] = [[4.0 * np.sign(grad) for grad in step] for step in faded[20:]]
    return {"hyperparameters": values, "params": params, "grads": freeze(faded), "schedule": plan}


def rests(values: dict[str, Any], lr: float) -> dict[int, dict[str, Any]]:
    """One after the other, each value that may be 0 is 0 for a step: no option hangs on any of them."""
    back = {"lr": lr} | {name: values[name] for name in ("weight_decay", "eps") if name in values}
    resting = {13 + i: {**back, name: 0.0} for i, name in enumerate(back)}
    return {**resting, 13 + len(back): back}


def ends(stem: str, values: dict[str, Any]) -> dict[int, dict[str, Any]]:
    """What a memory fades by is 0 in the last steps: no option hangs on it either, and without memory all agree.

    Left out are rho, for Adadelta uses an average of the step before; the momentum of Nesterov, which torch refuses
    to be 0; and alpha beside `centered`, where the variance would be 0.
    """
    last = [name for name in ("alpha", "momentum") if name in fading(values) and stem != "nesterov"]
    if "centered" in values:
        last.remove("alpha")
    return {20 + i: {name: 0.0} for i, name in enumerate(last)}


@functools.cache
def _cases(stem: str, key: str, prefix: str) -> tuple[Case, ...]:
    made = []
    for name, _, title, recipe in CORE:
        body = recipe(stem, Draw(f"{key}:{stem}:{name}"))
        made.append(Case(id=prefix + name, title=_title(prefix, title.format(steps=len(body["grads"]))), **body))
    for name, options in stretch_options(stem).items():
        named = Text(en=", ".join(options), zh="、".join(options))
        title = Text(en="stretch: {named}", zh="选做：{named}").format(named=named)
        body = stretch_case(stem, Draw(f"{key}:{stem}:{name}"), options)
        made.append(Case(id=prefix + name, title=_title(prefix, title), stretch=True, **body))
    return tuple(sorted(made, key=lambda case: case.stretch))


TITLES = {
    HIDDEN: Text(en="{title}, with other numbers", zh="{title}（换一组数）"),
    FRESH: Text(en="{title}, fresh numbers (seed {seed})", zh="{title}（新抽的数，种子 {seed}）"),
}
"""What a case is called, by how its name begins."""


def _title(prefix: str, title: Text, seed: str = "") -> Text:
    return TITLES[prefix].format(title=title, seed=seed) if prefix else title


def weight(name: str) -> int:
    """What a recipe weighs among the others of its kind, core or stretch."""
    return next((each for core, each, _, _ in CORE if name == core), 1)


def visible(stem: str) -> tuple[Case, ...]:
    """The cases that everybody sees, core first; their references are stored."""
    return _cases(stem, VISIBLE, "")


def hidden(stem: str, seed: str) -> tuple[Case, ...]:
    """Cases by the same recipes, drawn from a class's secret seed; answered by the judge's own torch."""
    return _cases(stem, f"hidden:{seed}", HIDDEN)


def fresh(stem: str, seed: str) -> Case:
    """One core case, its recipe and its numbers drawn from a seed of its own."""
    draw = Draw(f"{FRESH}{seed}:{stem}")
    name, _, title, recipe = TELLING[draw.random.randint(len(TELLING))]
    body = recipe(stem, draw)
    return Case(id=FRESH + name, title=_title(FRESH, title.format(steps=len(body["grads"])), seed), **body)
