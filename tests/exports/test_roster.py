"""Marks are filled into a gradebook of Canvas's: who is who, which column is which, and nothing of it lost."""

from __future__ import annotations

import pytest

from course.exports import roster
from course.exports.spreadsheets import Mark, Sheet, Student
from course.text import CourseError
from tests.exports import readers

HEAD = "Student,ID,SIS User ID,SIS Login ID,Section,Essay (11),Momentum (12345),Current Score,Final Score"
EXPORTED = f"""{HEAD}
,,,,,Manual Posting,,(read only),(read only)
    Points Possible,,,,,5,10,(read only),(read only)
"Lovelace, Ada",101,u1,ada,A,4,,80,80
"Li, Bo",102,u2,bo2,A,3,6,70,70
"Chen, Mei",103,u3,mei,B,,EX,,
"Chen, Mei",104,u4,mei2,B,,-,,
"=Dee, X",105,,dee,B,5,,,
"Student, Test",106,,,A,,,,
"""
SHEET = Sheet(
    (
        Student("ada"),
        Student("bo", "Bo", "Li"),
        Student("m", "Mei", "Chen"),
        Student("u3"),
        Student("dee", lms_id="105"),
        Student("stranger"),
        Student("idle"),
    ),
    {"momentum": 13.0, "sgd": 13.0},
    {
        ("ada", "momentum"): Mark(12.0),
        ("ada", "sgd"): Mark(11.5),
        ("bo", "momentum"): Mark(9.0),
        ("u3", "sgd"): Mark(1.0),
        ("dee", "momentum"): Mark(None),
        ("stranger", "sgd"): Mark(13.0),
        ("m", "sgd"): Mark(2.0),
    },
)


def test_marks_are_filled_in_where_they_belong() -> None:
    filled = roster.fill(SHEET, EXPORTED)
    head, points, *rows = readers.rows(filled.text.replace(",-,", ",,"))
    assert head == [*HEAD.split(",")[:5], "Momentum (12345)", "sgd"]
    assert points[5:] == ["10", "13"]
    assert {row[1]: (row[3], row[5], row[6]) for row in rows} == {
        "101": ("ada", "12", "11.5"),
        "102": ("bo2", "9", ""),  # by the name, which only one has
        "103": ("mei", "EX", "1"),  # by the SIS number; what is there stays
        "104": ("mei2", "", ""),  # one of two of that name
        "105": ("dee", "", ""),  # waits for a mark by hand
        "106": ("", "", ""),
    }
    assert ",-," in filled.text
    assert rows[4][0] == "'=Dee, X"
    assert filled.strangers == ("m", "stranger")
    assert filled.other_worth == ("momentum",)


def test_canvas_reads_what_was_filled_in() -> None:
    ours = roster.fill(SHEET, EXPORTED.replace(",-,", ",,").replace("Test", "T").replace("106,,,", "106,,t,"))
    assert readers.canvas(ours.text)["ada"] == {"Momentum (12345)": "12", "sgd": "11.5"}


@pytest.mark.parametrize(
    "heading", ["momentum", "Momentum", "SGD with momentum (7)", "带动量的 SGD (7)", "momentum (8)"]
)
def test_a_column_is_known_by_its_stem_or_title(heading: str) -> None:
    text = roster.fill(SHEET, EXPORTED.replace("Momentum (12345)", heading)).text
    assert readers.rows(text.replace(",-,", ",,"))[0][5:] == [heading, "sgd"]


@pytest.mark.parametrize("heading", ["Momentum essay (7)", "Nesterov momentum (7)", "sgdx"])
def test_another_column_is_another(heading: str) -> None:
    text = roster.fill(SHEET, EXPORTED.replace("Momentum (12345)", heading)).text
    assert readers.rows(text)[0][5:] == ["momentum", "sgd"]


def test_semicolons_and_a_byte_order_mark() -> None:
    text = EXPORTED.replace('"', "").replace(", ", " ").replace(",", ";")
    assert readers.rows(roster.fill(SHEET, text).text.replace(",-,", ",,"))[2][5:] == ["12", "11.5"]


@pytest.mark.parametrize("text", ["", "\n", "Name,Grade\nAda,3\n", "Student,ID\nAda,3\n", '"Student', "x" * 200_000])
def test_another_file_is_a_sentence(text: str) -> None:
    with pytest.raises(CourseError, match="Export Entire Gradebook"):
        roster.fill(SHEET, text)


def test_short_and_hostile_rows_break_nothing() -> None:
    text = f'{HEAD}\n"a\n=1",1\n=cmd,2,,,,=1,=HYPERLINK(1)\n'
    filled = readers.rows(roster.fill(SHEET, text).text)
    assert [row[0] for row in filled[2:]] == ["a\n=1", "'=cmd"]
    assert filled[3][5] == "'=HYPERLINK(1)"
