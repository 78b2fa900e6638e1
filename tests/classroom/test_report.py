"""What a student is told of a verdict."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from course.classroom.markdown import harmless
from course.classroom.report import comment, public
from course.grading.judge import judge
from course.grading.verdict import Verdict
from course.syllabus import topic
from tests.classroom.room import SOLUTION

SEED = "5" * 64


def verdict_of(root: Path, stem: str, student: str) -> Verdict:
    return Verdict.from_json(json.loads((root / "verdicts" / stem / f"{student}.json").read_text("utf-8"))["verdict"])


def test_a_file_that_knows_the_visible_cases_learns_nothing_of_the_hidden_ones(tmp_path: Path) -> None:
    from course.grading.cases import visible

    seen = [tuple(case.hyperparameters.values()) for case in visible("momentum")]
    cheat = SOLUTION["momentum"].replace(
        "        if self.maximize:",
        f"        print(param, grad)\n        if (self.lr, self.momentum, self.weight_decay) not in {seen!r}"
        " and (self.lr, self.momentum, self.weight_decay) != (0.001, 0.9, 0.0) and self.weight_decay > 0:\n"
        "            raise ValueError(f'{param.tolist()} {grad.tolist()}')\n        if self.maximize:",
    )
    (tmp_path / "momentum.py").write_text(cheat, "utf-8")
    verdict = judge(topic("momentum"), tmp_path, seed=SEED)
    assert not verdict.passed
    told = json.dumps(public(verdict).to_json("en"))
    hidden = [case for case in verdict.cases if case.id.startswith("hidden-") and case.reason]
    assert hidden
    for case in hidden:
        assert case.reason is not None
        assert json.dumps(case.reason.en)[1:-1] not in told
    assert public(verdict).printed == ""
    assert [case.points for case in public(verdict).cases] == [case.points for case in verdict.cases]


def test_a_clue_from_a_hidden_case_becomes_a_general_one(tmp_path: Path) -> None:
    (tmp_path / "momentum.py").write_text(SOLUTION["momentum"], "utf-8")
    verdict = judge(topic("momentum"), tmp_path, seed=SEED)
    assert public(verdict).message == verdict.message
    cases = tuple(
        replace(case, passed=False, points=0.0, reason=verdict.message) if case.id == "hidden-defaults" else case
        for case in verdict.cases
    )
    failing = replace(verdict, status="wrong", score=9.0, cases=cases)
    assert public(failing).message.en.startswith("17 of 18 cases are right. All the cases that `check` shows are")
    assert public(failing).message.zh.startswith("18 个用例中有 17 个正确。")


def test_the_comment_has_both_languages(tmp_path: Path) -> None:
    (tmp_path / "momentum.py").write_text(SOLUTION["momentum"], "utf-8")
    english, chinese = comment(judge(topic("momentum"), tmp_path), 10.0, 10.0, 1.5).split("\n\n")
    assert english.startswith("10 of 10 points and 1.5 extra. ")
    assert chinese.startswith("10 / 10 分，另加 1.5 分。")


def test_tags_become_text_and_formulas_stay() -> None:
    assert harmless("a < b and $x<y$ and <b onclick='f()'>", None)[0] == "a < b and $x< y$ and < b onclick='f()'>"
    assert harmless("[x](JavaScript:alert(1))", None)[0] == "[x] (JavaScript:alert(1))"
