"""The optimizers that a map of a page can be compared with: the controls of each, described once for all maps.

In a notebook the kernel makes the sliders of a second optimizer when it is chosen. A page has no kernel, and builds the
same ones of these descriptions (`js/lab.js`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from course.lab.rules import reference
from course.lab.widget.canvas import followed
from course.lab.widget.landscapes import LANDSCAPES
from course.lab.widget.panels import panel, unfolded
from course.lab.widget.sliders import Knobs, plain
from course.topic import topics

if TYPE_CHECKING:
    from collections.abc import Callable

    from course.authoring.site.capture import Tree
    from course.lab.widget.descent import Descent
    from course.lab.widget.landscapes import Landscape
    from course.topic import Topic

NUMBERS = 10_000
"""From where on the models of a second optimizer's controls are numbered: no map has so many."""


def offered(tree: Callable[..., Tree]) -> list[dict[str, Any]]:
    """Describe what a map's list of second optimizers offers, in its order.

    Args:
        tree: makes what describes widgets.

    Returns:
        For each its `stem`; `panel`, the node of its controls, each slider with its name under `as`, all but that of
        the learning rate folded away; `rule`, as the canvas takes it; and `grounds`, what is otherwise on a landscape
        than on the first one: its learning rate, how the slider of it is laid, and its rates elsewhere.

    """
    return [_offer(topic, tree) for topic in topics("rule")]


def at_once(widget: Descent) -> dict[str, list[str]]:
    """Return which sliders of each second optimizer a map shows at once, besides the one of the learning rate.

    Args:
        widget: the map.

    Returns:
        Names of sliders by the optimizer's stem; none where there are no others.

    """
    found = {}
    for topic in topics("rule"):
        told = plain(topic)
        names = unfolded([*told["values"], "schedule"], told["rate"], widget.about(topic))
        if more := [each for each in dict.fromkeys(names) if each != told["rate"]]:
            found[topic.stem] = more
    return found


def _offer(topic: Topic, tree: Callable[..., Tree]) -> dict[str, Any]:
    first, *others = (_on(topic, ground, tree) for ground in LANDSCAPES.values())
    node, rule, laid = first
    changed = {
        key: {"rate": _changed(theirs["rates"], rule["rates"]), "m": _changed(slider, laid)}
        for key, (_, theirs, slider) in zip(list(LANDSCAPES)[1:], others, strict=True)
    }
    grounds = {key: each for key, each in changed.items() if each["rate"] or each["m"]}
    return {"stem": topic.stem, "panel": node, "rule": rule, "grounds": grounds}


def _on(topic: Topic, ground: Landscape, tree: Callable[..., Tree]) -> tuple[Any, dict[str, Any], dict[str, Any]]:
    """Return the node of a rule's controls on a landscape, the rule, and what its slider of the rate says of itself."""
    name = str(topic.title)
    knobs = Knobs(topic, reference(topic.stem), {}, ground, name)
    named = {slider: {"as": each} for each, slider in knobs.sliders.items()}
    made = tree(named, first=NUMBERS)
    for slider in knobs.sliders.values():
        made.number(slider)  # in their order, whichever are folded away
    node = made.node(panel(name, knobs, "compare", ()))
    rule = made.rule(followed("compare", name, knobs, topic.stem))
    return node, rule, made.node(knobs.sliders[knobs.rate])["m"]


def _changed(values: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if before[name] != value}
