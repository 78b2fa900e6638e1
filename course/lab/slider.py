"""Sliders that say their name and their true value: ipywidgets' own in the kernel, a browser's own in the page.

ipywidgets draws its sliders with a library that gives them no name and tells a screen reader where the handle stands,
which on a logarithmic scale is the exponent. These have the same traits and the same classes in Python; the page shows
them as `<input type="range">` (`widget/js/slider.js`).
"""

from __future__ import annotations

from pathlib import Path

import anywidget
import ipywidgets as widgets
import traitlets

from course.text import Text, language

WIDGET = Path(__file__).with_name("widget")
SPOKEN = Text(en="{name}, {meaning}", zh="{name}，{meaning}")


class Slider(anywidget.AnyWidget):
    """How the page shows a slider; to be inherited from before the slider of ipywidgets."""

    _esm = WIDGET / "slider.js"
    _css = WIDGET / "slider.css"

    spoken = traitlets.Unicode().tag(sync=True)
    """What it sets, for those who hear it: the tooltip if there is one, and the description, which is what one sees."""

    @traitlets.default("spoken")
    def _spoken(self) -> str:
        if self.tooltip in {None, "", self.description}:
            return str(self.description)
        return SPOKEN.format(name=self.description, meaning=self.tooltip)[language()]


class FloatSlider(Slider, widgets.FloatSlider):  # type: ignore[misc] # ipywidgets has no types
    """A slider over evenly spaced numbers.

    Examples:
        >>> FloatSlider(value=0.5, max=1.0, step=0.1, description="μ", tooltip="momentum").spoken
        'μ, momentum'

    """


class FloatLogSlider(Slider, widgets.FloatLogSlider):  # type: ignore[misc]
    """A slider over powers of `base`."""


class IntSlider(Slider, widgets.IntSlider):  # type: ignore[misc]
    """A slider over whole numbers."""


class SelectionSlider(Slider, widgets.SelectionSlider):  # type: ignore[misc]
    """A slider over given values."""
