"""What a class misunderstood, counted from its stored histories: nothing is judged here."""

from __future__ import annotations

import functools
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from course.classroom import groups, verdicts
from course.classroom.bar import bar
from course.classroom.clusters import alone, clusters
from course.classroom.history import NOT_HANDED_IN
from course.classroom.obstacles import obstacles
from course.classroom.spans import day_of, place, spans_of, weeks_of
from course.classroom.store import Store
from course.grading import mistakes
from course.grading.render import STATUS
from course.text import CourseError, Text
from course.topic import Topic, topics

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from course.classroom.clusters import SamePath
    from course.classroom.directory import ClassDirectory
    from course.classroom.groups import Group
    from course.classroom.history import Attempt
    from course.classroom.obstacles import Obstacle
    from course.classroom.spans import Span

SAME = 2
"""So many submissions in a row with the same finding, and a student is stuck."""
SILENT = timedelta(days=7)
"""Nothing new for so long while the class went on, and a student is stuck."""

TOO_FEW = 0.1
"""A week tells no share if fewer handed in than this part of the busiest week's number."""

READING = Text(en="read", zh="读取")
RULE = Text(
    en=f"Stuck: the newest submission has not passed, and either it and the one before it show the same mistake (or "
    f"none that is known), or it is more than {SILENT.days} days older than the newest submission of the class.",
    zh=f"“卡住”指最新一次提交没有通过，并且与上一次提交出现同样的错误（或同样没有可识别的错误），"
    f"或者比全班最新的提交早 {SILENT.days} 天以上。",
)
OTHERWISE = {
    **{status: text for status, text in STATUS.items() if status != "passed"},
    "wrong": Text(en="not right, and no known mistake fits", zh="结果不对，也没有相符的已知错误"),
    NOT_HANDED_IN: Text(en="the file was not handed in", zh="没有上交代码文件"),
}
"""By status: what is counted where no mistake has been named."""


@dataclass(frozen=True, slots=True)
class Tally:
    """One mistake, or one way of not getting as far as one: how many students met it. A student counts once."""

    id: str
    title: Text
    explanation: Text | None
    students: int
    """Who made it, in any submission."""
    perhaps: int
    """Who else may have made it: it is one of several explanations that fit."""
    now: int
    """Who still makes it, for certain, in the newest submission."""
    over_time: tuple[int, ...]
    """Students who made it, for certain, by week."""


@dataclass(frozen=True, slots=True)
class Stuck:
    """One student who is stuck; shown only with `--names`."""

    student: str
    newest: Attempt
    submissions: int
    same: int
    """Submissions in a row with the newest one's finding."""
    silent: int
    """Days from the newest submission to the class's newest."""


@dataclass(frozen=True, slots=True)
class TopicSurvey:
    """One topic's figures, in students unless they say submissions."""

    stem: str
    title: Text
    handed_in: int
    """Who handed in the file at least once."""
    passed: int
    """Whose newest submission passed."""
    stuck: tuple[Stuck, ...]
    submissions: int
    spans: tuple[Span, ...]
    right: tuple[int, ...]
    """Submissions that passed, by span."""
    wrong: tuple[int, ...]
    """Submissions that did not, by span."""
    findings: tuple[Tally, ...]
    """The most frequent first, mistakes before everything else."""
    weeks: tuple[Span, ...]
    by_week: tuple[int, ...]
    """Who handed in, by week: what the findings' shares over time are shares of."""
    clusters: tuple[SamePath, ...] = ()
    """Groups of students with one and the same mistake that the catalogue lacks."""
    alone: int = 0
    """Whose newest file is wrong in a way of its own that the catalogue lacks."""
    groups: tuple[Group, ...] = ()
    """The groups that the instructor named, to compare; empty if there are fewer than two."""

    def trend(self, finding: Tally) -> tuple[float, ...]:
        """Return by week the share of a finding among those who handed in; 0 where too few did to tell."""
        if finding.id == NOT_HANDED_IN:
            return ()
        fewest = max(1.0, TOO_FEW * max(self.by_week))
        return tuple(n / of if of >= fewest else 0.0 for n, of in zip(finding.over_time, self.by_week, strict=True))

    @property
    def steepest(self) -> float:
        """The largest share of a week: what a full column of the trends stands for."""
        return max((share for each in self.findings for share in self.trend(each)), default=0.0) or 1.0

    @property
    def full(self) -> float:
        """Which share of those who handed in a full bar of the charts stands for: less than all if all are short."""
        most = max((each.students + each.perhaps for each in self.findings), default=0)
        return next(each for each in (0.1, 0.25, 0.5, 1.0) if each == 1.0 or most <= each * self.handed_in)

    @property
    def trying(self) -> int:
        """Who handed in, has not passed, and is not stuck."""
        return self.handed_in - self.passed - len(self.stuck)


@dataclass(frozen=True, slots=True)
class Survey:
    """A class's figures."""

    students: int
    """Who handed in anything, for any topic of the class."""
    submissions: int
    newest: datetime
    topics: tuple[TopicSurvey, ...]
    obstacles: tuple[Obstacle, ...] = ()
    """What the next lecture should spend five minutes on, the most expensive first."""
    damaged: tuple[str, ...] = field(default=())
    """The histories that grading has not written, "TOPIC/STUDENT"."""


def survey(room: ClassDirectory, stems: Sequence[str] = (), *, progress: bool = True) -> Survey:
    """Count the stored verdicts on the topics named, or on all that there are any of.

    Args:
        room: the class.
        stems: the topics.
        progress: whether to show progress on standard error, if it takes longer than a moment.

    Returns:
        The figures of the class.

    Raises:
        CourseError: there is no verdict yet on any of them, or `groups.csv` cannot be read.

    """
    group_of = groups.read(room)
    damaged: list[str] = []
    with Store(room) as store:
        stored = set(store.topics())
        there = [each.stem for each in topics() if each.stem in stored]
        histories: dict[str, dict[str, tuple[Attempt, ...]]] = {stem: {} for stem in there}
        total = store.count(there)
        with bar(READING, total=total, shown=progress, delay=2, leave=False) as shown:
            for stem, student, found in store.histories(there):
                if found:
                    histories[stem][student] = found
                else:
                    damaged.append(f"{stem}/{student}")
                shown.update()
    wanted = [each.stem for each in topics() if each.stem in (stems or there)]
    if not any(histories.get(stem) for stem in wanted):
        raise CourseError(_nothing(wanted if stems else [], damaged))
    newest = max(attempts[-1].at for of_topic in histories.values() for attempts in of_topic.values())
    counted_stems = [stem for stem in wanted if stems or histories[stem]]
    counted = tuple(_topic(room, stem, histories.get(stem, {}), newest, group_of) for stem in counted_stems)
    return Survey(
        students=len({student for of_topic in histories.values() for student in of_topic}),
        submissions=sum(each.submissions for each in counted),
        newest=newest,
        topics=counted,
        obstacles=obstacles({stem: histories.get(stem, {}).values() for stem in counted_stems}, newest),
        damaged=tuple(name for name in damaged if name.partition("/")[0] in wanted),
    )


def _nothing(stems: Sequence[str], damaged: Sequence[str]) -> Text:
    text = Text(
        en="No verdict is stored yet: run `course class grade` first.",
        zh="还没有评判记录。请先运行 `course class grade`。",
    )
    if stems:
        text = Text(
            en="No verdict is stored yet of {names}: run `course class grade {names}` first.",
            zh="{names} 还没有评判记录。请先运行 `course class grade {names}`。",
        ).format(names=" ".join(stems))
    if not damaged:
        return text
    more = unreadable(len(damaged))
    return Text(en=f"{text.en} {more.en}", zh=text.zh + more.zh)


def unreadable(count: int) -> Text:
    """Return a sentence on records that were left out."""
    return Text(
        en=f"Stored verdicts that are damaged or not signed by this class, and were left out: {count}. "
        "`course class grade` makes them anew.",
        zh=f"有 {count} 份评判记录已损坏或没有本班级的签名，没有计入。运行 `course class grade` 会重新生成。",
    )


def _topic(
    room: ClassDirectory,
    stem: str,
    histories: Mapping[str, Sequence[Attempt]],
    newest: datetime,
    group_of: Mapping[str, str],
) -> TopicSurvey:
    """Count one topic; `newest` is the time of the class's newest submission."""
    real = {
        student: attempts
        for student, attempts in histories.items()
        if any(each.status != NOT_HANDED_IN for each in attempts)
    }
    attempts = [each for of_student in real.values() for each in of_student if each.status != NOT_HANDED_IN]
    days = [day_of(each.at) for of_student in histories.values() for each in of_student] or [day_of(newest)]
    spans, weeks = spans_of(days), weeks_of(days)
    passed_by, handed_in_by = Counter[int](), Counter[int]()
    for each in attempts:
        where = place(spans, each.at)
        handed_in_by[where] += 1
        passed_by[where] += each.passed
    by_week = Counter(week for tries in real.values() for week in {place(weeks, each.at) for each in tries})
    stuck = tuple(filter(None, (_stuck(student, real[student], newest) for student in sorted(real))))
    findings, who = _findings(stem, histories, weeks)
    passed = frozenset(student for student, tries in real.items() if tries[-1].passed)
    return TopicSurvey(
        stem=stem,
        title=Topic.load(stem).title,
        handed_in=len(real),
        passed=len(passed),
        stuck=stuck,
        submissions=len(attempts),
        spans=spans,
        right=tuple(passed_by[i] for i in range(len(spans))),
        wrong=tuple(handed_in_by[i] - passed_by[i] for i in range(len(spans))),
        findings=findings,
        weeks=weeks,
        by_week=tuple(by_week[i] for i in range(len(weeks))),
        clusters=clusters(real, functools.partial(verdicts.load, room, stem)),
        alone=alone(real),
        groups=groups.compared(group_of, sorted(real), passed, frozenset(each.student for each in stuck), who),
    )


def _stuck(student: str, attempts: Sequence[Attempt], newest: datetime) -> Stuck | None:
    """Return the student if the rule says so."""
    last = attempts[-1]
    if last.passed:
        return None
    same = 0
    for each in reversed(attempts):
        if each.finding != last.finding:
            break
        same += 1
    silent = newest - last.at
    if same < SAME and silent <= SILENT:
        return None
    return Stuck(student, last, len(attempts), same, silent.days)


def _findings(
    stem: str, histories: Mapping[str, Sequence[Attempt]], weeks: Sequence[Span]
) -> tuple[tuple[Tally, ...], dict[str, frozenset[str]]]:
    """The findings of a topic, and by id the students who have shown each for certain."""
    made: dict[str, set[str]] = {}
    maybe: dict[str, set[str]] = {}
    now: Counter[str] = Counter()
    when: dict[str, set[tuple[int, str]]] = {}
    for student, attempts in histories.items():
        for attempt in attempts:
            certain, possible = shown_by(attempt)
            for name in certain:
                made.setdefault(name, set()).add(student)
                when.setdefault(name, set()).add((place(weeks, attempt.at), student))
            for name in possible:
                maybe.setdefault(name, set()).add(student)
        now.update(shown_by(attempts[-1])[0])
    found = []
    for name in made.keys() | maybe.keys():
        who = made.get(name, set())
        by_week = Counter(week for week, _ in when.get(name, ()))
        title, explanation = described(stem, name)
        found.append(
            Tally(
                id=name,
                title=title,
                explanation=explanation,
                students=len(who),
                perhaps=len(maybe.get(name, set()) - who),
                now=now[name],
                over_time=tuple(by_week[i] for i in range(len(weeks))),
            )
        )
    found.sort(key=lambda each: (each.id in OTHERWISE, -each.students, -each.perhaps, each.id))
    return tuple(found), {name: frozenset(who) for name, who in made.items()}


def shown_by(attempt: Attempt) -> tuple[set[str], set[str]]:
    """Return the ids of what an attempt shows for certain, and of what it may show.

    What is in each of several explanations is certain. Where no mistake is named, the status is what there is.
    """
    certain = set(attempt.mistakes)
    ways = [set(each) for each in attempt.alternatives]
    if ways:
        certain |= set.intersection(*ways)
    possible = set().union(*ways) - certain
    if not attempt.passed and not certain and not possible:
        certain = {attempt.status}
    return certain, possible


def described(stem: str, name: str) -> tuple[Text, Text | None]:
    """Return the title and explanation of a finding; an id that the catalogue no longer has is its own title.

    Args:
        stem: the topic.
        name: the id of a mistake, or a status.

    Returns:
        The title, and the explanation or None.

    """
    if name in OTHERWISE:
        return OTHERWISE[name], None
    topic = Topic.load(stem)
    explanation = next((each.explanation for each in mistakes.catalogue(topic).mistakes if each.id == name), None)
    return mistakes.title_of(topic, name), explanation


def share(count: float, of: int) -> str:
    """Format a share in per cent; "" if the whole is 0.

    Args:
        count: the part.
        of: the whole.

    Returns:
        The share, rounded to whole per cent; "<1%" if it is between 0 and half of one.

    """
    if not of:
        return ""
    return "<1%" if 0 < count / of < 0.005 else f"{count / of:.0%}"
