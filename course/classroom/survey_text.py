"""A class's figures as lines of text, for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.classroom.history import NOT_HANDED_IN
from course.classroom.survey import OTHERWISE, RULE, described, share, shown_by, unreadable
from course.text import Text, texts, visible, width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from course.classroom.survey import Finding, Stuck, Survey, TopicSurvey
    from course.text import Lang

TEXTS = texts(__file__)

LEVELS = "·▁▂▃▄▅▆▇█"
"""Heights of a column, from none on."""
EIGHTHS = " ▏▎▍▌▋▊▉"
BAR = 12
"""Characters of a full bar."""
MOST_NAMES, MOST_FINDINGS = 20, 10
"""Names and mistakes in the terminal of one topic; the page has all."""

SPAN = {
    1: Text(en="a column is a day, from {first} to {last}", zh="每列为一天，从 {first} 到 {last}"),
    7: Text(en="a column is a week, from {first} to {last}", zh="每列为一周，从 {first} 到 {last}"),
}


def text_of(survey: Survey, lang: Lang, *, names: bool = False) -> str:
    """Return the tables: all topics first, then the mistakes of each.

    Args:
        survey: the figures.
        lang: the reader's language.
        names: whether to say who is stuck, and not only how many.

    Returns:
        The tables, as lines of one text.

    """
    head = TEXTS["headline"].format(
        students=survey.students, submissions=survey.submissions, newest=survey.newest.astimezone().date()
    )
    rows = [["", TEXTS["handed-in"][lang], TEXTS["passed"][lang], TEXTS["trying"][lang], TEXTS["stuck"][lang]]]
    rows += [
        [
            each.stem,
            f"{each.handed_in}/{survey.students}",
            _share(each.passed, each.handed_in),
            _share(each.trying, each.handed_in),
            _share(len(each.stuck), each.handed_in),
        ]
        for each in survey.topics
    ]
    parts = [head[lang], "\n".join(table(rows)), *(_topic(each, lang, names=names) for each in survey.topics)]
    parts.append(f"{TEXTS['meaning'][lang]}\n{RULE[lang]}")
    if survey.damaged:
        which = survey.damaged[:MOST_NAMES] if names else ()
        parts.append("\n".join([unreadable(len(survey.damaged))[lang], *map(visible, which)]))
    return "\n\n".join(parts)


def _topic(each: TopicSurvey, lang: Lang, *, names: bool) -> str:
    head = TEXTS["topic"].format(stem=each.stem, title=each.title)
    lines = [head[lang], "  " + span_text(each)[lang]]
    most = max(map(sum, zip(each.right, each.wrong, strict=True)))
    lines += [
        f"  {columns(each.right, most)}  {TEXTS['right'].format(count=sum(each.right))[lang]}",
        f"  {columns(each.wrong, most)}  {TEXTS['wrong'].format(count=sum(each.wrong))[lang]}",
    ]
    lines += [f"  {line}" for line in _findings(each, lang)]
    if names and each.stuck:
        lines.append(f"  {TEXTS['who'][lang]}")
        lines += [f"    {visible(who.student)}: {why(each.stem, who)[lang]}" for who in each.stuck[:MOST_NAMES]]
        if len(each.stuck) > MOST_NAMES:
            lines.append(f"    {TEXTS['more'].format(count=len(each.stuck) - MOST_NAMES)[lang]}")
    return "\n".join(lines)


def _findings(each: TopicSurvey, lang: Lang) -> list[str]:
    if not each.findings:
        return [TEXTS["nothing"][lang]]
    perhaps = any(finding.perhaps for finding in each.findings)
    most = max(max(finding.over_time) for finding in each.findings)

    def row(finding: Finding) -> list[str]:
        of = 0 if finding.id == NOT_HANDED_IN else each.handed_in
        bar = bar_of(finding.students / (of * each.full)) if of else ""
        counted = [str(finding.students), share(finding.students, of) if finding.students else "", bar]
        maybe = [f"+{finding.perhaps}" if finding.perhaps else ""] if perhaps else []
        return [*counted, *maybe, str(finding.now or ""), columns(finding.over_time, most), finding.title[lang]]

    maybe = [TEXTS["perhaps"][lang]] if perhaps else []
    full = TEXTS["full"].format(share=f"{each.full:.0%}")[lang]
    head = [TEXTS["students"][lang], "", full, *maybe, TEXTS["now"][lang], TEXTS["over-time"][lang], ""]
    mistakes = [finding for finding in each.findings if finding.id not in OTHERWISE]
    others = [finding for finding in each.findings if finding.id in OTHERWISE]
    lines = table([head, *map(row, [*mistakes[:MOST_FINDINGS], *others])], left={2, len(head) - 1, len(head) - 2})
    if len(mistakes) > MOST_FINDINGS:
        place = 1 + MOST_FINDINGS
        lines.insert(place, TEXTS["more"].format(count=len(mistakes) - MOST_FINDINGS)[lang])
    return lines


def span_text(each: TopicSurvey) -> Text:
    """Say what a column of the charts over time stands for."""
    days = each.spans[0].days
    return SPAN.get(days, TEXTS["span-long"]).format(days=days, first=each.spans[0].start, last=each.spans[-1].start)


def why(stem: str, who: Stuck) -> Text:
    """Say why a student counts as stuck, and on which mistakes.

    Args:
        stem: the topic.
        who: the student.

    Returns:
        The mistakes, and the reasons in parentheses.

    """
    certain, possible = shown_by(who.newest)
    text = _titles(stem, certain, " + ") if certain else TEXTS["one-of"].format(titles=_titles(stem, possible, " / "))
    reasons = [TEXTS["tries"].format(count=who.submissions, score=who.newest.score)]
    if who.same > 1:
        reasons.append(TEXTS["in-a-row"].format(same=who.same))
    if who.silent:
        reasons.append(TEXTS["silence"].format(days=who.silent))
    return text + Text(en=" (", zh="（") + Text.joined(reasons, en=", ", zh="，") + Text(en=")", zh="）")


def _titles(stem: str, names: set[str], between: str) -> Text:
    return Text.joined((described(stem, name)[0] for name in sorted(names)), en=between, zh=between)


def bar_of(part: float) -> str:
    """Draw a bar, to an eighth of a character; whatever is not zero can be seen."""
    eighths = max(round(part * BAR * 8), 1 if part else 0)
    return "█" * (eighths // 8) + EIGHTHS[eighths % 8].strip()


def columns(counts: Sequence[int], most: int) -> str:
    """Draw a chart of one line; whatever is not zero can be seen.

    Args:
        counts: one number for each column.
        most: the number that a full column stands for.

    Returns:
        The chart, one character for each column.

    """
    return "".join(LEVELS[0] if not each else LEVELS[max(1, round(each / most * 8))] for each in counts)


def _share(count: int, of: int) -> str:
    return f"{count} ({share(count, of)})" if of else str(count)


def table(rows: Sequence[Sequence[str]], left: frozenset[int] | set[int] = frozenset({0})) -> list[str]:
    """Align rows in columns, set to the right but for those in `left`.

    Args:
        rows: the cells, row by row; all rows have the same length.
        left: the columns set to the left, counted from 0.

    Returns:
        The lines, one for each row.

    """
    widths = [max(width(row[i]) for row in rows) for i in range(len(rows[0]))]

    def cell(i: int, text: str) -> str:
        space = " " * (widths[i] - width(text))
        return text + space if i in left else space + text

    return ["  ".join(cell(i, text) for i, text in enumerate(row)).rstrip() for row in rows]
