"""What the lessons' drawings are made of: a few elements of SVG, scales for them, and a picture with its controls.

Every element is a function of the same name. Coordinates and lengths are in pixels, from the drawing's upper left
corner to the right and down; other attributes have their SVG names with _ for -, as in `stroke_width=2`, and empty ones
are left out. What is written in a drawing appears in the reader's language where it is a `Text`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Union

import numpy as np

from course.grading.palette import themed
from course.lab.look import BLACK, FAINT

if TYPE_CHECKING:
    import ipywidgets as widgets

    from course.text import Text

Array = np.ndarray[Any, np.dtype[np.float64]]
Scale = Callable[[Any], Any]
"""From data to pixels, for one number or an array of any shape."""
Look = str | float
"""The value of an attribute of SVG."""
Words = Union["Text", str, int]
"""What is written: a number with digits after its point is formatted before, since a page would write it otherwise."""


def drawing(alt: Text, width: int, height: int, *parts: str, fixed: bool = False) -> str:
    """Return a whole drawing, which follows the reader's theme and which a narrow window shrinks.

    Args:
        alt: what it shows, for those who cannot see it.
        width: in pixels.
        height: in pixels.
        parts: the elements, from the lowest to the topmost.
        fixed: whether its colours stay as they are in any theme, because it has a ground of its own.

    Returns:
        Inline SVG.

    """
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{alt}" viewBox="0 0 {width} {height}"'
        f' style="max-width:{width}px;width:100%" font-family="sans-serif" font-size="13"'
        f' fill="{BLACK if fixed else "currentColor"}">{"".join(parts)}</svg>'
    )
    return drawn if fixed else themed(drawn)


def line(x1: float, y1: float, x2: float, y2: float, **look: Look) -> str:
    """Draw a straight line from one point to another.

    Args:
        x1: where it begins, from the left.
        y1: the same, from the top.
        x2: where it ends, from the left.
        y2: the same, from the top.
        look: other attributes by their SVG names, with _ for -.

    Returns:
        An element.

    """
    return f'<line x1="{_px(x1)}" x2="{_px(x2)}" y1="{_px(y1)}" y2="{_px(y2)}"{_look(look)}/>'


def polyline(xs: Any, ys: Any, **look: Look) -> str:
    """Draw a line through points.

    Args:
        xs: from the left, shape (n,).
        ys: from the top, shape (n,).
        look: other attributes by their SVG names, with _ for -.

    Returns:
        An element.

    """
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(xs, ys, strict=True))
    return f'<polyline points="{points}" fill="none"{_look(look)}/>'


def rect(x: float, y: float, width: float, height: float, **look: Look) -> str:
    """Draw a rectangle.

    Args:
        x: its left edge.
        y: its upper edge.
        width: in pixels.
        height: in pixels.
        look: other attributes by their SVG names, with _ for -.

    Returns:
        An element.

    """
    return f'<rect x="{_px(x)}" y="{_px(y)}" width="{_px(width)}" height="{_px(height)}"{_look(look)}/>'


def circle(x: float, y: float, r: float, **look: Look) -> str:
    """Draw a disc.

    Args:
        x: its centre, from the left.
        y: the same, from the top.
        r: its radius.
        look: other attributes by their SVG names, with _ for -.

    Returns:
        An element.

    """
    return f'<circle cx="{_px(x)}" cy="{_px(y)}" r="{_px(r)}"{_look(look)}/>'


def text(x: float, y: float, words: Words, **look: Look) -> str:
    """Set words on a line.

    Args:
        x: where they begin, or with `text_anchor` have their middle or end.
        y: the height on which they stand.
        words: a `Text`, a string or a whole number; not escaped.
        look: other attributes by their SVG names, with _ for -.

    Returns:
        An element.

    """
    return f'<text x="{_px(x)}" y="{_px(y)}"{_look(look)}>{words}</text>'


def upright(x: float, y: float, words: Words, **look: Look) -> str:
    """Set words on a line that runs upwards: the name of an upright axis.

    Args:
        x: of their middle.
        y: the same, from the top.
        words: a `Text`, a string or a whole number; not escaped.
        look: other attributes by their SVG names, with _ for -.

    Returns:
        An element.

    """
    return text(x, y, words, text_anchor="middle", transform=f"rotate(-90 {_px(x)} {_px(y)})", **look)


def level(left: float, right: float, y: float, words: Words, stroke: str = FAINT) -> str:
    """Draw a line across a chart, and to the left of it what it stands for.

    Args:
        left: where the line begins.
        right: where it ends.
        y: its height.
        words: what it stands for.
        stroke: its colour.

    Returns:
        Two elements.

    """
    return line(left, y, right, y, stroke=stroke) + text(left - 6, y + 4, words, text_anchor="end")


def scale(low: float, high: float, start: float, end: float) -> Scale:
    """Make an even scale from data to pixels, which goes on beyond its ends.

    Args:
        low: a number, …
        high: another one, …
        start: … the pixel for `low`, …
        end: … and the one for `high`.

    Returns:
        A function of one number or an array of any shape.

    """
    return lambda values: start + (np.asarray(values) - low) / (high - low) * (end - start)


def log_scale(low: float, high: float, start: float, end: float) -> Scale:
    """Make a logarithmic scale from data to pixels; what lies beyond an end is drawn there.

    Args:
        low: a number above 0, …
        high: another one, …
        start: … the pixel for `low`, …
        end: … and the one for `high`.

    Returns:
        A function of one number or an array of any shape.

    """
    even = scale(0, np.log(high / low), start, end)
    return lambda values: even(np.log(np.clip(values, low, high) / low))


def pictured(scene: Callable[..., str], *controls: Any, row: Sequence[Any] = ()) -> widgets.VBox:
    """Put controls in a row and, below them, what `scene` draws for their values, anew whenever one changes.

    Args:
        scene: has one parameter for each control: a slider's value, or how often a button has been clicked.
        controls: sliders and buttons.
        row: what is in the row, if it is not just the controls in their order.

    Returns:
        The widget.

    """
    import ipywidgets as widgets

    from course.lab.piece import Piece

    clicks = Counter[Any]()

    def drawn() -> str:
        return scene(*(clicks[each] if isinstance(each, widgets.Button) else each.value for each in controls))

    def draw(_change: Any) -> None:
        picture.value = drawn()

    picture = widgets.HTML(drawn())
    for each in controls:
        if isinstance(each, widgets.Button):
            each.on_click(lambda button: clicks.update([button]))
            each.on_click(draw)
        else:
            each.observe(draw, names="value")
    piece = Piece([widgets.HBox(row or controls, layout={"flex_flow": "row wrap"}), picture])
    piece.scene, piece.controls = scene, controls
    return piece


def _px(value: float) -> str:
    """Format to a tenth of a pixel, whole numbers without a point."""
    return f"{value:.1f}".removesuffix(".0")


def _look(look: dict[str, Look]) -> str:
    return "".join(f' {name.replace("_", "-")}="{_set(value)}"' for name, value in look.items() if value != "")


def _set(value: Look) -> str:
    return value if isinstance(value, str) else f"{value:g}"
