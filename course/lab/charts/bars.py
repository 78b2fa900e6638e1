"""Bars with their names and numbers; and the values of several seeds as dots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course.lab.charts.frame import (
    COLOURS,
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
from course.lab.svg import Array, line, rect
from course.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROW, PLOT, LEAST, TOP = 24.0, 210.0, 440.0, 22.0

_MEAN = Text(en="mean", zh="均值")


@dataclass(frozen=True)
class _Row:
    """One row: a heading over others, if it has no values."""

    name: str
    values: Array
    number: int
    indent: float


def bar_chart(
    title: str, bars: Mapping[Any, Any], *, x: str, form: str | Callable[[float], str] = short, log: bool = False
) -> None:
    """Draw a row for each entry: its name, a bar, and its number; where it has several values, a dot for each.

    Args:
        title: what the figure shows.
        bars: by its name, a number; or the values of several seeds, beside which stands their mean; or again numbers
            or values by name, which make a group. At most five in a group.
        x: the name of the axis across, with its unit.
        form: of the numbers, as in "{:.0f} %"; at first as short as an axis writes them.
        log: whether the axis is logarithmic; then dots take the place of bars, which would have no beginning.

    Raises:
        ValueError: a name is empty, or a group has more rows than can be told apart.

    Examples:
        >>> from course.lab import bar_chart
        >>> bar_chart("Found", {"plain": 3, "heavy": [80, 90]}, x="share", form="{:.0f} %")
        Found. Across: share. plain: 3 %. heavy: 85 % (80 % – 90 %).

    """
    rows = list(_rows(bars))
    told = form.format if isinstance(form, str) else form
    axes = Text(en="Across: {x}", zh="横轴为 {x}").format(x=named(x, "x"))
    alt = described(title, axes, _told(rows, told))
    show(Figure(framed(title, (), _chart(alt, rows, x, told, log=log)), alt))


def _rows(bars: Mapping[Any, Any]) -> Iterator[_Row]:
    none = np.array([])
    if not any(isinstance(each, Mapping) for each in bars.values()):
        yield from (
            _Row(str(name), np.atleast_1d(np.asarray(each, dtype=float)), 0, 0.0) for name, each in bars.items()
        )
        return
    numbers: dict[str, int] = {}
    for group, inside in bars.items():
        yield _Row(str(group), none, 0, 0.0)
        for name, each in inside.items():
            number = numbers.setdefault(str(name), len(numbers))
            if number >= len(COLOURS):
                raise ValueError(f"at most {len(COLOURS)} kinds of bars can be told apart")
            yield _Row(str(name), np.atleast_1d(np.asarray(each, dtype=float)), number, 12.0)


def _told(rows: list[_Row], form: Callable[[float], str]) -> Iterator[tuple[str, Text]]:
    group = ""
    for row in rows:
        if not row.values.size:
            group = f"{row.name}, "
            continue
        said = _number(row, form)
        if row.values.size > 1:
            least, most = form(float(row.values.min())), form(float(row.values.max()))
            yield group + row.name, Text(en=f"{said} ({least} – {most})", zh=f"{said}（{least} – {most}）")
        else:
            yield group + row.name, Text(en=said, zh=said)


def _number(row: _Row, form: Callable[[float], str]) -> str:
    mean = float(row.values.mean())
    return form(mean).replace("-", "−") if np.isfinite(mean) else short(mean)


def _chart(alt: Text, rows: list[_Row], x: str, form: Callable[[float], str], *, log: bool) -> str:
    left = max(room(row.name) + row.indent for row in rows if row.values.size) + 18
    last = max(room(_number(row, form)) for row in rows if row.values.size) + 10
    several = any(row.values.size > 1 for row in rows)
    head = str(_MEAN) if several else x  # numbers beside single bars are their axis
    wide = max(LEAST, left + PLOT + last, room(head))
    right = wide - last
    bottom = TOP + ROW * len(rows)
    every = [0.0] * (not log) + [float(each) for row in rows for each in row.values]
    along = axis(every, left, right, log=log)
    ticks = [(at, label if several else "") for at, label in along.ticks]
    parts = [across(ticks, TOP, bottom, left - 30, wide), words(wide, TOP - 6, head, text_anchor="end")]
    if not log:
        parts.append(line(along.origin, TOP, along.origin, bottom, stroke=GREY))
    for at, row in enumerate(rows):
        middle = TOP + ROW * (at + 0.5)
        bold = {} if row.values.size else {"font_weight": "bold"}
        parts.append(words(row.indent, middle + 5, row.name, **bold))
        if row.values.size:
            said = words(wide, middle + 5, _number(row, form), text_anchor="end")
            parts += [_marks(row, along, middle, log=log), said]
    if several:
        parts.append(under(x, left, right, wide, bottom + 40))
    return drawn(alt, wide, bottom + (48 if several else 6), *parts)


def _marks(row: _Row, along: Axis, middle: float, *, log: bool) -> str:
    places = along.place(row.values)
    if row.values.size > 1:
        spread = [dot(row.number, float(place), middle, 3.5) for place in places if np.isfinite(place)]
        return line(float(places.min()), middle, float(places.max()), middle, stroke=FAINT, stroke_width=6) + "".join(
            spread
        )
    if log:
        stem = line(along.origin, middle, float(places[0]), middle, stroke=COLOURS[row.number], stroke_dasharray="2 3")
        return stem + dot(row.number, float(places[0]), middle)
    low, high = sorted((along.origin, float(places[0])))
    return rect(low, middle - 7, max(high - low, 1.0), 14.0, fill=COLOURS[row.number])
