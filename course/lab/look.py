"""How the parts of a lesson look: the palette, and one way each to make a paragraph, a card, a table and a link."""

from __future__ import annotations

import html
import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from course.grading.palette import (
    AMBER,
    BAD,
    BLACK,
    BLUE,
    FAINT,
    GLOW,
    GOOD,
    GREEN,
    GREY,
    GROUND,
    ORANGE,
    PALE,
    PANEL,
    PARTLY,
    PINK,
    QUIET,
    themed,
)
from course.text import language

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = [
    "AMBER",
    "BAD",
    "BLACK",
    "BLUE",
    "CHOICES",
    "FAINT",
    "GLOW",
    "GOOD",
    "GREEN",
    "GREY",
    "GROUND",
    "ORANGE",
    "PALE",
    "PANEL",
    "PARTLY",
    "PINK",
    "QUIET",
    "card",
    "link",
    "paragraph",
    "table",
]

CHOICES = """<style>
.course-quiz .widget-radio-box label { height: auto; white-space: normal; line-height: 1.5; margin: .15em 0; }
.course-quiz .widget-radio { width: 100%; height: auto; } .course-quiz .widget-radio-box { max-width: none; }
</style>"""
"""For radio buttons of any length: an answer may take several lines. Their box needs the class `course-quiz`."""


def paragraph(inside: str, *, tag: str = "p", margin: str = "", live: bool = False) -> str:
    """Return a paragraph in the reader's language, as wide as one reads easily.

    Args:
        inside: HTML.
        tag: `p`, or another element that holds text.
        margin: as in CSS; by default the page's own.
        live: whether a screen reader reads it out when it appears.

    Returns:
        HTML.

    Examples:
        >>> from course.lab.look import paragraph
        >>> paragraph("2 &lt; 3", margin="0")
        '<p lang="en" style="line-height:1.5;max-width:44em;margin:0">2 &lt; 3</p>'

    """
    style = f"line-height:1.5;max-width:44em{f';margin:{margin}' if margin else ''}"
    return f"<{tag}{_attributes(style, live=live)}>{inside}</{tag}>"


def card(head: str, inside: str, colour: str, *, live: bool = False) -> str:
    """Return a card: a bar of its colour to the left of a head in the same colour, and what follows it.

    Args:
        head: HTML; what the card comes to, in a few words.
        inside: HTML.
        colour: of the palette.
        live: whether it appears within a widget, where a screen reader reads it out; else it is a cell's output.

    Returns:
        HTML.

    Examples:
        >>> from course.lab.look import card
        >>> card("✓ Right.", " It is.", "green").split("</style>")[1]
        '<b style="color:green">✓ Right.</b> It is.</div>'

    """
    style = f"border-left:5px solid {colour};padding:.4em 1em;max-width:44em"
    style += ";line-height:1.5" if live else ";margin:.5em 0"  # in a widget, the height of a line is the controls'
    return themed(f'<div{_attributes(style, live=live)}><b style="color:{colour}">{head}</b>{inside}</div>')


def table(
    head: Sequence[object],
    rows: Sequence[Sequence[object]],
    *,
    cell: Callable[[object], str] = lambda each: html.escape(str(each)),
    margin: str = "",
    leading: str = "",
) -> str:
    """Return a table, every cell of it set to the left.

    Args:
        head: a title for every column.
        rows: as many cells each.
        cell: makes HTML of a title or a cell; by default it shows the text, whatever characters it has.
        margin: as in CSS; by default the page's own.
        leading: the height of a line where a cell may have several, as in CSS.

    Returns:
        HTML.

    Examples:
        >>> from course.lab.look import table
        >>> table(["x"], [["< 2"]]).split("<tbody>")[1]
        '<tr><td style="text-align:left">&lt; 2</td></tr></tbody></table>'

    """

    def one(tag: str, inside: str, look: str) -> str:
        tag = tag if inside else "td"  # a title that says nothing is none, to a screen reader
        return f'<{tag} style="text-align:left{look}">{inside}</{tag}>'

    def row(tag: str, cells: Sequence[object], look: str = "") -> str:
        return f"<tr>{''.join(one(tag, cell(each), look) for each in cells)}</tr>"

    start = f'<table style="margin:{margin}">' if margin else "<table>"
    body = "".join(row("td", each, f";line-height:{leading}" if leading else "") for each in rows)
    return f"{start}<thead>{row('th', head)}</thead><tbody>{body}</tbody></table>"


def link(file: Path, words: str) -> str:
    """Return a link that JupyterLab opens in a tab beside this one.

    Args:
        file: the address is relative to the folder of the notebook, where the kernel runs.
        words: what to click.

    Returns:
        HTML.

    Examples:
        >>> from pathlib import Path
        >>> from course.lab.look import link
        >>> link(Path("my file.py"), "<here>")
        '<a href="my%20file.py">&lt;here&gt;</a>'

    """
    return f'<a href="{address(file)}">{html.escape(words)}</a>'


def address(file: Path) -> str:
    """Return where a file is for a notebook in the folder in which the kernel runs.

    Args:
        file: where it lies.

    Examples:
        >>> from pathlib import Path
        >>> from course.lab.look import address
        >>> address(Path("my file.py"))
        'my%20file.py'

    """
    return quote(Path(os.path.relpath(file, Path.cwd())).as_posix())


def _attributes(style: str, *, live: bool) -> str:
    spoken = ' aria-live="polite"' if live else ""
    return f' lang="{language()}"{spoken} style="{style}"'
