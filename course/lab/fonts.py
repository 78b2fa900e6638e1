"""Charts whose words are drawn in the reader's language, on any machine.

A chart becomes SVG that keeps its words as text. The browser draws them, in its own fonts, so Chinese needs no font
where the kernel runs. A font with Chinese glyphs, where the kernel's machine has one, serves to measure.
"""

from __future__ import annotations

import contextlib
import html
import io
import re
import warnings
from typing import TYPE_CHECKING, Any

from course.text import Text, language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.figure import Figure

BLUE, ORANGE, GREEN, PINK, GREY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#666666"
"""Okabe and Ito's colours: told apart by colour-blind readers, and dark enough on white."""

GOOD, BAD = "#00664b", "#a84300"
"""For words on white: what is right or holds, and what is wrong or does not hold."""

_CHINESE = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "PingFang SC",
    "Hiragino Sans GB",
    "Microsoft YaHei",
    "WenQuanYi Micro Hei",
    "Heiti TC",
    "SimHei",
    "Arial Unicode MS",
    "Droid Sans Fallback",
)


def families() -> list[str]:
    """The font families to measure and draw with, best first; only those that the kernel's machine has."""
    from matplotlib import font_manager

    installed = {font.name for font in font_manager.fontManager.ttflist}
    chinese = [name for name in _CHINESE if name in installed]
    return ([*chinese[:1], "DejaVu Sans"]) if language() == "zh" else ["DejaVu Sans", *chinese[:1]]


@contextlib.contextmanager
def style() -> Iterator[None]:
    """The course's look, inside a `with` block: fonts for the reader's language, few lines, colours for all eyes."""
    import matplotlib as mpl
    from cycler import cycler

    settings: Any = {
        "font.sans-serif": families(),
        "font.size": 11,
        "axes.unicode_minus": False,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "grid.alpha": 0.25,
        "axes.prop_cycle": cycler(color=[BLUE, ORANGE, GREEN, PINK, GREY]),
        "legend.frameon": False,
        "svg.fonttype": "none",
    }
    with mpl.rc_context(settings):
        yield


def show(figure: Figure, alt: Text) -> None:
    """Put a chart under the cell, with a sentence for those who cannot see it, and close the figure.

    Args:
        figure: drawn inside `style()`.
        alt: what the chart shows.

    """
    from IPython import display

    display.display(display.HTML(svg(figure, alt)))  # type: ignore[no-untyped-call]


def svg(figure: Figure, alt: Text) -> str:
    """The chart as inline SVG with its text alternative; the figure is closed."""
    from matplotlib import pyplot as plt

    out = io.StringIO()
    with style(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")  # measured only; the browser has the glyph
        figure.savefig(out, format="svg", bbox_inches="tight", metadata={"Date": None, "Creator": None})
    plt.close(figure)
    drawing = out.getvalue()[out.getvalue().index("<svg") :]
    label = html.escape(str(alt), quote=True)
    # The size in the file is absolute; let a narrow window shrink it.
    drawing = re.sub(r'height="[\d.]+pt"', "", drawing, count=1)
    drawing = re.sub(r'width="([\d.]+)pt"', r'style="width:\1pt;max-width:100%;height:auto"', drawing, count=1)
    return drawing.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)
