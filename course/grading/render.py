"""A verdict as a reader sees it: lines for the terminal, a small report for the notebook and for feedback."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from course.grading import plot
from course.grading.palette import AMBER, GREEN, ORANGE
from course.text import Text, quotation, texts, visible
from course.topic import Topic

if TYPE_CHECKING:
    from course.grading.verdict import CaseResult, Verdict
    from course.text import Lang

TEXTS = texts(__file__)

STATUS = {
    "passed": Text(en="passed", zh="通过"),
    "wrong": Text(en="not right yet", zh="还不对"),
    "not-implemented": Text(en="not implemented yet", zh="尚未实现"),
    "error": Text(en="stopped by an error", zh="因错误而中断"),
    "timeout": Text(en="out of time", zh="超时"),
    "limit": Text(en="over a limit", zh="超出限制"),
    "rejected": Text(en="refused", zh="被拒绝"),
}
CASES = Text(en="All cases", zh="全部用例")
SAME_REASON = Text(en="the same", zh="同上")
MOST_PRINTED, PRINTED_LINES, PRINTED_COLUMNS = 1000, 12, 74
"""Characters that are shown of what a file printed; in a terminal, the lines and their columns."""


def points(verdict: Verdict) -> Text:
    """Format the score in words."""
    text = TEXTS["points"].format(score=verdict.score, most=verdict.max_score)
    if verdict.stretch_max:
        text += TEXTS["extra"].format(score=verdict.stretch_score, most=verdict.stretch_max)
    return text


def _named(verdict: Verdict) -> bool:
    return bool(verdict.mistakes or verdict.alternatives)


def _mark(case: CaseResult) -> str:
    return "✓" if case.passed else ("·" if case.stretch else "✗")


def _rows(verdict: Verdict, lang: Lang) -> list[tuple[CaseResult, str]]:
    """Return the rows of the cases; a reason that repeats the one above it is said only once."""
    rows, last = [], ""
    for case in verdict.cases:
        reason = case.reason[lang] if case.reason and not case.passed else ""
        rows.append((case, SAME_REASON[lang] if reason and reason == last else reason))
        last = reason or last
    return rows


def terminal(verdict: Verdict, lang: Lang, *, colour: bool = False) -> str:
    """Format the verdict as some lines of text.

    Args:
        verdict: what to show.
        lang: the reader's language.
        colour: whether to add ANSI colours.

    Returns:
        The text, without a newline at its end.

    """

    def paint(code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if colour else text

    shade = "32" if verdict.passed else ("33" if verdict.status == "not-implemented" else "31")
    title = Topic.load(verdict.topic).title[lang]
    status = paint(shade, STATUS[verdict.status][lang])
    lines = [f"{paint('1', verdict.topic)} · {title} — {status} — {points(verdict)[lang]}"]
    said, *more = verdict.message[lang].splitlines()
    lines.append(f"  {said}")
    if more:
        lines += ["", f"  {paint('1', more[0])}", *(f"  {line}" for line in more[1:])]
    if verdict.paths and not verdict.passed:
        lines += ["", *(f"  {line}" for line in plot.characters(verdict.paths, lang)), ""]
    if verdict.status != "not-implemented" and not all(case.passed for case in verdict.cases):
        for case, reason in _rows(verdict, lang):
            line = f"  {_mark(case)} {case.title[lang]}"
            lines.append(paint("32" if case.passed else ("2" if case.stretch else "31"), line))
            # Where the mistake has a name, the numbers of every case that it spoils are noise.
            if reason and (verdict.passed or not _named(verdict)):
                lines.append(f"      {reason}")
    if verdict.printed.strip() and not verdict.passed:
        said_so = quotation(verdict.printed.strip()[:MOST_PRINTED], PRINTED_COLUMNS)[:PRINTED_LINES]
        lines += [f"  {TEXTS['printed'][lang]}", *(f"  | {line}" for line in said_so)]
    return "\n".join(lines)


STYLE = """
.dh{font:14px/1.55 system-ui,sans-serif;max-width:46em;border-left:4px solid var(--dh);padding:.4em 1em;margin:.3em 0}
.dh h3{margin:0 0 .3em;font-size:1.05em}.dh .dh-s{color:var(--dh)}.dh p{margin:.3em 0}
.dh ul{list-style:none;padding:0;margin:.3em 0}.dh li{margin:.15em 0}
.dh li small{display:block;margin-left:1.5em;opacity:.85}
.dh pre{background:rgba(127,127,127,.12);padding:.4em .6em;white-space:pre-wrap;font-size:12px}
.dh svg{display:block;max-width:100%;height:auto;margin-top:.4em}.dh summary{cursor:pointer}
""".strip().replace("\n", "")

SHADES = {"passed": GREEN, "not-implemented": AMBER}


def html(verdict: Verdict, lang: Lang, aside: Text | None = None) -> str:
    """Format the verdict as a fragment for a notebook, in light and dark, and for a feedback page.

    Args:
        verdict: what to show.
        lang: the reader's language.
        aside: what has to be said below it.

    Returns:
        Self-contained HTML.

    """
    title = Topic.load(verdict.topic).title[lang]
    shade = SHADES.get(verdict.status, ORANGE)
    status = f'<span class="dh-s">{STATUS[verdict.status][lang]}</span>'
    parts = [
        f'<div class="dh" lang="{"zh-CN" if lang == "zh" else "en"}" style="--dh:{shade}"><style>{STYLE}</style>',
        f"<h3>{escape(title)} — {status} — {points(verdict)[lang]}</h3>",
        *_paragraphs(verdict, lang),
    ]
    if verdict.paths:
        parts.append(plot.svg(verdict.paths, lang))
    if verdict.printed.strip() and not verdict.passed:
        said_so = visible(verdict.printed.strip()[:MOST_PRINTED], lines=True)
        parts.append(f"<p>{TEXTS['printed'][lang]}</p><pre>{escape(said_so)}</pre>")
    if verdict.status != "not-implemented":
        rows = "".join(
            f'<li><span style="color:{_shade(case)}">{_mark(case)}</span> {escape(case.title[lang])}'
            + (f"<small>{rich(reason)}</small>" if reason else "")
            + "</li>"
            for case, reason in _rows(verdict, lang)
        )
        parts.append(f"<details><summary>{CASES[lang]}</summary><ul>{rows}</ul></details>")
    if aside:
        parts.append(f'<p style="font-size:.9em;opacity:.85">{escape(aside[lang])}</p>')
    parts.append("</div>")
    return "".join(parts)


def _paragraphs(verdict: Verdict, lang: Lang) -> list[str]:
    """Return the message's paragraphs; if there are several, the second one is what was found and stands out."""
    said, *more = (rich(line) for line in verdict.message[lang].splitlines())
    return [f"<p>{said}</p>", *(f"<p><b>{line}</b></p>" if i == 0 else f"<p>{line}</p>" for i, line in enumerate(more))]


def _shade(case: CaseResult) -> str:
    return GREEN if case.passed else ("inherit" if case.stretch else ORANGE)


def rich(text: str) -> str:
    """Convert plain text to HTML, with `code spans` kept."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))
