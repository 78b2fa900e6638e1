"""A verdict as a reader sees it: lines for the terminal, a small report for the notebook and for feedback."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from course.syllabus import topic
from course.text import Text

if TYPE_CHECKING:
    from course.grading.verdict import CaseResult, Paths, Verdict
    from course.text import Lang

STATUS = {
    "passed": Text(en="passed", zh="通过"),
    "wrong": Text(en="not right yet", zh="还不对"),
    "not-implemented": Text(en="not implemented yet", zh="尚未实现"),
    "error": Text(en="stopped by an error", zh="因错误而中断"),
    "timeout": Text(en="out of time", zh="超时"),
    "limit": Text(en="over a limit", zh="超出限制"),
    "rejected": Text(en="refused", zh="被拒绝"),
}
POINTS = Text(en="{score:g} of {most:g} points", zh="{score:g} / {most:g} 分")
EXTRA = Text(en=" and {score:g} of {most:g} extra", zh="，附加分 {score:g} / {most:g}")
PRINTED = Text(en="Your file printed:", zh="您的文件打印了：")
CASES = Text(en="All cases", zh="全部用例")
EXPECTED = Text(en="torch", zh="torch")
GOT = Text(en="yours", zh="您的")
STEP = Text(en="step {number}", zh="第 {number} 步")
SAME_REASON = Text(en="the same", zh="同上")


def points(verdict: Verdict) -> Text:
    """The score in words."""
    text = POINTS.format(score=verdict.score, most=verdict.max_score)
    if verdict.stretch_max:
        text += EXTRA.format(score=verdict.stretch_score, most=verdict.stretch_max)
    return text


def _mark(case: CaseResult) -> str:
    return "✓" if case.passed else ("·" if case.stretch else "✗")


def _rows(verdict: Verdict, lang: Lang) -> list[tuple[CaseResult, str]]:
    """The cases with their reasons, a reason that repeats the one above it said only once."""
    rows, last = [], ""
    for case in verdict.cases:
        reason = case.reason[lang] if case.reason and not case.passed else ""
        rows.append((case, SAME_REASON[lang] if reason and reason == last else reason))
        last = reason or last
    return rows


def terminal(verdict: Verdict, lang: Lang, *, colour: bool = False) -> str:
    """Some lines of text; with `colour`, ANSI colours too."""

    def paint(code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if colour else text

    shade = "32" if verdict.passed else ("33" if verdict.status == "not-implemented" else "31")
    title = topic(verdict.topic).title[lang]
    status = paint(shade, STATUS[verdict.status][lang])
    lines = [
        f"{paint('1', verdict.topic)} · {title} — {status} — {points(verdict)[lang]}",
        f"  {verdict.message[lang]}",
    ]
    if verdict.status != "not-implemented" and not all(case.passed for case in verdict.cases):
        for case, reason in _rows(verdict, lang):
            line = f"  {_mark(case)} {case.title[lang]}"
            lines.append(paint("32" if case.passed else ("2" if case.stretch else "31"), line))
            if reason:
                lines.append(f"      {reason}")
    if verdict.printed.strip() and not verdict.passed:
        lines += [f"  {PRINTED[lang]}", *(f"  | {line}" for line in verdict.printed.strip().splitlines()[:12])]
    if verdict.status in {"error", "timeout", "limit", "rejected"}:
        lines += [paint("2", f"  {note[lang]}") for note in verdict.notes]
    return "\n".join(lines)


STYLE = """
.dh{font:14px/1.55 system-ui,sans-serif;max-width:46em;border-left:4px solid var(--dh);padding:.4em 1em;margin:.3em 0}
.dh h4{margin:0 0 .3em;font-size:1.05em}.dh .dh-s{color:var(--dh)}.dh p{margin:.3em 0}
.dh ul{list-style:none;padding:0;margin:.3em 0}.dh li{margin:.15em 0}
.dh li small{display:block;margin-left:1.5em;opacity:.85}
.dh pre{background:rgba(127,127,127,.12);padding:.4em .6em;white-space:pre-wrap;font-size:12px}
.dh svg{display:block;max-width:100%;height:auto;margin-top:.4em}.dh summary{cursor:pointer}
""".strip().replace("\n", "")

SHADES = {"passed": "#009E73", "not-implemented": "#B07A00"}


def html(verdict: Verdict, lang: Lang) -> str:
    """A self-contained fragment, fit for a notebook in light and dark and for a feedback page."""
    title = topic(verdict.topic).title[lang]
    shade = SHADES.get(verdict.status, "#D55E00")
    status = f'<span class="dh-s">{STATUS[verdict.status][lang]}</span>'
    parts = [
        f'<div class="dh" lang="{"zh-CN" if lang == "zh" else "en"}" style="--dh:{shade}"><style>{STYLE}</style>',
        f"<h4>{escape(title)} — {status} — {points(verdict)[lang]}</h4>",
        f"<p>{_code(verdict.message[lang])}</p>",
    ]
    if verdict.paths:
        parts.append(plot(verdict.paths, lang))
    if verdict.printed.strip() and not verdict.passed:
        parts.append(f"<p>{PRINTED[lang]}</p><pre>{escape(verdict.printed.strip()[:1000])}</pre>")
    if verdict.status != "not-implemented":
        rows = "".join(
            f'<li><span style="color:{_shade(case)}">{_mark(case)}</span> {escape(case.title[lang])}'
            + (f"<small>{_code(reason)}</small>" if reason else "")
            + "</li>"
            for case, reason in _rows(verdict, lang)
        )
        parts.append(f"<details><summary>{CASES[lang]}</summary><ul>{rows}</ul></details>")
    parts.append("</div>")
    return "".join(parts)


def _shade(case: CaseResult) -> str:
    return "#009E73" if case.passed else ("inherit" if case.stretch else "#D55E00")


def _code(sentence: str) -> str:
    """Escaped, with `code` set as code."""
    parts = escape(sentence).split("`")
    if len(parts) % 2 == 0:  # an odd backquote, say in a learner's own message
        return escape(sentence)
    return "".join(f"<code>{part}</code>" if i % 2 else part for i, part in enumerate(parts))


def plot(paths: Paths, lang: Lang) -> str:
    """One element over the steps, torch's and the learner's, as a small SVG: two colours and two line styles."""
    width, height, left, right, top, bottom = 460, 170, 64, 90, 12, 30
    finite = [value for value in paths.expected + paths.got if abs(value) < 1e300]  # false for NaN too
    low, high = min(paths.expected), max(paths.expected)
    spread = (high - low) or abs(high) or 1.0
    low, high = max(min(finite), low - 2 * spread), min(max(finite), high + 2 * spread)
    if low == high:
        low, high = low - 0.5, high + 0.5
    steps = max(len(paths.expected) - 1, 1)

    def point(step: int, value: float) -> str:
        x = left + (width - left - right) * step / steps
        y = top + (height - top - bottom) * (high - min(max(value, low), high)) / (high - low)
        return f"{x:.1f},{y:.1f}"

    def line(values: tuple[float, ...], style: str) -> str:
        shown = []
        for step, value in enumerate(values):
            if not abs(value) < 1e300:
                break
            shown.append(point(step, value))
        return f'<polyline points="{" ".join(shown)}" fill="none" stroke-width="2" {style}/>'

    blue, vermilion = 'stroke="#0072B2"', 'stroke="#D55E00" stroke-dasharray="6 3"'
    axis, text = 'stroke="currentColor" stroke-opacity=".45"', 'fill="currentColor" font-size="12"'
    last = STEP.format(number=steps)[lang]
    x0, x1, y0, y1 = left, width - right, height - bottom, top
    label = Text(
        en=f"{paths.label} over the steps: torch's path and yours", zh=f"{paths.label} 随步数的变化：torch 与您的路径"
    )[lang]
    return (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" role="img" aria-label="{escape(label)}">'
        f'<path d="M{x0} {y1}V{y0}H{x1}" fill="none" {axis}/>'
        f'<text x="{x0 - 6}" y="{y0}" text-anchor="end" {text}>{low:.3g}</text>'
        f'<text x="{x0 - 6}" y="{y1 + 8}" text-anchor="end" {text}>{high:.3g}</text>'
        f'<text x="{x0}" y="{height - 10}" {text}>0</text>'
        f'<text x="{x1}" y="{height - 10}" text-anchor="end" {text}>{last}</text>'
        f'<text x="{(x0 + x1) / 2}" y="{height - 10}" text-anchor="middle" {text}>{escape(paths.label)}</text>'
        + line(paths.expected, blue)
        + line(paths.got, vermilion)
        + f'<line x1="{x1 + 10}" x2="{x1 + 34}" y1="22" y2="22" stroke-width="2" {blue}/>'
        f'<text x="{x1 + 40}" y="26" {text}>{EXPECTED[lang]}</text>'
        f'<line x1="{x1 + 10}" x2="{x1 + 34}" y1="42" y2="42" stroke-width="2" {vermilion}/>'
        f'<text x="{x1 + 40}" y="46" {text}>{GOT[lang]}</text></svg>'
    )
