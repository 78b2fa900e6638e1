"""What a report chooses and groups: the mistakes for the next lecture, the unexplained paths, the groups of a class."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from course import classroom
from course.classroom import groups
from course.classroom.clusters import Known, alone, clusters, known_of
from course.classroom.directory import ClassDirectory
from course.classroom.history import Attempt
from course.classroom.obstacles import LONGEST, MOST, obstacles
from course.classroom.record import Record
from course.classroom.slides import slide
from course.classroom.spans import weeks_of
from course.classroom.survey import Tally, TopicSurvey
from course.grading import mistakes
from course.grading.findings.finding import Finding
from course.grading.verdict import CaseResult, Difference, Verdict
from course.text import LANGS, CourseError, Text
from course.topic import topics
from tests.classroom.room import SOLUTION, hand_in, new_class
from tests.classroom.test_survey import MONDAY, attempt, passed

BLANK = Text(en="–", zh="–")


def chosen(*students: list[Attempt], newest: float = 10) -> list[tuple[str, int, float]]:
    found = obstacles({"adam": students}, attempt(newest).at)
    return [(each.mistake, each.students, each.days) for each in found]


def test_the_mistakes_that_cost_most_student_days_are_chosen() -> None:
    two_for_long = [[attempt(2, "slow")], [attempt(4, "slow"), attempt(6, "slow")]]
    three_for_short = [[attempt(9, "quick")], [attempt(8, "quick")], [attempt(9, "quick")]]
    assert chosen(*two_for_long, *three_for_short) == [("slow", 2, 7.0), ("quick", 3, pytest.approx(4 / 3))]
    assert chosen(*(three_for_short * 4), *two_for_long)[0][0] == "quick"


def test_who_has_got_past_a_mistake_is_not_held_up_by_it() -> None:
    over_it = [attempt(1, "a"), passed(2)]
    another_now = [attempt(1, "a"), attempt(2, "b")]
    holding = [attempt(5, "a")]
    assert chosen(over_it, another_now, holding) == []
    assert chosen(over_it, another_now, holding, [attempt(5, "a")]) == [("a", 2, 5.0)]
    again = [attempt(1, "a"), attempt(2, "b"), attempt(8, "a")]  # held up since it came back
    assert chosen(again, [attempt(8, "a")]) == [("a", 2, 2.0)]


def test_one_student_alone_and_one_long_silent_do_not_decide() -> None:
    assert chosen([attempt(0, "alone")]) == []
    gone = [[attempt(-300, "old")], [attempt(-300, "old")]]
    assert chosen(*gone) == [("old", 2, LONGEST.days)]


def test_no_more_are_chosen_than_a_lecture_has_time_for() -> None:
    assert len(chosen(*([attempt(1, name)] for name in "abcde" for _ in range(2)))) == MOST


def test_one_mistake_made_in_two_topics_is_chosen_once() -> None:
    students = [[attempt(1, "a")], [attempt(2, "a")]]
    (found,) = obstacles({"sgd": students, "adam": students * 2}, attempt(10).at)
    assert (found.stem, found.students) == ("adam", 4)


def test_what_is_no_mistake_of_a_catalogue_is_not_chosen() -> None:
    assert chosen([attempt(1, status="error")] * 2, [attempt(1, ways=[["a"], ["b"]])] * 2) == []


def test_every_mistake_has_a_slide_with_two_paths_unless_its_path_is_right() -> None:
    for topic in topics()[:2]:
        for mistake in mistakes.catalogue(topic).mistakes:
            made = slide(topic.stem, mistake.id)
            assert made.explanation == mistake.explanation
            assert bool(made.paths) == (mistake.id not in mistakes.PATH_RIGHT)
            if made.paths:
                assert made.paths.expected != made.paths.got
                english, chinese = map(made.picture, LANGS)
                assert ">right<" in english
                assert ">正确<" in chinese
                assert "yours" not in english


def test_a_mistake_that_the_catalogue_lost_has_a_title_and_no_picture() -> None:
    made = slide("adam", "an-id-that-is-gone")
    assert (made.title.en, made.explanation, made.picture("en")) == ("an-id-that-is-gone", None, "")


def unexplained(day: float, fingerprint: str) -> Attempt:
    return replace(attempt(day), fingerprint=fingerprint)


def stored(fingerprint: str) -> Verdict:
    cases = tuple(
        CaseResult(name, Text(en=name, zh=f"{name}例"), right, 0.0, 1.0, reason=None if right else BLANK)
        for name, right in (("one", True), ("two", False), ("hidden-two", False))
    )
    first = Difference("two", 3, 0, "param", 1.0, 2.0)
    return Verdict("adam", "wrong", 0.0, 2.0, 0.0, 0.0, cases, BLANK, first, fingerprint=fingerprint)


def test_files_with_the_same_unexplained_path_are_one_group() -> None:
    asked: list[str] = []

    def record_of(student: str) -> Record:
        asked.append(student)
        return Record("", stored("same"))

    students = {
        "a": [unexplained(0, "same"), passed(1)],
        "b": [unexplained(0, "other"), unexplained(1, "same")],
        "c": [unexplained(2, "same"), unexplained(3, "same")],
        "d": [unexplained(0, "alone")],
        "e": [attempt(0, "known")],
    }
    (group,) = clusters(students, record_of)
    assert (group.fingerprint, group.students, group.still) == ("same", 3, ("b", "c"))
    assert group.now == 2
    assert group.since == attempt(0).at
    assert ([each.en for each in group.known.right], [each.en for each in group.known.wrong]) == (["one"], ["two"])
    assert group.known.first == BLANK
    assert asked == ["b"]
    assert alone(students) == 1


def test_of_a_group_that_nobody_is_in_any_more_nothing_is_looked_up() -> None:
    students = {name: [unexplained(0, "same"), passed(1)] for name in "ab"}
    (group,) = clusters(students, pytest.fail)
    assert (group.students, group.now, group.known) == (2, 0, Known())
    assert alone(students) == 0


def test_groups_are_told_by_size_and_what_was_found_of_them_is_told() -> None:
    """A thousand students in two hundred ways: each group is asked for once, and the largest comes first."""
    ways = [f"{n:016x}" for n in range(200) for _ in range(1 + n % 9)]
    students = {f"s{n:04}": [unexplained(n % 7, way)] for n, way in enumerate(ways)}
    asked: list[str] = []

    def record_of(student: str) -> Record:
        asked.append(student)
        return Record("", stored(students[student][0].fingerprint))

    assert len(students) > 950
    found = clusters(students, record_of)
    assert [each.students for each in found] == sorted((each.students for each in found), reverse=True)
    assert len(found) == len(asked) == len([n for n in range(200) if n % 9])
    assert alone(students) == 200 - len(found)
    assert {each.since for each in found} <= {attempt(day).at for day in range(7)}
    assert all(
        each.since == min(a.at for (a,) in students.values() if a.fingerprint == each.fingerprint) for each in found
    )


def test_what_a_verdict_found_beside_the_catalogue_is_known_of_the_group() -> None:
    text = Text(en="Your `lr`.", zh="你的 `lr`。")
    told = replace(stored("same"), findings=(Finding("default", "default-lr", "lr", text),))
    assert known_of(told).findings == (text,)


def topic_of(over_time: tuple[int, ...], by_week: tuple[int, ...]) -> TopicSurvey:
    finding = Tally("a", BLANK, None, sum(over_time), 0, 0, over_time)
    weeks = weeks_of([MONDAY.date(), date(2026, 9, 14 + 7 * (len(by_week) - 1))])
    return TopicSurvey("adam", BLANK, 0, 0, (), 0, weeks, (), (), (finding,), weeks, by_week)


def test_a_trend_is_a_share_of_the_week_and_one_straggler_makes_none() -> None:
    topic = topic_of((10, 1), (40, 40))
    assert topic.trend(topic.findings[0]) == (0.25, 0.025)
    topic = topic_of((10, 1), (40, 1))
    assert topic.trend(topic.findings[0]) == (0.25, 0.0)
    assert topic.steepest == 0.25


def written(folder: Path, text: str, encoding: str = "utf-8") -> dict[str, str]:
    (folder / groups.FILE).write_text(text, encoding)
    return groups.read(ClassDirectory(folder))


@pytest.mark.parametrize(
    "text",
    [
        "student,group\nada,A\nbo,B 组\n",
        "ada,A\r\nbo,B 组",
        "\ufeffStudent;Group\nada;A\n\nbo;B 组\n",
        'ada\tA\textra\n"bo"\tB 组\n',
        "ada, A\nbo , B 组\nada,A\n",
    ],
)
def test_groups_are_read_as_spreadsheets_write_them(tmp_path: Path, text: str) -> None:
    assert written(tmp_path, text) == {"ada": "A", "bo": "B 组"}


@pytest.mark.parametrize(
    ("text", "encoding", "said"),
    [
        ("ada,A\nbo\n", "utf-8", r"groups\.csv, line 2: a line has"),
        ("ada,A\n,B\n", "utf-8", r"line 2: a line has"),
        ("ada,A\nada,B\n", "utf-8", r"line 2: ada is in another group"),
        ("王小明,一组\n", "gbk", r"not in UTF-8: save it again"),
        ('ada,"A\n' + "x" * 200_000, "utf-8", r"a line has"),
    ],
)
def test_a_damaged_file_of_groups_is_told_by_its_line(tmp_path: Path, text: str, encoding: str, said: str) -> None:
    with pytest.raises(CourseError, match=said):
        written(tmp_path, text, encoding)


def test_without_the_file_there_are_no_groups(tmp_path: Path) -> None:
    assert groups.read(ClassDirectory(tmp_path)) == {}


def compared(sizes: dict[str, int], shown: dict[str, set[str]], passing: set[str]) -> dict[str, groups.Group]:
    group_of = {f"{name}{n}": name for name, size in sizes.items() for n in range(size)}
    found = groups.compared(
        group_of,
        [*sorted(group_of), "x1", "x2"],
        frozenset(passing),
        frozenset(),
        {name: frozenset(who) for name, who in shown.items()},
    )
    return {each.name: each for each in found}


def test_groups_are_compared_and_small_ones_counted_together() -> None:
    mostly_a = {f"A{n}" for n in range(8)} | {"B1"}
    found = compared({"A": 10, "B": 10, "C": 4}, {"often": mostly_a, "rare": {"A1", "B2"}}, {"A1", "C1", "x1"})
    assert list(found) == ["A", "B", ""]
    assert [each.handed_in for each in found.values()] == [10, 10, 6]
    assert [each.passed for each in found.values()] == [1, 0, 2]
    assert (found["A"].often, found["A"].often_here, found["A"].often_all) == ("often", 8, 9)
    assert found["B"].often == ""


def test_one_group_is_compared_with_nothing() -> None:
    assert compared({"A": 10}, {}, set()) == {}
    assert compared({"A": 4, "B": 2}, {}, set()) == {}


def test_two_who_misunderstood_the_same_are_found_by_grading(tmp_path: Path) -> None:
    """Through the judge and the store: what no catalogue has, written in two ways, and something else of that kind."""
    root = new_class(tmp_path / "class")
    classroom.release(root, ["adam"], progress=False)
    odd = SOLUTION["adam"].replace("beta1, beta2 = self.betas", "beta1, beta2 = 0.123, 0.456")
    also = odd.replace("param - self.lr * move / denom", "param + (-self.lr / denom) * move")
    assert odd != also != SOLUTION["adam"]
    hand_in(root, "zz-ada", "adam", odd)
    hand_in(root, "zz-bo", "adam", also)
    hand_in(root, "zz-chen", "adam", odd.replace("0.456", "0.4560001"))  # not much, but more than rounding
    classroom.grade(root, jobs=2, progress=False)
    said = classroom.class_report(root, progress=False)
    page = (root / "report.html").read_text("utf-8")
    assert "no known mistake fits" in said.en
    assert re.search(
        r"1\. The same wrong numbers in every public case: 2 students since 20\d\d-\d\d-\d\d, 2 of them", said.en
    )
    assert "Students who are each wrong in a way of their own, with no known mistake: 1." in said.en
    assert "有 2 名学生（其中 2 名至今仍是）" in said.zh
    assert "course class report --names" in said.en
    assert "course build --learn DIR" in said.zh + page
    assert "Where it begins: " in said.en
    assert "Not right in: " in said.en
    assert page.count("data-cluster=") == 1
    assert "zz-" not in said.en + said.zh + page
    told = classroom.class_report(root, names=True, progress=False).en
    file = re.search(r"One of them: zz-ada; the file is (\S+)", told)
    assert file
    assert (root / file[1]).read_text("utf-8") == odd
