"""What every figure has: a title, a legend, axes with names and ticks, and a text for those who cannot see it.

Title and legend are HTML above the drawing, where a narrow window breaks them; the drawing itself is SVG. Whatever a
lesson passes is shown as it is written, never taken for HTML.
"""

from __future__ import annotations

import html
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading.palette import themed
from course.lab.look import BLUE, FAINT, GREEN, GREY, ORANGE, PINK
from course.lab.svg import Scale, circle, drawing, line, log_scale, rect, scale, text
from course.text import Text, language, width

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SIZE = 14
"""Of all words, in pixels: a telephone shows the drawing at about two thirds of its width."""

COLOURS = BLUE, ORANGE, GREEN, PINK, GREY
DASHES = "", "7 4", "2 3", "10 3 2 3", "4 2 1 2 1 2"
"""One a line, as well as its colour and its mark."""

ROOM_AT_AN_END = 26.0
"""Pixels of an axis for what it has no place for: 0 on a logarithmic one, and what grew beyond all numbers."""

_DIGITS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


class Figure:
    """A figure; a notebook shows it as HTML, a terminal as the words for those who cannot see it."""

    def __init__(self, markup: str, alt: Text) -> None:
        self.markup, self.alt = markup, alt

    def _repr_html_(self) -> str:
        return self.markup

    def __repr__(self) -> str:
        return str(self.alt)


def show(figure: Figure) -> None:
    """Put a figure under the cell."""
    from IPython import display

    display.display(figure)  # type: ignore[no-untyped-call]


def framed(title: str, legend: Sequence[tuple[str, str]], *drawings: str) -> str:
    """Put a title and a legend above drawings, which stand side by side where there is room.

    Args:
        title: what the figure shows.
        legend: for each entry a sample as SVG, 30 pixels wide and 14 high, and its words.
        drawings: HTML, as `drawn` returns it.

    Returns:
        HTML.

    """
    entries = "".join(
        '<span style="display:inline-flex;align-items:center;gap:.4em">'
        f'<svg aria-hidden="true" width="30" height="14" viewBox="0 0 30 14">{sample}</svg>{html.escape(words)}</span>'
        for sample, words in legend
    )
    listed = f'<div style="display:flex;flex-wrap:wrap;gap:0 1.4em;margin:.2em 0">{entries}</div>' if entries else ""
    return themed(
        f'<div lang="{language()}" style="line-height:1.5;margin:.6em 0"><b>{html.escape(named(title, "title"))}</b>'
        f'{listed}<div style="display:flex;flex-wrap:wrap;gap:.6em 1.6em">{"".join(drawings)}</div></div>'
    )


def drawn(alt: Text, wide: float, high: float, *parts: str) -> str:
    """Return a drawing whose words are `SIZE` pixels high.

    Args:
        alt: what it shows; escaped here.
        wide: its width in pixels.
        high: its height in pixels.
        parts: the elements, from the lowest to the topmost.

    Returns:
        HTML that is as wide as the drawing where there is room.

    """
    safe = Text(en=html.escape(alt.en), zh=html.escape(alt.zh))
    picture = drawing(safe, math.ceil(wide), math.ceil(high), f'<g font-size="{SIZE}">{"".join(parts)}</g>')
    return f'<div style="flex:0 1 {math.ceil(wide)}px;min-width:0">{picture}</div>'


def named(name: str, what: str) -> str:
    """Return a name that a figure must have.

    Args:
        name: as the lesson gives it.
        what: it is, for the author who left it out.

    Returns:
        The name.

    Raises:
        ValueError: it is empty.

    """
    if not name.strip():
        raise ValueError(f"every figure has a title and its axes have names: {what} is empty")
    return name


def words(x: float, y: float, said: str, **look: str | float) -> str:
    """Set words on a line, whatever characters they have.

    Args:
        x: where they begin, or with `text_anchor` have their middle or end.
        y: the height on which they stand.
        said: the words.
        look: other attributes by their SVG names, with _ for -.

    Returns:
        An element.

    """
    return text(float(x), float(y), html.escape(said), **look)


def path(way: str, **look: str | float) -> str:
    """Draw a path, which fills nothing unless it is given a fill.

    Args:
        way: as SVG's `d`.
        look: other attributes by their SVG names, with _ for -.

    Returns:
        An element; none for a path that leads nowhere.

    """
    attributes = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in ({"fill": "none"} | look).items())
    return f'<path d="{way}"{attributes}/>' if way else ""


def room(said: str) -> float:
    """Return how many pixels words take at most: a Chinese character is as wide as high, any other narrower."""
    wide = width(said) - len(said)
    return SIZE * (wide + 0.64 * (len(said) - wide) + 0.2)


def short(value: float) -> str:
    """Write a number for an axis or a sentence.

    >>> [short(each) for each in (0.25, -3.0, 1e6, 2.5e-7, float("inf"), 12345, 0.123456)]
    ['0.25', '−3', '10⁶', '2.5·10⁻⁷', '∞', '12345', '0.123']

    """
    if not math.isfinite(value):
        return "–" if math.isnan(value) else "∞" if value > 0 else "−∞"
    if value and not 1e-3 <= abs(value) < 1e5:
        factor, _, power = f"{value:.2e}".partition("e")
        factor, tens = factor.rstrip("0").rstrip("."), f"10{str(int(power)).translate(_DIGITS)}"
        said = tens if factor == "1" else f"{factor}·{tens}"
    else:
        said = f"{value:.0f}" if float(value).is_integer() or abs(value) >= 1000 else f"{value:.3g}"
    return said.replace("-", "−")


@dataclass(frozen=True)
class Axis:
    """From data to pixels, and the ticks: each a pixel and its label."""

    place: Scale
    ticks: tuple[tuple[float, str], ...]
    origin: float
    """The pixel of 0, or of the lowest value where 0 is not shown."""


def axis(values: Iterable[float], start: float, end: float, *, log: bool, at: Sequence[float] = ()) -> Axis:
    """Make an axis for all values: what is infinite at its far end, 0 at the near end of a logarithmic one.

    Args:
        values: everything that is to be shown.
        start: the pixel where it begins.
        end: the pixel where it ends.
        log: whether it is logarithmic.
        at: where its ticks are; else at round numbers.

    Returns:
        The axis.

    Raises:
        ValueError: it is logarithmic and a value is negative.

    """
    every = np.array(list(values), dtype=float)
    finite = every[np.isfinite(every)]
    if log and (finite < 0).any():
        raise ValueError("a logarithmic axis has no place for a number below 0")
    inner = finite[finite > 0] if log else finite
    inner = inner if inner.size else np.array([1.0])
    sign = 1 if end > start else -1
    near = start + sign * ROOM_AT_AN_END * (log and bool((finite == 0).any()))
    far = end - sign * ROOM_AT_AN_END * bool(np.isposinf(every).any())
    low, high = _ends(float(inner.min()), float(inner.max()), log=log, tight=bool(at))
    inside = (log_scale if log else scale)(low, high, near, far)

    def place(given: Any) -> Any:
        numbers = np.asarray(given, dtype=float)
        with np.errstate(invalid="ignore", divide="ignore"):
            pixels = np.where(np.isposinf(numbers), end, inside(np.where(np.isfinite(numbers), numbers, low)))
        if log:
            pixels = np.where(numbers <= 0, start, pixels)
        return np.where(np.isnan(numbers), np.nan, pixels)

    marks = [each for each in at if math.isfinite(each)] or _round(low, high, log=log)
    if near != start:
        marks = [0.0, *(each for each in marks if each)]
    if far != end:
        marks = [*marks, math.inf]
    ticks = tuple((float(place(each)), short(each)) for each in marks)
    return Axis(place, ticks, float(place(0.0)) if not log and low <= 0 <= high else start)


def _ends(low: float, high: float, *, log: bool, tight: bool) -> tuple[float, float]:
    """Return where an axis begins and ends: with a margin, and at 0 if that is not far."""
    if log:
        margin = max((high / low) ** 0.04, 1.12 if low < high else 2.0)
        return low / margin, high * margin
    if not tight:
        low, high = (0.0, high) if 0 < low < 0.6 * high else (low, 0.0) if 0 > high > 0.6 * low else (low, high)
    margin = 0.04 * (high - low) or 0.5 * abs(high) or 1.0
    return low - margin * (low != 0), high + margin * (high != 0)


def _round(low: float, high: float, *, log: bool) -> list[float]:
    """Return round numbers from `low` to `high`, at most about seven."""
    if log:
        first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
        if last - first >= 2:
            return [10.0**power for power in range(first, last + 1, math.ceil((last - first + 1) / 7))]
        factors = (1, 2, 5) if high > 4 * low else (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8)
        return [f * 10.0**p for p in range(first - 1, last + 1) for f in factors if low <= f * 10.0**p <= high]
    step = 10.0 ** math.floor(math.log10((high - low) / 4))
    step *= next(factor for factor in (1, 2, 5, 10) if (high - low) / (step * factor) <= 6)
    return [round(n * step, 12) for n in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]


def across(ticks: Iterable[tuple[float, str]], top: float, bottom: float, left: float, right: float) -> str:
    """Draw the ticks of an axis that goes across: a line over the whole height each, and labels that keep apart.

    Args:
        ticks: of the axis.
        top: where the lines begin.
        bottom: where they end; the labels are below.
        left: how far left a label may go.
        right: how far right.

    Returns:
        The elements.

    """
    parts, free = [], left
    for x, label in sorted(ticks):
        parts.append(line(x, top, x, bottom, stroke=FAINT))
        half = room(label) / 2
        middle = min(max(x, left + half), right - half)
        if label and middle - half >= free:
            parts.append(words(middle, bottom + 19, label, text_anchor="middle"))
            free = middle + half + 10
    return "".join(parts)


def under(name: str, left: float, right: float, wide: float, y: float) -> str:
    """Set the name of an axis that goes across below its middle, as far as the drawing has room.

    Args:
        name: of the axis.
        left: where the axis begins.
        right: where it ends.
        wide: the width of the drawing.
        y: the height on which the name stands.

    Returns:
        An element.

    """
    half = room(name) / 2
    return words(max(min((left + right) / 2, wide - half), half), y, name, text_anchor="middle")


def dot(number: int, x: float, y: float, r: float = 4.0) -> str:
    """Draw the mark of a line or a row by its number: a disc, a square, a triangle, a diamond, a ring.

    Args:
        number: of the line or row, from 0.
        x: its centre, from the left.
        y: the same, from the top.
        r: half its size.

    Returns:
        An element.

    """
    colour = COLOURS[number]
    if number == 1:
        return rect(x - 0.9 * r, y - 0.9 * r, 1.8 * r, 1.8 * r, fill=colour)
    if number in {2, 3}:
        corners = ((0, -1.3), (1.2, 0.9), (-1.2, 0.9)) if number == 2 else ((0, -1.4), (1.4, 0), (0, 1.4), (-1.4, 0))
        points = " ".join(f"{x + r * a:.1f},{y + r * b:.1f}" for a, b in corners)
        return f'<polygon points="{points}" fill="{colour}"/>'
    if number == 4:
        return circle(x, y, r, fill="none", stroke=colour, stroke_width=2)
    return circle(x, y, r, fill=colour)


def described(title: str, axes: Text, values: Iterable[tuple[str, Text]]) -> Text:
    """Say what a figure shows: its title, its axes, and of each part its name and figures.

    Args:
        title: of the figure.
        axes: what they are.
        values: the names, and what there is to say.

    Returns:
        The text in both languages; what a lesson has passed is in the reader's.

    """
    parts = [Text(en=" {name}: {said}.", zh="{name}：{said}。").format(name=name, said=said) for name, said in values]
    head = Text(en="{title}. {axes}.", zh="{title}。{axes}。").format(title=title, axes=axes)
    return Text.joined([head, *parts], en="", zh="")
