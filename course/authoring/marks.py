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

_PIECES = re.compile(
    r"(?P<other>(?P<fence>`+)(?!`).*?(?<!`)(?P=fence)(?!`)|\$\$.*?\$\$|\\.)"
    rf"|(?P<before>[{OPENING}]*)(?P<strong>\**)\$(?P<formula>(?:\\.|[^$\\])+)\$(?P=strong)"
    rf"(?P<after>[{CLOSING}]*(?:-(?=\w))?)",
    re.DOTALL,
)


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
