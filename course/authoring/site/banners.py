"""The picture that other programs show beside a link: a path of the lesson's own optimizer on one of the maps."""

from __future__ import annotations

import ast
import io
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from course.authoring.site import sources
from course.grading.palette import BLUE, ORANGE
from course.lab import fonts
from course.lab.widget.descent import Descent, descent
from course.lab.widget.still import SHADES
from course.lesson.source import Code
from course.topic import Topic, topics

if TYPE_CHECKING:
    from course.topic import Lesson

WIDTH, HEIGHT = 1200, 630
"""Pixels, as those programs want them."""
LEVELS = 14


def walker(lesson: Lesson) -> Descent:
    """Return the first map of a lesson, as its own cell makes it.

    Args:
        lesson: which; where it has no map that a plain call makes, its topic's own rule is shown, or
            the first of the course.

    """
    for cell in sources.cells(lesson.stem):
        if not isinstance(cell, Code):
            continue
        for node in ast.walk(ast.parse(cell.spoken("en"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "descent":
                try:
                    given = [ast.literal_eval(each) for each in node.args]
                    named = {str(each.arg): ast.literal_eval(each.value) for each in node.keywords}
                    return descent(*given, **named)
                except ValueError:
                    continue
    own = lesson.topic if lesson.topic and lesson.topic.kind == "rule" else topics("rule")[0]
    return descent(own.stem)


@cache
def names(lesson: Lesson) -> tuple[str, ...]:
    """Return the names of those that walk in the picture, which are the same in both languages."""
    shown = walker(lesson)
    return tuple(dict.fromkeys(Topic.load(stem).class_name for stem in (shown.stem, shown.compare.value) if stem))


def picture(lesson: Lesson) -> bytes:
    """Draw the picture.

    Args:
        lesson: whose.

    Returns:
        A PNG of 1200 by 630 pixels.

    """
    from matplotlib import pyplot as plt
    from matplotlib.colors import LinearSegmentedColormap
    from PIL import Image

    shown = walker(lesson)
    ground = shown.ground
    x0, x1, y0, y1 = ground.extent
    middle, half = (y0 + y1) / 2, (x1 - x0) * HEIGHT / WIDTH / 2
    x, y = np.meshgrid(np.linspace(x0, x1, 241), np.linspace(middle - half, middle + half, 127))
    height = np.log1p(ground.loss(np.stack([x, y], axis=-1)) / ground.detail)
    with fonts.style():
        figure: Any = plt.figure(figsize=(WIDTH / 100, HEIGHT / 100), dpi=100)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.contourf(x, y, height, LEVELS, cmap=LinearSegmentedColormap.from_list("map", SHADES))
        axes.contour(x, y, height, LEVELS, colors="#284254", linewidths=0.6, alpha=0.3)
        named = dict(zip((BLUE, ORANGE), names(lesson), strict=False))
        for walk, colour in ((shown.compare_walk, ORANGE), (shown.walk, BLUE)):
            if walk is not None:
                line: Any = {"color": colour, "marker": "o", "markersize": 5, "label": named.get(colour)}
                axes.plot(*walk.points.T, color="white", linewidth=7, solid_joinstyle="round")
                axes.plot(*walk.points.T, linewidth=4, solid_joinstyle="round", **line)
        axes.plot(*np.array(ground.minima).T, "*", color=ORANGE, markersize=26, markeredgecolor="white")
        axes.set_xlim(x0, x1)
        axes.set_ylim(middle - half, middle + half)
        legend = axes.legend(loc="lower right", fontsize=28, reverse=True, frameon=True, framealpha=1)
        legend.set_title("Downhill", {"size": 34, "weight": "bold"})
        kept = io.BytesIO(fonts.png(figure))
    small = io.BytesIO()
    Image.open(kept).convert("RGB").quantize(64, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
    return small.getvalue()
