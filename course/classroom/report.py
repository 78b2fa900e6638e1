"""What of a verdict goes back to the student: the reasons and the points, but nothing of the hidden cases' numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from course.classroom import sanitised
from course.classroom.markdown import harmless
from course.grading import render
from course.grading.case import HIDDEN
from course.text import LANGS, Text

if TYPE_CHECKING:
    from course.grading.verdict import CaseResult, Verdict


def hidden(case: CaseResult) -> bool:
    """Whether the case was drawn from the class's secret seed."""
    return case.id.startswith(HIDDEN)


def public(verdict: Verdict) -> Verdict:
    """The same verdict without anything that tells of a hidden case more than its kind and whether it passed.

    What the file printed goes too: it may have printed the numbers it was given.
    """
    open_core = [case for case in verdict.cases if not case.stretch and not hidden(case)]
    told = replace(verdict, cases=tuple(map(_veiled, verdict.cases)), printed="")
    if verdict.passed or not all(case.passed for case in open_core):
        return told
    core = [case for case in verdict.cases if not case.stretch]
    message = ONLY_HIDDEN.format(right=sum(case.passed for case in core), all=len(core))
    return replace(told, message=message, first_difference=None, paths=None)


def _veiled(case: CaseResult) -> CaseResult:
    if not hidden(case):
        return case
    reason = OTHER_NUMBERS if case.reason and not case.passed else None
    return replace(case, title=HIDDEN_TITLE.format(title=case.title), reason=reason)


def report(verdict: Verdict) -> str:
    """An HTML fragment with the report in both languages; each part carries its `lang`."""
    style = f"<style>{render.STYLE}</style>"
    both = (sanitised.of_report(render.html(verdict, lang).replace(style, "", 1)) for lang in LANGS)
    return "\n".join([style, *both])


def comment(verdict: Verdict, score: float, worth: float, extra: float) -> str:
    """The points and the reason in a few lines of Markdown, English first: what nbgrader keeps as its comment."""
    points = POINTS.format(score=f"{score:g}", worth=f"{worth:g}")
    if extra:
        points += EXTRA.format(extra=f"{extra:g}")
    text = points + Text(en=". ", zh="。") + verdict.message
    return "\n\n".join(harmless(each, None)[0].replace("\n", "\n\n") for each in (text.en, text.zh))


POINTS = Text(en="{score} of {worth} points", zh="{score} / {worth} 分")
EXTRA = Text(en=" and {extra} extra", zh="，另加 {extra} 分")
HIDDEN_TITLE = Text(en="{title}, with other numbers", zh="{title}（换一组数）")
OTHER_NUMBERS = Text(
    en="Not right here. The numbers of this case are not shown, so that it can be used again.",
    zh="这一项不正确。为了以后还能使用，这个用例的数据不公开。",
)
ONLY_HIDDEN = Text(
    en="{right} of {all} cases are right. All the cases that `check` shows are, but the same kinds of case with other "
    "numbers are not: look for something in your file that holds only for those you have seen.",
    zh="{all} 个用例中有 {right} 个正确。`check` 显示的用例都正确，但同类用例换一组数就不对了："
    "请检查代码里有没有只对见过的用例才成立的地方。",
)
