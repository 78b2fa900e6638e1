"""A class's figures as lines of text, for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.classroom.history import NOT_HANDED_IN
from course.classroom.survey import OTHERWISE, RULE, described, share, shown_by, unreadable
from course.text import Text, visible, width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from course.classroom.survey import Finding, Stuck, Survey, TopicSurvey
    from course.text import Lang

LEVELS = "·▁▂▃▄▅▆▇█"
"""Heights of a column, from none on."""
EIGHTHS = " ▏▎▍▌▋▊▉"
BAR = 12
"""Characters of a full bar."""
MOST_NAMES, MOST_FINDINGS = 20, 10
"""Names and mistakes in the terminal of one topic; the page has all."""

HEADLINE = Text(
    en="Students: {students} · submissions: {submissions}, the newest of {newest}",
    zh="学生：{students} 人 · 提交：{submissions} 次，最新一次在 {newest}",
)
TOPIC = Text(en="{stem} · {title}", zh="{stem} · {title}")
SPAN = {
    1: Text(en="a column is a day, from {first} to {last}", zh="每列为一天，从 {first} 到 {last}"),
    7: Text(en="a column is a week, from {first} to {last}", zh="每列为一周，从 {first} 到 {last}"),
}
SPAN_LONG = Text(en="a column is {days} days, from {first} to {last}", zh="每列为 {days} 天，从 {first} 到 {last}")
HANDED_IN = Text(en="handed in", zh="已上交")
PASSED = Text(en="passed", zh="通过")
TRYING = Text(en="not yet", zh="尚未通过")
STUCK = Text(en="stuck", zh="卡住")
STUDENTS = Text(en="students", zh="学生")
PERHAPS = Text(en="perhaps", zh="可能")
NOW = Text(en="still", zh="仍有")
FULL = Text(en="full = {share}", zh="满格 {share}")
OVER_TIME = Text(en="over time", zh="随时间")
RIGHT = Text(en="submissions that passed: {count}", zh="通过的提交：{count} 次")
WRONG = Text(en="submissions that did not: {count}", zh="未通过的提交：{count} 次")
MEANING = Text(
    en="A student counts once for each mistake, however often it was made, and the share is of those who handed in. "
    "Still: in the newest submission, too. Perhaps: one of several explanations that fit.",
    zh="每名学生在每个错误上只计一次，比例以已上交的学生为准。“仍有”指最新一次提交中依然存在；“可能”指几种说法都符合，这是其中之一。",
)
NOTHING = Text(en="No mistakes.", zh="没有出现错误。")
WHO = Text(en="Stuck:", zh="卡住的学生：")
MORE = Text(en="and {count} more: see the page", zh="另有 {count} 项：见网页")
IN_A_ROW = Text(en="the same {same} times in a row", zh="连续 {same} 次相同")
SILENCE = Text(en="days without anything new: {days}", zh="已有 {days} 天没有新的提交")
ONE_OF = Text(en="one of: {en}", zh="其中之一：{zh}")
TRIES = Text(en="submissions: {count}, points: {score:g}", zh="{count} 次提交，{score:g} 分")
REPORT = Text(en="What the class misunderstood", zh="学情报告")
MADE = Text(en="Made from stored verdicts on", zh="根据已保存的评判记录生成于")
TOPICS = Text(en="Topics", zh="主题")
TOPIC_WORD = Text(en="topic", zh="主题")
MISSING = Text(en="nothing handed in", zh="未上交")
SUBMISSIONS = Text(en="Submissions over time", zh="提交的时间分布")
MISTAKES = Text(en="Mistakes", zh="出现的错误")
WHAT = Text(en="what was done", zh="做了什么")
NOW_LONG = Text(en="still made", zh="仍有")
MADE_ONCE = Text(en="made and mended", zh="有过，已改正")
FULL_BAR = Text(en="a full bar is {share} of those who handed in", zh="满格表示已上交学生的 {share}")
PERHAPS_LONG = Text(en="perhaps made", zh="可能有")
STUCK_COUNT = Text(en="Stuck: {count}", zh="卡住：{count} 人")
NO_NAMES = Text(
    en="`course class report --names` says who they are.", zh="运行 `course class report --names` 可以看到是哪些学生。"
)


def text_of(survey: Survey, lang: Lang, *, names: bool = False) -> str:
    """The tables: all topics first, then each one's mistakes.

    Args:
        survey: the figures.
        lang: the reader's language.
        names: whether to say who is stuck, and not only how many.

    """
    head = HEADLINE.format(
        students=survey.students, submissions=survey.submissions, newest=survey.newest.astimezone().date()
    )
    rows = [["", HANDED_IN[lang], PASSED[lang], TRYING[lang], STUCK[lang]]]
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
    parts.append(f"{MEANING[lang]}\n{RULE[lang]}")
    if survey.damaged:
        which = survey.damaged[:MOST_NAMES] if names else ()
        parts.append("\n".join([unreadable(len(survey.damaged))[lang], *map(visible, which)]))
    return "\n\n".join(parts)


def _topic(each: TopicSurvey, lang: Lang, *, names: bool) -> str:
    head = TOPIC.format(stem=each.stem, title=each.title)
    lines = [head[lang], "  " + span_text(each)[lang]]
    most = max(map(sum, zip(each.right, each.wrong, strict=True)))
    lines += [
        f"  {columns(each.right, most)}  {RIGHT.format(count=sum(each.right))[lang]}",
        f"  {columns(each.wrong, most)}  {WRONG.format(count=sum(each.wrong))[lang]}",
    ]
    lines += [f"  {line}" for line in _findings(each, lang)]
    if names and each.stuck:
        lines.append(f"  {WHO[lang]}")
        lines += [f"    {visible(who.student)}: {why(each.stem, who)[lang]}" for who in each.stuck[:MOST_NAMES]]
        if len(each.stuck) > MOST_NAMES:
            lines.append(f"    {MORE.format(count=len(each.stuck) - MOST_NAMES)[lang]}")
    return "\n".join(lines)


def _findings(each: TopicSurvey, lang: Lang) -> list[str]:
    if not each.findings:
        return [NOTHING[lang]]
    perhaps = any(finding.perhaps for finding in each.findings)
    most = max(max(finding.over_time) for finding in each.findings)

    def row(finding: Finding) -> list[str]:
        of = 0 if finding.id == NOT_HANDED_IN else each.handed_in
        bar = bar_of(finding.students / (of * each.full)) if of else ""
        counted = [str(finding.students), share(finding.students, of) if finding.students else "", bar]
        maybe = [f"+{finding.perhaps}" if finding.perhaps else ""] if perhaps else []
        return [*counted, *maybe, str(finding.now or ""), columns(finding.over_time, most), finding.title[lang]]

    maybe = [PERHAPS[lang]] if perhaps else []
    full = FULL.format(share=f"{each.full:.0%}")[lang]
    head = [STUDENTS[lang], "", full, *maybe, NOW[lang], OVER_TIME[lang], ""]
    mistakes = [finding for finding in each.findings if finding.id not in OTHERWISE]
    others = [finding for finding in each.findings if finding.id in OTHERWISE]
    lines = table([head, *map(row, [*mistakes[:MOST_FINDINGS], *others])], left={2, len(head) - 1, len(head) - 2})
    if len(mistakes) > MOST_FINDINGS:
        place = 1 + MOST_FINDINGS
        lines.insert(place, MORE.format(count=len(mistakes) - MOST_FINDINGS)[lang])
    return lines


def span_text(each: TopicSurvey) -> Text:
    """What a column of the charts over time stands for."""
    days = each.spans[0].days
    return SPAN.get(days, SPAN_LONG).format(days=days, first=each.spans[0].start, last=each.spans[-1].start)


def why(stem: str, who: Stuck) -> Text:
    """In which way a student is stuck, and at what."""
    certain, possible = shown_by(who.newest)
    if certain:
        text = _titles(stem, certain, " + ")
    else:
        named = _titles(stem, possible, " / ")
        text = ONE_OF.format(en=named.en, zh=named.zh)
    reasons = [TRIES.format(count=who.submissions, score=who.newest.score)]
    if who.same > 1:
        reasons.append(IN_A_ROW.format(same=who.same))
    if who.silent:
        reasons.append(SILENCE.format(days=who.silent))
    return text + Text(en=" (", zh="（") + Text.joined(reasons, en=", ", zh="，") + Text(en=")", zh="）")


def _titles(stem: str, names: set[str], between: str) -> Text:
    return Text.joined((described(stem, name)[0] for name in sorted(names)), en=between, zh=between)


def bar_of(part: float) -> str:
    """A bar, to an eighth of a character; whatever is not zero can be seen."""
    eighths = max(round(part * BAR * 8), 1 if part else 0)
    return "█" * (eighths // 8) + EIGHTHS[eighths % 8].strip()


def columns(counts: Sequence[int], most: int) -> str:
    """A chart of one line; whatever is not zero can be seen."""
    return "".join(LEVELS[0] if not each else LEVELS[max(1, round(each / most * 8))] for each in counts)


def _share(count: int, of: int) -> str:
    return f"{count} ({share(count, of)})" if of else str(count)


def table(rows: Sequence[Sequence[str]], left: frozenset[int] | set[int] = frozenset({0})) -> list[str]:
    """Rows in columns, set to the right but for those in `left`."""
    widths = [max(width(row[i]) for row in rows) for i in range(len(rows[0]))]

    def cell(i: int, text: str) -> str:
        space = " " * (widths[i] - width(text))
        return text + space if i in left else space + text

    return ["  ".join(cell(i, text) for i, text in enumerate(row)).rstrip() for row in rows]
