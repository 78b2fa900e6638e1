"""The controls around the picture: the bar above it, and for each rule its sliders, most of them folded away."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from course.lab import words
from course.lab.widget.press import Press

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from course.lab.widget.sliders import Knobs


def panel(name: str, knobs: Knobs, role: str, about: Container[str], *more_controls: Any) -> Any:
    """Return the rule's name, marked as its path is, and the sliders that matter; under them, folded away, the rest.

    Args:
        name: the rule's, in the reader's language.
        knobs: its sliders.
        role: "rule" or "compare".
        about: what the experiment is about, by the names of sliders or of the rule's fields.
        *more_controls: what else is folded away.

    Returns:
        The box.

    """
    name_tag = widgets.HTML(f'<span class="downhill-name downhill-{role}"><i></i>{html.escape(name)}</span>')
    first = unfolded(knobs.sliders, knobs.rate, about)
    more = Press(label=str(words.MORE), hint=str(words.MORE_HINT), within=".downhill-panel")
    row = widgets.HBox([name_tag, *(knobs.sliders[each] for each in first), more])
    row.add_class("downhill-sliders")
    rest = widgets.HBox([*(slider for each, slider in knobs.sliders.items() if each not in first), *more_controls])
    rest.add_class("downhill-sliders").add_class("downhill-rest")
    for each in knobs.sliders.values():
        each.layout.width = "auto"
    return widgets.VBox([row, rest]).add_class("downhill-panel")


def unfolded(sliders: Iterable[str], rate: str, about: Container[str]) -> list[str]:
    """Return which sliders of a rule an experiment needs at once; the others stand behind a button.

    Args:
        sliders: all of the rule's, by their names.
        rate: that of the learning rate among them.
        about: what the experiment is about, by the names of sliders or of the rule's fields.

    Returns:
        Some of the names, in their order.

    """
    fields = {"beta1": "betas", "beta2": "betas"}
    return [each for each in sliders if each == rate or each in about or fields.get(each, "") in about]


def bar(*controls: Any) -> Any:
    """Return the controls in a row that wraps."""
    for each in controls:
        each.layout.width = "auto"
        each.layout.max_width = "100%"
        if isinstance(each, widgets.Dropdown):
            each.style.description_width = "initial"
    return widgets.HBox(list(controls)).add_class("downhill-bar")
