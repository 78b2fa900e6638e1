"""What the recipes of cases are made of: random numbers, hyperparameters, schedules and gradients.

Everything random comes from one key, by numpy's legacy generator, whose numbers are frozen for good.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from course.grading.case import Array
    from course.topic import Topic

VISIBLE = "visible"


class Draw:
    """Everything random about one case, from one key."""

    def __init__(self, key: str) -> None:
        self.hidden = not key.startswith(VISIBLE)
        digest = hashlib.sha256(key.encode()).digest()
        self.random = np.random.RandomState(np.frombuffer(digest, dtype=np.uint32))  # frozen for good

    def normal(self, *shape: int, scale: float = 1.0) -> Array:
        """Draw normal numbers; their last bits are cut, so that text or float32 would still store them exactly.

        Args:
            shape: one length a dimension; none for 0-d.
            scale: the standard deviation.

        Returns:
            A float64 array.

        """
        return np.asarray(np.round(self.random.standard_normal(shape) * 2**16) / 2**16 * scale)

    def between(self, low: float, high: float) -> float:
        """Draw a number with two significant digits in that range, never a round default.

        Args:
            low: the smallest.
            high: the largest.

        Returns:
            The number.

        """
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
    """Draw core hyperparameters away from their defaults, every one large enough to be seen.

    Args:
        topic: which optimizer.
        draw: where the numbers come from.

    Returns:
        The hyperparameters by name.

    """
    return dealt(draw, topic.cases["values"], CORE_CARDS)


def required(topic: Topic, draw: Draw) -> dict[str, Any]:
    """Draw the arguments that the rule cannot do without, as a rule that wraps another, and no others.

    Args:
        topic: which optimizer.
        draw: where the numbers come from.

    Returns:
        The hyperparameters by name; for most topics none.

    """
    told = topic.cases.get("required", {})
    return dealt(draw, told, str(told).count("'card'"))


def fading(topic: Topic, values: dict[str, Any]) -> list[str]:
    """Return the names of what a memory without bias correction fades by.

    Args:
        topic: which optimizer.
        values: the hyperparameters of a case.

    Returns:
        Those names that are among `values`.

    """
    return [name for name in topic.cases.get("fades", []) if name in values]


def rate_of(values: dict[str, Any]) -> str:
    """Return what the learning rate is called: a rule that drives the inner one has it itself.

    Args:
        values: the hyperparameters of a case.

    Returns:
        Its name.

    """
    return "lr" if "lr" in values else "inner.lr"


def above_one(topic: Topic, draw: Draw) -> dict[str, Any]:
    """Draw a rate and, where there is one, a weight decay above 1: either may be any number that is not below 0.

    Where betas are among the hyperparameters, `edges` has forgotten everything by then, and a rule that keeps the rate
    in its memory would be right after a change of it: the rate stays, which there is above 1 from the first step on.

    Args:
        topic: which optimizer.
        draw: where the numbers come from.

    Returns:
        The hyperparameters by name.

    """
    asked = topic.cases["values"]
    names = [*([] if "betas" in asked else [rate_of(asked)]), *(["weight_decay"] if "weight_decay" in asked else [])]
    return {name: draw.between(1.1, 2.9) for name in names}


def changes(topic: Topic, draw: Draw, first: dict[str, Any]) -> dict[int, dict[str, Any]]:
    """Plan a schedule: the rate drops, rests at zero, returns; later every other hyperparameter is halved.

    Epsilon grows tenfold instead: beside a sum of squares that has grown for fifteen steps, half of it is not seen.
    What a memory fades by changes at step 3, before there is anything in it: from then on it makes no difference
    whether a rule takes powers of the new value or goes on from the old memory. Betas change in `edges`. What a topic
    calls fixed never changes.

    Args:
        topic: which optimizer.
        draw: where the numbers come from.
        first: the hyperparameters at the beginning.

    Returns:
        By step, counted from 1, what is assigned just before it.

    """
    rate = rate_of(first)
    lr = draw.between(0.06, 0.19)
    alone = {"lr", "betas", "inner", *topic.cases.get("fixed", []), *fading(topic, first)}
    later = {name: first[name] / 2 for name in first if name not in alone}
    if "eps" in later:
        later["eps"] = float(f"{first['eps'] * 10:.12g}")  # as one writes it
    early = {name: first[name] / 2 for name in fading(topic, first)}
    last = topic.cases.get("last_change", 16)
    plan = {5: {rate: lr / 4}, 9: {rate: 0.0}, 11: {rate: lr}, 13: {rate: lr / 2}, last: later}
    return {3: early | {"weight_decay": first["weight_decay"]}, **plan} if early else plan


def gradients(draw: Draw, params: tuple[Array, ...], steps: int, scale: float = 0.5) -> list[list[Array]]:
    """Draw normal gradients for every step and parameter.

    Args:
        draw: where the numbers come from.
        params: whose shapes they have.
        steps: how many.
        scale: the standard deviation.

    Returns:
        `grads[step][i]`, of the shape of `params[i]`.

    """
    return [[draw.normal(*param.shape, scale=scale) for param in params] for _ in range(steps)]


def freeze(grads: list[list[Array]]) -> tuple[tuple[Array, ...], ...]:
    """Convert gradients to the form in which a case keeps them."""
    return tuple(tuple(step) for step in grads)
