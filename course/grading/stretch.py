"""The recipe that all stretch cases share, whichever options they switch on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading.draws import core_values, freeze, gradients

if TYPE_CHECKING:
    from course.grading.draws import Draw
    from course.topic import Topic


def stretch_case(topic: Topic, draw: Draw, options: dict[str, Any]) -> dict[str, Any]:
    """Take core values and options; gradients fade and return, so that a maximum over time is seen.

    Args:
        topic: which optimizer.
        draw: where the numbers come from.
        options: those that are on, by name.

    Returns:
        Hyperparameters, parameters, gradients and schedule, as fields of a `Case`.

    """
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
    """Set each value that may be 0 to 0 for a step, one after the other: no option depends on any of them.

    Args:
        values: the hyperparameters of the case.
        lr: the learning rate to return to.

    Returns:
        By step, counted from 1, what is assigned just before it.

    """
    back = {"lr": lr} | {name: values[name] for name in ("weight_decay", "eps") if name in values}
    resting = {13 + i: {**back, name: 0.0} for i, name in enumerate(back)}
    return {**resting, 13 + len(back): back}


def ends(topic: Topic, values: dict[str, Any]) -> dict[int, dict[str, Any]]:
    """Set what a memory fades by to 0 in the last steps, where the topic allows it: no option depends on it.

    An option that is on may keep one from it.

    Args:
        topic: which optimizer.
        values: the hyperparameters of the case.

    Returns:
        By step, counted from 1, what is assigned just before it.

    """
    on = [each for each in topic.cases["stretch"].values() if each["options"].keys() <= values.keys()]
    kept = {name for each in on for name in each.get("keeps", [])}
    last = [name for name in topic.cases.get("ends_at_zero", []) if name in values and name not in kept]
    return {20 + i: {name: 0.0} for i, name in enumerate(last)}
