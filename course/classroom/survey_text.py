"""A class's figures as lines of text, for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.classroom import groups
from course.classroom.history import NOT_HANDED_IN
from course.classroom.obstacles import FEWEST, LONGEST, SHORTEST
from course.classroom.spans import day_of
from course.classroom.survey import OTHERWISE, RULE, TOO_FEW, described, share, shown_by, unreadable
from course.text import Text, texts, visible, width
from course.topic import Topic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from course.classroom.clusters import Known, SamePath
    from course.classroom.groups import Group
    from course.classroom.obstacles import Obstacle
    from course.classroom.spans import Span
    from course.classroom.survey import Stuck, Survey, Tally, TopicSurvey
    from course.text import Lang

TEXTS = texts(__file__)

LEVELS = "·▁▂▃▄▅▆▇█"
"""Heights of a column, from none on."""
EIGHTHS = " ▏▎▍▌▋▊▉"
BAR = 12
"""Characters of a full bar."""
MOST_NAMES, MOST_FINDINGS, MOST_CLUSTERS = 20, 10, 3
"""Names, mistakes and unexplained groups in the terminal of one topic; the page has all."""

SPAN = {
    1: Text(en="a column is a day, from {first} to {last}", zh="每列为一天，从 {first} 到 {last}"),
    7: Text(en="a column is a week, from {first} to {last}", zh="每列为一周，从 {first} 到 {last}"),
}
OBSTACLE_RULE = TEXTS["obstacle-rule"].format(fewest=FEWEST, shortest=SHORTEST.days, longest=LONGEST.days)
GROUP_HEAD = (TEXTS["group"], TEXTS["handed-in"], TEXTS["passed"], TEXTS["stuck"], TEXTS["often"])
NO_OBSTACLE = TEXTS["no-obstacle"].format(fewest=FEWEST)
GROUP_RULE = TEXTS["group-rule"].format(fewest=groups.FEWEST, points=round(100 * groups.MORE_OFTEN))


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
        students=survey.students, submissions=survey.submissions, newest=day_of(survey.newest)
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
    parts = [head[lang], "\n".join(table(rows)), _obstacles(survey, lang)]
    parts += [_topic(each, lang, names=names) for each in survey.topics]
    rules = [
        TEXTS["meaning"],
        RULE,
        OBSTACLE_RULE,
        *([GROUP_RULE] if any(each.groups for each in survey.topics) else []),
    ]
    parts.append("\n".join(rule[lang] for rule in rules))
    if survey.damaged:
        which = survey.damaged[:MOST_NAMES] if names else ()
        parts.append("\n".join([unreadable(len(survey.damaged))[lang], *map(visible, which)]))
    return "\n\n".join(parts)


def rules_of(survey: Survey) -> list[Text]:
    """Say what the figures of this report mean, and how it chooses."""
    rules = [TEXTS["meaning"], RULE, OBSTACLE_RULE]
    return [*rules, GROUP_RULE] if any(each.groups for each in survey.topics) else rules


def _topic(each: TopicSurvey, lang: Lang, *, names: bool) -> str:
    head = TEXTS["topic"].format(stem=each.stem, title=each.title)
    lines = [head[lang]]
    chart = ["", ""]
    if len(each.spans) > 1:
        lines.append("  " + span_text(each.spans)[lang])
        most = max(map(sum, zip(each.right, each.wrong, strict=True)))
        chart = [f"{columns(counts, most)}  " for counts in (each.right, each.wrong)]
    lines += [
        f"  {chart[0]}{TEXTS['right'].format(count=sum(each.right))[lang]}",
        f"  {chart[1]}{TEXTS['wrong'].format(count=sum(each.wrong))[lang]}",
    ]
    lines += [f"  {line}" for line in _findings(each, lang)]
    lines += [f"  {line}" for line in _groups(each, lang)]
    lines += [f"  {line}" for line in _clusters(each, lang, names=names)]
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
    trends = len(each.weeks) > 1

    def row(finding: Tally) -> list[str]:
        of = 0 if finding.id == NOT_HANDED_IN else each.handed_in
        bar = bar_of(finding.students / (of * each.full)) if of else ""
        counted = [str(finding.students), share(finding.students, of) if finding.students else "", bar]
        maybe = [f"+{finding.perhaps}" if finding.perhaps else ""] if perhaps else []
        over_time = [columns(each.trend(finding), each.steepest)] if trends else []
        return [*counted, *maybe, str(finding.now or ""), *over_time, finding.title[lang]]

    maybe = [TEXTS["perhaps"][lang]] if perhaps else []
    full = TEXTS["full"].format(share=f"{each.full:.0%}")[lang]
    over_time = [TEXTS["over-time"][lang]] if trends else []
    head = [TEXTS["students"][lang], "", full, *maybe, TEXTS["now"][lang], *over_time, ""]
    mistakes = [finding for finding in each.findings if finding.id not in OTHERWISE]
    others = [finding for finding in each.findings if finding.id in OTHERWISE]
    left = {2, len(head) - 1, *([len(head) - 2] if trends else [])}
    lines = table([head, *map(row, [*mistakes[:MOST_FINDINGS], *others])], left=left)
    if len(mistakes) > MOST_FINDINGS:
        place = 1 + MOST_FINDINGS
        lines.insert(place, TEXTS["more"].format(count=len(mistakes) - MOST_FINDINGS)[lang])
    if trends:
        lines.append(trend_text(each)[lang])
    return lines


def span_text(spans: Sequence[Span]) -> Text:
    """Say what a column of a chart over time stands for."""
    days = spans[0].days
    return SPAN.get(days, TEXTS["span-long"]).format(days=days, first=spans[0].start, last=spans[-1].last)


def trend_text(each: TopicSurvey) -> Text:
    """Say what the trends of a topic's mistakes show."""
    return TEXTS["trend"].format(few=share(TOO_FEW, 1), span=span_text(each.weeks), share=share(each.steepest, 1))


def obstacle_text(each: Obstacle) -> Text:
    """Say what holds students up, how many, and for how long."""
    title = described(each.stem, each.mistake)[0]
    return TEXTS["obstacle"].format(
        topic=Topic.load(each.stem).title, title=title, students=each.students, days=f"{each.days:.0f}"
    )


def _obstacles(survey: Survey, lang: Lang) -> str:
    lines = [TEXTS["five-minutes"][lang]]
    lines += [f"  {number}. {obstacle_text(each)[lang]}" for number, each in enumerate(survey.obstacles, 1)]
    if not survey.obstacles:
        lines.append(f"  {NO_OBSTACLE[lang]}")
    return "\n".join(lines)


def group_name(group: Group) -> Text:
    """Return a group's name, or what those are called who are in none that is shown."""
    return Text(en=group.name, zh=group.name) if group.name else TEXTS["everybody-else"]


def often_text(each: TopicSurvey, group: Group) -> Text | None:
    """Say what a group shows more often than the class does.

    Args:
        each: the figures of the topic.
        group: those of the group.

    Returns:
        The mistake and its counts; None if there is nothing.

    """
    if not group.often:
        return None
    return TEXTS["often-what"].format(
        title=described(each.stem, group.often)[0],
        here=group.often_here,
        size=group.handed_in,
        all=group.often_all,
        whole=each.handed_in,
    )


def _groups(each: TopicSurvey, lang: Lang) -> list[str]:
    if not each.groups:
        return []
    head = [text[lang] for text in GROUP_HEAD]
    rows = []
    for group in each.groups:
        often = often_text(each, group)
        counts = [_share(count, group.handed_in) for count in (group.passed, group.stuck)]
        rows.append([group_name(group)[lang], str(group.handed_in), *counts, often[lang] if often else ""])
    return table([head, *rows], left={0, 4})


def _clusters(each: TopicSurvey, lang: Lang, *, names: bool) -> list[str]:
    lines = [TEXTS["clusters"][lang]] if each.clusters or each.alone else []
    for number, cluster in enumerate(each.clusters[:MOST_CLUSTERS], 1):
        head, *rest = cluster_text(each.stem, cluster, names=names)
        lines += [f"  {number}. {head[lang]}", *(f"     {line[lang]}" for line in rest)]
    if len(each.clusters) > MOST_CLUSTERS:
        lines.append(f"  {TEXTS['more'].format(count=len(each.clusters) - MOST_CLUSTERS)[lang]}")
    return [*lines, *(f"  {line[lang]}" for line in clusters_text(each, names=names))]


def cluster_text(stem: str, each: SamePath, *, names: bool) -> list[Text]:
    """Describe a group of students with one unexplained mistake.

    Args:
        stem: the topic.
        each: the group.
        names: whether to name one of them.

    Returns:
        The sentences.

    """
    since = day_of(each.since)
    told = [TEXTS["cluster"].format(students=each.students, now=each.now, since=since)]
    told += known_text(each.known)
    if names and each.still:
        told.append(TEXTS["cluster-example"].format(student=visible(each.still[0]), stem=stem))
    return told


def known_text(known: Known) -> list[Text]:
    """Say what is known of a path that no known mistake makes.

    Args:
        known: from a verdict on it.

    Returns:
        The sentences; none if there was no verdict to tell.

    """
    told = []
    if known.wrong:
        told.append(TEXTS["cluster-right"].format(cases=listed(known.right)))
        told.append(TEXTS["cluster-wrong"].format(cases=listed(known.wrong)))
    if known.first:
        told.append(TEXTS["cluster-first"].format(first=known.first))
    return [*told, *known.findings]


def clusters_text(each: TopicSurvey, *, names: bool) -> list[Text]:
    """Say what else is unexplained, and how to look at it.

    Args:
        each: the figures of the topic.
        names: whether a student of each group is named.

    Returns:
        The sentences; none if everything is explained.

    """
    told = [TEXTS["clusters-alone"].format(count=each.alone)] if each.alone else []
    if any(group.still for group in each.clusters):  # of the others no file is left to be read
        told += [TEXTS["clusters-learn"]] if names else [TEXTS["clusters-look"], TEXTS["clusters-learn"]]
    return told


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


def listed(titles: Sequence[Text]) -> Text:
    """Return titles of cases in a row, or say that there is none."""
    return Text.joined(titles, en="; ", zh="；") if titles else TEXTS["no-case"]


def _titles(stem: str, names: set[str], between: str) -> Text:
    return Text.joined((described(stem, name)[0] for name in sorted(names)), en=between, zh=between)


def bar_of(part: float) -> str:
    """Draw a bar, to an eighth of a character; whatever is not zero can be seen."""
    eighths = max(round(part * BAR * 8), 1 if part else 0)
    return "█" * (eighths // 8) + EIGHTHS[eighths % 8].strip()


def columns(counts: Sequence[float], most: float) -> str:
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
