"""A map with paths as a drawing that needs neither widgets nor a kernel: shades and contours, and lines over them."""

from __future__ import annotations

import html
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import contourpy
import numpy as np

from course.lab.look import BLACK
from course.lab.svg import circle, drawing, line, polyline, rect, scale, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from course.lab.widget.landscapes import Landscape
    from course.text import Text

Array = np.ndarray[Any, np.dtype[np.float64]]

WIDTH, HEIGHT = 600, 400
"""In pixels: a landscape is 6 wide and 4 high."""
LEVELS = 12
COLUMNS, ROWS = 91, 61
SHADES = ("#8fb8cf", "#c5dbdd", "#ece9dc", "#faf6ec")
"""From low to high, as the widget's map in JupyterLab's light theme."""
FURTHEST = 9999.0
"""Pixels; nothing beyond is drawn, since a path that diverges has coordinates that no renderer reads."""


@dataclass(frozen=True)
class Path:
    """A line on the map: points of shape (n, 2), and how it is drawn and named."""

    points: Array
    name: str
    colour: str
    dashes: str = ""


def still(ground: Landscape, paths: Sequence[Path], alt: Text, height: int = HEIGHT) -> str:
    """Draw paths on a landscape, with their names in the lower right corner.

    Args:
        ground: the landscape.
        paths: from the lowest to the topmost.
        alt: what the drawing shows, for those who cannot see it.
        height: in pixels, for less than the whole landscape: what is left out is as much above as below.

    Returns:
        Inline SVG.

    """
    x_from, x_to, y_from, y_to = ground.extent
    x, y = scale(x_from, x_to, 0, WIDTH), scale(y_from, y_to, (HEIGHT + height) / 2, (height - HEIGHT) / 2)
    parts = [rect(0, 0, WIDTH, height, fill=SHADES[-1]), *_heights(ground, x, y)]
    for each in paths:
        xs, ys = (np.clip(to(each.points[:, at]), -FURTHEST, FURTHEST) for at, to in enumerate((x, y)))
        look = {"stroke_linejoin": "round", "stroke_dasharray": each.dashes}
        parts += [
            polyline(xs, ys, stroke="#fff", stroke_opacity=".8", stroke_width=4, **look),
            polyline(xs, ys, stroke=each.colour, stroke_width=2, **look),
        ]
    for at in ground.minima:
        parts.append(text(float(x(at[0])), float(y(at[1])) + 7, "★", text_anchor="middle", font_size=20, fill=BLACK))
    if paths:
        start_x, start_y = paths[0].points[0]
        parts.append(circle(float(x(start_x)), float(y(start_y)), 5, fill="#fff", stroke=BLACK, stroke_width=2))
    halo: dict[str, str | float] = {"paint_order": "stroke", "stroke": "#fff", "stroke_width": 3}
    for row, each in enumerate(paths):
        low = height - 16 - 20 * (len(paths) - 1 - row)
        parts.append(
            line(
                WIDTH - 44,
                low - 4,
                WIDTH - 14,
                low - 4,
                stroke=each.colour,
                stroke_width=3,
                stroke_dasharray=each.dashes,
            )
        )
        parts.append(text(WIDTH - 52, low, html.escape(each.name), text_anchor="end", fill=BLACK, **halo))
    return drawing(alt, WIDTH, height, *parts, fixed=True)


def _heights(ground: Landscape, x: Any, y: Any) -> Iterator[str]:
    """Fill what lies below each level, from the highest to the lowest: level by level the colour gets deeper."""
    x_from, x_to, y_from, y_to = ground.extent
    xs, ys = np.linspace(x_from, x_to, COLUMNS), np.linspace(y_from, y_to, ROWS)
    loss = ground.loss(np.stack(np.meshgrid(xs, ys), axis=-1))
    unit = ground.detail * float(np.median(loss))
    highest = np.log1p(float(loss.max()) / unit)
    lines = contourpy.contour_generator(x(xs), y(ys), loss)
    for level in range(LEVELS - 1, 0, -1):
        share = level / LEVELS
        outlines = ""
        for points, ends in zip(*lines.filled(-1.0, unit * float(np.expm1(share * highest))), strict=True):
            outlines += "".join(_outline(points[a:b]) for a, b in itertools.pairwise(ends))
        yield (
            f'<path d="{outlines}" fill="{_shade(share)}" fill-rule="evenodd" stroke="#284254" stroke-opacity=".2"/>'
        )


def _outline(points: Any) -> str:
    """Write a closed line in whole pixels, each point by how far it lies from the one before."""
    whole = np.round(points[:-1]).astype(int)
    moves = np.diff(whole, axis=0)
    moves = moves[np.any(moves, axis=1)]
    return f"M{whole[0][0]},{whole[0][1]}l{' '.join(f'{a},{b}' for a, b in moves)}z"


def _shade(share: float) -> str:
    """Return the colour of a height between 0 and 1."""
    stops = np.array([[int(each[at : at + 2], 16) for at in (1, 3, 5)] for each in SHADES], dtype=float)
    channels = [np.interp(share * (len(SHADES) - 1), range(len(SHADES)), stops[:, each]) for each in range(3)]
    return "#" + "".join(f"{round(float(each)):02x}" for each in channels)
