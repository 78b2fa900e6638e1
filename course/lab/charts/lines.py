"""Lines over an axis of numbers: how something grows with something else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from course.lab.charts.frame import (
    COLOURS,
    DASHES,
    SIZE,
    Axis,
    Figure,
    across,
    axis,
    described,
    dot,
    drawn,
    framed,
    named,
    room,
    short,
    show,
    under,
    words,
)
from course.lab.look import FAINT, GREY
from course.lab.svg import Array, line, polyline
from course.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

Points = tuple[Array, Array]

WIDE, HIGH, TOP = 440.0, 214.0, 26.0
FEW = 12
"""So many points are marked, each at its place on the axis; more make a line without marks."""
MOST = 400
"""More points are thinned out: nobody sees more."""
LISTED = 8
"""So many are read out to those who cannot see the line; else its first, lowest, highest and last."""


def line_chart(
    title: str, lines: Mapping[str, Mapping[Any, Any] | Sequence[Any] | Array], *, x: str, y: str, log: str = ""
) -> None:
    """Draw a line for each entry, with its name in a legend.

    Args:
        title: what the figure shows.
        lines: by its name, each line's values by where they are, or in order at 1, 2, 3, …; at most five lines. What is
            infinite is drawn at the upper edge, what is not a number not at all.
        x: the name of the axis across, with its unit.
        y: the name of the axis upward, with its unit.
        log: which axes are logarithmic: "", "x", "y" or "xy".

    Raises:
        ValueError: a name is empty, or there are more lines than can be told apart.

    Examples:
        >>> from course.lab import line_chart
        >>> line_chart("Steps to the bottom", {"SGD": {1: 2, 100: 346}}, x="κ", y="steps", log="xy")
        Steps to the bottom. Across: κ; upward: steps. SGD: 2 at 1, 346 at 100.

    """
    if len(lines) > len(COLOURS):
        raise ValueError(f"at most {len(COLOURS)} lines can be told apart, not {len(lines)}")
    drawn_lines = {name: _points(values) for name, values in lines.items()}
    axes = Text(en="Across: {x}; upward: {y}", zh="横轴为 {x}，纵轴为 {y}").format(x=named(x, "x"), y=named(y, "y"))
    alt = described(title, axes, [(name, _told(points)) for name, points in drawn_lines.items()])
    legend = [(_sample(number, points), name) for number, (name, points) in enumerate(drawn_lines.items())]
    chart = _chart(alt, list(drawn_lines.values()), x, y, log)
    show(Figure(framed(title, legend, chart), alt))


def _points(values: Mapping[Any, Any] | Sequence[Any] | Array) -> Points:
    if isinstance(values, Mapping):
        return np.array([*values], dtype=float), np.array([*values.values()], dtype=float)
    return np.arange(1.0, len(values) + 1), np.asarray(values, dtype=float)


def _told(points: Points) -> Text:
    xs, ys = points
    chosen = range(len(xs))
    if len(xs) > LISTED:
        low, high = (int(pick(np.where(np.isnan(ys), ys[0], ys))) for pick in (np.argmin, np.argmax))
        chosen = sorted({0, low, high, len(xs) - 1})  # type: ignore[assignment]
    parts = [Text(en="{y} at {x}", zh="{x} 处为 {y}").format(x=short(xs[each]), y=short(ys[each])) for each in chosen]
    return Text.joined(parts, en=", ", zh="，")


def _sample(number: int, points: Points) -> str:
    stroke = line(0, 7, 30, 7, stroke=COLOURS[number], stroke_width=2.4, stroke_dasharray=DASHES[number])
    return stroke + (dot(number, 15, 7) if len(points[0]) <= FEW else "")


def _chart(alt: Text, drawn_lines: list[Points], x: str, y: str, log: str) -> str:
    bottom = TOP + HIGH
    places = sorted({float(each) for xs, _ in drawn_lines for each in xs})
    every = [float(each) for _, ys in drawn_lines for each in ys]
    up = axis(every, bottom, TOP, log="y" in log)
    left = max(room(label) for _, label in up.ticks) + 8
    along = axis(places, left + 6, WIDE - 10, log="x" in log, at=places if len(places) <= LISTED else ())
    levels = "".join(
        line(left, height, WIDE, height, stroke=FAINT) + words(left - 6, height + 5, label, text_anchor="end")
        for height, label in _apart(up)
    )
    curves = "".join(_curve(number, points, along, up, log) for number, points in enumerate(drawn_lines))
    return drawn(
        alt,
        WIDE,
        bottom + 48,
        across(along.ticks, TOP, bottom, left - 4, WIDE),
        levels,
        line(left, up.origin, WIDE, up.origin, stroke=GREY),
        curves,
        words(0, SIZE - 1, y),
        under(x, left, WIDE, WIDE, bottom + 40),
    )


def _apart(up: Axis) -> list[tuple[float, str]]:
    """Leave out ticks whose labels would touch, from below."""
    kept: list[tuple[float, str]] = []
    for height, label in sorted(up.ticks, reverse=True):
        if not kept or kept[-1][0] - height >= SIZE + 2:
            kept.append((height, label))
    return kept


def _curve(number: int, points: Points, along: Axis, up: Axis, log: str) -> str:
    xs, ys = points
    if len(xs) > MOST:
        spaced = np.geomspace(1, len(xs), MOST) if "x" in log else np.linspace(1, len(xs), MOST)
        chosen = np.unique(spaced.round().astype(int)) - 1
        xs, ys = xs[chosen], ys[chosen]
    px, py = along.place(xs), up.place(ys)
    seen = np.isfinite(py)
    look: dict[str, str | float] = {
        "stroke": COLOURS[number],
        "stroke_width": 2.4,
        "stroke_dasharray": DASHES[number],
        "stroke_linejoin": "round",
    }
    runs = np.split(np.arange(len(px)), np.flatnonzero(~seen))
    parts = [polyline(px[run], py[run], **look) for run in (run[seen[run]] for run in runs) if len(run) > 1]
    if len(xs) <= FEW:
        parts += [dot(number, float(a), float(b)) for a, b in zip(px[seen], py[seen], strict=True)]
    return "".join(parts)
