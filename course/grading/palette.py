"""The colours of everything that the course draws, here because grading imports no room that could lend them.

A colour is named by its shade on a light ground, in six digits, and has another one on a dark ground, in `DARK`.
`themed` makes a fragment of a page follow the reader's theme. Words have at least 4.5 to 1 of contrast in both.
"""

from __future__ import annotations

import re

BLUE, ORANGE, GREEN, PINK, GREY = "#0072B2", "#B84C00", "#00795A", "#A3407F", "#666666"
"""Okabe and Ito's hues, told apart by colour-blind readers, and dark enough for words."""

GOOD, PARTLY, BAD, QUIET = "#00664B", "#005A8C", "#A84300", "#595959"
"""For words: what is right or holds, what holds at times, what is wrong or does not hold, what is neither."""

AMBER = "#8A5F00"
"""What has not begun."""

BLACK, PALE, FAINT = "#111111", "#8A8A8A", "#DDDDDD"
"""Of drawings: what stands out, what stays behind, and the lines of a grid; the last two are not for words."""

GROUND, PANEL, GLOW = "#FFFFFF", "#F7F7F7", "#E6A700"
"""Of drawings, and not for words: the page itself, a map's ground, and a lamp."""

DARK = {
    BLUE: "#56B4E9",
    ORANGE: "#E69F00",
    GREEN: "#3FD0A4",
    PINK: "#E69AC4",
    GREY: "#AAB2BA",
    GOOD: "#4FD6AD",
    PARTLY: "#7CC4EF",
    BAD: "#FF9D66",
    QUIET: "#B4B4B4",
    AMBER: "#E0A93A",
    BLACK: "#F2F2F2",
    PALE: "#808080",
    FAINT: "#3D3D3D",
    GROUND: "#111111",
    PANEL: "#1C1C1C",
    GLOW: "#FFD54A",
}
"""By the shade on a light ground, the one on a dark ground."""

_IN_THE_DARK = "body[data-jp-theme-light=false],html[theme=dark] body,body.vscode-dark"
"""What JupyterLab, Colab and VS Code write on a dark page; a page of anybody else's is light, and so is paper."""

STYLE = (
    f"<style>@media screen{{{_IN_THE_DARK}{{"
    + "".join(f"--dh-{light[1:].lower()}:{dark};" for light, dark in DARK.items())
    + "}}</style>"
)
"""The dark shades, for a fragment that names its colours as `themed` does."""

_TAG = re.compile(r"<[a-z](?:[^<>\"]|\"[^\"]*\")*>", re.IGNORECASE)
_COLOUR = re.compile(rf"(?<![,\w])(?:{'|'.join(DARK)})\b", re.IGNORECASE)


def themed(markup: str) -> str:
    """Have the colours of a fragment follow the reader's theme; one that follows already stays as it is.

    Args:
        markup: HTML or SVG that begins with an element. Its attributes name colours of the palette; what is written
            between the elements is left alone.

    Returns:
        The same with variables for colours, each with the light shade for where there is no theme, and `STYLE` at the
        beginning of its first element.

    Examples:
        >>> from course.grading.palette import STYLE, themed
        >>> themed('<b style="color:#0072B2">#0072B2</b>').replace(STYLE, "")
        '<b style="color:var(--dh-0072b2,#0072B2)">#0072B2</b>'

    """
    varied = _TAG.sub(lambda tag: _COLOUR.sub(_variable, tag[0]), markup)
    return varied if STYLE in varied else _TAG.sub(lambda tag: tag[0] + STYLE, varied, count=1)


def _variable(colour: re.Match[str]) -> str:
    return f"var(--dh-{colour[0][1:].lower()},{colour[0].upper()})"
