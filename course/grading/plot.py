"""The picture: the wrong path beside the right one and the one that the named mistake makes; as SVG, and in text."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from course.grading.palette import BLUE, ORANGE, PINK
from course.text import Text, texts

if TYPE_CHECKING:
    from course.grading.verdict import Paths
    from course.text import Lang

TEXTS = texts(__file__)

EXPECTED = Text(en="torch", zh="torch")
GOT = Text(en="yours", zh="你的")
MISTAKE = Text(en="as named above", zh="上述错误")
ONE = TEXTS["alternative-one"]
STEP = Text(en="step {number}", zh="第 {number} 步")

HUGE = 1e300
"""Numbers from here on are not drawn; NaN is not either."""


def bounds(paths: Paths) -> tuple[float, float]:
    """Return the lowest and the highest value shown.

    They span the whole right path, and of the wrong one what lies not too far off.
    """
    finite = [value for value in paths.expected + paths.got if abs(value) < HUGE]  # false for NaN too
    low, high = min(paths.expected), max(paths.expected)
    spread = (high - low) or abs(high) or 1.0
    low, high = max(min(finite), low - 2 * spread), min(max(finite), high + 2 * spread)
    return (low, high) if low < high else (low - 0.5, high + 0.5)


def drawn(values: tuple[float, ...]) -> tuple[float, ...]:
    """Return the values until the first one that cannot be drawn."""
    for i, value in enumerate(values):
        if not abs(value) < HUGE:
            return values[:i]
    return values


def where(paths: Paths, lang: Lang) -> str:
    """Name what is drawn, and of which case.

    Args:
        paths: what to draw.
        lang: the reader's language.

    Returns:
        One line.

    """
    return f"{paths.label} · {paths.title[lang]}" if paths.title else paths.label


def svg(paths: Paths, lang: Lang, *, expected: Text = EXPECTED, got: Text = GOT, alt: Text | None = None) -> str:
    """Draw one element over the steps: every path in a colour and a style of line of its own.

    Args:
        paths: what to draw.
        lang: the reader's language.
        expected: what the right path is called beside the plot.
        got: what the wrong one is.
        alt: what the plot shows, for who cannot see it, with a place for `label`; by default, torch's path and yours.

    Returns:
        The `<svg>` element.

    """
    width, height, left, right, top, bottom = 520, 186, 64, 150, 28, 30
    low, high = bounds(paths)
    steps = max(len(paths.expected) - 1, 1)

    def point(step: int, value: float) -> str:
        x = left + (width - left - right) * step / steps
        y = top + (height - top - bottom) * (high - min(max(value, low), high)) / (high - low)
        return f"{x:.1f},{y:.1f}"

    curves = [
        (MISTAKE, paths.mistake, f'stroke="{PINK}" stroke-opacity=".45" stroke-width="8"'),
        (expected, paths.expected, f'stroke="{BLUE}" stroke-width="2"'),
        (got, paths.got, f'stroke="{ORANGE}" stroke-width="2" stroke-dasharray="6 3"'),
    ]
    shown = [(name, values, style) for name, values, style in curves if values]
    axis, text = 'stroke="currentColor" stroke-opacity=".45"', 'fill="currentColor" font-size="12"'
    last = STEP.format(number=steps * paths.every)[lang]
    x0, x1, y0, y1 = left, width - right, height - bottom, top
    told = TEXTS["alternative-mistake"] if paths.mistake else TEXTS["alternative"]
    label = (alt or told).format(label=where(paths, lang))[lang]
    parts = [
        f'<svg viewBox="0 0 {width} {height}" width="{width}" role="img" aria-label="{escape(label)}">',
        f'<text x="{x0}" y="14" {text}>{escape(where(paths, lang))}</text>',
        f'<path d="M{x0} {y1}V{y0}H{x1}" fill="none" {axis}/>',
        f'<text x="{x0 - 6}" y="{y0}" text-anchor="end" {text}>{low:.3g}</text>',
        f'<text x="{x0 - 6}" y="{y1 + 8}" text-anchor="end" {text}>{high:.3g}</text>',
        f'<text x="{x0}" y="{height - 10}" {text}>0</text>',
        f'<text x="{x1}" y="{height - 10}" text-anchor="end" {text}>{last}</text>',
    ]
    for _, values, style in shown:
        points = " ".join(point(step, value) for step, value in enumerate(drawn(values)))
        parts.append(f'<polyline points="{points}" fill="none" {style}/>')
    for row, (name, _, style) in enumerate(sorted(shown, key=lambda curve: curve[0] is MISTAKE)):
        y = 38 + 20 * row
        parts.append(f'<line x1="{x1 + 10}" x2="{x1 + 34}" y1="{y}" y2="{y}" {style}/>')
        parts.append(f'<text x="{x1 + 40}" y="{y + 4}" {text}>{name[lang]}</text>')
    return "".join([*parts, "</svg>"])


def characters(paths: Paths, lang: Lang, *, expected: Text = EXPECTED, got: Text = GOT, one: bool = False) -> list[str]:
    """Draw the same in plain characters, which every terminal shows one column wide.

    Args:
        paths: what to draw.
        lang: the reader's language.
        expected: what the right path is called below the plot.
        got: what the other one is.
        one: whether both paths are one.

    Returns:
        The lines, none with a newline at its end.

    """
    width, height = 56, 9
    low, high = bounds(paths)
    steps = max(len(paths.expected) - 1, 1)
    grid = [[" "] * (width + 1) for _ in range(height)]
    for values, mark in ((paths.mistake, "o"), (paths.expected, "."), (paths.got, "x")):
        for step, value in enumerate(drawn(values)):
            row = round((height - 1) * (high - min(max(value, low), high)) / (high - low))
            grid[row][round(width * step / steps)] = mark
    labels = [f"{high:.3g}", *[""] * (height - 2), f"{low:.3g}"]
    edge = max(map(len, labels))
    also = MISTAKE if paths.mistake else expected if one else None
    same = got + Text(en=" = ", zh=" = ") + also if also else got
    right = "" if one else f". {expected[lang]}   "
    legend = f"{right}x {same[lang]}   0 → {STEP.format(number=steps * paths.every)[lang]}"
    head = " " * (edge + 2) + where(paths, lang)
    return (
        [head]
        + [f"{label:>{edge}} |{''.join(line).rstrip()}" for label, line in zip(labels, grid, strict=True)]
        + [" " * (edge + 2) + legend]
    )
