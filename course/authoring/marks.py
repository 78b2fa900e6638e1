"""A formula and the marks beside it are kept on one line.

MathJax sets a formula as a box, and browsers end a line before or after a box whatever stands there: a comma, a full
stop or a bracket then begins or ends a line, which neither language allows, and no character prevents it. So each such
formula is put into `<nobr>` together with its marks. JupyterLab and Colab obey; where the tag is not known, GitHub for
one, it is left out and what it holds stays.
"""

from __future__ import annotations

import re

OPENING = '（“‘《("'
CLOSING = '，。；：、！？）”’》…%,.;:!?)"'

_FOR_NOTEBOOKS = re.compile(r"<notebook>(.*?)</notebook>", re.DOTALL)
"""What only somebody who runs the cells is told; a page of the site leaves it out."""
_ITEM = re.compile(r"^[ \t]*-[ \t]*$\n?", re.MULTILINE)
_PIECES = re.compile(
    r"(?P<other>(?P<fence>`+)(?!`).*?(?<!`)(?P=fence)(?!`)|\$\$.*?\$\$|\\.)"
    rf"|(?P<before>[{OPENING}]*)(?P<strong>\**)\$(?P<formula>(?:\\.|[^$\\])+)\$(?P=strong)"
    rf"(?P<after>[{CLOSING}]*(?:-(?=\w))?)",
    re.DOTALL,
)


def for_notebooks(text: str) -> str:
    """Return a passage as a notebook has it.

    Args:
        text: Markdown, in which `<notebook>…</notebook>` is around what only makes sense where cells can be run.

    Examples:
        >>> for_notebooks("Look.<notebook> Run the cell.</notebook>")
        'Look. Run the cell.'

    """
    return _FOR_NOTEBOOKS.sub(r"\1", text)


def for_pages(text: str) -> str:
    """Return a passage as a page of the site has it, without what only makes sense where cells can be run.

    Args:
        text: Markdown, as in `for_notebooks`.

    Examples:
        >>> for_pages("Look.<notebook> Run the cell.</notebook>")
        'Look.'

    """
    return _ITEM.sub("", _FOR_NOTEBOOKS.sub("", text))


def kept_together(text: str) -> str:
    """Put every formula that has marks beside it into one piece with them.

    Args:
        text: Markdown; code and formulas on lines of their own stay as they are.

    Returns:
        The same with `<nobr>` around a formula and its marks.

    Examples:
        >>> from course.authoring.marks import kept_together
        >>> kept_together("Put $x$ into $y$, or (with `$z$,`) $z$-fold.")
        'Put $x$ into <nobr>$y$,</nobr> or (with `$z$,`) <nobr>$z$-</nobr>fold.'

    """
    return _PIECES.sub(_kept, text)


def _kept(piece: re.Match[str]) -> str:
    if piece["formula"] is None or not (piece["before"] or piece["after"]):
        return piece[0]
    return f"<nobr>{piece[0]}</nobr>"
