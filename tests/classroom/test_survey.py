"""The class report: its figures are those in the files, its page stands alone, and it names nobody unless asked."""

from __future__ import annotations

import html
import itertools
import json
import os
import random
import re
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from course import classroom
from course.classroom import survey_page, survey_text
from course.classroom.directory import ClassDirectory
from course.classroom.history import NOT_HANDED_IN, Attempt
from course.classroom.spans import MOST_SPANS, spans_of
from course.classroom.store import Store
from course.classroom.survey import OTHERWISE, Survey, shown_by, survey
from course.grading import mistakes
from course.text import CourseError, width
from course.topic import Topic
from tests.classroom.room import SOLUTION, copy_class, hand_in
from tests.classroom.stored import history_of, sql

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MONDAY = datetime(2026, 9, 14, 12, tzinfo=UTC)
ADAM = Topic.load("adam")
KNOWN = [each.id for each in mistakes.catalogue(ADAM).mistakes]


def attempt(day: float, *made: str, status: str = "wrong", ways: Sequence[Sequence[str]] = ()) -> Attempt:
    stored = {"status": status, "score": 10.0 if status == "passed" else 4.0, "mistakes": made, "alternatives": ways}
    return Attempt.of(stored, MONDAY + timedelta(days=day), f"{day}{made}{status}")


def passed(day: float) -> Attempt:
    return attempt(day, status="passed")


def put(root: Path, stem: str, students: Mapping[str, Sequence[Attempt]]) -> Path:
    """Store these histories, as the judge would."""
    with Store(ClassDirectory(root)) as store, store.transaction():
        for student, attempts in students.items():
            store.save_history(stem, student, attempts)
    return root


def spoil(root: Path, stem: str, student: str, attempt: str = "{") -> None:
    """Store a history that grading has not written."""
    put(root, stem, {student: [passed(0)]})
    sql(root, "UPDATE attempts SET attempt = ?, sealed = 'no' WHERE stem = ? AND student = ?", attempt, stem, student)


@pytest.fixture
def room(empty: Path, tmp_path: Path) -> Path:
    """Make a class of the test's own."""
    root = tmp_path / "class"
    copy_class(empty, root)
    return root


def counted(root: Path, *stems: str) -> Survey:
    return survey(ClassDirectory.find(root), stems, progress=False)


def report(root: Path, *stems: str, **options: Any) -> tuple[str, str, str]:
    """The English and the Chinese tables and the page."""
    said = classroom.class_report(root, stems, progress=False, **options)
    return said.en, said.zh, (options.get("output") or root / "report.html").read_text("utf-8")


def row_of(page: str, finding: str) -> tuple[int, int, int]:
    """A mistake's figures as the page shows them: students, perhaps, still."""
    (row,) = re.findall(rf'<tr data-finding="{re.escape(finding)}">(.*?)</tr>', page, re.DOTALL)
    cells = [re.sub(r"<small>.*?</small>|<[^>]*>|\s", "", each) for each in re.findall(r'<td class="n">.*?</td>', row)]
    numbers = [int(each or 0) for each in cells]
    return (numbers[0], numbers[1] if len(numbers) == 3 else 0, numbers[-1])


def a_class(students: int) -> dict[str, list[Attempt]]:
    """Many students whose submissions are drawn by chance."""
    draw = random.Random(2026)  # noqa: S311 - no secret
    drawn = {}
    for number in range(students):
        attempts, day = [], draw.uniform(0, 5)
        for _ in range(draw.randint(1, 4)):
            kind = draw.random()
            if kind < 0.3:
                attempts.append(passed(day))
            elif kind < 0.6:
                attempts.append(attempt(day, *draw.sample(KNOWN[:5], draw.choice([1, 1, 2]))))
            elif kind < 0.8:
                attempts.append(attempt(day, ways=[draw.sample(KNOWN[:4], 1), draw.sample(KNOWN[:4], 2)]))
            else:
                attempts.append(attempt(day, status=draw.choice([*OTHERWISE])))
            day += draw.uniform(0.1, 4)
        drawn[f"zz-student-{number:03}"] = attempts
    return drawn


def test_the_figures_are_those_in_the_files(room: Path) -> None:
    put(room, "adam", a_class(60))
    rows = sql(room, "SELECT student, attempt FROM attempts WHERE stem = 'adam' ORDER BY student, number")
    stored = [
        [Attempt.from_json(json.loads(told)) for _, told in of_student]
        for _, of_student in itertools.groupby(rows, key=lambda row: row[0])
    ]
    english, chinese, page = report(room)
    made: Counter[str] = Counter()
    perhaps: Counter[str] = Counter()
    still: Counter[str] = Counter()
    for attempts in stored:
        certain: set[str] = set().union(*(shown_by(each)[0] for each in attempts))
        made.update(certain)
        perhaps.update(set().union(*(shown_by(each)[1] for each in attempts)) - certain)
        still.update(shown_by(attempts[-1])[0])
    assert len(made) > 10
    for finding in made.keys() | perhaps.keys():
        assert row_of(page, finding) == (made[finding], perhaps[finding], still[finding])
    assert set(re.findall(r'data-finding="(.*?)"', page)) == made.keys() | perhaps.keys()
    for finding in KNOWN[:4]:
        title = mistakes.title_of(ADAM, finding)
        for text, name in ((english, title.en), (chinese, title.zh)):
            (line,) = [each for each in text.splitlines() if each.endswith("  " + name)]
            figures = [each.removeprefix("+") for each in line[: -len(name)].split() if re.fullmatch(r"\+?\d+", each)]
            assert [int(each) for each in figures] == [
                each for each in (made[finding], perhaps[finding], still[finding]) if each
            ]
    real = [[each for each in attempts if each.status != NOT_HANDED_IN] for attempts in stored]
    submissions = sum(map(len, real))
    assert f"Students: 60 · submissions: {submissions}" in english
    assert f"学生：60 人 · 提交：{submissions} 次" in chinese
    (line,) = [each for each in english.splitlines() if each.startswith("adam  ")]
    assert line.split()[1:3] == [f"{sum(map(bool, real))}/60", str(sum(each[-1].passed for each in stored))]


def test_a_topics_parts_add_up(room: Path) -> None:
    put(room, "adam", a_class(60))
    (topic,) = counted(room).topics
    assert topic.passed + topic.trying + len(topic.stuck) == topic.handed_in
    assert sum(topic.right) + sum(topic.wrong) == topic.submissions
    for finding in topic.findings:
        assert max(finding.now, *finding.over_time) <= finding.students <= sum(finding.over_time)


@pytest.mark.parametrize(
    ("attempts", "stuck"),
    [
        ([attempt(9, "a")], False),
        ([attempt(8, "a"), attempt(9, "a")], True),
        ([attempt(8, "a", "b"), attempt(9, "a")], False),
        ([attempt(7, "a"), attempt(8, "b"), attempt(9, "a")], False),
        ([attempt(8), attempt(9)], True),
        ([attempt(8, status="error"), attempt(9)], False),
        ([attempt(8, ways=[["a"], ["b"]]), attempt(9, ways=[["a"], ["b"]])], True),
        ([attempt(7, "a"), attempt(8, "a"), passed(9)], False),
        ([attempt(2.9, "a")], True),
        ([attempt(3.1, "a")], False),
        ([passed(-30)], False),
        ([passed(1), attempt(2, "a")], True),
        ([attempt(-30, status=NOT_HANDED_IN)], False),
    ],
)
def test_who_is_stuck(room: Path, attempts: list[Attempt], stuck: bool) -> None:  # noqa: FBT001
    """The class's newest submission, of another topic, is of day 10."""
    put(room, "sgd", {"other": [passed(10)]})
    put(room, "adam", {"zz-ada": attempts})
    (topic,) = counted(room, "adam").topics
    assert [each.student for each in topic.stuck] == (["zz-ada"] if stuck else [])


def test_what_stands_in_every_explanation_is_certain() -> None:
    assert shown_by(attempt(0, ways=[["a", "b"], ["a", "c"]])) == ({"a"}, {"b", "c"})
    assert shown_by(attempt(0, ways=[["a"], ["b", "c"]])) == (set(), {"a", "b", "c"})
    assert shown_by(attempt(0, "a", status="error")) == ({"a"}, set())
    assert shown_by(attempt(0, status="timeout")) == ({"timeout"}, set())
    assert shown_by(attempt(0, "maximize-ignored", status="passed")) == ({"maximize-ignored"}, set())
    assert shown_by(passed(0)) == (set(), set())


def test_nobody_is_named_unless_asked(room: Path) -> None:
    put(room, "adam", {"zz-ada": [attempt(0, KNOWN[0]), attempt(1, KNOWN[0])], "zz-bo": [passed(9)]})
    spoil(room, "adam", "zz-chen")
    for text in report(room):
        assert "zz-" not in text
    english, chinese, page = report(room, names=True)
    title = mistakes.title_of(ADAM, KNOWN[0])
    assert f"zz-ada: {title.en} (submissions: 2, points: 4, the same 2 times in a row" in english
    assert f"zz-ada: {title.zh}（2 次提交，4 分，连续 2 次相同" in chinese
    for text in (english, chinese, page):
        assert "zz-ada" in text
        assert "zz-chen" in text
        assert "zz-bo" not in text, "who has passed is not stuck"


def test_what_is_certain_and_what_is_not_are_told_apart(room: Path) -> None:
    ways = [[KNOWN[0]], [KNOWN[1]]]
    put(room, "adam", {"zz-a": [attempt(0, *KNOWN[:2])] * 2, "zz-b": [attempt(0, ways=ways)] * 2})
    english, chinese, _ = report(room, names=True)
    first, second = (mistakes.title_of(ADAM, name) for name in sorted(KNOWN[:2]))
    assert f"zz-a: {first.en} + {second.en} (" in english
    assert f"zz-b: one of: {first.en} / {second.en} (" in english
    assert f"zz-b: 其中之一：{first.zh} / {second.zh}（" in chinese


class Languages(HTMLParser):
    """Collects the texts that are in no language: outside every element with a `lang` of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.texts: dict[str, list[str]] = {"": [], "en": [], "zh-CN": []}
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.addresses += [value or "" for name, value in attrs if name in {"src", "href", "action", "data"}]
        inherited = self.open[-1][1] if self.open else ""
        if tag not in {"meta", "input", "br"}:
            self.open.append((tag, (given.get("lang") or inherited) if tag != "html" else ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if data.strip() and self.open[-1][0] not in {"style", "title", "code"}:
            self.texts[self.open[-1][1]].append(data.strip())


def test_the_page_is_in_both_languages_and_stands_alone(room: Path) -> None:
    put(room, "adam", a_class(30))
    put(room, "momentum", {"zz-x": [attempt(0, "an-id-that-is-gone", "returns-none")]})
    *_, page = report(room)
    read = Languages()
    read.feed(page)
    assert not read.open
    assert not any(re.search(r"[一-鿿]", text) for text in read.texts["en"])
    words = [text for text in read.texts["zh-CN"] if re.search(r"[A-Za-z]{3}", text)]
    assert [text for text in words if not re.search(r"[一-鿿]", text)] == []
    bare = [text for text in read.texts[""] if re.search(r"[A-Za-z一-鿿]", text)]
    assert set(bare) <= {"English", "中文", "English · 中文", "Adam", "an-id-that-is-gone"}
    assert len(read.texts["en"]) >= 40
    assert all(each.startswith("#") for each in read.addresses)
    assert not re.search(r"<script|<link|@import|url\((?!#)|https?:|\son\w+=", page)
    for stem in ("adam", "momentum"):
        assert f'<section id="{stem}">' in page
    assert page.count("<svg") > 10


def test_explanations_stand_under_the_mistakes(room: Path) -> None:
    put(room, "adam", {"zz-ada": [attempt(0, KNOWN[0])]})
    text = html.unescape(re.sub(r"</?code>", "`", report(room)[2]))
    explanation = next(iter(mistakes.catalogue(ADAM).mistakes)).explanation
    assert explanation.en in text
    assert explanation.zh in text


@pytest.mark.parametrize(("lang", "box"), [("en", "only-en"), ("zh", "only-zh")])
def test_the_page_opens_in_the_readers_language(
    room: Path, monkeypatch: pytest.MonkeyPatch, lang: str, box: str
) -> None:
    monkeypatch.setenv("COURSE_LANG", lang)
    put(room, "adam", {"zz-ada": [passed(0)]})
    *_, page = report(room)
    assert f'id="{box}" checked' in page
    assert page.count(" checked>") == 1
    assert "No mistakes." in page
    assert "没有出现错误。" in page


def test_a_name_is_text(room: Path) -> None:
    name = "zz-<img src=x onerror=alert(1)>"
    put(room, "adam", {name: [attempt(0, "<b>id"), attempt(1, "<b>id")]})
    *_, page = report(room, names=True)
    assert "<img" not in page
    assert "<b>id" not in page
    assert html.escape(name) in page


def test_damage_is_counted_and_told(room: Path) -> None:
    put(room, "adam", {"zz-ada": [passed(0)]})
    for n, text in enumerate(["{", "[]", json.dumps(passed(0).to_json())]):
        spoil(room, "adam", f"zz-{n}", text)
    english, chinese, page = report(room)
    for text in (english, page):
        assert "damaged or not signed by this class, and were left out: 3." in text
    for text in (chinese, page):
        assert "有 3 份评判记录已损坏或没有本班级的签名" in text
    assert "Students: 1 ·" in english


def test_without_verdicts_it_says_what_to_do(room: Path) -> None:
    with pytest.raises(CourseError, match="run `course class grade` first"):
        report(room)
    put(room, "sgd", {"zz-ada": [passed(0)]})
    with pytest.raises(CourseError, match="run `course class grade adam` first"):
        report(room, "adam")
    with pytest.raises(CourseError, match="no assignment 'adams'"):
        report(room, "adams")
    spoil(room, "sgd", "zz-ada")
    with pytest.raises(
        CourseError,
        match=r"first\. Stored verdicts that are damaged or not signed by this class, and were left out: 1\.",
    ):
        report(room)


def test_topics_named_are_all_that_is_shown_of_the_same_class(room: Path) -> None:
    put(room, "sgd", {"zz-ada": [passed(0)], "zz-bo": [passed(0)]})
    put(room, "adam", {"zz-ada": [passed(0)]})
    english, _, page = report(room, "adam")
    assert "1/2" in english
    assert 'id="sgd"' not in page
    assert [each.stem for each in counted(room, "momentum", "adam").topics] == ["momentum", "adam"]


def test_a_page_that_cannot_be_written_is_told(room: Path) -> None:
    put(room, "adam", {"zz-ada": [passed(0)]})
    for output in (room / "nowhere/report.html", room / "verdicts"):
        with pytest.raises(CourseError, match="cannot be written"):
            report(room, output=output)
    report(room, output=room / "here.html")


@pytest.mark.parametrize(
    ("last", "days", "count"),
    [(0, 1, 1), (30, 1, 31), (31, 7, 5), (200, 7, 29), (400, 28, 15), (2000, 91, 22), (9000, 364, 25)],
)
def test_time_is_cut_into_few_columns(last: int, days: int, count: int) -> None:
    first = date(2026, 9, 14)
    spans = spans_of([first + timedelta(days=last), first])
    assert {each.days for each in spans} == {days}
    assert len(spans) == count <= MOST_SPANS
    assert spans[0].start <= first
    assert spans[-1].start <= first + timedelta(days=last) < spans[-1].start + timedelta(days=days)


def test_columns_of_the_terminal_stand_below_each_other(room: Path) -> None:
    put(room, "adam", a_class(40))
    figures = counted(room)
    for lang in ("en", "zh"):
        lines = survey_text.text_of(figures, lang).splitlines()
        titles = {finding.title[lang] for finding in figures.topics[0].findings}
        starts = {width(line[: -len(title)]) for line in lines for title in titles if line.endswith("  " + title)}
        assert len(starts) == 1


def test_real_submissions_are_reported(room: Path) -> None:
    """Through the judge: a right one, the same wrong one twice, and an own one that no catalogue has."""
    classroom.release(room, ["adam"], progress=False)
    swapped = SOLUTION["adam"].replace("beta1, beta2 = self.betas", "beta2, beta1 = self.betas")
    odd = SOLUTION["adam"].replace("beta1, beta2 = self.betas", "beta1, beta2 = 0.123, 0.456")
    assert len({swapped, odd, SOLUTION["adam"]}) == 3
    for codes in ((swapped, odd), (swapped + "\n", SOLUTION["adam"])):
        for student, code in zip(("zz-ada", "zz-bo"), codes, strict=True):
            hand_in(room, student, "adam", code)
        classroom.grade(room, jobs=1, progress=False)
    english, _, page = report(room)
    ada, bo = (history_of(room, "adam", f"zz-{name}") for name in ("ada", "bo"))
    assert [(each.status, each.mistakes) for each in ada] == [("wrong", ("betas-swapped",))] * 2
    assert [each.status for each in bo] == ["wrong", "passed"]
    assert row_of(page, "betas-swapped") == (1, 0, 1)
    assert re.search(r"adam +2/2 +1 \(50%\) +0 \(0%\) +1 \(50%\)", english)
    (topic,) = counted(room).topics
    assert (topic.submissions, sum(topic.right)) == (4, 1)
    (stuck,) = topic.stuck
    assert (stuck.student, stuck.same) == ("zz-ada", 2)


@pytest.mark.parametrize(("lang", "said"), [("en", "The page, with charts"), ("zh", "带图表的网页")])
def test_the_command_line_does_it(room: Path, lang: str, said: str) -> None:
    put(room, "adam", {"zz-ada": [attempt(0, "returns-none")]})
    page = room / "out.html"
    command = [sys.executable, "-m", "course.cli", "class", "report", "adam", "--lang", lang, "--output", str(page)]
    done = subprocess.run(command, cwd=room, env={**os.environ}, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert said in done.stdout
    assert "`update`" in done.stdout
    assert Path(page).read_text("utf-8").startswith("<!DOCTYPE html>")
    empty = subprocess.run([*command[:5], "sgd"], cwd=room, capture_output=True, encoding="utf-8", check=False)
    assert empty.returncode == 2
    assert "course class grade sgd" in empty.stderr
    assert "Traceback" not in empty.stderr


def test_the_page_of_one_student_and_one_submission_is_drawn(room: Path) -> None:
    put(room, "adam", {"zz-ada": [attempt(0, status=NOT_HANDED_IN)]})
    page = survey_page.page_of(counted(room), "en")
    assert row_of(page, NOT_HANDED_IN) == (1, 0, 1)
    assert "NaN" not in page
    assert "0/1" in page
