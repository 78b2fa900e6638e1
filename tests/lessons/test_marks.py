"""No line of a lesson begins with a full stop after a formula: each formula is in one piece with its marks.

How a browser breaks the lines is seen in `tests/browser/test_page.py`.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from course.authoring.marks import kept_together
from course.system.workspace import ROOT

if TYPE_CHECKING:
    from pathlib import Path

LOOSE = re.compile(r"\0\**[^\s\w\0|*<（“(\[—–+·×-]|\0-(?=\w)|[（“(]\**\0")
"""A formula, for which stands a zero, with a mark right after it, or with a bracket right before it."""


def loose(text: str) -> list[str]:
    """Return the formulas that a line's end may part from their marks, each with what stands around it."""
    prose = re.sub(r"(`+).*?(?<!`)\1(?!`)|\$\$.*?\$\$|<nobr>.*?</nobr>|\\.", " ", text, flags=re.DOTALL)
    prose = re.sub(r"\$[^$]+\$", "\0", prose)
    return [prose[max(found.start() - 20, 0) : found.end() + 20] for found in LOOSE.finditer(prose)]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("取 $x$，再取 $y$。", "取 <nobr>$x$，</nobr>再取 <nobr>$y$。</nobr>"),
        ("(from $x$), ($y$)", "(from <nobr>$x$),</nobr> <nobr>($y$)</nobr>"),
        ("“$x$”……", "<nobr>“$x$”……</nobr>"),
        ("the $k$-th, a $5\\$$.", "the <nobr>$k$-</nobr>th, a <nobr>$5\\$$.</nobr>"),
        ("**$x$**, **so $y$**.", "<nobr>**$x$**,</nobr> **so $y$**."),
        ("$x$ and $y$ — $z$\n", "$x$ and $y$ — $z$\n"),
        ("$$x$$, `$x$,` ``a ` $x$,``", "$$x$$, `$x$,` ``a ` $x$,``"),
        ("```python\n$x$,\n```\n$y$,", "```python\n$x$,\n```\n<nobr>$y$,</nobr>"),
        ("costs \\$5, or \\$6.", "costs \\$5, or \\$6."),
    ],
)
def test_marks_stay_with_their_formula(written: str, kept: str) -> None:
    assert kept_together(written) == kept
    assert loose(kept.replace("**so $y$**.", "")) == []


@pytest.mark.parametrize("text", ["取 $x$，再", "is $x$. Then", "为（$x$ 是", 'the **"$x$"** one'])
def test_a_loose_mark_is_noticed(text: str) -> None:
    assert loose(text)
    assert loose(kept_together(text)) == []


@pytest.mark.parametrize(
    "path", sorted((ROOT / "lessons").glob("*/*.ipynb")), ids=lambda path: "-".join(path.parts[-2:])
)
def test_no_lesson_has_a_loose_mark(path: Path) -> None:
    cells = json.loads(path.read_text("utf-8"))["cells"]
    prose = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    assert [each for text in prose for each in loose(text)] == []
