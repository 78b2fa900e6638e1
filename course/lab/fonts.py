"""Charts whose words are drawn in the reader's language, on any machine.

A chart becomes SVG that keeps its words as text. The browser draws them, in its own fonts, so Chinese needs no font
where the kernel runs. To measure them serves a font with Chinese glyphs where the kernel's machine has one, else `EM`.
The colours follow the reader's theme.
"""

from __future__ import annotations

import contextlib
import dataclasses
import html
import io
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course.grading.palette import BLACK, BLUE, GREEN, GREY, ORANGE, PALE, PINK, themed
from course.text import Text, language

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.figure import Figure

EM = "Downhill Em"
"""The family of `em.ttf`, which is a box of one em for every character. matplotlib measures with it what no other font
has: nothing is ever missing, and Chinese words get the room that they will take in the browser."""

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
_LATIN = "DejaVu Sans"
"""Comes with matplotlib."""

_IGNORED = "MPL_IGNORE_SYSTEM_FONTS"
"""The variable with which matplotlib uses no fonts but those in its own folder."""

_FAMILIES = re.compile(r"""(style="[^"]*?\bfont(?:-family)?: [^;"']*)('[^;"]+)""")
"""Where an SVG names fonts: as `font-family`, or in `font`, as older matplotlibs do."""


def families() -> list[str]:
    """Return the font families to measure with, best first; only those that the kernel's machine has."""
    from matplotlib import font_manager

    manager = font_manager.fontManager
    if EM not in {font.name for font in manager.ttflist}:
        manager.addfont(_within_matplotlib(Path(__file__).with_name("em.ttf")))
        manager.ttflist.append(dataclasses.replace(manager.ttflist[-1], weight=700))  # for bold words, the same box
    files = {name: [Path(font.fname) for font in manager.ttflist if font.name == name] for name in _CHINESE}
    # matplotlib keeps its list in a file: what it names may have been removed since, or be forbidden.
    seen = [name for name, found in files.items() if found and all(file.exists() for file in found)]
    chinese = [] if os.getenv(_IGNORED) else seen[:1]
    return [*_ordered(chinese), EM]


def _within_matplotlib(file: Path) -> Path:
    """Return the file's path by way of matplotlib's own fonts, the only ones that it uses with `_IGNORED`."""
    import matplotlib as mpl

    own = Path(mpl.get_data_path(), "fonts")
    try:
        return own / os.path.relpath(file.resolve(), own.resolve())
    except ValueError:  # on another drive
        return file


def _ordered(chinese: Sequence[str]) -> list[str]:
    """Order fonts as the reader's language wants it: those with Chinese glyphs before or after the one without."""
    return [*chinese, _LATIN] if language() == "zh" else [_LATIN, *chinese]


@contextlib.contextmanager
def style() -> Iterator[None]:
    """Give charts the course's look, inside a `with` block: the reader's fonts, few lines, colours for all eyes.

    Draw every chart inside of it: `svg` refuses one that was not. A label is words or a formula (`$…$`), not both: the
    words in a formula are set in one font, whatever it lacks, so Chinese ones would be missing.
    """
    import matplotlib as mpl
    from cycler import cycler

    names = families()
    settings: Any = {
        # One by one and not as "sans-serif": only so does matplotlib ask the next font for what the first has not.
        "font.family": [*names, "sans-serif"],
        "font.sans-serif": names,
        "font.size": 11,
        "axes.unicode_minus": False,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "grid.color": PALE,
        "grid.alpha": 0.35,
        **dict.fromkeys(("figure.facecolor", "axes.facecolor", "savefig.facecolor"), "none"),
        **dict.fromkeys(("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color"), BLACK),
        "axes.prop_cycle": cycler(color=[BLUE, ORANGE, GREEN, PINK, GREY]),
        "legend.frameon": False,
        "svg.fonttype": "none",
        "text.hinting": "no_hinting",  # measured as the browser draws it, not rounded to pixels of another size
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
    """Return the chart as inline SVG with its text alternative, and close the figure.

    Args:
        figure: drawn inside `style()`.
        alt: what the chart shows.

    Returns:
        An SVG element.

    Raises:
        RuntimeError: the figure was made outside of `style()`, where Chinese words may find no font.

    """
    from matplotlib import pyplot as plt
    from matplotlib.text import Text as Words

    out = io.StringIO()
    try:
        with style():
            if any(EM not in words.get_fontfamily() for words in figure.findobj(Words)):
                raise RuntimeError("Make the chart inside `with fonts.style():`, from its first line to its last.")
            figure.savefig(out, format="svg", bbox_inches="tight", metadata={"Date": None, "Creator": None})
    finally:
        plt.close(figure)
    drawing = out.getvalue()[out.getvalue().index("<svg") :]
    drawing = _FAMILIES.sub(lambda found: found[1] + _in_the_browser(found[2]), drawing)
    label = html.escape(str(alt), quote=True)
    # The size in the file is absolute; let a narrow window shrink it.
    drawing = re.sub(r'height="[\d.]+pt"', "", drawing, count=1)
    drawing = re.sub(r'width="([\d.]+)pt"', r'style="width:\1pt;max-width:100%;height:auto"', drawing, count=1)
    return themed(drawing.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1))


def png(figure: Figure) -> bytes:
    """Return the chart as a PNG of the figure's own size, and close the figure.

    Args:
        figure: drawn inside of `style`.

    Returns:
        The picture, the same bytes each time.

    """
    from matplotlib import pyplot as plt

    out = io.BytesIO()
    try:
        figure.savefig(out, format="png", metadata={"Software": None})
    finally:
        plt.close(figure)
    return out.getvalue()


def _in_the_browser(measured: str) -> str:
    """Return the fonts to draw words with, as CSS lists them: the reader may have others than the kernel's machine."""
    names = [repr(name) for name in _ordered(_CHINESE)]
    if repr(EM) not in measured:  # a formula, whose every character has its place in the very font that measured it
        names.insert(0, measured)
    return ", ".join(dict.fromkeys([*names, "sans-serif"]))
