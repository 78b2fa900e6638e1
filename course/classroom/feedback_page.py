"""What of a verdict goes back to the student: the reasons and the points, but nothing of the hidden cases' numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from course.classroom import sanitised
from course.classroom.markdown import harmless
from course.grading import render
from course.text import LANGS, Text

if TYPE_CHECKING:
    from course.grading.verdict import Verdict


def public(verdict: Verdict) -> Verdict:
    """Return the verdict without what the file printed; of hidden cases it tells nothing but whether they passed."""
    return replace(verdict, printed="")


def fragment(verdict: Verdict) -> str:
    """Return an HTML fragment with the verdict in both languages; each part carries its `lang`."""
    style = f"<style>{render.STYLE}</style>"
    both = (sanitised.of_report(render.html(verdict, lang).replace(style, "", 1)) for lang in LANGS)
    return "\n".join([style, *both])


def comment(verdict: Verdict, score: float, worth: float, extra: float) -> str:
    """Format the points and the reason as a few lines of Markdown: what nbgrader keeps as its comment.

    Args:
        verdict: the verdict, with the reason.
        score: the points reached.
        worth: the points that can be reached.
        extra: the extra points; 0 is not mentioned.

    Returns:
        The text, English first, then Chinese.

    """
    points = POINTS.format(score=f"{score:g}", worth=f"{worth:g}")
    if extra:
        points += EXTRA.format(extra=f"{extra:g}")
    text = points + Text(en=". ", zh="。") + verdict.message
    return "\n\n".join(harmless(each, None)[0].replace("\n", "\n\n") for each in (text.en, text.zh))


POINTS = Text(en="{score} of {worth} points", zh="{score} / {worth} 分")
EXTRA = Text(en=" and {extra} extra", zh="，另加 {extra} 分")
