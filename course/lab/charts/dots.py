"""Many walkers as dots on the map where they walked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from course.lab.charts.frame import SIZE, Figure, described, drawn, framed, named, path, room, short, show, words
from course.lab.look import BLUE, GREY, ORANGE
from course.lab.svg import Array, circle, rect, scale
from course.lab.widget.landscapes import Landscape, landscape
from course.text import Text, language

if TYPE_CHECKING:
    from collections.abc import Mapping

WIDE = 300.0
BANDS, COLUMNS = 9, 120
"""Shades of the ground, and into how many columns it is cut."""

TOGETHER, SPREAD = 1.0, 2.4
"""Walkers less than so many pixels apart are at one place, and how far apart they are drawn there."""

_FOUND = Text(en="at the deepest point", zh="在最低处")
_ELSEWHERE = Text(en="elsewhere", zh="在别处")
_AXES = Text(
    en="Seen from above, θ₁ across and θ₂ upward, the bluer the lower", zh="俯视图，横轴 θ₁，纵轴 θ₂，越蓝越低"
)


def dot_map(title: str, where: str | Landscape, walkers: Mapping[str, Any], *, near: float) -> None:
    """Draw a map for each group of walkers, every walker as a dot, and say how many are near a lowest point.

    Walkers at one place are drawn side by side, around it.

    Args:
        title: what the figure shows.
        where: the landscape, or its key.
        walkers: by a name, where the walkers of a group are, shape (n, 2).
        near: no further from a lowest point counts as there.

    Raises:
        CourseError: there is no such landscape.
        ValueError: the title is empty.

    Examples:
        >>> import numpy as np
        >>> from course.lab import dot_map
        >>> dot_map("Where they rest", "bowl", {"SGD": np.array([[0, 0], [1, 0]])}, near=0.2)
        Where they rest. Seen from above, θ₁ across and θ₂ upward, the bluer the lower. SGD: 50 % at the deepest point.

    """
    named(title, "title")
    ground = landscape(where) if isinstance(where, str) else where
    panels, said = [], []
    for name, places in walkers.items():
        points = np.asarray(places, dtype=float)
        found = _near(ground, points, near)
        share = Text(en="{n:.0f} % {found}", zh="{n:.0f} % {found}").format(n=100 * float(found.mean()), found=_FOUND)
        alt = described(title, _AXES, [(name, share)])
        panels.append(_panel(alt, ground, f"{name}", f"{100 * float(found.mean()):.0f} %", points, found))
        said.append((name, share))
    legend = [
        (circle(15, 7, 4, fill=ORANGE), _FOUND[language()]),
        (path(_cross(15, 7), stroke=GREY, stroke_width=1.6), _ELSEWHERE[language()]),
    ]
    show(Figure(framed(title, legend, *panels), described(title, _AXES, said)))


def _near(ground: Landscape, points: Array, near: float) -> np.ndarray[Any, np.dtype[np.bool_]]:
    gaps = [np.hypot(points[:, 0] - x, points[:, 1] - y) for x, y in ground.minima]
    return np.asarray(np.min(gaps, axis=0) < near)


def _panel(
    alt: Text, ground: Landscape, name: str, share: str, points: Array, found: np.ndarray[Any, np.dtype[np.bool_]]
) -> str:
    x0, x1, y0, y1 = ground.extent
    left, top = max(room(short(each)) for each in (y0, y1)) + 8, 24.0
    right, bottom = left + WIDE, top + WIDE * (y1 - y0) / (x1 - x0)
    px, py = scale(x0, x1, left, right)(points[:, 0]), scale(y0, y1, bottom, top)(points[:, 1])
    inside = (px >= left) & (px <= right) & (py >= top) & (py <= bottom)
    px, py = _apart(px, py)
    crosses = "".join(_cross(px[at], py[at]) for at in np.flatnonzero(inside & ~found))
    discs = "".join(_disc(px[at], py[at]) for at in np.flatnonzero(inside & found))
    middle = (top + bottom) / 2 + 5
    return drawn(
        alt,
        right + 4,
        bottom + 24,
        words(left, SIZE, name, font_weight="bold"),
        words(right, SIZE, share, text_anchor="end", font_weight="bold"),
        _ground(ground, left, top),
        rect(left, top, WIDE, bottom - top, fill="none", stroke=GREY),
        path(crosses, stroke=GREY, stroke_width=1.3),
        path(discs, fill=ORANGE),
        *(words(left - 6, y, said, text_anchor="end") for y, said in ((bottom, short(y0)), (top + 12, short(y1)))),
        words(left - 6, middle, "θ₂", text_anchor="end"),
        words(left, bottom + 18, short(x0)),
        words((left + right) / 2, bottom + 18, "θ₁", text_anchor="middle"),
        words(right, bottom + 18, short(x1), text_anchor="end"),
    )


def _apart(px: Array, py: Array) -> tuple[Array, Array]:
    """Lay walkers that are at one place side by side, in a spiral as seeds of a sunflower: so one sees how many."""
    places: list[list[float]] = []
    x, y = px.copy(), py.copy()
    for at in range(len(px)):
        same = next((each for each in places if np.hypot(px[at] - each[0], py[at] - each[1]) < TOGETHER), None)
        if same is None:
            places.append(same := [float(px[at]), float(py[at]), 0])
        radius, angle = SPREAD * np.sqrt(same[2]), 2.4 * same[2]
        x[at], y[at] = px[at] + radius * np.cos(angle), py[at] + radius * np.sin(angle)
        same[2] += 1
    return x, y


def _cross(x: float, y: float, r: float = 2.0) -> str:
    """Return a cross as a part of a path: hundreds of them weigh little."""
    return f"M{x - r:.1f} {y - r:.1f}l{2 * r:g} {2 * r:g}m0 {-2 * r:g}l{-2 * r:g} {2 * r:g}"


def _disc(x: float, y: float, r: float = 2.2) -> str:
    """Return a disc as a part of a path."""
    return f"M{x - r:.1f} {y:.1f}a{r:g} {r:g} 0 1 0 {2 * r:g} 0a{r:g} {r:g} 0 1 0 {-2 * r:g} 0"


def _ground(ground: Landscape, left: float, top: float) -> str:
    """Shade the ground in bands of equal height, the lowest bluest, on a scale as the interactive map has it."""
    x0, x1, y0, y1 = ground.extent
    rows = round(COLUMNS * (y1 - y0) / (x1 - x0))
    cell = WIDE / COLUMNS
    xs = x0 + (np.arange(COLUMNS) + 0.5) * (x1 - x0) / COLUMNS
    ys = y1 - (np.arange(rows) + 0.5) * (y1 - y0) / rows
    losses = ground.loss(np.stack(np.meshgrid(xs, ys), axis=-1))
    heights = np.log1p(losses / (ground.detail * np.median(losses)))
    bands = np.minimum((BANDS * heights / heights.max()).astype(int), BANDS - 1)
    strips = [""] * BANDS
    for row, levels in enumerate(bands):
        begins = np.flatnonzero(np.diff(levels, prepend=-1))
        for begin, end in zip(begins, [*begins[1:], COLUMNS], strict=True):
            strips[levels[begin]] += f"M{left + begin * cell:g} {top + (row + 0.5) * cell:g}h{(end - begin) * cell:g}"
    return "".join(
        path(
            each,
            stroke=BLUE,
            stroke_width=cell,
            stroke_opacity=f"{0.5 - 0.46 * band / (BANDS - 1):.2f}",
            shape_rendering="crispEdges",
        )
        for band, each in enumerate(strips)
    )
