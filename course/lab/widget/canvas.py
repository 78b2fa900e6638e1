"""The picture's half in the kernel: what the page is sent.

The page computes the course's own rules itself (`js/derived.js`), so it is sent which controls to follow and no path.
Only what a rule of the reader's own does comes from here: little-endian float32, described beside it.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import ipywidgets as widgets
import numpy as np
import traitlets

from course.lab.widget.sliders import plain
from course.lab.widget.walk import DIRECTIONS, PLACES
from course.topic import Topic, topics

if TYPE_CHECKING:
    from course.lab.widget.landscapes import Landscape, Point
    from course.lab.widget.sliders import Knobs
    from course.lab.widget.walk import Walk


class Canvas(anywidget.AnyWidget):
    """The picture; all words are in the reader's language."""

    _esm = Path(__file__).with_name("descent.js")
    _css = Path(__file__).with_name("descent.css")

    words = traitlets.Dict().tag(sync=True)
    about = traitlets.Dict().tag(sync=True)
    """By the key of each landscape, the sentence about it."""
    landscape = traitlets.Unicode().tag(sync=True)
    """The key of the one shown; the page sets it where no kernel answers."""
    angle = traitlets.Float().tag(sync=True)
    """By how many degrees the landscape is turned, if it can be; the page sets it where no kernel answers."""
    turner = traitlets.Any().tag(sync=True, **widgets.widget_serialization)
    """The slider of that angle."""
    choice = traitlets.Any().tag(sync=True, **widgets.widget_serialization)
    """The dropdown of landscapes, in the order of `LANDSCAPES`."""
    against = traitlets.Any().tag(sync=True, **widgets.widget_serialization)
    """The dropdown of second optimizers: first none, then those of `others` in their order."""
    reset = traitlets.Any().tag(sync=True, **widgets.widget_serialization)
    """The button that puts everything back."""
    others = traitlets.List(traitlets.Dict()).tag(sync=True)
    """What the page draws where no kernel makes sliders for a second optimizer, see `offered`."""
    blind = traitlets.Bool(False).tag(sync=True)  # noqa: FBT003 - traitlets' own order
    """Set by a page that cannot reach the controls: it is told their values with the rules instead."""
    start = traitlets.List(traitlets.Float()).tag(sync=True)
    """x and y of the start; the page sets it when the reader drags."""
    steps = traitlets.Int().tag(sync=True)
    noise = traitlets.Bytes().tag(sync=True)
    """What the noisy landscape adds at each step: float64, two a step, that of step 0 first."""
    rules = traitlets.List(traitlets.Dict()).tag(sync=True, **widgets.widget_serialization)
    """The rules shown, see `followed`."""
    walks = traitlets.List(traitlets.Dict()).tag(sync=True)
    """What stands in `paths`, see `described`; empty where the page computes all rules itself."""
    paths = traitlets.Bytes().tag(sync=True)
    """For each walk of n steps: n + 1 points, n + 1 losses, n gradients, and n vectors for each state entry."""


def followed(role: str, name: str, knobs: Knobs, stem: str) -> dict[str, Any]:
    """Return what the page needs to draw a rule as its controls move.

    Args:
        role: "rule" or "compare".
        name: the rule's, in the reader's language.
        knobs: the controls.
        stem: the solution that the page is to run; empty where the kernel runs the rule.

    Returns:
        An entry of `Canvas.rules`. `options` has the values of those controls that only number them; `values` what all
        of them say now, `first` what they said at first, `rates` the learning rate for each landscape, and `rate` the
        name of its control.

    """
    return {
        "role": role,
        "name": name,
        "stem": stem,
        "inner": knobs.topic.inner or "",
        "controls": dict(knobs.sliders),
        "options": {
            each: [value for _, value in slider.options]
            for each, slider in knobs.sliders.items()
            if isinstance(slider, widgets.SelectionSlider)
        },
        "values": knobs.values,
        "first": dict(knobs.first),
        "rate": knobs.rate,
        "rates": knobs.rates(),
    }


@functools.cache
def _plain(stem: str) -> dict[str, Any]:
    return plain(Topic.load(stem))


def offered() -> list[dict[str, Any]]:
    """Return what the page needs to draw any of the course's own rules without a control.

    Returns:
        The entries of `Canvas.others`: `values` by the names of controls, and `pace`, by which the `rate` among them
        suits a landscape: it is the number under `lr`, or so many times the landscape's own.

    """
    return [
        {
            "stem": each.stem,
            "name": str(each.title),
            "inner": each.inner or "",
            "pace": each.sliders["rate"],
            **_plain(each.stem),
        }
        for each in topics("rule")
    ]


def described(done: Walk, at: dict[str, Any]) -> dict[str, Any]:
    """Describe a walk that is sent as numbers.

    Args:
        done: the walk.
        at: what decided it, by which the page finds it again.

    Returns:
        An entry of `Canvas.walks`.

    """
    kinds = dict.fromkeys(done.state, "")
    kinds |= {entry: "arrow" for entry in DIRECTIONS if np.any(done.state.get(entry, 0))}  # unused buffers are zero
    kinds |= {entry: "place" for entry in PLACES if entry in done.state}
    return {
        "at": at,
        "steps": done.steps,
        "diverged": done.diverged,
        "failure": "" if done.failure is None else str(done.failure),
        "state": [{"name": entry, "kind": kind} for entry, kind in kinds.items()],
    }


def setting(ground: Landscape, start: Point, values: dict[str, Any], version: object) -> dict[str, Any]:
    """Return what decides a walk.

    Args:
        ground: the landscape.
        start: x and y.
        values: what the controls say, by their names.
        version: another one when the learner has saved another file.

    Returns:
        What `described` takes.

    """
    where = {"landscape": ground.key, "angle": ground.angle, "start": list(start)}
    return {**where, "values": values, "version": str(version)}


def packed(done: Walk) -> bytes:
    """Return a walk's numbers as they are sent."""
    parts = (done.points, done.losses, done.grads, *done.state.values())
    with np.errstate(over="ignore"):
        return b"".join(part.astype("<f4").tobytes() for part in parts)
