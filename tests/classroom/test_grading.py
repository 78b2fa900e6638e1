"""Marks, reasons and feedback, row by row as nbgrader's traps are known."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.classroom.conftest import ANSWER, NO_DECAY, Graded
from tests.classroom.room import SOLUTION, mark


def page(graded: Graded, student: str) -> str:
    return (graded.root / "feedback" / student / "momentum" / "momentum.html").read_text("utf-8")


def test_plain_nbgrader_does_it_in_an_environment_that_is_not_activated(graded: Graded) -> None:
    for done in (graded.released, graded.graded, graded.returned):
        assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.parametrize("student", ["right", "warns", "shadowed", "shortens", "garbled"])
def test_right_code_gets_full_marks(graded: Graded, student: str) -> None:
    got = mark(graded.root, student, "momentum")
    assert (got.score, got.auto, got.extra, got.most, got.by_hand) == (12.0, 10.0, 2.0, 10.0, False)
    assert got.comment.startswith("10 of 10 points and 2 extra. Right")
    assert "10 / 10 分，另加 2 分。正确" in got.comment


@pytest.mark.parametrize("student", ["untouched", "shadows", "flips"])
def test_the_skeleton_gets_nothing_whatever_stands_around_it(graded: Graded, student: str) -> None:
    got = mark(graded.root, student, "momentum")
    assert (got.score, got.auto, got.most, got.by_hand) == (0.0, 0.0, 10.0, False)
    assert "Not implemented yet" in got.comment
    assert "尚未实现" in got.comment


def test_wrong_code_gets_its_part_and_the_reason(graded: Graded) -> None:
    got = mark(graded.root, "no-decay", "momentum")
    assert 0 < got.score < 10
    assert re.search(r"Step \d+, parameter \d+: .* (should be|in torch)", got.comment)
    assert re.search(r"第 \d+ 步，参数 \d+", got.comment)


@pytest.mark.parametrize(
    ("student", "reason", "grund"),
    [
        ("exits", "ended itself", "自行结束"),
        ("endless", "within the time allowed", "限定时间"),
        ("broken", "Python cannot read this", "Python 无法解析"),
        ("no-code", "momentum.py was not handed in", "没有上交 momentum.py"),
        ("links", "is a link to another file", "指向其他文件的链接"),
    ],
)
def test_what_cannot_be_run_gets_a_named_reason(graded: Graded, student: str, reason: str, grund: str) -> None:
    got = mark(graded.root, student, "momentum")
    assert (got.auto, got.by_hand) == (0.0, False)
    assert reason in got.comment
    assert grund in got.comment
    assert reason in page(graded, student)


def test_a_file_under_another_name_is_pointed_out(graded: Graded) -> None:
    assert "Momentum (1).py" in mark(graded.root, "no-code", "momentum").comment


@pytest.mark.parametrize("student", ["exits", "endless"])
def test_other_topics_keep_their_marks(graded: Graded, student: str) -> None:
    assert mark(graded.root, student, "sgd").auto == 10.0


def test_the_students_file_is_not_overwritten(graded: Graded) -> None:
    kept = graded.root / "autograded" / "no-decay" / "momentum" / "momentum.py"
    assert kept.read_text("utf-8") == NO_DECAY
    right = graded.root / "autograded" / "right" / "momentum" / "momentum.py"
    assert right.read_text("utf-8") == SOLUTION["momentum"]


def test_a_written_answer_waits_for_a_person(graded: Graded) -> None:
    got = mark(graded.root, "right", "momentum", "momentum-answer")
    assert (got.auto, got.by_hand, got.most) == (None, True, 3.0)
    assert mark(graded.root, "no-code", "momentum", "momentum-answer").by_hand


def test_no_answer_is_nothing_with_a_reason(graded: Graded) -> None:
    got = mark(graded.root, "untouched", "momentum", "momentum-answer")
    assert (got.auto, got.by_hand) == (0.0, False)
    assert got.comment == "There is no answer here.\n\n这里没有作答。"


def test_a_worksheet_that_cannot_be_read_costs_the_answer_only(graded: Graded) -> None:
    got = mark(graded.root, "garbled", "momentum", "momentum-answer")
    assert got.auto == 0.0
    assert "could not be read" in got.comment
    assert "无法读取" in got.comment


def test_an_answer_in_a_cell_of_ones_own_is_left_to_a_person(graded: Graded) -> None:
    got = mark(graded.root, "shortens", "momentum", "momentum-answer")
    assert (got.auto, got.by_hand) == (None, True)
    shown = page(graded, "shortens")
    assert ANSWER.split(".")[0] in shown
    assert "<img src=x" not in shown


def test_flipped_metadata_are_undone(graded: Graded) -> None:
    import nbformat

    flipped = nbformat.read(graded.root / "autograded/flips/momentum/momentum.ipynb", 4)  # type: ignore[no-untyped-call]
    marked = {cell.metadata.nbgrader.grade_id: cell for cell in flipped.cells if "nbgrader" in cell.metadata}
    assert list(marked) == ["momentum-task", "momentum", "momentum-question", "momentum-answer"]
    assert marked["momentum"].metadata.nbgrader.points == 10
    assert marked["momentum-answer"].metadata.nbgrader.points == 3
    assert not marked["momentum-question"].metadata.nbgrader.grade
    assert "check(" in marked["momentum"].source


def test_the_rubric_stands_beside_the_answer_for_the_grader_only(graded: Graded) -> None:
    rubric = "The buffer tends to 1/(1 − μ)"
    folder = Path("right", "momentum")
    assert rubric in (graded.root / "source/momentum/momentum.ipynb").read_text("utf-8")
    assert rubric in (graded.root / "autograded" / folder / "momentum.ipynb").read_text("utf-8")
    assert rubric not in page(graded, "right")
    assert rubric not in (graded.root / "release/momentum/momentum.ipynb").read_text("utf-8")


def test_feedback_is_in_both_languages_and_needs_no_network(graded: Graded) -> None:
    shown = page(graded, "no-decay")
    assert '<html lang="en">' in shown
    for part in ('lang="en"', 'lang="zh-CN"', "SGD with momentum", "带动量的 SGD", "not right yet", "还不对"):
        assert part in shown
    assert not re.search(r'(?:src|href)\s*=\s*"https?:', shown)


def test_feedback_runs_nothing_that_a_student_wrote(graded: Graded) -> None:
    assert "alert(1)" in page(graded, "tells")
    assert "<script>" not in page(graded, "tells")
    assert "<script>" not in (graded.root / "autograded/tells/momentum/momentum.ipynb").read_text("utf-8")


def test_links_lead_nowhere(graded: Graded) -> None:
    for folder in ("autograded", "feedback"):
        left = graded.root / folder / "links/momentum"
        assert not (left / "notes.txt").exists()
        assert not (left / "momentum.py").exists()
    assert "The buffer tends to 1/(1 − μ)" not in page(graded, "links")


def test_neither_the_secret_nor_hidden_numbers_come_back(graded: Graded) -> None:
    seed = (graded.root / "secret-seed").read_text("utf-8").strip()
    for folder in ("release", "feedback", "autograded"):
        for path in (graded.root / folder).rglob("*"):
            if path.is_file():
                assert seed not in path.read_text("utf-8", "replace"), path
    from course.grading import reasons
    from course.grading.case_set import hidden
    from course.topic import Topic
    from tests.classroom.test_feedback_page import verdict_of

    verdict = verdict_of(graded.root, "momentum", "no-decay")
    given = [case.reason for case in verdict.cases if case.id.startswith("hidden-") and case.reason]
    assert given, "this submission fails hidden cases too"
    assert set(given) <= {reasons.HIDDEN_WRONG.text, reasons.TWIN_VISIBLE}
    shown = page(graded, "no-decay")
    for case in hidden(Topic.load("momentum"), seed):
        for number in (*case.grads[0][0].ravel()[:3], *case.params[0].ravel()[:3]):
            told = repr(float(number))
            assert len(told) < 8 or told not in shown  # a short one may well stand there by chance
