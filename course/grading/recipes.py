"""The recipes of a rule's core cases, one function each, named and weighed; `case_set` draws from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading.draws import EDGE_CARDS, above_one, changes, core_values, dealt, fading, freeze, gradients, required
from course.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from course.grading.case import Array
    from course.grading.draws import Draw
    from course.topic import Topic

LONG = 1500
"""Steps of the long run: enough for a memory of a thousand gradients to fill and for whatever stops after a thousand
steps; no more, because a right rule that sums over its whole history needs time in proportion to the square."""

LONG_HIDDEN = 500
"""Steps of the hidden one, which need not show again what only many steps show."""

TINY, TINIEST = 1e-8, 1e-10
"""The size of gradients that are small as a whole; and so small that, beside an epsilon of 1 and what a parameter has
moved without epsilon, nobody sees it move."""

BURST = 5
"""Of them the last, in which gradients are a hundred times as large and all of one sign."""

# Each recipe makes one core case of a topic. Ask of every set: what could a rule get wrong that these do not see?


def defaults(topic: Topic, draw: Draw) -> dict[str, Any]:
    """Give no arguments: the defaults are part of the contract. RAdam's threshold lies at step 6.

    The shapes are equal, so that a state shared by mistake is seen in the numbers: unequal ones make numpy stop.

    Args:
        topic: which optimizer.
        draw: where the numbers come from.

    Returns:
        Hyperparameters, parameters, gradients and schedule, as fields of a `Case`.

    """
    params = (draw.normal(3), draw.normal(3))
    return {
        "hyperparameters": required(topic, draw),
        "params": params,
        "grads": freeze(gradients(draw, params, 24)),
    }


def two_parameters(topic: Topic, draw: Draw) -> dict[str, Any]:
    """Take two parameters of different shapes, everything away from the defaults.

    Args:
        topic: which optimizer.
        draw: where the numbers come from.

    Returns:
        Hyperparameters, parameters, gradients and schedule, as fields of a `Case`.

    """
    params = (draw.normal(3), draw.normal(2, 2))
    return {
        "hyperparameters": core_values(topic, draw),
        "params": params,
        "grads": freeze(gradients(draw, params, 20)),
    }


def shapes(topic: Topic, draw: Draw) -> dict[str, Any]:
    """Take 0-d, one element, equal shapes with equal values, up to five dimensions; and more than a few of both.

    There are thirteen parameters, so that whoever has room for eight or ten comes back to the first; one has more than
    a hundred elements, and one has the same value everywhere, as scales have before they are trained.

    Args:
        topic: which optimizer.
        draw: where the numbers come from.

    Returns:
        Hyperparameters, parameters, gradients and schedule, as fields of a `Case`.

    """
    twin = draw.normal(3)
    flat = (draw.normal(), draw.normal(1), twin, twin.copy(), draw.normal())
    deep = (draw.normal(2, 3), draw.normal(2, 3, 2), draw.normal(2, 1, 2, 2), draw.normal(1, 2, 1, 2, 1))
    params = (*flat, *deep, draw.normal(), draw.normal(1), 0 * twin + twin[0], draw.normal(13, 10))
    return {
        "hyperparameters": core_values(topic, draw),
        "params": params,
        "grads": freeze(gradients(draw, params, 10)),
    }


def schedule(topic: Topic, draw: Draw) -> dict[str, Any]:
    """Change hyperparameters, which are read at every update; equal shapes, as in `defaults`.

    Where a memory fades, nothing pulls in the first two steps, so that it is empty when the schedule sets in. In the
    last steps beta1 is 0, which forgets all there is in every way of writing it, while beta2 still has to be corrected.

    Args:
        topic: which optimizer.
        draw: where the numbers come from.

    Returns:
        Hyperparameters, parameters, gradients and schedule, as fields of a `Case`.

    """
    params = (draw.normal(3), draw.normal(3))
    values = core_values(topic, draw)
    grads = gradients(draw, params, 20)
    plan = changes(topic, draw, values)
    if "betas" in values:
        plan[18] = {"betas": [0.0, values["betas"][1]]}
    if fading(topic, values):
        values = values | {"weight_decay": 0.0}
        grads[:2] = [[0.0 * grad for grad in step] for step in grads[:2]]
    return {"hyperparameters": values, "params": params, "grads": freeze(grads), "schedule": plan}


def _with_zeros(draw: Draw, params: tuple[Array, ...]) -> tuple[tuple[Array, ...], ...]:
    """Take three steps of nothing, then some of zeros, a pause in the middle; one element never gets a gradient."""
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
    """Take zero gradients, no weight decay: nothing may be divided by zero, time goes on all the same.

    Args:
        topic: which optimizer.
        draw: where the numbers come from.

    Returns:
        Hyperparameters, parameters, gradients and schedule, as fields of a `Case`.

    """
    params = (draw.normal(4), draw.normal(2, 2))
    params[0].flat[2] = 0.0
    values = core_values(topic, draw)
    values |= {"weight_decay": 0.0} if "weight_decay" in values else {}
    values.pop("eps", None)  # the default eps is the tiny one
    return {"hyperparameters": values, "params": params, "grads": _with_zeros(draw, params)}


def zeros_and_decay(topic: Topic, draw: Draw) -> dict[str, Any]:
    """Take zero gradients with weight decay (for Lookahead: with the slow weights still pulling).

    Betas are small and beta1 is the larger one: at beta2 = 0.3 RAdam never rectifies.

    Args:
        topic: which optimizer.
        draw: where the numbers come from.

    Returns:
        Hyperparameters, parameters, gradients and schedule, as fields of a `Case`.

    """
    params = (draw.normal(4), draw.normal(2, 2))
    values = core_values(topic, draw)
    values |= {"betas": [0.6, 0.3]} if "betas" in values else {}
    return {"hyperparameters": values, "params": params, "grads": _with_zeros(draw, params)}


def magnitudes(topic: Topic, draw: Draw) -> dict[str, Any]:
    """Take gradients from 1e-8 to 1e6: one size an element, and all sizes one after the other.

    The parameters start at 0, so that the smallest step is seen as exactly as the largest. Of one of them every
    gradient is tiny: whoever stops where the whole gradient is small stops there.

    Args:
        topic: which optimizer.
        draw: where the numbers come from.

    Returns:
        Hyperparameters, parameters, gradients and schedule, as fields of a `Case`.

    """
    sizes = 10.0 ** np.arange(-8, 7, 2)
    params = (np.zeros(8), np.zeros(3), np.zeros(2))
    grads = []
    for _ in range(20):
        mixed = 10.0 ** np.round(draw.random.uniform(-8, 6, 3), 1)
        grads.append([draw.normal(8) * sizes, draw.normal(3) * mixed, draw.normal(2) * TINY])
    values = required(topic, draw) | topic.cases.get("magnitudes", {})
    return {"hyperparameters": values, "params": params, "grads": freeze(grads)}


def long_run(topic: Topic, draw: Draw) -> dict[str, Any]:
    """Take many steps away from the defaults, but for beta2: its memory must be the longest there is.

    What a topic says of the long run itself, as how long the parts of a schedule are, wins. The last gradients are a
    burst after a long calm: a first moment has followed them and a second has not, so that Adam's steps are several
    times as long as the learning rate, as nowhere else, and whoever clips them is seen.

    Args:
        topic: which optimizer.
        draw: where the numbers come from.

    Returns:
        Hyperparameters, parameters, gradients and schedule, as fields of a `Case`.

    """
    params = (draw.normal(2),)
    values = core_values(topic, draw)
    if "betas" in values:
        values["betas"] = [values["betas"][0], 0.999]
    values |= topic.cases.get("long_run", {})
    grads = gradients(draw, params, LONG_HIDDEN if draw.hidden else LONG)
    grads[-BURST:] = [[100 * abs(grad) for grad in step] for step in grads[-BURST:]]
    return {
        "hyperparameters": values,
        "params": params,
        "grads": freeze(grads),
        "record_state": False,
    }


def edges(topic: Topic, draw: Draw) -> dict[str, Any]:
    """Put hyperparameters at the ends of their ranges; take parameters that are large.

    Betas change within a long pause in which every gradient is zero. All memory has faded when it ends, of the old ones
    and, in the forty steps that are left, of how much the old ones have counted: powers and running products, averages
    and sums that are divided by the sum of their weights agree. Later beta1 becomes 0, which forgets whatever there is,
    so that they still agree; at once it would hide who has read beta1 only once, for a rule with beta1 = 0 takes the
    present gradient, whatever it weighs it with. Never beta2: right rules divide by a power of it.

    Where epsilon may be 0, it begins so, and is 0 again for two steps: whoever takes a 0 for none given, or keeps
    epsilon above it, is seen by the last parameter, whose gradients are tiny. No longer, for without epsilon sizes are
    not seen. In the last steps the rate and, where there is one, the weight decay are above 1.

    Args:
        topic: which optimizer.
        draw: where the numbers come from.

    Returns:
        Hyperparameters, parameters, gradients and schedule, as fields of a `Case`.

    """
    params = (draw.normal(3), draw.normal(2) * np.array([300.0, -10000.0]), np.zeros(2))
    plan: dict[int, dict[str, Any]] = {int(step): told for step, told in topic.cases.get("edges_schedule", {}).items()}
    steps = 20
    values = dealt(draw, topic.cases["edges"], EDGE_CARDS)
    if "betas" in values:  # at beta2 = 0.62 RAdam never rectifies, and takes no root of anything negative
        plan, steps = {100: {"betas": [0.3, 0.62]}, 151: {"betas": [0.0, 0.62]}}, 160
    grads = gradients(draw, params, steps)
    grads[20:140] = [[0.0 * grad for grad in step] for step in grads[20:140]]
    grads = [[*others, TINIEST * last] for *others, last in grads]
    plan[steps - 3] = above_one(topic, draw)
    if "eps" in values and "eps" not in topic.cases.get("never_zero", ()):
        usual = {"eps": values["eps"]}
        values["eps"] = 0.0
        changes = {9: usual, 15: {"eps": 0.0}, 17: usual}
        plan |= {step: told | plan.get(step, {}) for step, told in changes.items()}
    return {"hyperparameters": values, "params": params, "grads": freeze(grads), "schedule": plan}


CORE: tuple[tuple[str, int, Text, Callable[[Topic, Draw], dict[str, Any]]], ...] = (
    (
        "two-parameters",
        2,
        Text(en="two parameters, nothing at its default", zh="两个参数，超参数都不取默认值"),
        two_parameters,
    ),
    ("defaults", 1, Text(en="no arguments: the defaults", zh="不给参数，用默认的超参数"), defaults),
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
