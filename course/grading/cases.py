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
    from course.topic import Topic

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
        """Draw normal numbers; their last bits are cut, so that text or float32 would still store them exactly."""
        return np.asarray(np.round(self.random.standard_normal(shape) * 2**16) / 2**16 * scale)

    def between(self, low: float, high: float) -> float:
        """Draw a number with two significant digits in that range, never a round default."""
        return float(f"{self.random.uniform(low, high):.2g}")


CORE_CARDS, EDGE_CARDS = 13, 4
"""How many cards a case's hyperparameters are dealt from. Every topic draws all of them, whichever it takes, so what is
drawn afterwards does not hang on it; two values with one card would rise and fall together."""


def dealt(draw: Draw, told: dict[str, Any], cards: int) -> dict[str, Any]:
    """Draw the hyperparameters that a topic asks for.

    Args:
        draw: where the numbers come from.
        told: by name a value, or `{between = [low, high], card = n}` for a number with two digits from that range, or a
            list or a table of these.
        cards: how many numbers are drawn in all; each is a share of a range.

    Returns:
        The hyperparameters by name.

    """
    deck = draw.random.random_sample(cards)

    def value(asked: Any) -> Any:
        if isinstance(asked, list):
            return [value(each) for each in asked]
        if isinstance(asked, dict) and "between" in asked:
            low, high = asked["between"]
            return float(f"{low + (high - low) * deck[asked['card']]:.2g}")
        if isinstance(asked, dict):
            return {name: value(each) for name, each in asked.items()}
        return asked

    return {name: value(asked) for name, asked in told.items()}


def core_values(topic: Topic, draw: Draw) -> dict[str, Any]:
    """Draw core hyperparameters away from their defaults, every one large enough to be seen."""
    return dealt(draw, topic.cases["values"], CORE_CARDS)


def required(topic: Topic, draw: Draw) -> dict[str, Any]:
    """Draw the arguments that the rule cannot do without, as a rule that wraps another, and no others."""
    told = topic.cases.get("required", {})
    return dealt(draw, told, str(told).count("'card'"))


def fading(topic: Topic, values: dict[str, Any]) -> list[str]:
    """Return the names of what a memory without bias correction fades by."""
    return [name for name in topic.cases.get("fades", []) if name in values]


def changes(topic: Topic, draw: Draw, first: dict[str, Any]) -> dict[int, dict[str, Any]]:
    """Plan a schedule: the rate drops, rests at zero, returns; later every other hyperparameter is halved.

    Epsilon grows tenfold instead: beside a sum of squares that has grown for fifteen steps, half of it is not seen.
    What a memory fades by changes at step 3, before there is anything in it: from then on it makes no difference
    whether a rule takes powers of the new value or goes on from the old memory. Betas change in `edges`. What a topic
    calls fixed never changes.
    """
    rate = "inner.lr" if topic.inner else "lr"
    lr = draw.between(0.06, 0.19)
    alone = {"lr", "betas", "inner", *topic.cases.get("fixed", []), *fading(topic, first)}
    later = {name: first[name] * 10 if name == "eps" else first[name] / 2 for name in first if name not in alone}
    early = {name: first[name] / 2 for name in fading(topic, first)}
    last = topic.cases.get("last_change", 16)
    plan = {5: {rate: lr / 4}, 9: {rate: 0.0}, 11: {rate: lr}, 13: {rate: lr / 2}, last: later}
    return {3: early | {"weight_decay": first["weight_decay"]}, **plan} if early else plan


def gradients(draw: Draw, params: tuple[Array, ...], steps: int, scale: float = 0.5) -> list[list[Array]]:
    """Draw normal gradients for every step and parameter."""
    return [[draw.normal(*param.shape, scale=scale) for param in params] for _ in range(steps)]


def freeze(grads: list[list[Array]]) -> tuple[tuple[Array, ...], ...]:
    """Convert gradients to the form in which a case keeps them."""
    return tuple(tuple(step) for step in grads)


# Each recipe makes one core case of a topic. Ask of every set: what could a rule get wrong that these do not see?


def defaults(topic: Topic, draw: Draw) -> dict[str, Any]:
    """Give no arguments: the defaults are part of the contract. RAdam's threshold lies at step 6.

    The shapes are equal, so that a state shared by mistake is seen in the numbers: unequal ones make numpy stop.
    """
    params = (draw.normal(3), draw.normal(3))
    return {
        "hyperparameters": required(topic, draw),
        "params": params,
        "grads": freeze(gradients(draw, params, 24)),
    }


def two_parameters(topic: Topic, draw: Draw) -> dict[str, Any]:
    """Take two parameters of different shapes, everything away from the defaults."""
    params = (draw.normal(3), draw.normal(2, 2))
    return {
        "hyperparameters": core_values(topic, draw),
        "params": params,
        "grads": freeze(gradients(draw, params, 20)),
    }


def shapes(topic: Topic, draw: Draw) -> dict[str, Any]:
    """Take 0-d, one element, equal shapes with equal values, two, three and four dimensions."""
    twin = draw.normal(3)
    flat = (draw.normal(), draw.normal(1), twin, twin.copy(), draw.normal())
    params = (*flat, draw.normal(2, 3), draw.normal(2, 3, 2), draw.normal(2, 1, 2, 2))
    return {
        "hyperparameters": core_values(topic, draw),
        "params": params,
        "grads": freeze(gradients(draw, params, 10)),
    }


def schedule(topic: Topic, draw: Draw) -> dict[str, Any]:
    """Change hyperparameters, which are read at every update; equal shapes, as in `defaults`.

    Where a memory fades, nothing pulls in the first two steps, so that it is empty when the schedule sets in.
    """
    params = (draw.normal(3), draw.normal(3))
    values = core_values(topic, draw)
    grads = gradients(draw, params, 20)
    plan = changes(topic, draw, values)
    if fading(topic, values):
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


def zeros(topic: Topic, draw: Draw) -> dict[str, Any]:
    """Take zero gradients, no weight decay: nothing may be divided by zero, time goes on all the same."""
    params = (draw.normal(4), draw.normal(2, 2))
    params[0].flat[2] = 0.0
    values = core_values(topic, draw)
    values |= {"weight_decay": 0.0} if "weight_decay" in values else {}
    values.pop("eps", None)  # the default eps is the tiny one
    return {"hyperparameters": values, "params": params, "grads": _with_zeros(draw, params)}


def zeros_and_decay(topic: Topic, draw: Draw) -> dict[str, Any]:
    """Take zero gradients with weight decay (for Lookahead: with the slow weights still pulling)."""
    params = (draw.normal(4), draw.normal(2, 2))
    return {"hyperparameters": core_values(topic, draw), "params": params, "grads": _with_zeros(draw, params)}


def magnitudes(topic: Topic, draw: Draw) -> dict[str, Any]:
    """Take gradients from 1e-8 to 1e6: one size an element, and all sizes one after the other.

    The parameters start at 0, so that the smallest step is seen as exactly as the largest.
    """
    sizes = 10.0 ** np.arange(-8, 7, 2)
    params = (np.zeros(8), np.zeros(3))
    grads = []
    for _ in range(20):
        mixed = 10.0 ** np.round(draw.random.uniform(-8, 6, 3), 1)
        grads.append([draw.normal(8) * sizes, draw.normal(3) * mixed])
    values = required(topic, draw) | topic.cases.get("magnitudes", {})
    return {"hyperparameters": values, "params": params, "grads": freeze(grads)}


def long_run(topic: Topic, draw: Draw) -> dict[str, Any]:
    """Take many steps away from the defaults, but for beta2: its memory must be the longest there is."""
    params = (draw.normal(2),)
    values = core_values(topic, draw)
    if "betas" in values:
        values["betas"] = [values["betas"][0], 0.999]
    return {
        "hyperparameters": values,
        "params": params,
        "grads": freeze(gradients(draw, params, LONG_HIDDEN if draw.hidden else LONG)),
        "record_state": False,
    }


def edges(topic: Topic, draw: Draw) -> dict[str, Any]:
    """Put hyperparameters at the ends of their ranges; take parameters that are large.

    Betas change after a long pause in which every gradient is zero. All memory has faded when it ends, and 0.8 to the
    power 140 is nothing: powers and running products, sums over all gradients and averages of averages agree.
    """
    params = (draw.normal(3), draw.normal(2) * np.array([300.0, -10000.0]))
    plan: dict[int, dict[str, Any]] = {int(step): told for step, told in topic.cases.get("edges_schedule", {}).items()}
    steps = 20
    values = dealt(draw, topic.cases["edges"], EDGE_CARDS)
    if "betas" in values:  # at beta2 = 0.55 RAdam never rectifies
        plan, steps = {141: {"betas": [0.0, 0.55]}}, 160
    grads = gradients(draw, params, steps)
    grads[20:140] = [[0.0 * grad for grad in step] for step in grads[20:140]]
    return {"hyperparameters": values, "params": params, "grads": freeze(grads), "schedule": plan}


CORE: tuple[tuple[str, int, Text, Callable[[Topic, Draw], dict[str, Any]]], ...] = (
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


def stretch_options(topic: Topic) -> dict[str, dict[str, Any]]:
    """Return by case id the options that are on: each alone, any two where there are three, and all.

    With all of them together an option may have another number than alone: on the other side of a half, or of one.
    """
    told = topic.cases["stretch"]
    single = {name: each["options"] for name, each in told.items()}
    if len(single) < 2:
        return single
    made = dict(single)
    for one, other in itertools.combinations(single, 2) if len(single) > 2 else ():
        made[f"{one}-and-{other}"] = single[one] | single[other]
    together = {
        name: value for each in told.values() for name, value in (each["options"] | each.get("together", {})).items()
    }
    return {**made, "options-together": together}


@functools.cache
def stretch_names(topic: Topic) -> frozenset[str]:
    """Return the names of the topic's stretch options."""
    return frozenset(name for each in topic.cases["stretch"].values() for name in each["options"])


def stretch_case(topic: Topic, draw: Draw, options: dict[str, Any]) -> dict[str, Any]:
    """Take core values and options; gradients fade and return, so that a maximum over time is seen."""
    params = (draw.normal(3), draw.normal())
    params[0][0] = 0.0
    grads = gradients(draw, params, 24)
    fade = [1.0] * 6 + [0.2] * 12 + [1.5] * 6
    faded = [[grad * size for grad in step] for step, size in zip(grads, fade, strict=True)]
    lr = draw.between(0.06, 0.19)
    values = core_values(topic, draw) | options
    plan = {9: {"lr": lr / 2}, **rests(values, lr / 2), **ends(topic, values)}
    if "amsgrad" in options:  # without any memory and with steady gradients, the largest square meets its equal
        plan[21] = {"betas": [values["betas"][0], 0.0], "weight_decay": 0.0}
        faded[20:] = [[4.0 * np.sign(grad) for grad in step] for step in faded[20:]]
    return {"hyperparameters": values, "params": params, "grads": freeze(faded), "schedule": plan}


def rests(values: dict[str, Any], lr: float) -> dict[int, dict[str, Any]]:
    """Set each value that may be 0 to 0 for a step, one after the other: no option depends on any of them."""
    back = {"lr": lr} | {name: values[name] for name in ("weight_decay", "eps") if name in values}
    resting = {13 + i: {**back, name: 0.0} for i, name in enumerate(back)}
    return {**resting, 13 + len(back): back}


def ends(topic: Topic, values: dict[str, Any]) -> dict[int, dict[str, Any]]:
    """Set what a memory fades by to 0 in the last steps, where the topic allows it: no option depends on it.

    An option that is on may keep one from it.
    """
    on = [each for each in topic.cases["stretch"].values() if each["options"].keys() <= values.keys()]
    kept = {name for each in on for name in each.get("keeps", [])}
    last = [name for name in topic.cases.get("ends_at_zero", []) if name in values and name not in kept]
    return {20 + i: {name: 0.0} for i, name in enumerate(last)}


@functools.cache
def _cases(topic: Topic, key: str, prefix: str) -> tuple[Case, ...]:
    made = []
    for name, _, title, recipe in CORE:
        body = recipe(topic, Draw(f"{key}:{topic.stem}:{name}"))
        made.append(Case(id=prefix + name, title=_title(prefix, title.format(steps=len(body["grads"]))), **body))
    for name, options in stretch_options(topic).items():
        named = Text(en=", ".join(options), zh="、".join(options))
        title = Text(en="stretch: {named}", zh="选做：{named}").format(named=named)
        body = stretch_case(topic, Draw(f"{key}:{topic.stem}:{name}"), options)
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
    """Return what a recipe weighs among the others of its kind, core or stretch."""
    return next((each for core, each, _, _ in CORE if name == core), 1)


def visible(topic: Topic) -> tuple[Case, ...]:
    """Return the cases that everybody sees, core first; their references are stored."""
    return _cases(topic, VISIBLE, "")


def hidden(topic: Topic, seed: str) -> tuple[Case, ...]:
    """Draw cases by the same recipes from a class's secret seed; the judge's own torch answers them."""
    return _cases(topic, f"hidden:{seed}", HIDDEN)


def fresh(topic: Topic, seed: str) -> Case:
    """Draw one core case, its recipe and its numbers, from a seed of its own."""
    draw = Draw(f"{FRESH}{seed}:{topic.stem}")
    name, _, title, recipe = TELLING[draw.random.randint(len(TELLING))]
    body = recipe(topic, draw)
    return Case(id=FRESH + name, title=_title(FRESH, title.format(steps=len(body["grads"])), seed), **body)
