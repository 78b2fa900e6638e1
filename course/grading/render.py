"""A verdict as a reader sees it: lines for the terminal, a small report for the notebook and for feedback."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

from course.grading import plot
from course.grading.goals import left
from course.grading.palette import AMBER, GREEN, ORANGE
from course.text import TONGUES, Text, quotation, texts, visible
from course.topic import Topic

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from course.grading.verdict import CaseResult, Quote, Verdict
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


@dataclass(frozen=True)
class Places:
    """What a report within a lesson can lead to."""

    sections: Mapping[str, str] = field(default_factory=dict)
    """By heading of the topic's lesson, its address."""
    onward: str = ""
    """HTML, shown at the end of the report of a file that passed."""


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


def _diagnosis(verdict: Verdict, lang: Lang) -> list[str]:
    lines = verdict.message[lang].splitlines()
    return lines[: len(lines) - verdict.details]


def _details(verdict: Verdict, lang: Lang) -> list[str]:
    return verdict.message[lang].splitlines()[len(_diagnosis(verdict, lang)) :]


def _strong(verdict: Verdict) -> bool:
    """Return whether its first sentence is a diagnosis, which stands out."""
    return verdict.status not in {"passed", "not-implemented"}


def _is_code(line: str) -> bool:
    """Return whether a line of the message is one of Python, to be run as it is."""
    return len(line) > 2 and line.startswith("`") and line.endswith("`") and line.count("`") == 2


def _paragraphs(lines: list[str], places: Places) -> Iterator[str]:
    """Yield a paragraph a line; lines of code that follow each other are one block."""
    for code, several in itertools.groupby(lines, _is_code):
        if code:
            yield f"<pre>{escape(chr(10).join(line[1:-1] for line in several))}</pre>"
        else:
            yield from (f"<p>{_linked(rich(line), places)}</p>" for line in several)


def _code(quote: Quote) -> list[str]:
    """Return the lines of the learner's that are quoted, harmless to a terminal."""
    return visible(quote.source, lines=True).splitlines()


def _line_of(verdict: Verdict) -> Text:
    return TEXTS["line"].format(line=verdict.quote.line if verdict.quote else 0, stem=verdict.topic)


def terminal(verdict: Verdict, lang: Lang, *, colour: bool = False, plotted: bool = False) -> str:
    """Format the verdict as some lines of text: the diagnosis, what it is about, and then the numbers.

    Args:
        verdict: what to show.
        lang: the reader's language.
        colour: whether to add ANSI colours.
        plotted: whether to draw the path of a file that passed, too.

    Returns:
        The text, without a newline at its end.

    """

    def paint(code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if colour else text

    shade = "32" if verdict.passed else ("33" if verdict.status == "not-implemented" else "31")
    title = Topic.load(verdict.topic).title[lang]
    status = paint(shade, STATUS[verdict.status][lang])
    lines = [f"{paint('1', verdict.topic)} · {title} — {status} — {points(verdict)[lang]}"]
    first, *diagnosis = _diagnosis(verdict, lang)
    lines.append(f"  {paint('1', first) if _strong(verdict) else first}")
    if verdict.quote:
        lines += [f"  {_line_of(verdict)[lang]}", *(f"      {line}" for line in _code(verdict.quote))]
    lines += [f"      {line[1:-1]}" if _is_code(line) else f"  {line}" for line in diagnosis]
    if verdict.paths and (plotted or not verdict.passed):
        lines += ["", *(f"  {line}" for line in plot.characters(verdict.paths, lang, one=verdict.passed))]
    if verdict.passed and (goals := left(verdict)):
        lines += ["", f"  {TEXTS['goals'][lang]}", *(f"  · {goal[lang]}" for goal in goals)]
    rows = verdict.status != "not-implemented" and not all(case.passed for case in verdict.cases)
    if rows:
        lines += ["", f"  {paint('1', TEXTS['details'][lang])}", *(f"  {line}" for line in _details(verdict, lang))]
    for case, reason in _rows(verdict, lang) if rows else ():
        line = f"  {_mark(case)} {case.title[lang]}"
        lines.append(paint("32" if case.passed else ("2" if case.stretch else "31"), line))
        # Where the mistake has a name, the numbers of every case that it spoils are noise.
        if reason and (verdict.passed or not _named(verdict)):
            lines.append(f"      {reason}")
    if verdict.printed.strip() and not verdict.passed:
        said_so = quotation(verdict.printed.strip()[:MOST_PRINTED], PRINTED_COLUMNS)[:PRINTED_LINES]
        lines += ["", f"  {TEXTS['printed'][lang]}", *(f"  | {line}" for line in said_so)]
    return "\n".join(lines)


STYLE = """
.dh{font:14px/1.55 system-ui,sans-serif;max-width:46em;border-left:4px solid var(--dh);padding:.4em 1em;margin:.3em 0}
.dh h3{margin:0 0 .3em;font-size:1.05em;font-weight:600}.dh .dh-s{color:var(--dh)}.dh p{margin:.3em 0}
.dh ul{list-style:none;padding:0;margin:.3em 0}.dh li{margin:.15em 0}
.dh li small{display:block;margin-left:1.5em}.dh summary{cursor:pointer;padding:.2em 0}
div.dh pre{background:rgba(127,127,127,.12);padding:.4em .6em;margin:.3em 0;font-size:12px}
div.dh pre{white-space:pre-wrap;overflow-wrap:anywhere}
.dh code{overflow-wrap:anywhere}.dh a{color:inherit}.dh h3{font-weight:600}
.dh svg{display:block;max-width:100%;height:auto;margin-top:.4em}
""".strip().replace("\n", "")

SHADES = {"passed": GREEN, "not-implemented": AMBER}


def html(verdict: Verdict, lang: Lang, aside: Text | None = None, places: Places = Places()) -> str:
    """Format the verdict as a fragment for a notebook, in light and dark, and for a feedback page.

    The diagnosis comes first, and the learner's own line; numbers and cases are folded away.

    Args:
        verdict: what to show.
        lang: the reader's language.
        aside: what has to be said below it.
        places: what it can lead to; by default nothing outside of it.

    Returns:
        Self-contained HTML.

    """
    title = Topic.load(verdict.topic).title[lang]
    shade = SHADES.get(verdict.status, ORANGE)
    status = f'<span class="dh-s">{STATUS[verdict.status][lang]}</span>'
    first, *diagnosis = _diagnosis(verdict, lang)
    first = _linked(rich(first), places)
    parts = [
        f'<div class="dh" lang="{TONGUES[lang]}" style="--dh:{shade}"><style>{STYLE}</style>',
        f'<div role="status"><h3>{escape(title)} — {status} — {points(verdict)[lang]}</h3>',
        f"<p><b>{first}</b></p></div>" if _strong(verdict) else f"<p>{first}</p></div>",
    ]
    if verdict.quote:
        code = escape("\n".join(_code(verdict.quote)))
        parts.append(f"<p>{escape(_line_of(verdict)[lang])}</p><pre>{code}</pre>")
    parts += _paragraphs(diagnosis, places)
    if verdict.paths:
        parts.append(plot.svg(verdict.paths, lang, alt=plot.ONE if verdict.passed else None))
    if verdict.printed.strip() and not verdict.passed:
        said_so = visible(verdict.printed.strip()[:MOST_PRINTED], lines=True)
        parts.append(f"<p>{TEXTS['printed'][lang]}</p><pre>{escape(said_so)}</pre>")
    if verdict.passed and (goals := left(verdict)):
        listed = "".join(f"<li>{rich(goal[lang])}</li>" for goal in goals)
        parts.append(f"<p>{TEXTS['goals'][lang]}</p><ul>{listed}</ul>")
    if verdict.status != "not-implemented":
        parts.append(_folded(verdict, lang))
    if verdict.passed:
        parts.append(places.onward)
    if aside:
        parts.append(f'<p style="font-size:.9em;opacity:.85">{escape(aside[lang])}</p>')
    parts.append("</div>")
    return "".join(parts)


def _folded(verdict: Verdict, lang: Lang) -> str:
    """Return the numbers and the cases, to be opened."""
    said = "".join(f"<p>{rich(line)}</p>" for line in _details(verdict, lang))
    rows = "".join(
        f'<li><span style="color:{_shade(case)}">{_mark(case)}</span> {escape(case.title[lang])}'
        + (f"<small>{rich(reason)}</small>" if reason else "")
        + "</li>"
        for case, reason in _rows(verdict, lang)
    )
    summary = TEXTS["details"] if said else CASES
    return f"<details><summary>{summary[lang]}</summary>{said}<ul>{rows}</ul></details>"


def _linked(line: str, places: Places) -> str:
    """Make a link of a section's name, where the line tells one that has an address."""
    for title, address in places.sections.items():
        named = f"“{escape(title)}”"
        if named in line:
            return line.replace(named, f'<a href="{escape(address)}">{named}</a>', 1)
    return line


def _shade(case: CaseResult) -> str:
    return GREEN if case.passed else ("inherit" if case.stretch else ORANGE)


def rich(text: str) -> str:
    """Convert plain text to HTML, with `code spans` kept."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))
