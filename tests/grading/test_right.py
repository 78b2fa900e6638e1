"""Right is right, however it is written: no rule of `right.py` loses a point, on visible cases or on hidden ones."""

from __future__ import annotations

import pytest

from course.grading import cases
from course.syllabus import topic, topics
from tests.grading import right, trial

STEMS = [topic.stem for topic in topics()]
SEEDS = ("a class", "another class")


@pytest.mark.parametrize(
    ("stem", "style"),
    [pytest.param(stem, style, id=f"{stem}-{style}") for stem in STEMS for style in right.rules(stem)],
)
@pytest.mark.filterwarnings("ignore:take care")
def test_a_right_rule_passes(stem: str, style: str) -> None:
    """On every visible core case; on the hidden ones too, but long runs for handwritten rules alone."""
    short = [name for name in trial.core(stem) if name != "long-run"]
    visible = short if style in right.WRAPPED else trial.core(stem)
    source = right.rules(stem)[style]
    found = trial.findings(stem, source, visible) | trial.findings(
        stem, source, [f"hidden-{n}" for n in short], SEEDS[0]
    )
    assert {name: finding.reason for name, finding in found.items() if finding.status != "passed"} == {}


@pytest.mark.parametrize("stem", STEMS)
def test_a_right_rule_passes_the_real_judge(stem: str) -> None:
    """The solution has all points, extra ones too; without the stretch options a rule loses those alone."""
    verdict = trial.judged(stem, topic(stem).solution.read_text("utf-8"), seed=SEEDS[1])
    failed = {case.id: case.reason for case in verdict.cases if not case.passed}
    assert (verdict.status, failed) == ("passed", {})
    assert (verdict.score, verdict.stretch_score) == (verdict.max_score, verdict.stretch_max)
    assert {case.id for case in verdict.cases} == {
        case.id for case in (*cases.visible(stem), *cases.hidden(stem, SEEDS[1]))
    }

    style, source = next(iter(right.by_hand(stem).items()))
    verdict = trial.judged(stem, source)
    assert (verdict.status, verdict.score) == ("passed", verdict.max_score), style
    assert verdict.stretch_score == 0
    assert [case.id for case in verdict.cases if not case.passed] == list(cases.stretch_options(stem))
    assert verdict.stretch_max == topic(stem).stretch_points


def test_styles_differ() -> None:
    """At least five handwritten rules a topic, none twice."""
    for stem in STEMS:
        assert len(set(right.by_hand(stem).values())) >= 5, stem
