"""What a student is told of a verdict."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from course.classroom.directory import ClassDirectory
from course.classroom.feedback_page import comment, fragment, public
from course.classroom.markdown import harmless
from course.classroom.verdicts import load
from course.grading.judge import judge
from course.topic import Topic
from tests.classroom.room import SOLUTION
from tests.grading.remembered import recogniser

if TYPE_CHECKING:
    from pathlib import Path

    from course.grading.verdict import Verdict

SEED = "5" * 64


def verdict_of(root: Path, stem: str, student: str) -> Verdict:
    record = load(ClassDirectory(root), stem, student)
    assert record is not None
    return record.verdict


def test_a_file_that_knows_the_visible_cases_learns_nothing_of_the_hidden_ones(tmp_path: Path) -> None:
    """Neither the student, whose report and comment these are, nor the instructor, who has the stored verdict."""
    tell = "(_ for _ in ()).throw(ValueError(f'TOLD {param.tolist()} {grad.tolist()}'))"
    (tmp_path / "momentum.py").write_text(recogniser("momentum", f"print('TOLD') or {tell}"), "utf-8")
    verdict = judge(Topic.load("momentum"), tmp_path, seed=SEED)
    assert (verdict.status, verdict.score, verdict.stretch_score) == ("wrong", 0.0, 0.0)
    told = json.dumps(verdict.to_json("en")) + fragment(public(verdict)) + comment(public(verdict), 0.0, 10.0, 0.0)
    assert "TOLD" not in told
    assert "ValueError" not in told
    assert any(case.id.startswith("hidden-") for case in verdict.cases)


def test_what_a_file_printed_stays_out_of_feedback(tmp_path: Path) -> None:
    source = SOLUTION["momentum"].replace("self.weight_decay * param", "0 * param")
    (tmp_path / "momentum.py").write_text(f"print('PRINTED')\n{source}", "utf-8")
    verdict = judge(Topic.load("momentum"), tmp_path, seed=SEED)
    assert "PRINTED" in verdict.printed
    assert public(verdict).printed == ""
    assert replace(public(verdict), printed=verdict.printed) == verdict


def test_the_comment_has_both_languages(tmp_path: Path) -> None:
    (tmp_path / "momentum.py").write_text(SOLUTION["momentum"], "utf-8")
    english, chinese = comment(judge(Topic.load("momentum"), tmp_path), 10.0, 10.0, 1.5).split("\n\n")
    assert english.startswith("10 of 10 points and 1.5 extra. ")
    assert chinese.startswith("10 / 10 分，另加 1.5 分。")


def test_tags_become_text_and_formulas_stay() -> None:
    assert harmless("a < b and $x<y$ and <b onclick='f()'>", None)[0] == "a < b and $x< y$ and < b onclick='f()'>"
    assert harmless("[x](JavaScript:alert(1))", None)[0] == "[x] (JavaScript:alert(1))"
