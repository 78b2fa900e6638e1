"""Ahead of the hand: the walks of a reader's own rule at the neighbouring values of the slider that is being moved.

They are computed while the kernel has nothing else to do, a few milliseconds at a time, the nearest first, and sent
together with their settings: when the slider gets there the page has the walk already. The next move of a slider
begins anew from where it is.
"""

from __future__ import annotations

import asyncio
import math
import time
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from course.lab.widget.canvas import described, packed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from course.lab.widget.canvas import Canvas
    from course.lab.widget.walk import Walk

REACH = 40
"""How many stops of a slider either way."""

AT_ONCE = 0.008
"""Seconds of computing after which the kernel looks whether the slider has moved on."""

TOO_LONG = 0.05
"""Seconds that a walk may take to be computed on suspicion."""


def neighbours(slider: Any) -> list[Any]:
    """Return the values of a slider's stops around where it is, the nearest first; none for a switch."""
    if isinstance(slider, widgets.Checkbox):
        return []
    if isinstance(slider, widgets.SelectionSlider):
        at, last = slider.index, len(slider.options) - 1
    else:
        place = math.log(slider.value, slider.base) if isinstance(slider, widgets.FloatLogSlider) else slider.value
        at, last = (round((end - slider.min) / slider.step) for end in (place, slider.max))
    near = range(max(0, at - REACH), min(last, at + REACH) + 1)
    outwards = sorted(set(near) - {at}, key=lambda i: abs(i - at))
    if isinstance(slider, widgets.SelectionSlider):
        return [slider.options[i][1] for i in outwards]
    stops = [slider.min + i * slider.step for i in outwards]
    return [slider.base**stop for stop in stops] if isinstance(slider, widgets.FloatLogSlider) else stops


class Ahead:
    """Queue of the walks around where a slider is, on their way to the page.

    Args:
        canvas: where to.
        compute: walks with these values in place of what the controls say; returns what decided it, and the walk.

    """

    def __init__(self, canvas: Canvas, compute: Callable[[dict[str, Any]], tuple[dict[str, Any], Walk]]) -> None:
        self._canvas = canvas
        self._compute = compute
        self._todo: Iterator[dict[str, Any]] = iter(())
        self._waiting = False
        self._base: object = None
        self._known: set[object] = set()

    def begin(self, name: str, slider: Any, others: object) -> None:
        """Start from where a slider is now, and drop what was still to be done elsewhere.

        Args:
            name: the slider's.
            slider: the slider.
            others: what else decides the walks; what was computed is known as long as it stays.

        """
        if (name, others) != self._base:
            self._base, self._known = (name, others), set()
        self._known.add(slider.value)
        self._todo = iter([{name: value} for value in neighbours(slider) if value not in self._known])
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return  # no kernel: nobody waits
        if not self._waiting:
            self._waiting = True
            loop.call_later(0, self._some, loop)

    def _some(self, loop: asyncio.AbstractEventLoop) -> None:
        """Compute for a moment, send, and come back if there is more."""
        self._waiting = False
        begun = time.perf_counter()
        found: list[tuple[dict[str, Any], Walk]] = []
        for change in self._todo:
            before = time.perf_counter()
            at, done = self._compute(change)
            if done.failure is not None or time.perf_counter() - before > TOO_LONG:
                self._todo = iter(())  # let the hand decide: this rule is slow, or wrong there
                break
            self._known.update(change.values())
            found.append((at, done))
            if time.perf_counter() - begun > AT_ONCE:
                break
        if not found or self._canvas.comm is None:
            return
        told = [described(done, at) for at, done in found]
        self._canvas.send({"ahead": told}, [b"".join(packed(done) for _, done in found)])
        self._waiting = True
        loop.call_later(0, self._some, loop)
