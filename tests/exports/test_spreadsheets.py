"""Tables for Canvas and Moodle: read back as their importers do, with nothing in them that computes."""

from __future__ import annotations

import doctest

import pytest

from course.exports import spreadsheets
from course.exports.spreadsheets import Mark, Sheet, Student, cell
from tests.exports import readers

STUDENTS = (
    Student("ada", "Ada", "Lovelace", "ada@example.org", "101"),
    Student("bo"),
    Student("王小明", "小明", "王", "", "7"),
)
SHEET = Sheet(
    STUDENTS,
    {"sgd": 13.0, "momentum": 13.0},
    {
        ("ada", "sgd"): Mark(12.5, "10 of 10 points.\n\n10 / 10 分。"),
        ("ada", "momentum"): Mark(15.0),
        ("bo", "sgd"): Mark(0.0, "a < b & <script>alert(1)</script>"),
        ("王小明", "sgd"): Mark(None, "waits"),
    },
)


def test_canvas_reads_the_grades_and_leaves_the_others_alone() -> None:
    grades = readers.canvas(spreadsheets.canvas(SHEET))
    assert grades == {"ada": {"sgd": "12.5", "momentum": "15"}, "bo": {"sgd": "0"}, "王小明": {}}
    rows = readers.rows(spreadsheets.canvas(SHEET))
    assert rows[1] == ["    Points Possible", "", "", "", "", "13", "13"]
    assert [row[:2] for row in rows[2:]] == [["Lovelace, Ada", "101"], ["bo", ""], ["王, 小明", "7"]]


def test_moodle_reads_the_grades_and_the_feedback() -> None:
    grades = readers.moodle(spreadsheets.moodle(SHEET))
    assert grades["ada"] == {"sgd": ("12.5", "10 of 10 points.\n\n10 / 10 分。"), "momentum": ("15", "")}
    assert grades["bo"]["sgd"] == ("0", "a &lt; b &amp; &lt;script&gt;alert(1)&lt;/script&gt;")
    assert grades["bo"]["momentum"] == ("", "")
    assert grades["王小明"]["sgd"] == ("", "waits")
    assert readers.moodle(spreadsheets.moodle(SHEET), "Email address")["ada@example.org"] == grades["ada"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "␍=1"),
        ("  =1", "'  =1"),
        ("＝1+1", "'＝1+1"),
        ("\x00=1", "␀=1"),
        ("a=b", "a=b"),
        ("5 points", "5 points"),
        ('"=1"', '"=1"'),
    ],
)
def test_a_formula_is_a_text(text: str, shown: str) -> None:
    assert cell(text) == shown


HOSTILE = [
    "=cmd|' /C calc'!A0",
    'x","=1',
    "a\nb,=1\n=2",
    "\u202e=1",
    "\ufeff=1",
    "w" * 100_000,
    "x;=1;=2",
    "Points Possible",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_name_and_no_comment_breaks_a_table(text: str) -> None:
    student = Student(f"id {text}", text, text, text, text)
    sheet = Sheet((student, *STUDENTS), SHEET.worth, {**SHEET.marks, (student.id, "sgd"): Mark(3.0, text)})
    assert [row[5] for row in readers.rows(spreadsheets.canvas(sheet))[2:]] == ["3", "12.5", "0", ""]
    assert len(readers.canvas(spreadsheets.canvas(sheet))) == 4
    told = readers.moodle(spreadsheets.moodle(sheet))
    assert [each["sgd"][0] for each in told.values()] == ["3", "12.5", "0", ""]


@pytest.mark.parametrize(
    "wrong",
    [
        "Name,ID,SIS User ID,SIS Login ID,Section,sgd\r\n    Points Possible,,,,,13\r\n",
        "Student,ID,SIS User ID,SIS Login ID,Section,sgd\r\nAda,1,,ada,,13\r\n",
        "Student,ID,SIS User ID,SIS Login ID,Section,sgd\r\n    Points Possible,,,,,13\r\n=1,1,,ada,,13\r\n",
        "Student,ID,SIS User ID,SIS Login ID,Section,sgd\r\n    Points Possible,,,,,13\r\nAda,1,,ada,13\r\n",
    ],
)
def test_a_wrong_table_is_refused(wrong: str) -> None:
    with pytest.raises((AssertionError, ValueError)):
        readers.canvas(wrong)


def test_the_examples_hold() -> None:
    assert doctest.testmod(spreadsheets).attempted > 0
    assert doctest.testmod(spreadsheets).failed == 0


def test_points_are_written_as_a_person_would() -> None:
    assert [spreadsheets.number(each) for each in (13.0, 12.5, 1 / 3, 0.1 + 0.2, 0.0)] == [
        "13",
        "12.5",
        "0.3333",
        "0.3",
        "0",
    ]
