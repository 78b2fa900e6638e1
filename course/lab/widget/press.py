"""A button that the page hears itself, also where no kernel stands behind it."""

from __future__ import annotations

from pathlib import Path

import anywidget
import traitlets


class Press(anywidget.AnyWidget):
    """A button that counts its clicks."""

    _esm = Path(__file__).with_name("press.js")

    label = traitlets.Unicode().tag(sync=True)
    hint = traitlets.Unicode().tag(sync=True)
    within = traitlets.Unicode().tag(sync=True)
    """If not empty: which element around the button (a CSS selector) it opens and closes."""
    clicks = traitlets.Int().tag(sync=True)
